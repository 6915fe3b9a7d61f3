//! Estimation from a million rows of 19 items, and the reading of as many against what the bare CSV reader takes.
//!
//! `cargo bench --bench estimate`. Floor: a full estimation with strata, clusters, weights and six groups in 1.0 s on one core;
//! reading in 1.5 times what the reader takes that only looks for the cells. Figures on shared machines are noisy.
#![allow(clippy::unwrap_used, reason = "in a bench a panic is the message")]
#![allow(missing_docs, reason = "criterion writes the main function")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use hailong::catalog;
use hailong::documents::sample_csv::{self, SampleColumns, SampleFile};
use hailong::domain::estimate::{Design, Wish, criteria_of, estimate};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::fmt::Write;
use std::hint::black_box;

const ROWS: usize = 1_000_000;
const STRATA: u32 = 100;
const CLUSTERS: u32 = 60;
const GROUPS: [&str; 6] = ["under_18", "18-24", "25-34", "35-49", "50-60", "over_60"];

/// A file of so many rows in no order.
fn file(questions: &[String]) -> String {
    let mut random = StdRng::seed_from_u64(766);
    let mut text = format!("stratum,cluster,weight,fpc,age,{}\n", questions.join(","));
    for _ in 0..ROWS {
        let (stratum, cluster) = (random.random_range(0..STRATA), random.random_range(0..CLUSTERS));
        let weight = f64::from(random.random_range(1_000_000..90_000_000)) / 1e6;
        let age = GROUPS[random.random_range(0..6)];
        write!(text, "H19.{stratum:02},H19.{stratum:02}-{cluster:02},{weight:.6},{},{age}", 80 + stratum).unwrap();
        let content = 0.6 + f64::from(stratum) / 400.0;
        for _ in questions {
            let chance: f64 = random.random();
            match chance {
                x if x < 0.03 => text.push(','),
                x if x < content => text.push_str(if x < content / 2.0 { ",5" } else { ",4" }),
                x if x < 0.95 => text.push_str(",3"),
                _ => text.push_str(",1"),
            }
        }
        text.push('\n');
    }
    text
}

fn benches(c: &mut Criterion) {
    let library = catalog::load(None).unwrap();
    let definition = &library.indices["sipas_service/2022"];
    let (questions, groups) = (criteria_of(definition), ["age".to_owned()]);
    let wanted = SampleColumns {
        questions: &questions,
        stratum: Some("stratum"),
        cluster: Some("cluster"),
        weight: Some("weight"),
        fpc: Some("fpc"),
        groups: &groups,
    };
    let text = file(&questions);
    let SampleFile { answers, design: columns, groups, .. } = sample_csv::read(text.as_bytes(), &wanted).unwrap();
    let wish = Wish { confidence: 0.95, groups, halves: true };
    let mut group = c.benchmark_group("estimate");
    group.sample_size(10).throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("design_and_all_figures", |b| {
        b.iter_batched(
            || columns.clone(),
            |columns| black_box(estimate(definition, &answers, &Design::new(columns).unwrap(), &wish).unwrap()),
            BatchSize::PerIteration,
        );
    });
    let mut each_row = columns.clone();
    (each_row.cluster, each_row.fpc) = (None, None);
    let design = Design::new(each_row).unwrap();
    group.bench_function("each_row_a_cluster", |b| {
        b.iter(|| black_box(estimate(definition, &answers, &design, &wish).unwrap()));
    });
    group.finish();
    let mut group = c.benchmark_group("parse");
    group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("bare_reader", |b| {
        b.iter(|| {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let mut record = csv::ByteRecord::new();
            let mut cells = 0;
            while reader.read_byte_record(&mut record).unwrap() {
                cells += record.len();
            }
            black_box(cells)
        });
    });
    group.bench_function("sample", |b| {
        b.iter(|| black_box(sample_csv::read(text.as_bytes(), &wanted).unwrap()));
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);

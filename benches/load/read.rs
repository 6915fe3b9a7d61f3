//! The index as a program asks for it, against plain SQL that counts the same answers. The dashboards have a part of their own.

use crate::bench::Bench;
use crate::reference::{ONE_QUESTION, WHOLE_INDEX, statement};
use crate::report::{Report, median};
use crate::stored::{connect, grow_to, rows, wait_until_counted};
use crate::visible::Reader;
use std::time::Instant;

/// How often the index is asked for.
const TIMES: usize = 50;

/// Measures both.
pub fn run(bench: &mut Bench, report: &mut Report) {
    let url = bench.service.database_url();
    grow_to(&url, bench.wish.rows());
    let mut conn = connect(&url);
    wait_until_counted(&mut conn);
    let reader = Reader::new(&bench.service, "read@example.vn");
    let asked = bench.block_on(async {
        let mut taken = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let start = Instant::now();
            reader.submissions("").await;
            taken.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        taken
    });
    let plain = |text| statement(&bench.service, text, bench.wish.rounds()).as_secs_f64() * 1000.0;
    let (one, all) = (plain(ONE_QUESTION), plain(WHOLE_INDEX));
    report.add("read_rows", rows(&mut conn) as f64);
    report.add("read_index_median_ms", median(&asked));
    report.add("read_index_worst_ms", asked.iter().copied().fold(0.0, f64::max));
    report.add("read_sql_one_question_ms", one);
    report.add("read_sql_whole_index_ms", all);
    report.add("read_sql_whole_index_to_ours", all / median(&asked));
}

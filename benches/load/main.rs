//! The end-to-end load bench: the release program on a private, durable Postgres, fed over loopback from this process.
//!
//! `cargo bench --bench load [-- OPTIONS]` prints a table with the floors beside the figures, and the same as JSON; `-- --help`
//! lists parts and options. What the machine itself does is measured in the same run: figures on shared machines are noisy, compare
//! ratios. It fails where an answer was another than expected, or where something acknowledged is not stored.
#![allow(clippy::unwrap_used, reason = "in a bench a panic is the message")]

mod bench;
mod client;
mod connection;
mod cores;
mod dashboard;
mod export;
mod fill;
mod half;
mod memory;
mod page;
mod read;
mod reference;
mod report;
mod requests;
mod service;
mod slow;
mod soak;
mod start;
mod storage;
mod stored;
mod submit;
mod visible;
mod wish;

use bench::Bench;
use clap::Parser;
use report::{Floor, Report};
use std::process::ExitCode;
use wish::{Part, Wish};

/// What measures a part.
type Measure = fn(&mut Bench, &mut Report);

/// In this order: what reads comes after what stores.
const PARTS: [(Part, Measure); 9] = [
    (Part::Start, start::run),
    (Part::Memory, memory::run),
    (Part::Half, half::run),
    (Part::Page, page::run),
    (Part::Visible, visible::run),
    (Part::Slow, slow::run),
    (Part::Read, read::run),
    (Part::Export, export::run),
    (Part::Storage, storage::run),
];

fn main() -> ExitCode {
    let wish = Wish::parse();
    // `cargo test --benches` runs this too; it is not a test.
    if !wish.bench {
        return ExitCode::SUCCESS;
    }
    if wish.dashboards {
        return dashboard::run(&wish);
    }
    let (mut bench, mut report) = (Bench::start(wish), Report::default());
    if bench.wish.wants(Part::Submit) {
        progress("submit");
        submit::run(&mut bench, &mut report);
    }
    if bench.wish.fill > 0 {
        progress("fill");
        stored::grow_to(&bench.service.database_url(), bench.wish.rows());
        submit::again(&mut bench, &mut report);
    }
    for (part, run) in PARTS {
        if bench.wish.wants(part) {
            progress(&format!("{part:?}").to_lowercase());
            run(&mut bench, &mut report);
        }
    }
    if let Some(minutes) = bench.wish.soak {
        progress("soak");
        soak::run(&mut bench, &mut report, minutes);
    }
    report.judge("memory_highest_under_load_mb", bench.highest_mb, Floor::AtMost(150.0));
    report.add("acknowledged_and_stored_once", bench.found as f64);
    report.print(&bench.wish);
    for failure in &bench.failures {
        eprintln!("failed: {failure}");
    }
    ExitCode::from(u8::from(!bench.failures.is_empty()))
}

/// Tells what runs now, beside the figures.
fn progress(part: &str) {
    eprintln!("measuring: {part}");
}

//! Latencies at half of the top rate, by a schedule that does not wait for answers.

use crate::bench::Bench;
use crate::client::Pace;
use crate::report::{Floor, Report};
use crate::requests::Kind;

/// Measures them.
pub fn run(bench: &mut Bench, report: &mut Report) {
    let rate = bench.top_rate() / 2.0;
    let run = bench.load(Kind::Json, Pace::Open(rate), bench.wish.time());
    report.add("half_load_per_second", run.rate());
    report.add("half_load_p50_ms", run.percentile(50.0));
    report.judge("half_load_p99_ms", run.percentile(99.0), Floor::AtMost(25.0));
    report.add("half_load_worst_ms", run.percentile(100.0));
}

//! Half of the load for minutes: the program's memory may not rise, and nothing may fail.

use crate::bench::{Bench, SENDERS};
use crate::client::{Load, Pace, Until, run as load};
use crate::memory::{Sample, Watch, highest};
use crate::report::Report;
use crate::requests::Kind;
use std::time::Duration;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(5);

/// Soaks for so many minutes.
pub fn run(bench: &mut Bench, report: &mut Report, minutes: u64) {
    let rate = bench.top_rate() / 2.0;
    let until = Until::After(Duration::from_secs(60 * minutes));
    let address = bench.service.address.clone();
    let half = Load { kind: Kind::Json, connections: 2 * SENDERS, pace: Pace::Open(rate), until };
    let watch = Watch::start(bench.service.pid(), EVERY);
    let run = bench.block_on(load(&address, half));
    let samples = watch.stop();
    bench.highest_mb = bench.highest_mb.max(highest(&samples));
    bench.check("soak", &run);
    report.add("soak_minutes", minutes as f64);
    report.add("soak_per_second", run.rate());
    report.add("soak_p99_ms", run.percentile(99.0));
    report.add("soak_worst_ms", run.percentile(100.0));
    report.add("soak_failures", run.failures as f64);
    report.add("soak_memory_first_mb", samples.get(1).map_or(f64::NAN, |(_, mb)| *mb));
    report.add("soak_memory_last_mb", samples.last().map_or(f64::NAN, |(_, mb)| *mb));
    report.add("soak_memory_highest_mb", highest(&samples));
    report.add("soak_memory_slope_mb_per_hour", 3600.0 * slope(&samples[samples.len().min(1)..]));
}

/// MB a second by least squares.
fn slope(samples: &[Sample]) -> f64 {
    let count = samples.len() as f64;
    let mean = |of: fn(&Sample) -> f64| samples.iter().map(of).sum::<f64>() / count;
    let (time, memory) = (mean(|(time, _)| *time), mean(|(_, mb)| *mb));
    let together: f64 = samples.iter().map(|(at, mb)| (at - time) * (mb - memory)).sum();
    let spread: f64 = samples.iter().map(|(at, _)| (at - time).powi(2)).sum();
    together / spread
}

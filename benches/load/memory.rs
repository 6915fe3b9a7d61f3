//! The program's resident memory: sampled beside a load by a thread of its own, idle after a fresh start, and at its highest.

use crate::bench::Bench;
use crate::client::Pace;
use crate::report::{Floor, Report};
use crate::requests::Kind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A sample: seconds since the start, and MB.
pub type Sample = (f64, f64);

/// Somebody who looks again and again.
pub struct Watch {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Sample>>,
}

impl Watch {
    /// Looks at a process every so often.
    pub fn start(pid: u32, every: Duration) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let told = is_over.clone();
        let thread = std::thread::spawn(move || {
            let start = Instant::now();
            let mut samples = vec![(0.0, resident_mb(pid))];
            while !told.load(Ordering::Relaxed) {
                std::thread::park_timeout(every);
                samples.push((start.elapsed().as_secs_f64(), resident_mb(pid)));
            }
            samples
        });
        Self { is_over, thread }
    }

    /// Ends it; what was seen.
    pub fn stop(self) -> Vec<Sample> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// The highest of some samples.
pub fn highest(samples: &[Sample]) -> f64 {
    samples.iter().map(|(_, mb)| *mb).fold(0.0, f64::max)
}

/// Resident memory of a process, in MB.
pub fn resident_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kb: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kb / 1024.0
}

/// Idle: a fresh start, one page asked for. Then a load, for the highest figure that `Bench` keeps.
pub fn run(bench: &mut Bench, report: &mut Report) {
    bench.service.restart();
    bench.service.get("/s/sipas?unit=H19.26");
    let idle = resident_mb(bench.service.pid());
    report.judge("memory_idle_mb", idle, Floor::AtMost(40.0));
    bench.load(Kind::Json, Pace::Closed, bench.wish.time());
}

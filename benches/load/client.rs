//! The load: many connections kept busy by one thread, as fast as they are answered or by a schedule.
//!
//! By a schedule a request has a moment of its own, and its latency counts from that moment even where no connection was free
//! then: a server that stands still is not let off what it did not answer. The timer has steps of a millisecond, which are in the latency.

use crate::connection::Connection;
use crate::requests::{Kind, Requests};
use futures_util::future::join_all;
use hdrhistogram::Histogram;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How requests follow each other.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// On each connection the next as soon as the last is answered.
    Closed,
    /// So many a second, whatever is answered.
    Open(f64),
}

/// When it ends.
#[derive(Clone, Copy)]
pub enum Until<'a> {
    /// After some time.
    After(Duration),
    /// When somebody says so.
    Told(&'a Cell<bool>),
}

/// A load.
#[derive(Clone, Copy)]
pub struct Load<'a> {
    /// What is asked.
    pub kind: Kind,
    /// By how many connections.
    pub connections: usize,
    /// How fast.
    pub pace: Pace,
    /// For how long.
    pub until: Until<'a>,
}

/// What came of it.
pub struct Run {
    /// How long each expected answer took, in microseconds.
    pub latencies: Histogram<u64>,
    /// Answers other than expected.
    pub failures: usize,
    /// The first of them.
    pub first_failure: Option<String>,
    /// How long the run took.
    pub elapsed: Duration,
    /// The ids that were acknowledged.
    pub acknowledged: Vec<Uuid>,
    /// How many cores were busy with the load, with the program, and at all, where somebody looked.
    pub cores: [f64; 3],
}

impl Run {
    fn empty() -> Self {
        // Up to a minute, three digits.
        let latencies = Histogram::new_with_bounds(1, 60_000_000, 3).unwrap();
        Self {
            latencies,
            failures: 0,
            first_failure: None,
            elapsed: Duration::ZERO,
            acknowledged: Vec::new(),
            cores: [0.0; 3],
        }
    }

    /// Expected answers a second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// A percentile of the latencies, in milliseconds.
    pub fn percentile(&self, per_cent: f64) -> f64 {
        self.latencies.value_at_percentile(per_cent) as f64 / 1000.0
    }
}

struct Shared<'a> {
    load: Load<'a>,
    start: Instant,
    scheduled: Cell<u64>,
    run: RefCell<Run>,
}

/// Runs a load against host and port.
pub async fn run(address: &str, load: Load<'_>) -> Run {
    let shared = Shared { load, start: Instant::now(), scheduled: Cell::new(0), run: RefCell::new(Run::empty()) };
    join_all((0..load.connections).map(|number| work(&shared, address, number))).await;
    let elapsed = shared.start.elapsed();
    Run { elapsed, ..shared.run.into_inner() }
}

async fn work(shared: &Shared<'_>, address: &str, number: usize) {
    let mut connection = Connection::new(address);
    let mut requests = Requests::new(shared.load.kind, number);
    while let Some(since) = shared.next().await {
        let (request, id) = requests.next();
        let answered = connection.exchange(request).await;
        shared.note(since, id, answered);
    }
}

impl Shared<'_> {
    /// Waits for the moment of the next request; nothing when there is none any more.
    async fn next(&self) -> Option<Instant> {
        let now = Instant::now();
        let due = match self.load.pace {
            Pace::Closed => now,
            Pace::Open(rate) => {
                let place = self.scheduled.replace(self.scheduled.get() + 1);
                self.start + Duration::from_secs_f64(place as f64 / rate)
            }
        };
        let is_over = match self.load.until {
            Until::After(time) => due >= self.start + time,
            Until::Told(told) => told.get(),
        };
        if is_over {
            return None;
        }
        if due > now {
            tokio::time::sleep_until(due.into()).await;
        }
        Some(due)
    }

    fn note(&self, since: Instant, id: Uuid, answered: std::io::Result<u16>) {
        let mut run = self.run.borrow_mut();
        let kind = self.load.kind;
        match answered {
            Ok(status) if status == kind.expected() => {
                let taken = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
                run.latencies.saturating_record(taken.max(1));
                if kind.submits() {
                    run.acknowledged.push(id);
                }
            }
            other => {
                run.failures += 1;
                run.first_failure.get_or_insert_with(|| format!("{other:?}"));
            }
        }
    }
}

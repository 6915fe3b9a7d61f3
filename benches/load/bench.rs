//! What the parts share: the service, one thread for the load, and what is watched beside every load.

use crate::client::{Load, Pace, Run, Until, run};
use crate::cores;
use crate::memory::{Watch, highest};
use crate::requests::Kind;
use crate::service::Service;
use crate::stored;
use crate::wish::Wish;
use std::time::Duration;
use tokio::runtime::Runtime;

/// Connections of the senders whose rates have floors.
pub const SENDERS: usize = 64;

/// A bench in progress.
pub struct Bench {
    /// The service.
    pub service: Service,
    /// What is wished.
    pub wish: Wish,
    /// The most memory that the program had under any load, in MB.
    pub highest_mb: f64,
    /// How many acknowledged submissions were looked up and found.
    pub found: usize,
    /// What went wrong; nothing may.
    pub failures: Vec<String>,
    /// The top rate of submissions as JSON, once it is known.
    pub top: Option<f64>,
    /// What submissions, as JSON and as forms, were of single-row inserts with hardly any stored.
    pub empty: Option<[f64; 2]>,
    runtime: Runtime,
}

impl Bench {
    /// Starts the service, and warms it up.
    pub fn start(wish: Wish) -> Self {
        let service = Service::start();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (failures, top, empty) = (Vec::new(), None, None);
        let mut bench = Self { service, wish, highest_mb: 0.0, found: 0, failures, top, empty, runtime };
        bench.load(Kind::Json, Pace::Closed, Duration::from_secs(1));
        bench
    }

    /// Keeps the senders busy for some time.
    pub fn load(&mut self, kind: Kind, pace: Pace, time: Duration) -> Run {
        // A schedule needs senders to spare, so that it waits for answers and not for senders.
        self.load_by(if matches!(pace, Pace::Closed) { SENDERS } else { 2 * SENDERS }, kind, pace, time)
    }

    /// The same with so many senders.
    pub fn load_by(&mut self, connections: usize, kind: Kind, pace: Pace, time: Duration) -> Run {
        let address = self.service.address.clone();
        let load = Load { kind, connections, pace, until: Until::After(time) };
        self.watched(&format!("{kind:?} {pace:?}"), run(&address, load))
    }

    /// Runs what ends in a load, with an eye on the program's memory, and looks up what was acknowledged.
    pub fn watched(&mut self, what: &str, work: impl Future<Output = Run>) -> Run {
        let (own, program) = (std::process::id(), self.service.pid());
        let seconds = || [cores::seconds(own), cores::seconds(program), cores::seconds_of_all()];
        let watch = Watch::start(self.service.pid(), Duration::from_millis(200));
        let before = seconds();
        let mut run = self.block_on(work);
        let after = seconds();
        run.cores = [0, 1, 2].map(|of| (after[of] - before[of]) / run.elapsed.as_secs_f64());
        self.highest_mb = self.highest_mb.max(highest(&watch.stop()));
        self.check(what, &run);
        run
    }

    /// Looks up what a run was told is stored, and notes what failed.
    pub fn check(&mut self, what: &str, run: &Run) {
        if run.failures > 0 {
            let first = run.first_failure.as_deref().unwrap_or_default();
            self.failures.push(format!("{what}: {} other answers, the first {first}", run.failures));
        }
        let found = stored::count(&self.service.database_url(), &run.acknowledged);
        if found != run.acknowledged.len() {
            self.failures.push(format!("{what}: {} acknowledged, {found} stored", run.acknowledged.len()));
        }
        self.found += found;
    }

    /// Runs a future on the thread of the load.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// The top rate of submissions as JSON, measured now if it is not known.
    pub fn top_rate(&mut self) -> f64 {
        match self.top {
            Some(top) => top,
            None => {
                let top = self.load(Kind::Json, Pace::Closed, self.wish.time()).rate();
                *self.top.insert(top)
            }
        }
    }
}

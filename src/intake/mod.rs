//! The batching writer between an accepted submission and Postgres: whatever has queued while the last commit ran goes into
//! one statement, and each sender is answered only after the commit.
//!
//! Exactly once: the id is the key, so a batch may be written again after a lost connection. Beyond the bound of the queue new
//! submissions are refused at once ([`IntakeError::Busy`]); nothing waits without limit.

mod answering;
mod pace;
mod place;
mod writer;

use crate::storage::submissions::NewSubmission;
use pace::Pace;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a sender waits for the commit before being told to try again.
const PATIENCE: Duration = Duration::from_secs(10);

/// No processor: the system chooses where writers run.
const ANYWHERE: usize = usize::MAX;

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is stored now.
    Stored,
    /// The same was stored before.
    Repeated,
    /// Another content was stored before under this id; that one stays.
    Different,
}

/// Why a submission was not taken. In the last two cases it may be stored all the same; sending it again is safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntakeError {
    /// The queue is full.
    Busy,
    /// Postgres is away or did not answer in time.
    Unavailable,
    /// Postgres refused it; the text is for the log.
    Refused(String),
}

/// Told of each batch: its size and how long it took.
pub type BatchObserver = Arc<dyn Fn(usize, Duration) + Send + Sync>;

struct Job {
    new: NewSubmission,
    sender: answering::Sender,
}

/// What waits, and what the writers do about it.
#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    pace: Pace,
    /// How many writers sleep until there is something to write.
    sleeping: usize,
    /// How many of those were called and have not woken yet.
    called: usize,
}

impl Waiting {
    fn is_enough(&self, now: Instant) -> bool {
        self.pace.is_enough(self.jobs.len(), now)
    }

    /// Whether a writer is to be called. One that would go back to sleep is left alone: to wake it costs about as much as to check
    /// a submission.
    fn calls_a_writer(&self) -> bool {
        self.sleeping > self.called && self.is_enough(Instant::now())
    }
}

struct Queue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
    capacity: usize,
    length: AtomicUsize,
    /// Where the writers are kept.
    core: AtomicUsize,
    is_stopping: AtomicBool,
}

/// The writer's front. Cloning it gives another handle on the same queue.
#[derive(Clone)]
pub struct Intake {
    queue: Arc<Queue>,
    writers: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

/// How the writer is set up.
#[derive(Debug, Clone, Copy)]
pub struct IntakeSettings {
    /// Writer threads, each with a connection of its own.
    pub writers: usize,
    /// The most submissions that may wait.
    pub capacity: usize,
    /// The most submissions in one statement.
    pub batch: usize,
}

impl Default for IntakeSettings {
    fn default() -> Self {
        Self { writers: 2, capacity: 4096, batch: 512 }
    }
}

impl Intake {
    /// Starts the writers on a database.
    pub fn start(url: &str, settings: IntakeSettings, observer: BatchObserver) -> std::io::Result<Self> {
        let queue = Arc::new(Queue {
            waiting: Mutex::default(),
            filled: Condvar::new(),
            capacity: settings.capacity,
            length: AtomicUsize::new(0),
            core: AtomicUsize::new(ANYWHERE),
            is_stopping: AtomicBool::new(false),
        });
        let writers = (0..settings.writers)
            .map(|number| {
                let writer = writer::Writer::new(url.to_owned(), settings.batch, queue.clone(), observer.clone());
                std::thread::Builder::new().name(format!("intake-{number}")).spawn(move || writer.run())
            })
            .collect::<std::io::Result<Vec<_>>>()?;
        Ok(Self { queue, writers: Arc::new(Mutex::new(writers)) })
    }

    /// Hands a submission over and waits until it is committed.
    pub async fn submit(&self, new: NewSubmission) -> Result<Outcome, IntakeError> {
        let (sender, committed) = answering::sender();
        self.queue.push(Job { new, sender })?;
        match tokio::time::timeout(PATIENCE, committed).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err(IntakeError::Unavailable),
        }
    }

    /// How many submissions wait.
    pub fn queued(&self) -> usize {
        self.queue.length.load(Ordering::Relaxed)
    }

    /// Keeps the writers on one processor, counted from 0, from the next batch on; without one the system chooses.
    pub fn keep_writers_on(&self, core: Option<usize>) {
        self.queue.core.store(core.unwrap_or(ANYWHERE), Ordering::Relaxed);
    }

    /// Lets the writers finish what waits and ends them.
    pub fn stop(&self) {
        // Not between a writer's last look and its sleep, which would then have no end.
        let waiting = self.queue.lock();
        self.queue.is_stopping.store(true, Ordering::SeqCst);
        drop(waiting);
        self.queue.filled.notify_all();
        let writers = std::mem::take(&mut *self.writers.lock().unwrap_or_else(PoisonError::into_inner));
        for writer in writers {
            if writer.join().is_err() {
                tracing::error!("an intake writer had panicked");
            }
        }
    }
}

impl Queue {
    fn core(&self) -> Option<usize> {
        Some(self.core.load(Ordering::Relaxed)).filter(|core| *core != ANYWHERE)
    }

    fn push(&self, job: Job) -> Result<(), IntakeError> {
        let mut waiting = self.lock();
        if self.is_stopping.load(Ordering::SeqCst) {
            return Err(IntakeError::Unavailable);
        }
        if waiting.jobs.len() >= self.capacity {
            return Err(IntakeError::Busy);
        }
        waiting.jobs.push_back(job);
        self.length.store(waiting.jobs.len(), Ordering::Relaxed);
        self.call(waiting);
        Ok(())
    }

    /// The next batch; nothing when the service stops and all is written.
    fn take(&self, most: usize) -> Option<Vec<Job>> {
        let mut waiting = self.lock();
        let mut now = Instant::now();
        while !waiting.is_enough(now) {
            if self.is_stopping.load(Ordering::SeqCst) {
                if waiting.jobs.is_empty() {
                    return None;
                }
                break;
            }
            waiting.sleeping += 1;
            let (some_wait, patience) = (!waiting.jobs.is_empty(), waiting.pace.patience(now));
            let woken = self.filled.wait_timeout(waiting, patience);
            let (held, woken) = woken.unwrap_or_else(PoisonError::into_inner);
            (waiting, now) = (held, Instant::now());
            waiting.sleeping -= 1;
            waiting.called = waiting.called.saturating_sub(1);
            if some_wait && woken.timed_out() && Pace::is_over(patience) && !waiting.jobs.is_empty() {
                break;
            }
        }
        let count = waiting.jobs.len().min(most);
        let batch = waiting.jobs.drain(..count).collect();
        waiting.pace.begin(count);
        self.length.store(waiting.jobs.len(), Ordering::Relaxed);
        Some(batch)
    }

    /// Calls a writer if there is something for one.
    fn call(&self, mut waiting: MutexGuard<'_, Waiting>) {
        let calls = waiting.calls_a_writer();
        waiting.called += usize::from(calls);
        drop(waiting);
        if calls {
            self.filled.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A writer that writes a batch of so many; dropped, also by a panic, it does so no longer.
struct Writing<'a> {
    queue: &'a Queue,
    count: usize,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        let mut waiting = self.queue.lock();
        waiting.pace.end(self.count, Instant::now());
        self.queue.call(waiting);
    }
}

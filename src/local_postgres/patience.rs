//! Waiting for another process: asking again and again, saying why after a moment, and giving up in the end.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long we wait for another process before we give up.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

const SILENT_FOR: Duration = Duration::from_secs(2);
const SAY_EVERY: Duration = Duration::from_secs(5);

/// Calls `ask` until it has an answer; `None` when there was none within `limit`. `why` completes "waiting: ...".
pub(super) fn patiently<T>(why: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let begin = Instant::now();
    let mut say_at = SILENT_FOR;
    let mut pause = Duration::from_millis(2);
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        let waited = begin.elapsed();
        if waited >= limit {
            return None;
        }
        if waited >= say_at {
            tracing::info!("waiting: {why} ({} s)", waited.as_secs());
            say_at = waited + SAY_EVERY;
        }
        sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

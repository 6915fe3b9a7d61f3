//! When what waits is written: few large batches cost the machine less than many small ones, but nobody is to wait long for others.

use std::time::{Duration, Instant};

/// So many are written at once where nobody is writing. With more each commit would be cheaper, and the machine would rest while all
/// wait. While a writer is writing, another writes as many as that one or more, but never fewer than these: so the senders, however
/// many, come to stand in two halves, of which one sends while the other is written. With smaller batches more would wait for the
/// disk, which saves one commit after the other; with larger ones the disk would wait for them.
const WORTH_A_COMMIT: usize = 16;

/// After a batch of so many their senders are about to send again,
const MANY: usize = 10;

/// and so long fewer than are worth a commit wait for them.
const SOON: Duration = Duration::from_millis(1);

/// While a writer writes, fewer are written by another once they have waited so long: it may hang in a lock or on a lost connection.
const LONG_ENOUGH: Duration = Duration::from_millis(100);

/// What the writers do.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// How many of them write.
    writing: usize,
    /// How many submissions the batch has that was begun last.
    begun: usize,
    /// Until when more submissions are about to come.
    more_until: Option<Instant>,
}

impl Pace {
    /// A writer begins a batch of so many.
    pub fn begin(&mut self, count: usize) {
        self.writing += 1;
        self.begun = count;
    }

    /// A writer is done with a batch of so many.
    pub fn end(&mut self, count: usize, now: Instant) {
        self.writing -= 1;
        self.more_until = (count >= MANY).then(|| now + SOON);
    }

    /// Whether so many that wait are to be written now.
    pub fn is_enough(&self, waiting: usize, now: Instant) -> bool {
        match waiting {
            0 => false,
            WORTH_A_COMMIT.. => self.writing == 0 || waiting >= self.begun,
            _ => self.writing == 0 && self.rest(now).is_none(),
        }
    }

    /// How long a writer sleeps if nobody calls it.
    pub fn patience(&self, now: Instant) -> Duration {
        match self.rest(now) {
            Some(rest) if self.writing == 0 => rest,
            _ => LONG_ENOUGH,
        }
    }

    /// Whether what has waited for all of a writer's patience is written even though it is not enough.
    pub fn is_over(patience: Duration) -> bool {
        patience == LONG_ENOUGH
    }

    /// How long more are about to come, if they are.
    fn rest(&self, now: Instant) -> Option<Duration> {
        self.more_until.map(|until| until.saturating_duration_since(now)).filter(|rest| !rest.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_written_when_nobody_writes_and_no_more_are_about_to_come() {
        let start = Instant::now();
        let mut pace = Pace::default();
        assert!(!pace.is_enough(0, start));
        assert!(pace.is_enough(1, start));

        pace.begin(40);
        assert!(!pace.is_enough(39, start), "another writes more");
        assert!(pace.is_enough(40, start));
        pace.begin(3);
        assert!(!pace.is_enough(WORTH_A_COMMIT - 1, start), "not worth a commit while others write");
        assert!(pace.is_enough(WORTH_A_COMMIT, start), "the last begun counts");
        pace.end(3, start);
        assert!(Pace::is_over(pace.patience(start)), "the other may hang");

        pace.end(MANY, start);
        let half = start + SOON / 2;
        assert!(!pace.is_enough(1, half), "more are about to come");
        assert!(pace.is_enough(WORTH_A_COMMIT, half));
        assert_eq!(pace.patience(half), SOON / 2);
        assert!(pace.is_enough(1, start + SOON));
        assert_eq!(pace.patience(start + SOON), LONG_ENOUGH);

        pace.begin(1);
        assert_eq!(pace.patience(half), LONG_ENOUGH, "whoever writes looks after what waits when it is done");
        pace.end(1, half);
        assert!(pace.is_enough(1, half), "a sender by itself waits for nobody");
    }
}

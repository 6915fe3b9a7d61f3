//! How long a signed-in browser stays signed in, and how guessing at sign-in is slowed down. Times come in; no clock here.

use chrono::{DateTime, TimeDelta, Utc};

/// A session ends after so many minutes without use.
pub const IDLE_MINUTES: i64 = 30;
/// A session ends after so many hours, used or not.
pub const LONGEST_HOURS: i64 = 12;

/// The moments since which a session must have been used, and begun, to be alive now.
pub fn alive_since(now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    (now - TimeDelta::minutes(IDLE_MINUTES), now - TimeDelta::hours(LONGEST_HOURS))
}

/// Failures that cost nothing.
const FREE_FAILURES: usize = 5;
/// The first wait, in seconds; it doubles with each failure.
const FIRST_WAIT: i64 = 30;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;
/// Failures older than this are forgotten.
pub const FAILURES_KEPT_HOURS: i64 = 24;

/// How many seconds somebody must wait before the next try at a name, after failures at these moments (in any order):
/// nothing up to four failures, then 30 s, doubling to a quarter of an hour. Whether the name exists plays no part.
pub fn wait_before_next_try(failures: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<u64> {
    let kept = now - TimeDelta::hours(FAILURES_KEPT_HOURS);
    let recent: Vec<DateTime<Utc>> = failures.iter().copied().filter(|f| *f > kept).collect();
    let last = recent.iter().max()?;
    let doublings = u32::try_from(recent.len().checked_sub(FREE_FAILURES)?).unwrap_or(u32::MAX).min(10);
    let wait = (FIRST_WAIT << doublings).min(LONGEST_WAIT);
    let left = (*last + TimeDelta::seconds(wait) - now).num_milliseconds();
    u64::try_from(left).ok().filter(|left| *left > 0).map(|left| left.div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn wait(failures: &[i64], now: i64) -> Option<u64> {
        let failures: Vec<_> = failures.iter().map(|s| at(*s)).collect();
        wait_before_next_try(&failures, at(now))
    }

    #[test]
    fn the_wait_begins_with_the_fifth_failure_and_doubles() {
        assert_eq!(wait(&[], 0), None);
        assert_eq!(wait(&[1, 2, 3, 4], 5), None);
        assert_eq!(wait(&[5, 1, 2, 3, 4], 5), Some(30));
        assert_eq!(wait(&[1, 2, 3, 4, 5], 34), Some(1));
        assert_eq!(wait(&[1, 2, 3, 4, 5], 35), None);
        assert_eq!(wait(&[1, 2, 3, 4, 5, 40], 40), Some(60));
        assert_eq!(wait(&(0..100).collect::<Vec<_>>(), 100), Some(899));
    }

    #[test]
    fn a_day_later_all_is_forgotten() {
        let day = 24 * 3600;
        assert_eq!(wait(&(0..50).collect::<Vec<_>>(), 50 + day), None);
    }
}

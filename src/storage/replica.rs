//! A replica for reading figures: how far it is behind, and whether it may be read from.
//!
//! Freshness is measured by positions in the log, not by clocks: what the primary had written at a moment is there once the replica
//! has replayed that far. A replica of another cluster, or one left behind on an old timeline, is not read from.

use super::pool::{Connections, connections};
use super::{DbError, PgConnection, QueryResult};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often it is looked at.
pub const PAUSE: Duration = Duration::from_millis(500);

/// How long somebody waits for a connection to it before the primary is asked instead.
const WAIT: Duration = Duration::from_secs(1);

/// Positions remembered at the most: more than there can be within any sensible bound.
const MOST_POSITIONS: usize = 4096;

/// What a replica was good for when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It follows the primary, and is so far behind.
    Follows(Duration),
    /// It follows, but has not yet come to anything that the primary was seen to write.
    FarBehind,
    /// It is no replica of this database; in words for the log.
    NoReplica(&'static str),
}

/// A value that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading<T> {
    /// The value.
    pub value: T,
    /// How old it may be, where a replica gave it; everything committed before that is in it.
    pub age: Option<Duration>,
}

/// Where a log stands, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(super) struct Position {
    #[diesel(sql_type = Bool)]
    follows: bool,
    #[diesel(sql_type = BigInt)]
    written: i64,
    #[diesel(sql_type = Text)]
    cluster: String,
    #[diesel(sql_type = Text)]
    timeline: String,
}

/// What was seen of primary and replica.
#[derive(Debug, Default)]
struct Seen {
    /// Where the primary stood, and when; the newest last.
    written: VecDeque<(Instant, i64)>,
    /// Everything that was committed before this moment is on the replica.
    fresh_at: Option<Instant>,
}

/// A replica.
pub(super) struct Replica {
    pub(super) pool: Connections,
    pub(super) url: String,
    /// How far it may be behind and still be read from.
    bound: Duration,
    seen: Mutex<Seen>,
}

impl Replica {
    pub(super) fn new(url: &str, size: u32, bound: Duration) -> Self {
        Self { pool: connections(url, size, WAIT), url: url.to_owned(), bound, seen: Mutex::default() }
    }

    /// How far it is behind at the most; nothing while that is not known.
    pub(super) fn lag(&self) -> Option<Duration> {
        self.seen().fresh_at.map(|at| at.elapsed())
    }

    /// How old its figures may be, while it may be read from.
    pub(super) fn usable(&self) -> Option<Duration> {
        self.lag().filter(|lag| *lag <= self.bound)
    }

    /// It gave no answer: it is not asked again before it has been looked at.
    pub(super) fn doubt(&self) {
        self.seen().fresh_at = None;
    }

    /// Compares it with where the primary stands.
    pub(super) fn look(&self, primary: &Position, since: Instant) -> Result<Standing, DbError> {
        let mut held = self.pool.get().map_err(|e| DbError::Unavailable(e.to_string()))?;
        let replica = held.run(position_of_replica)?;
        Ok(self.judge(primary, since, &replica))
    }

    fn judge(&self, primary: &Position, since: Instant, replica: &Position) -> Standing {
        let mut seen = self.seen();
        let trouble = match replica {
            r if r.cluster != primary.cluster => Some("it belongs to another cluster"),
            r if !r.follows => Some("it is no standby"),
            r if r.timeline != primary.timeline => Some("it has not yet followed the server that took over"),
            _ => None,
        };
        if let Some(trouble) = trouble {
            *seen = Seen::default();
            return Standing::NoReplica(trouble);
        }
        seen.written.push_back((since, primary.written));
        if seen.written.len() > MOST_POSITIONS {
            seen.written.pop_front();
        }
        let reached = seen.written.iter().rposition(|(_, written)| *written <= replica.written);
        if let Some(reached) = reached {
            seen.written.drain(..reached);
            seen.fresh_at = seen.written.front().map(|(at, _)| *at);
        }
        seen.fresh_at.map_or(Standing::FarBehind, |at| Standing::Follows(at.elapsed()))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the primary stands.
pub(super) fn position_of_primary(conn: &mut PgConnection) -> QueryResult<Position> {
    diesel::sql_query(
        "select false as follows, (pg_current_wal_lsn() - '0/0')::bigint as written, \
             (select system_identifier::text from pg_control_system()) as cluster, \
             left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline",
    )
    .get_result(conn)
}

/// How far a standby has come. It tells a new timeline after its next restart point.
fn position_of_replica(conn: &mut PgConnection) -> QueryResult<Position> {
    diesel::sql_query(
        "select pg_is_in_recovery() as follows, coalesce((pg_last_wal_replay_lsn() - '0/0')::bigint, 0) as written, \
             (select system_identifier::text from pg_control_system()) as cluster, \
             (select upper(lpad(to_hex(timeline_id), 8, '0')) from pg_control_checkpoint()) as timeline",
    )
    .get_result(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(written: i64) -> Position {
        Position { follows: true, written, cluster: "7".to_owned(), timeline: "00000001".to_owned() }
    }

    fn replica() -> Replica {
        Replica::new("postgres://nobody@127.0.0.1:9/none", 1, Duration::from_secs(30))
    }

    #[test]
    fn a_replica_is_as_fresh_as_the_last_moment_whose_log_it_has_replayed() {
        let replica = replica();
        let now = Instant::now();
        let ago = |seconds| now.checked_sub(Duration::from_secs(seconds)).unwrap();
        assert_eq!(replica.judge(&position(100), ago(60), &position(90)), Standing::FarBehind);
        assert_eq!(replica.usable(), None, "nothing is known to be there");
        replica.judge(&position(200), ago(20), &position(150));
        assert!(replica.lag().unwrap() >= Duration::from_secs(60), "it has what was written a minute ago");
        assert_eq!(replica.usable(), None, "which is too long ago");
        replica.judge(&position(300), ago(5), &position(299));
        let lag = replica.usable().unwrap();
        assert!((20..21).contains(&lag.as_secs()), "{lag:?}");
        replica.judge(&position(300), ago(1), &position(300));
        assert_eq!(replica.usable().unwrap().as_secs(), 1);
        replica.doubt();
        assert_eq!(replica.lag(), None);
    }

    #[test]
    fn what_is_no_replica_of_this_database_is_not_read_from() {
        let replica = replica();
        let now = Instant::now();
        assert!(matches!(replica.judge(&position(1), now, &position(1)), Standing::Follows(_)));
        for other in [
            Position { cluster: "8".to_owned(), ..position(1) },
            Position { follows: false, ..position(1) },
            Position { timeline: "00000002".to_owned(), ..position(1) },
        ] {
            assert!(matches!(replica.judge(&position(1), now, &other), Standing::NoReplica(_)), "{other:?}");
            assert_eq!(replica.usable(), None);
        }
    }
}

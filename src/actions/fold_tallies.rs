//! Folding new facts into the tallies, one batch a transaction.

use crate::domain::counting::Counting;
use crate::storage::folding::{self, Folded, IfTaken};
use crate::storage::transaction;
use crate::storage::waiting_facts::count_waiting;
use crate::storage::{PgConnection, QueryResult};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Folds one batch, after whoever folds now.
pub fn fold_tallies(conn: &mut PgConnection, now: DateTime<Utc>, counting: &Counting) -> QueryResult<Folded> {
    transaction(conn, |conn| folding::fold(conn, now, counting, IfTaken::Wait))
}

/// Folds one batch unless somebody else folds now, who then does the work.
pub fn fold_tallies_if_free(conn: &mut PgConnection, now: DateTime<Utc>, counting: &Counting) -> QueryResult<Folded> {
    transaction(conn, |conn| folding::fold(conn, now, counting, IfTaken::Leave))
}

/// How often, and how long, to wait for transactions that hold newer facts back.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// Folds until nothing waits, for at most two seconds beyond what there is to do; returns how many facts went in.
pub fn fold_all(conn: &mut PgConnection, now: DateTime<Utc>, counting: &Counting) -> QueryResult<usize> {
    let mut facts = 0;
    let mut tries = 0;
    loop {
        let folded = fold_tallies(conn, now, counting)?;
        facts += folded.facts;
        if folded.more {
            continue;
        }
        if tries == TRIES || count_waiting(conn)? == 0 {
            return Ok(facts);
        }
        tries += 1;
        std::thread::sleep(PAUSE);
    }
}

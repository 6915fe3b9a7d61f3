//! Folding new facts into the tallies, one batch a transaction.

use crate::storage::tallies::{self, Folded};
use crate::storage::transaction;
use crate::storage::{PgConnection, QueryResult};
use chrono::{DateTime, Utc};

/// Folds one batch.
pub fn fold_tallies(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Folded> {
    transaction(conn, |conn| tallies::fold(conn, now))
}

/// Folds until nothing waits; returns how many facts went in.
pub fn fold_all(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let mut facts = 0;
    loop {
        let folded = fold_tallies(conn, now)?;
        facts += folded.facts;
        if !folded.more {
            return Ok(facts);
        }
    }
}

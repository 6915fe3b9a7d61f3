//! Removing all demo submissions, with what was decided about them, and counting anew what is left.

use crate::storage::audit_log::{self, Actor};
use crate::storage::{PgConnection, QueryResult, folding, submissions, transaction, without_time_limit};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Removes them all or none; returns how many there were. Folding afterwards brings the figures back.
pub fn remove_demo(conn: &mut PgConnection, now: DateTime<Utc>, actor: &Actor) -> QueryResult<usize> {
    transaction(conn, |conn| {
        without_time_limit(conn)?;
        let removed = submissions::delete_demo(conn)?;
        if removed > 0 {
            folding::reset(conn)?;
            audit_log::insert(conn, now, actor, "remove demo submissions", "submissions", json!({ "count": removed }))?;
        }
        Ok(removed)
    })
}

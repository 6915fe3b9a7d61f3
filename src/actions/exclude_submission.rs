//! Taking a submission out of the index, and putting it back: both are facts with who, why and when.

use crate::domain::ids::SubmissionId;
use crate::storage::audit_log::{self, Actor};
use crate::storage::{PgConnection, QueryResult, exclusions, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excluded {
    /// Done.
    Done,
    /// It was so already; nothing was written.
    Already,
    /// There is no such submission.
    NoSuchSubmission,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Out of the index.
    Out,
    /// Back into it.
    Back,
}

/// Decides about a submission.
pub fn exclude_submission(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    id: SubmissionId,
    direction: Direction,
    reason: &str,
) -> QueryResult<Excluded> {
    transaction(conn, |conn| {
        let Some(step) = exclusions::step_for_update(conn, id)? else { return Ok(Excluded::NoSuchSubmission) };
        let is_out = step % 2 == 1;
        if is_out == (direction == Direction::Out) {
            return Ok(Excluded::Already);
        }
        exclusions::insert(conn, now, actor, id, step + 1, reason)?;
        let action = if is_out { "put a submission back" } else { "exclude a submission" };
        audit_log::insert(conn, now, actor, action, &id.0.to_string(), json!({ "reason": reason }))?;
        Ok(Excluded::Done)
    })
}

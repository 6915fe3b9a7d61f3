//! Exclusions and their liftings: facts beside the submissions, which stay as they are.

use super::audit_log::Actor;
use super::schema::{exclusions, submissions};
use crate::domain::ids::SubmissionId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// How often a submission has been taken out and put back: odd means it is out. Nothing if there is no such submission.
/// Waits for whoever else is deciding about the same submission.
pub fn step_for_update(conn: &mut PgConnection, id: SubmissionId) -> QueryResult<Option<i16>> {
    let known: Option<uuid::Uuid> =
        submissions::table.find(id.0).select(submissions::id).for_update().first(conn).optional()?;
    if known.is_none() {
        return Ok(None);
    }
    let last: Option<i16> = exclusions::table
        .filter(exclusions::submission_id.eq(id.0))
        .select(diesel::dsl::max(exclusions::step))
        .first(conn)?;
    Ok(Some(last.unwrap_or(0)))
}

/// Appends a step.
pub fn insert(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    id: SubmissionId,
    step: i16,
    reason: &str,
) -> QueryResult<()> {
    diesel::insert_into(exclusions::table)
        .values((
            exclusions::submission_id.eq(id.0),
            exclusions::step.eq(step),
            exclusions::staff_id.eq(actor.staff.map(|s| s.0)),
            exclusions::actor.eq(&actor.name),
            exclusions::reason.eq(reason),
            exclusions::made_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

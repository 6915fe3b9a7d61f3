//! The audit log: appended to by actions, never changed.

use super::schema::audit_log;
use crate::domain::ids::StaffId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Who does something: a member of staff, or the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The member of staff.
    pub staff: Option<StaffId>,
    /// In words: an e-mail address, or `command line`.
    pub name: String,
}

impl Actor {
    /// Somebody at the machine's own command line.
    pub fn command_line() -> Self {
        Self { staff: None, name: "command line".to_owned() }
    }
}

/// Appends an entry. `detail` must hold no secret and no answer.
pub fn insert(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    action: &str,
    subject: &str,
    detail: serde_json::Value,
) -> QueryResult<()> {
    diesel::insert_into(audit_log::table)
        .values((
            audit_log::at.eq(now),
            audit_log::staff_id.eq(actor.staff.map(|s| s.0)),
            audit_log::actor.eq(&actor.name),
            audit_log::action.eq(action),
            audit_log::subject.eq(subject),
            audit_log::detail.eq(detail),
        ))
        .execute(conn)?;
    Ok(())
}

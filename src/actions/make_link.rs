//! One-time links: each sets the password of one person once, within three days. A new one replaces those not used yet.

use super::draw_secret::draw_token;
use crate::domain::access::Role;
use crate::domain::email::Email;
use crate::domain::ids::StaffId;
use crate::domain::token::Token;
use crate::storage::audit_log::{self, Actor};
use crate::storage::{PgConnection, QueryResult, staff, transaction};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

/// How many hours a link works.
pub const LINK_HOURS: i64 = 72;

/// The address of the first administrator, on a service that has none.
pub const FIRST_ADMINISTRATOR: &str = "admin@localhost";

/// Makes a link for a person; nothing if there is no such person, or their access has ended.
pub fn make_link(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    email: &Email,
) -> QueryResult<Option<Token>> {
    transaction(conn, |conn| {
        let Some(person) = staff::by_email(conn, email)?.filter(|p| p.ended_at.is_none()) else { return Ok(None) };
        audit_log::insert(conn, now, actor, "make a link", email.as_str(), json!({}))?;
        insert_fresh_link(conn, now, person.id).map(Some)
    })
}

/// As long as no administrator can sign in: sees to it that there is one, and makes the link that sets the password.
pub fn ensure_first_administrator(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Option<Token>> {
    transaction(conn, |conn| {
        if staff::count_administrators_for_update(conn)? > 0 {
            return Ok(None);
        }
        let Some(email) = Email::parse(FIRST_ADMINISTRATOR) else { return Ok(None) };
        staff::insert(conn, now, &email, Role::Administrator, None, None)?;
        let Some(person) = staff::by_email(conn, &email)? else { return Ok(None) };
        if person.ended_at.is_some() {
            staff::mark_resumed(conn, person.id)?;
        }
        audit_log::insert(conn, now, &Actor::command_line(), "make a link", email.as_str(), json!({}))?;
        insert_fresh_link(conn, now, person.id).map(Some)
    })
}

/// Replaces the unused links of a person by a fresh one; within the caller's transaction.
pub(super) fn insert_fresh_link(conn: &mut PgConnection, now: DateTime<Utc>, id: StaffId) -> QueryResult<Token> {
    let token = draw_token();
    staff::delete_unused_links(conn, id)?;
    staff::insert_link(conn, now, id, &token.hash(), now + TimeDelta::hours(LINK_HOURS))?;
    Ok(token)
}

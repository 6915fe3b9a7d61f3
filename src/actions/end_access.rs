//! Ending a person's access, and giving it back. The account stays, so that what it did keeps its name.

use super::make_link::insert_fresh_link;
use crate::domain::access::Role;
use crate::domain::email::Email;
use crate::domain::token::Token;
use crate::storage::audit_log;
use crate::storage::staff::{self, Staff};
use crate::storage::{PgConnection, QueryResult, sessions, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Access has ended: sessions, links and tokens with it.
    Done,
    /// There is no such person with access.
    NoSuchPerson,
    /// Nobody ends their own access.
    Oneself,
    /// Nobody else could look after the service afterwards.
    LastAdministrator,
}

/// Ends a person's access at once: every session, link and token.
pub fn end_access(conn: &mut PgConnection, now: DateTime<Utc>, by: &Staff, email: &Email) -> QueryResult<Ended> {
    transaction(conn, |conn| {
        let person = staff::by_email(conn, email)?.filter(|p| p.ended_at.is_none());
        let Some(person) = person else { return Ok(Ended::NoSuchPerson) };
        if person.id == by.id {
            return Ok(Ended::Oneself);
        }
        // Two administrators who end each other's access at the same moment: one of them stays.
        let able = staff::count_administrators_for_update(conn)?;
        if person.role == Role::Administrator && person.has_password && able < 2 {
            return Ok(Ended::LastAdministrator);
        }
        staff::mark_ended(conn, person.id, now)?;
        staff::delete_unused_links(conn, person.id)?;
        let tokens = staff::mark_tokens_revoked(conn, now, person.id)?;
        let ended = sessions::delete_for_staff(conn, person.id)?;
        let detail = json!({ "sessions": ended, "tokens": tokens });
        audit_log::insert(conn, now, &by.actor(), "end access", email.as_str(), detail)?;
        Ok(Ended::Done)
    })
}

/// Gives a person access again, with a one-time link for a new password; nothing if there is nobody to give it to.
pub fn resume_access(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    by: &Staff,
    email: &Email,
) -> QueryResult<Option<Token>> {
    transaction(conn, |conn| {
        let Some(person) = staff::by_email(conn, email)?.filter(|p| p.ended_at.is_some()) else { return Ok(None) };
        staff::mark_resumed(conn, person.id)?;
        audit_log::insert(conn, now, &by.actor(), "resume access", email.as_str(), json!({}))?;
        insert_fresh_link(conn, now, person.id).map(Some)
    })
}

/// Takes back all tokens a person's programs use.
pub fn revoke_tokens(conn: &mut PgConnection, now: DateTime<Utc>, by: &Staff, person: &Staff) -> QueryResult<usize> {
    transaction(conn, |conn| {
        let tokens = staff::mark_tokens_revoked(conn, now, person.id)?;
        let detail = json!({ "tokens": tokens });
        audit_log::insert(conn, now, &by.actor(), "revoke tokens", &person.email, detail)?;
        Ok(tokens)
    })
}

//! Tokens by which programs read on behalf of a person: told once, stored as a hash, ended with the person's access.

use super::draw_secret::draw_token;
use crate::domain::email::Email;
use crate::domain::token::Token;
use crate::storage::audit_log::{self, Actor};
use crate::storage::{PgConnection, QueryResult, staff, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Makes a token; nothing if there is no such person, or their access has ended.
pub fn make_token(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    email: &Email,
) -> QueryResult<Option<Token>> {
    transaction(conn, |conn| {
        let Some(person) = staff::by_email(conn, email)?.filter(|p| p.ended_at.is_none()) else { return Ok(None) };
        let token = draw_token();
        staff::insert_token(conn, now, person.id, &token.hash())?;
        audit_log::insert(conn, now, actor, "make a token", email.as_str(), json!({}))?;
        Ok(Some(token))
    })
}

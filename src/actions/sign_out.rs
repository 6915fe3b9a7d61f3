//! Signing out: this browser, or everywhere.

use crate::domain::token::TokenHash;
use crate::storage::audit_log;
use crate::storage::staff::Staff;
use crate::storage::{PgConnection, QueryResult, sessions, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Ends one session.
pub fn sign_out(conn: &mut PgConnection, now: DateTime<Utc>, person: &Staff, token: &TokenHash) -> QueryResult<()> {
    transaction(conn, |conn| {
        sessions::delete(conn, token)?;
        audit_log::insert(conn, now, &person.actor(), "sign out", &person.email, json!({}))
    })
}

/// Ends all sessions of a person.
pub fn sign_out_everywhere(conn: &mut PgConnection, now: DateTime<Utc>, person: &Staff) -> QueryResult<()> {
    transaction(conn, |conn| {
        let ended = sessions::delete_for_staff(conn, person.id)?;
        let detail = json!({ "sessions": ended });
        audit_log::insert(conn, now, &person.actor(), "sign out everywhere", &person.email, detail)
    })
}

//! Forgetting what is over: sessions, one-time links, failed sign-ins. Housekeeping, so it leaves no audit row.

use crate::storage::{PgConnection, QueryResult, sessions, staff, transaction};
use chrono::{DateTime, Utc};

/// Forgets it.
pub fn forget_expired(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    transaction(conn, |conn| {
        sessions::delete_expired(conn, now)?;
        staff::delete_expired_links(conn, now)
    })
}

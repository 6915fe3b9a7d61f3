//! Forgetting what is over: sessions, one-time links, failed sign-ins, how people were reached in rounds that have closed, and which
//! transaction used a code. Housekeeping, so it leaves no audit row.

use crate::domain::period::day_in_vietnam;
use crate::storage::{PgConnection, QueryResult, draws, frames, sessions, staff, transaction};
use chrono::{DateTime, Utc};

/// Forgets it.
pub fn forget_expired(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    transaction(conn, |conn| {
        sessions::delete_expired(conn, now)?;
        staff::delete_expired_links(conn, now)?;
        frames::delete_contacts_of_closed(conn, now)?;
        draws::delete_sheet_keys_of_closed(conn, now)?;
        draws::mix_used(conn, now, day_in_vietnam(now))?;
        Ok(())
    })
}

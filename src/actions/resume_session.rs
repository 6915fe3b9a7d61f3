//! Taking up a session where a request shows its token. Noting its use is no deed of the person, so it is not audited.

use crate::domain::token::TokenHash;
use crate::storage::sessions::{self, Session};
use crate::storage::staff::Staff;
use crate::storage::{PgConnection, QueryResult};
use chrono::{DateTime, TimeDelta, Utc};

/// The person and the session of a token, if it is alive; its last use is noted at most once a minute.
pub fn resume_session(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    token: &TokenHash,
) -> QueryResult<Option<(Staff, Session)>> {
    let found = sessions::by_token(conn, now, token)?;
    if let Some((_, session)) = &found
        && now - session.seen_at >= TimeDelta::minutes(1)
    {
        sessions::mark_seen(conn, now, token)?;
    }
    Ok(found)
}

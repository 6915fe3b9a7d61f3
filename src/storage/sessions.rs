//! Signed-in browsers, and failed tries to sign in. Only hashes of tokens and keyed hashes of names are kept.

use super::schema::{sign_in_failures, staff, staff_sessions};
use super::staff::{Staff, StaffRow};
use crate::domain::ids::StaffId;
use crate::domain::session::{FAILURES_KEPT_HOURS, alive_since};
use crate::domain::token::TokenHash;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The hash of its token.
    pub token: TokenHash,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen_at: DateTime<Utc>,
}

/// Keeps a new session.
pub fn insert(conn: &mut PgConnection, now: DateTime<Utc>, id: StaffId, token: &TokenHash) -> QueryResult<()> {
    diesel::insert_into(staff_sessions::table)
        .values((
            staff_sessions::token_hash.eq(&token.0),
            staff_sessions::staff_id.eq(id.0),
            staff_sessions::created_at.eq(now),
            staff_sessions::seen_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// The session of a token and its person, while it is alive and the person has access.
pub fn by_token(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    token: &TokenHash,
) -> QueryResult<Option<(Staff, Session)>> {
    let (used_since, begun_since) = alive_since(now);
    let row: Option<(StaffRow, DateTime<Utc>, DateTime<Utc>)> = staff_sessions::table
        .inner_join(staff::table)
        .filter(staff_sessions::token_hash.eq(&token.0).and(staff::ended_at.is_null()))
        .filter(staff_sessions::seen_at.gt(used_since).and(staff_sessions::created_at.gt(begun_since)))
        .select((StaffRow::as_select(), staff_sessions::created_at, staff_sessions::seen_at))
        .first(conn)
        .optional()?;
    row.map(|(person, created_at, seen_at)| Ok((person.read()?, Session { token: token.clone(), created_at, seen_at })))
        .transpose()
}

/// The live sessions of a person, the latest used first.
pub fn for_staff(conn: &mut PgConnection, now: DateTime<Utc>, id: StaffId) -> QueryResult<Vec<Session>> {
    let (used_since, begun_since) = alive_since(now);
    let rows: Vec<(Vec<u8>, DateTime<Utc>, DateTime<Utc>)> = staff_sessions::table
        .filter(staff_sessions::staff_id.eq(id.0))
        .filter(staff_sessions::seen_at.gt(used_since).and(staff_sessions::created_at.gt(begun_since)))
        .select((staff_sessions::token_hash, staff_sessions::created_at, staff_sessions::seen_at))
        .order(staff_sessions::seen_at.desc())
        .load(conn)?;
    let session = |(token, created_at, seen_at)| Session { token: TokenHash(token), created_at, seen_at };
    Ok(rows.into_iter().map(session).collect())
}

/// Notes that a session is in use.
pub fn mark_seen(conn: &mut PgConnection, now: DateTime<Utc>, token: &TokenHash) -> QueryResult<()> {
    diesel::update(staff_sessions::table.find(&token.0)).set(staff_sessions::seen_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Ends a session.
pub fn delete(conn: &mut PgConnection, token: &TokenHash) -> QueryResult<()> {
    diesel::delete(staff_sessions::table.find(&token.0)).execute(conn)?;
    Ok(())
}

/// Ends all sessions of a person; how many there were.
pub fn delete_for_staff(conn: &mut PgConnection, id: StaffId) -> QueryResult<usize> {
    diesel::delete(staff_sessions::table.filter(staff_sessions::staff_id.eq(id.0))).execute(conn)
}

/// Forgets sessions that are over, and failures that no longer count.
pub fn delete_expired(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    let (used_since, begun_since) = alive_since(now);
    let over = staff_sessions::seen_at.le(used_since).or(staff_sessions::created_at.le(begun_since));
    diesel::delete(staff_sessions::table.filter(over)).execute(conn)?;
    let old = now - TimeDelta::hours(FAILURES_KEPT_HOURS);
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::failed_at.le(old))).execute(conn)?;
    Ok(())
}

/// The moments of failed tries at a name. Within a transaction, the next to ask about the same name waits for its end.
pub fn failures_for_update(conn: &mut PgConnection, name: &[u8]) -> QueryResult<Vec<DateTime<Utc>>> {
    let key = name.iter().take(8).fold(0i64, |all, byte| (all << 8) | i64::from(*byte));
    diesel::sql_query("select pg_advisory_xact_lock($1)").bind::<BigInt, _>(key).execute(conn)?;
    sign_in_failures::table
        .filter(sign_in_failures::name_hash.eq(name))
        .select(sign_in_failures::failed_at)
        .order(sign_in_failures::failed_at.desc())
        .limit(20)
        .load(conn)
}

/// Notes a failed try.
pub fn insert_failure(conn: &mut PgConnection, now: DateTime<Utc>, name: &[u8]) -> QueryResult<()> {
    diesel::insert_into(sign_in_failures::table)
        .values((sign_in_failures::name_hash.eq(name), sign_in_failures::failed_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Forgets the failures at a name.
pub fn delete_failures(conn: &mut PgConnection, name: &[u8]) -> QueryResult<()> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::name_hash.eq(name))).execute(conn)?;
    Ok(())
}

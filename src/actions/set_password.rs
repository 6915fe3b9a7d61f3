//! Setting a password: by a one-time link, or in place of the old one. Either ends every other session of the person and
//! signs in anew.

use super::draw_secret::Hashing;
use super::sign_in::{Begun, begin, open_session, own_key};
use crate::domain::email::Email;
use crate::domain::password::{self, PasswordFault, PasswordHash};
use crate::domain::token::{Token, TokenHash};
use crate::storage::audit_log;
use crate::storage::staff::{self, Staff};
use crate::storage::{Db, DbError, PgConnection, QueryResult, sessions, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Why a password was not set.
#[derive(Debug)]
pub enum SetPasswordError {
    /// The link was used, has expired, was replaced, or never was.
    DeadLink,
    /// The old password is wrong.
    WrongOld,
    /// Too many wrong old passwords; try again after so many seconds.
    Wait(u64),
    /// The new password is not taken.
    Fault(PasswordFault),
    /// Too many passwords wait to be hashed.
    Busy,
    /// The database did not answer.
    Database(DbError),
}

impl From<DbError> for SetPasswordError {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// Sets the password of the person a one-time link belongs to, uses the link up and signs in.
pub async fn set_password_by_link(
    db: &Db,
    hashing: &Hashing,
    link: TokenHash,
    password: String,
    now: DateTime<Utc>,
) -> Result<Token, SetPasswordError> {
    let shown = link.clone();
    let person = db.run(move |conn| staff::by_link(conn, now, &shown)).await?.ok_or(SetPasswordError::DeadLink)?;
    let hash = hashed(hashing, &person, password).await?;
    let done = db.run(move |conn| {
        transaction(conn, |conn| {
            if !staff::mark_link_used(conn, now, &link)? {
                return Ok(None);
            }
            replace(conn, now, &person, &hash, "set a password by link").map(Some)
        })
    });
    done.await?.ok_or(SetPasswordError::DeadLink)
}

/// The old password and the new one.
pub struct Change {
    /// The old one, to prove who is there.
    pub old: String,
    /// The new one.
    pub new: String,
}

/// Replaces the person's own password and signs in anew. Guessing at the old one is slowed down as at sign-in, apart
/// from it.
pub async fn change_password(
    db: &Db,
    hashing: &Hashing,
    secret: &[u8],
    person: Staff,
    change: Change,
    now: DateTime<Utc>,
) -> Result<Token, SetPasswordError> {
    let key = own_key(secret, &person.email);
    let (counted, email) = (key.clone(), Email::parse(&person.email));
    let stored = match db.run(move |conn| begin(conn, now, &counted, email.as_ref())).await? {
        Begun::Wait(seconds) => return Err(SetPasswordError::Wait(seconds)),
        Begun::Try(found) => found.and_then(|(_, stored)| stored),
    };
    if !hashing.verify(change.old, stored).await.map_err(|_| SetPasswordError::Busy)? {
        return Err(SetPasswordError::WrongOld);
    }
    db.run(move |conn| sessions::delete_failures(conn, &key)).await?;
    let hash = hashed(hashing, &person, change.new).await?;
    let done = db.run(move |conn| transaction(conn, |conn| replace(conn, now, &person, &hash, "change the password")));
    Ok(done.await?)
}

async fn hashed(hashing: &Hashing, person: &Staff, password: String) -> Result<PasswordHash, SetPasswordError> {
    if let Some(email) = Email::parse(&person.email) {
        password::check(&password, &email).map_err(SetPasswordError::Fault)?;
    }
    hashing.hash(password).await.map_err(|_| SetPasswordError::Busy)
}

fn replace(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    person: &Staff,
    hash: &PasswordHash,
    action: &str,
) -> QueryResult<Token> {
    staff::set_password_hash(conn, person.id, hash)?;
    staff::delete_unused_links(conn, person.id)?;
    sessions::delete_for_staff(conn, person.id)?;
    audit_log::insert(conn, now, &person.actor(), action, &person.email, json!({}))?;
    open_session(conn, now, person, None)
}

//! Signing in with a password. A wrong name and a wrong password get the same answer after the same work; guessing is slowed
//! down by name, on all servers together, whether or not the name exists. Browsers that are known to the name are counted each
//! for itself, so that strangers cannot keep its owner out.

use super::draw_secret::{Hashing, draw_token};
use super::known_browser::key_of;
use crate::domain::email::Email;
use crate::domain::ids::StaffId;
use crate::domain::session::wait_before_next_try;
use crate::domain::token::{Token, TokenHash};
use crate::storage::audit_log;
use crate::storage::staff::{self, Staff};
use crate::storage::{Db, DbError, PgConnection, QueryResult, sessions, transaction};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// Why somebody was not signed in.
#[derive(Debug)]
pub enum SignInError {
    /// No such name, no such password, no access: they are not told apart.
    Wrong,
    /// Too many failures at this name; try again after so many seconds.
    Wait(u64),
    /// Too many people are signing in just now.
    Busy,
    /// The database did not answer.
    Database(DbError),
}

impl From<DbError> for SignInError {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// What a browser sends.
pub struct Attempt<'a> {
    /// The name.
    pub name: &'a str,
    /// The password.
    pub password: String,
    /// The marks by which the browser is known to some names.
    pub marks: &'a str,
    /// The session the browser had; it ends.
    pub before: Option<TokenHash>,
}

/// Signs a person in and returns the token of the new session.
pub async fn sign_in(
    db: &Db,
    hashing: &Hashing,
    secret: &[u8],
    attempt: Attempt<'_>,
    now: DateTime<Utc>,
) -> Result<Token, SignInError> {
    let Attempt { name, password, marks, before } = attempt;
    let email = Email::parse(name);
    let key = key_of(secret, name, marks, now).unwrap_or_else(|| name_key(secret, name));
    let (counted, asked) = (key.clone(), email);
    let begun = db.run(move |conn| begin(conn, now, &counted, asked.as_ref())).await?;
    let (person, stored) = match begun {
        Begun::Wait(seconds) => return Err(SignInError::Wait(seconds)),
        Begun::Try(found) => found.unzip(),
    };
    let right = hashing.verify(password, stored.flatten()).await.map_err(|_| SignInError::Busy)?;
    match person.filter(|_| right) {
        Some(person) => Ok(db.run(move |conn| finish(conn, now, &person, &key, before.as_ref())).await?),
        None => Err(SignInError::Wrong),
    }
}

pub(super) enum Begun {
    /// Too many failures; so many seconds to wait.
    Wait(u64),
    /// The person with access and the stored password, if there is such a person.
    Try(Option<(Staff, Option<String>)>),
}

/// Counts the try as a failure before its password is looked at, so that many at once gain nothing.
pub(super) fn begin(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    key: &[u8],
    email: Option<&Email>,
) -> QueryResult<Begun> {
    transaction(conn, |conn| {
        let failures = sessions::failures_for_update(conn, key)?;
        if let Some(seconds) = wait_before_next_try(&failures, now) {
            return Ok(Begun::Wait(seconds));
        }
        sessions::insert_failure(conn, now, key)?;
        let person = match email {
            Some(email) => staff::by_email(conn, email)?.filter(|p| p.ended_at.is_none()),
            None => None,
        };
        // Where there is nobody the same question is asked about nobody.
        let stored = staff::password_hash(conn, person.as_ref().map_or(StaffId(0), |p| p.id))?;
        Ok(Begun::Try(person.map(|p| (p, stored))))
    })
}

fn finish(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    person: &Staff,
    key: &[u8],
    before: Option<&TokenHash>,
) -> QueryResult<Token> {
    transaction(conn, |conn| {
        sessions::delete_failures(conn, key)?;
        sessions::delete_expired(conn, now)?;
        audit_log::insert(conn, now, &person.actor(), "sign in", &person.email, json!({}))?;
        open_session(conn, now, person, before)
    })
}

/// Opens a session in place of the one before; within the caller's transaction.
pub(super) fn open_session(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    person: &Staff,
    before: Option<&TokenHash>,
) -> QueryResult<Token> {
    if let Some(before) = before {
        sessions::delete(conn, before)?;
    }
    let token = draw_token();
    sessions::insert(conn, now, person.id, &token.hash())?;
    Ok(token)
}

/// What stands for a name among the failures: it cannot be read back without the secret.
pub(super) fn name_key(secret: &[u8], name: &str) -> Vec<u8> {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Vec::new() };
    mac.update(b"sign-in name");
    mac.update(folded(name).as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// A name as names are compared, cut to the length that an address may have.
pub(super) fn folded(name: &str) -> String {
    name.trim().to_lowercase().chars().take(254).collect()
}

/// What stands for a person who is signed in among the failures at the old password: strangers at sign-in do not add to it.
pub(super) fn own_key(secret: &[u8], name: &str) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Vec::new() };
    mac.update(b"own password of");
    mac.update(folded(name).as_bytes());
    mac.finalize().into_bytes().to_vec()
}

//! Adding a person of the office: with a password, or with a one-time link that lets them set their own.

use super::draw_secret::hash_password;
use super::make_link::insert_fresh_link;
use crate::domain::access::Role;
use crate::domain::email::Email;
use crate::domain::ids::StaffId;
use crate::domain::password::{self, PasswordFault};
use crate::domain::token::Token;
use crate::storage::audit_log::{self, Actor};
use crate::storage::{PgConnection, QueryResult, catalogue, staff, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Somebody was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The person.
    pub id: StaffId,
    /// The address, as it is kept.
    pub email: Email,
    /// The token of the one-time link, where no password was given; it can be told only now.
    pub link: Option<Token>,
}

/// Why nobody was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddStaffError {
    /// The address cannot be one.
    BadEmail,
    /// Somebody has this address already, with or without access.
    EmailTaken,
    /// An officer needs a unit.
    UnitMissing,
    /// There is no unit of that code.
    NoSuchUnit,
    /// The password is not taken.
    BadPassword(PasswordFault),
}

/// Adds a person. Only an officer's unit narrows what they see; for the other roles it says where they work.
pub fn add_staff(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    email: &str,
    role: Role,
    unit_code: Option<&str>,
    password: Option<&str>,
) -> QueryResult<Result<Added, AddStaffError>> {
    let Some(email) = Email::parse(email) else { return Ok(Err(AddStaffError::BadEmail)) };
    let unit_code = unit_code.map(str::trim).filter(|code| !code.is_empty());
    if role == Role::Officer && unit_code.is_none() {
        return Ok(Err(AddStaffError::UnitMissing));
    }
    if let Some(code) = unit_code
        && catalogue::load(conn)?.units_of_code(code).is_empty()
    {
        return Ok(Err(AddStaffError::NoSuchUnit));
    }
    if let Some(Err(fault)) = password.map(|p| password::check(p, &email)) {
        return Ok(Err(AddStaffError::BadPassword(fault)));
    }
    let hash = password.map(hash_password).transpose()?;
    transaction(conn, |conn| {
        let Some(id) = staff::insert(conn, now, &email, role, unit_code, hash.as_ref())? else {
            return Ok(Err(AddStaffError::EmailTaken));
        };
        let detail = json!({ "role": role.code(), "unit": unit_code, "password": hash.is_some() });
        audit_log::insert(conn, now, actor, "add staff", email.as_str(), detail)?;
        let link = if hash.is_none() { Some(insert_fresh_link(conn, now, id)?) } else { None };
        Ok(Ok(Added { id, email, link }))
    })
}

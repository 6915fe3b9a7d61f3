//! Staff, their one-time links and their tokens for programs. Secrets come in and are looked up as hashes only.

use super::audit_log::Actor;
use super::schema::{staff, staff_links, staff_tokens};
use crate::domain::access::{Role, Scope};
use crate::domain::catalogue::Catalogue;
use crate::domain::email::Email;
use crate::domain::ids::StaffId;
use crate::domain::password::PasswordHash;
use crate::domain::token::TokenHash;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::HashMap;

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The person.
    pub id: StaffId,
    /// The address, in lower case.
    pub email: String,
    /// The role.
    pub role: Role,
    /// The code of the own unit.
    pub unit_code: Option<String>,
    /// Whether a password has been set.
    pub has_password: bool,
    /// When access began.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Staff {
    /// The units whose figures the person may see: an officer's own unit and all below it, in every period of validity; of
    /// everybody else, all.
    pub fn scope(&self, catalogue: &Catalogue) -> Scope {
        match self.role {
            Role::Administrator | Role::Leader | Role::Province => Scope::All,
            Role::Officer => {
                Scope::Units(self.unit_code.as_deref().map(|code| catalogue.subtree_of_code(code)).unwrap_or_default())
            }
        }
    }

    /// The person as one who acts.
    pub fn actor(&self) -> Actor {
        Actor { staff: Some(self.id), name: self.email.clone() }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff)]
pub(super) struct StaffRow {
    id: i64,
    email: String,
    role: String,
    unit_code: Option<String>,
    password_hash: Option<String>,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl StaffRow {
    pub(super) fn read(self) -> QueryResult<Staff> {
        let role = Role::from_code(&self.role)
            .ok_or_else(|| diesel::result::Error::DeserializationError(format!("role {}", self.role).into()))?;
        Ok(Staff {
            id: StaffId(self.id),
            email: self.email,
            role,
            unit_code: self.unit_code,
            has_password: self.password_hash.is_some(),
            created_at: self.created_at,
            ended_at: self.ended_at,
        })
    }
}

/// Adds a person; nothing if the address is taken.
pub fn insert(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    email: &Email,
    role: Role,
    unit_code: Option<&str>,
    password: Option<&PasswordHash>,
) -> QueryResult<Option<StaffId>> {
    let id: Option<i64> = diesel::insert_into(staff::table)
        .values((
            staff::email.eq(email.as_str()),
            staff::role.eq(role.code()),
            staff::unit_code.eq(unit_code),
            staff::password_hash.eq(password.map(|p| &p.0)),
            staff::created_at.eq(now),
        ))
        .on_conflict(staff::email)
        .do_nothing()
        .returning(staff::id)
        .get_result(conn)
        .optional()?;
    Ok(id.map(StaffId))
}

/// Everybody, those whose access has ended last, then by address.
pub fn all(conn: &mut PgConnection) -> QueryResult<Vec<Staff>> {
    let rows: Vec<StaffRow> =
        staff::table.select(StaffRow::as_select()).order((staff::ended_at.is_not_null(), staff::email)).load(conn)?;
    rows.into_iter().map(StaffRow::read).collect()
}

/// The person of an id, with or without access.
pub fn by_id(conn: &mut PgConnection, id: StaffId) -> QueryResult<Option<Staff>> {
    let row: Option<StaffRow> = staff::table.find(id.0).select(StaffRow::as_select()).first(conn).optional()?;
    row.map(StaffRow::read).transpose()
}

/// The person of an address, with or without access.
pub fn by_email(conn: &mut PgConnection, email: &Email) -> QueryResult<Option<Staff>> {
    let row: Option<StaffRow> =
        staff::table.filter(staff::email.eq(email.as_str())).select(StaffRow::as_select()).first(conn).optional()?;
    row.map(StaffRow::read).transpose()
}

/// The stored password of a person who has access.
pub fn password_hash(conn: &mut PgConnection, id: StaffId) -> QueryResult<Option<String>> {
    let hash: Option<Option<String>> = staff::table
        .find(id.0)
        .filter(staff::ended_at.is_null())
        .select(staff::password_hash)
        .first(conn)
        .optional()?;
    Ok(hash.flatten())
}

/// Sets a person's password.
pub fn set_password_hash(conn: &mut PgConnection, id: StaffId, hash: &PasswordHash) -> QueryResult<()> {
    diesel::update(staff::table.find(id.0)).set(staff::password_hash.eq(&hash.0)).execute(conn)?;
    Ok(())
}

/// Sets what a person may do and where they work.
pub fn set_role_and_unit(conn: &mut PgConnection, id: StaffId, role: Role, unit_code: Option<&str>) -> QueryResult<()> {
    diesel::update(staff::table.find(id.0))
        .set((staff::role.eq(role.code()), staff::unit_code.eq(unit_code)))
        .execute(conn)?;
    Ok(())
}

/// Ends a person's access, and forgets the password.
pub fn mark_ended(conn: &mut PgConnection, id: StaffId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(staff::table.find(id.0))
        .set((staff::ended_at.eq(now), staff::password_hash.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}

/// Gives a person access again.
pub fn mark_resumed(conn: &mut PgConnection, id: StaffId) -> QueryResult<()> {
    diesel::update(staff::table.find(id.0)).set(staff::ended_at.eq(None::<DateTime<Utc>>)).execute(conn)?;
    Ok(())
}

/// How many administrators can sign in. Waits for whoever else is deciding about one of them.
pub fn count_administrators_for_update(conn: &mut PgConnection) -> QueryResult<usize> {
    let able = staff::role
        .eq(Role::Administrator.code())
        .and(staff::ended_at.is_null())
        .and(staff::password_hash.is_not_null());
    let ids: Vec<i64> = staff::table.filter(able).select(staff::id).order(staff::id).for_update().load(conn)?;
    Ok(ids.len())
}

/// Keeps a one-time link.
pub fn insert_link(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    id: StaffId,
    token: &TokenHash,
    expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(staff_links::table)
        .values((
            staff_links::token_hash.eq(&token.0),
            staff_links::staff_id.eq(id.0),
            staff_links::created_at.eq(now),
            staff_links::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whose unused one-time link this is, while it works and the person has access.
pub fn by_link(conn: &mut PgConnection, now: DateTime<Utc>, token: &TokenHash) -> QueryResult<Option<Staff>> {
    let row: Option<StaffRow> = staff_links::table
        .inner_join(staff::table)
        .filter(staff_links::token_hash.eq(&token.0))
        .filter(staff_links::used_at.is_null().and(staff_links::expires_at.gt(now)).and(staff::ended_at.is_null()))
        .select(StaffRow::as_select())
        .first(conn)
        .optional()?;
    row.map(StaffRow::read).transpose()
}

/// Uses a one-time link up; whether it was there to be used.
pub fn mark_link_used(conn: &mut PgConnection, now: DateTime<Utc>, token: &TokenHash) -> QueryResult<bool> {
    let unused = staff_links::used_at.is_null().and(staff_links::expires_at.gt(now));
    let used = diesel::update(staff_links::table.find(&token.0).filter(unused))
        .set(staff_links::used_at.eq(now))
        .execute(conn)?;
    Ok(used == 1)
}

/// Forgets the links of a person that nobody has used.
pub fn delete_unused_links(conn: &mut PgConnection, id: StaffId) -> QueryResult<()> {
    let unused = staff_links::staff_id.eq(id.0).and(staff_links::used_at.is_null());
    diesel::delete(staff_links::table.filter(unused)).execute(conn)?;
    Ok(())
}

/// Forgets links that work no longer.
pub fn delete_expired_links(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::delete(staff_links::table.filter(staff_links::expires_at.le(now))).execute(conn)?;
    Ok(())
}

/// Keeps a token for programs.
pub fn insert_token(conn: &mut PgConnection, now: DateTime<Utc>, id: StaffId, token: &TokenHash) -> QueryResult<()> {
    diesel::insert_into(staff_tokens::table)
        .values((
            staff_tokens::token_hash.eq(&token.0),
            staff_tokens::staff_id.eq(id.0),
            staff_tokens::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// On whose behalf a program shows this token, while the token stands and the person has access.
pub fn by_token(conn: &mut PgConnection, token: &TokenHash) -> QueryResult<Option<Staff>> {
    let row: Option<StaffRow> = staff_tokens::table
        .inner_join(staff::table)
        .filter(staff_tokens::token_hash.eq(&token.0))
        .filter(staff_tokens::revoked_at.is_null().and(staff::ended_at.is_null()))
        .select(StaffRow::as_select())
        .first(conn)
        .optional()?;
    row.map(StaffRow::read).transpose()
}

/// Takes all tokens of a person back; how many there were.
pub fn mark_tokens_revoked(conn: &mut PgConnection, now: DateTime<Utc>, id: StaffId) -> QueryResult<usize> {
    let standing = staff_tokens::staff_id.eq(id.0).and(staff_tokens::revoked_at.is_null());
    diesel::update(staff_tokens::table.filter(standing)).set(staff_tokens::revoked_at.eq(now)).execute(conn)
}

/// How many standing tokens a person has.
pub fn count_tokens(conn: &mut PgConnection, id: StaffId) -> QueryResult<i64> {
    let standing = staff_tokens::staff_id.eq(id.0).and(staff_tokens::revoked_at.is_null());
    staff_tokens::table.filter(standing).count().get_result(conn)
}

/// How many standing tokens each person has who has any.
pub fn token_counts(conn: &mut PgConnection) -> QueryResult<HashMap<StaffId, i64>> {
    let rows: Vec<(i64, i64)> = staff_tokens::table
        .filter(staff_tokens::revoked_at.is_null())
        .group_by(staff_tokens::staff_id)
        .select((staff_tokens::staff_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, count)| (StaffId(id), count)).collect())
}

//! Changing what a person of the office may do: role and unit. It holds from their next request on, at every browser and for
//! every token, since each request reads what the person is; so no session has to end.

use crate::domain::access::Role;
use crate::domain::email::Email;
use crate::storage::audit_log;
use crate::storage::staff::{self, Staff};
use crate::storage::{PgConnection, QueryResult, catalogue, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// Role and unit are as wished; also where they were so before.
    Done,
    /// There is no such person with access.
    NoSuchPerson,
    /// An officer needs a unit.
    UnitMissing,
    /// There is no unit of that code.
    NoSuchUnit,
    /// Nobody else could look after the service afterwards.
    LastAdministrator,
}

/// Changes a person's role and unit.
pub fn change_staff(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    by: &Staff,
    email: &Email,
    role: Role,
    unit_code: Option<&str>,
) -> QueryResult<Changed> {
    let unit_code = unit_code.map(str::trim).filter(|code| !code.is_empty());
    if role == Role::Officer && unit_code.is_none() {
        return Ok(Changed::UnitMissing);
    }
    if let Some(code) = unit_code
        && catalogue::load(conn)?.units_of_code(code).is_empty()
    {
        return Ok(Changed::NoSuchUnit);
    }
    transaction(conn, |conn| {
        // Before the person is read: two administrators who demote each other at the same moment leave one.
        let able = staff::count_administrators_for_update(conn)?;
        let person = staff::by_email(conn, email)?.filter(|p| p.ended_at.is_none());
        let Some(person) = person else { return Ok(Changed::NoSuchPerson) };
        let is_able = person.role == Role::Administrator && person.has_password;
        if is_able && role != Role::Administrator && able < 2 {
            return Ok(Changed::LastAdministrator);
        }
        if (person.role, person.unit_code.as_deref()) == (role, unit_code) {
            return Ok(Changed::Done);
        }
        staff::set_role_and_unit(conn, person.id, role, unit_code)?;
        let detail = json!({
            "role": role.code(), "unit": unit_code, "role_before": person.role.code(), "unit_before": person.unit_code,
        });
        audit_log::insert(conn, now, &by.actor(), "change role and unit", email.as_str(), detail)?;
        Ok(Changed::Done)
    })
}

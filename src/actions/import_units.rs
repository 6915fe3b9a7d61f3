//! Importing units from CSV: everything is checked first, together with what is stored; then all of it is stored or nothing.
//!
//! Importing the same file again changes nothing. Units are never deleted: one that has ended gets its last day.

use crate::domain::ids::UnitId;
use crate::domain::import::{ImportProblem, UnitPeriod, UnitRow, latest_beside, parse_units};
use crate::domain::unit::Unit;
use crate::storage::audit_log::{self, Actor};
use crate::storage::{PgConnection, QueryResult, catalogue, procedures, surveys, transaction, units};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::HashMap;

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Rows that were not there before.
    pub added: usize,
    /// Rows that were there with other words.
    pub changed: usize,
    /// Rows that were there already.
    pub unchanged: usize,
}

/// Imports a file of units: what it did, or every problem with the file.
pub fn import_units(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    file: &[u8],
) -> QueryResult<Result<Imported, Vec<ImportProblem>>> {
    transaction(conn, |conn| {
        catalogue::lock(conn)?;
        let stored = catalogue::load_units(conn)?;
        let rows = match parse_units(file, &UnitPeriod::of_stored(&stored)) {
            Ok(rows) => rows,
            Err(problems) => return Ok(Err(problems)),
        };
        let (imported, to_write) = compare(&rows, &stored);
        units::upsert(conn, &to_write)?;
        let links = links(&rows, &catalogue::load_units(conn)?);
        units::mark_parents(conn, &links)?;
        if imported.added > 0 {
            procedures::extend_to_new_periods(conn)?;
            surveys::extend_to_new_periods(conn)?;
        }
        if imported.added + imported.changed + links.len() > 0 {
            catalogue::mark_changed(conn)?;
            let detail =
                json!({ "added": imported.added, "changed": imported.changed, "unchanged": imported.unchanged });
            audit_log::insert(conn, now, actor, "import units", "units", detail)?;
        }
        Ok(Ok(imported))
    })
}

/// Counts the rows, and picks those that have to be written.
fn compare<'a>(rows: &'a [UnitRow], stored: &[Unit]) -> (Imported, Vec<&'a UnitRow>) {
    let codes: HashMap<UnitId, &str> = stored.iter().map(|u| (u.id, u.code.key())).collect();
    let known: HashMap<_, &Unit> = stored.iter().map(|u| ((u.code.key(), u.valid_from), u)).collect();
    let mut imported = Imported::default();
    let mut to_write = Vec::new();
    for row in rows {
        match known.get(&(row.code.key(), row.valid_from)) {
            None => imported.added += 1,
            Some(unit) if says_the_same(row, unit, unit.parent.and_then(|id| codes.get(&id).copied())) => {
                imported.unchanged += 1;
                continue;
            }
            Some(_) => imported.changed += 1,
        }
        to_write.push(row);
    }
    (imported, to_write)
}

fn says_the_same(row: &UnitRow, unit: &Unit, parent: Option<&str>) -> bool {
    row.code.as_typed() == unit.code.as_typed()
        && row.parent.as_ref().map(|code| code.key()) == parent
        && row.name == unit.name
        && row.kind == unit.kind
        && row.valid_to == unit.valid_to
        && row.successor.as_ref().map(|code| code.as_typed()) == unit.successor.as_deref()
        && row.status == unit.status
}

/// The links upwards that have to change: each unit hangs under the latest period of its parent's code that shares a day with
/// it, units outside the file too when their parent has got a new period.
fn links(rows: &[UnitRow], stored: &[Unit]) -> Vec<(UnitId, Option<UnitId>)> {
    let codes: HashMap<UnitId, &str> = stored.iter().map(|u| (u.id, u.code.key())).collect();
    let in_file: HashMap<_, &UnitRow> = rows.iter().map(|row| ((row.code.key(), row.valid_from), row)).collect();
    let mut periods: HashMap<&str, Vec<&Unit>> = HashMap::new();
    for unit in stored {
        periods.entry(unit.code.key()).or_default().push(unit);
    }
    let wanted = |unit: &Unit| {
        let code = match in_file.get(&(unit.code.key(), unit.valid_from)) {
            Some(row) => row.parent.as_ref().map(|code| code.key()),
            None => unit.parent.and_then(|id| codes.get(&id).copied()),
        };
        let days = |unit: &Unit| UnitPeriod {
            code: unit.code.clone(),
            parent: None,
            valid_from: unit.valid_from,
            valid_to: unit.valid_to,
        };
        let above = periods.get(code?)?.iter().map(|above| (above.id, days(above).days()));
        // A stored unit outside the file whose parent has shrunk away from it stays where it is.
        latest_beside(days(unit).days(), above).or(unit.parent)
    };
    stored.iter().map(|unit| (unit.id, unit.parent, wanted(unit))).filter(|l| l.1 != l.2).map(|l| (l.0, l.2)).collect()
}

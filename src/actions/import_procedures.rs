//! Importing procedures from CSV: everything is checked first, together with what is stored; then all of it is stored or
//! nothing.
//!
//! Importing the same file again changes nothing. Procedures are never deleted: one that has ended gets its last day.

use super::import_units::Imported;
use crate::domain::ids::UnitId;
use crate::domain::import::{ImportProblem, ProcedurePeriod, ProcedureRow, UnitPeriod, parse_procedures};
use crate::domain::procedure::Procedure;
use crate::storage::audit_log::{self, Actor};
use crate::storage::{PgConnection, QueryResult, catalogue, procedures, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// Imports a file of procedures: what it did, or every problem with the file.
pub fn import_procedures(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    file: &[u8],
) -> QueryResult<Result<Imported, Vec<ImportProblem>>> {
    transaction(conn, |conn| {
        catalogue::lock(conn)?;
        let units = catalogue::load_units(conn)?;
        let stored = catalogue::load_procedures(conn)?;
        let periods = (UnitPeriod::of_stored(&units), ProcedurePeriod::of_stored(&stored));
        let rows = match parse_procedures(file, &periods.0, &periods.1) {
            Ok(rows) => rows,
            Err(problems) => return Ok(Err(problems)),
        };
        let keys: HashMap<UnitId, &str> = units.iter().map(|u| (u.id, u.code.key())).collect();
        let (imported, to_write) = compare(&rows, &stored, &keys);
        if !to_write.is_empty() {
            procedures::upsert(conn, &to_write)?;
            procedures::replace_units(conn, &to_write)?;
            catalogue::mark_changed(conn)?;
            let detail =
                json!({ "added": imported.added, "changed": imported.changed, "unchanged": imported.unchanged });
            audit_log::insert(conn, now, actor, "import procedures", "procedures", detail)?;
        }
        Ok(Ok(imported))
    })
}

/// Counts the rows, and picks those that have to be written.
fn compare<'a>(
    rows: &'a [ProcedureRow],
    stored: &[Procedure],
    keys: &HashMap<UnitId, &str>,
) -> (Imported, Vec<&'a ProcedureRow>) {
    let known: HashMap<_, &Procedure> = stored.iter().map(|p| ((p.code.as_str(), p.valid_from), p)).collect();
    let mut imported = Imported::default();
    let mut to_write = Vec::new();
    for row in rows {
        match known.get(&(row.code.as_str(), row.valid_from)) {
            None => imported.added += 1,
            Some(procedure) if says_the_same(row, procedure, keys) => {
                imported.unchanged += 1;
                continue;
            }
            Some(_) => imported.changed += 1,
        }
        to_write.push(row);
    }
    (imported, to_write)
}

fn says_the_same(row: &ProcedureRow, procedure: &Procedure, keys: &HashMap<UnitId, &str>) -> bool {
    let given: BTreeSet<&str> = row.units.iter().map(|code| code.key()).collect();
    let stored: BTreeSet<&str> = procedure.units.iter().filter_map(|id| keys.get(id).copied()).collect();
    given == stored
        && row.name == procedure.name
        && row.field == procedure.field
        && row.valid_to == procedure.valid_to
        && row.status == procedure.status
}

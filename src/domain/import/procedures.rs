//! Procedures from CSV, checked against the units that there are.
//!
//! A row is one period of validity, known by its code and its first day; codes that differ in case alone are one code.

use super::cells::{self, Faults};
use super::fault::{self, ImportFault, ImportProblem};
use super::periods::{ProcedurePeriod, Span, UnitPeriod, clashes};
use super::table::{self, Row};
use crate::domain::period::Period;
use crate::domain::procedure::is_procedure_code;
use crate::domain::text::Text;
use crate::domain::unit::UnitCode;
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};
use validator::Validate;

const COLUMNS: [&str; 9] =
    ["code", "name_vi", "name_en", "field_vi", "field_en", "units", "valid_from", "valid_to", "status"];

/// A procedure in one period of validity, ready to be stored under its code and its first day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcedureRow {
    /// The line it begins on.
    pub line: u64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The field it belongs to.
    pub field: Text,
    /// The codes of the units that receive it; every period of validity of a code is meant.
    pub units: Vec<UnitCode>,
    /// First day of validity; 0001-01-01 where the file names none.
    pub valid_from: NaiveDate,
    /// Last day of validity; none while it lasts.
    pub valid_to: Option<NaiveDate>,
    /// `chưa kiểm chứng` where code or wording have not been verified.
    pub status: String,
}

impl ProcedureRow {
    /// Its code and days, as later checks need them.
    pub fn period(&self) -> ProcedurePeriod {
        ProcedurePeriod { code: self.code.clone(), valid_from: self.valid_from, valid_to: self.valid_to }
    }
}

#[derive(Validate)]
struct Texts {
    #[validate(length(min = 1, max = 500))]
    name_vi: String,
    #[validate(length(min = 1, max = 500))]
    name_en: String,
    #[validate(length(min = 1, max = 200))]
    field_vi: String,
    #[validate(length(min = 1, max = 200))]
    field_en: String,
    #[validate(length(max = 100))]
    status: String,
}

/// Reads procedures of these `units`, to be stored beside the `stored` ones: all rows, or every problem in the order of the lines.
pub fn parse_procedures(
    file: &[u8],
    units: &[UnitPeriod],
    stored: &[ProcedurePeriod],
) -> Result<Vec<ProcedureRow>, Vec<ImportProblem>> {
    let mut known: HashMap<&str, Vec<Period>> = HashMap::new();
    for unit in units {
        known.entry(unit.code.key()).or_default().push(unit.days());
    }
    let (raw, mut problems) = table::read(file, COLUMNS, 1);
    let mut rows = Vec::new();
    for row in raw {
        match procedure_row(row, &known) {
            Ok(row) => rows.push(row),
            Err(found) => problems.extend(found),
        }
    }
    let span = |p: ProcedurePeriod, line| {
        let days = p.days();
        Span { key: p.code.to_ascii_uppercase(), stored_as: p.code, days, line }
    };
    let in_file = rows.iter().map(|row| span(row.period(), Some(row.line)));
    let spans: Vec<Span> = in_file.chain(stored.iter().map(|p| span(p.clone(), None))).collect();
    problems.extend(clashes(&spans).into_iter().map(|(line, clash)| clash.into_problem(line)));
    fault::sort(&mut problems, &COLUMNS);
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

fn procedure_row(row: Row<9>, known: &HashMap<&str, Vec<Period>>) -> Result<ProcedureRow, Vec<ImportProblem>> {
    let [code, name_vi, name_en, field_vi, field_en, units, valid_from, valid_to, status] = row.cells;
    let mut faults = Faults::new(row.line);
    match code.as_str() {
        "" => faults.add("code", ImportFault::Missing),
        code if !is_procedure_code(code) => faults.add("code", ImportFault::BadProcedureCode),
        _ => {}
    }
    let texts = Texts {
        name_vi: cells::name(&name_vi),
        name_en: cells::name(&name_en),
        field_vi: cells::name(&field_vi),
        field_en: cells::name(&field_en),
        status: cells::name(&status),
    };
    if let Err(errors) = texts.validate() {
        faults.add_derived(&errors);
    }
    let days = cells::days(&mut faults, &valid_from, &valid_to);
    let units = receiving_units(&mut faults, &units, days, known);
    match days {
        Some((valid_from, valid_to)) if faults.found.is_empty() => {
            let Texts { name_vi, name_en, field_vi, field_en, status } = texts;
            let name = Text { vi: name_vi, en: name_en };
            let field = Text { vi: field_vi, en: field_en };
            Ok(ProcedureRow { line: row.line, code, name, field, units, valid_from, valid_to, status })
        }
        _ => Err(faults.found),
    }
}

/// The units of a cell, codes separated by `;`, each once.
fn receiving_units(
    faults: &mut Faults,
    cell: &str,
    days: Option<(NaiveDate, Option<NaiveDate>)>,
    known: &HashMap<&str, Vec<Period>>,
) -> Vec<UnitCode> {
    let mut units: Vec<UnitCode> = Vec::new();
    let mut seen = HashSet::new();
    for code in cell.split(';').map(str::trim).filter(|code| !code.is_empty()) {
        let Some(code) = faults.keep("units", cells::unit_code(code)) else { continue };
        if !seen.insert(code.key().to_owned()) {
            continue;
        }
        let beside = |other: &Period| days.is_none_or(|(from, to)| other.overlaps(&Period { from: Some(from), to }));
        match known.get(code.key()) {
            None => faults.add("units", ImportFault::UnknownUnit(code.to_string())),
            Some(periods) if !periods.iter().any(beside) => {
                faults.add("units", ImportFault::UnitAtOtherTimes(code.to_string()));
            }
            Some(_) => {}
        }
        units.push(code);
    }
    if units.is_empty() && cell.trim_matches([';', ' ']).is_empty() {
        faults.add("units", ImportFault::Missing);
    }
    units
}

#[cfg(test)]
#[path = "procedures_tests.rs"]
mod tests;

//! A frame from CSV: the people served, one a dossier, each at a unit that the survey asks about.

use super::cells::{self, Faults};
use super::fault::{self, ImportFault, ImportProblem};
use super::table::{self, Row};
use crate::domain::catalogue::Catalogue;
use crate::domain::ids::{ProcedureId, UnitId};
use crate::domain::survey::Survey;
use std::collections::HashMap;
use validator::Validate;

const COLUMNS: [&str; 5] = ["dossier", "unit", "procedure", "kind", "contact"];

/// Somebody served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameRow {
    /// The code of the dossier.
    pub dossier: String,
    /// The unit: the last period of validity of its code.
    pub unit: UnitId,
    /// The procedure, where one is named.
    pub procedure: Option<ProcedureId>,
    /// Kind of person or way of filing; may be empty.
    pub kind: String,
    /// How the person is reached; may be empty.
    pub contact: String,
}

#[derive(Validate)]
struct Texts {
    #[validate(length(min = 1, max = 100))]
    dossier: String,
    #[validate(length(max = 100))]
    kind: String,
    #[validate(length(max = 300))]
    contact: String,
}

/// Reads the frame of a survey: all rows, or every problem in the order of the lines.
pub fn parse_frame(file: &[u8], known: &Catalogue, survey: &Survey) -> Result<Vec<FrameRow>, Vec<ImportProblem>> {
    let (raw, mut problems) = table::read(file, COLUMNS, 3);
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut found = Found { known, survey, units: HashMap::new(), procedures: HashMap::new() };
    let mut rows = Vec::new();
    for row in raw {
        match frame_row(row, &mut found, &mut seen) {
            Ok(row) => rows.push(row),
            Err(more) => problems.extend(more),
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(table::problem(2, Some(COLUMNS[0]), ImportFault::Missing));
    }
    fault::sort(&mut problems, &COLUMNS);
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// What codes were found to name: a long list has few of them.
struct Found<'a> {
    known: &'a Catalogue,
    survey: &'a Survey,
    units: HashMap<String, Option<UnitId>>,
    procedures: HashMap<String, Option<ProcedureId>>,
}

impl Found<'_> {
    fn unit(&mut self, code: &str) -> Option<UnitId> {
        if let Some(unit) = self.units.get(code) {
            return *unit;
        }
        let periods = self.known.units_of_code(code).into_iter().filter_map(|id| self.known.unit(id));
        let last = periods.max_by_key(|unit| unit.valid_from).map(|unit| unit.id);
        let unit = last.filter(|unit| self.known.survey_covers(self.survey, *unit));
        self.units.insert(code.to_owned(), unit);
        unit
    }

    fn procedure(&mut self, code: &str) -> Option<ProcedureId> {
        if let Some(procedure) = self.procedures.get(code) {
            return *procedure;
        }
        let procedure = self.known.procedures_of_code(code).into_iter().next_back();
        self.procedures.insert(code.to_owned(), procedure);
        procedure
    }
}

fn frame_row(
    row: Row<5>,
    found: &mut Found<'_>,
    seen: &mut HashMap<String, u64>,
) -> Result<FrameRow, Vec<ImportProblem>> {
    let [dossier, unit, procedure, kind, contact] = row.cells;
    let mut faults = Faults::new(row.line);
    let texts = Texts { dossier: cells::name(&dossier), kind: cells::name(&kind), contact: cells::name(&contact) };
    if let Err(errors) = texts.validate() {
        faults.add_derived(&errors);
    }
    if let Some(line) = seen.get(&texts.dossier).filter(|_| !texts.dossier.is_empty()) {
        faults.add("dossier", ImportFault::RepeatedDossier { line: *line });
    }
    seen.entry(texts.dossier.clone()).or_insert(row.line);
    let place = match unit.as_str() {
        "" => Err(ImportFault::Missing),
        code => found.unit(code).ok_or_else(|| ImportFault::UnitNotAsked(code.to_owned())),
    };
    let place = faults.keep("unit", place);
    let procedure = cells::optional(&procedure, |code| {
        found.procedure(code).ok_or_else(|| ImportFault::UnknownProcedure(code.to_owned()))
    });
    match (place, faults.keep("procedure", procedure)) {
        (Some(unit), Some(procedure)) if faults.found.is_empty() => {
            let Texts { dossier, kind, contact } = texts;
            Ok(FrameRow { dossier, unit, procedure, kind, contact })
        }
        _ => Err(faults.found),
    }
}

//! Units from CSV: every row read, then the tree checked together with what is stored already.
//!
//! A row is one period of validity, known by its code (in either official order) and its first day.

use super::cells::{self, Faults};
use super::fault::{self, ImportFault, ImportProblem};
use super::periods::{Span, UnitPeriod, clashes, latest_beside};
use super::table::{self, Row};
use crate::domain::period::Period;
use crate::domain::text::Text;
use crate::domain::unit::UnitCode;
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};
use validator::Validate;

const COLUMNS: [&str; 9] =
    ["code", "parent", "name_vi", "name_en", "kind", "valid_from", "valid_to", "successor", "status"];

/// A unit in one period of validity, ready to be stored under its code's key and its first day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// The line it begins on.
    pub line: u64,
    /// Its code.
    pub code: UnitCode,
    /// The code of the unit above it.
    pub parent: Option<UnitCode>,
    /// Its name.
    pub name: Text,
    /// What it is.
    pub kind: String,
    /// First day of validity; 0001-01-01 where the file names none.
    pub valid_from: NaiveDate,
    /// Last day of validity; none while it lasts.
    pub valid_to: Option<NaiveDate>,
    /// The code of the unit that took over its work.
    pub successor: Option<UnitCode>,
    /// `chưa kiểm chứng` where code or dates have not been verified.
    pub status: String,
}

impl UnitRow {
    /// Its code and days, as later checks need them.
    pub fn period(&self) -> UnitPeriod {
        let (code, parent) = (self.code.clone(), self.parent.clone());
        UnitPeriod { code, parent, valid_from: self.valid_from, valid_to: self.valid_to }
    }

    fn days(&self) -> Period {
        Period { from: Some(self.valid_from), to: self.valid_to }
    }
}

#[derive(Validate)]
struct Texts {
    #[validate(length(min = 1, max = 300))]
    name_vi: String,
    #[validate(length(min = 1, max = 300))]
    name_en: String,
    #[validate(length(min = 1, max = 40))]
    kind: String,
    #[validate(length(max = 100))]
    status: String,
}

/// Reads units to be stored beside the `stored` ones: all rows, or every problem in the order of the lines.
pub fn parse_units(file: &[u8], stored: &[UnitPeriod]) -> Result<Vec<UnitRow>, Vec<ImportProblem>> {
    let (raw, mut problems) = table::read(file, COLUMNS, 1);
    let mut rows = Vec::new();
    // Codes of rows that have other faults: naming them is not one more fault; those that they name are looked up all the same.
    let (mut unread, mut named) = (HashSet::new(), Vec::new());
    for row in raw {
        let naming = Naming::of(&row);
        match unit_row(row) {
            Ok(row) => rows.push(row),
            Err(found) => {
                problems.extend(found);
                unread.extend(naming.code.as_ref().map(|code| code.key().to_owned()));
                named.push(naming);
            }
        }
    }
    let together = Together::new(&rows, stored, &unread);
    problems.extend(together.problems());
    problems.extend(named.iter().flat_map(|naming| together.relatives(naming)));
    fault::sort(&mut problems, &COLUMNS);
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// Whom a row names, whatever else is wrong with it.
struct Naming {
    line: u64,
    code: Option<UnitCode>,
    parent: Option<UnitCode>,
    successor: Option<UnitCode>,
    /// Its days; none where they cannot be read.
    days: Option<Period>,
}

impl Naming {
    fn of(row: &Row<9>) -> Self {
        let code = |place: usize| UnitCode::parse(&row.cells[place]).ok();
        Self { line: row.line, code: code(0), parent: code(1), successor: code(7), days: None }
    }

    fn of_read(row: &UnitRow) -> Self {
        let (parent, successor) = (row.parent.clone(), row.successor.clone());
        Self { line: row.line, code: Some(row.code.clone()), parent, successor, days: Some(row.days()) }
    }
}

fn unit_row(row: Row<9>) -> Result<UnitRow, Vec<ImportProblem>> {
    let [code, parent, name_vi, name_en, kind, valid_from, valid_to, successor, status] = row.cells;
    let mut faults = Faults::new(row.line);
    let code = faults.keep("code", cells::unit_code(&code));
    let parent = faults.keep("parent", cells::optional(&parent, cells::unit_code));
    let texts =
        Texts { name_vi: cells::name(&name_vi), name_en: cells::name(&name_en), kind, status: cells::name(&status) };
    if let Err(errors) = texts.validate() {
        faults.add_derived(&errors);
    }
    let days = cells::days(&mut faults, &valid_from, &valid_to);
    let successor = faults.keep("successor", cells::optional(&successor, cells::unit_code));
    match (code, parent, days, successor) {
        (Some(code), Some(parent), Some((valid_from, valid_to)), Some(successor)) if faults.found.is_empty() => {
            let Texts { name_vi, name_en, kind, status } = texts;
            let name = Text { vi: name_vi, en: name_en };
            Ok(UnitRow { line: row.line, code, parent, name, kind, valid_from, valid_to, successor, status })
        }
        _ => Err(faults.found),
    }
}

/// The rows of the file and the stored periods that they leave in place, as one tree.
struct Together<'a> {
    rows: &'a [UnitRow],
    periods: Vec<(UnitPeriod, Option<u64>)>,
    by_key: HashMap<String, Vec<usize>>,
    unread: &'a HashSet<String>,
}

impl<'a> Together<'a> {
    fn new(rows: &'a [UnitRow], stored: &[UnitPeriod], unread: &'a HashSet<String>) -> Self {
        let rewritten: HashSet<(&str, NaiveDate)> = rows.iter().map(|r| (r.code.key(), r.valid_from)).collect();
        let kept = stored.iter().filter(|p| !rewritten.contains(&(p.code.key(), p.valid_from)));
        let in_file = rows.iter().map(|r| (r.period(), Some(r.line)));
        let periods: Vec<(UnitPeriod, Option<u64>)> = in_file.chain(kept.map(|p| (p.clone(), None))).collect();
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, (period, _)) in periods.iter().enumerate() {
            by_key.entry(period.code.key().to_owned()).or_default().push(place);
        }
        Self { rows, periods, by_key, unread }
    }

    fn problems(&self) -> Vec<ImportProblem> {
        let mut found: Vec<ImportProblem> =
            self.rows.iter().flat_map(|row| self.relatives(&Naming::of_read(row))).collect();
        found.extend(self.clashes());
        found.extend(self.cycles());
        found
    }

    fn relatives(&self, row: &Naming) -> Vec<ImportProblem> {
        let mut faults = Faults::new(row.line);
        for (column, named) in [("parent", &row.parent), ("successor", &row.successor)] {
            let Some(named) = named else { continue };
            match self.by_key.get(named.key()) {
                _ if Some(named) == row.code.as_ref() => faults.add(column, ImportFault::OwnRelative),
                None if self.unread.contains(named.key()) => {}
                None => faults.add(column, ImportFault::UnknownUnit(named.to_string())),
                // A successor may begin after the row has ended.
                Some(_) if column == "successor" => {}
                Some(_) if self.unread.contains(named.key()) => {}
                Some(_) if row.days.is_none_or(|days| self.parent_of(named, days).is_some()) => {}
                Some(_) => faults.add(column, ImportFault::UnitAtOtherTimes(named.to_string())),
            }
        }
        faults.found
    }

    fn parent_of(&self, code: &UnitCode, days: Period) -> Option<usize> {
        let places = self.by_key.get(code.key())?;
        latest_beside(days, places.iter().map(|place| (*place, self.periods[*place].0.days())))
    }

    fn clashes(&self) -> Vec<ImportProblem> {
        let span = |(period, line): &(UnitPeriod, Option<u64>)| Span {
            key: period.code.key().to_owned(),
            stored_as: period.code.key().to_owned(),
            days: period.days(),
            line: *line,
        };
        let spans: Vec<Span> = self.periods.iter().map(span).collect();
        clashes(&spans).into_iter().map(|(line, clash)| clash.into_problem(line)).collect()
    }

    /// Follows the parents upwards from every row of the file; each row that comes back to itself is told.
    fn cycles(&self) -> Vec<ImportProblem> {
        let parents: Vec<Option<usize>> = self
            .periods
            .iter()
            .map(|(p, _)| p.parent.as_ref().filter(|c| **c != p.code).and_then(|c| self.parent_of(c, p.days())))
            .collect();
        let mut settled = vec![false; parents.len()];
        let mut found = Vec::new();
        for start in 0..parents.len() {
            let (mut path, mut at) = (Vec::new(), Some(start));
            while let Some(place) = at.filter(|place| !settled[*place]) {
                if let Some(first) = path.iter().position(|p| *p == place) {
                    found.extend(self.cycle(&path[first..]));
                    break;
                }
                path.push(place);
                at = parents[place];
            }
            path.into_iter().for_each(|place| settled[place] = true);
        }
        found
    }

    /// The problem of each line on a cycle.
    fn cycle(&self, places: &[usize]) -> Vec<ImportProblem> {
        let codes: Vec<String> = places.iter().map(|p| self.periods[*p].0.code.to_string()).collect();
        let problem = |(turn, place): (usize, &usize)| {
            let line = self.periods[*place].1?;
            let mut from_here = codes.clone();
            from_here.rotate_left(turn);
            from_here.push(codes[turn].clone());
            Some(ImportProblem { line, column: Some("parent".to_owned()), fault: ImportFault::Cycle(from_here) })
        };
        places.iter().enumerate().filter_map(problem).collect()
    }
}

#[cfg(test)]
#[path = "units_tests.rs"]
mod tests;

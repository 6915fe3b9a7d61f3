//! Periods of validity of one code: which share days, and which one a relative is linked to.

use super::fault::{ImportFault, ImportProblem};
use crate::domain::ids::UnitId;
use crate::domain::period::Period;
use crate::domain::procedure::Procedure;
use crate::domain::unit::{Unit, UnitCode};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// One period of validity of a unit: as much of it as an import has to know.
#[derive(Debug, Clone)]
pub struct UnitPeriod {
    /// The unit's code.
    pub code: UnitCode,
    /// The code of the unit above it.
    pub parent: Option<UnitCode>,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_to: Option<NaiveDate>,
}

impl UnitPeriod {
    /// The periods of stored units.
    pub fn of_stored(units: &[Unit]) -> Vec<Self> {
        let codes: HashMap<UnitId, &UnitCode> = units.iter().map(|u| (u.id, &u.code)).collect();
        let parent = |u: &Unit| u.parent.and_then(|id| codes.get(&id)).map(|code| (*code).clone());
        units
            .iter()
            .map(|u| Self { code: u.code.clone(), parent: parent(u), valid_from: u.valid_from, valid_to: u.valid_to })
            .collect()
    }

    /// Its days.
    pub fn days(&self) -> Period {
        Period { from: Some(self.valid_from), to: self.valid_to }
    }
}

/// One period of validity of a procedure.
#[derive(Debug, Clone)]
pub struct ProcedurePeriod {
    /// The procedure's code.
    pub code: String,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_to: Option<NaiveDate>,
}

impl ProcedurePeriod {
    /// The periods of stored procedures.
    pub fn of_stored(procedures: &[Procedure]) -> Vec<Self> {
        let period = |p: &Procedure| Self { code: p.code.clone(), valid_from: p.valid_from, valid_to: p.valid_to };
        procedures.iter().map(period).collect()
    }

    /// Its days.
    pub fn days(&self) -> Period {
        Period { from: Some(self.valid_from), to: self.valid_to }
    }
}

/// Among periods of one code, the latest that shares a day with `days`: the one to which a unit links its parent. The tree of
/// today is then whole, and a unit that ended keeps the parent of its time.
pub fn latest_beside<T>(days: Period, periods: impl IntoIterator<Item = (T, Period)>) -> Option<T> {
    let beside = periods.into_iter().filter(|(_, other)| days.overlaps(other));
    beside.max_by_key(|(_, other)| other.from).map(|(found, _)| found)
}

/// A period that an import looks at: its code's key, what it is stored under beside its first day, its days, and its line
/// (none: stored already).
pub(super) struct Span {
    pub key: String,
    pub stored_as: String,
    pub days: Period,
    pub line: Option<u64>,
}

/// How two periods of one code stand in each other's way.
pub(super) enum Clash {
    /// The same first day on an earlier line.
    Repeated(u64),
    /// Days in common with another line, or with a stored period.
    Overlap(Option<u64>),
}

impl Clash {
    /// The clash as a problem of a line.
    pub fn into_problem(self, line: u64) -> ImportProblem {
        let fault = match self {
            Self::Repeated(line) => ImportFault::Repeated { line },
            Self::Overlap(line) => ImportFault::Overlaps { line },
        };
        ImportProblem { line, column: Some("valid_from".to_owned()), fault }
    }
}

/// The lines that repeat or overlap another period of their code. A stored period that a line replaces does not count.
pub(super) fn clashes(spans: &[Span]) -> Vec<(u64, Clash)> {
    let rewritten: HashSet<(&str, Option<NaiveDate>)> =
        spans.iter().filter(|s| s.line.is_some()).map(|s| (s.stored_as.as_str(), s.days.from)).collect();
    let mut by_key: HashMap<&str, Vec<&Span>> = HashMap::new();
    let mut found = Vec::new();
    let stored_first = spans.iter().filter(|s| s.line.is_none()).chain(spans.iter().filter(|s| s.line.is_some()));
    for span in stored_first {
        if span.line.is_none() && rewritten.contains(&(span.stored_as.as_str(), span.days.from)) {
            continue;
        }
        let others = by_key.entry(&span.key).or_default();
        if let (Some(line), Some(other)) = (span.line, others.iter().find(|o| o.days.overlaps(&span.days))) {
            let same_start = other.line.filter(|_| other.days.from == span.days.from);
            found.push((line, same_start.map_or(Clash::Overlap(other.line), Clash::Repeated)));
        }
        others.push(span);
    }
    found
}

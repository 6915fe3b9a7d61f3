//! What can be wrong with an import file, and how it is told to who runs the import.
//!
//! Sentences are English: they appear on a terminal and in logs, never on a citizen's page.

use crate::domain::unit::BadUnitCode;
use std::fmt;

/// A problem with an import file, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportProblem {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column's name; none where the whole line is meant.
    pub column: Option<String>,
    /// What is wrong.
    pub fault: ImportFault,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportFault {
    /// The file is not UTF-8.
    NotUtf8,
    /// The file has no header line.
    NoHeader,
    /// A column that is not one of these.
    UnknownColumn {
        /// The columns that there are.
        known: Vec<&'static str>,
    },
    /// A column that has to be there and is not.
    MissingColumn,
    /// A column that stands in the header twice.
    RepeatedColumn,
    /// A quotation mark that opens a cell and is never closed.
    UnclosedQuote,
    /// A row with another number of cells than the header.
    CellCount {
        /// How many the header has.
        expected: usize,
        /// How many the row has.
        given: usize,
    },
    /// A cell that has to be filled and is empty.
    Missing,
    /// A cell with more characters than this.
    TooLong {
        /// The most taken.
        max: u64,
    },
    /// Not a unit's code.
    BadUnitCode(BadUnitCode),
    /// Not a procedure's code.
    BadProcedureCode,
    /// Neither `yyyy-mm-dd` nor `dd/mm/yyyy`, or no day of the calendar.
    BadDate(String),
    /// A last day before the first.
    EndsBeforeStart,
    /// The same code and first day as on that line.
    Repeated {
        /// The earlier line.
        line: u64,
    },
    /// A period of validity that shares days with another one of the same code.
    Overlaps {
        /// The line of the other one; none when it is stored already.
        line: Option<u64>,
    },
    /// A unit named as its own parent or successor.
    OwnRelative,
    /// A unit that is neither in the file nor stored.
    UnknownUnit(String),
    /// A unit that exists, but on no day of the row's validity.
    UnitAtOtherTimes(String),
    /// A unit above itself: the codes from the row upwards.
    Cycle(Vec<String>),
    /// A measure of the national portal that is not one of these.
    UnknownMetric {
        /// The measures that there are.
        known: Vec<&'static str>,
    },
    /// Not a whole number.
    BadCount(String),
    /// The same dossier as on that line.
    RepeatedDossier {
        /// The earlier line.
        line: u64,
    },
    /// A unit that is not in the catalogue, or that the survey does not ask about.
    UnitNotAsked(String),
    /// A procedure that is not in the catalogue.
    UnknownProcedure(String),
    /// A column that is no question of the form.
    UnknownQuestion,
    /// What is no answer to the question of its column.
    BadAnswer(String),
    /// Not a number from 0 on.
    BadNumber(String),
    /// The same category of the same variable as on that line.
    RepeatedCategory {
        /// The earlier line.
        line: u64,
    },
    /// A part that is more than the whole.
    MoreThanAll,
}

/// Puts problems in the order in which a reader meets them: by line, those of the whole line first, then by column.
pub(super) fn sort(problems: &mut [ImportProblem], columns: &[&str]) {
    let place = |problem: &ImportProblem| {
        let column = problem.column.as_deref()?;
        Some(columns.iter().position(|name| *name == column).unwrap_or(columns.len()))
    };
    problems.sort_by_key(|problem| (problem.line, place(problem)));
}

impl fmt::Display for ImportProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "line {}, column {column}: {}", self.line, self.fault),
            None => write!(f, "line {}: {}", self.line, self.fault),
        }
    }
}

impl fmt::Display for ImportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("this is not UTF-8 text; save the file as \"CSV UTF-8\""),
            Self::NoHeader => f.write_str("the file is empty; its first line has to name the columns"),
            Self::UnknownColumn { known } => write!(f, "no such column; the columns are {}", known.join(", ")),
            Self::MissingColumn => f.write_str("this column is missing in the header"),
            Self::RepeatedColumn => f.write_str("this column stands in the header twice"),
            Self::UnclosedQuote => f.write_str("a quotation mark opens here and is never closed"),
            Self::CellCount { expected, given } => write!(f, "{given} cells where the header has {expected} columns"),
            Self::Missing => f.write_str("this cell must not be empty"),
            Self::TooLong { max } => write!(f, "more than {max} characters"),
            Self::BadUnitCode(BadUnitCode::Empty) => f.write_str("a code is missing"),
            Self::BadUnitCode(BadUnitCode::TooLong) => f.write_str("a code has at most 35 characters"),
            Self::BadUnitCode(BadUnitCode::BadCharacter) => {
                f.write_str("a unit's code is groups of letters A-Z and digits joined by dots, like H19.26")
            }
            Self::BadProcedureCode => {
                f.write_str("a procedure's code is 1 to 40 letters A-Z, digits, dots, dashes and underscores")
            }
            Self::BadDate(given) => write!(f, "{given:?} is not a day; write 2026-11-23 or 23/11/2026"),
            Self::EndsBeforeStart => f.write_str("the last day of validity comes before the first"),
            Self::Repeated { line } => write!(f, "the same code with the same first day stands on line {line}"),
            Self::Overlaps { line: Some(line) } => write!(f, "the validity shares days with that of this code on line {line}"),
            Self::Overlaps { line: None } => f.write_str(
                "the validity shares days with a stored period of this code; give that period its last day in the same file",
            ),
            Self::OwnRelative => f.write_str("a unit cannot name itself here"),
            Self::UnknownUnit(code) => write!(f, "there is no unit {code}, neither in the file nor stored"),
            Self::UnitAtOtherTimes(code) => write!(f, "the unit {code} exists, but on no day on which this row is valid"),
            Self::UnknownMetric { known } => write!(f, "no such measure; the measures are {}", known.join(", ")),
            Self::BadCount(given) => write!(f, "{given:?} is not a whole number; write digits only, like 36525"),
            Self::RepeatedDossier { line } => write!(f, "the same dossier stands on line {line}"),
            Self::UnitNotAsked(code) => write!(f, "there is no unit {code} about which this survey asks"),
            Self::UnknownProcedure(code) => write!(f, "there is no procedure {code}"),
            Self::UnknownQuestion => f.write_str("the form has no question of this code"),
            Self::BadAnswer(given) => write!(f, "{given:?} is no answer to this question"),
            Self::BadNumber(given) => write!(f, "{given:?} is not a number from 0 on"),
            Self::RepeatedCategory { line } => write!(f, "the same category of this variable stands on line {line}"),
            Self::MoreThanAll => f.write_str("the numerator is more than the denominator"),
            Self::Cycle(codes) => write!(f, "this unit stands above itself: {}", codes.join(" under ")),
        }
    }
}

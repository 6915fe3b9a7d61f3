//! What can be wrong with a CSV of answers, told in English to whoever runs the estimation.

use std::fmt;

/// A problem and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleProblem {
    /// The row, from 1; 0: the header or the whole file.
    pub row: u64,
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column's name; empty where the whole row is meant.
    pub column: String,
    /// What is wrong.
    pub fault: SampleFault,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleFault {
    /// The file has no header line.
    NoHeader,
    /// No question is asked for.
    NoQuestions,
    /// A column that has to be there and is not.
    MissingColumn {
        /// The columns that there are.
        there: Vec<String>,
    },
    /// A column that stands in the header twice.
    RepeatedColumn,
    /// More cells than the header has.
    CellCount {
        /// How many the header has.
        expected: usize,
        /// How many the row has.
        given: usize,
    },
    /// A quotation mark that opens a cell and is never closed.
    UnclosedQuote,
    /// Neither a level nor empty.
    NotALevel(String),
    /// Not a number.
    NotANumber(String),
    /// Not UTF-8.
    NotUtf8,
}

impl SampleProblem {
    /// A problem of the file as a whole.
    pub fn of_file(fault: SampleFault) -> Self {
        Self { row: 0, line: 1, column: String::new(), fault }
    }
}

impl fmt::Display for SampleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            0 => write!(f, "line {}", self.line)?,
            row => write!(f, "row {row} (line {})", self.line)?,
        }
        if !self.column.is_empty() {
            write!(f, ", column {}", self.column)?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl fmt::Display for SampleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeader => f.write_str("the file is empty; its first line has to name the columns"),
            Self::NoQuestions => f.write_str("the index has no criteria to read answers for"),
            Self::MissingColumn { there } => {
                write!(f, "this column is missing in the header; the columns are {}", there.join(", "))
            }
            Self::RepeatedColumn => f.write_str("this column stands in the header twice"),
            Self::CellCount { expected, given } => write!(f, "{given} cells where the header has {expected} columns"),
            Self::UnclosedQuote => f.write_str("a quotation mark opens here and is never closed"),
            Self::NotALevel(given) => write!(f, "{given:?} is not an answer; write 1, 2, 3, 4 or 5, or leave it empty"),
            Self::NotANumber(given) if given.is_empty() => f.write_str("this cell must not be empty; write a number"),
            Self::NotANumber(given) => {
                write!(f, "{given:?} is not a number; write it like 17.89, with a decimal point")
            }
            Self::NotUtf8 => f.write_str("this is not UTF-8 text; save the file as \"CSV UTF-8\""),
        }
    }
}

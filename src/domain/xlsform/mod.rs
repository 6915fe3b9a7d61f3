//! Questionnaires as spreadsheets, in the XLSForm standard: a workbook of cells becomes a form, and a form a workbook.
//!
//! What a form of ours has no place for is told cell by cell; nothing is dropped in silence. What XLSForm has no place for goes
//! into columns named `hailong::…`, so that a form comes back as it was. Nothing here knows how files are read or written.

mod choices;
mod conditions;
mod constraint;
mod expression;
mod finding;
mod headings;
mod names;
mod read;
mod rows;
mod settings;
mod table;
mod texts;
mod whole;
mod write;

pub use finding::{Finding, Weight, What};
pub use read::{Outcome, Taking, read};
pub use settings::Origin;
pub use write::write;

use std::fmt;

/// A file of sheets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workbook {
    /// The sheets in order.
    pub sheets: Vec<Sheet>,
}

/// A sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows in order; empty ones may be left out.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1; in a CSV file the line on which it begins.
    pub number: u32,
    /// Its cells from the first column on, as text; missing ones are empty.
    pub cells: Vec<String>,
}

impl Row {
    /// A cell without spaces around it; empty where there is none.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    /// Whether no cell says anything.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// Where something stands: `survey!C7`, `survey!7` for a whole row, `survey` for a whole sheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The sheet's name.
    pub sheet: String,
    /// The row's number; none for the whole sheet.
    pub row: Option<u32>,
    /// The column, from 0; none for a whole row.
    pub column: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sheet)?;
        let cell = self.cell();
        if cell.is_empty() { Ok(()) } else { write!(f, "!{cell}") }
    }
}

impl Place {
    /// The address within the sheet: `C7`, `7`, or empty for the whole sheet.
    pub fn cell(&self) -> String {
        let column = self.column.map(letters).unwrap_or_default();
        self.row.map(|row| format!("{column}{row}")).unwrap_or_default()
    }
}

/// The letters of a column: A, B, … Z, AA, …
fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut found = Vec::new();
    while rest > 0 {
        found.push(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0));
        rest = (rest - 1) / 26;
    }
    found.iter().rev().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests;

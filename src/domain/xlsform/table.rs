//! A sheet as a table: what stands under which heading, and where.
//!
//! What stands under no heading, or under one twice, is told here.

use super::headings::{Heading, Spoken};
use super::{Finding, Place, Row, Sheet, What};
use std::collections::BTreeMap;

/// A column.
pub(super) struct Column {
    pub at: usize,
    pub heading: Heading,
    /// The heading as it is written.
    pub written: String,
}

/// A sheet with its headings read.
pub(super) struct Table<'w> {
    sheet: &'w Sheet,
    header: u32,
    pub columns: Vec<Column>,
    pub rows: &'w [Row],
}

impl<'w> Table<'w> {
    /// Reads the headings of a sheet: its first row that says anything.
    pub fn of(sheet: &'w Sheet, findings: &mut Vec<Finding>) -> Self {
        let first = sheet.rows.iter().position(|row| !row.is_blank());
        let (header, rows) = match first.and_then(|at| Some((sheet.rows.get(at)?, sheet.rows.get(at + 1..)?))) {
            Some((header, rows)) => (header.clone(), rows),
            None => (Row { number: 1, cells: Vec::new() }, [].as_slice()),
        };
        let mut table = Self { sheet, header: header.number, columns: Vec::new(), rows };
        let mut seen: BTreeMap<Heading, usize> = BTreeMap::new();
        let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).max(header.cells.len());
        for at in 0..width {
            let written = header.cell(at).to_owned();
            let heading = Heading::parse(&written);
            if written.is_empty() {
                let cells = table.filled(at);
                if cells > 0 {
                    findings.push(table.finding(header.number, at, What::NoHeading(cells)));
                }
            } else if seen.insert(heading.clone(), at).is_some()
                && heading.key != "required_message"
                && table.filled(at) > 0
            {
                findings.push(table.finding(header.number, at, What::RepeatedColumn(written)));
            } else {
                table.columns.push(Column { at, heading, written });
            }
        }
        table
    }

    /// How many cells under a heading say something.
    pub fn filled(&self, column: usize) -> usize {
        self.rows.iter().filter(|row| !row.cell(column).is_empty()).count()
    }

    /// The column of a key, whatever its language.
    pub fn column(&self, key: &str) -> Option<&Column> {
        let mut named = self.columns.iter().filter(|column| column.heading.key == key);
        let unsaid = |column: &&Column| column.heading.spoken == Spoken::Unsaid;
        named.clone().find(unsaid).or_else(|| named.next())
    }

    /// A cell under a key, and its column; nothing where it is empty.
    pub fn cell<'r>(&self, row: &'r Row, key: &str) -> Option<(usize, &'r str)> {
        let at = self.column(key)?.at;
        Some((at, row.cell(at))).filter(|(_, cell)| !cell.is_empty())
    }

    /// The same without its column; empty where there is none.
    pub fn text<'r>(&self, row: &'r Row, key: &str) -> &'r str {
        self.cell(row, key).map_or("", |(_, cell)| cell)
    }

    /// Where a cell stands.
    pub fn place(&self, row: u32, column: Option<usize>) -> Place {
        Place { sheet: self.sheet.name.trim().to_lowercase(), row: Some(row), column }
    }

    /// Where the cell under a key stands, or its row where there is no such column.
    pub fn place_of(&self, row: &Row, key: &str) -> Place {
        self.place(row.number, self.column(key).map(|column| column.at))
    }

    /// Something about a cell.
    pub fn finding(&self, row: u32, column: usize, what: What) -> Finding {
        Finding { place: self.place(row, Some(column)), what }
    }

    /// Where a heading stands.
    pub fn place_of_heading(&self, column: usize) -> Place {
        self.place(self.header, Some(column))
    }

    /// Where the headings stand.
    pub fn place_of_header(&self) -> Place {
        self.place(self.header, None)
    }

    /// Tells of headings that mean nothing here.
    pub fn tell_unknown(&self, known: &[&str], findings: &mut Vec<Finding>) {
        for column in self.columns.iter().filter(|column| !known.contains(&column.heading.key.as_str())) {
            let (place, cells) = (self.place_of_heading(column.at), self.filled(column.at));
            if cells > 0 {
                findings.push(Finding { place, what: What::UnknownColumn(column.written.clone(), cells) });
            }
        }
    }
}

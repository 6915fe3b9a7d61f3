//! Workbooks as files: xlsx and the older xls are read, xlsx is written, and CSV both ways as tools for XLSForm have it: one file, the
//! first column naming the sheet (`survey`, `choices`, `settings`), its heading and rows below.
//!
//! Cells are text here: what they mean is for `domain::xlsform` to say.

use super::compound_file;
use crate::domain::xlsform::{Row, Sheet, Workbook};
use calamine::{Data, Reader, Sheets, open_workbook_auto_from_rs};
use rust_xlsxwriter::{Format, XlsxError};
use std::fmt;
use std::io::Cursor;
use std::panic::catch_unwind;

/// The most cells that are read of a file, empty ones between others among them.
const MOST_CELLS: usize = 1_000_000;

/// Why a file is no workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkbookFault {
    /// It is neither xlsx nor xls.
    NoSpreadsheet(String),
    /// A CSV file that is not UTF-8.
    NotUtf8,
    /// A CSV file that does not begin with the name of a sheet, nor with the headings of a survey.
    NoSheet,
    /// More cells than are read.
    TooLarge,
}

impl fmt::Display for WorkbookFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSpreadsheet(why) => write!(f, "this is no spreadsheet that can be read: {why}"),
            Self::NotUtf8 => f.write_str("this is not UTF-8 text; save the file as \"CSV UTF-8\""),
            Self::NoSheet => f.write_str(
                "the first column of a CSV has to name the sheets survey, choices and settings, each above its rows",
            ),
            Self::TooLarge => write!(f, "there are more than {MOST_CELLS} cells; remove empty columns and rows"),
        }
    }
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A spreadsheet.
    Spreadsheet,
    /// CSV.
    Csv,
}

/// Reads a file.
pub fn read(content: &[u8], kind: FileKind) -> Result<Workbook, WorkbookFault> {
    match kind {
        // The reader of the older xls stumbles over some damaged files.
        FileKind::Spreadsheet => catch_unwind(|| read_spreadsheet(content)).unwrap_or_else(|_| Err(damaged())),
        FileKind::Csv => read_csv(content),
    }
}

/// Writes a file.
pub fn write(workbook: &Workbook, kind: FileKind) -> Result<Vec<u8>, std::io::Error> {
    match kind {
        FileKind::Spreadsheet => write_spreadsheet(workbook).map_err(std::io::Error::other),
        FileKind::Csv => write_csv(workbook),
    }
}

/// Cells as they come, gathered into rows.
#[derive(Default)]
struct Gathered {
    rows: Vec<Row>,
    count: usize,
}

impl Gathered {
    fn take(&mut self, row: u32, column: u32, cell: String) -> Result<(), WorkbookFault> {
        if cell.is_empty() {
            return Ok(());
        }
        let (number, column) = (row.saturating_add(1), usize::try_from(column).unwrap_or(usize::MAX));
        if self.rows.last().is_none_or(|last| last.number != number) {
            self.rows.push(Row { number, cells: Vec::new() });
        }
        let Some(last) = self.rows.last_mut() else { return Ok(()) };
        let missing = column.saturating_add(1).saturating_sub(last.cells.len());
        self.count = self.count.saturating_add(missing);
        if self.count > MOST_CELLS {
            return Err(WorkbookFault::TooLarge);
        }
        last.cells.resize(last.cells.len().max(column + 1), String::new());
        last.cells[column] = cell;
        Ok(())
    }
}

fn damaged() -> WorkbookFault {
    WorkbookFault::NoSpreadsheet("it is damaged; open it and save it as .xlsx".to_owned())
}

fn read_spreadsheet(content: &[u8]) -> Result<Workbook, WorkbookFault> {
    if !compound_file::is_sound(content) {
        return Err(damaged());
    }
    let unreadable = |error: &dyn fmt::Display| WorkbookFault::NoSpreadsheet(error.to_string());
    let mut file = open_workbook_auto_from_rs(Cursor::new(content)).map_err(|error| unreadable(&error))?;
    let mut workbook = Workbook::default();
    for name in file.sheet_names() {
        let mut gathered = Gathered::default();
        match &mut file {
            // An xlsx says how large its sheets are, and may lie: cells are taken one by one.
            Sheets::Xlsx(xlsx) => {
                // A sheet that holds a chart has no cells.
                let Ok(mut cells) = xlsx.worksheet_cells_reader(&name) else { continue };
                while let Some(cell) = cells.next_cell().map_err(|error| unreadable(&error))? {
                    let (row, column) = cell.get_position();
                    gathered.take(row, column, text_of(&Data::from(cell.get_value().clone())))?;
                }
            }
            other => {
                let range = other.worksheet_range(&name).map_err(|error| unreadable(&error))?;
                let (top, left) = range.start().unwrap_or_default();
                for (row, column, cell) in range.used_cells() {
                    let place = |from: u32, at: usize| from.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
                    gathered.take(place(top, row), place(left, column), text_of(cell))?;
                }
            }
        }
        workbook.sheets.push(Sheet { name, rows: gathered.rows });
    }
    Ok(workbook)
}

/// A cell as text: whole numbers without a fraction, days as `2026-11-24`.
fn text_of(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(is_so) => is_so.to_string(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
    }
}

fn read_csv(content: &[u8]) -> Result<Workbook, WorkbookFault> {
    let text = std::str::from_utf8(content).map_err(|_| WorkbookFault::NotUtf8)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head: Vec<&str> = text.lines().take(10).collect();
    let count = |sign: char| head.iter().map(|line| line.matches(sign).count()).sum::<usize>();
    let delimiter = if count(';') > count(',') { b';' } else { b',' };
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut line, mut passed, mut cells) = (1_u32, 0_usize, 0_usize);
    for record in reader.records() {
        // The text is UTF-8 and rows may have any length: nothing else can be wrong with a record.
        let Ok(record) = record else { continue };
        cells += record.len();
        if cells > MOST_CELLS {
            return Err(WorkbookFault::TooLarge);
        }
        let start = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(passed);
        let blank = text.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        let start = start + blank;
        let ends = text.get(passed..start).map_or(0, |gone| gone.matches('\n').count());
        line = line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        passed = start;
        rows.push(Row { number: line, cells: record.iter().map(str::to_owned).collect() });
    }
    sheets_of(rows)
}

/// The sheets of a CSV: a row that names one in its first cell begins it. A file that begins with the headings of a survey is one
/// sheet.
fn sheets_of(rows: Vec<Row>) -> Result<Workbook, WorkbookFault> {
    let first = rows.iter().find(|row| !row.is_blank());
    let is_heading = |row: &Row| {
        let has = |heading: &str| row.cells.iter().any(|cell| cell.trim().eq_ignore_ascii_case(heading));
        let names_sheet = ["survey", "choices", "settings"].iter().any(|name| row.cell(0).eq_ignore_ascii_case(name));
        has("type") && has("name") && !names_sheet
    };
    if first.is_some_and(is_heading) {
        return Ok(Workbook { sheets: vec![Sheet { name: "survey".to_owned(), rows }] });
    }
    let mut sheets: Vec<Sheet> = Vec::new();
    for mut row in rows {
        let name = row.cell(0).to_owned();
        if let Some(cell) = row.cells.first_mut() {
            cell.clear();
        }
        if !name.is_empty() {
            sheets.push(Sheet { name, rows: Vec::new() });
        }
        match sheets.last_mut() {
            Some(sheet) if !row.is_blank() => sheet.rows.push(row),
            None if !row.is_blank() => return Err(WorkbookFault::NoSheet),
            _ => {}
        }
    }
    if sheets.is_empty() { Err(WorkbookFault::NoSheet) } else { Ok(Workbook { sheets }) }
}

fn write_spreadsheet(workbook: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut file = rust_xlsxwriter::Workbook::new();
    let heading = Format::new().set_bold();
    for sheet in &workbook.sheets {
        let page = file.add_worksheet().set_name(&sheet.name)?;
        page.set_freeze_panes(1, 0)?;
        for row in &sheet.rows {
            let at = row.number.saturating_sub(1);
            for (column, cell) in (0_u16..).zip(&row.cells).filter(|(_, cell)| !cell.is_empty()) {
                match at {
                    0 => page.write_string_with_format(at, column, cell, &heading)?,
                    _ => page.write_string(at, column, cell)?,
                };
            }
        }
        for (column, cell) in (0_u16..).zip(sheet.rows.iter().take(1).flat_map(|row| &row.cells)) {
            page.set_column_width(column, if cell.starts_with("label") || cell.starts_with("hint") { 48 } else { 18 })?;
        }
    }
    file.save_to_buffer()
}

fn write_csv(workbook: &Workbook) -> Result<Vec<u8>, std::io::Error> {
    let mut file = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for sheet in &workbook.sheets {
        let width = sheet.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let row = |first: &str, cells: &[String]| -> Vec<String> {
            let rest = (0..width).map(|at| cells.get(at).cloned().unwrap_or_default());
            std::iter::once(first.to_owned()).chain(rest).collect()
        };
        file.write_record(row(&sheet.name, &[]))?;
        for cells in &sheet.rows {
            file.write_record(row("", &cells.cells))?;
        }
    }
    file.into_inner().map_err(csv::IntoInnerError::into_error)
}

#[cfg(test)]
#[path = "workbook_tests.rs"]
mod tests;

//! The sheet `settings`: the form's code, version, title and default language, and what our forms say beside.
//!
//! What is not said is taken from where the workbook comes from, and told.

use super::headings::{self, Spoken};
use super::table::Table;
use super::{Finding, Place, Row, Sheet, What, names, texts};
use crate::domain::limits::day;
use crate::domain::search::normalise;
use crate::domain::text::{Language, Text};
use chrono::NaiveDate;

/// Where a workbook comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The name of the file without its ending.
    pub name: String,
    /// The day of the import: the version and the first day of validity where the workbook names none.
    pub day: NaiveDate,
}

/// What the sheet says.
pub(super) struct Settings {
    pub form: String,
    pub version: String,
    pub title: Text,
    pub source: Text,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    /// Nothing where the workbook has no such column.
    pub status: Option<String>,
    pub default: Option<Language>,
}

const KNOWN: [&str; 8] = [
    "form_title",
    "form_id",
    "version",
    "default_language",
    "hailong::source",
    "hailong::valid_from",
    "hailong::valid_to",
    "hailong::status",
];

/// The default language of a workbook, where it is one of ours.
fn default_language(cell: &str) -> Option<Language> {
    match headings::language(cell) {
        Spoken::Known(language) => Some(language),
        Spoken::Unsaid | Spoken::Other(_) => None,
    }
}

/// Reads the sheet; there may be none.
pub(super) fn read(sheet: Option<&Sheet>, origin: &Origin, findings: &mut Vec<Finding>) -> Settings {
    let empty = Sheet { name: "settings".to_owned(), rows: Vec::new() };
    let table = Table::of(sheet.unwrap_or(&empty), findings);
    let blank = Row::default();
    let row = table.rows.iter().find(|row| !row.is_blank()).unwrap_or(&blank);
    for column in &table.columns {
        let cell = row.cell(column.at);
        if !cell.is_empty() && !KNOWN.contains(&column.heading.key.as_str()) {
            findings.push(table.finding(row.number, column.at, What::Setting(column.written.clone(), cell.to_owned())));
        }
    }
    let extra = table.rows.iter().filter(|other| !other.is_blank() && other.number != row.number);
    findings.extend(extra.map(|row| Finding { place: table.place(row.number, None), what: What::Remark }));
    let whole = || Place { sheet: "settings".to_owned(), row: None, column: None };
    let mut reader = Reader { table: &table, row, findings };
    let form = reader.code("form_id", names::code_of);
    let form = form.unwrap_or_else(|| {
        let form = names::code_of(&origin.name).unwrap_or_else(|| "form".to_owned());
        reader.findings.push(Finding { place: whole(), what: What::Assumed("form_id", form.clone()) });
        form
    });
    let version = reader.code("version", names::version_of);
    let version = version.unwrap_or_else(|| {
        let version = origin.day.to_string();
        reader.findings.push(Finding { place: whole(), what: What::Assumed("version", version.clone()) });
        version
    });
    let default = default_language(table.text(row, "default_language"));
    let title = texts::read(&table, row, "form_title", default, reader.findings).map(|read| read.text);
    let title = title.unwrap_or_else(|| {
        reader.findings.push(Finding { place: whole(), what: What::Assumed("form_title", form.clone()) });
        Text { vi: form.clone(), en: form.clone() }
    });
    let source = texts::read(&table, row, "hailong::source", default, reader.findings).map(|read| read.text);
    Settings {
        source: source.unwrap_or_else(|| Text {
            vi: format!("Nhập từ bảng tính XLSForm {}.", normalise(&origin.name)),
            en: format!("Imported from the XLSForm spreadsheet {}.", normalise(&origin.name)),
        }),
        valid_from: reader.day("hailong::valid_from").unwrap_or(origin.day),
        valid_to: reader.day("hailong::valid_to"),
        status: table.column("hailong::status").map(|column| normalise(row.cell(column.at))),
        form,
        version,
        title,
        default,
    }
}

struct Reader<'a, 'w> {
    table: &'a Table<'w>,
    row: &'a Row,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_, '_> {
    fn code(&mut self, key: &str, made: impl Fn(&str) -> Option<String>) -> Option<String> {
        let (at, cell) = self.table.cell(self.row, key)?;
        let what = match made(cell) {
            Some(code) if code == cell => return Some(code),
            Some(code) => What::Renamed(cell.to_owned(), code),
            None => What::BadName(cell.to_owned()),
        };
        self.findings.push(self.table.finding(self.row.number, at, what));
        made(cell)
    }

    fn day(&mut self, key: &str) -> Option<NaiveDate> {
        let (at, cell) = self.table.cell(self.row, key)?;
        let found = day(cell);
        if found.is_none() {
            self.findings.push(self.table.finding(self.row.number, at, What::BadDay(cell.to_owned())));
        }
        found
    }
}

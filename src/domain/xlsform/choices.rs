//! The sheet `choices`: lists of options by their names.
//!
//! Whether a list becomes a scale or the options of one question is said by `hailong::scale`, else by how many use it.

use super::table::Table;
use super::{Finding, Place, Sheet, What, names, texts};
use crate::domain::form::{Choice, Scale};
use crate::domain::search::normalise;
use crate::domain::text::{Language, Text};

/// A list.
pub(super) struct List {
    /// Its name in the workbook.
    pub name: String,
    /// Where it begins.
    pub place: Place,
    /// The options, each with its name in the workbook.
    pub options: Vec<(String, Choice)>,
    /// What "no answer" is called.
    pub none: Option<Text>,
    /// Whether the workbook says that it is a scale, or that it is none.
    pub is_scale: Option<bool>,
}

impl List {
    /// Whether its options are numbered 1, 2, 3, …
    pub fn is_numbered(&self) -> bool {
        self.options.len() <= 250 && self.options.iter().zip(1..).all(|((_, o), n): (_, u16)| o.code == n.to_string())
    }

    /// The options alone.
    pub fn choices(&self) -> Vec<Choice> {
        self.options.iter().map(|(_, choice)| choice.clone()).collect()
    }

    /// As a scale.
    pub fn scale(&self) -> Scale {
        Scale { options: self.choices(), none: self.none.clone() }
    }

    /// The name of the scale that it becomes.
    pub fn scale_name(&self) -> String {
        names::option_code_of(&self.name).unwrap_or_else(|| self.name.clone())
    }
}

const KNOWN: [&str; 6] = ["list_name", "name", "label", "hailong::points", "hailong::role", "hailong::scale"];

/// Reads the sheet; there may be none.
pub(super) fn read(sheet: Option<&Sheet>, default: Option<Language>, findings: &mut Vec<Finding>) -> Vec<List> {
    let Some(sheet) = sheet else { return Vec::new() };
    let table = Table::of(sheet, findings);
    let mut lists: Vec<List> = Vec::new();
    if table.rows.iter().all(|row| row.is_blank()) {
        return lists;
    }
    for column in ["list_name", "name", "label"] {
        if table.column(column).is_none() {
            findings.push(Finding { place: table.place_of_header(), what: What::MissingColumn(column.to_owned()) });
        }
    }
    for column in &table.columns {
        let is_media = column.heading.key.starts_with("media")
            || ["image", "audio", "video"].contains(&column.heading.key.as_str());
        let cells = table.filled(column.at);
        if is_media && cells > 0 {
            let what = What::Column(column.written.clone(), cells.to_string());
            findings.push(Finding { place: table.place_of_heading(column.at), what });
        }
    }
    let known: Vec<&str> =
        KNOWN.into_iter().chain(["media::image", "media::audio", "media::video", "image", "audio", "video"]).collect();
    table.tell_unknown(&known, findings);
    for row in table.rows.iter().filter(|row| !row.is_blank()) {
        let name = table.text(row, "list_name");
        if name.is_empty() {
            findings.push(Finding { place: table.place(row.number, None), what: What::Remark });
            continue;
        }
        let at = lists.iter().position(|list| list.name == name).unwrap_or_else(|| {
            let place = table.place_of(row, "list_name");
            lists.push(List { name: name.to_owned(), place, options: Vec::new(), none: None, is_scale: None });
            lists.len() - 1
        });
        if let Some(list) = lists.get_mut(at) {
            option(&table, row, default, list, findings);
        }
    }
    lists
}

fn option(
    table: &Table<'_>,
    row: &super::Row,
    default: Option<Language>,
    list: &mut List,
    findings: &mut Vec<Finding>,
) {
    let label = texts::read(table, row, "label", default, findings);
    if let Some((at, cell)) = table.cell(row, "hailong::scale") {
        match cell {
            "yes" => list.is_scale = Some(true),
            "no" => list.is_scale = Some(false),
            other => findings.push(table.finding(row.number, at, What::BadWord(other.to_owned(), "yes, no"))),
        }
    }
    let given = label.map(|label| label.text);
    match table.cell(row, "hailong::role") {
        Some((_, "none")) => {
            if given.is_none() {
                findings.push(Finding { place: table.place_of(row, "label"), what: What::MissingText });
            }
            list.none = given;
            return;
        }
        Some((at, other)) => {
            findings.push(table.finding(row.number, at, What::BadWord(other.to_owned(), "none")));
            return;
        }
        None => {}
    }
    let Some((at, name)) = table.cell(row, "name") else {
        findings.push(Finding { place: table.place_of(row, "name"), what: What::MissingName });
        return;
    };
    let Some(code) = names::option_code_of(name) else {
        findings.push(table.finding(row.number, at, What::BadName(name.to_owned())));
        return;
    };
    if let Some((other, _)) = list.options.iter().find(|(_, option)| option.code == code) {
        let what = if other == name { What::RepeatedOption(code) } else { What::Clash(other.clone(), code) };
        findings.push(table.finding(row.number, at, what));
        return;
    }
    if code != name {
        findings.push(table.finding(row.number, at, What::Renamed(name.to_owned(), code.clone())));
    }
    let label = given.unwrap_or_else(|| {
        findings.push(Finding { place: table.place_of(row, "label"), what: What::Assumed("label", name.to_owned()) });
        let name = normalise(name);
        Text { vi: name.clone(), en: name }
    });
    let points = table.cell(row, "hailong::points").and_then(|(at, cell)| {
        let points = cell.parse().ok();
        if points.is_none() {
            findings.push(table.finding(row.number, at, What::BadPoints(cell.to_owned())));
        }
        points
    });
    list.options.push((name.to_owned(), Choice { code, label, points }));
}

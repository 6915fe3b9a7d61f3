//! One row of the sheet `survey`: what its type asks for, and the question that it becomes.
//!
//! Groups, and what stands before a row, are kept in `read`.

use super::choices::List;
use super::conditions::{self, Earlier};
use super::constraint::{self, Allowed};
use super::settings::Settings;
use super::table::Table;
use super::{Finding, Row, What, names, texts};
use crate::domain::form::{Limits, Question, QuestionKind};
use crate::domain::search::normalise;
use crate::domain::text::Text;

/// The word for texts whose wording nobody has verified.
pub(super) const UNVERIFIED: &str = "chưa kiểm chứng";

/// What a row is, by its type.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RowType {
    BeginGroup,
    /// A group that can be filled in more than once.
    BeginRepeat,
    EndGroup,
    /// A question; with its list, and whether "other" is added to it.
    Question(QuestionKind, Option<String>, Other),
    Unknown,
}

/// Whether a list gets an option "other" with a text beside it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Other {
    No,
    Added,
}

/// Reads a type.
pub(super) fn row_type(cell: &str) -> RowType {
    let lower = cell.trim().to_lowercase();
    let words: Vec<&str> = lower.split([' ', '_', '\t', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    let plain = |kind| RowType::Question(kind, None, Other::No);
    match words.as_slice() {
        ["begin", "group"] => RowType::BeginGroup,
        ["begin", "repeat" | "loop", ..] => RowType::BeginRepeat,
        ["end", "group" | "repeat" | "loop"] => RowType::EndGroup,
        ["text" | "string"] => plain(QuestionKind::Text),
        ["integer" | "int"] => plain(QuestionKind::Integer),
        ["decimal"] => plain(QuestionKind::Decimal),
        ["date"] => plain(QuestionKind::Date),
        ["note"] => plain(QuestionKind::Note),
        ["select", "one", "external", ..] | ["select", "one" | "multiple", "from", "file", ..] => RowType::Unknown,
        ["select", "one", ..] | ["select1", ..] => select(cell, QuestionKind::Single),
        ["select", "multiple", ..] | ["select", "all", "that", "apply", ..] => select(cell, QuestionKind::Multiple),
        _ => RowType::Unknown,
    }
}

/// A choice and its list: what stands after the words for the kind, as it is written.
fn select(cell: &str, kind: QuestionKind) -> RowType {
    let starts = ["select_one", "select one", "select1", "select_multiple", "select multiple", "select all that apply"];
    let lower = cell.to_lowercase();
    let start = starts.into_iter().find(|start| lower.trim_start().starts_with(start)).unwrap_or_default();
    let rest = cell.trim_start().get(start.len()..).unwrap_or_default().trim();
    let rest = rest.strip_prefix("from ").unwrap_or(rest).trim();
    let other = ["or_other", "or other", "or specify other"].into_iter().find_map(|end| rest.strip_suffix(end));
    let (list, other) = other.map_or((rest, Other::No), |list| (list.trim(), Other::Added));
    RowType::Question(kind, Some(list.to_owned()), other)
}

/// Columns that ask for more than a form of ours does.
const UNTAKEN: [&str; 17] = [
    "default",
    "calculation",
    "choice_filter",
    "repeat_count",
    "read_only",
    "trigger",
    "parameters",
    "guidance_hint",
    "image",
    "audio",
    "video",
    "media::image",
    "media::audio",
    "media::video",
    "media::big-image",
    "save_to",
    "intent",
];

/// Columns that are read.
const READ: [&str; 14] = [
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "appearance",
    "disabled",
    "hailong::number",
    "hailong::kind",
    "hailong::none",
    "hailong::sensitive",
];

/// All columns that mean something here, `required_message` and the status among them.
pub(super) fn known() -> Vec<&'static str> {
    UNTAKEN.into_iter().chain(READ).chain(["required_message", "hailong::status"]).collect()
}

/// What a yes-or-no cell says; nothing for anything else.
pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    match cell.trim().to_lowercase().as_str() {
        "yes" | "true" | "true()" | "1" | "có" => Some(true),
        "" | "no" | "false" | "false()" | "0" | "không" => Some(false),
        _ => None,
    }
}

/// What is read of a row before it is known where it goes.
pub(super) struct RowReader<'a, 'w> {
    pub table: &'a Table<'w>,
    pub row: &'a Row,
    pub settings: &'a Settings,
    pub findings: &'a mut Vec<Finding>,
    /// Whether all texts stood there in both languages.
    pub is_complete: bool,
    /// Whether something was found for which the row is left out.
    pub is_left_out: bool,
}

impl RowReader<'_, '_> {
    /// Tells something about the cell of a key.
    pub fn tell(&mut self, key: &str, what: What) {
        self.findings.push(Finding { place: self.table.place_of(self.row, key), what });
    }

    /// A cell.
    pub fn cell(&self, key: &str) -> &str {
        self.table.text(self.row, key)
    }

    /// A text; one that shows an answer leaves the row out.
    pub fn text(&mut self, key: &str) -> Option<Text> {
        let read = texts::read(self.table, self.row, key, self.settings.default, self.findings)?;
        self.is_complete &= read.is_complete;
        if let Some(shown) = [&read.text.vi, &read.text.en].into_iter().find(|text| text.contains("${")) {
            let shown = shown.clone();
            self.tell(key, What::Reference(shown));
            self.is_left_out = true;
        }
        Some(read.text)
    }

    /// The conditions of the row; what cannot be taken leaves it out.
    pub fn conditions(&mut self, earlier: &[Earlier]) -> Vec<crate::domain::form::Condition> {
        let cell = self.cell("relevant");
        if cell.is_empty() || yes_or_no(cell) == Some(true) {
            return Vec::new();
        }
        conditions::read(cell, earlier).unwrap_or_else(|what| {
            self.tell("relevant", what);
            self.is_left_out = true;
            Vec::new()
        })
    }

    /// Tells of cells that ask for more than can be taken.
    pub fn tell_untaken(&mut self) {
        for column in &self.table.columns {
            let (key, cell) = (column.heading.key.as_str(), self.row.cell(column.at));
            let says_nothing = cell.is_empty() || (key == "read_only" && yes_or_no(cell) == Some(false));
            let what = match key {
                _ if says_nothing => continue,
                "required_message" => What::NoUse(column.written.clone()),
                _ if UNTAKEN.contains(&key) => What::Column(column.written.clone(), cell.to_owned()),
                _ => continue,
            };
            self.findings.push(self.table.finding(self.row.number, column.at, what));
        }
    }

    /// The code of the row's name; a note may have none, a question may not.
    pub fn code(&mut self, kind: QuestionKind) -> Option<String> {
        let name = self.cell("name").to_owned();
        if name.is_empty() && kind == QuestionKind::Note {
            let code = format!("note_{}", self.row.number);
            self.tell("name", What::Assumed("name", code.clone()));
            return Some(code);
        }
        if name.is_empty() {
            self.tell("name", What::MissingName);
            return None;
        }
        let code = names::code_of(&name);
        match &code {
            None => self.tell("name", What::BadName(name)),
            Some(code) if *code != name => self.tell("name", What::Renamed(name, code.clone())),
            Some(_) => {}
        }
        code
    }

    /// The rest of a question, once its code, kind and conditions are known.
    pub fn question(&mut self, code: String, kind: QuestionKind, list: Option<(&List, bool)>) -> Option<Question> {
        let Some(text) = self.text("label") else {
            self.tell("label", What::MissingText);
            return None;
        };
        let note = self.text("hint");
        let none = self.text("hailong::none");
        let required = match yes_or_no(self.cell("required")) {
            Some(true) if kind == QuestionKind::Note => {
                self.tell("required", What::NoUse("required".to_owned()));
                false
            }
            Some(required) => required,
            None => {
                let cell = self.cell("required").to_owned();
                self.tell("required", What::Required(cell));
                false
            }
        };
        let Allowed { limits, max_length } = self.allowed(kind);
        let sensitive = yes_or_no(self.cell("hailong::sensitive"));
        if sensitive.is_none() {
            let cell = self.cell("hailong::sensitive").to_owned();
            self.tell("hailong::sensitive", What::BadWord(cell, "yes, no"));
        }
        let scale = list.filter(|(_, is_scale)| *is_scale).map(|(list, _)| list.scale_name());
        let options = list.filter(|(_, is_scale)| !is_scale).map(|(list, _)| list.choices());
        let own_none = list.filter(|(_, is_scale)| !is_scale).and_then(|(list, _)| list.none.clone());
        Some(Question {
            code,
            number: Some(normalise(self.cell("hailong::number"))).filter(|number| !number.is_empty()),
            kind,
            text,
            note,
            scale,
            options: options.unwrap_or_default(),
            none: none.or(own_none),
            show_when: Vec::new(),
            max_length,
            required,
            limits: (limits != Limits::default()).then_some(limits),
            sensitive: sensitive.unwrap_or(false),
            status: String::new(),
        })
    }

    fn allowed(&mut self, kind: QuestionKind) -> Allowed {
        let takes_limits = !kind.has_options() && kind.takes_answer();
        let cell = self.cell("constraint").to_owned();
        let mut allowed = if cell.is_empty() { Some(Allowed::default()) } else { constraint::read(&cell, kind) };
        if allowed.is_none() {
            self.tell("constraint", What::Constraint(cell.clone()));
        }
        let message = self.text("constraint_message");
        match (&mut allowed, message) {
            (Some(allowed), Some(message)) if takes_limits => allowed.limits.message = Some(message),
            (_, Some(_)) => self.tell("constraint_message", What::NoUse("constraint_message".to_owned())),
            _ => {}
        }
        allowed.unwrap_or_default()
    }

    /// What its status becomes: what the column says where there is one, else unverified where a text was missing.
    pub fn status(&self) -> String {
        match self.table.column("hailong::status") {
            Some(column) => normalise(self.row.cell(column.at)),
            None if self.is_complete => String::new(),
            None => UNVERIFIED.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_in_all_their_spellings() {
        let list = |kind, list: &str, other| RowType::Question(kind, Some(list.to_owned()), other);
        for (cell, expected) in [
            ("begin group", RowType::BeginGroup),
            ("begin_group", RowType::BeginGroup),
            ("end group", RowType::EndGroup),
            ("begin_repeat", RowType::BeginRepeat),
            ("Select_One Yes_No", list(QuestionKind::Single, "Yes_No", Other::No)),
            ("select one from cities", list(QuestionKind::Single, "cities", Other::No)),
            ("select all that apply from a or specify other", list(QuestionKind::Multiple, "a", Other::Added)),
            ("select_multiple a or_other", list(QuestionKind::Multiple, "a", Other::Added)),
            ("select_one", list(QuestionKind::Single, "", Other::No)),
            ("select_one_external a", RowType::Unknown),
            ("select_one_from_file a.csv", RowType::Unknown),
            ("geopoint", RowType::Unknown),
            ("int", RowType::Question(QuestionKind::Integer, None, Other::No)),
        ] {
            assert_eq!(row_type(cell), expected, "{cell}");
        }
    }
}

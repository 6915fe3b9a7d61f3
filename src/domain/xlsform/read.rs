//! A workbook becomes a form: groups become sections, rows questions, lists scales or options.
//!
//! Whatever stands in the way is told; what could only be left out is left out of the form that comes, which is there only where
//! that was asked for.

use super::choices::{self, List};
use super::conditions::Earlier;
use super::rows::{self, Other, RowReader, RowType};
use super::settings::{self, Origin, Settings};
use super::table::Table;
use super::{Finding, Place, Row, Sheet, Weight, What, Workbook};
use crate::domain::form::{Condition, Form, Question, QuestionKind, Section, SectionLayout};
use crate::domain::text::Text;
use std::collections::BTreeMap;

/// What happens to what can only be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// There is no form then.
    Everything,
    /// It is left out.
    WhatFits,
}

/// What became of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The form, where there is one.
    pub form: Option<Form>,
    /// What was found, in the order of sheets, rows and columns.
    pub findings: Vec<Finding>,
}

/// Reads a workbook.
pub fn read(workbook: &Workbook, origin: &Origin, taking: Taking) -> Outcome {
    let mut findings = Vec::new();
    let named = |name: &str| workbook.sheets.iter().find(|sheet| sheet.name.trim().eq_ignore_ascii_case(name));
    let survey = named("survey").or_else(|| only_sheet(workbook));
    other_sheets(workbook, survey, &mut findings);
    let Some(sheet) = survey else {
        let place = Place { sheet: "survey".to_owned(), row: None, column: None };
        findings.push(Finding { place, what: What::NoSurvey });
        return Outcome { form: None, findings };
    };
    let settings = settings::read(named("settings"), origin, &mut findings);
    let lists = choices::read(named("choices"), settings.default, &mut findings);
    let table = Table::of(sheet, &mut findings);
    let mut builder = Builder::new(&table, &lists, &settings, findings);
    builder.headings();
    for row in table.rows.iter().filter(|row| !row.is_blank()) {
        builder.row(row);
    }
    let (form, mut findings) = builder.finish();
    let order = |sheet: &str| ["settings", "choices", "survey"].iter().position(|name| *name == sheet);
    findings.sort_by_key(|finding| (order(&finding.place.sheet), finding.place.clone()));
    findings.dedup();
    let heaviest = findings.iter().map(|finding| finding.what.weight()).max().unwrap_or(Weight::Told);
    let is_good = heaviest == Weight::Told || (heaviest == Weight::LeftOut && taking == Taking::WhatFits);
    Outcome { form: is_good.then_some(form), findings }
}

/// The one sheet of a workbook, whatever its name, where it has the headings of a survey.
fn only_sheet(workbook: &Workbook) -> Option<&Sheet> {
    let mut filled = workbook.sheets.iter().filter(|sheet| sheet.rows.iter().any(|row| !row.is_blank()));
    let only = filled.next().filter(|_| filled.next().is_none())?;
    let table = Table::of(only, &mut Vec::new());
    (table.column("type").is_some() && table.column("name").is_some()).then_some(only)
}

/// Tells of sheets that are not read, or not by their names.
fn other_sheets(workbook: &Workbook, survey: Option<&Sheet>, findings: &mut Vec<Finding>) {
    for sheet in workbook.sheets.iter().filter(|sheet| sheet.rows.iter().any(|row| !row.is_blank())) {
        let name = sheet.name.trim().to_lowercase();
        let place = Place { sheet: name.clone(), row: None, column: None };
        match name.as_str() {
            other if other != "survey" && survey.is_some_and(|survey| survey == sheet) => {
                findings.push(Finding { place, what: What::Assumed("survey", name) });
            }
            "survey" | "choices" | "settings" => {}
            "external_choices" | "entities" | "cascades" | "osm" => {
                findings.push(Finding { place, what: What::ForeignSheet(name) });
            }
            _ => findings.push(Finding { place, what: What::UnknownSheet(name) }),
        }
    }
}

/// A group that has begun and not ended.
pub(super) struct Group {
    code: String,
    title: Option<Text>,
    lead: Option<Text>,
    conditions: Vec<Condition>,
    is_matrix: bool,
    pub(super) place: Place,
}

/// What has been made of the rows so far.
pub(super) struct Builder<'a, 'w> {
    table: &'a Table<'w>,
    pub(super) lists: &'a [List],
    pub(super) settings: &'a Settings,
    pub(super) findings: Vec<Finding>,
    pub(super) sections: Vec<Section>,
    pub(super) groups: Vec<Group>,
    /// Whether the next question begins a section.
    begins: bool,
    earlier: Vec<Earlier>,
    /// Where each question or section stands.
    pub(super) places: BTreeMap<String, Place>,
    /// How many groups that are left out are open.
    skipped: usize,
    /// How many rows use each list.
    pub(super) uses: BTreeMap<String, usize>,
}

impl<'a, 'w> Builder<'a, 'w> {
    fn new(table: &'a Table<'w>, lists: &'a [List], settings: &'a Settings, findings: Vec<Finding>) -> Self {
        let mut uses = BTreeMap::new();
        for row in table.rows {
            if let RowType::Question(_, Some(list), _) = rows::row_type(table.text(row, "type")) {
                *uses.entry(list).or_default() += 1;
            }
        }
        Self {
            table,
            lists,
            settings,
            findings,
            sections: Vec::new(),
            groups: Vec::new(),
            begins: true,
            earlier: Vec::new(),
            places: BTreeMap::new(),
            skipped: 0,
            uses,
        }
    }

    fn headings(&mut self) {
        for column in ["type", "name", "label"] {
            if self.table.column(column).is_none() {
                let place = self.table.place_of_header();
                self.findings.push(Finding { place, what: What::MissingColumn(column.to_owned()) });
            }
        }
        self.table.tell_unknown(&rows::known(), &mut self.findings);
    }

    fn tell(&mut self, row: &Row, key: &str, what: What) {
        self.findings.push(Finding { place: self.table.place_of(row, key), what });
    }

    fn row(&mut self, row: &Row) {
        let cell = self.table.text(row, "type");
        let is_off = rows::yes_or_no(self.table.text(row, "disabled")) == Some(true);
        let says_little = self.table.text(row, "name").is_empty() && self.table.text(row, "label").is_empty();
        match rows::row_type(cell) {
            RowType::BeginGroup | RowType::BeginRepeat if self.skipped > 0 => self.skipped += 1,
            RowType::EndGroup if self.skipped > 0 => self.skipped -= 1,
            _ if self.skipped > 0 => self.tell(row, "type", What::Within),
            _ if is_off => self.tell(row, "disabled", What::Remark),
            _ if cell.is_empty() && says_little => self.tell(row, "type", What::Remark),
            _ if cell.is_empty() => self.tell(row, "type", What::MissingType),
            RowType::BeginGroup => self.begin(row),
            RowType::BeginRepeat => {
                self.tell(row, "type", What::Type(cell.to_owned()));
                self.skipped = 1;
            }
            RowType::EndGroup if self.groups.pop().is_none() => self.tell(row, "type", What::NoGroup),
            RowType::EndGroup => self.begins = true,
            RowType::Question(kind, list, other) => self.question(row, kind, list, &other),
            RowType::Unknown => self.tell(row, "type", What::Type(cell.to_owned())),
        }
    }

    fn reader<'r>(&'r mut self, row: &'r Row) -> (RowReader<'r, 'w>, &'r [Earlier]) {
        let (table, settings, findings) = (self.table, self.settings, &mut self.findings);
        (RowReader { table, row, settings, findings, is_complete: true, is_left_out: false }, &self.earlier)
    }

    fn begin(&mut self, row: &Row) {
        let place = self.table.place_of(row, "name");
        let nested = !self.groups.is_empty();
        let (mut reader, earlier) = self.reader(row);
        reader.tell_untaken();
        let has_name = !reader.cell("name").is_empty();
        let code = if has_name { reader.code(QuestionKind::Text) } else { None };
        let (title, lead) = (reader.text("label"), reader.text("hint"));
        let conditions = reader.conditions(earlier);
        let appearance: Vec<String> = reader.cell("appearance").split_whitespace().map(str::to_lowercase).collect();
        for look in appearance.iter().filter(|look| !["table-list", "field-list"].contains(&look.as_str())) {
            reader.tell("appearance", What::Appearance(look.clone()));
        }
        if nested {
            let name = reader.cell("name").to_owned();
            reader.tell("name", What::Nested(name));
        }
        if reader.is_left_out {
            self.skipped = 1;
            return;
        }
        let code = code.unwrap_or_else(|| "part".to_owned());
        let is_matrix = appearance.iter().any(|look| look == "table-list");
        self.groups.push(Group { code, title, lead, conditions, is_matrix, place });
        self.begins = true;
    }

    fn question(&mut self, row: &Row, kind: QuestionKind, list: Option<String>, other: &Other) {
        let in_matrix = self.groups.last().is_some_and(|group| group.is_matrix);
        let looks = self.table.text(row, "appearance").to_lowercase();
        let looks: Vec<&str> = looks.split_whitespace().collect();
        if looks.contains(&"label") && kind == QuestionKind::Single {
            self.tell(row, "appearance", What::MatrixHeading);
            return;
        }
        let in_matrix = in_matrix || (looks.contains(&"list-nolabel") && !self.groups.is_empty());
        let list = match list {
            None => None,
            Some(name) => match self.lists.iter().find(|known| known.name == name && !known.options.is_empty()) {
                Some(known) => Some(known),
                None => return self.tell(row, "type", What::UnknownList(name)),
            },
        };
        let kind = self.kind(row, kind, list, &looks, in_matrix);
        let is_scale = list.is_some_and(|list| {
            let shared = self.uses.get(&list.name).is_some_and(|uses| *uses > 1);
            list.is_scale.unwrap_or(shared || in_matrix || kind == QuestionKind::Level)
        });
        let (mut reader, earlier) = self.reader(row);
        reader.tell_untaken();
        if *other == Other::Added {
            reader.tell("type", What::OrOther);
        }
        let code = reader.code(kind);
        let show_when = reader.conditions(earlier);
        let name = reader.cell("name").to_owned();
        let question = code.and_then(|code| reader.question(code, kind, list.map(|list| (list, is_scale))));
        let (status, is_left_out) = (reader.status(), reader.is_left_out);
        if let Some(question) = question.filter(|_| !is_left_out) {
            self.add(row, &name, Question { show_when, status, ..question }, list, in_matrix);
        }
    }

    /// Whether a choice of one is a level: by the column for it, by its look, or as a row of a matrix.
    fn kind(
        &mut self,
        row: &Row,
        kind: QuestionKind,
        list: Option<&List>,
        looks: &[&str],
        in_matrix: bool,
    ) -> QuestionKind {
        let is_numbered = list.is_some_and(List::is_numbered);
        let known = ["likert", "list-nolabel"];
        for look in looks.iter().filter(|look| !known.contains(look) || kind != QuestionKind::Single) {
            self.tell(row, "appearance", What::Appearance((*look).to_owned()));
        }
        let said = self.table.text(row, "hailong::kind").to_owned();
        let wants_level = match said.as_str() {
            _ if kind != QuestionKind::Single => return kind,
            "single" => return kind,
            "level" => true,
            "" => looks.contains(&"likert"),
            _ => {
                self.tell(row, "hailong::kind", What::BadWord(said, "level, single"));
                return kind;
            }
        };
        if wants_level && !is_numbered {
            let name = list.map(|list| list.name.clone()).unwrap_or_default();
            self.tell(row, "appearance", What::NotNumbered(name));
        }
        if is_numbered && (wants_level || in_matrix) { QuestionKind::Level } else { kind }
    }

    fn add(&mut self, row: &Row, name: &str, question: Question, list: Option<&List>, in_matrix: bool) {
        let code = question.code.clone();
        if let Some(other) = self.earlier.iter().find(|earlier| earlier.code == code) {
            let what = What::Clash(other.name.clone(), code);
            return self.tell(row, "name", what);
        }
        let options = list.map(|list| list.options.iter().map(|(name, o)| (name.clone(), o.code.clone())).collect());
        self.earlier.push(Earlier {
            name: if name.is_empty() { code.clone() } else { name.to_owned() },
            code: code.clone(),
            kind: question.kind,
            options: options.unwrap_or_default(),
        });
        let key = if question.show_when.is_empty() { "name" } else { "relevant" };
        self.places.insert(code, self.table.place_of(row, key));
        let section = self.section(row);
        if in_matrix {
            section.layout = Some(SectionLayout::Matrix);
        }
        section.questions.push(question);
    }

    /// The section that the next question goes into.
    fn section(&mut self, row: &Row) -> &mut Section {
        if std::mem::replace(&mut self.begins, false) || self.sections.is_empty() {
            let section = self.new_section(row);
            self.sections.push(section);
        }
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    fn new_section(&mut self, row: &Row) -> Section {
        let title = self.groups.iter().rev().find_map(|group| group.title.clone());
        let title = title.unwrap_or_else(|| self.settings.title.clone());
        let mut conditions: Vec<Condition> = Vec::new();
        for condition in self.groups.iter().flat_map(|group| &group.conditions) {
            if !conditions.contains(condition) {
                conditions.push(condition.clone());
            }
        }
        let own = self.groups.last_mut();
        let place = own.as_ref().map_or_else(|| self.table.place_of(row, "name"), |group| group.place.clone());
        if own.as_ref().is_none_or(|group| group.title.is_none()) {
            self.findings.push(Finding { place: place.clone(), what: What::Assumed("label", title.vi.clone()) });
        }
        let wished = own.as_ref().map_or("part", |group| group.code.as_str()).to_owned();
        let lead = own.and_then(|group| group.lead.take());
        let is_taken = |code: &str| self.sections.iter().any(|section| section.code == code);
        let mut code = wished.clone();
        for number in 2.. {
            if !is_taken(&code) {
                break;
            }
            code = format!("{wished}_{number}");
        }
        self.places.entry(code.clone()).or_insert(place);
        Section { code, title, lead, show_when: conditions, layout: None, questions: Vec::new() }
    }
}

/// The sheet of a name, for tests and for writing.
pub(super) fn sheet(name: &str, rows: Vec<Vec<String>>) -> Sheet {
    let rows = (1..).zip(rows).map(|(number, cells)| Row { number, cells });
    Sheet { name: name.to_owned(), rows: rows.collect() }
}

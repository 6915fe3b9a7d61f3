//! Submissions as tables: one CSV file for each form version, one row for each submission, questions as columns.
//!
//! Sensitive questions (ethnicity) are never written; free texts only where that was asked for by somebody who may read them.
//! A question with several answers becomes one column of 0 and 1 for each option; all are empty where it was not answered.

use super::csv::Flavour;
use super::datapackage::{Asked, Field, Resource, package, resource, to_text};
use super::stored_value::{Lying, StoredValue};
use super::zip::{Archive, Table};
use crate::domain::answer_row::place_of;
use crate::domain::export::{DesignColumns, Exported, ExportedDesign, Part, Size};
use crate::domain::form::{Form, Question, QuestionKind};
use crate::domain::index::Definition;
use crate::domain::survey::Channel;
use crate::domain::text::{Language, Text};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::sync::Arc;
use uuid::Uuid;

/// The columns before the questions.
pub const FIXED: [&str; 9] =
    ["id", "survey", "form", "unit", "procedure", "channel", "language", "submitted_on", "excluded"];

/// The columns of the draw, between those and the questions, where a survey of the table is sampled.
pub const DESIGN: [&str; 4] = ["stratum", "cluster", "weight", "fpc"];

/// A column of answers.
enum Column<'f> {
    /// The answer to a question that takes one.
    Answer(&'f Question),
    /// Whether an option of a question was chosen.
    Option(&'f Question, &'f str, &'f Text),
}

fn columns(form: &Form, with_texts: bool) -> Vec<Column<'_>> {
    let mut columns = Vec::new();
    for question in form.questions().filter(|q| !q.sensitive) {
        match question.kind {
            QuestionKind::Note => {}
            QuestionKind::Text if !with_texts => {}
            QuestionKind::Multiple => {
                columns.extend(form.options(question).iter().map(|o| Column::Option(question, &o.code, &o.label)));
            }
            _ => columns.push(Column::Answer(question)),
        }
    }
    columns
}

impl Column<'_> {
    fn field(&self, form: &Form) -> Field {
        match self {
            Column::Option(question, code, label) => {
                let name = format!("{}__{code}", question.code);
                Field::new(&name, "integer").meaning(label).within(json!({ "enum": [0, 1] }))
            }
            Column::Answer(question) => answer_field(form, question),
        }
    }
}

fn answer_field(form: &Form, question: &Question) -> Field {
    let options = form.options(question);
    let field = |kind| Field::new(&question.code, kind).meaning(&question.text);
    match question.kind {
        QuestionKind::Level => field("integer")
            .within(json!({ "minimum": 1, "maximum": options.len() }))
            .valued(options.iter().zip(1..).map(|(o, level): (_, u8)| (json!(level), &o.label))),
        QuestionKind::Single | QuestionKind::Multiple => field("string")
            .within(json!({ "enum": options.iter().map(|o| &o.code).collect::<Vec<_>>() }))
            .valued(options.iter().map(|o| (json!(o.code), &o.label))),
        QuestionKind::Text | QuestionKind::Note => field("string"),
        QuestionKind::Integer => field("integer").within(limits(question)),
        QuestionKind::Decimal => field("number").within(limits(question)),
        QuestionKind::Date => field("date").within(limits(question)),
    }
}

/// The limits of a number or a day by the words of the standard; nothing where there are none.
fn limits(question: &Question) -> Value {
    let Some(limits) = &question.limits else { return Value::Null };
    let ends = [
        ("minimum", limits.min),
        ("exclusiveMinimum", limits.above),
        ("maximum", limits.max),
        ("exclusiveMaximum", limits.below),
    ];
    let set = ends.into_iter().filter_map(|(word, end)| Some((word.to_owned(), json!(end?))));
    let set: serde_json::Map<String, Value> = set.collect();
    if set.is_empty() { Value::Null } else { Value::Object(set) }
}

fn fixed_fields() -> Vec<Field> {
    let codes = |codes: Vec<&str>| json!({ "required": true, "enum": codes });
    FIXED
        .into_iter()
        .map(|name| match name {
            "id" => Field::new(name, "string").within(json!({ "required": true, "unique": true })),
            "procedure" => Field::new(name, "string"),
            "channel" => Field::new(name, "string").within(codes(Channel::ALL.map(Channel::code).to_vec())),
            "language" => Field::new(name, "string").within(codes(Language::ALL.map(Language::code).to_vec())),
            "submitted_on" => Field::new(name, "date").within(json!({ "required": true })),
            "excluded" => Field::new(name, "boolean").within(json!({ "required": true })),
            _ => Field::new(name, "string").within(json!({ "required": true })),
        })
        .collect()
}

fn design_fields() -> Vec<Field> {
    let text = |vi: &str, en: &str| Text { vi: vi.to_owned(), en: en.to_owned() };
    let meaning = |name| match name {
        "stratum" => ("string", text("Tầng", "Stratum")),
        "cluster" => ("string", text("Cụm", "Cluster")),
        "weight" => {
            ("number", text("Trọng số, đã bù người không trả lời", "Weight, those who did not answer made up for"))
        }
        _ => ("number", text("Số cụm của tầng trong tổng thể", "Clusters of the stratum in the population")),
    };
    let field = |name| {
        let (kind, text) = meaning(name);
        Field::new(name, kind).meaning(&text)
    };
    DESIGN.into_iter().map(field).collect()
}

/// The cells of a row's place in the draw; empty where nobody was drawn.
fn design_cells(design: Option<&ExportedDesign>) -> [Cow<'_, str>; DESIGN.len()] {
    match design {
        Some(design) => [
            design.stratum.as_str().into(),
            design.cluster.as_str().into(),
            design.weight.to_string().into(),
            design.fpc.map(|fpc| fpc.to_string()).unwrap_or_default().into(),
        ],
        None => [""; DESIGN.len()].map(Cow::from),
    }
}

/// Where a column's cells come from, once its form has gone by.
struct Source {
    /// The place of its question.
    place: usize,
    option: Option<String>,
}

struct OpenTable<W: Write + Send + 'static> {
    table: Table<W>,
    path: String,
    form: String,
    title: Text,
    fields: Vec<Field>,
    design: DesignColumns,
    columns: Vec<Source>,
    /// The places of a row up to the last column, to make room for them at once.
    places: usize,
    /// How the days that came by are written.
    days: HashMap<NaiveDate, String>,
    /// Room for the values of a row.
    lying: Vec<Lying>,
}

/// The archive of submissions being written.
pub struct SubmissionsArchive<W: Write + Send + 'static> {
    asked: Asked,
    definitions: BTreeMap<String, Arc<Definition>>,
    archive: Option<Archive<W>>,
    open: Option<OpenTable<W>>,
    resources: Vec<Resource>,
    versions: Vec<Value>,
}

impl<W: Write + Send + 'static> SubmissionsArchive<W> {
    /// Begins the archive. `definitions`, by form, are those by which the index is counted from these submissions.
    pub fn start(inner: W, asked: Asked, definitions: BTreeMap<String, Arc<Definition>>) -> Self {
        let archive = Some(Archive::start(inner, asked.now));
        Self { asked, definitions, archive, open: None, resources: Vec::new(), versions: Vec::new() }
    }

    /// Takes the next part.
    pub fn take(&mut self, part: Part<'_>) -> io::Result<()> {
        match part {
            Part::Table { form, size, design, .. } => {
                self.close_table()?;
                self.open_table(form, size, design)
            }
            Part::Row(row) => self.row(row),
            Part::End(ending) => {
                self.close_table()?;
                let (versions, resources) = (std::mem::take(&mut self.versions), std::mem::take(&mut self.resources));
                let title = "Phiếu trả lời / Submissions";
                let package = package("submissions", title, &self.asked, versions, ending, None, resources);
                let archive = self.archive.take().ok_or_else(out_of_order)?;
                archive.finish(&to_text(&package)?)?.flush()
            }
        }
    }

    fn open_table(&mut self, form: &Form, size: Size, design: DesignColumns) -> io::Result<()> {
        let columns = columns(form, self.asked.wish.with_texts);
        let mut fields = fixed_fields();
        if design == DesignColumns::Present {
            fields.extend(design_fields());
        }
        fields.extend(columns.iter().map(|c| c.field(form)));
        let header: Vec<&str> = fields.iter().map(Field::name).collect();
        let path = format!("submissions_{}.csv", form.name().replace('/', "_"));
        let archive = self.archive.take().ok_or_else(out_of_order)?;
        let table = archive.table(&path, self.asked.flavour, &header, size)?;
        let source = |column: &Column<'_>| {
            let (question, option) = match column {
                Column::Answer(question) => (question, None),
                Column::Option(question, code, _) => (question, Some((*code).to_owned())),
            };
            place_of(form, &question.code).map(|place| Source { place, option })
        };
        let columns: Vec<Source> = columns.iter().filter_map(source).collect();
        let places = columns.iter().map(|column| column.place + 1).max().unwrap_or(0);
        self.open = Some(OpenTable {
            table,
            path,
            form: form.name(),
            title: form.title.clone(),
            fields,
            design,
            columns,
            places,
            days: HashMap::new(),
            lying: Vec::new(),
        });
        Ok(())
    }

    fn row(&mut self, row: &Exported<'_>) -> io::Result<()> {
        let open = self.open.as_mut().ok_or_else(out_of_order)?;
        let lies = Lying::row(row.answers, &mut open.lying).is_some();
        let answers = if lies { Vec::new() } else { StoredValue::row(row.answers, open.places)? };
        let mut id = Uuid::encode_buffer();
        let day = open.days.entry(row.day).or_insert_with(|| row.day.to_string());
        let fixed: [&str; FIXED.len()] = [
            row.id.as_hyphenated().encode_lower(&mut id),
            row.survey,
            &open.form,
            row.unit,
            row.procedure,
            row.channel.code(),
            row.language.code(),
            day,
            if row.is_excluded { "true" } else { "false" },
        ];
        let design = (open.design == DesignColumns::Present).then(|| design_cells(row.design.as_ref()));
        let design = design.iter().flatten().map(|cell| cell.as_ref());
        // Not answered is empty.
        let cell = |column: &Source| {
            let option = column.option.as_deref();
            if lies {
                open.lying.get(column.place).map_or("", |value| value.cell(row.answers, option))
            } else {
                answers.get(column.place).map_or("", |value| value.cell(option))
            }
        };
        open.table.row(fixed.into_iter().chain(design).chain(open.columns.iter().map(cell)))
    }

    fn close_table(&mut self) -> io::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let (archive, written) = open.table.finish()?;
        self.archive = Some(archive);
        let definition = self.definitions.get(&open.form);
        self.versions.push(json!({
            "form": open.form, "title": open.title.vi, "title_en": open.title.en,
            "index": definition.map(|d| d.name()), "status": definition.map(|d| &d.status),
        }));
        self.resources.push(resource(&open.path, self.asked.flavour, open.fields, vec!["id"], &written));
        Ok(())
    }
}

fn out_of_order() -> io::Error {
    io::Error::other("the parts of an export came out of order")
}

/// The flavour by the name used in addresses: `excel`, anything else is plain.
pub fn flavour_of(code: &str) -> Flavour {
    if code == Flavour::Excel.code() { Flavour::Excel } else { Flavour::Plain }
}

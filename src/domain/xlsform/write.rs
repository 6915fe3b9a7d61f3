//! A form becomes a workbook that any tool for XLSForm reads, and that comes back as the same form.
//!
//! What the standard has no column for stands in columns named `hailong::…`.

use super::read::sheet;
use super::{Workbook, conditions, constraint};
use crate::domain::form::{Choice, Form, Question, QuestionKind, Section, SectionLayout};
use crate::domain::text::Text;

const VI: &str = "Tiếng Việt (vi)";
const EN: &str = "English (en)";

/// The name of the option that stands for "no answer", and another where a list has an option of that name.
const NONE: [&str; 2] = ["none", "no_answer"];

/// The columns of the survey, with the texts of each row.
type Cells<'a> = Vec<(String, Box<dyn Fn(&Line<'a>) -> String + 'a>)>;

/// A row of the survey.
enum Line<'a> {
    Begin(&'a Section),
    Ask(&'a Question),
    End,
}

/// Writes a form.
pub fn write(form: &Form) -> Workbook {
    let lines = form.sections.iter().flat_map(|section| {
        let asks = section.questions.iter().map(Line::Ask);
        std::iter::once(Line::Begin(section)).chain(asks).chain(std::iter::once(Line::End))
    });
    let columns = columns(form);
    let mut survey = vec![columns.iter().map(|(heading, _)| heading.clone()).collect()];
    survey.extend(lines.map(|line| columns.iter().map(|(_, cell)| cell(&line)).collect()));
    Workbook {
        sheets: vec![sheet("survey", survey), sheet("choices", choices(form)), sheet("settings", settings(form))],
    }
}

fn yes(is_so: bool) -> String {
    if is_so { "yes".to_owned() } else { String::new() }
}

fn columns(form: &Form) -> Cells<'_> {
    let mut columns: Cells<'_> = Vec::new();
    fn column<'a>(columns: &mut Cells<'a>, heading: &str, cell: impl Fn(&Line<'a>) -> String + 'a) {
        columns.push((heading.to_owned(), Box::new(cell)));
    }
    fn texts<'a>(columns: &mut Cells<'a>, key: &str, names: [&str; 2], text: fn(&Line<'a>) -> Option<&'a Text>) {
        column(columns, &format!("{key}::{}", names[0]), move |line| {
            text(line).map(|t| t.vi.clone()).unwrap_or_default()
        });
        column(columns, &format!("{key}::{}", names[1]), move |line| {
            text(line).map(|t| t.en.clone()).unwrap_or_default()
        });
    }
    fn asked<'a, T: Default>(line: &Line<'a>, of: impl Fn(&'a Question) -> T) -> T {
        if let Line::Ask(question) = line { of(question) } else { T::default() }
    }
    column(&mut columns, "type", move |line| line_type(form, line));
    column(&mut columns, "name", |line| match line {
        Line::Begin(section) => section.code.clone(),
        Line::Ask(question) => question.code.clone(),
        Line::End => String::new(),
    });
    texts(&mut columns, "label", [VI, EN], |line| match line {
        Line::Begin(section) => Some(&section.title),
        Line::Ask(question) => Some(&question.text),
        Line::End => None,
    });
    texts(&mut columns, "hint", [VI, EN], |line| match line {
        Line::Begin(section) => section.lead.as_ref(),
        Line::Ask(question) => question.note.as_ref(),
        Line::End => None,
    });
    column(&mut columns, "required", |line| asked(line, |question| yes(question.required)));
    let kind_of = |code: &str| form.question(code).map(|question| question.kind);
    column(&mut columns, "relevant", move |line| match line {
        Line::Begin(section) => conditions::write(&section.show_when, kind_of),
        Line::Ask(question) => conditions::write(&question.show_when, kind_of),
        Line::End => String::new(),
    });
    column(&mut columns, "constraint", |line| asked(line, constraint::write));
    texts(&mut columns, "constraint_message", [VI, EN], |line| match line {
        Line::Ask(question) => question.limits.as_ref().and_then(|limits| limits.message.as_ref()),
        _ => None,
    });
    column(&mut columns, "appearance", |line| match line {
        Line::Begin(section) if section.layout == Some(SectionLayout::Matrix) => "table-list".to_owned(),
        Line::Ask(question) if question.kind == QuestionKind::Level => "likert".to_owned(),
        _ => String::new(),
    });
    column(&mut columns, "hailong::number", |line| asked(line, |q| q.number.clone().unwrap_or_default()));
    column(&mut columns, "hailong::kind", |line| {
        asked(line, |q| match q.kind {
            QuestionKind::Level | QuestionKind::Single => q.kind.code().to_owned(),
            _ => String::new(),
        })
    });
    texts(&mut columns, "hailong::none", ["vi", "en"], |line| match line {
        Line::Ask(question) if question.scale.is_some() || !question.kind.has_options() => question.none.as_ref(),
        _ => None,
    });
    column(&mut columns, "hailong::sensitive", |line| asked(line, |question| yes(question.sensitive)));
    column(&mut columns, "hailong::status", |line| asked(line, |question| question.status.clone()));
    columns
}

fn line_type(form: &Form, line: &Line<'_>) -> String {
    match line {
        Line::Begin(_) => "begin_group".to_owned(),
        Line::End => "end_group".to_owned(),
        Line::Ask(question) => match question.kind {
            QuestionKind::Level | QuestionKind::Single => format!("select_one {}", list_of(form, question)),
            QuestionKind::Multiple => format!("select_multiple {}", list_of(form, question)),
            other => other.code().to_owned(),
        },
    }
}

/// The name of the list of a question: its scale's, else one of its own that no scale has.
fn list_of(form: &Form, question: &Question) -> String {
    if let Some(scale) = &question.scale {
        return scale.clone();
    }
    let mut name = question.code.clone();
    while form.scales.contains_key(&name) {
        name.push_str("_options");
    }
    name
}

fn choices(form: &Form) -> Vec<Vec<String>> {
    let heading = ["list_name", "name", &format!("label::{VI}"), &format!("label::{EN}")].map(str::to_owned);
    let ours = ["hailong::points", "hailong::role", "hailong::scale"].map(str::to_owned);
    let mut rows = vec![heading.into_iter().chain(ours).collect::<Vec<String>>()];
    let mut list = |name: &str, options: &[Choice], none: Option<&Text>, is_scale: &str| {
        for option in options {
            let points = option.points.map(|points| points.to_string()).unwrap_or_default();
            let Choice { code, label, .. } = option;
            let cells = [name, code, &label.vi, &label.en, &points, "", is_scale];
            rows.push(cells.map(str::to_owned).to_vec());
        }
        if let Some(none) = none {
            let code = NONE.into_iter().find(|code| options.iter().all(|o| o.code != *code)).unwrap_or_default();
            rows.push([name, code, &none.vi, &none.en, "", "none", is_scale].map(str::to_owned).to_vec());
        }
    };
    for (name, scale) in &form.scales {
        list(name, &scale.options, scale.none.as_ref(), "yes");
    }
    for question in form.questions().filter(|question| question.kind.has_options() && question.scale.is_none()) {
        list(&list_of(form, question), &question.options, question.none.as_ref(), "no");
    }
    rows
}

fn settings(form: &Form) -> Vec<Vec<String>> {
    let last = form.valid_to.map(|day| day.to_string()).unwrap_or_default();
    let first = form.valid_from.to_string();
    let columns = [
        ("form_title", form.title.vi.as_str()),
        ("form_id", &form.form),
        ("version", &form.version),
        ("default_language", VI),
        ("hailong::title::en", &form.title.en),
        ("hailong::source::vi", &form.source.vi),
        ("hailong::source::en", &form.source.en),
        ("hailong::valid_from", &first),
        ("hailong::valid_to", &last),
        ("hailong::status", &form.status),
    ];
    let (heading, row): (Vec<&str>, Vec<&str>) = columns.into_iter().unzip();
    [heading, row].into_iter().map(|cells| cells.into_iter().map(str::to_owned).collect()).collect()
}

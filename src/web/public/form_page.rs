//! The page of a form: what it asks, what has been answered so far, and what is wrong with it.
//!
//! Showing only; what is asked comes from the form, what is wrong from the domain.

use super::choose::{Way, form_address};
use super::fields::{self, Fields};
use super::with_language;
use crate::domain::form::{Condition, Form, Question, QuestionKind, Section};
use crate::domain::procedure::Procedure;
use crate::domain::submission::{Fault, NONE, Problem};
use crate::domain::survey::{Channel, Survey};
use crate::domain::unit::Unit;
use crate::i18n;
use crate::web::view::View;
use askama::Template;

/// So many different conditions can be followed by the style sheet; the questions of further ones are always shown.
const CONDITIONS_IN_STYLE: usize = 12;

/// The longest text where the question names no limit, in characters.
const DEFAULT_MAX_LENGTH: usize = 2000;

/// A sheet: a form for one visit, to be filled in or filled in already.
pub struct Sheet<'a> {
    /// The survey.
    pub survey: &'a Survey,
    /// Its form.
    pub form: &'a Form,
    /// The unit that served.
    pub unit: Option<&'a Unit>,
    /// The units to choose from, where none is known.
    pub units: Vec<&'a Unit>,
    /// The procedure, where one was named.
    pub procedure: Option<&'a Procedure>,
    /// The channel.
    pub channel: Channel,
    /// The id under which it will be stored.
    pub id: String,
    /// The moment it was handed out, signed.
    pub time: String,
    /// What has been filled in.
    pub fields: &'a Fields,
}

/// Why a sheet is shown again.
pub enum Again {
    /// It is not: it is fresh, or only the view was switched.
    No,
    /// These things are wrong with it.
    Problems(Vec<Problem>),
    /// The database is away.
    Unavailable,
    /// Too many were sent; so many seconds.
    TooMany(u64),
}

#[derive(Template)]
#[template(path = "public/form.html")]
pub struct FormPage<'a> {
    view: &'a View,
    sheet: &'a Sheet<'a>,
    again: &'a Again,
    action: String,
    choose: String,
    problems: Vec<Shown>,
    unit_error: Option<String>,
    parts: Vec<Part<'a>>,
}

/// A problem in the summary.
struct Shown {
    text: String,
    anchor: String,
}

struct Part<'a> {
    progress: String,
    title: &'a str,
    lead: Option<&'a str>,
    /// The condition that all questions of the part share.
    condition: Option<usize>,
    asks: Vec<Ask<'a>>,
}

/// A question as it is shown.
struct Ask<'a> {
    code: &'a str,
    kind: QuestionKind,
    text: &'a str,
    note: Option<&'a str>,
    hint: Option<String>,
    condition: Option<usize>,
    /// When it is asked, in words, for browsers that cannot hide it.
    when: Option<String>,
    /// How its options stand: five or three cells, or a list.
    layout: &'static str,
    options: Vec<Pick<'a>>,
    none: String,
    is_none: bool,
    written: &'a str,
    error: Option<String>,
}

struct Pick<'a> {
    code: &'a str,
    label: &'a str,
    is_chosen: bool,
    /// The numbers of the conditions it opens.
    opens: String,
}

impl Ask<'_> {
    fn describedby(&self) -> String {
        let mut ids = Vec::new();
        if self.error.is_some() {
            ids.push(format!("e-{}", self.code));
        }
        if self.note.is_some() || self.hint.is_some() {
            ids.push(format!("n-{}", self.code));
        }
        ids.join(" ")
    }
}

impl<'a> FormPage<'a> {
    /// The page of a sheet.
    pub fn new(view: &'a View, sheet: &'a Sheet<'a>, again: &'a Again) -> Self {
        let faults: &[Problem] = if let Again::Problems(problems) = again { problems } else { &[] };
        let code = sheet.procedure.map(|p| p.code.as_str());
        let asker = Asker { view, sheet, faults, conditions: conditions(sheet.form) };
        let sections = &sheet.form.sections;
        Self {
            view,
            sheet,
            again,
            action: with_language(form_address(sheet.survey, sheet.unit, code, sheet.channel), view.language),
            choose: Way { survey: Some(sheet.survey), channel: sheet.channel }.choosing(sheet.unit, None),
            problems: faults.iter().map(|p| asker.shown(p)).collect(),
            unit_error: faults.iter().find(|p| p.field == "unit").map(|p| asker.words(p)),
            parts: sections.iter().enumerate().map(|(at, section)| asker.part(at, section)).collect(),
        }
    }

    fn has_sensitive(&self) -> bool {
        self.sheet.form.questions().any(|q| q.sensitive)
    }

    fn closes(&self) -> Option<String> {
        let end = self.sheet.survey.closes_at?.with_timezone(&crate::domain::period::vietnam());
        Some(i18n::date(self.view.language, end.date_naive()))
    }
}

/// The different conditions of a form, numbered by their place.
fn conditions(form: &Form) -> Vec<&Condition> {
    let mut found: Vec<&Condition> = Vec::new();
    for condition in form.questions().filter_map(|q| q.show_when.as_ref()) {
        if !found.contains(&condition) {
            found.push(condition);
        }
    }
    found
}

struct Asker<'a> {
    view: &'a View,
    sheet: &'a Sheet<'a>,
    faults: &'a [Problem],
    conditions: Vec<&'a Condition>,
}

impl<'a> Asker<'a> {
    fn part(&self, at: usize, section: &'a Section) -> Part<'a> {
        let asks: Vec<Ask<'a>> = section.questions.iter().map(|q| self.ask(q)).collect();
        let shared = asks.first().and_then(|a| a.condition).filter(|n| asks.iter().all(|a| a.condition == Some(*n)));
        let (number, of) = ((at + 1).to_string(), self.sheet.form.sections.len());
        Part {
            progress: match of {
                1 => String::new(),
                of => self.view.tn("form-part", &[("number", &number), ("of", &of.to_string())]),
            },
            title: self.view.pick(&section.title),
            lead: section.lead.as_ref().map(|lead| self.view.pick(lead)),
            condition: shared,
            asks,
        }
    }

    fn ask(&self, question: &'a Question) -> Ask<'a> {
        let given = self.sheet.fields.all(&question.code);
        let choices = self.sheet.form.options(question);
        let options = choices.iter().map(|choice| Pick {
            code: &choice.code,
            label: self.view.pick(&choice.label),
            is_chosen: given.contains(&choice.code),
            opens: self.opened_by(question, &choice.code),
        });
        let max = question.max_length.unwrap_or(DEFAULT_MAX_LENGTH);
        let limit = i18n::count(self.view.language, i64::try_from(max).unwrap_or(i64::MAX));
        Ask {
            code: &question.code,
            kind: question.kind,
            text: self.view.pick(&question.text),
            note: question.note.as_ref().map(|note| self.view.pick(note)),
            hint: (question.kind == QuestionKind::Text).then(|| self.view.t1("form-text-limit", "max", &limit)),
            condition: question.show_when.as_ref().and_then(|when| self.number(when)),
            when: question.show_when.as_ref().map(|when| self.when(when)),
            layout: match (question.kind, choices.len()) {
                (QuestionKind::Level, 5) => "five",
                (QuestionKind::Level, 2..=4) => "three",
                _ => "list",
            },
            options: options.collect(),
            none: match self.sheet.form.none_label(question) {
                Some(label) => self.view.pick(label).to_owned(),
                None => self.view.t("form-no-answer"),
            },
            is_none: given.iter().any(|code| code == NONE),
            written: given.first().map_or("", String::as_str),
            error: self.faults.iter().find(|p| p.field == question.code).map(|p| self.words(p)),
        }
    }

    /// The number of a condition in the style sheet, from 1.
    fn number(&self, condition: &Condition) -> Option<usize> {
        let at = self.conditions.iter().position(|c| *c == condition)?;
        (at < CONDITIONS_IN_STYLE).then_some(at + 1)
    }

    fn opened_by(&self, question: &Question, choice: &str) -> String {
        let opened =
            self.conditions.iter().filter(|c| c.question == question.code && c.any_of.iter().any(|o| o == choice));
        opened.filter_map(|c| self.number(c)).map(|n| format!("o{n}")).collect::<Vec<_>>().join(" ")
    }

    /// "If you chose … for …": a condition in words.
    fn when(&self, condition: &Condition) -> String {
        let Some(question) = self.sheet.form.question(&condition.question) else { return String::new() };
        let chosen = self.sheet.form.options(question).iter().filter(|o| condition.any_of.contains(&o.code));
        let labels: Vec<&str> = chosen.map(|o| self.view.pick(&o.label)).collect();
        self.view.tn("form-when", &[("question", self.view.pick(&question.text)), ("answers", &labels.join(", "))])
    }

    fn shown(&self, problem: &Problem) -> Shown {
        let field = match problem.field.as_str() {
            "unit" => "unit",
            "answers" => self.sheet.form.questions().next().map_or("", |q| q.code.as_str()),
            code if self.sheet.form.question(code).is_some() => code,
            _ => "",
        };
        let anchor = if field.is_empty() { "send".to_owned() } else { format!("q-{field}") };
        let text = match self.sheet.form.question(&problem.field) {
            Some(question) => {
                let values = [("question", self.view.pick(&question.text)), ("problem", &self.words(problem))];
                self.view.tn("summary-problem", &values)
            }
            None => self.words(problem),
        };
        Shown { text, anchor }
    }

    /// What is wrong and what to do about it.
    fn words(&self, problem: &Problem) -> String {
        let count = |n: usize| i18n::count(self.view.language, i64::try_from(n).unwrap_or(i64::MAX));
        let known = self.sheet.form.question(&problem.field);
        match (&problem.fault, problem.field.as_str()) {
            (Fault::TooLong { max, given }, _) => {
                let over = count(given.saturating_sub(*max));
                let values = [("max", count(*max)), ("given", count(*given)), ("over", over)];
                self.view.tn("problem-too-long", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
            }
            (Fault::NothingAnswered, _) => self.view.t("problem-nothing-answered"),
            (_, "id") => self.view.t("problem-id"),
            (_, "unit") => self.view.t("problem-unit"),
            (_, "procedure") => self.view.t("problem-procedure"),
            (_, "channel") => self.view.t("problem-channel"),
            (_, "language") => self.view.t("problem-language"),
            (_, _) if known.is_none() => self.view.t1("problem-unknown-question", "code", &problem.field),
            (Fault::MoreThanOne, _) => self.view.t("problem-more-than-one"),
            _ => self.view.t("problem-not-an-option"),
        }
    }
}

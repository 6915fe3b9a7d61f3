//! The page of a form: what it asks, what has been answered so far, and what is wrong with it.
//!
//! Showing only; what is asked comes from the form, what is wrong from the domain.

use super::choose::{Way, form_address};
use super::fields::{self, Fields};
use super::with_language;
use crate::domain::form::{Condition, Form, Item, Limits, Question, QuestionKind, Section, SectionLayout};
use crate::domain::limits::{self, Bound};
use crate::domain::procedure::Procedure;
use crate::domain::submission::{Fault, Problem, no_answer};
use crate::domain::survey::{Channel, Survey};
use crate::domain::unit::Unit;
use crate::i18n;
use crate::web::conditions::{Marks, Numbered, OfPart, in_words};
use crate::web::limits::limits_in_words;
use crate::web::view::View;
use askama::Template;
use std::borrow::Cow;

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
    /// The office it belongs to, or that it is.
    pub office: Option<&'a Unit>,
    /// How people reach that office about their data, where it was said.
    pub contact: Option<&'a str>,
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
    /// The code of whoever was drawn; empty where the survey asks for none.
    pub code: &'a str,
    /// What has been filled in.
    pub fields: &'a Fields<'a>,
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
    procedure_error: Option<String>,
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
    /// What the conditions that all its questions share make of it.
    marks: Marks,
    /// When it is asked, in words, for browsers that cannot hide it.
    when: Option<String>,
    asks: Vec<Ask<'a>>,
}

/// A question as it is shown.
struct Ask<'a> {
    /// The name of its field.
    name: Cow<'a, str>,
    kind: QuestionKind,
    text: &'a str,
    note: Option<&'a str>,
    hint: Option<String>,
    /// What its conditions make of it.
    marks: Marks,
    /// When it is asked, in words, for browsers that cannot hide it.
    when: Option<String>,
    /// How its options stand: five or three cells, or a list.
    layout: &'static str,
    options: Vec<Pick<'a>>,
    /// What not answering is called, where that can be chosen.
    none: Option<String>,
    is_none: bool,
    /// The value that says that it is not answered.
    no_answer: &'static str,
    written: &'a str,
    is_required: bool,
    /// The first day that is taken, where only days are.
    first_day: Option<String>,
    last_day: Option<String>,
    error: Option<String>,
}

struct Pick<'a> {
    code: &'a str,
    label: &'a str,
    is_chosen: bool,
    /// The conditions that it opens or closes.
    classes: String,
}

impl Ask<'_> {
    /// The kind of its field. What a browser's own field for days could not show is kept in one for text.
    fn field(&self) -> askama::filters::Safe<&'static str> {
        askama::filters::Safe(match self.kind {
            QuestionKind::Integer => r#"type="text" inputmode="numeric""#,
            QuestionKind::Decimal => r#"type="text" inputmode="decimal""#,
            QuestionKind::Date if self.written.is_empty() || limits::day(self.written).is_some() => r#"type="date""#,
            _ => r#"type="text""#,
        })
    }

    fn describedby(&self) -> String {
        let mut ids = Vec::new();
        if self.error.is_some() {
            ids.push(format!("e-{}", self.name));
        }
        if self.note.is_some() || self.hint.is_some() {
            ids.push(format!("n-{}", self.name));
        }
        ids.join(" ")
    }
}

impl<'a> FormPage<'a> {
    /// The page of a sheet.
    pub fn new(view: &'a View, sheet: &'a Sheet<'a>, again: &'a Again) -> Self {
        let faults: &[Problem] = if let Again::Problems(problems) = again { problems } else { &[] };
        let code = sheet.procedure.map(|p| p.code.as_str());
        let asker = Asker { view, sheet, faults, conditions: Numbered::of(sheet.form) };
        let sections = &sheet.form.sections;
        Self {
            view,
            sheet,
            again,
            action: with_language(form_address(sheet.survey, sheet.unit, code, sheet.channel), view.language),
            choose: Way { survey: Some(sheet.survey), channel: sheet.channel }.choosing(sheet.unit, None),
            problems: faults.iter().map(|p| asker.shown(p)).collect(),
            unit_error: asker.error_of("unit"),
            // Without a unit there is no line of its procedure to stand beside.
            procedure_error: asker.error_of("procedure").filter(|_| sheet.unit.is_some()),
            parts: sections.iter().enumerate().map(|(at, section)| asker.part(at, section)).collect(),
        }
    }

    /// The name of the office that answers for the survey: the one the unit belongs to.
    fn office(&self) -> Option<&str> {
        Some(self.view.pick(&self.sheet.office?.name))
    }

    /// The same where it is not the unit itself.
    fn office_beside(&self) -> Option<&str> {
        self.office().filter(|_| self.sheet.office.map(|o| o.id) != self.sheet.unit.map(|u| u.id))
    }

    fn has_sensitive(&self) -> bool {
        self.sheet.form.questions().any(|q| q.sensitive)
    }

    fn closes(&self) -> Option<String> {
        let end = self.sheet.survey.closes_at?.with_timezone(&crate::domain::period::vietnam());
        Some(i18n::date(self.view.language, end.date_naive()))
    }
}

struct Asker<'a> {
    view: &'a View,
    sheet: &'a Sheet<'a>,
    faults: &'a [Problem],
    conditions: Numbered<'a>,
}

impl<'a> Asker<'a> {
    fn part(&self, at: usize, section: &'a Section) -> Part<'a> {
        let form = self.sheet.form;
        let all = |question| form.all_conditions(Item { section, question });
        let each: Vec<Vec<&Condition>> = section.questions.iter().map(all).collect();
        let mut shared = each.first().cloned().unwrap_or_default();
        shared.retain(|condition| each.iter().all(|conditions| conditions.contains(condition)));
        let asks = section.questions.iter().zip(each).map(|(question, mut conditions)| {
            conditions.retain(|condition| !shared.contains(condition));
            self.ask(question, self.conditions.marks(&conditions))
        });
        let mut marks = self.conditions.marks(&shared);
        if section.layout == Some(SectionLayout::Matrix) {
            marks.classes.push_str(" matrix");
        }
        let (number, of) = ((at + 1).to_string(), self.sheet.form.sections.len());
        Part {
            progress: match of {
                1 => String::new(),
                of => self.view.tn("form-part", &[("number", &number), ("of", &of.to_string())]),
            },
            title: self.view.pick(&section.title),
            lead: section.lead.as_ref().map(|lead| self.view.pick(lead)),
            marks,
            when: in_words(self.view, form, &section.show_when, OfPart::Yes),
            asks: asks.collect(),
        }
    }

    fn ask(&self, question: &'a Question, marks: Marks) -> Ask<'a> {
        let (name, no_answer) = (fields::name_of(&question.code), no_answer(self.sheet.form, question));
        let given: Vec<&str> = self.sheet.fields.all(&name).collect();
        let choices = self.sheet.form.options(question);
        let options = choices.iter().map(|choice| Pick {
            code: &choice.code,
            label: self.view.pick(&choice.label),
            is_chosen: given.contains(&choice.code.as_str()),
            classes: self.conditions.option_classes(&question.code, &choice.code),
        });
        let end = |of: fn(&Limits) -> Option<Bound>| match question.limits.as_ref().and_then(of) {
            Some(Bound::Day(day)) => Some(day.to_string()),
            _ => None,
        };
        let offers_none = question.kind != QuestionKind::Multiple && !question.required;
        Ask {
            name,
            kind: question.kind,
            text: self.view.pick(&question.text),
            note: question.note.as_ref().map(|note| self.view.pick(note)),
            hint: self.hint(question),
            marks,
            when: in_words(self.view, self.sheet.form, &question.show_when, OfPart::No),
            layout: match (question.kind, choices.len()) {
                (QuestionKind::Level, 5) => "five",
                (QuestionKind::Level, 2..=4) => "three",
                _ => "list",
            },
            options: options.collect(),
            none: offers_none.then(|| match self.sheet.form.none_label(question) {
                Some(label) => self.view.pick(label).to_owned(),
                None => self.view.t("form-no-answer"),
            }),
            is_none: given.contains(&no_answer) || (self.view.is_text_browser && given.is_empty()),
            no_answer,
            written: given.first().copied().unwrap_or_default(),
            is_required: question.required,
            first_day: end(|limits| limits.min),
            last_day: end(|limits| limits.max),
            error: self.faults.iter().find(|p| self.stands_at(p, question)).map(|p| self.words(p)),
        }
    }

    /// What is said under a question about how to answer it; nothing where there is nothing to say.
    fn hint(&self, question: &Question) -> Option<String> {
        let max = question.max_length.unwrap_or(DEFAULT_MAX_LENGTH);
        let limit = i18n::count(self.view.language, i64::try_from(max).unwrap_or(i64::MAX));
        let how = match question.kind {
            QuestionKind::Text => Some(self.view.t1("form-text-limit", "max", &limit)),
            QuestionKind::Integer => Some(self.view.t("form-number-hint")),
            QuestionKind::Decimal => Some(self.view.t("form-decimal-hint")),
            QuestionKind::Date => Some(self.view.t("form-day-hint")),
            QuestionKind::Level | QuestionKind::Single | QuestionKind::Multiple | QuestionKind::Note => None,
        };
        let required = question.required.then(|| self.view.t("form-required"));
        let said: Vec<String> = [required, how, limits_in_words(self.view, question)].into_iter().flatten().collect();
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// Whether a problem is told beside a question: beside its own, or the first where nothing was answered at all.
    fn stands_at(&self, problem: &Problem, question: &Question) -> bool {
        match problem.fault {
            Fault::NothingAnswered => self.first_question().is_some_and(|first| first.code == question.code),
            _ => problem.question() == Some(&question.code),
        }
    }

    fn first_question(&self) -> Option<&'a Question> {
        self.sheet.form.questions().find(|question| question.kind.takes_answer())
    }

    fn error_of(&self, field: &str) -> Option<String> {
        self.faults.iter().find(|p| p.field == field).map(|p| self.words(p))
    }

    fn shown(&self, problem: &Problem) -> Shown {
        let form = self.sheet.form;
        let first = self.first_question().filter(|_| problem.field == "answers");
        let about = problem.question().and_then(|code| form.question(code));
        let anchor = match (about.or(first), problem.field.as_str()) {
            (Some(question), _) => format!("q-{}", fields::name_of(&question.code)),
            (None, "unit") => "q-unit".to_owned(),
            (None, "procedure") if self.sheet.unit.is_some() => "q-procedure".to_owned(),
            (None, _) => "send".to_owned(),
        };
        let text = match about {
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
        let known = problem.question().and_then(|code| self.sheet.form.question(code));
        let given = problem.question().map_or("", |code| self.sheet.fields.first(&fields::name_of(code)));
        let limits = known.and_then(|question| question.limits.as_ref());
        match (&problem.fault, problem.field.as_str()) {
            (Fault::OutOfRange | Fault::TooLong { .. }, _) if limits.is_some_and(|l| l.message.is_some()) => limits
                .and_then(|l| l.message.as_ref())
                .map(|message| self.view.pick(message).to_owned())
                .unwrap_or_default(),
            (Fault::OutOfRange, _) => {
                let limits = known.and_then(|question| limits_in_words(self.view, question)).unwrap_or_default();
                self.view.tn("problem-out-of-range", &[("given", given), ("limits", &limits)])
            }
            (Fault::NotANumber, _) if known.is_none_or(|question| question.kind != QuestionKind::Integer) => {
                self.view.t1("problem-not-a-number", "given", given)
            }
            (Fault::NotANumber | Fault::NotAWholeNumber, _) => self.view.t1("problem-not-whole", "given", given),
            (Fault::NotADay, _) => self.view.t1("problem-not-a-day", "given", given),
            (Fault::Missing, _) if known.is_some() => self.view.t("problem-missing-answer"),
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
            (_, _) if known.is_none() => {
                self.view.t1("problem-unknown-question", "code", problem.question().unwrap_or_default())
            }
            (Fault::MoreThanOne, _) => self.view.t("problem-more-than-one"),
            _ => self.view.t("problem-not-an-option"),
        }
    }
}

//! A submission: one completed form, parsed from what arrived, or every problem with it at once.
//!
//! Missing answers stay missing. What depends on rates or secrets (flags, receipts) is decided elsewhere.

pub use super::answer_check::{no_answer, raw_from_fields};

use super::answer_check as check;
use super::answers::{Answers, RawAnswers, RawValue};
use super::catalogue::Catalogue;
use super::form::Form;
use super::ids::{FormVersionId, ProcedureId, SubmissionId, SurveyId, UnitId};
use super::survey::{Channel, Survey};
use super::text::Language;
use chrono::NaiveDate;
use std::borrow::Cow;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What arrived, before anybody looked at it. Absent and empty mean the same.
#[derive(Debug, Clone, Default)]
pub struct RawSubmission<'a> {
    /// The sender's id.
    pub id: Cow<'a, str>,
    /// The unit's code.
    pub unit: Cow<'a, str>,
    /// The procedure's code.
    pub procedure: Cow<'a, str>,
    /// The channel's code.
    pub channel: Cow<'a, str>,
    /// The language's code.
    pub language: Cow<'a, str>,
    /// The code of somebody who was drawn; only where the survey asks such people.
    pub code: Cow<'a, str>,
    /// The answers by question code.
    pub answers: RawAnswers<'a>,
}

/// A submission that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The sender's id, the key that makes a retry harmless.
    pub id: SubmissionId,
    /// The survey answered.
    pub survey: SurveyId,
    /// The form version answered.
    pub form_version: FormVersionId,
    /// The unit that served.
    pub unit: UnitId,
    /// The procedure, where one was named.
    pub procedure: Option<ProcedureId>,
    /// How it came.
    pub channel: Channel,
    /// The language of the form.
    pub language: Language,
    /// The day, in Vietnam's time; nothing finer is kept.
    pub day: NaiveDate,
    /// What was answered.
    pub answers: Answers,
}

/// A problem with one field or answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `id`, `unit`, `procedure`, `channel`, `language`, `code`, a question's code, or `answers` for the whole; a question whose code
    /// is one of these names is `answers.<code>`.
    pub field: String,
    /// What is wrong.
    pub fault: Fault,
}

/// The fields beside the answers, and the name of all answers together.
pub const FIELDS: [&str; 7] = ["id", "unit", "procedure", "channel", "language", "code", "answers"];

/// How problems name the question of a code.
pub fn field_of(code: &str) -> String {
    if FIELDS.contains(&code) { format!("answers.{code}") } else { code.to_owned() }
}

impl Problem {
    /// The code of the question that it is about; nothing where it is about a field.
    pub fn question(&self) -> Option<&str> {
        match self.field.strip_prefix("answers.") {
            Some(code) => Some(code),
            None => (!FIELDS.contains(&self.field.as_str())).then_some(self.field.as_str()),
        }
    }
}

/// What can be wrong with a field or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is needed and was not given.
    Missing,
    /// The id is no UUID.
    NotAUuid,
    /// No such unit, procedure, channel or language (today, in this survey).
    Unknown,
    /// The unit does not handle this procedure.
    NotAtThisUnit,
    /// The form has no such question.
    UnknownQuestion,
    /// The question is only asked after another answer.
    NotAsked,
    /// Another kind of value than the question takes.
    WrongType,
    /// Not one of the options.
    NotAnOption,
    /// Two answers where one is asked, or the same option twice.
    MoreThanOne,
    /// A text longer than this many characters.
    TooLong {
        /// The most characters taken.
        max: usize,
        /// The characters given.
        given: usize,
    },
    /// Not a number, or one with more digits than are kept (15, of them 6 after the mark).
    NotANumber,
    /// A number that is not whole, where a whole one is asked.
    NotAWholeNumber,
    /// Not a day of the calendar.
    NotADay,
    /// A number or a day outside the question's limits.
    OutOfRange,
    /// Nothing at all was answered.
    NothingAnswered,
}

impl Fault {
    /// A stable name for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Missing => "missing",
            Fault::NotAUuid => "not_a_uuid",
            Fault::Unknown => "unknown",
            Fault::NotAtThisUnit => "not_at_this_unit",
            Fault::UnknownQuestion => "unknown_question",
            Fault::NotAsked => "not_asked",
            Fault::WrongType => "wrong_type",
            Fault::NotAnOption => "not_an_option",
            Fault::MoreThanOne => "more_than_one",
            Fault::TooLong { .. } => "too_long",
            Fault::NotANumber => "not_a_number",
            Fault::NotAWholeNumber => "not_a_whole_number",
            Fault::NotADay => "not_a_date",
            Fault::OutOfRange => "out_of_range",
            Fault::NothingAnswered => "nothing_answered",
        }
    }
}

/// Parses a submission to an open survey on a day. On failure: every problem, fields first, then answers in the form's order.
pub fn parse(
    raw: &RawSubmission<'_>,
    catalogue: &Catalogue,
    survey: &Survey,
    form: &Form,
    day: NaiveDate,
) -> Result<Submission, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut report = |field: &str, fault| problems.push(Problem { field: field.to_owned(), fault });
    let id = match Uuid::parse_str(raw.id.trim()) {
        Ok(id) => Some(SubmissionId(id)),
        Err(_) => {
            report("id", if raw.id.trim().is_empty() { Fault::Missing } else { Fault::NotAUuid });
            None
        }
    };
    let unit = match (raw.unit.trim(), catalogue.unit_by_code(&raw.unit, day)) {
        ("", _) => Err(Fault::Missing),
        (_, Some(unit)) if catalogue.survey_covers(survey, unit.id) => Ok(unit.id),
        _ => Err(Fault::Unknown),
    };
    let unit = unit.map_err(|fault| report("unit", fault)).ok();
    let procedure = parse_procedure(raw, catalogue, unit, day).map_err(|fault| report("procedure", fault)).ok();
    let channel = match raw.channel.trim() {
        "" => Some(Channel::Web),
        code => Channel::from_code(code),
    };
    let channel = channel.filter(|c| survey.channels.contains(c));
    if channel.is_none() {
        report("channel", Fault::Unknown);
    }
    let language = match raw.language.trim() {
        "" => Some(Language::Vi),
        code => Language::from_code(code),
    };
    if language.is_none() {
        report("language", Fault::Unknown);
    }
    let answers = match parse_answers(&raw.answers, form) {
        Ok(answers) => answers,
        Err(more) => {
            problems.extend(more);
            return Err(problems);
        }
    };
    match (id, unit, procedure, channel, language) {
        (Some(id), Some(unit), Some(procedure), Some(channel), Some(language)) => Ok(Submission {
            id,
            survey: survey.id,
            form_version: survey.form_version,
            unit,
            procedure,
            channel,
            language,
            day,
            answers,
        }),
        _ => Err(problems),
    }
}

fn parse_procedure(
    raw: &RawSubmission<'_>,
    catalogue: &Catalogue,
    unit: Option<UnitId>,
    day: NaiveDate,
) -> Result<Option<ProcedureId>, Fault> {
    if raw.procedure.trim().is_empty() {
        return Ok(None);
    }
    let Some(procedure) = catalogue.procedure_by_code(&raw.procedure, day) else { return Err(Fault::Unknown) };
    match unit {
        Some(unit) if !catalogue.receives(unit, procedure) => Err(Fault::NotAtThisUnit),
        _ => Ok(Some(procedure.id)),
    }
}

/// Parses answers against a form: every problem at once, in the form's order, unknown questions last.
pub fn parse_answers(raw: &RawAnswers<'_>, form: &Form) -> Result<Answers, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut answers = Answers::with_capacity(raw.0.len());
    let mut values = raw.in_turn();
    let mut known = 0;
    for item in form.items() {
        let question = item.question;
        // Where all that was sent is found, the rest is open: no need to look for each of it.
        let value = if known < raw.0.len() { values.get(&question.code) } else { None };
        known += usize::from(value.is_some());
        // A question is asked because of answers that come before it.
        let is_asked = item.is_asked(|before| answers.chosen(before));
        let fault = match value.map_or(Ok(None), |value| check::parse(value, question, form)) {
            Ok(Some(answer)) if is_asked => {
                answers.push(&question.code, answer);
                continue;
            }
            Ok(Some(_)) => Fault::NotAsked,
            Ok(None) if is_asked && question.required => Fault::Missing,
            Ok(None) => continue,
            Err(fault) => fault,
        };
        problems.push(Problem { field: field_of(&question.code), fault });
    }
    if known < raw.0.len() {
        note_strangers(&mut problems, raw, form);
    }
    if problems.is_empty() && answers.is_empty() {
        problems.push(Problem { field: "answers".to_owned(), fault: Fault::NothingAnswered });
    }
    if problems.is_empty() { Ok(answers) } else { Err(problems) }
}

/// Adds what was sent for no question of the form, and what was sent again for one: of that nothing else is told.
fn note_strangers(problems: &mut Vec<Problem>, raw: &RawAnswers<'_>, form: &Form) {
    let questions: BTreeSet<&str> = form.questions().map(|question| question.code.as_str()).collect();
    let (mut seen, mut told) = (BTreeSet::new(), BTreeSet::new());
    for code in raw.codes() {
        let is_question = questions.contains(code);
        let is_new = seen.insert(code);
        if is_question == is_new || !told.insert(code) {
            continue;
        }
        let (field, fault) = (field_of(code), if is_question { Fault::MoreThanOne } else { Fault::UnknownQuestion });
        problems.retain(|problem| problem.field != field);
        problems.push(Problem { field, fault });
    }
}

/// Drops raw answers to questions that the other answers close, as a page does when somebody changes their mind.
pub fn without_unasked<'a>(mut kept: RawAnswers<'a>, form: &Form) -> RawAnswers<'a> {
    for item in form.items() {
        if !item.is_asked(|code| chosen(kept.get(code))) {
            kept.0.retain(|(code, _)| *code != item.question.code);
        }
    }
    kept
}

/// The codes of the options that a raw value chooses.
fn chosen(value: Option<&RawValue<'_>>) -> Vec<String> {
    match value {
        Some(RawValue::Text(code)) => vec![code.to_string()],
        Some(RawValue::Number(number)) => vec![number.to_string()],
        Some(RawValue::List(codes)) => codes.iter().map(ToString::to_string).collect(),
        Some(RawValue::Null | RawValue::Typed(..) | RawValue::Other(_)) | None => Vec::new(),
    }
}

#[cfg(test)]
#[path = "submission_tests.rs"]
mod tests;

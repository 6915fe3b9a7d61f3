//! One answer against its question: what arrived becomes an answer, no answer, or what is wrong with it.
//!
//! Whether a question is asked at all, or has to be answered, is decided where all answers are at hand, in `submission`.

use super::answers::{Answer, RawValue};
use super::decimal::Decimal;
use super::form::{Form, Question, QuestionKind};
use super::limits::{self, Bound};
use super::search::normalise;
use super::submission::Fault;
use super::text::Language;
use chrono::NaiveDate;
use compact_str::CompactString;
use std::borrow::Cow;

/// The longest text where the question names no limit, in characters.
const DEFAULT_MAX_LENGTH: usize = 2000;

/// The answer to a question; nothing where it was left open.
pub(super) fn parse(value: &RawValue<'_>, question: &Question, form: &Form) -> Result<Option<Answer>, Fault> {
    use QuestionKind::{Date, Decimal as Number, Integer, Level, Multiple, Note, Single, Text};
    let is_option = |code: &str| form.options(question).iter().any(|o| o.code == code);
    match (question.kind, value) {
        (_, RawValue::Null) => Ok(None),
        (_, RawValue::Text(text) | RawValue::Typed(text, _)) if text.trim().is_empty() => Ok(None),
        (_, RawValue::List(codes)) if codes.iter().all(|c| c.trim().is_empty()) => Ok(None),
        (Note, _) => Err(Fault::UnknownQuestion),
        // Levels are numbered from 1.
        (Level, RawValue::Number(number)) => match *number as u8 {
            level
                if f64::from(level) == *number && (1..=form.options(question).len()).contains(&usize::from(level)) =>
            {
                Ok(Some(Answer::Level(level)))
            }
            _ => Err(Fault::NotAnOption),
        },
        (Single, RawValue::Text(code)) if is_option(code) => Ok(Some(Answer::Choice(code.as_ref().into()))),
        (Single, RawValue::Text(_)) => Err(Fault::NotAnOption),
        (Multiple, RawValue::Text(code)) => choices(std::slice::from_ref(code), question, form),
        (Multiple, RawValue::List(codes)) => choices(codes, question, form),
        (Text, RawValue::Text(text)) => written(text, question),
        (Integer | Number, RawValue::Number(given)) => number(Decimal::of_double(*given), question),
        (Integer | Number, RawValue::Typed(text, language)) => number(Decimal::typed(text, *language), question),
        (Date, RawValue::Text(text)) => day(limits::day(text.trim()), question),
        (Date, RawValue::Typed(text, _)) => day(typed_day(text.trim()), question),
        (Level | Single | Text | Integer | Number | Date, RawValue::List(_)) => Err(Fault::MoreThanOne),
        _ => Err(Fault::WrongType),
    }
}

fn choices(codes: &[Cow<'_, str>], question: &Question, form: &Form) -> Result<Option<Answer>, Fault> {
    let given: Vec<&str> = codes.iter().map(AsRef::as_ref).filter(|c: &&str| !c.trim().is_empty()).collect();
    let options = form.options(question);
    if given.iter().any(|code| options.iter().all(|o| o.code != *code)) {
        return Err(Fault::NotAnOption);
    }
    let codes = options.iter().map(|option| option.code.as_str()).filter(|code| given.contains(code));
    let chosen: Vec<CompactString> = codes.map(Into::into).collect();
    if chosen.len() < given.len() { Err(Fault::MoreThanOne) } else { Ok(Some(Answer::Choices(chosen))) }
}

fn written(text: &str, question: &Question) -> Result<Option<Answer>, Fault> {
    let text = normalise(text);
    let max = question.max_length.unwrap_or(DEFAULT_MAX_LENGTH);
    let given = text.chars().count();
    if given > max {
        return Err(Fault::TooLong { max, given });
    }
    Ok(if text.is_empty() { None } else { Some(Answer::Text(text)) })
}

fn number(given: Option<Decimal>, question: &Question) -> Result<Option<Answer>, Fault> {
    let number = given.ok_or(Fault::NotANumber)?;
    within(question, Bound::Number(number))?;
    match (question.kind, number.whole()) {
        (QuestionKind::Integer, Some(whole)) => Ok(Some(Answer::Integer(whole))),
        (QuestionKind::Integer, None) => Err(Fault::NotAWholeNumber),
        _ => Ok(Some(Answer::Decimal(number))),
    }
}

fn day(given: Option<NaiveDate>, question: &Question) -> Result<Option<Answer>, Fault> {
    let day = given.ok_or(Fault::NotADay)?;
    within(question, Bound::Day(day))?;
    Ok(Some(Answer::Day(day)))
}

/// A day as a browser sends it, or as people write it where a browser has no field for days: `24/11/2026`.
fn typed_day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('/');
    let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return limits::day(text);
    };
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten();
    let is_short = day.len() <= 2 && month.len() <= 2 && year.len() == 4;
    let year = i32::try_from(number(year)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(month)?, number(day)?).filter(|_| is_short)
}

fn within(question: &Question, value: Bound) -> Result<(), Fault> {
    if question.limits.as_ref().is_none_or(|limits| limits.allow(value)) { Ok(()) } else { Err(Fault::OutOfRange) }
}

/// The value of the "not applicable / rather not say" option in a web form; stored as no answer.
const NONE: &str = "none";

/// The same where a question has an option of that code: no option's code has a dot.
const NONE_APART: &str = ".";

/// The value by which a web form says that a question is not answered.
pub fn no_answer(form: &Form, question: &Question) -> &'static str {
    if form.options(question).iter().any(|option| option.code == NONE) { NONE_APART } else { NONE }
}

/// A value as a web form in a language sends it for a question: a level is a number in a string there, numbers and days are as
/// people type them; `""` and [`no_answer`] are no answer. Without a question, where the form has none of that name, texts.
pub fn raw_from_fields<'a>(
    values: impl Iterator<Item = &'a str>,
    form: &Form,
    question: Option<&Question>,
    language: Language,
) -> RawValue<'a> {
    let is_none = |value: &str| match question {
        // What says so is looked for only where something may say so.
        Some(question) => {
            [NONE, NONE_APART].contains(&value) && question.kind.has_options() && value == no_answer(form, question)
        }
        None => value == NONE,
    };
    let mut given = values.filter(|value| !value.is_empty() && !is_none(value)).map(Cow::Borrowed);
    let Some(first) = given.next() else { return RawValue::Null };
    let kind = question.map(|question| question.kind);
    let second = given.next();
    if second.is_some() || kind == Some(QuestionKind::Multiple) {
        return RawValue::List([first].into_iter().chain(second).chain(given).collect());
    }
    match kind {
        Some(QuestionKind::Level) => match first.as_bytes() {
            [digit @ b'0'..=b'9'] => RawValue::Number(f64::from(digit - b'0')),
            _ => first.parse().map_or(RawValue::Text(first), RawValue::Number),
        },
        Some(QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Date) => RawValue::Typed(first, language),
        _ => RawValue::Text(first),
    }
}

#[cfg(test)]
#[path = "answer_check_tests.rs"]
mod tests;

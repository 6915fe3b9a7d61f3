//! Answers: what one submission says, question by question, as it is stored and exchanged.
//!
//! Not answered is absence: there is no null, no zero and no empty text in here.

use super::decimal::Decimal;
use super::text::Language;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The answer to one question. In JSON: a level is a number, a choice its code, choices an array of codes, a text a string, a
/// number a number with exactly its digits, a day a string like `2026-11-24`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// A level of a scale, 1 the lowest.
    Level(u8),
    /// The code of the chosen option.
    Choice(String),
    /// The codes of the chosen options, in the form's order.
    Choices(Vec<String>),
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Decimal(Decimal),
    /// A day.
    Day(NaiveDate),
}

/// The answers of a submission by question code.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, Answer>);

impl Answers {
    /// The answer to a question, if it was answered.
    pub fn get(&self, question: &str) -> Option<&Answer> {
        self.0.get(question)
    }

    /// Whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The codes of the options chosen for a question; a level's code is its number.
    pub fn chosen(&self, question: &str) -> Vec<String> {
        match self.get(question) {
            Some(Answer::Level(level)) => vec![level.to_string()],
            Some(Answer::Choice(code)) => vec![code.clone()],
            Some(Answer::Choices(codes)) => codes.clone(),
            Some(Answer::Text(_) | Answer::Integer(_) | Answer::Decimal(_) | Answer::Day(_)) | None => Vec::new(),
        }
    }

    /// The text written for a question.
    pub fn text(&self, question: &str) -> Option<&str> {
        match self.get(question) {
            Some(Answer::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// One value as it arrives, before anybody knows what the question asks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum RawValue {
    /// A number, as JSON has it.
    Number(f64),
    /// A string.
    Text(String),
    /// Several strings: a JSON array, or a repeated field of a form.
    List(Vec<String>),
    /// JSON null.
    Null,
    /// What somebody typed into a page in this language, where a number or a day is asked; never read from JSON.
    #[serde(skip)]
    Typed(String, Language),
    /// Anything else that JSON can say.
    Other(serde_json::Value),
}

/// Answers as they arrive.
pub type RawAnswers = BTreeMap<String, RawValue>;

//! Answers: what one submission says, question by question, as it is stored and exchanged.
//!
//! Not answered is absence: there is no null, no zero and no empty text in here.

use super::decimal::Decimal;
use super::text::Language;
use chrono::NaiveDate;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

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
#[derive(Debug, Clone, PartialEq)]
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
    Typed(String, Language),
    /// Anything else that JSON can say.
    Other(serde_json::Value),
}

/// Read in one go: trying one kind after the other would copy each value first.
impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawValueVisitor)
    }
}

struct RawValueVisitor;

impl<'de> Visitor<'de> for RawValueVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<RawValue, E> {
        Ok(RawValue::Number(number as f64))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<RawValue, E> {
        Ok(RawValue::Number(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<RawValue, E> {
        Ok(RawValue::Number(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RawValue, E> {
        Ok(RawValue::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<RawValue, E> {
        Ok(RawValue::Text(text))
    }

    fn visit_unit<E: de::Error>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<RawValue, E> {
        Ok(RawValue::Other(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<RawValue, A::Error> {
        let mut values: Vec<serde_json::Value> = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        let texts: Option<Vec<String>> = values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
        Ok(texts.map_or_else(|| RawValue::Other(values.into()), RawValue::List))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawValue, A::Error> {
        serde_json::Value::deserialize(MapAccessDeserializer::new(map)).map(RawValue::Other)
    }
}

/// Answers as they arrive.
pub type RawAnswers = BTreeMap<String, RawValue>;

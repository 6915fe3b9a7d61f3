//! Answers: what one submission says, question by question, as it is stored and exchanged.
//!
//! Not answered is absence: there is no null, no zero and no empty text in here.

use super::decimal::Decimal;
use super::in_turn::InTurn;
use super::text::Language;
use chrono::NaiveDate;
use compact_str::CompactString;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Room for as many entries as most forms have questions.
const MANY: usize = 32;

/// The answer to one question. In JSON: a level is a number, a choice its code, choices an array of codes, a text a string, a
/// number a number with exactly its digits, a day a string like `2026-11-24`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// A level of a scale, 1 the lowest.
    Level(u8),
    /// The code of the chosen option.
    Choice(CompactString),
    /// The codes of the chosen options, in the form's order.
    Choices(Vec<CompactString>),
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Decimal(Decimal),
    /// A day.
    Day(NaiveDate),
}

/// The answers of a submission by question code, each once; parsed ones in the form's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers(Vec<(CompactString, Answer)>);

impl Answers {
    /// None yet, with room for so many.
    pub fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// The answer to a question, if it was answered.
    pub fn get(&self, question: &str) -> Option<&Answer> {
        self.in_turn().get(question)
    }

    /// The answers for who asks for them in the form's order.
    pub fn in_turn(&self) -> InTurn<'_, CompactString, Answer> {
        InTurn::over(&self.0)
    }

    /// Answers a question, in place of what was answered before.
    pub fn insert(&mut self, question: &str, answer: Answer) {
        match self.in_turn().place(question) {
            Some(place) => self.0[place].1 = answer,
            None => self.push(question, answer),
        }
    }

    /// Answers a question that is known not to be answered yet.
    pub(super) fn push(&mut self, question: &str, answer: Answer) {
        self.0.push((question.into(), answer));
    }

    /// Takes an answer back.
    pub fn remove(&mut self, question: &str) {
        self.0.retain(|(code, _)| code != question);
    }

    /// All answers with their questions' codes, in the order in which they stand.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&str, &Answer)> {
        self.0.iter().map(|(code, answer)| (code.as_str(), answer))
    }

    /// All answers.
    pub fn values(&self) -> impl Iterator<Item = &Answer> {
        self.0.iter().map(|(_, answer)| answer)
    }

    /// How many questions were answered.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The codes of the options chosen for a question; a level's code is its number.
    pub fn chosen(&self, question: &str) -> Vec<String> {
        match self.get(question) {
            Some(Answer::Level(level)) => vec![level.to_string()],
            Some(Answer::Choice(code)) => vec![code.to_string()],
            Some(Answer::Choices(codes)) => codes.iter().map(ToString::to_string).collect(),
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

impl<C: AsRef<str>> FromIterator<(C, Answer)> for Answers {
    fn from_iter<I: IntoIterator<Item = (C, Answer)>>(answers: I) -> Self {
        let mut all = Self::default();
        for (question, answer) in answers {
            all.insert(question.as_ref(), answer);
        }
        all
    }
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(code, answer)| (code, answer)))
    }
}

/// One value as it arrives, before anybody knows what the question asks; texts lie where they arrived, if they can.
#[derive(Debug, Clone, PartialEq)]
pub enum RawValue<'a> {
    /// A number, as JSON has it.
    Number(f64),
    /// A string.
    Text(Cow<'a, str>),
    /// Several strings: a JSON array, or a repeated field of a form.
    List(Vec<Cow<'a, str>>),
    /// JSON null.
    Null,
    /// What somebody typed into a page in this language, where a number or a day is asked; never read from JSON.
    Typed(Cow<'a, str>, Language),
    /// Anything else that JSON can say.
    Other(serde_json::Value),
}

/// Read in one go: trying one kind after the other would copy each value first.
impl<'de: 'a, 'a> Deserialize<'de> for RawValue<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawValueVisitor)
    }
}

struct RawValueVisitor;

impl<'de> Visitor<'de> for RawValueVisitor {
    type Value = RawValue<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<RawValue<'de>, E> {
        Ok(RawValue::Number(number as f64))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<RawValue<'de>, E> {
        Ok(RawValue::Number(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<RawValue<'de>, E> {
        Ok(RawValue::Number(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RawValue<'de>, E> {
        Ok(RawValue::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<RawValue<'de>, E> {
        Ok(RawValue::Text(Cow::Borrowed(text)))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<RawValue<'de>, E> {
        Ok(RawValue::Text(Cow::Owned(text)))
    }

    fn visit_unit<E: de::Error>(self) -> Result<RawValue<'de>, E> {
        Ok(RawValue::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<RawValue<'de>, E> {
        Ok(RawValue::Other(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<RawValue<'de>, A::Error> {
        let mut values: Vec<serde_json::Value> = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        let texts: Option<Vec<Cow<'_, str>>> =
            values.iter().map(|value| value.as_str().map(|text| Cow::Owned(text.to_owned()))).collect();
        Ok(texts.map_or_else(|| RawValue::Other(values.into()), RawValue::List))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawValue<'de>, A::Error> {
        serde_json::Value::deserialize(MapAccessDeserializer::new(map)).map(RawValue::Other)
    }
}

/// Answers as they arrive, by question code, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RawAnswers<'a>(pub Vec<(Cow<'a, str>, RawValue<'a>)>);

impl<'a> RawAnswers<'a> {
    /// The value for a question.
    pub fn get(&self, question: &str) -> Option<&RawValue<'a>> {
        self.in_turn().get(question)
    }

    /// The values for who asks for them in the order in which they came.
    pub fn in_turn(&self) -> InTurn<'_, Cow<'a, str>, RawValue<'a>> {
        InTurn::over(&self.0)
    }

    /// The codes.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(code, _)| code.as_ref())
    }
}

/// An entry's name, where it lies if it can.
#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// An object's entries in the order in which they came, names where they lie if they can.
pub struct Entries<'a, T>(pub Vec<(Cow<'a, str>, T)>);

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Entries<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<'de, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::with_capacity(MANY);
        while let Some((Name(name), value)) = map.next_entry()? {
            entries.push((name, value));
        }
        Ok(Entries(entries))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawAnswers<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Entries::deserialize(deserializer).map(|Entries(entries)| Self(entries))
    }
}

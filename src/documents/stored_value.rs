//! One stored answer as a file has it: texts as they stand in the row, numbers with their digits. Read straight from the row's JSON,
//! of which an export reads a million.

use crate::domain::decimal::Decimal;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A stored answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StoredValue<'r> {
    /// Not answered.
    Missing,
    /// A text, a code or a number.
    One(Cow<'r, str>),
    /// The codes of several options.
    Several(Vec<Cow<'r, str>>),
}

impl<'r> StoredValue<'r> {
    /// The answers of a row, a JSON array of at most about so many.
    pub(super) fn row(text: &'r str, places: usize) -> serde_json::Result<Vec<Self>> {
        match Plain(text).row(places) {
            Some(row) => Ok(row),
            None => Self::any_row(text, places),
        }
    }

    fn any_row(text: &'r str, places: usize) -> serde_json::Result<Vec<Self>> {
        let mut json = serde_json::Deserializer::from_str(text);
        let row = json.deserialize_seq(RowVisitor { places })?;
        json.end()?;
        Ok(row)
    }
}

/// What is left of a row in which all values can stay where they lie: nulls, whole numbers from 0, texts without escapes, and lists
/// of such texts. Nearly all rows are like that, and are read in half the time.
struct Plain<'r>(&'r str);

impl<'r> Plain<'r> {
    /// The values; none where something else is met.
    fn row(&mut self, places: usize) -> Option<Vec<StoredValue<'r>>> {
        let mut row = Vec::with_capacity(places);
        self.list(Self::value, &mut row)?;
        self.0.is_empty().then_some(row)
    }

    fn list<T>(&mut self, next: fn(&mut Self) -> Option<T>, into: &mut Vec<T>) -> Option<()> {
        self.pass("[")?;
        if self.pass("]").is_some() {
            return Some(());
        }
        loop {
            into.push(next(self)?);
            if self.pass(",").is_none() {
                return self.pass("]");
            }
            // A row that was stored otherwise once has a space there.
            let _space = self.pass(" ");
        }
    }

    fn pass(&mut self, what: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(what)?;
        Some(())
    }

    fn value(&mut self) -> Option<StoredValue<'r>> {
        match self.0.as_bytes().first()? {
            b'n' => self.pass("null").map(|()| StoredValue::Missing),
            b'"' => self.text().map(StoredValue::One),
            b'[' => {
                let mut codes = Vec::new();
                self.list(Self::text, &mut codes)?;
                Some(StoredValue::Several(codes))
            }
            b'0'..=b'9' => {
                let end = self.0.bytes().position(|byte| !byte.is_ascii_digit())?;
                let (digits, rest) = self.0.split_at_checked(end)?;
                self.0 = rest;
                // More digits than this, a fraction or an exponent are for the parser of all numbers.
                let is_whole = end <= 15 && matches!(rest.as_bytes().first(), Some(b',' | b']'));
                is_whole.then_some(StoredValue::One(digits.into()))
            }
            _ => None,
        }
    }

    fn text(&mut self) -> Option<Cow<'r, str>> {
        self.pass("\"")?;
        let end = self.0.bytes().position(|byte| byte == b'"' || byte == b'\\')?;
        let (text, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        self.pass("\"").map(|()| text.into())
    }
}

/// Reads a row without making room for it again and again.
struct RowVisitor {
    places: usize,
}

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Vec<StoredValue<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answers of a row")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut row = Vec::with_capacity(self.places);
        while let Some(value) = list.next_element()? {
            row.push(value);
        }
        Ok(row)
    }
}

impl<'de: 'r, 'r> Deserialize<'de> for StoredValue<'r> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = StoredValue<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_unit<E: Error>(self) -> Result<StoredValue<'de>, E> {
        Ok(StoredValue::Missing)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<StoredValue<'de>, E> {
        let digit = usize::try_from(number).ok().and_then(|number| DIGITS.get(number));
        Ok(StoredValue::One(digit.map_or_else(|| number.to_string().into(), |digit| Cow::Borrowed(*digit))))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<StoredValue<'de>, E> {
        Ok(StoredValue::One(number.to_string().into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<StoredValue<'de>, E> {
        let text = Decimal::of_double(number).map_or_else(|| number.to_string(), |decimal| decimal.to_string());
        Ok(StoredValue::One(text.into()))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<StoredValue<'de>, E> {
        Ok(StoredValue::One(text.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<StoredValue<'de>, E> {
        Ok(StoredValue::One(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<StoredValue<'de>, A::Error> {
        let mut codes = Vec::new();
        while let Some(value) = list.next_element()? {
            if let StoredValue::One(code) = value {
                codes.push(code);
            }
        }
        Ok(StoredValue::Several(codes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_answer_is_read() {
        let row = r#"[4, null, "35-49", "\"tốt\"", ["media", "sms"], 35, -2, 1.5, 0.000001, []]"#;
        let one = |text: &'static str| StoredValue::One(text.into());
        let several = |codes: &[&'static str]| StoredValue::Several(codes.iter().map(|code| (*code).into()).collect());
        assert_eq!(
            StoredValue::row(row, 4).unwrap(),
            [
                one("4"),
                StoredValue::Missing,
                one("35-49"),
                one("\"tốt\""),
                several(&["media", "sms"]),
                one("35"),
                one("-2"),
                one("1.5"),
                one("0.000001"),
                several(&[]),
            ]
        );
        assert!(StoredValue::row("[4] 5", 4).is_err());
    }
}

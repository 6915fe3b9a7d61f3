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
        let mut json = serde_json::Deserializer::from_str(text);
        let row = json.deserialize_seq(RowVisitor { places })?;
        json.end()?;
        Ok(row)
    }

    /// What a cell says that asks for the value, or whether it has this option.
    pub(super) fn cell(&self, option: Option<&str>) -> &str {
        match (self, option) {
            (StoredValue::One(text), None) => text,
            (StoredValue::Several(chosen), Some(option)) => yes_or_no(chosen.iter().any(|code| code == option)),
            _ => "",
        }
    }
}

/// A value that can stay where it lies in the row's text: null, a whole number from 0, a text without escapes, or a list of such
/// texts. Rows without free texts hold little else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lying {
    kind: Kind,
    /// Where it lies, a text without its quotes, a list with its brackets.
    start: usize,
    end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Missing,
    One,
    Several,
}

impl Lying {
    /// Finds the values of a row; none where something else is met, or no row.
    pub(super) fn row(text: &str, values: &mut Vec<Self>) -> Option<()> {
        values.clear();
        let bytes = text.as_bytes();
        if text == "[]" {
            return Some(());
        }
        let mut at = text.starts_with('[').then_some(1)?;
        loop {
            let (kind, start, end, next) = Self::value(bytes, at)?;
            values.push(Self { kind, start, end });
            match bytes.get(next)? {
                // A row that was stored otherwise once has a space there.
                b',' => at = next + 1 + usize::from(bytes.get(next + 1) == Some(&b' ')),
                b']' if next + 1 == bytes.len() => return Some(()),
                _ => return None,
            }
        }
    }

    /// A value from a place on: what it is, from where to where it says so, and the place after it.
    fn value(bytes: &[u8], at: usize) -> Option<(Kind, usize, usize, usize)> {
        let rest = bytes.get(at..)?;
        match rest.first()? {
            b'0'..=b'9' => {
                // More digits than this, a fraction or an exponent are for the parser of all numbers.
                let end = at + rest.iter().take(16).position(|byte| !byte.is_ascii_digit())?;
                Some((Kind::One, at, end, end))
            }
            b'"' => {
                let end = Self::text(bytes, at)?;
                Some((Kind::One, at + 1, end, end + 1))
            }
            b'n' => rest.starts_with(b"null").then_some((Kind::Missing, at, at, at + 4)),
            b'[' => {
                let mut end = at + 1;
                while bytes.get(end)? != &b']' {
                    end = Self::text(bytes, end)? + 1;
                    while matches!(bytes.get(end), Some(b',' | b' ')) {
                        end += 1;
                    }
                }
                Some((Kind::Several, at, end + 1, end + 1))
            }
            _ => None,
        }
    }

    /// The place of the quote that ends a text.
    fn text(bytes: &[u8], at: usize) -> Option<usize> {
        let text = bytes.get(at..)?.strip_prefix(b"\"")?;
        let end = at + 1 + text.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        (bytes.get(end) == Some(&b'"')).then_some(end)
    }

    /// What a cell says that asks for the value, or whether it has this option.
    pub(super) fn cell<'r>(&self, text: &'r str, option: Option<&str>) -> &'r str {
        let lying = text.get(self.start..self.end).unwrap_or_default();
        match (self.kind, option) {
            (Kind::One, None) => lying,
            // Every second piece between quotes is a code.
            (Kind::Several, Some(option)) => yes_or_no(lying.split('"').skip(1).step_by(2).any(|code| code == option)),
            _ => "",
        }
    }
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "1" } else { "0" }
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
    use proptest::prelude::*;

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

    #[test]
    fn what_cannot_stay_where_it_lies_is_left_to_the_parser() {
        let mut values = Vec::new();
        for row in ["[]", "[4]", "[4, null, \"35-49\", [\"media\", \"sms\"]]", "[[],[\"a]\",\"b,c\"],123456789012345]"]
        {
            assert!(Lying::row(row, &mut values).is_some(), "{row}");
        }
        for row in [
            "",
            "4",
            "[",
            "[4",
            "[4]5",
            "[-2]",
            "[1.5]",
            "[1e3]",
            "[1234567890123456]",
            "[\"\\\"\"]",
            "[[4]]",
            "[true]",
            "[4,]",
        ] {
            assert!(Lying::row(row, &mut values).is_none(), "{row}");
        }
    }

    fn stored() -> impl Strategy<Value = serde_json::Value> {
        prop_oneof![
            Just(serde_json::Value::Null),
            any::<u64>().prop_map(Into::into),
            (0..6_u64).prop_map(Into::into),
            "[a-z0-9,\\[\\] é-]{0,8}".prop_map(Into::into),
            ".{0,4}".prop_map(Into::into),
            proptest::collection::vec("[a-c,\\[\\]]{0,2}", 0..4).prop_map(Into::into),
        ]
    }

    proptest! {
        #[test]
        fn both_ways_to_read_a_row_agree(row in proptest::collection::vec(stored(), 0..12), has_spaces: bool) {
            let text = serde_json::Value::from(row.clone()).to_string();
            let parts: Vec<String> = row.iter().map(ToString::to_string).collect();
            let text = if has_spaces { format!("[{}]", parts.join(", ")) } else { text };
            let mut values = Vec::new();
            if Lying::row(&text, &mut values).is_some() {
                let read = StoredValue::row(&text, 0).unwrap();
                prop_assert_eq!(values.len(), read.len());
                for (lying, read) in values.iter().zip(&read) {
                    for option in [None, Some("a"), Some("b"), Some("a,b"), Some("[")] {
                        prop_assert_eq!(lying.cell(&text, option), read.cell(option), "{}", text);
                    }
                }
            } else {
                let asks = |value: &serde_json::Value| value.as_u64().is_some_and(|n| n >= 1_000_000_000_000_000)
                    || value.to_string().contains('\\');
                prop_assert!(row.iter().any(asks), "{}", text);
            }
        }
    }
}

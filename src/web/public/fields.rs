//! What a citizen's browser sends: named fields, in the order of the page, decoded strictly.
//!
//! Nothing is judged here; the domain says what is wrong with an answer.

use crate::domain::answers::RawAnswers;
use crate::domain::form::Form;
use crate::domain::submission::{RawSubmission, raw_from_fields, without_unasked};
use std::collections::BTreeMap;

/// The moment the form was handed out. The dash keeps it apart from question codes, here and below.
pub const TIME: &str = "form-time";
/// A field that people do not see.
pub const TRAP: &str = "home-page";
/// The name of the buttons that switch the view.
pub const SWITCH: &str = "view-switch";

/// The fields that stand beside the answers.
const BESIDE: [&str; 8] = ["id", "unit", "procedure", "channel", "lang", TIME, TRAP, SWITCH];

/// The fields of one request, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// Reads an urlencoded body; nothing if it is not one, or not UTF-8.
    pub fn read(body: &[u8]) -> Option<Self> {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            let middle = pair.iter().position(|b| *b == b'=');
            let (name, value) = middle.map_or((pair, &pair[pair.len()..]), |m| (&pair[..m], &pair[m + 1..]));
            fields.entry(decode(name)?).or_default().push(decode(value)?);
        }
        Some(Self(fields))
    }

    /// The first value of a field; empty if there is none.
    pub fn first(&self, name: &str) -> &str {
        self.all(name).first().map_or("", String::as_str)
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The answers to a form, without those that the other answers close.
    pub fn answers(&self, form: &Form) -> RawAnswers {
        let named = self.0.iter().filter(|(name, _)| !BESIDE.contains(&name.as_str()));
        let raw = named.map(|(name, values)| (name.clone(), raw_from_fields(values, form.question(name)))).collect();
        without_unasked(&raw, form)
    }

    /// All of it as the domain takes it.
    pub fn submission(&self, form: &Form) -> RawSubmission {
        RawSubmission {
            id: self.first("id").to_owned(),
            unit: self.first("unit").to_owned(),
            procedure: self.first("procedure").to_owned(),
            channel: self.first("channel").to_owned(),
            language: self.first("lang").to_owned(),
            answers: self.answers(form),
        }
    }
}

/// Undoes the encoding of `application/x-www-form-urlencoded`; a `%` that begins no escape stays itself, as browsers do it.
fn decode(text: &[u8]) -> Option<String> {
    let digit = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let escape = if *byte == b'%' { digit(text.get(at + 1)).zip(digit(text.get(at + 2))) } else { None };
        match (byte, escape) {
            (_, Some((high, low))) => {
                bytes.push(high << 4 | low);
                at += 2;
            }
            (b'+', None) => bytes.push(b' '),
            (other, None) => bytes.push(*other),
        }
        at += 1;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_browsers_send() {
        let fields = Fields::read(b"a=1&a=2&b=h%C3%A0i+l%C3%B2ng&c&&d=50%&e=%zz").unwrap();
        assert_eq!(fields.all("a"), ["1", "2"]);
        assert_eq!(fields.first("b"), "hài lòng");
        assert_eq!((fields.first("c"), fields.first("nothing")), ("", ""));
        assert_eq!((fields.first("d"), fields.first("e")), ("50%", "%zz"));
        assert_eq!(Fields::read(b"a=%ff"), None);
        assert_eq!(Fields::read(b"%C3=1"), None);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_encoded_comes_back(text in ".{0,40}") {
            let encoded: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
            let fields = Fields::read(format!("x={encoded}").as_bytes()).unwrap();
            proptest::prop_assert_eq!(fields.first("x"), text);
        }
    }
}

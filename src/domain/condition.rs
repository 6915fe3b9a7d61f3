//! Skip rules: a question, or a whole section, that is asked only when an earlier question was answered so.
//!
//! All conditions of a question and of its section must hold. What was not answered opens nothing and closes nothing, and an
//! answer to a question that is not asked counts as not given, so that rules reach through one another.

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// One condition on an earlier question; it says `any_of` or `none_of`, one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The code of the earlier question.
    pub question: String,
    /// Asked only if one of these options was chosen (a level's code is its number).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<String>,
    /// Asked unless one of these options was chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub none_of: Vec<String>,
}

impl Condition {
    /// Whether it holds, given the options chosen for its question.
    pub fn holds(&self, chosen: &[String]) -> bool {
        let is_chosen = |options: &[String]| chosen.iter().any(|code| options.contains(code));
        (self.any_of.is_empty() || is_chosen(&self.any_of)) && !is_chosen(&self.none_of)
    }

    /// Whether it opens its question (`any_of`); otherwise it closes it (`none_of`).
    pub fn opens(&self) -> bool {
        !self.any_of.is_empty()
    }

    /// The options that it names.
    pub fn options(&self) -> impl Iterator<Item = &String> {
        self.any_of.iter().chain(&self.none_of)
    }
}

/// Reads `show_when`: one condition, or a list of them; nothing and null mean none.
pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Condition>, D::Error> {
    from.deserialize_any(OneOrMany)
}

/// Writes one condition as itself and several as a list, as they are written in files.
pub(super) fn write<S: Serializer>(conditions: &[Condition], to: S) -> Result<S::Ok, S::Error> {
    match conditions {
        [one] => one.serialize(to),
        many => many.serialize(to),
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Vec<Condition>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition or a list of conditions")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(vec![Condition::deserialize(MapAccessDeserializer::new(map))?])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    struct Holder {
        #[serde(default, deserialize_with = "read", serialize_with = "write", skip_serializing_if = "Vec::is_empty")]
        show_when: Vec<Condition>,
    }

    fn codes(codes: &[&str]) -> Vec<String> {
        codes.iter().map(|c| (*c).to_owned()).collect()
    }

    #[test]
    fn what_was_not_answered_opens_nothing_and_closes_nothing() {
        let opens = Condition { question: "q".into(), any_of: codes(&["a", "b"]), none_of: vec![] };
        let closes = Condition { question: "q".into(), any_of: vec![], none_of: codes(&["a", "b"]) };
        for (chosen, is_open) in [(&[][..], false), (&["a"], true), (&["c"], false), (&["c", "b"], true)] {
            assert_eq!(opens.holds(&codes(chosen)), is_open, "{chosen:?}");
        }
        for (chosen, is_open) in [(&[][..], true), (&["a"], false), (&["c"], true), (&["c", "b"], false)] {
            assert_eq!(closes.holds(&codes(chosen)), is_open, "{chosen:?}");
        }
    }

    #[test]
    fn one_or_a_list_is_read_and_written_as_it_was() {
        let one = r#"{"show_when":{"question":"q","any_of":["a"]}}"#;
        let two = r#"{"show_when":[{"question":"q","any_of":["a"]},{"question":"r","none_of":["b"]}]}"#;
        for (text, count) in [(one, 1), (two, 2), ("{}", 0)] {
            let read: Holder = serde_json::from_str(text).unwrap();
            assert_eq!(read.show_when.len(), count);
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
        }
        let null: Holder = serde_json::from_str(r#"{"show_when":null}"#).unwrap();
        assert!(null.show_when.is_empty(), "as forms were stored before there were lists");
        let listed: Holder = toml::from_str("show_when = [{ question = 'q', none_of = ['a'] }]").unwrap();
        assert!(!listed.show_when[0].opens());
        let bad = toml::from_str::<Holder>("show_when = { question = 'q', all_of = ['a'] }").unwrap_err();
        assert!(bad.message().contains("unknown field `all_of`"), "{bad}");
    }
}

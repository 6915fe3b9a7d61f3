//! Headings of columns: the standard's many ways to write them, brought to one, with the language that they name.
//!
//! `label::Vietnamese (vi)`, `label:vi` and `Label::Tiếng Việt` are all the Vietnamese label.

use crate::domain::search::fold;
use crate::domain::text::Language;

/// In which language the cells of a column are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spoken {
    /// The heading does not say.
    Unsaid,
    /// One of ours.
    Known(Language),
    /// Another.
    Other(String),
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Heading {
    /// What stands under it, as one word.
    pub key: String,
    /// The language of the cells.
    pub spoken: Spoken,
}

/// Columns with texts for people.
const SPOKEN: [&str; 8] = [
    "label",
    "hint",
    "guidance_hint",
    "constraint_message",
    "required_message",
    "form_title",
    "hailong::none",
    "hailong::source",
];

impl Heading {
    /// Reads a heading.
    pub fn parse(text: &str) -> Self {
        let lower = text.trim().to_lowercase();
        let mark = if lower.contains("::") { "::" } else { ":" };
        let mut parts = lower.split(mark).map(str::trim);
        let mut first = parts.next().unwrap_or_default().to_owned();
        let mut rest: Vec<&str> = parts.collect();
        if ["bind", "control", "body"].contains(&first.as_str()) && !rest.is_empty() {
            first = rest.remove(0).trim_start_matches("jr:").to_owned();
        } else if first == "hailong" && !rest.is_empty() {
            first = format!("hailong::{}", rest.remove(0));
        }
        let key = one_word(&first);
        if rest.is_empty() {
            return Self { key, spoken: Spoken::Unsaid };
        }
        if SPOKEN.contains(&key.as_str()) {
            return Self { key, spoken: language(rest.join(mark).trim()) };
        }
        Self { key: format!("{key}::{}", rest.join("::")), spoken: Spoken::Unsaid }
    }
}

/// The standard's other words for the same column.
fn one_word(word: &str) -> String {
    let word = word.split([' ', '_']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    let known = match word.as_str() {
        "caption" | "text" => "label",
        "command" => "type",
        "tag" | "value" => "name",
        "relevance" => "relevant",
        "constraining_message" | "constraintmsg" => "constraint_message",
        "requiredmsg" | "noapperrorstring" => "required_message",
        "calculate" => "calculation",
        "readonly" => "read_only",
        "list" => "list_name",
        "title" | "set_form_title" | "hailong::title" => "form_title",
        "id_string" | "set_form_id" => "form_id",
        other => other,
    };
    known.to_owned()
}

/// The language of a name like `vi`, `Vietnamese (vi)`, `Tiếng Việt`, `English`.
pub(super) fn language(name: &str) -> Spoken {
    let folded = fold(name);
    let mut words = folded.split(' ');
    let is = |known: &[&str]| words.clone().any(|word| known.contains(&word));
    if is(&["vi", "vn", "vie", "vietnamese", "viet"]) {
        Spoken::Known(Language::Vi)
    } else if is(&["en", "eng", "english", "anh"]) {
        Spoken::Known(Language::En)
    } else if words.all(str::is_empty) || folded == "default" {
        Spoken::Unsaid
    } else {
        Spoken::Other(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_a_heading_are_one() {
        let vi = Spoken::Known(Language::Vi);
        for (text, key, spoken) in [
            ("label", "label", Spoken::Unsaid),
            ("label::Vietnamese (vi)", "label", vi.clone()),
            ("Label:vi", "label", vi.clone()),
            ("label :: Tiếng Việt", "label", vi.clone()),
            ("hint::English (en)", "hint", Spoken::Known(Language::En)),
            ("label::Français (fr)", "label", Spoken::Other("français (fr)".into())),
            ("constraint message", "constraint_message", Spoken::Unsaid),
            ("bind::jr:constraintMsg", "constraint_message", Spoken::Unsaid),
            ("bind:relevant", "relevant", Spoken::Unsaid),
            ("list name", "list_name", Spoken::Unsaid),
            ("media::image", "media::image", Spoken::Unsaid),
            ("hailong::none::vi", "hailong::none", vi),
            ("hailong::title::en", "form_title", Spoken::Known(Language::En)),
            ("", "", Spoken::Unsaid),
        ] {
            assert_eq!(Heading::parse(text), Heading { key: key.to_owned(), spoken }, "{text}");
        }
    }
}

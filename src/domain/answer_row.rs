//! Answers as a row of the database holds them: a JSON array with a value for each question, in the form's order, and null where
//! nothing was answered; after the last answer the array ends.
//!
//! A published form version never changes, so a place says which question it is as surely as its code would, in a third of the
//! space. Who reads the database by hand finds codes beside answers in the view `answers_by_question`.

use super::answers::{Answer, Answers};
use super::form::Form;
use serde_json::{Map, Value};

/// The answers of one submission, as JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow(String);

impl AnswerRow {
    /// Answers to a form. What no question of the form asks is left out; parsed answers have nothing of the kind.
    pub fn of(form: &Form, answers: &Answers) -> Self {
        let text = Self::in_order(form, answers.entries()).unwrap_or_else(|| {
            let mut sorted: Vec<_> =
                answers.entries().filter_map(|entry| Some((place_of(form, entry.0)?, entry))).collect();
            sorted.sort_by_key(|(place, _)| *place);
            Self::in_order(form, sorted.into_iter().map(|(_, entry)| entry)).unwrap_or_default()
        });
        // It was put together from texts.
        Self(String::from_utf8(text).unwrap_or_default())
    }

    /// The row of answers that come in the form's order, as parsed ones do: one comparison for each question, answered or not.
    /// Nothing where they come in another order.
    fn in_order<'a>(form: &Form, answers: impl ExactSizeIterator<Item = (&'a str, &'a Answer)>) -> Option<Vec<u8>> {
        // Levels and short codes: enough for most, so that the text is not moved while it grows.
        let mut text = Vec::with_capacity(16 + 5 * answers.len());
        let mut answers = answers.peekable();
        let mut missing = 0;
        text.push(b'[');
        for question in form.questions() {
            let Some((code, _)) = answers.peek() else { break };
            if question.code != *code {
                missing += 1;
                continue;
            }
            for _ in 0..missing {
                text.extend_from_slice(b"null,");
            }
            missing = 0;
            match answers.next() {
                Some((_, Answer::Level(level @ 0..10))) => text.push(b'0' + level),
                Some((_, answer)) => serde_json::to_writer(&mut text, answer).ok()?,
                None => {}
            }
            text.push(b',');
        }
        if text.ends_with(b",") {
            text.pop();
        }
        text.push(b']');
        answers.peek().is_none().then_some(text)
    }

    /// The JSON text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The place of a question in rows of a form version; nothing if the form has no such question.
pub fn place_of(form: &Form, question: &str) -> Option<usize> {
    form.questions().position(|asked| asked.code == question)
}

/// A row's answers by the codes of its form version's questions, given in the form's order.
pub fn by_code(codes: &[String], row: Value) -> Map<String, Value> {
    let Value::Array(values) = row else { return Map::new() };
    codes.iter().cloned().zip(values).filter(|(_, value)| !value.is_null()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_in_the_places_of_their_questions() {
        let form: Form = toml::from_str(super::super::form::tests_support::SMALL).unwrap();
        let codes: Vec<String> = form.questions().map(|question| question.code.clone()).collect();
        assert_eq!(codes[..3], ["overall", "reason", "comment"], "the form that this test is written for");
        let row = |answers: &[(&str, Answer)]| {
            let answers: Answers = answers.iter().cloned().collect();
            AnswerRow::of(&form, &answers)
        };
        assert_eq!(row(&[]).text(), "[]");
        assert_eq!(row(&[("overall", Answer::Level(4))]).text(), "[4]");
        assert_eq!(row(&[("overall", Answer::Level(10))]).text(), "[10]");
        let comment = ("comment", Answer::Text("\"tốt\"".to_owned()));
        assert_eq!(row(std::slice::from_ref(&comment)).text(), r#"[null,null,"\"tốt\""]"#);
        let reasons = ("reason", Answer::Choices(vec!["other".into()]));
        let all = row(&[comment, reasons, ("overall", Answer::Level(1)), ("nobody_asks", Answer::Level(5))]);
        assert_eq!(all.text(), r#"[1,["other"],"\"tốt\""]"#);
        let named = by_code(&codes, serde_json::from_str(all.text()).unwrap());
        assert_eq!(Value::Object(named), serde_json::json!({"overall": 1, "reason": ["other"], "comment": "\"tốt\""}));
        let gap = by_code(&codes, serde_json::json!([null, null, "x"]));
        assert_eq!(Value::Object(gap), serde_json::json!({"comment": "x"}));
        assert_eq!(place_of(&form, "comment"), Some(2));
        assert_eq!(place_of(&form, "nobody_asks"), None);
    }
}

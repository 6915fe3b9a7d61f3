//! What a citizen's browser sends: named fields, in the order of the page, decoded strictly.
//!
//! A field is named as its question, by code. Where a code is the name of one of the fields beside the answers (`channel`, say),
//! the field is `answer-<code>`: the dash, which no code has, keeps them apart. Nothing is judged here; the domain says what is
//! wrong with an answer.

use crate::domain::answers::RawAnswers;
use crate::domain::form::Form;
use crate::domain::submission::{RawSubmission, raw_from_fields, without_unasked};
use crate::domain::text::Language;
use std::borrow::Cow;
use std::iter::Peekable;

/// The moment the form was handed out. The dash keeps it apart from question codes, here and below.
pub const TIME: &str = "form-time";
/// A field that people do not see.
pub const TRAP: &str = "home-page";
/// The name of the buttons that switch the view.
pub const SWITCH: &str = "view-switch";

/// The fields that stand beside the answers.
const BESIDE: [&str; 9] = ["id", "unit", "procedure", "channel", "lang", "code", TIME, TRAP, SWITCH];

/// The fields beside the answers whose names a question's code may have.
const SHARED: [&str; 6] = ["id", "unit", "procedure", "channel", "lang", "code"];

/// Room for as many fields as most pages send.
const MANY: usize = 48;

/// What stands before the code in the name of a field that would otherwise be another's.
const APART: &str = "answer-";

/// The name of the field of a question.
pub fn name_of(code: &str) -> Cow<'_, str> {
    if SHARED.contains(&code) { format!("{APART}{code}").into() } else { code.into() }
}

/// The code of the question that a field is named after.
fn code_of(name: &str) -> &str {
    name.strip_prefix(APART).filter(|code| SHARED.contains(code)).unwrap_or(name)
}

/// The fields of one request: names and values, where they lie if they can, in the order of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields<'a>(Vec<Field<'a>>);

impl<'a> Fields<'a> {
    /// Reads an urlencoded body; nothing if it is not one, or not UTF-8.
    pub fn read(body: &'a [u8]) -> Option<Self> {
        let mut fields = Vec::with_capacity(MANY);
        let text = std::str::from_utf8(body).ok()?;
        // Where nobody wrote anything, chosen levels and options are all there is.
        let is_plain = !is_encoded(text);
        let read = |part: &'a str| if is_plain { Some(Cow::Borrowed(part)) } else { decode(part) };
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            fields.push((read(name)?, read(value)?));
        }
        Some(Self(fields))
    }

    /// The first value of a field; empty if there is none.
    pub fn first(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_ref())
    }

    /// The answers to a form, without those that the other answers close.
    pub fn answers<'b>(&'b self, form: &'b Form) -> RawAnswers<'b> {
        let language = Language::from_code(self.first("lang").trim()).unwrap_or_default();
        let answers = self.answers_in_turn(form, language);
        without_unasked(answers.unwrap_or_else(|| self.answers_in_any_order(form, language)), form)
    }

    /// The answers where all fields stand in the order of the form's questions, as a page has them: each is looked at once.
    fn answers_in_turn<'b>(&'b self, form: &'b Form, language: Language) -> Option<RawAnswers<'b>> {
        let mut answers = RawAnswers(Vec::with_capacity(self.0.len()));
        let mut fields = self.0.iter().peekable();
        for question in form.questions() {
            let name = name_of(&question.code);
            let mut own = std::iter::from_fn(|| next_of(&mut fields, &name)).peekable();
            if own.peek().is_some() {
                let value =
                    raw_from_fields(own.by_ref().map(|(_, value)| value.as_ref()), form, Some(question), language);
                answers.0.push((question.code.as_str().into(), value));
            }
        }
        (next_of(&mut fields, "").is_none() && fields.peek().is_none()).then_some(answers)
    }

    /// The same in whatever order, and beside what the form does not ask.
    fn answers_in_any_order<'b>(&'b self, form: &'b Form, language: Language) -> RawAnswers<'b> {
        let mut answers = RawAnswers(Vec::with_capacity(self.0.len()));
        let mut known = self.0.iter().filter(|(name, _)| BESIDE.contains(&name.as_ref())).count();
        for question in form.questions() {
            let (before, name) = (known, name_of(&question.code));
            let values = self.all(&name).inspect(|_| known += 1);
            let value = raw_from_fields(values, form, Some(question), language);
            if known > before {
                answers.0.push((question.code.as_str().into(), value));
            }
        }
        if known < self.0.len() {
            let strange = |name: &str| !BESIDE.contains(&name) && form.question(code_of(name)).is_none();
            let strangers = self.0.iter().filter(|(name, _)| strange(name));
            answers.0.extend(strangers.map(|(name, value)| {
                (name.as_ref().into(), raw_from_fields(std::iter::once(value.as_ref()), form, None, language))
            }));
        }
        answers
    }

    /// All of it as the domain takes it.
    pub fn submission<'b>(&'b self, form: &'b Form) -> RawSubmission<'b> {
        RawSubmission {
            id: self.first("id").into(),
            unit: self.first("unit").into(),
            procedure: self.first("procedure").into(),
            channel: self.first("channel").into(),
            language: self.first("lang").into(),
            code: self.first("code").into(),
            answers: self.answers(form),
        }
    }
}

/// A name and its value.
type Field<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The next field if it is of that name; what comes before it and stands beside the answers is passed over.
fn next_of<'b, 'a: 'b>(
    fields: &mut Peekable<impl Iterator<Item = &'b Field<'a>>>,
    name: &str,
) -> Option<&'b Field<'a>> {
    while let Some((known, _)) = fields.peek() {
        if *known == name {
            return fields.next();
        }
        if !BESIDE.contains(&known.as_ref()) {
            break;
        }
        fields.next();
    }
    None
}

/// Whether anything in a text stands for something else.
fn is_encoded(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'%' | b'+'))
}

/// Undoes the encoding of `application/x-www-form-urlencoded`; a `%` that begins no escape stays itself, as browsers do it.
fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !is_encoded(text) {
        return Some(Cow::Borrowed(text));
    }
    let text = text.as_bytes();
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
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::answers::RawValue;
    use crate::domain::form::Question;

    #[test]
    fn reads_what_browsers_send() {
        let fields = Fields::read(b"a=1&a=2&b=h%C3%A0i+l%C3%B2ng&c&&d=50%&e=%zz").unwrap();
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(fields.first("b"), "hài lòng");
        assert_eq!((fields.first("c"), fields.first("nothing")), ("", ""));
        assert_eq!((fields.first("d"), fields.first("e")), ("50%", "%zz"));
        assert_eq!(Fields::read(b"a=%ff"), None);
        assert_eq!(Fields::read(b"%C3=1"), None);
    }

    #[test]
    fn a_question_named_like_a_field_has_a_field_of_its_own() {
        assert_eq!((name_of("channel"), name_of("comment")), ("answer-channel".into(), "comment".into()));
        let form = toml::from_str(
            r#"
            form = "f"
            version = "1"
            title = { vi = "F", en = "F" }
            source = { vi = "F", en = "F" }
            valid_from = "2026-01-01"
            sections = [{ code = "s", title = { vi = "S", en = "S" }, questions = [
              { code = "channel", kind = "multiple", text = { vi = "A", en = "A" }, options = [
                { code = "web", label = { vi = "A", en = "A" } }, { code = "tv", label = { vi = "B", en = "B" } }] }] }]
            "#,
        )
        .unwrap();
        let fields = Fields::read(b"channel=qr&answer-channel=tv&answer-channel=web&answer-note=x").unwrap();
        let submission = fields.submission(&form);
        assert_eq!(submission.channel, "qr");
        let codes: Vec<&str> = submission.answers.codes().collect();
        assert_eq!(codes, ["channel", "answer-note"]);
        let given = RawValue::List(vec!["tv".into(), "web".into()]);
        assert_eq!(submission.answers.get("channel"), Some(&given));
    }

    proptest::proptest! {
        #[test]
        fn fields_in_the_order_of_the_page_say_the_same_as_in_any_other(
            counts in proptest::collection::vec(0..3usize, 40), moved: bool, strange: bool
        ) {
            let form: Form = toml::from_str(crate::domain::form::tests_support::SMALL).unwrap();
            let asked: Vec<(&Question, usize)> = form.questions().zip(counts).filter(|(_, count)| *count > 0).collect();
            let of_question = |(question, count): &(&Question, usize)| {
                let name = name_of(&question.code).into_owned();
                ["1", "none"].into_iter().take(*count).map(move |value| (name.clone().into(), value.into()))
            };
            let mut fields: Vec<(Cow<'_, str>, Cow<'_, str>)> = asked.iter().flat_map(of_question).collect();
            if moved {
                fields.reverse();
            }
            fields.insert(fields.len() / 2, ("id".into(), "x".into()));
            if strange {
                fields.push(("nobody_asks".into(), "1".into()));
            }
            let fields = Fields(fields);
            let in_turn = fields.answers_in_turn(&form, Language::Vi);
            proptest::prop_assert_eq!(in_turn.is_some(), !strange && (!moved || asked.len() < 2));
            let in_any_order = fields.answers_in_any_order(&form, Language::Vi);
            proptest::prop_assert!(in_turn.is_none_or(|in_turn| in_turn == in_any_order));
        }

        #[test]
        fn whatever_is_encoded_comes_back(text in ".{0,40}") {
            let encoded: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
            let body = format!("x={encoded}");
            let fields = Fields::read(body.as_bytes()).unwrap();
            proptest::prop_assert_eq!(fields.first("x"), text);
        }
    }
}

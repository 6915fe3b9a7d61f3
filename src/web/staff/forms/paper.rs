//! A form as a sheet of paper: parts with their headings, levels as a table with a box under each level, choices as boxes, texts as
//! lines. What a screen would hide is said in words.

use crate::domain::form::{Form, Question, QuestionKind, Section};
use crate::web::conditions::{OfPart, in_words};
use crate::web::limits::limits_in_words;
use crate::web::view::View;
use askama::Template;

/// The numbers of parts, as offices write them.
const ROMAN: [&str; 20] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII",
    "XVIII", "XIX", "XX",
];

#[derive(Template)]
#[template(path = "staff/forms/paper.html")]
pub(super) struct PaperPage<'a> {
    view: &'a View,
    form: &'a Form,
    status: String,
    parts: Vec<Part<'a>>,
}

struct Part<'a> {
    heading: String,
    lead: Option<&'a str>,
    when: Option<String>,
    blocks: Vec<Block<'a>>,
}

/// What is printed as one.
enum Block<'a> {
    /// Questions with the same levels, one under the other.
    Levels(Levels<'a>),
    /// A question with options to tick.
    Choice(Asked<'a>, Vec<&'a str>, ChoiceKind),
    /// A question with lines to write on.
    Text(Asked<'a>),
    /// A question with one line for a number or a day.
    Line(Asked<'a>),
    /// A text between the questions.
    Note(Asked<'a>),
}

#[derive(PartialEq, Eq)]
enum ChoiceKind {
    One,
    Any,
}

/// The heads of the columns, then the rows.
struct Levels<'a> {
    title: String,
    heads: Vec<&'a str>,
    has_numbers: bool,
    rows: Vec<Asked<'a>>,
}

/// What is asked.
struct Asked<'a> {
    number: &'a str,
    text: &'a str,
    note: Option<&'a str>,
    /// Whether an answer is needed, and the limits of a number or a day.
    hint: Option<String>,
    when: Option<String>,
}

impl<'a> PaperPage<'a> {
    /// The sheet of a form.
    pub fn of(view: &'a View, form: &'a Form) -> Self {
        let part = |(at, section): (usize, &'a Section)| {
            let number = ROMAN.get(at).map_or_else(|| (at + 1).to_string(), |roman| (*roman).to_owned());
            let heading = match form.sections.len() {
                1 => view.pick(&section.title).to_owned(),
                _ => view.tn("paper-part", &[("number", &number), ("title", view.pick(&section.title))]),
            };
            Part {
                blocks: blocks(view, form, section, &heading),
                heading,
                lead: section.lead.as_ref().map(|lead| view.pick(lead)),
                when: in_words(view, form, &section.show_when, OfPart::Yes),
            }
        };
        Self {
            view,
            form,
            status: super::status(view, &form.status),
            parts: form.sections.iter().enumerate().map(part).collect(),
        }
    }
}

fn blocks<'a>(view: &'a View, form: &'a Form, section: &'a Section, heading: &str) -> Vec<Block<'a>> {
    let is_level = |question: &Question| question.kind == QuestionKind::Level && question.scale.is_some();
    let goes_on = |one: &Question, next: &Question| is_level(one) && is_level(next) && one.scale == next.scale;
    let chunks = section.questions.chunk_by(goes_on);
    chunks.filter_map(|questions| block(view, form, questions, heading)).collect()
}

/// The block of one question, or of several with the same levels.
fn block<'a>(view: &'a View, form: &'a Form, questions: &'a [Question], heading: &str) -> Option<Block<'a>> {
    let first = questions.first()?;
    let labels = || form.options(first).iter().map(|option| view.pick(&option.label));
    let none = form.none_label(first).map(|none| view.pick(none));
    Some(match first.kind {
        QuestionKind::Level => Block::Levels(Levels {
            title: heading.to_owned(),
            heads: labels().chain(none).collect(),
            has_numbers: questions.iter().any(|question| question.number.is_some()),
            rows: questions.iter().map(|question| asked(view, form, question)).collect(),
        }),
        QuestionKind::Single => {
            Block::Choice(asked(view, form, first), labels().chain(none).collect(), ChoiceKind::One)
        }
        QuestionKind::Multiple => Block::Choice(asked(view, form, first), labels().collect(), ChoiceKind::Any),
        QuestionKind::Text => Block::Text(asked(view, form, first)),
        QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Date => Block::Line(asked(view, form, first)),
        QuestionKind::Note => Block::Note(asked(view, form, first)),
    })
}

fn asked<'a>(view: &'a View, form: &'a Form, question: &'a Question) -> Asked<'a> {
    Asked {
        number: question.number.as_deref().unwrap_or_default(),
        text: view.pick(&question.text),
        note: question.note.as_ref().map(|note| view.pick(note)),
        hint: hint(view, question),
        when: in_words(view, form, &question.show_when, OfPart::No),
    }
}

/// Whether an answer is needed, and within which limits.
fn hint(view: &View, question: &Question) -> Option<String> {
    let required = question.required.then(|| view.t("form-required"));
    let said: Vec<String> = [required, limits_in_words(view, question)].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn questions_with_the_same_levels_share_a_table() {
        let library = catalog::load(None).unwrap();
        let view = View::default();
        let page = PaperPage::of(&view, &library.forms["sipas_full/2022"]);
        let kinds = |part: &Part<'_>| -> String {
            part.blocks
                .iter()
                .map(|block| match block {
                    Block::Levels(levels) => format!("{}x{} ", levels.rows.len(), levels.heads.len()),
                    Block::Choice(_, labels, kind) if *kind == ChoiceKind::Any => format!("any of {} ", labels.len()),
                    Block::Choice(_, labels, _) => format!("one of {} ", labels.len()),
                    Block::Text(_) => "lines ".to_owned(),
                    Block::Line(_) => "line ".to_owned(),
                    Block::Note(_) => "note ".to_owned(),
                })
                .collect()
        };
        assert_eq!(kinds(&page.parts[0]), "8x4 ");
        assert_eq!(kinds(&page.parts[1]), "any of 7 one of 6 one of 4 one of 4 one of 4 one of 4 ");
        assert_eq!(kinds(&page.parts[5]), "8x6 ");
        assert_eq!(kinds(&page.parts[12]), "9x4 lines ");
        assert_eq!(page.parts[7].heading, "Phần VIII. Tiếp cận dịch vụ");
        assert!(page.parts[7].when.as_ref().unwrap().starts_with("Xin bỏ qua phần này nếu Ông/Bà chọn"));
    }
}

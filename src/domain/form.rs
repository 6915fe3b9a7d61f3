//! Forms: questionnaires as data, read from `survey_forms/<form>/<version>.toml` and checked as a whole.
//!
//! Codes name what answers, columns and indices use and never change meaning within a form; a version is frozen once
//! published. Nothing here knows where files lie; `catalog` reads them.

pub use super::condition::Condition;
pub use super::limits::Limits;

use super::condition::{read, write};
use super::text::Text;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a question takes for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuestionKind {
    /// One level of a scale; the codes of the options are the numbers from 1.
    Level,
    /// One option.
    Single,
    /// Any number of options.
    Multiple,
    /// Free text.
    Text,
    /// A whole number.
    Integer,
    /// A number, perhaps with digits after the mark.
    Decimal,
    /// A day.
    Date,
    /// Nothing: a text between the questions.
    Note,
}

impl QuestionKind {
    /// Its name in files and programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Single => "single",
            Self::Multiple => "multiple",
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Date => "date",
            Self::Note => "note",
        }
    }

    /// Whether it is answered by choosing among options.
    pub fn has_options(self) -> bool {
        matches!(self, Self::Level | Self::Single | Self::Multiple)
    }

    /// Whether it is answered at all.
    pub fn takes_answer(self) -> bool {
        self != Self::Note
    }
}

/// How the questions of a section stand on a wide screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SectionLayout {
    /// As rows of a table whose columns are the options of the scale that all of them share.
    Matrix,
}

/// An option of a scale or of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its code.
    pub code: String,
    /// Its label.
    pub label: Text,
    /// What it earns, in per cent of the question's points, where answers are weighed so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u8>,
}

/// A list of options that several questions share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The options, lowest level first.
    pub options: Vec<Choice>,
    /// What "no answer" is called here (e.g. "Không áp dụng / Không biết"); chosen, it is stored as no answer.
    pub none: Option<Text>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its code.
    pub code: String,
    /// Its number in the official form.
    #[serde(default)]
    pub number: Option<String>,
    /// What it takes.
    pub kind: QuestionKind,
    /// Its wording.
    pub text: Text,
    /// A note under the wording.
    #[serde(default)]
    pub note: Option<Text>,
    /// The scale its options come from.
    #[serde(default)]
    pub scale: Option<String>,
    /// Its own options, where no scale is shared.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// What "no answer" is called for this question; the scale's word otherwise.
    #[serde(default)]
    pub none: Option<Text>,
    /// Asked only when all of these conditions hold, and those of its section.
    #[serde(default, deserialize_with = "read", serialize_with = "write", skip_serializing_if = "Vec::is_empty")]
    pub show_when: Vec<Condition>,
    /// Longest text, in characters.
    #[serde(default)]
    pub max_length: Option<usize>,
    /// Whether it has to be answered by whoever is asked; then no word for "no answer" is offered.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// The limits of a number or a day, and what is said of an answer outside; of a text only what is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// Sensitive personal data: aggregated only, never in row exports.
    #[serde(default)]
    pub sensitive: bool,
    /// `chưa kiểm chứng` where the wording has not been verified.
    #[serde(default)]
    pub status: String,
}

/// A part of the form with a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its code; a factor's code where it is one.
    pub code: String,
    /// Its heading.
    pub title: Text,
    /// What is asked, in plain words.
    #[serde(default)]
    pub lead: Option<Text>,
    /// Its questions are asked only when all of these conditions hold.
    #[serde(default, deserialize_with = "read", serialize_with = "write", skip_serializing_if = "Vec::is_empty")]
    pub show_when: Vec<Condition>,
    /// How its questions stand on a wide screen; one under the other where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<SectionLayout>,
    /// Its questions.
    pub questions: Vec<Question>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// A version of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The form's code.
    pub form: String,
    /// The version.
    pub version: String,
    /// Its title.
    pub title: Text,
    /// Where the questions come from.
    pub source: Text,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity; none while it lasts.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// `chưa kiểm chứng` where the wording has not been verified; empty otherwise.
    #[serde(default)]
    pub status: String,
    /// Scales by name.
    #[serde(default)]
    pub scales: BTreeMap<String, Scale>,
    /// The parts, in order.
    pub sections: Vec<Section>,
}

/// Why a form is no good, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormProblem {
    /// The code of the section or question, or the name of the scale; the form's name for the whole.
    pub place: String,
    /// What is wrong with it.
    pub fault: FormFault,
}

/// What can be wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormFault {
    /// A code with other characters than a–z, 0–9, `_` (and `-` within options and versions), or empty.
    BadCode,
    /// A code that two questions, two sections or two options share.
    DuplicateCode,
    /// A text that is missing in one of the languages.
    IncompleteText,
    /// A question that names a scale which is not there.
    UnknownScale(String),
    /// A choice or level question without options.
    NoOptions,
    /// Options where none can be chosen.
    OptionsOnText,
    /// Something that nobody answers has to be answered.
    RequiredNote,
    /// A question that has to be answered and has a word of its own for "no answer".
    RequiredWithNone,
    /// Limits that do not fit what the question takes.
    LimitsMisplaced,
    /// Limits within which nothing lies, or two for the same end.
    LimitsUnclear,
    /// A matrix whose questions do not share one scale.
    MatrixMixed,
    /// A level question whose option codes are not 1, 2, 3, …
    LevelsNotNumbered,
    /// Points above 100, or for some options of a list only.
    BadPoints,
    /// A condition on a question that is not there.
    ConditionOnUnknown(String),
    /// A condition on the question itself, or of a section on one of its own questions.
    ConditionOnItself,
    /// A condition on a question that does not come earlier; that is how conditions would run in a circle.
    ConditionNotEarlier(String),
    /// A condition on a question that has no options.
    ConditionOnText(String),
    /// A condition that says neither `any_of` nor `none_of`, or both.
    ConditionUnclear(String),
    /// `none_of` on a question that not everybody is asked: a page without script cannot take back what was chosen there.
    ConditionOnAsked(String),
    /// A condition on an option that is not there.
    UnknownOption(String),
    /// Conditions that can never hold together.
    NeverAsked,
    /// A form without questions.
    Empty,
    /// A last day before the first.
    EndsBeforeStart,
}

/// A question with the section that it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// The section.
    pub section: &'a Section,
    /// The question.
    pub question: &'a Question,
}

impl<'a> Item<'a> {
    /// The conditions of its section, then its own.
    pub fn conditions(self) -> impl Iterator<Item = &'a Condition> {
        self.section.show_when.iter().chain(&self.question.show_when)
    }

    /// Whether it is asked, given what was chosen for the questions before it that were asked.
    pub fn is_asked(self, chosen: impl Fn(&str) -> Vec<String>) -> bool {
        self.conditions().all(|condition| condition.holds(&chosen(&condition.question)))
    }

    /// Whether it is asked of everybody who leaves the questions before it open.
    pub fn is_asked_at_first(self) -> bool {
        self.conditions().all(|condition| !condition.opens())
    }
}

impl Form {
    /// `form/version`, the name that submissions, surveys and indices use.
    pub fn name(&self) -> String {
        format!("{}/{}", self.form, self.version)
    }

    /// How many questions can be answered.
    pub fn count_questions(&self) -> usize {
        self.questions().filter(|question| question.kind.takes_answer()).count()
    }

    /// Whether something has to be answered.
    pub fn requires_answers(&self) -> bool {
        self.questions().any(|question| question.required)
    }

    /// All questions in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.sections.iter().flat_map(|s| s.questions.iter())
    }

    /// All questions in order, each with its section.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        let of = |section| move |question| Item { section, question };
        self.sections.iter().flat_map(move |section| section.questions.iter().map(of(section)))
    }

    /// All conditions that must hold for a question: its own, its section's, and those of every question that has to be
    /// answered first. Each once.
    pub fn all_conditions<'a>(&'a self, item: Item<'a>) -> Vec<&'a Condition> {
        let mut found: Vec<&Condition> = item.conditions().collect();
        let mut at = 0;
        while let Some(condition) = found.get(at).copied() {
            at += 1;
            let needed = self.items().find(|i| condition.opens() && i.question.code == condition.question);
            for more in needed.into_iter().flat_map(Item::conditions) {
                if !found.contains(&more) {
                    found.push(more);
                }
            }
        }
        found
    }

    /// The question of a code.
    pub fn question(&self, code: &str) -> Option<&Question> {
        self.questions().find(|q| q.code == code)
    }

    /// The options of a question: its own or its scale's.
    pub fn options<'a>(&'a self, question: &'a Question) -> &'a [Choice] {
        match question.scale.as_ref().and_then(|s| self.scales.get(s)) {
            Some(scale) => &scale.options,
            None => &question.options,
        }
    }

    /// What "no answer" is called for a question, where it is offered.
    pub fn none_label<'a>(&'a self, question: &'a Question) -> Option<&'a Text> {
        if question.required {
            return None;
        }
        question
            .none
            .as_ref()
            .or_else(|| question.scale.as_ref().and_then(|s| self.scales.get(s)).and_then(|s| s.none.as_ref()))
    }

    /// Everything that is wrong with the form; empty when it is good.
    pub fn problems(&self) -> Vec<FormProblem> {
        super::form_check::problems(self)
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
pub(crate) mod tests_support;

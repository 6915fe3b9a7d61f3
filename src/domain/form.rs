//! Forms: questionnaires as data, read from `survey_forms/<form>/<version>.toml` and checked as a whole.
//!
//! Codes name what answers, columns and indices use and never change meaning within a form; a version is frozen once
//! published. Nothing here knows where files lie; `catalog` reads them.

use super::text::Text;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
}

/// An option of a scale or of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its code.
    pub code: String,
    /// Its label.
    pub label: Text,
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

/// A question is asked only when another was answered with one of these options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The code of the earlier question.
    pub question: String,
    /// The option codes (a level's code is its number) that open this one.
    pub any_of: Vec<String>,
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
    /// Asked only under this condition.
    #[serde(default)]
    pub show_when: Option<Condition>,
    /// Longest text, in characters.
    #[serde(default)]
    pub max_length: Option<usize>,
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
    /// Its questions.
    pub questions: Vec<Question>,
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
    /// A text question with options.
    OptionsOnText,
    /// A level question whose option codes are not 1, 2, 3, …
    LevelsNotNumbered,
    /// A condition on a question that does not come earlier, or takes free text.
    BadCondition(String),
    /// A condition on an option that is not there.
    UnknownOption(String),
    /// A form without questions.
    Empty,
    /// A last day before the first.
    EndsBeforeStart,
}

impl Form {
    /// `form/version`, the name that submissions, surveys and indices use.
    pub fn name(&self) -> String {
        format!("{}/{}", self.form, self.version)
    }

    /// All questions in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.sections.iter().flat_map(|s| s.questions.iter())
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
        question
            .none
            .as_ref()
            .or_else(|| question.scale.as_ref().and_then(|s| self.scales.get(s)).and_then(|s| s.none.as_ref()))
    }

    /// Everything that is wrong with the form; empty when it is good.
    pub fn problems(&self) -> Vec<FormProblem> {
        let mut found = Checker { form: self, problems: Vec::new() };
        found.check_whole();
        found.check_sections();
        found.problems
    }
}

struct Checker<'a> {
    form: &'a Form,
    problems: Vec<FormProblem>,
}

impl Checker<'_> {
    fn report(&mut self, place: &str, fault: FormFault) {
        self.problems.push(FormProblem { place: place.to_owned(), fault });
    }

    fn check_text(&mut self, place: &str, text: &Text) {
        if text.is_incomplete() {
            self.report(place, FormFault::IncompleteText);
        }
    }

    fn check_whole(&mut self) {
        let form = self.form;
        let name = form.name();
        if !is_code(&form.form, "_") || !is_code(&form.version, "_-.") {
            self.report(&name, FormFault::BadCode);
        }
        self.check_text(&name, &form.title);
        self.check_text(&name, &form.source);
        if form.questions().next().is_none() {
            self.report(&name, FormFault::Empty);
        }
        if form.valid_to.is_some_and(|end| end < form.valid_from) {
            self.report(&name, FormFault::EndsBeforeStart);
        }
        for (scale_name, scale) in &form.scales {
            self.check_options(scale_name, &scale.options);
            if let Some(none) = &scale.none {
                self.check_text(scale_name, none);
            }
        }
    }

    fn check_sections(&mut self) {
        let form = self.form;
        let mut sections = BTreeSet::new();
        let mut earlier: BTreeSet<&str> = BTreeSet::new();
        for section in &form.sections {
            if !is_code(&section.code, "_") {
                self.report(&section.code, FormFault::BadCode);
            }
            if !sections.insert(&section.code) {
                self.report(&section.code, FormFault::DuplicateCode);
            }
            self.check_text(&section.code, &section.title);
            if let Some(lead) = &section.lead {
                self.check_text(&section.code, lead);
            }
            for question in &section.questions {
                self.check_question(question, &earlier);
                if !earlier.insert(&question.code) {
                    self.report(&question.code, FormFault::DuplicateCode);
                }
            }
        }
    }

    fn check_question(&mut self, question: &Question, earlier: &BTreeSet<&str>) {
        let place = question.code.as_str();
        if !is_code(place, "_") {
            self.report(place, FormFault::BadCode);
        }
        for text in [Some(&question.text), question.note.as_ref(), question.none.as_ref()].into_iter().flatten() {
            self.check_text(place, text);
        }
        if let Some(scale) = &question.scale
            && !self.form.scales.contains_key(scale)
        {
            self.report(place, FormFault::UnknownScale(scale.clone()));
            return;
        }
        let options = self.form.options(question);
        self.check_options(place, &question.options);
        match question.kind {
            QuestionKind::Text if !options.is_empty() => self.report(place, FormFault::OptionsOnText),
            QuestionKind::Text => {}
            _ if options.is_empty() => self.report(place, FormFault::NoOptions),
            QuestionKind::Level if options.iter().zip(1..).any(|(o, n): (_, u8)| o.code != n.to_string()) => {
                self.report(place, FormFault::LevelsNotNumbered);
            }
            _ => {}
        }
        if let Some(condition) = &question.show_when {
            self.check_condition(place, condition, earlier);
        }
    }

    fn check_condition(&mut self, place: &str, condition: &Condition, earlier: &BTreeSet<&str>) {
        let on = self.form.question(&condition.question).filter(|q| earlier.contains(q.code.as_str()));
        let Some(on) = on.filter(|q| q.kind != QuestionKind::Text) else {
            self.report(place, FormFault::BadCondition(condition.question.clone()));
            return;
        };
        let known: Vec<&str> = self.form.options(on).iter().map(|o| o.code.as_str()).collect();
        for option in &condition.any_of {
            if !known.contains(&option.as_str()) {
                self.report(place, FormFault::UnknownOption(option.clone()));
            }
        }
    }

    fn check_options(&mut self, place: &str, options: &[Choice]) {
        let mut seen = BTreeSet::new();
        for option in options {
            if !is_code(&option.code, "_-") {
                self.report(place, FormFault::BadCode);
            }
            if !seen.insert(&option.code) {
                self.report(place, FormFault::DuplicateCode);
            }
            self.check_text(place, &option.label);
        }
    }
}

fn is_code(code: &str, marks: &str) -> bool {
    !code.is_empty()
        && code.len() <= 60
        && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || marks.contains(c))
}

#[cfg(test)]
#[path = "form_tests.rs"]
pub(crate) mod tests_support;

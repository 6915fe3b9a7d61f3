//! What can be wrong with a form, found as a whole: codes, texts, scales, options; conditions are checked beside.
//!
//! Says what is wrong and where, as data; the words are `catalog`'s.

use super::condition_check as conditions;
use super::form::{Choice, Form, FormFault, FormProblem, Question, QuestionKind, Section, SectionLayout};
use super::limits::Bound;
use super::text::Text;
use std::collections::BTreeSet;

/// Everything that is wrong with a form; empty when it is good.
pub(super) fn problems(form: &Form) -> Vec<FormProblem> {
    let mut found = Checker { form, problems: Vec::new() };
    found.check_whole();
    found.check_sections();
    if found.problems.is_empty() {
        conditions::unreachable(form, &mut found.problems);
    }
    found.problems
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
            if section.layout == Some(SectionLayout::Matrix) && !is_matrix(section) {
                self.report(&section.code, FormFault::MatrixMixed);
            }
            let own: Vec<&str> = section.questions.iter().map(|q| q.code.as_str()).collect();
            conditions::check(form, &section.code, &own, &section.show_when, &earlier, &mut self.problems);
            for question in &section.questions {
                self.check_question(question);
                let own = [question.code.as_str()];
                conditions::check(form, &question.code, &own, &question.show_when, &earlier, &mut self.problems);
                if !earlier.insert(&question.code) {
                    self.report(&question.code, FormFault::DuplicateCode);
                }
            }
        }
    }

    fn check_question(&mut self, question: &Question) {
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
        self.check_limits(question);
        match question.kind {
            kind if !kind.has_options() && !options.is_empty() => self.report(place, FormFault::OptionsOnText),
            kind if !kind.has_options() => {}
            _ if options.is_empty() => self.report(place, FormFault::NoOptions),
            QuestionKind::Level if options.iter().zip(1..).any(|(o, n): (_, u8)| o.code != n.to_string()) => {
                self.report(place, FormFault::LevelsNotNumbered);
            }
            _ => {}
        }
    }

    fn check_limits(&mut self, question: &Question) {
        let place = question.code.as_str();
        if question.required && !question.kind.takes_answer() {
            self.report(place, FormFault::RequiredNote);
        }
        if question.required && question.none.is_some() {
            self.report(place, FormFault::RequiredWithNone);
        }
        let Some(limits) = &question.limits else { return };
        if let Some(message) = &limits.message {
            self.check_text(place, message);
        }
        let fits = |bound: Bound| match (question.kind, bound) {
            (QuestionKind::Integer, Bound::Number(number)) => number.whole().is_some(),
            (QuestionKind::Decimal, Bound::Number(_)) | (QuestionKind::Date, Bound::Day(_)) => true,
            _ => false,
        };
        let is_placed = matches!(
            question.kind,
            QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Date | QuestionKind::Text
        );
        if !is_placed || !limits.bounds().all(fits) {
            self.report(place, FormFault::LimitsMisplaced);
        } else if limits.are_unclear() {
            self.report(place, FormFault::LimitsUnclear);
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
        let weighed = options.iter().filter(|o| o.points.is_some()).count();
        if (weighed > 0 && weighed < options.len()) || options.iter().any(|o| o.points.is_some_and(|p| p > 100)) {
            self.report(place, FormFault::BadPoints);
        }
    }
}

/// Whether all questions of a section that are answered choose one option of the same scale.
pub(super) fn is_matrix(section: &Section) -> bool {
    let mut answered = section.questions.iter().filter(|question| question.kind.takes_answer());
    let Some(first) = answered.next().filter(|first| first.scale.is_some()) else { return false };
    let chooses_one = |kind| matches!(kind, QuestionKind::Level | QuestionKind::Single);
    chooses_one(first.kind) && answered.all(|question| question.kind == first.kind && question.scale == first.scale)
}

/// Whether a code is made of small letters, digits and these marks, 1 to 60 of them.
pub(super) fn is_code(code: &str, marks: &str) -> bool {
    !code.is_empty()
        && code.len() <= 60
        && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || marks.contains(c))
}

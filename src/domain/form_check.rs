//! What can be wrong with a form, found as a whole: codes, texts, scales, options; conditions are checked beside.
//!
//! Says what is wrong and where, as data; the words are `catalog`'s.

use super::condition_check as conditions;
use super::form::{Choice, Form, FormFault, FormProblem, Question, QuestionKind};
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
        match question.kind {
            QuestionKind::Text if !options.is_empty() => self.report(place, FormFault::OptionsOnText),
            QuestionKind::Text => {}
            _ if options.is_empty() => self.report(place, FormFault::NoOptions),
            QuestionKind::Level if options.iter().zip(1..).any(|(o, n): (_, u8)| o.code != n.to_string()) => {
                self.report(place, FormFault::LevelsNotNumbered);
            }
            _ => {}
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

fn is_code(code: &str, marks: &str) -> bool {
    !code.is_empty()
        && code.len() <= 60
        && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || marks.contains(c))
}

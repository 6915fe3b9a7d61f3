//! The whole of a form, once all rows have been read: matrices, scales, and what only the form as a whole can be told.
//!
//! Questions and sections whose conditions the form cannot have are left out here, one after the other.

use super::read::Builder;
use super::rows::UNVERIFIED;
use super::{Finding, Place, What};
use crate::domain::form::{Form, FormFault, Scale, Section};
use crate::domain::form_check::is_matrix;
use std::collections::BTreeMap;

impl Builder<'_, '_> {
    /// The form, and everything that was found.
    pub(super) fn finish(mut self) -> (Form, Vec<Finding>) {
        for group in std::mem::take(&mut self.groups) {
            self.findings.push(Finding { place: group.place, what: What::OpenGroup });
        }
        for section in self.sections.iter_mut().filter(|section| section.layout.is_some() && !is_matrix(section)) {
            section.layout = None;
            if let Some(place) = self.places.get(&section.code) {
                self.findings.push(Finding { place: place.clone(), what: What::NoMatrix });
            }
        }
        let scales = self.scales();
        let is_partial = self.findings.iter().any(|f| matches!(f.what, What::OneLanguage | What::OtherLanguage(_)));
        let unsaid = if is_partial { UNVERIFIED } else { "" };
        let settings = self.settings;
        let mut form = Form {
            form: settings.form.clone(),
            version: settings.version.clone(),
            title: settings.title.clone(),
            source: settings.source.clone(),
            valid_from: settings.valid_from,
            valid_to: settings.valid_to,
            status: settings.status.clone().unwrap_or_else(|| unsaid.to_owned()),
            scales,
            sections: std::mem::take(&mut self.sections),
        };
        self.check(&mut form);
        (form, self.findings)
    }

    /// The scales that questions use, or that the workbook calls so; tells of lists that nothing uses.
    fn scales(&mut self) -> BTreeMap<String, Scale> {
        let used: Vec<&String> =
            self.sections.iter().flat_map(|s| &s.questions).filter_map(|q| q.scale.as_ref()).collect();
        let mut scales = BTreeMap::new();
        let mut clashes = Vec::new();
        for list in self.lists {
            let name = list.scale_name();
            if list.is_scale == Some(true) || used.contains(&&name) {
                if scales.insert(name.clone(), list.scale()).is_some() {
                    clashes.push(Finding { place: list.place.clone(), what: What::Clash(list.name.clone(), name) });
                }
            } else if !self.uses.contains_key(&list.name) {
                clashes.push(Finding { place: list.place.clone(), what: What::IdleList(list.name.clone()) });
            }
        }
        self.findings.extend(clashes);
        scales
    }

    /// Checks the whole; questions and sections whose conditions the form cannot have are left out until none is left.
    fn check(&mut self, form: &mut Form) {
        let whole = Place { sheet: "survey".to_owned(), row: None, column: None };
        loop {
            form.sections.retain(|section| !section.questions.is_empty());
            let problems = form.problems();
            let mut found = false;
            for problem in problems {
                let place = self.places.get(&problem.place).unwrap_or(&whole).clone();
                let can_go = matches!(
                    problem.fault,
                    FormFault::ConditionOnAsked(_)
                        | FormFault::NeverAsked
                        | FormFault::ConditionOnUnknown(_)
                        | FormFault::ConditionOnItself
                        | FormFault::ConditionNotEarlier(_)
                );
                if !can_go {
                    self.findings.push(Finding { place, what: What::Form(problem.fault) });
                    continue;
                }
                found |= self.leave_out(form, &problem.place);
                self.findings.push(Finding { place, what: What::Misplaced(problem.fault) });
            }
            if !found {
                return;
            }
        }
    }

    /// Takes the question of a code out of the form, or else the section with all its questions; tells whether there was any.
    fn leave_out(&mut self, form: &mut Form, code: &str) -> bool {
        let count = form.questions().count();
        for section in &mut form.sections {
            section.questions.retain(|question| question.code != code);
        }
        if form.questions().count() < count {
            return true;
        }
        let (gone, kept) = std::mem::take(&mut form.sections).into_iter().partition(|section| section.code == code);
        form.sections = kept;
        let gone: Vec<Section> = gone;
        for question in gone.iter().flat_map(|section| &section.questions) {
            if let Some(place) = self.places.get(&question.code) {
                self.findings.push(Finding { place: place.clone(), what: What::Within });
            }
        }
        !gone.is_empty()
    }
}

//! The check of all files together: each for itself, then against each other, every problem at once.

use super::Library;
use super::fault::{CatalogError, FileFault, FileProblem};
use super::files::Files;
use super::hash::{definition_hash, form_hash, rules_hash};
use super::surveys::{self, SurveysFile};
use crate::domain::counting::Counting;
use crate::domain::form::Form;
use crate::domain::import::{ImportProblem, UnitRow, parse_procedures, parse_units};
use crate::domain::index::Definition;
use crate::domain::non_response::RuleSet;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;
use unicode_normalization::is_nfc;

const UNITS: &str = "catalogue/units.csv";
const PROCEDURES: &str = "catalogue/procedures.csv";
const SURVEYS: &str = "catalogue/surveys.toml";
const PUBLISHED: &str = "published.toml";
const RULES: &str = "rules";

/// The hashes of published versions.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    #[serde(default)]
    forms: BTreeMap<String, String>,
    #[serde(default)]
    indices: BTreeMap<String, String>,
    #[serde(default)]
    rules: BTreeMap<String, String>,
}

/// The library of the files, or all that is wrong with them.
pub(super) fn library(files: &Files) -> Result<Library, CatalogError> {
    let mut checker = Checker { files, library: Library::default(), problems: Vec::new() };
    checker.texts();
    checker.forms();
    checker.definitions();
    checker.rules();
    let units = checker.units();
    checker.surveys(&units);
    checker.published();
    checker.library.counting = Counting::by(checker.library.indices.values().cloned());
    if checker.problems.is_empty() { Ok(checker.library) } else { Err(CatalogError::Problems(checker.problems)) }
}

struct Checker<'a> {
    files: &'a Files,
    library: Library,
    problems: Vec<FileProblem>,
}

impl<'a> Checker<'a> {
    fn report(&mut self, file: &str, place: &str, fault: FileFault) {
        self.problems.push(FileProblem { file: file.to_owned(), place: place.to_owned(), fault });
    }

    /// The text of a file that is there.
    fn text(&self, file: &str) -> Option<&'a str> {
        self.files.0.get(file).and_then(|content| std::str::from_utf8(content).ok())
    }

    /// Every file: UTF-8, composed, where it belongs.
    fn texts(&mut self) {
        for (file, content) in &self.files.0 {
            match std::str::from_utf8(content) {
                Err(_) => self.report(file, "", FileFault::NotUtf8),
                Ok(text) => {
                    for (line, _) in (1..).zip(text.lines()).filter(|(_, line)| !is_nfc(line)) {
                        let line: u64 = line;
                        self.report(file, &format!("line {line}"), FileFault::NotComposed);
                    }
                }
            }
            let known = [UNITS, PROCEDURES, SURVEYS, PUBLISHED].contains(&file.as_str());
            if !known && form_name(file).is_none() && index_name(file).is_none() && rules_name(file).is_none() {
                self.report(file, "", FileFault::Misplaced);
            }
        }
    }

    fn parsed<T: DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        let text = self.text(file)?;
        match toml::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let before = error.span().and_then(|span| text.get(..span.start));
                let place =
                    before.map(|before| format!("line {}", before.matches('\n').count() + 1)).unwrap_or_default();
                self.report(file, &place, FileFault::Syntax(error.message().to_owned()));
                None
            }
        }
    }

    fn forms(&mut self) {
        for file in self.files.0.keys() {
            let Some(expected) = form_name(file) else { continue };
            let Some(form) = self.parsed::<Form>(file) else { continue };
            if form.name() != expected {
                self.report(file, "", FileFault::OtherName(form.name()));
            }
            for problem in form.problems() {
                self.report(file, &problem.place, FileFault::Form(problem.fault));
            }
            self.library.forms.insert(expected.to_owned(), Arc::new(form));
        }
    }

    fn definitions(&mut self) {
        for file in self.files.0.keys() {
            let Some(expected) = index_name(file) else { continue };
            let Some(definition) = self.parsed::<Definition>(file) else { continue };
            if definition.name() != expected {
                self.report(file, "", FileFault::OtherName(definition.name()));
            }
            let form = definition.form.as_ref().and_then(|name| self.library.forms.get(name)).cloned();
            if let (Some(name), None) = (&definition.form, &form) {
                self.unknown_form(file, "", name);
            }
            for problem in definition.problems(form.as_deref()) {
                self.report(file, &problem.place, FileFault::Definition(problem.fault));
            }
            self.library.indices.insert(expected.to_owned(), Arc::new(definition));
        }
    }

    fn rules(&mut self) {
        for file in self.files.0.keys() {
            let Some(expected) = rules_name(file) else { continue };
            let Some(rules) = self.parsed::<RuleSet>(file) else { continue };
            if rules.version != expected {
                self.report(file, "", FileFault::OtherName(rules.version.clone()));
            }
            for fault in rules.problems() {
                self.report(file, "", FileFault::Rules(fault));
            }
            self.library.rules.insert(expected.to_owned(), Arc::new(rules));
        }
    }

    /// A form that is there but could not be read has been reported already.
    fn unknown_form(&mut self, file: &str, place: &str, form: &str) {
        if !self.files.0.contains_key(&format!("{form}.toml")) {
            self.report(file, place, FileFault::UnknownForm(form.to_owned()));
        }
    }

    /// Units and procedures; gives the units back.
    fn units(&mut self) -> Vec<UnitRow> {
        let mut units = Vec::new();
        if let Some(text) = self.text(UNITS) {
            units = self.rows(UNITS, parse_units(text.as_bytes(), &[]));
            self.library.units = units.len();
            self.library.units_csv = text.to_owned();
        }
        let periods: Vec<_> = units.iter().map(UnitRow::period).collect();
        if let Some(text) = self.text(PROCEDURES) {
            let procedures = self.rows(PROCEDURES, parse_procedures(text.as_bytes(), &periods, &[]));
            self.library.procedures = procedures.len();
            self.library.procedures_csv = text.to_owned();
        }
        units
    }

    fn rows<T>(&mut self, file: &str, read: Result<Vec<T>, Vec<ImportProblem>>) -> Vec<T> {
        read.unwrap_or_else(|problems| {
            for problem in problems {
                self.report(file, "", FileFault::Row(problem));
            }
            Vec::new()
        })
    }

    fn surveys(&mut self, units: &[UnitRow]) {
        let Some(SurveysFile { surveys }) = self.parsed(SURVEYS) else { return };
        for (code, fault) in surveys::problems(&surveys, &self.library.forms, units) {
            match fault {
                FileFault::UnknownForm(form) => self.unknown_form(SURVEYS, &code, &form),
                fault => self.report(SURVEYS, &code, fault),
            }
        }
        self.library.surveys = surveys;
    }

    fn published(&mut self) {
        let Published { forms, indices, rules } = self.parsed(PUBLISHED).unwrap_or_default();
        let form_now = |name: &str| self.library.forms.get(name).map(|form| form_hash(form));
        let index_now = |name: &str| self.library.indices.get(name).map(|index| definition_hash(index));
        let forms = forms.into_iter().map(|(name, hash)| (form_now(&name), format!("forms/{name}"), hash));
        let indices = indices.into_iter().map(|(name, hash)| (index_now(&name), format!("indices/{name}"), hash));
        let rules_now = |name: &str| self.library.rules.get(name).map(|rules| rules_hash(rules));
        let rules = rules.into_iter().map(|(name, hash)| (rules_now(&name), format!("rules/{name}"), hash));
        let all: Vec<(Option<String>, String, String)> = forms.chain(indices).chain(rules).collect();
        for (now, name, published) in all {
            match now {
                Some(now) if now == published => drop(self.library.published.insert(name, published)),
                Some(now) => self.report(PUBLISHED, &name, FileFault::Changed { published, now }),
                None if self.files.0.contains_key(&format!("{}.toml", name.trim_start_matches("forms/"))) => {}
                None => self.report(PUBLISHED, &name, FileFault::Gone),
            }
        }
    }
}

/// `form/version` of a file `form/version.toml`.
fn form_name(file: &str) -> Option<&str> {
    let name = file.strip_suffix(".toml")?;
    let (folder, version) = name.split_once('/')?;
    (!version.contains('/') && !["indices", "catalogue", RULES].contains(&folder)).then_some(name)
}

/// `index/version` of a file `indices/index/version.toml`.
fn index_name(file: &str) -> Option<&str> {
    let name = file.strip_suffix(".toml")?.strip_prefix("indices/")?;
    let (_, version) = name.split_once('/')?;
    (!version.contains('/')).then_some(name)
}

/// `version` of a file `rules/version.toml`.
fn rules_name(file: &str) -> Option<&str> {
    let (folder, version) = file.strip_suffix(".toml")?.split_once('/')?;
    (folder == RULES && !version.contains('/')).then_some(version)
}

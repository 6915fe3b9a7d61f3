//! The shipped data: questionnaires, index definitions and the first catalogue, read from a folder or from the copy built into
//! the program, and checked as a whole. Nothing of it is used unless all of it is good.
//!
//! The environment is not read here (`config` does) and nothing is stored (`actions` do).

mod built_in;
mod check;
mod fault;
mod files;
mod hash;
mod surveys;

pub use fault::{CatalogError, FileFault, FileProblem};
pub use hash::{definition_hash, form_hash, rules_hash};
pub use surveys::ShippedSurvey;

use crate::domain::counting::Counting;
use crate::domain::form::Form;
use crate::domain::index::Definition;
use crate::domain::non_response::RuleSet;
use chrono::NaiveDate;
use files::Files;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Everything that `survey_forms` holds, checked.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Forms by `form/version`.
    pub forms: BTreeMap<String, Arc<Form>>,
    /// Index definitions by `index/version`.
    pub indices: BTreeMap<String, Arc<Definition>>,
    /// The rules for returned sheets by version.
    pub rules: BTreeMap<String, Arc<RuleSet>>,
    /// `catalogue/units.csv`, checked; empty where the folder has none.
    pub units_csv: String,
    /// `catalogue/procedures.csv`, checked; empty where the folder has none.
    pub procedures_csv: String,
    /// The surveys that a fresh database opens.
    pub surveys: Vec<ShippedSurvey>,
    counting: Counting,
    published: BTreeMap<String, String>,
    units: usize,
    procedures: usize,
}

/// Reads and checks the folder, or the copy built into the program.
pub fn load(folder: Option<&Path>) -> Result<Library, CatalogError> {
    let files = match folder {
        Some(folder) => Files::in_folder(folder)?,
        None => Files::built_in(),
    };
    check::library(&files)
}

/// Checks the folder, or the built-in copy, and sums up what it holds: the `check-forms` command.
pub fn check(folder: Option<&Path>) -> Result<Summary, CatalogError> {
    let library = load(folder)?;
    let versions = |hashes: Vec<(String, String)>, kind| {
        let version = |(name, hash): (String, String)| {
            let frozen = library.published.contains_key(&format!("{kind}/{name}"));
            Version { kind, name, hash, frozen }
        };
        hashes.into_iter().map(version).collect::<Vec<_>>()
    };
    let forms = library.forms.iter().map(|(name, form)| (name.clone(), form_hash(form))).collect();
    let indices = library.indices.iter().map(|(name, index)| (name.clone(), definition_hash(index))).collect();
    let rules = library.rules.iter().map(|(name, rules)| (name.clone(), rules_hash(rules))).collect();
    let mut all = versions(forms, "forms");
    all.extend(versions(indices, "indices"));
    all.extend(versions(rules, "rules"));
    let (units, procedures, surveys) = (library.units, library.procedures, library.surveys.len());
    Ok(Summary { versions: all, units, procedures, surveys })
}

impl Library {
    /// By which definitions submissions are counted.
    pub fn counting(&self) -> &Counting {
        &self.counting
    }

    /// The definition by which a form version (`form/version`) is counted on a day: of those in force the one that began last.
    pub fn index_for_form(&self, form: &str, day: NaiveDate) -> Option<&Arc<Definition>> {
        let in_force = |d: &&Arc<Definition>| d.valid_from <= day && d.valid_to.is_none_or(|last| day <= last);
        self.indices.values().filter(|d| d.form.as_deref() == Some(form)).filter(in_force).max_by_key(|d| d.valid_from)
    }
}

impl Library {
    /// The rules for returned sheets on a day: of those in force the ones that began last.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&Arc<RuleSet>> {
        self.rules.values().filter(|rules| rules.valid_from <= day).max_by_key(|rules| rules.valid_from)
    }
}

/// What a checked folder holds.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The versions of forms, indices and rules.
    pub versions: Vec<Version>,
    /// How many rows of units.
    pub units: usize,
    /// How many rows of procedures.
    pub procedures: usize,
    /// How many surveys.
    pub surveys: usize,
}

/// A version of a form, of an index or of rules.
#[derive(Debug, Clone)]
pub struct Version {
    /// `forms`, `indices` or `rules`, as in `published.toml`.
    pub kind: &'static str,
    /// Its name with the version.
    pub name: String,
    /// Its hash.
    pub hash: String,
    /// Whether it is published and thereby frozen.
    pub frozen: bool,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for version in &self.versions {
            let state = if version.frozen { "frozen" } else { "not published yet" };
            writeln!(f, "{} {} {} ({state})", version.kind, version.name, version.hash)?;
        }
        let Self { units, procedures, surveys, .. } = self;
        write!(f, "units: {units}, procedures: {procedures}, surveys: {surveys}; no problem found")
    }
}

#[cfg(test)]
mod shipped_tests;
#[cfg(test)]
mod tests;

//! The surveys that a fresh database opens, from `catalogue/surveys.toml`.

use super::fault::FileFault;
use crate::domain::form::Form;
use crate::domain::import::UnitRow;
use crate::domain::survey::{Channel, is_survey_code};
use crate::domain::text::Text;
use crate::domain::unit::UnitCode;
use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A survey as shipped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedSurvey {
    /// Its code.
    pub code: String,
    /// The form version it asks, as `form/version`.
    pub form: String,
    /// The first moment of answering.
    pub opens_at: DateTime<FixedOffset>,
    /// The moment from which answers are refused; none while no end is set.
    #[serde(default)]
    pub closes_at: Option<DateTime<FixedOffset>>,
    /// The codes of the units asked about; empty means all.
    #[serde(default)]
    pub units: Vec<String>,
    /// The channels it takes.
    pub channels: Vec<Channel>,
    /// Its title for the respondent.
    pub title: Text,
    /// The note to the respondent.
    pub note: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SurveysFile {
    pub surveys: Vec<ShippedSurvey>,
}

/// What is wrong with the surveys, by code.
pub(super) fn problems(
    surveys: &[ShippedSurvey],
    forms: &BTreeMap<String, Arc<Form>>,
    units: &[UnitRow],
) -> Vec<(String, FileFault)> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for survey in surveys {
        let mut report = |fault| found.push((survey.code.clone(), fault));
        if !is_survey_code(&survey.code) {
            report(FileFault::BadSurveyCode);
        }
        if !seen.insert(&survey.code) {
            report(FileFault::RepeatedSurvey);
        }
        if !forms.contains_key(&survey.form) {
            report(FileFault::UnknownForm(survey.form.clone()));
        }
        if survey.closes_at.is_some_and(|end| end <= survey.opens_at) {
            report(FileFault::EndsBeforeStart);
        }
        if survey.channels.is_empty() {
            report(FileFault::NoChannel);
        }
        if survey.title.is_incomplete() || survey.note.is_incomplete() {
            report(FileFault::IncompleteText);
        }
        for unit in &survey.units {
            if !UnitCode::parse(unit).is_ok_and(|code| units.iter().any(|u| u.code == code)) {
                report(FileFault::UnknownUnit(unit.clone()));
            }
        }
    }
    found
}

//! What an export covers: codes as they were asked for become a filter within the asker's scope, or a reason why not.

use crate::catalog::Library;
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::export::ExportWish;
use crate::domain::index::Definition;
use crate::domain::period::Period;
use crate::domain::survey::{Channel, Mixing, Survey};
use crate::storage::tallies::Filter;
use crate::storage::{PgConnection, QueryError};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why there is nothing to take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanError {
    /// No such survey.
    NoSuchSurvey,
    /// No such unit, in any period of validity.
    NoSuchUnit,
    /// A unit outside the asker's scope.
    OutOfScope,
    /// No such procedure, in any period of validity.
    NoSuchProcedure,
    /// A last day before the first.
    Backwards,
}

impl std::fmt::Display for PlanError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            PlanError::NoSuchSurvey => "there is no survey with this code",
            PlanError::NoSuchUnit => "there is no unit with this code",
            PlanError::OutOfScope => "the unit is outside what may be seen",
            PlanError::NoSuchProcedure => "there is no procedure with this code",
            PlanError::Backwards => "the last day comes before the first",
        })
    }
}
impl std::error::Error for PlanError {}

/// What will be taken away.
#[derive(Debug, Clone)]
pub struct ExportPlan {
    /// The wish behind it.
    pub wish: ExportWish,
    pub(super) scope: Scope,
    pub(super) filter: Filter,
    pub(super) surveys: Vec<Survey>,
}

/// The connections of an export. It is written into the primary's audit log, and read from the replica where one is at hand.
pub struct Connections<'a> {
    /// To the primary.
    pub primary: &'a mut PgConnection,
    /// To a replica.
    pub replica: Option<&'a mut PgConnection>,
}

impl<'a> Connections<'a> {
    /// One for everything.
    pub fn one(primary: &'a mut PgConnection) -> Self {
        Self { primary, replica: None }
    }

    pub(super) fn for_reading(self) -> &'a mut PgConnection {
        self.replica.unwrap_or(self.primary)
    }
}

/// Turns a wish into a plan.
pub fn plan(catalogue: &Catalogue, scope: Scope, wish: ExportWish) -> Result<ExportPlan, PlanError> {
    if wish.period.is_backwards() {
        return Err(PlanError::Backwards);
    }
    let surveys = match &wish.survey {
        Some(code) => vec![catalogue.survey(code).ok_or(PlanError::NoSuchSurvey)?.clone()],
        None => catalogue.surveys().to_vec(),
    };
    // A survey that is named stands alone.
    let basis = wish.survey.as_ref().map_or_else(|| wish.mixing.basis(&surveys), |_| None);
    let surveys: Vec<Survey> =
        surveys.into_iter().filter(|survey| basis.is_none_or(|basis| survey.basis == basis)).collect();
    let units = wish.unit.as_deref().map(|code| catalogue.subtree_of_code(code));
    if let Some(units) = &units {
        if units.is_empty() {
            return Err(PlanError::NoSuchUnit);
        }
        if units.iter().any(|unit| !scope.contains(*unit)) {
            return Err(PlanError::OutOfScope);
        }
    }
    let procedures = wish.procedure.as_deref().map(|code| catalogue.procedures_of_code(code));
    if procedures.as_ref().is_some_and(Vec::is_empty) {
        return Err(PlanError::NoSuchProcedure);
    }
    let channels = wish.channel.map(|channel| vec![channel]);
    let survey = wish.survey.as_ref().and_then(|_| surveys.first()).map(|s| s.id);
    let filter = Filter { survey, basis, units, procedures, channels, period: wish.period, ..Filter::default() };
    Ok(ExportPlan { wish, scope, filter, surveys })
}

impl ExportPlan {
    /// What the audit log says it is about.
    pub(super) fn subject(&self) -> &str {
        self.wish.survey.as_deref().unwrap_or("all surveys")
    }

    /// The particulars for the audit log.
    pub(super) fn detail(&self, flavour: &str) -> Value {
        let ExportWish { unit, procedure, channel, period, with_texts, mixing, .. } = &self.wish;
        json!({
            "unit": unit, "procedure": procedure, "channel": channel.map(Channel::code), "from": period.from, "to": period.to,
            "free_texts": with_texts, "flavour": flavour, "mixed": *mixing == Mixing::Together,
        })
    }

    /// The definitions by which the surveys of the plan are counted, by the form version that they ask.
    pub fn definitions(&self, library: &Library, today: NaiveDate) -> BTreeMap<String, Arc<Definition>> {
        let of = |survey: &Survey| {
            let definition = definition_for(library, survey, self.wish.period, today)?;
            Some((survey.form.clone(), definition.clone()))
        };
        self.surveys.iter().filter_map(of).collect()
    }
}

/// The definition by which a survey is counted over a period: the one in force on its last day, or today if that has not come.
pub fn definition_for<'a>(
    library: &'a Library,
    survey: &Survey,
    period: Period,
    today: NaiveDate,
) -> Option<&'a Arc<Definition>> {
    let last = period.to.map_or(today, |to| to.min(today));
    library.index_for_form(&survey.form, last).or_else(|| library.index_for_form(&survey.form, today))
}

/// Why an export ended early.
#[derive(Debug)]
pub enum ExportError {
    /// The database.
    Query(QueryError),
    /// Whoever takes the file.
    Io(std::io::Error),
}

impl From<QueryError> for ExportError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl From<std::io::Error> for ExportError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl std::fmt::Display for ExportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ExportError::Query(error) => write!(f, "the database refused: {error}"),
            ExportError::Io(error) => write!(f, "the file could not be written: {error}"),
        }
    }
}
impl std::error::Error for ExportError {}

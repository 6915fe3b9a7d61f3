//! Taking submissions away: written into the audit log first, then read in one snapshot, row by row.

use super::export_plan::{Connections, ExportError, ExportPlan};
use crate::domain::catalogue::Catalogue;
use crate::domain::export::{DesignColumns, Exported, ExportedDesign, Part};
use crate::domain::ids::{FormVersionId, ProcedureId, SurveyId, UnitId};
use crate::domain::round::Round;
use crate::domain::survey::{Basis, Survey};
use crate::storage::audit_log::{self, Actor};
use crate::storage::exports::{self, StoredSubmission};
use crate::storage::tallies::Filter;
use crate::storage::{PgConnection, QueryError, QueryResult, catalogue, rounds, snapshot, transaction};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};
use std::io;
use uuid::Uuid;

/// Whether rows are counted before they are read, for somebody who watches how far it is. It takes a tenth of the time of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// They are.
    First,
    /// They are not, unless that is the way to know which forms there are.
    Skipped,
}

/// Hands the parts of the export over. `flavour` is only for the audit log.
pub fn export_submissions(
    conns: Connections<'_>,
    now: DateTime<Utc>,
    actor: &Actor,
    plan: &ExportPlan,
    flavour: &str,
    counting: Counting,
    mut take: impl FnMut(Part<'_>) -> io::Result<()>,
) -> Result<(), ExportError> {
    transaction(conns.primary, |conn| {
        audit_log::insert(conn, now, actor, exports::SUBMISSIONS_EXPORTED, plan.subject(), plan.detail(flavour))
    })?;
    snapshot(conns.for_reading(), |conn| {
        let catalogue = catalogue::load(conn)?;
        let codes = Codes::of(&catalogue);
        let mut designs = designs(conn, plan)?;
        let size = exports::size(conn)?;
        for (version, rows) in versions(conn, plan, counting)? {
            let survey = catalogue.surveys().iter().find(|s| s.form_version == version);
            let form = survey.and_then(|s| catalogue.form(&s.form)).ok_or(QueryError::NotFound)?;
            let is_drawn = |s: &&Survey| s.form_version == version && s.basis == Basis::Sampled;
            let has_design = plan.surveys.iter().any(|survey| is_drawn(&survey));
            let design = if has_design { DesignColumns::Present } else { DesignColumns::Absent };
            take(Part::Table { form, rows, size, design })?;
            let filter = Filter { form_version: Some(version), ..plan.filter.clone() };
            exports::each(conn, &plan.scope, &filter, |stored, is_excluded| {
                let design = if designs.is_empty() { None } else { designs.remove(&stored.id) };
                take(Part::Row(&codes.exported(stored, is_excluded, design))).map_err(ExportError::from)
            })?;
        }
        let ending = exports::ending(conn, &plan.scope, &plan.filter)?;
        Ok(take(Part::End(&ending))?)
    })
}

/// The places in the draw of the answers that count, of all sampled surveys of the plan. A round is a sample: it fits into memory.
fn designs(conn: &mut PgConnection, plan: &ExportPlan) -> QueryResult<HashMap<Uuid, ExportedDesign>> {
    let mut designs = HashMap::new();
    for survey in plan.surveys.iter().filter(|survey| survey.basis == Basis::Sampled) {
        let Round { answers, responses } =
            Round::of(rounds::answers(conn, survey.id)?, &rounds::issued(conn, survey.id)?);
        for (row, answer) in answers.iter().enumerate() {
            let design = ExportedDesign {
                stratum: responses.strata[row].clone(),
                cluster: responses.clusters[row].clone(),
                weight: responses.weights[row],
                fpc: responses.fpc.as_ref().map(|fpc| fpc[row]),
            };
            designs.insert(answer.id, design);
        }
    }
    Ok(designs)
}

/// The form versions to write, each with its number of rows: those that have rows, and those of a survey that was named.
fn versions(
    conn: &mut PgConnection,
    plan: &ExportPlan,
    counting: Counting,
) -> Result<Vec<(FormVersionId, Option<i64>)>, QueryError> {
    let named = plan.surveys.iter().map(|survey| survey.form_version).filter(|_| plan.filter.survey.is_some());
    let mut versions: BTreeMap<FormVersionId, Option<i64>> = named.map(|version| (version, None)).collect();
    if versions.is_empty() || counting == Counting::First {
        let counted = exports::count_by_form_version(conn, &plan.scope, &plan.filter)?;
        versions.extend(counted.into_iter().map(|(version, rows)| (version, Some(rows))));
    }
    Ok(versions.into_iter().collect())
}

struct Codes<'a> {
    surveys: HashMap<SurveyId, &'a str>,
    units: HashMap<UnitId, &'a str>,
    procedures: HashMap<ProcedureId, &'a str>,
}

impl<'a> Codes<'a> {
    fn of(catalogue: &'a Catalogue) -> Self {
        Self {
            surveys: catalogue.surveys().iter().map(|s| (s.id, s.code.as_str())).collect(),
            units: catalogue.units().iter().map(|u| (u.id, u.code.as_typed())).collect(),
            procedures: catalogue.procedures().iter().map(|p| (p.id, p.code.as_str())).collect(),
        }
    }

    fn exported<'r>(
        &self,
        stored: StoredSubmission<'r>,
        is_excluded: bool,
        design: Option<ExportedDesign>,
    ) -> Exported<'r>
    where
        'a: 'r,
    {
        Exported {
            id: stored.id,
            survey: self.surveys.get(&stored.survey).copied().unwrap_or_default(),
            unit: self.units.get(&stored.unit).copied().unwrap_or_default(),
            procedure: stored.procedure.and_then(|p| self.procedures.get(&p).copied()).unwrap_or_default(),
            channel: stored.channel,
            language: stored.language,
            day: stored.day,
            is_excluded,
            answers: stored.answers,
            design,
        }
    }
}

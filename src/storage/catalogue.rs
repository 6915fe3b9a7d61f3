//! The catalogue of units, procedures, surveys and frozen forms: read whole, and its revision.
//!
//! Writing is beside each of its tables: `units`, `procedures`, `surveys`.

use super::schema::{catalogue_revision, form_versions, procedure_units, procedures, survey_units, surveys, units};
use crate::domain::catalogue::Catalogue;
use crate::domain::form::Form;
use crate::domain::ids::{FormVersionId, ProcedureId, SurveyId, UnitId};
use crate::domain::procedure::Procedure;
use crate::domain::survey::{Basis, Channel, Survey};
use crate::domain::text::Text;
use crate::domain::unit::{Unit, UnitCode};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

#[derive(Queryable, Selectable)]
#[diesel(table_name = units)]
struct UnitRow {
    id: i64,
    code: String,
    parent_id: Option<i64>,
    name_vi: String,
    name_en: String,
    kind: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    successor: Option<String>,
    status: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = procedures)]
struct ProcedureRow {
    id: i64,
    code: String,
    name_vi: String,
    name_en: String,
    field_vi: String,
    field_en: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    status: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = surveys)]
struct SurveyRow {
    id: i64,
    code: String,
    form_version_id: i64,
    title_vi: String,
    title_en: String,
    note_vi: String,
    note_en: String,
    opens_at: DateTime<Utc>,
    closes_at: Option<DateTime<Utc>>,
    channels: Vec<i16>,
    basis: i16,
}

/// The number of the last change; cheap to ask often.
pub fn revision(conn: &mut PgConnection) -> QueryResult<i64> {
    catalogue_revision::table.select(catalogue_revision::revision).first(conn)
}

/// Waits until nobody else is changing the catalogue, and keeps others waiting until the transaction ends. Every action that
/// changes it begins with this, so that what it checked still holds when it writes.
pub fn lock(conn: &mut PgConnection) -> QueryResult<()> {
    catalogue_revision::table.select(catalogue_revision::revision).for_update().first::<i64>(conn)?;
    Ok(())
}

/// Whether there is neither unit nor survey: a database that nobody has used yet.
pub fn is_empty(conn: &mut PgConnection) -> QueryResult<bool> {
    let unit: Option<i64> = units::table.select(units::id).first(conn).optional()?;
    let survey: Option<i64> = surveys::table.select(surveys::id).first(conn).optional()?;
    Ok(unit.is_none() && survey.is_none())
}

/// Marks the catalogue as changed; every action that changes units, procedures or surveys calls it in its transaction.
pub fn mark_changed(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::update(catalogue_revision::table)
        .set(catalogue_revision::revision.eq(catalogue_revision::revision + 1))
        .execute(conn)?;
    Ok(())
}

/// The whole catalogue as it stands.
pub fn load(conn: &mut PgConnection) -> QueryResult<Catalogue> {
    let revision = revision(conn)?;
    let units = load_units(conn)?;
    let procedures = load_procedures(conn)?;
    let versions: Vec<(i64, String, serde_json::Value)> =
        form_versions::table.select((form_versions::id, form_versions::name, form_versions::definition)).load(conn)?;
    let names: HashMap<i64, String> = versions.iter().map(|(id, name, _)| (*id, name.clone())).collect();
    let surveys = load_surveys(conn, &names)?;
    let mut forms: BTreeMap<String, Arc<Form>> = BTreeMap::new();
    for (_, name, definition) in versions {
        let form =
            serde_json::from_value(definition).map_err(|e| diesel::result::Error::DeserializationError(e.into()))?;
        forms.insert(name, Arc::new(form));
    }
    Ok(Catalogue::new(revision, units, procedures, surveys, forms))
}

/// All units in all periods of validity.
pub fn load_units(conn: &mut PgConnection) -> QueryResult<Vec<Unit>> {
    let rows = units::table.select(UnitRow::as_select()).order((units::code_key, units::valid_from)).load(conn)?;
    rows.into_iter()
        .map(|row| {
            let code = UnitCode::parse(&row.code)
                .map_err(|bad| diesel::result::Error::DeserializationError(format!("unit code: {bad:?}").into()))?;
            Ok(Unit {
                id: UnitId(row.id),
                code,
                parent: row.parent_id.map(UnitId),
                name: Text { vi: row.name_vi, en: row.name_en },
                kind: row.kind,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
                successor: row.successor,
                status: row.status,
            })
        })
        .collect()
}

/// All procedures in all periods of validity.
pub fn load_procedures(conn: &mut PgConnection) -> QueryResult<Vec<Procedure>> {
    let pairs: Vec<(i64, i64)> = procedure_units::table.order(procedure_units::unit_id).load(conn)?;
    let mut units_of: HashMap<i64, Vec<UnitId>> = HashMap::new();
    for (procedure, unit) in pairs {
        units_of.entry(procedure).or_default().push(UnitId(unit));
    }
    let rows = procedures::table
        .select(ProcedureRow::as_select())
        .order((procedures::code, procedures::valid_from))
        .load(conn)?;
    let procedure = |row: ProcedureRow| Procedure {
        id: ProcedureId(row.id),
        code: row.code,
        name: Text { vi: row.name_vi, en: row.name_en },
        field: Text { vi: row.field_vi, en: row.field_en },
        units: units_of.remove(&row.id).unwrap_or_default(),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        status: row.status,
    };
    Ok(rows.into_iter().map(procedure).collect())
}

fn load_surveys(conn: &mut PgConnection, forms: &HashMap<i64, String>) -> QueryResult<Vec<Survey>> {
    let pairs: Vec<(i64, i64)> = survey_units::table.order(survey_units::unit_id).load(conn)?;
    let mut units_of: HashMap<i64, Vec<UnitId>> = HashMap::new();
    for (survey, unit) in pairs {
        units_of.entry(survey).or_default().push(UnitId(unit));
    }
    let rows =
        surveys::table.select(SurveyRow::as_select()).order((surveys::opens_at.desc(), surveys::id)).load(conn)?;
    let survey = |row: SurveyRow| Survey {
        basis: Basis::from_number(row.basis).unwrap_or_default(),
        id: SurveyId(row.id),
        code: row.code,
        form: forms.get(&row.form_version_id).cloned().unwrap_or_default(),
        form_version: FormVersionId(row.form_version_id),
        title: Text { vi: row.title_vi, en: row.title_en },
        note: Text { vi: row.note_vi, en: row.note_en },
        opens_at: row.opens_at,
        closes_at: row.closes_at,
        units: units_of.remove(&row.id).unwrap_or_default(),
        channels: row.channels.into_iter().filter_map(Channel::from_number).collect(),
    };
    Ok(rows.into_iter().map(survey).collect())
}

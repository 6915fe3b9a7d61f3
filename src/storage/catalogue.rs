//! Units, procedures, surveys and frozen forms: reading them whole. Writing is with the imports and the survey actions below.

use super::schema::{catalogue_revision, form_versions, procedure_units, procedures, survey_units, surveys, units};
use crate::domain::catalogue::Catalogue;
use crate::domain::form::Form;
use crate::domain::ids::{FormVersionId, ProcedureId, SurveyId, UnitId};
use crate::domain::procedure::Procedure;
use crate::domain::survey::{Channel, Survey};
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
}

/// The number of the last change; cheap to ask often.
pub fn revision(conn: &mut PgConnection) -> QueryResult<i64> {
    catalogue_revision::table.select(catalogue_revision::revision).first(conn)
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

fn load_units(conn: &mut PgConnection) -> QueryResult<Vec<Unit>> {
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

fn load_procedures(conn: &mut PgConnection) -> QueryResult<Vec<Procedure>> {
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

/// Writes the frozen version of a form; returns its number. A version that is there with another hash is left as it is and
/// comes back as `Err(stored hash)` inside the `Ok`.
pub fn insert_form_version(
    conn: &mut PgConnection,
    form: &Form,
    hash: &str,
) -> QueryResult<Result<FormVersionId, String>> {
    let definition = serde_json::to_value(form).map_err(|e| diesel::result::Error::SerializationError(e.into()))?;
    diesel::insert_into(form_versions::table)
        .values((
            form_versions::name.eq(form.name()),
            form_versions::hash.eq(hash),
            form_versions::definition.eq(definition),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    let (id, stored): (i64, String) = form_versions::table
        .filter(form_versions::name.eq(form.name()))
        .select((form_versions::id, form_versions::hash))
        .first(conn)?;
    Ok(if stored == hash { Ok(FormVersionId(id)) } else { Err(stored) })
}

/// What a new survey is made of.
#[derive(Debug, Clone)]
pub struct NewSurvey {
    /// Its code.
    pub code: String,
    /// The frozen form version.
    pub form_version: FormVersionId,
    /// Its title.
    pub title: Text,
    /// Its note for the respondent.
    pub note: Text,
    /// The first moment.
    pub opens_at: DateTime<Utc>,
    /// The end, if any.
    pub closes_at: Option<DateTime<Utc>>,
    /// The units asked about; empty: all.
    pub units: Vec<UnitId>,
    /// The channels taken.
    pub channels: Vec<Channel>,
}

/// Inserts a survey; nothing if the code is taken.
pub fn insert_survey(conn: &mut PgConnection, new: &NewSurvey) -> QueryResult<Option<SurveyId>> {
    let channels: Vec<i16> = new.channels.iter().map(|c| c.number()).collect();
    let id: Option<i64> = diesel::insert_into(surveys::table)
        .values((
            surveys::code.eq(&new.code),
            surveys::form_version_id.eq(new.form_version.0),
            surveys::title_vi.eq(&new.title.vi),
            surveys::title_en.eq(&new.title.en),
            surveys::note_vi.eq(&new.note.vi),
            surveys::note_en.eq(&new.note.en),
            surveys::opens_at.eq(new.opens_at),
            surveys::closes_at.eq(new.closes_at),
            surveys::channels.eq(channels),
        ))
        .on_conflict_do_nothing()
        .returning(surveys::id)
        .get_result(conn)
        .optional()?;
    let Some(id) = id else { return Ok(None) };
    let rows: Vec<_> =
        new.units.iter().map(|u| (survey_units::survey_id.eq(id), survey_units::unit_id.eq(u.0))).collect();
    diesel::insert_into(survey_units::table).values(rows).execute(conn)?;
    Ok(Some(SurveyId(id)))
}

/// Closes a survey at a moment; whether there was such a survey that was still open then.
pub fn mark_survey_closed(conn: &mut PgConnection, code: &str, at: DateTime<Utc>) -> QueryResult<bool> {
    let open = surveys::code.eq(code).and(surveys::closes_at.is_null().or(surveys::closes_at.gt(at)));
    let closed = diesel::update(surveys::table.filter(open))
        .set(
            surveys::closes_at.eq(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>>(
                "greatest(opens_at, ",
            )
            .bind::<diesel::sql_types::Timestamptz, _>(at)
            .sql(")")),
        )
        .execute(conn)?;
    Ok(closed > 0)
}

//! Surveys and the frozen form versions they ask: written by the survey actions, counted for lists.
//!
//! Reading them is with the whole catalogue.

use super::schema::{form_versions, survey_units, surveys};
use crate::domain::access::Scope;
use crate::domain::form::Form;
use crate::domain::ids::{FormVersionId, SurveyId, UnitId};
use crate::domain::survey::{Basis, Channel};
use crate::domain::text::Text;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable};
use std::collections::HashMap;

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
    /// How those who answer come to it.
    pub basis: Basis,
}

/// Inserts a survey; nothing if the code is taken.
pub fn insert(conn: &mut PgConnection, new: &NewSurvey) -> QueryResult<Option<SurveyId>> {
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
            surveys::basis.eq(new.basis.number()),
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
pub fn mark_closed(conn: &mut PgConnection, code: &str, at: DateTime<Utc>) -> QueryResult<bool> {
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

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    survey_id: i64,
    #[diesel(sql_type = BigInt)]
    submissions: i64,
}

/// How many submissions each survey has within a scope, exclusions included; surveys without any are absent.
pub fn count_submissions(conn: &mut PgConnection, scope: &Scope) -> QueryResult<HashMap<SurveyId, i64>> {
    let units: Option<Vec<i64>> = match scope {
        Scope::All => None,
        Scope::Units(units) => Some(units.iter().map(|u| u.0).collect()),
    };
    let counts: Vec<Count> = diesel::sql_query(
        "select survey_id, count(*) as submissions from submissions where $1 is null or unit_id = any($1) group by 1",
    )
    .bind::<Nullable<Array<BigInt>>, _>(units)
    .load(conn)?;
    Ok(counts.into_iter().map(|c| (SurveyId(c.survey_id), c.submissions)).collect())
}

/// Has surveys that ask about a unit's code ask about all its periods of validity, those that came later too.
pub fn extend_to_new_periods(conn: &mut PgConnection) -> QueryResult<usize> {
    diesel::sql_query(
        "insert into survey_units (survey_id, unit_id) \
         select distinct s.survey_id, new.id from survey_units s join units old on old.id = s.unit_id \
             join units new on new.code_key = old.code_key \
         on conflict do nothing",
    )
    .execute(conn)
}

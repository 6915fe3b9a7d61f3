//! The first start: a database in which there is nothing gets the shipped catalogue and its open surveys, all or nothing.

use super::import_procedures::import_procedures;
use super::import_units::import_units;
use super::open_survey::{SurveyWish, open_survey};
use crate::catalog::{Library, ShippedSurvey};
use crate::storage::audit_log::Actor;
use crate::storage::{PgConnection, QueryError, QueryResult, catalogue, transaction};
use chrono::{DateTime, Utc};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    /// The database was empty and is filled now.
    Done,
    /// There was something in it; nothing was touched.
    Already,
}

/// Fills an empty database from a library, which has been checked as a whole. Of several that try at once one does it.
pub fn load_shipped(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    library: &Library,
) -> QueryResult<Loaded> {
    transaction(conn, |conn| {
        catalogue::lock(conn)?;
        if !catalogue::is_empty(conn)? {
            return Ok(Loaded::Already);
        }
        if !library.units_csv.is_empty() {
            import_units(conn, now, actor, library.units_csv.as_bytes())?.map_err(refused)?;
        }
        if !library.procedures_csv.is_empty() {
            import_procedures(conn, now, actor, library.procedures_csv.as_bytes())?.map_err(refused)?;
        }
        for survey in &library.surveys {
            open(conn, now, actor, library, survey)?;
        }
        Ok(Loaded::Done)
    })
}

fn open(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    library: &Library,
    survey: &ShippedSurvey,
) -> QueryResult<()> {
    let Some(form) = library.forms.get(&survey.form) else { return Err(refused(&survey.form)) };
    let wish = SurveyWish {
        code: &survey.code,
        form,
        title: survey.title.clone(),
        note: survey.note.clone(),
        opens_at: survey.opens_at.to_utc(),
        closes_at: survey.closes_at.map(|end| end.to_utc()),
        units: &survey.units,
        channels: &survey.channels,
        basis: Default::default(),
    };
    open_survey(conn, now, actor, &wish)?.map_err(refused)
}

/// The library was checked, so a refusal is a fault of ours; it undoes the whole transaction.
fn refused(why: impl std::fmt::Debug) -> QueryError {
    QueryError::QueryBuilderError(format!("the shipped catalogue was refused: {why:?}").into())
}

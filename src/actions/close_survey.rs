//! Closing a survey: from this moment on it takes no answers. What was answered stays and counts; how people on its frame are
//! reached is forgotten.

use crate::storage::audit_log::{self, Actor};
use crate::storage::{PgConnection, QueryResult, catalogue, draws, frames, surveys, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It is closed now.
    Done,
    /// It was closed before, at this moment.
    Already(DateTime<Utc>),
    /// There is no such survey.
    NoSuchSurvey,
}

/// Closes a survey now. One that had not opened yet never opens.
pub fn close_survey(conn: &mut PgConnection, now: DateTime<Utc>, actor: &Actor, code: &str) -> QueryResult<Closed> {
    transaction(conn, |conn| {
        catalogue::lock(conn)?;
        let known = catalogue::load(conn)?;
        let Some(survey) = known.survey(code) else { return Ok(Closed::NoSuchSurvey) };
        if !surveys::mark_closed(conn, code, now)? {
            return Ok(Closed::Already(survey.closes_at.unwrap_or(now)));
        }
        catalogue::mark_changed(conn)?;
        frames::delete_contacts_of_closed(conn, now)?;
        draws::delete_sheet_keys_of_closed(conn, now)?;
        audit_log::insert(conn, now, actor, "close a survey", code, json!({}))?;
        Ok(Closed::Done)
    })
}

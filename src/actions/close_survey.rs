//! Closing a survey: from this moment on it takes no answers. What was answered stays and counts.

use crate::storage::audit_log::{self, Actor};
use crate::storage::{PgConnection, QueryResult, catalogue, surveys, transaction};
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
        audit_log::insert(conn, now, actor, "close a survey", code, json!({}))?;
        Ok(Closed::Done)
    })
}

//! Importing a frame: the people served, from whom a sampled survey draws. All of it or nothing; a new one replaces the last one
//! for as long as nobody was drawn.

use crate::domain::import::{FrameRow, ImportProblem, parse_frame};
use crate::domain::survey::Basis;
use crate::storage::audit_log::{self, Actor};
use crate::storage::frames::{self, FramePerson};
use crate::storage::{PgConnection, QueryResult, catalogue, draws, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::fmt;

/// Why a frame was not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameRefusal {
    /// No such survey.
    NoSuchSurvey,
    /// The survey is open to everybody.
    NotSampled,
    /// People were drawn already.
    AlreadyDrawn,
    /// Everything that is wrong with the file.
    Problems(Vec<ImportProblem>),
}

impl fmt::Display for FrameRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSuchSurvey => "there is no such survey",
            Self::NotSampled => "everybody may answer this survey; only one opened with --sampled draws from a frame",
            Self::AlreadyDrawn => "people were drawn from its frame already; open another survey for another frame",
            Self::Problems(_) => "the file has problems",
        })
    }
}
impl std::error::Error for FrameRefusal {}

/// Imports the frame of a survey; how many people it lists, or why not.
pub fn import_frame(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    survey: &str,
    file: &[u8],
) -> QueryResult<Result<usize, FrameRefusal>> {
    transaction(conn, |conn| {
        // Units must not change between reading and writing, nor two frames come at once.
        catalogue::lock(conn)?;
        let known = catalogue::load(conn)?;
        let Some(survey) = known.survey(survey) else { return Ok(Err(FrameRefusal::NoSuchSurvey)) };
        if survey.basis != Basis::Sampled {
            return Ok(Err(FrameRefusal::NotSampled));
        }
        if draws::of_survey(conn, survey.id)?.is_some() {
            return Ok(Err(FrameRefusal::AlreadyDrawn));
        }
        let rows = match parse_frame(file, &known, survey) {
            Ok(rows) => rows,
            Err(problems) => return Ok(Err(FrameRefusal::Problems(problems))),
        };
        let replaced = frames::of_survey(conn, survey.id)?;
        if let Some((frame, _)) = replaced {
            frames::delete(conn, frame)?;
        }
        let person = |row: FrameRow| FramePerson {
            dossier: row.dossier,
            unit: row.unit,
            procedure: row.procedure,
            kind: row.kind,
            contact: row.contact,
        };
        let people: Vec<FramePerson> = rows.into_iter().map(person).collect();
        frames::insert(conn, survey.id, now, &actor.name, &people)?;
        let detail = json!({ "people": people.len(), "replaces": replaced.map(|(_, people)| people) });
        audit_log::insert(conn, now, actor, "import a frame", &survey.code, detail)?;
        Ok(Ok(people.len()))
    })
}

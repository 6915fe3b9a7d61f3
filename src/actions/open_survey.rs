//! Opening a survey: a form version, frozen as it reads now, open for answers for some units and channels.

use crate::catalog::form_hash;
use crate::domain::form::Form;
use crate::domain::ids::UnitId;
use crate::domain::survey::{Basis, Channel, is_survey_code};
use crate::domain::text::Text;
use crate::storage::audit_log::{self, Actor};
use crate::storage::surveys::{self, NewSurvey};
use crate::storage::{PgConnection, QueryResult, catalogue, transaction};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::fmt;

/// A survey as somebody wishes it.
#[derive(Debug, Clone)]
pub struct SurveyWish<'a> {
    /// Its code.
    pub code: &'a str,
    /// The form version it asks.
    pub form: &'a Form,
    /// Its title for the respondent.
    pub title: Text,
    /// The note to the respondent.
    pub note: Text,
    /// The first moment of answering.
    pub opens_at: DateTime<Utc>,
    /// The moment from which answers are refused; none while no end is set.
    pub closes_at: Option<DateTime<Utc>>,
    /// The codes of the units asked about, each with all below it; empty means all.
    pub units: &'a [String],
    /// The channels it takes.
    pub channels: &'a [Channel],
    /// How those who answer come to it.
    pub basis: Basis,
}

/// Why a survey was not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOpened {
    /// Not a survey's code.
    BadCode,
    /// There is a survey of this code.
    CodeTaken,
    /// A unit that is not in the catalogue.
    UnknownUnit(String),
    /// An end that does not come after the beginning.
    EndsBeforeStart,
    /// No channel at all.
    NoChannel,
    /// A title or a note that is missing in one of the languages.
    IncompleteText,
    /// Answers were given to another wording of this form version: these are the hashes.
    FormChanged {
        /// Of the wording that was asked.
        stored: String,
        /// Of the wording in the file.
        now: String,
    },
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadCode => f.write_str("a survey's code is 1 to 60 letters a-z, digits, dashes and underscores"),
            Self::CodeTaken => f.write_str("there is a survey with this code already; choose another code"),
            Self::UnknownUnit(code) => write!(f, "there is no unit {code}"),
            Self::EndsBeforeStart => f.write_str("the end does not come after the beginning"),
            Self::NoChannel => f.write_str("name at least one channel"),
            Self::IncompleteText => f.write_str("title and note are needed in both Vietnamese and English"),
            Self::FormChanged { stored, now } => write!(
                f,
                "this form version was changed after a survey had asked it (it was {stored}, it is {now}); put the file back \
                 as it was, or publish the change as a new version"
            ),
        }
    }
}
impl std::error::Error for NotOpened {}

/// Opens a survey, or says why not.
pub fn open_survey(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    wish: &SurveyWish<'_>,
) -> QueryResult<Result<(), NotOpened>> {
    if let Err(refusal) = check(wish) {
        return Ok(Err(refusal));
    }
    transaction(conn, |conn| {
        catalogue::lock(conn)?;
        let known = catalogue::load(conn)?;
        let mut units: Vec<UnitId> = Vec::new();
        for code in wish.units {
            let periods = known.units_of_code(code);
            if periods.is_empty() {
                return Ok(Err(NotOpened::UnknownUnit(code.clone())));
            }
            units.extend(periods);
        }
        units.sort_unstable();
        units.dedup();
        if known.survey(wish.code).is_some() {
            return Ok(Err(NotOpened::CodeTaken));
        }
        let hash = form_hash(wish.form);
        let form_version = match surveys::insert_form_version(conn, wish.form, &hash)? {
            Ok(version) => version,
            Err(stored) => return Ok(Err(NotOpened::FormChanged { stored, now: hash })),
        };
        let new = NewSurvey {
            code: wish.code.to_owned(),
            form_version,
            title: wish.title.clone(),
            note: wish.note.clone(),
            opens_at: wish.opens_at,
            closes_at: wish.closes_at,
            units,
            channels: wish.channels.to_vec(),
            basis: wish.basis,
        };
        if surveys::insert(conn, &new)?.is_none() {
            return Ok(Err(NotOpened::CodeTaken));
        }
        catalogue::mark_changed(conn)?;
        let detail = json!({ "form": wish.form.name(), "from": wish.opens_at, "to": wish.closes_at, "units": wish.units,
                    "basis": wish.basis.code() });
        audit_log::insert(conn, now, actor, "open a survey", wish.code, detail)?;
        Ok(Ok(()))
    })
}

fn check(wish: &SurveyWish<'_>) -> Result<(), NotOpened> {
    if !is_survey_code(wish.code) {
        return Err(NotOpened::BadCode);
    }
    if wish.closes_at.is_some_and(|end| end <= wish.opens_at) {
        return Err(NotOpened::EndsBeforeStart);
    }
    if wish.channels.is_empty() {
        return Err(NotOpened::NoChannel);
    }
    if wish.title.is_incomplete() || wish.note.is_incomplete() {
        return Err(NotOpened::IncompleteText);
    }
    Ok(())
}

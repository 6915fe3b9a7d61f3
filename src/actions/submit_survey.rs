//! A citizen's answers: parsed, stored exactly once, acknowledged with a receipt.

use crate::domain::catalogue::Catalogue;
use crate::domain::period::day_in_vietnam;
use crate::domain::receipt::Receipt;
use crate::domain::submission::{Problem, RawSubmission, parse};
use crate::domain::survey::SurveyState;
use crate::intake::{Intake, IntakeError, Outcome};
use crate::storage::submissions::NewSubmission;
use chrono::{DateTime, Utc};

/// What the sender gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// The receipt, the same for every retry.
    pub receipt: Receipt,
    /// Whether this was stored just now, rather than before.
    pub is_new: bool,
}

/// Why it was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitError {
    /// No such survey.
    NoSuchSurvey,
    /// The survey is not open yet.
    NotOpenYet,
    /// The survey is closed.
    Closed,
    /// Everything that is wrong with it.
    Problems(Vec<Problem>),
    /// Another content was stored under this id; it stays.
    Different,
    /// Postgres is away or too much is waiting; sending the same again is safe.
    TryAgain,
    /// A fault of ours; the text is for the log.
    Internal(String),
}

/// Takes a submission to a survey. `flags` are the storage bits for what looked odd about it.
pub async fn submit_survey(
    catalogue: &Catalogue,
    intake: &Intake,
    secret: &[u8],
    survey: &str,
    raw: &RawSubmission,
    flags: i16,
    now: DateTime<Utc>,
) -> Result<Submitted, SubmitError> {
    let survey = catalogue.survey(survey).ok_or(SubmitError::NoSuchSurvey)?;
    match survey.state(now) {
        SurveyState::Upcoming => return Err(SubmitError::NotOpenYet),
        SurveyState::Closed => return Err(SubmitError::Closed),
        SurveyState::Open => {}
    }
    let form = catalogue.form(&survey.form).ok_or_else(|| SubmitError::Internal("form not loaded".to_owned()))?;
    let submission = parse(raw, catalogue, survey, form, day_in_vietnam(now)).map_err(SubmitError::Problems)?;
    let receipt = Receipt::of(submission.id, secret);
    let new = NewSubmission { submission, receipt_key: receipt.key(), flags, is_demo: false };
    match intake.submit(new).await {
        Ok(Outcome::Stored) => Ok(Submitted { receipt, is_new: true }),
        Ok(Outcome::Repeated) => Ok(Submitted { receipt, is_new: false }),
        Ok(Outcome::Different) => Err(SubmitError::Different),
        Err(IntakeError::Busy | IntakeError::Unavailable) => Err(SubmitError::TryAgain),
        Err(IntakeError::Refused(why)) => Err(SubmitError::Internal(why)),
    }
}

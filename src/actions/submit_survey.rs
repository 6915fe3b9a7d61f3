//! A citizen's answers: parsed, stored exactly once, acknowledged with a receipt.
//!
//! Answers to a sampled survey come with a code, which is taken with them in one transaction; all others go the short way through
//! the intake.

use super::return_sheet::{Taken, return_sheet};
use crate::catalog::Library;
use crate::domain::catalogue::Catalogue;
use crate::domain::form::Form;
use crate::domain::period::day_in_vietnam;
use crate::domain::receipt::Receipt;
use crate::domain::sample_code::SampleCode;
use crate::domain::submission::{Problem, RawSubmission, parse};
use crate::domain::survey::{Basis, Survey, SurveyState};
use crate::intake::{Intake, IntakeError, Outcome};
use crate::storage::submissions::NewSubmission;
use crate::storage::{Db, DbError, draws};
use chrono::{DateTime, Utc};
use std::borrow::Cow;

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
    /// The survey asks people who were drawn, and no code, or one that is none, was given.
    NoCode,
    /// Nobody was drawn with this code.
    UnknownCode,
    /// The code was used before.
    UsedCode,
    /// Postgres is away or too much is waiting; sending the same again is safe.
    TryAgain,
    /// A fault of ours; the text is for the log.
    Internal(String),
}

/// Where submissions go.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The catalogue at hand.
    pub catalogue: &'a Catalogue,
    /// The batching writer.
    pub intake: &'a Intake,
    /// The database.
    pub db: &'a Db,
    /// The rules for sheets of sampled surveys.
    pub library: &'a Library,
    /// The secret behind receipts and codes.
    pub secret: &'a [u8],
}

/// What was noticed while a form was filled in.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Noticed {
    /// The storage bits for what looked odd about it.
    pub flags: i16,
    /// How long it took, where that is known.
    pub seconds: Option<f64>,
}

/// Takes a submission to a survey.
pub async fn submit_survey(
    desk: Desk<'_>,
    survey: &str,
    raw: &RawSubmission<'_>,
    noticed: Noticed,
    now: DateTime<Utc>,
) -> Result<Submitted, SubmitError> {
    let Desk { catalogue, intake, secret, .. } = desk;
    let survey = catalogue.survey(survey).ok_or(SubmitError::NoSuchSurvey)?;
    match survey.state(now) {
        SurveyState::Upcoming => return Err(SubmitError::NotOpenYet),
        SurveyState::Closed => return Err(SubmitError::Closed),
        SurveyState::Open => {}
    }
    let form = catalogue.form(&survey.form).ok_or_else(|| SubmitError::Internal("form not loaded".to_owned()))?;
    if survey.basis == Basis::Sampled {
        // Apart, so that the many that go the short way are not moved about with room for it.
        return Box::pin(desk.take_sampled(survey, form, raw, noticed, now)).await;
    }
    let submission = parse(raw, catalogue, survey, form, day_in_vietnam(now)).map_err(SubmitError::Problems)?;
    let receipt = Receipt::of(submission.id, secret);
    let new = NewSubmission { flags: noticed.flags, ..NewSubmission::new(submission, form, secret) };
    match intake.submit(new).await {
        Ok(Outcome::Stored) => Ok(Submitted { receipt, is_new: true }),
        Ok(Outcome::Repeated) => Ok(Submitted { receipt, is_new: false }),
        Ok(Outcome::Different) => Err(SubmitError::Different),
        Err(IntakeError::Busy | IntakeError::Unavailable) => Err(SubmitError::TryAgain),
        Err(IntakeError::Refused(why)) => Err(SubmitError::Internal(why)),
    }
}

impl Desk<'_> {
    /// The code says which unit served and for what, whatever else was sent.
    async fn take_sampled(
        self,
        survey: &Survey,
        form: &Form,
        raw: &RawSubmission<'_>,
        noticed: Noticed,
        now: DateTime<Utc>,
    ) -> Result<Submitted, SubmitError> {
        let (survey_id, day) = (survey.id, day_in_vietnam(now));
        let code = SampleCode::parse(&raw.code).ok_or(SubmitError::NoCode)?.hash(self.secret);
        let asked = code.clone();
        let holder = self.db.run(move |conn| draws::holder(conn, survey_id, &asked)).await?;
        let holder = holder.ok_or(SubmitError::UnknownCode)?;
        let unit = self.catalogue.unit(holder.unit).map(|unit| unit.code.as_typed());
        let today = unit.and_then(|code| self.catalogue.unit_or_successor(code, day));
        let raw = RawSubmission {
            unit: today.map(|unit| unit.code.as_typed().into()).unwrap_or_default(),
            procedure: Cow::Borrowed(""),
            ..raw.clone()
        };
        let submission = parse(&raw, self.catalogue, survey, form, day).map_err(SubmitError::Problems)?;
        let rules = self.library.rules_on(day).cloned();
        let rules = rules.ok_or_else(|| SubmitError::Internal("no rules for returned sheets".to_owned()))?;
        let flag = rules.flag(&submission.answers, noticed.seconds);
        let receipt = Receipt::of(submission.id, self.secret);
        let new = NewSubmission { flags: noticed.flags, ..NewSubmission::new(submission, form, self.secret) };
        let work = self.db.run(move |conn| return_sheet(conn, survey_id, &code, &new, flag, &rules.version));
        match work.await? {
            Taken::Stored => Ok(Submitted { receipt, is_new: true }),
            Taken::Repeated => Ok(Submitted { receipt, is_new: false }),
            Taken::Different => Err(SubmitError::Different),
            Taken::UnknownCode => Err(SubmitError::UnknownCode),
            Taken::UsedCode => Err(SubmitError::UsedCode),
        }
    }
}

impl From<DbError> for SubmitError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(_) | DbError::Query(crate::storage::QueryError::RollbackTransaction) => Self::TryAgain,
            DbError::Query(error) => Self::Internal(error.to_string()),
        }
    }
}

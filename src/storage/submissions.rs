//! Submissions: compared on a retry, found by receipt. Appended in batches, never updated; only demo ones are ever deleted.

use super::schema::{exclusions, submissions, tally_watermark};
use crate::domain::answer_row::AnswerRow;
use crate::domain::form::Form;
use crate::domain::ids::{SubmissionId, SurveyId};
use crate::domain::receipt::Receipt;
use crate::domain::submission::Submission;
use crate::domain::text::Language;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A submission with what the service adds before storing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubmission {
    /// What the person sent.
    pub submission: Submission,
    /// Its answers as they are stored.
    pub answers: AnswerRow,
    /// The key of its receipt, where the receipt does not lead to the id.
    pub receipt_key: Option<i64>,
    /// [`FLAG_HONEYPOT`], [`FLAG_FAST`] and [`FLAG_UNTIMED`] bits.
    pub flags: i16,
    /// Whether it is synthetic.
    pub is_demo: bool,
}

impl NewSubmission {
    /// A submission of answers to a form, with what its receipt is found by; neither flagged nor synthetic.
    pub fn new(submission: Submission, form: &Form, secret: &[u8]) -> Self {
        let answers = AnswerRow::of(form, &submission.answers);
        let receipt_key = Receipt::key_to_store(submission.id, secret);
        Self { submission, answers, receipt_key, flags: 0, is_demo: false }
    }
}

/// Bit: a field that people do not see was filled.
pub const FLAG_HONEYPOT: i16 = 1;
/// Bit: filled in faster than anybody can read.
pub const FLAG_FAST: i16 = 2;
/// Bit: sent without the signed moment at which the form was handed out, as scripts do and browsers do not.
pub const FLAG_UNTIMED: i16 = 4;

/// The stored number of a language.
pub fn language_number(language: Language) -> i16 {
    match language {
        Language::Vi => 1,
        Language::En => 2,
    }
}

/// The language of a stored number.
pub fn language_of_number(number: i16) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language_number(*language) == number)
}

/// What a retry must repeat to be the same submission.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = submissions)]
pub struct Content {
    survey_id: i64,
    unit_id: i64,
    procedure_id: Option<i64>,
    channel: i16,
    language: i16,
    answers: serde_json::Value,
}

impl Content {
    /// The content of a submission that is not stored yet.
    pub fn of(NewSubmission { submission, answers, .. }: &NewSubmission) -> Self {
        Self {
            survey_id: submission.survey.0,
            unit_id: submission.unit.0,
            procedure_id: submission.procedure.map(|p| p.0),
            channel: submission.channel.number(),
            language: language_number(submission.language),
            answers: serde_json::from_str(answers.text()).unwrap_or_default(),
        }
    }
}

/// The stored contents of some ids.
pub fn contents_by_id(conn: &mut PgConnection, ids: &[SubmissionId]) -> QueryResult<HashMap<SubmissionId, Content>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(Uuid, Content)> = submissions::table
        .filter(submissions::id.eq_any(ids))
        .select((submissions::id, Content::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, content)| (SubmissionId(id), content)).collect())
}

/// What a receipt tells, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptStatus {
    /// The submission, for checking the code against the secret; not to be shown.
    pub id: SubmissionId,
    /// Its survey.
    pub survey: SurveyId,
    /// The day it was received.
    pub day: NaiveDate,
    /// Whether it is in the figures now: folded and not excluded.
    pub counted: bool,
    /// Whether it was taken out of the index.
    pub excluded: bool,
}

/// The submissions that may have this receipt, a hundred at the most: one, unless a sender makes ids that begin alike.
pub fn by_receipt(conn: &mut PgConnection, receipt: Receipt, secret: &[u8]) -> QueryResult<Vec<ReceiptStatus>> {
    let watermark: i64 = tally_watermark::table.select(tally_watermark::folded_below).first(conn)?;
    let [random, ours] = receipt.ids(secret).map(|ids| submissions::id.between(ids.start().0, ids.end().0));
    let rows: Vec<(Uuid, i64, NaiveDate, i64)> = submissions::table
        .filter(submissions::receipt_key.eq(receipt.key()).or(random).or(ours))
        .limit(100)
        .select((submissions::id, submissions::survey_id, submissions::day, submissions::txid))
        .load(conn)?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let steps: Vec<(Uuid, Option<i16>)> = exclusions::table
        .filter(exclusions::submission_id.eq_any(&ids))
        .group_by(exclusions::submission_id)
        .select((exclusions::submission_id, diesel::dsl::max(exclusions::step)))
        .load(conn)?;
    let excluded: HashSet<Uuid> =
        steps.into_iter().filter(|(_, step)| step.is_some_and(|s| s % 2 == 1)).map(|(id, _)| id).collect();
    Ok(rows
        .into_iter()
        .map(|(id, survey, day, txid)| ReceiptStatus {
            id: SubmissionId(id),
            survey: SurveyId(survey),
            day,
            counted: txid < watermark && !excluded.contains(&id),
            excluded: excluded.contains(&id),
        })
        .collect())
}

/// How many demo submissions there are: for saying so beside figures.
pub fn has_demo(conn: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(submissions::table.filter(submissions::is_demo))).get_result(conn)
}

/// Deletes the demo submissions with their exclusions; the tallies must be counted anew in the same transaction.
pub fn delete_demo(conn: &mut PgConnection) -> QueryResult<usize> {
    diesel::delete(submissions::table.filter(submissions::is_demo)).execute(conn)
}

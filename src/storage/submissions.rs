//! Submissions: appended in batches, compared on a retry, found by receipt. Never updated; only demo ones are ever deleted.

use super::schema::{exclusions, submissions, tally_watermark};
use crate::domain::answer_row::AnswerRow;
use crate::domain::form::Form;
use crate::domain::ids::{SubmissionId, SurveyId};
use crate::domain::submission::Submission;
use crate::domain::text::Language;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, SmallInt, Text, Uuid as SqlUuid};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A submission with what the service adds before storing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubmission {
    /// What the person sent.
    pub submission: Submission,
    /// Its answers as they are stored.
    pub answers: AnswerRow,
    /// The key of its receipt.
    pub receipt_key: i64,
    /// [`FLAG_HONEYPOT`], [`FLAG_FAST`] and [`FLAG_UNTIMED`] bits.
    pub flags: i16,
    /// Whether it is synthetic.
    pub is_demo: bool,
}

impl NewSubmission {
    /// A submission of answers to a form, with the key of its receipt; neither flagged nor synthetic.
    pub fn new(submission: Submission, form: &Form, receipt_key: i64) -> Self {
        let answers = AnswerRow::of(form, &submission.answers);
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

/// Between one column of a batch and the next.
const NEXT: &str = "), unnest(";

/// A batch as columns, all of the same length. A type of its own, so that a connection prepares the statement once, and not anew
/// for every batch.
struct InsertBatch<'a> {
    ids: Vec<Uuid>,
    surveys: Vec<i64>,
    form_versions: Vec<i64>,
    units: Vec<i64>,
    procedures: Vec<Option<i64>>,
    receipt_keys: Vec<i64>,
    days: Vec<NaiveDate>,
    channels: Vec<i16>,
    languages: Vec<i16>,
    flags: Vec<i16>,
    are_demo: Vec<bool>,
    answers: Vec<&'a str>,
}

impl QueryId for InsertBatch<'_> {
    type QueryId = InsertBatch<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for InsertBatch<'_> {
    type SqlType = SqlUuid;
}

impl RunQueryDsl<PgConnection> for InsertBatch<'_> {}

impl QueryFragment<Pg> for InsertBatch<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // Arrays side by side in the select list go row by row; as a table they would be kept whole, one by one, before the first.
        out.push_sql(
            "insert into submissions (id, survey_id, form_version_id, unit_id, procedure_id, receipt_key, day, channel, \
                 language, flags, is_demo, answers) select unnest(",
        );
        out.push_bind_param::<Array<SqlUuid>, _>(&self.ids)?;
        for numbers in [&self.surveys, &self.form_versions, &self.units] {
            out.push_sql(NEXT);
            out.push_bind_param::<Array<BigInt>, _>(numbers)?;
        }
        out.push_sql(NEXT);
        out.push_bind_param::<Array<Nullable<BigInt>>, _>(&self.procedures)?;
        out.push_sql(NEXT);
        out.push_bind_param::<Array<BigInt>, _>(&self.receipt_keys)?;
        out.push_sql(NEXT);
        out.push_bind_param::<Array<Date>, _>(&self.days)?;
        for numbers in [&self.channels, &self.languages, &self.flags] {
            out.push_sql(NEXT);
            out.push_bind_param::<Array<SmallInt>, _>(numbers)?;
        }
        out.push_sql(NEXT);
        out.push_bind_param::<Array<Bool>, _>(&self.are_demo)?;
        out.push_sql(NEXT);
        out.push_bind_param::<Array<Text>, _>(&self.answers)?;
        out.push_sql(")::jsonb on conflict (id) do nothing returning id");
        Ok(())
    }
}

/// Appends a batch in one statement; submissions whose id is there already are left alone. Returns the ids that are new.
/// The batch must be in the order of ids and hold each id once, so that two writers cannot wait for each other.
pub fn insert_batch(conn: &mut PgConnection, batch: &[&NewSubmission]) -> QueryResult<HashSet<SubmissionId>> {
    let numbers = |f: fn(&Submission) -> i64| batch.iter().map(|n| f(&n.submission)).collect();
    let small = |f: fn(&NewSubmission) -> i16| batch.iter().map(|n| f(n)).collect();
    let insert = InsertBatch {
        ids: batch.iter().map(|n| n.submission.id.0).collect(),
        surveys: numbers(|s| s.survey.0),
        form_versions: numbers(|s| s.form_version.0),
        units: numbers(|s| s.unit.0),
        procedures: batch.iter().map(|n| n.submission.procedure.map(|p| p.0)).collect(),
        receipt_keys: batch.iter().map(|n| n.receipt_key).collect(),
        days: batch.iter().map(|n| n.submission.day).collect(),
        channels: small(|n| n.submission.channel.number()),
        languages: small(|n| language_number(n.submission.language)),
        flags: small(|n| n.flags),
        are_demo: batch.iter().map(|n| n.is_demo).collect(),
        answers: batch.iter().map(|n| n.answers.text()).collect(),
    };
    let inserted: Vec<Uuid> = insert.load(conn)?;
    Ok(inserted.into_iter().map(SubmissionId).collect())
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

/// The submissions whose receipt has this key: one, or in theory a few.
pub fn by_receipt_key(conn: &mut PgConnection, key: i64) -> QueryResult<Vec<ReceiptStatus>> {
    let watermark: i64 = tally_watermark::table.select(tally_watermark::folded_below).first(conn)?;
    let rows: Vec<(Uuid, i64, NaiveDate, i64)> = submissions::table
        .filter(submissions::receipt_key.eq(key))
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

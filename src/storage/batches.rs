//! Submissions written in batches: fast where all are new, carefully where some may be there already.

use super::schema::submissions;
use super::submissions::{NewSubmission, language_number};
use crate::domain::ids::SubmissionId;
use crate::domain::submission::Submission;
use chrono::NaiveDate;
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::{Array, BigInt, Bool, Date, Json, Nullable, SmallInt, Text, Uuid as SqlUuid};
use std::collections::HashSet;
use std::io::Write;
use uuid::Uuid;

/// Answers that are JSON text already.
#[derive(Debug, Clone, Copy, AsExpression)]
#[diesel(sql_type = Json)]
struct JsonText<'a>(&'a str);

impl ToSql<Json, Pg> for JsonText<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

/// A submission as a row.
#[derive(Insertable)]
#[diesel(table_name = submissions, treat_none_as_default_value = false)]
struct Row<'a> {
    id: Uuid,
    survey_id: i64,
    form_version_id: i64,
    unit_id: i64,
    procedure_id: Option<i64>,
    receipt_key: Option<i64>,
    day: NaiveDate,
    channel: i16,
    language: i16,
    flags: i16,
    is_demo: bool,
    answers: JsonText<'a>,
}

impl<'a> Row<'a> {
    fn of(new: &'a NewSubmission) -> Self {
        let submission = &new.submission;
        Self {
            id: submission.id.0,
            survey_id: submission.survey.0,
            form_version_id: submission.form_version.0,
            unit_id: submission.unit.0,
            procedure_id: submission.procedure.map(|p| p.0),
            receipt_key: new.receipt_key,
            day: submission.day,
            channel: submission.channel.number(),
            language: language_number(submission.language),
            flags: new.flags,
            is_demo: new.is_demo,
            answers: JsonText(new.answers.text()),
        }
    }
}

/// Appends a batch of which no id may be there yet: otherwise it is an error and nothing is stored. Postgres takes seven tenths of the
/// work of [`insert_batch`] for it. The batch must be in the order of ids, so that two writers cannot wait for each other.
pub fn copy_batch(conn: &mut PgConnection, batch: &[&NewSubmission]) -> QueryResult<()> {
    let rows: Vec<Row<'_>> = batch.iter().map(|new| Row::of(new)).collect();
    diesel::copy_from(submissions::table).from_insertable(&rows).execute(conn).map(drop)
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
    receipt_keys: Vec<Option<i64>>,
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
        for numbers in [&self.procedures, &self.receipt_keys] {
            out.push_sql(NEXT);
            out.push_bind_param::<Array<Nullable<BigInt>>, _>(numbers)?;
        }
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
        out.push_sql(")::json on conflict (id) do nothing returning id");
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

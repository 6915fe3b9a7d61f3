//! Draws and the people drawn: who holds a code, whether it was used and on which day. Never which answer came with it.

use super::schema::{drawn, draws, sampled_submissions, void_returns};
use crate::domain::ids::{DrawId, FrameId, ProcedureId, SubmissionId, SurveyId, UnitId};
use crate::domain::non_response::RuleCode;
use crate::domain::sample_code::CodeHash;
use crate::domain::sampling::Drawn;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Date, Double, Nullable, Text, Timestamptz};
use uuid::Uuid;

/// A draw as it is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawRecord {
    /// stratified, systematic or two-stage.
    pub method: String,
    /// What chance began with.
    pub seed: i64,
    /// The rest of the plan.
    pub parameters: serde_json::Value,
    /// How many were drawn.
    pub people: i64,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Who drew.
    pub actor: String,
}

/// The draw of a survey.
pub fn of_survey(conn: &mut PgConnection, survey: SurveyId) -> QueryResult<Option<(DrawId, DrawRecord)>> {
    let of_frame = "frame_id in (select id from frames where survey_id = ";
    let of_frame = diesel::dsl::sql::<Bool>(of_frame).bind::<BigInt, _>(survey.0).sql(")");
    type Row = (i64, String, i64, serde_json::Value, i64, DateTime<Utc>, String);
    let found: Option<Row> = draws::table
        .filter(of_frame)
        .select((draws::id, draws::method, draws::seed, draws::parameters, draws::people, draws::made_at, draws::actor))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, method, seed, parameters, people, made_at, actor)| {
        (DrawId(id), DrawRecord { method, seed, parameters, people, made_at, actor })
    }))
}

/// Records a draw with the people drawn, each with the hash of a code.
pub fn insert(
    conn: &mut PgConnection,
    frame: FrameId,
    record: &DrawRecord,
    people: &[(Drawn, CodeHash)],
) -> QueryResult<DrawId> {
    let draw: i64 = diesel::insert_into(draws::table)
        .values((
            draws::frame_id.eq(frame.0),
            draws::method.eq(&record.method),
            draws::seed.eq(record.seed),
            draws::parameters.eq(&record.parameters),
            draws::people.eq(record.people),
            draws::made_at.eq(record.made_at),
            draws::actor.eq(&record.actor),
        ))
        .returning(draws::id)
        .get_result(conn)?;
    let number = |drawn: &Drawn| i64::try_from(drawn.place).unwrap_or(i64::MAX - 1) + 1;
    diesel::sql_query(
        "insert into drawn (draw_id, number, code_hash, stratum, cluster, probability, weight, fpc) \
         select $1, n, h, s, c, p, w, f from unnest($2, $3, $4, $5, $6, $7, $8) as r (n, h, s, c, p, w, f)",
    )
    .bind::<BigInt, _>(draw)
    .bind::<Array<BigInt>, _>(people.iter().map(|(drawn, _)| number(drawn)).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(people.iter().map(|(_, hash)| hash.0.as_slice()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(people.iter().map(|(drawn, _)| drawn.stratum.as_str()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(people.iter().map(|(drawn, _)| drawn.cluster.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Double>, _>(people.iter().map(|(drawn, _)| drawn.probability).collect::<Vec<_>>())
    .bind::<Array<Double>, _>(people.iter().map(|(drawn, _)| drawn.weight).collect::<Vec<_>>())
    .bind::<Array<Nullable<Double>>, _>(people.iter().map(|(drawn, _)| drawn.fpc).collect::<Vec<_>>())
    .execute(conn)?;
    Ok(DrawId(draw))
}

/// Whoever holds a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The draw.
    pub draw: DrawId,
    /// The place on the list.
    pub number: i64,
    /// The unit that served the person.
    pub unit: UnitId,
    /// The procedure, where the list names one.
    pub procedure: Option<ProcedureId>,
    /// Whether the code was used.
    pub is_used: bool,
    /// The keyed hash of the paper sheet with which it was, while that is known.
    pub sheet_key: Option<Vec<u8>>,
}

#[derive(QueryableByName)]
struct HolderRow {
    #[diesel(sql_type = BigInt)]
    draw_id: i64,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = BigInt)]
    unit_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    procedure_id: Option<i64>,
    #[diesel(sql_type = Bool)]
    is_used: bool,
    #[diesel(sql_type = Nullable<Binary>)]
    sheet_key: Option<Vec<u8>>,
}

fn held(conn: &mut PgConnection, survey: SurveyId, code: &CodeHash, lock: &str) -> QueryResult<Option<Holder>> {
    let found: Option<HolderRow> = diesel::sql_query(format!(
        "select d.draw_id, d.number, p.unit_id, p.procedure_id, d.returned_on is not null as is_used, d.sheet_key \
         from drawn d join draws w on w.id = d.draw_id join frames f on f.id = w.frame_id \
             join frame_people p on p.frame_id = f.id and p.number = d.number \
         where d.code_hash = $1 and f.survey_id = $2 {lock}"
    ))
    .bind::<Binary, _>(&code.0)
    .bind::<BigInt, _>(survey.0)
    .get_result(conn)
    .optional()?;
    Ok(found.map(|row| Holder {
        draw: DrawId(row.draw_id),
        number: row.number,
        unit: UnitId(row.unit_id),
        procedure: row.procedure_id.map(ProcedureId),
        is_used: row.is_used,
        sheet_key: row.sheet_key,
    }))
}

/// Who holds a code of a survey.
pub fn holder(conn: &mut PgConnection, survey: SurveyId, code: &CodeHash) -> QueryResult<Option<Holder>> {
    held(conn, survey, code, "")
}

/// The same, keeping others with this code waiting until the transaction ends.
pub fn holder_for_update(conn: &mut PgConnection, survey: SurveyId, code: &CodeHash) -> QueryResult<Option<Holder>> {
    held(conn, survey, code, "for update of d")
}

/// What came back with a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// A valid sheet, flagged or not.
    Valid(Option<RuleCode>),
    /// An invalid one.
    Invalid(RuleCode),
}

/// Marks the code of a holder as used on a day, by a version of the rules; a paper sheet has a key.
pub fn mark_returned(
    conn: &mut PgConnection,
    holder: &Holder,
    day: NaiveDate,
    what: Returned,
    rules: &str,
    sheet_key: Option<&[u8]>,
) -> QueryResult<()> {
    let (outcome, rule): (i16, Option<RuleCode>) = match what {
        Returned::Valid(flag) => (1, flag),
        Returned::Invalid(rule) => (2, Some(rule)),
    };
    diesel::update(drawn::table.filter(drawn::draw_id.eq(holder.draw.0).and(drawn::number.eq(holder.number))))
        .set((
            drawn::returned_on.eq(day),
            drawn::outcome.eq(outcome),
            drawn::rule.eq(rule.map(RuleCode::code)),
            drawn::rules.eq(rules),
            drawn::sheet_key.eq(sheet_key),
        ))
        .execute(conn)?;
    Ok(())
}

/// Keeps beside a submission what estimation has to know of the person who was drawn: stratum, cluster, weight, population.
pub fn insert_design(
    conn: &mut PgConnection,
    submission: SubmissionId,
    holder: &Holder,
    flagged_by: Option<RuleCode>,
    rules: &str,
) -> QueryResult<()> {
    type Design = (String, Option<String>, f64, Option<f64>);
    let (stratum, cluster, weight, fpc): Design = drawn::table
        .filter(drawn::draw_id.eq(holder.draw.0).and(drawn::number.eq(holder.number)))
        .select((drawn::stratum, drawn::cluster, drawn::weight, drawn::fpc))
        .first(conn)?;
    diesel::insert_into(sampled_submissions::table)
        .values((
            sampled_submissions::submission_id.eq(submission.0),
            sampled_submissions::draw_id.eq(holder.draw.0),
            sampled_submissions::stratum.eq(stratum),
            sampled_submissions::cluster.eq(cluster),
            sampled_submissions::weight.eq(weight),
            sampled_submissions::fpc.eq(fpc),
            sampled_submissions::flagged_by.eq(flagged_by.map(RuleCode::code)),
            sampled_submissions::rules.eq(rules),
        ))
        .execute(conn)?;
    Ok(())
}

/// A sheet that came back and belongs to nobody who could still answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoidReturn<'a> {
    /// The same sheet has the same key.
    pub key: Uuid,
    /// The unit, where the code names one.
    pub unit: Option<UnitId>,
    /// The rule.
    pub rule: RuleCode,
    /// The version of the rules.
    pub rules: &'a str,
    /// The day.
    pub day: NaiveDate,
}

/// Counts such a sheet, once; whether it is new.
pub fn insert_void(conn: &mut PgConnection, survey: SurveyId, sheet: &VoidReturn<'_>) -> QueryResult<bool> {
    let inserted = diesel::insert_into(void_returns::table)
        .values((
            void_returns::survey_id.eq(survey.0),
            void_returns::key.eq(sheet.key),
            void_returns::unit_id.eq(sheet.unit.map(|unit| unit.0)),
            void_returns::rule.eq(sheet.rule.code()),
            void_returns::rules.eq(sheet.rules),
            void_returns::day.eq(sheet.day),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted > 0)
}

/// Forgets the keys of paper sheets once the survey has closed.
pub fn delete_sheet_keys_of_closed(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::sql_query(
        "update drawn set sheet_key = null where sheet_key is not null and draw_id in \
             (select w.id from draws w join frames f on f.id = w.frame_id join surveys s on s.id = f.survey_id \
              where s.closes_at <= $1)",
    )
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}

/// Rewrites the rows of all codes of a draw that were used before today together, once five of them are new or the survey has
/// closed: what the database keeps of the transaction that wrote a row would else lead from the person to the answer.
pub fn mix_used(conn: &mut PgConnection, now: DateTime<Utc>, today: NaiveDate) -> QueryResult<usize> {
    diesel::sql_query(
        "update drawn set is_mixed = true where returned_on < $1 and draw_id in \
             (select d.draw_id from drawn d join draws w on w.id = d.draw_id join frames f on f.id = w.frame_id \
                  join surveys s on s.id = f.survey_id \
              where not d.is_mixed and d.returned_on < $1 \
              group by d.draw_id, s.closes_at having count(*) >= 5 or s.closes_at <= $2)",
    )
    .bind::<Date, _>(today)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}

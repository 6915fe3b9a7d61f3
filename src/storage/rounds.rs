//! Reading a round: its account, what was issued, and the answers with their design. Within a scope; nothing leads to a person.

use crate::domain::access::Scope;
use crate::domain::answer_row::by_code;
use crate::domain::ids::{ProcedureId, SurveyId, UnitId};
use crate::domain::non_response::{Account, RuleCode};
use crate::domain::round::SampledAnswer;
use crate::domain::survey::Channel;
use crate::domain::weighting::{Class, Returned};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Json, Nullable, SmallInt, Text, Uuid as SqlUuid};
use uuid::Uuid;

fn units_of(scope: &Scope) -> Option<Vec<i64>> {
    match scope {
        Scope::All => None,
        Scope::Units(units) => Some(units.iter().map(|unit| unit.0).collect()),
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Nullable<SmallInt>)]
    outcome: Option<i16>,
    #[diesel(sql_type = Nullable<Text>)]
    rule: Option<String>,
    #[diesel(sql_type = BigInt)]
    sheets: i64,
}

/// The account of a survey, of the people whom the units of a scope served. Sheets from outside the frame belong to no unit: they
/// are in the account of all units only.
pub fn account(conn: &mut PgConnection, scope: &Scope, survey: SurveyId) -> QueryResult<Account> {
    let units = units_of(scope);
    let drawn: Vec<Count> = diesel::sql_query(
        "select d.outcome, d.rule, count(*) as sheets from drawn d join draws w on w.id = d.draw_id \
             join frames f on f.id = w.frame_id join frame_people p on p.frame_id = f.id and p.number = d.number \
         where f.survey_id = $1 and ($2 is null or p.unit_id = any($2)) group by 1, 2",
    )
    .bind::<BigInt, _>(survey.0)
    .bind::<Nullable<Array<BigInt>>, _>(&units)
    .load(conn)?;
    let void: Vec<Count> = diesel::sql_query(
        "select 2::smallint as outcome, rule, count(*) as sheets from void_returns \
         where survey_id = $1 and ($2 is null or unit_id = any($2)) group by 2",
    )
    .bind::<BigInt, _>(survey.0)
    .bind::<Nullable<Array<BigInt>>, _>(&units)
    .load(conn)?;
    let mut account = Account { issued: drawn.iter().map(|count| count.sheets).sum(), ..Account::default() };
    for Count { outcome, rule, sheets } in drawn.into_iter().chain(void) {
        let rule = rule.as_deref().and_then(RuleCode::from_code);
        match (outcome, rule) {
            (Some(1), flag) => {
                account.valid += sheets;
                if let Some(flag) = flag {
                    *account.flagged.entry(flag).or_insert(0) += sheets;
                }
            }
            (Some(_), Some(rule)) => *account.invalid.entry(rule).or_insert(0) += sheets,
            _ => {}
        }
    }
    Ok(account)
}

#[derive(QueryableByName)]
struct ClassRow {
    #[diesel(sql_type = Text)]
    stratum: String,
    #[diesel(sql_type = Nullable<Text>)]
    cluster: Option<String>,
    #[diesel(sql_type = Double)]
    weight: f64,
}

/// The weight issued in each class of a survey's draw: of the whole draw, since those who answered speak for all drawn with them.
pub fn issued(conn: &mut PgConnection, survey: SurveyId) -> QueryResult<Vec<Class>> {
    let rows: Vec<ClassRow> = diesel::sql_query(
        "select d.stratum, d.cluster, sum(d.weight) as weight from drawn d join draws w on w.id = d.draw_id \
             join frames f on f.id = w.frame_id where f.survey_id = $1 group by 1, 2 order by 1, 2",
    )
    .bind::<BigInt, _>(survey.0)
    .load(conn)?;
    let class = |row: ClassRow| Class { stratum: row.stratum, cluster: row.cluster, weight: row.weight };
    Ok(rows.into_iter().map(class).collect())
}

#[derive(QueryableByName)]
struct Code {
    #[diesel(sql_type = Text)]
    code: String,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    unit_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    procedure_id: Option<i64>,
    #[diesel(sql_type = SmallInt)]
    channel: i16,
    #[diesel(sql_type = Text)]
    stratum: String,
    #[diesel(sql_type = Nullable<Text>)]
    cluster: Option<String>,
    #[diesel(sql_type = Double)]
    weight: f64,
    #[diesel(sql_type = Nullable<Double>)]
    fpc: Option<f64>,
    #[diesel(sql_type = Json)]
    answers: serde_json::Value,
}

/// The valid answers of a survey's round, those taken out of the index left out, in the order of their ids. All of them, whatever
/// the reader may see: a part of a sample is estimated within the whole. Readers show no more than their scope.
pub fn answers(conn: &mut PgConnection, survey: SurveyId) -> QueryResult<Vec<SampledAnswer>> {
    let codes: Vec<Code> = diesel::sql_query(
        "select q.code from form_questions q join surveys v on v.form_version_id = q.form_version_id \
         where v.id = $1 order by q.place",
    )
    .bind::<BigInt, _>(survey.0)
    .load(conn)?;
    let codes: Vec<String> = codes.into_iter().map(|row| row.code).collect();
    let rows: Vec<Row> = diesel::sql_query(
        "select s.id, s.unit_id, s.procedure_id, s.channel, m.stratum, m.cluster, m.weight, m.fpc, s.answers \
         from sampled_submissions m join submissions s on s.id = m.submission_id \
         where s.survey_id = $1 and coalesce((select max(e.step) from exclusions e where e.submission_id = s.id), 0) % 2 = 0 \
         order by s.id",
    )
    .bind::<BigInt, _>(survey.0)
    .load(conn)?;
    let answer = |row: Row| SampledAnswer {
        id: row.id,
        unit: UnitId(row.unit_id),
        procedure: row.procedure_id.map(ProcedureId),
        channel: Channel::from_number(row.channel),
        design: Returned { stratum: row.stratum, cluster: row.cluster, weight: row.weight, fpc: row.fpc },
        answers: by_code(&codes, row.answers),
    };
    Ok(rows.into_iter().map(answer).collect())
}

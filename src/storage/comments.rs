//! What people wrote, apart from everything else they answered: no id, no day, no procedure, no channel comes out of here.
//!
//! Whether a unit's comments may be read is judged here too, so that no caller can forget it. Nothing is ever written here.

use crate::domain::access::Scope;
use crate::domain::disclosure::SMALLEST_SHOWN;
use crate::domain::ids::{FormVersionId, SurveyId, UnitId};
use crate::domain::period::Period;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// One survey; none: all.
    pub survey: Option<SurveyId>,
    /// These units; none: all in scope.
    pub units: Option<Vec<UnitId>>,
    /// The days; whole months, so that no comment can be pinned to a day.
    pub period: Period,
    /// The questions that are answered in free words, by their places in a form version.
    pub questions: Vec<(FormVersionId, usize)>,
}

/// Something that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The words.
    pub text: String,
    /// The unit, in its validity at that time.
    pub unit: UnitId,
    /// The survey.
    pub survey: SurveyId,
    /// The first day of the month; none where too few people answered in that month.
    pub month: Option<NaiveDate>,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Those that may be read.
    pub shown: i64,
    /// Those of units with too few submissions in the period.
    pub held_back: i64,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    shown: i64,
    #[diesel(sql_type = BigInt)]
    held_back: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
    #[diesel(sql_type = BigInt)]
    unit: i64,
    #[diesel(sql_type = BigInt)]
    survey: i64,
    #[diesel(sql_type = Nullable<Date>)]
    month: Option<NaiveDate>,
}

/// Everything written in the submissions asked for that are not excluded. Sizes come from the tallies: what the index counts.
const WRITTEN: &str = "with sizes as ( \
        select survey_id, unit_id, date_trunc('month', day::timestamp)::date as month, sum(submissions) as n from tallies \
        where ($1 is null or survey_id = $1) and ($2 is null or unit_id = any($2)) \
            and ($3 is null or day >= $3) and ($4 is null or day <= $4) \
        group by 1, 2, 3), \
    slices as (select survey_id, unit_id, sum(n) as n from sizes group by 1, 2), \
    written as ( \
        select s.answers ->> q.place as text, s.unit_id as unit, s.survey_id as survey, \
            case when z.n >= $7 then z.month end as month, coalesce(l.n, 0) >= $7 as is_shown \
        from submissions s \
        join unnest($5, $6) as q (form_version, place) on q.form_version = s.form_version_id \
        left join slices l on l.survey_id = s.survey_id and l.unit_id = s.unit_id \
        left join sizes z on z.survey_id = s.survey_id and z.unit_id = s.unit_id \
            and z.month = date_trunc('month', s.day::timestamp)::date \
        where s.answers ->> q.place <> '' and ($1 is null or s.survey_id = $1) \
            and ($2 is null or s.unit_id = any($2)) and ($3 is null or s.day >= $3) and ($4 is null or s.day <= $4) \
            and coalesce((select max(e.step) from exclusions e where e.submission_id = s.id), 0) % 2 = 0)";

fn bound(scope: &Scope, wish: &Wish, select: &str) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
    let units = match scope.narrowed(wish.units.as_deref()) {
        Scope::All => None,
        Scope::Units(units) => Some(units.iter().map(|u| u.0).collect::<Vec<_>>()),
    };
    let place = |place: &usize| i32::try_from(*place).unwrap_or(i32::MAX);
    let (versions, places): (Vec<i64>, Vec<i32>) =
        wish.questions.iter().map(|(version, at)| (version.0, place(at))).unzip();
    diesel::sql_query(format!("{WRITTEN} {select}"))
        .into_boxed()
        .bind::<Nullable<BigInt>, _>(wish.survey.map(|s| s.0))
        .bind::<Nullable<Array<BigInt>>, _>(units)
        .bind::<Nullable<Date>, _>(wish.period.from)
        .bind::<Nullable<Date>, _>(wish.period.to)
        .bind::<Array<BigInt>, _>(versions)
        .bind::<Array<Integer>, _>(places)
        .bind::<BigInt, _>(SMALLEST_SHOWN)
}

/// How many comments there are, and how many of them are held back because too few people answered about a unit.
pub fn count(conn: &mut PgConnection, scope: &Scope, wish: &Wish) -> QueryResult<Counted> {
    let select = "select count(*) filter (where is_shown) as shown, count(*) filter (where not is_shown) as held_back \
                  from written";
    let row: CountRow = bound(scope, wish, select).get_result(conn)?;
    Ok(Counted { shown: row.shown, held_back: row.held_back })
}

/// Some of the comments that may be read: the newest month first, those without month last. Within a month the words alone
/// decide on the order, so that it ties a comment to nothing.
pub fn for_page(
    conn: &mut PgConnection,
    scope: &Scope,
    wish: &Wish,
    limit: i64,
    offset: i64,
) -> QueryResult<Vec<Comment>> {
    let select = "select text, unit, survey, month from written where is_shown \
                  order by month desc nulls last, md5(text), unit, survey limit $8 offset $9";
    let query = bound(scope, wish, select).bind::<BigInt, _>(limit).bind::<BigInt, _>(offset);
    let rows: Vec<Row> = query.load(conn)?;
    let comment =
        |row: Row| Comment { text: row.text, unit: UnitId(row.unit), survey: SurveyId(row.survey), month: row.month };
    Ok(rows.into_iter().map(comment).collect())
}

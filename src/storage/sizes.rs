//! Sizes of the finest groups of submissions, for judging what may be shown. No answers are read.

use crate::domain::access::Scope;
use crate::domain::ids::{ProcedureId, SurveyId, UnitId};
use crate::domain::narrowing::{Side, Size, window};
use crate::domain::period::Period;
use crate::domain::survey::Channel;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, SmallInt};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    unit: i64,
    #[diesel(sql_type = BigInt)]
    procedure: i64,
    #[diesel(sql_type = SmallInt)]
    channel: i16,
    #[diesel(sql_type = Date)]
    month: NaiveDate,
    #[diesel(sql_type = SmallInt)]
    side: i16,
    #[diesel(sql_type = BigInt)]
    submissions: i64,
}

/// The sizes of one survey in the calendar years around a period.
pub fn around(conn: &mut PgConnection, scope: &Scope, survey: SurveyId, period: Period) -> QueryResult<Vec<Size>> {
    let units = match scope {
        Scope::All => None,
        Scope::Units(units) => Some(units.iter().map(|u| u.0).collect::<Vec<_>>()),
    };
    let window = window(period);
    let rows: Vec<Row> = diesel::sql_query(
        "select unit_id as unit, procedure_id as procedure, channel, date_trunc('month', day::timestamp)::date as month, \
             (case when day < $1 then -1 when day > $2 then 1 else 0 end)::smallint as side, \
             sum(submissions)::bigint as submissions \
         from tallies \
         where survey_id = $3 and ($4 is null or unit_id = any($4)) and ($5 is null or day >= $5) \
             and ($6 is null or day <= $6) \
         group by 1, 2, 3, 4, 5 having sum(submissions) <> 0",
    )
    .bind::<Nullable<Date>, _>(period.from)
    .bind::<Nullable<Date>, _>(period.to)
    .bind::<BigInt, _>(survey.0)
    .bind::<Nullable<Array<BigInt>>, _>(units)
    .bind::<Nullable<Date>, _>(window.from)
    .bind::<Nullable<Date>, _>(window.to)
    .load(conn)?;
    Ok(rows.into_iter().filter_map(size).collect())
}

fn size(row: Row) -> Option<Size> {
    let side = match row.side {
        -1 => Side::Before,
        1 => Side::After,
        _ => Side::Within,
    };
    Some(Size {
        unit: UnitId(row.unit),
        procedure: (row.procedure != 0).then_some(ProcedureId(row.procedure)),
        // The table's check lets no other number in.
        channel: Channel::from_number(row.channel)?,
        month: row.month,
        side,
        submissions: row.submissions,
    })
}

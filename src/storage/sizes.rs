//! Sizes of the finest groups of submissions, for judging what may be shown. No answers are read.

use crate::domain::access::Scope;
use crate::domain::ids::{ProcedureId, SurveyId, UnitId};
use crate::domain::narrowing::{Size, cut_months};
use crate::domain::period::{Calendar, Period};
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
    day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    submissions: i64,
}

/// The sizes of one survey: of whole months, and of single days in the months that a period cuts.
pub fn of_survey(conn: &mut PgConnection, scope: &Scope, survey: SurveyId, period: Period) -> QueryResult<Vec<Size>> {
    let cut = cut_months(period);
    let mut sizes = read(conn, scope, survey, ("tally_months", "month"), Period::default())?;
    sizes.retain(|size| !cut.contains(&size.day));
    // At most two.
    for month in cut {
        sizes.extend(read(conn, scope, survey, ("tallies", "day"), Calendar::month_of(month).days())?);
    }
    Ok(sizes)
}

fn read(
    conn: &mut PgConnection,
    scope: &Scope,
    survey: SurveyId,
    (table, time): (&str, &str),
    period: Period,
) -> QueryResult<Vec<Size>> {
    let units = match scope {
        Scope::All => None,
        Scope::Units(units) => Some(units.iter().map(|u| u.0).collect::<Vec<_>>()),
    };
    let rows: Vec<Row> = diesel::sql_query(format!(
        "select unit_id as unit, procedure_id as procedure, channel, {time} as day, submissions from {table} \
         where survey_id = $1 and ($2 is null or unit_id = any($2)) and submissions <> 0 \
             and ($3 is null or {time} >= $3) and ($4 is null or {time} <= $4)"
    ))
    .bind::<BigInt, _>(survey.0)
    .bind::<Nullable<Array<BigInt>>, _>(units)
    .bind::<Nullable<Date>, _>(period.from)
    .bind::<Nullable<Date>, _>(period.to)
    .load(conn)?;
    Ok(rows.into_iter().filter_map(size).collect())
}

fn size(row: Row) -> Option<Size> {
    Some(Size {
        unit: UnitId(row.unit),
        procedure: (row.procedure != 0).then_some(ProcedureId(row.procedure)),
        // The table's check lets no other number in.
        channel: Channel::from_number(row.channel)?,
        day: row.day,
        submissions: row.submissions,
    })
}

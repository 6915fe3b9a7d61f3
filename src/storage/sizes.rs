//! Sizes of the finest groups of submissions, for judging what may be shown. No answers are read.

use super::tally_rows::{Closed, damaged};
use crate::domain::access::Scope;
use crate::domain::ids::{SurveyId, UnitId};
use crate::domain::narrowing::Sizing;
use chrono::{Datelike, NaiveDate};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Date, Nullable};
use std::collections::BTreeSet;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    unit: i64,
    #[diesel(sql_type = Date)]
    first_day: NaiveDate,
    #[diesel(sql_type = Binary)]
    sizes: Vec<u8>,
}

/// Adds the sizes of one survey: of whole months, and of single days in the months that the period cuts and where days are not
/// closed. Returns the years in which there is something.
pub(super) fn add(
    conn: &mut PgConnection,
    closed: &Closed,
    scope: &Scope,
    survey: SurveyId,
    sizing: &mut Sizing<'_>,
) -> QueryResult<BTreeSet<i32>> {
    let cut: Vec<NaiveDate> = sizing.cut_months().collect();
    let mut years = BTreeSet::new();
    let sums = "select unit_id as unit, first_day, sizes from tally_sums \
         where survey_id = $1 and ($2 is null or unit_id = any($2)) and procedure_id = -1 and not is_subtree and length(sizes) > 0 ";
    let of_years = format!("{sums} and grain = 1 and $3 is not null");
    read(conn, &of_years, (scope, survey, &cut, closed), |row| {
        years.insert(row.first_day.year());
        let month = |number: u32| row.first_day.with_month(number).filter(|month| !cut.contains(month));
        let months: Vec<Option<NaiveDate>> = (0..=12).map(month).collect();
        sizing.add_packed(UnitId(row.unit), &months, &row.sizes)
    })?;
    if !cut.is_empty() {
        let of_months = format!("{sums} and grain = 2 and first_day = any($3)");
        read(conn, &of_months, (scope, survey, &cut, closed), |row| {
            let days: Vec<Option<NaiveDate>> = (0..=31).map(|number| row.first_day.with_day(number)).collect();
            sizing.add_packed(UnitId(row.unit), &days, &row.sizes)
        })?;
    }
    let of_days = "select unit_id as unit, day as first_day, sizes from tallies \
         where survey_id = $1 and ($2 is null or unit_id = any($2)) and $3 is not null and day >= $4";
    read(conn, of_days, (scope, survey, &cut, closed), |row| {
        years.insert(row.first_day.year());
        sizing.add_packed(UnitId(row.unit), &[Some(row.first_day)], &row.sizes)
    })?;
    Ok(years)
}

fn read(
    conn: &mut PgConnection,
    query: &str,
    (scope, survey, cut, closed): (&Scope, SurveyId, &[NaiveDate], &Closed),
    mut each: impl FnMut(&Row) -> Result<(), crate::domain::tally_code::Damaged>,
) -> QueryResult<()> {
    let units = match scope {
        Scope::All => None,
        Scope::Units(units) => Some(units.iter().map(|u| u.0).collect::<Vec<_>>()),
    };
    let rows = diesel::sql_query(format!("{query} and $4 is not null"))
        .bind::<BigInt, _>(survey.0)
        .bind::<Nullable<Array<BigInt>>, _>(units)
        .bind::<Array<Date>, _>(cut)
        .bind::<Date, _>(closed.before)
        .load_iter::<Row, PgRowByRowLoadingMode>(conn)?;
    for row in rows {
        each(&row?).map_err(damaged)?;
    }
    Ok(())
}

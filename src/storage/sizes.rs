//! Sizes of the finest groups of submissions, for judging what may be shown. No answers are read.

use super::kept_sizes::{KeptSizes, Kind, Of};
use super::tally_rows::{Closed, damaged};
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::ids::{SurveyId, UnitId};
use crate::domain::narrowing::{Gathered, OfProcedures, Sizing};
use crate::domain::period::Period;
use chrono::{Datelike, NaiveDate};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Date, Nullable};
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    unit: i64,
    #[diesel(sql_type = Date)]
    first_day: NaiveDate,
    #[diesel(sql_type = Binary)]
    sizes: Vec<u8>,
}

/// What sizes are wanted for.
pub(super) struct Wish<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// What the reader may see.
    pub scope: &'a Scope,
    /// The days.
    pub period: Period,
    /// The key of the one procedure that will be asked about; none: none will.
    pub procedure: Option<String>,
}

/// What sizes are read of: the sums of whole months; and single days in the months that are cut.
const SUMS: &str = "select unit_id as unit, first_day, sizes from tally_sums \
     where survey_id = $1 and ($2 is null or unit_id = any($2)) and procedure_id = -1 and not is_subtree and length(sizes) > 0";

/// Gathers the sizes of one survey: of whole months, and of single days in the months that the period cuts and where days are not
/// closed. Returns the years in which there is something, too.
pub(super) fn gather<'a>(
    conn: &mut PgConnection,
    kept: &KeptSizes,
    closed: &Closed,
    wish: &Wish<'a>,
    survey: SurveyId,
) -> QueryResult<(Sizing<'a>, BTreeSet<i32>)> {
    let gathered = of_closed(conn, kept, closed, wish, survey)?;
    let mut years = gathered.years();
    let of_procedures = wish.procedure.clone().map_or(OfProcedures::Together, OfProcedures::One);
    let mut sizing = Sizing::new(wish.catalogue, wish.scope, wish.period, of_procedures);
    sizing.begin_with(&gathered);
    let cut: Vec<NaiveDate> = sizing.cut_months().collect();
    if !cut.is_empty() {
        let of_months = format!("{SUMS} and grain = 2 and first_day = any($3)");
        read(conn, &of_months, (wish.scope, survey, &cut, closed), |row| {
            let days: Vec<Option<NaiveDate>> = (0..=31).map(|number| row.first_day.with_day(number)).collect();
            sizing.add_packed(UnitId(row.unit), &days, &row.sizes)
        })?;
    }
    let of_days = "select unit_id as unit, day as first_day, sizes from tallies \
         where survey_id = $1 and ($2 is null or unit_id = any($2)) and $3 is not null and day >= $4";
    read(conn, of_days, (wish.scope, survey, &cut, closed), |row| {
        years.insert(row.first_day.year());
        sizing.add_packed(UnitId(row.unit), &[Some(row.first_day)], &row.sizes)
    })?;
    Ok((sizing, years))
}

/// The sizes of closed days by the month: those kept where they are what the database holds.
fn of_closed(
    conn: &mut PgConnection,
    kept: &KeptSizes,
    closed: &Closed,
    wish: &Wish<'_>,
    survey: SurveyId,
) -> QueryResult<Arc<Gathered>> {
    let (of, of_procedures) = match wish.procedure {
        Some(_) => (Of::EachProcedure, OfProcedures::Each),
        None => (Of::Procedures, OfProcedures::Together),
    };
    let kind = Kind { survey, scope: wish.scope.clone(), of };
    let basis = closed.basis(wish.catalogue);
    if let Some(gathered) = kept.find(&kind, basis) {
        return Ok(gathered);
    }
    let mut sizing = Sizing::new(wish.catalogue, wish.scope, Period::default(), of_procedures);
    let of_years = format!("{SUMS} and grain = 1 and $3 is not null");
    read(conn, &of_years, (wish.scope, survey, &[], closed), |row| {
        let months: Vec<Option<NaiveDate>> = (0..=12).map(|number| row.first_day.with_month(number)).collect();
        sizing.add_packed(UnitId(row.unit), &months, &row.sizes)
    })?;
    Ok(kept.keep(kind, basis, sizing.gathered()))
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

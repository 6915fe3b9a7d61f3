//! Reading tallies: sums of answers by survey, unit, procedure, channel and time. Whole months are read as such, days only at the
//! ends of a period. How the sums come about is with `folding`.

use crate::domain::access::Scope;
use crate::domain::ids::{FormVersionId, ProcedureId, SurveyId, UnitId};
use crate::domain::period::Period;
use crate::domain::survey::{Basis, Channel};
use crate::domain::tally::Tally;
use chrono::{Datelike, NaiveDate};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, SmallInt};
use std::collections::BTreeMap;

/// Which answers to count. An absent wish means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The survey.
    pub survey: Option<SurveyId>,
    /// The form version; counts of two versions never mix, so readers name this or the survey.
    pub form_version: Option<FormVersionId>,
    /// The basis of the surveys; none: of either, or of the survey that is named.
    pub basis: Option<Basis>,
    /// The units, spelled out.
    pub units: Option<Vec<UnitId>>,
    /// The procedures.
    pub procedures: Option<Vec<ProcedureId>>,
    /// The channels.
    pub channels: Option<Vec<Channel>>,
    /// The days.
    pub period: Period,
}

/// By what counts are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// Not at all: one row, if anything was counted.
    Whole,
    /// By unit.
    Unit,
    /// By procedure; 0: none named.
    Procedure,
    /// By channel number.
    Channel,
    /// By month, as year x 12 + month - 1.
    Month,
    /// By unit and month.
    UnitMonth,
}

impl Split {
    fn key(self, row: &Row) -> GroupKey {
        let month = || i64::from(row.day.year()) * 12 + i64::from(row.day.month0());
        match self {
            Split::Whole => (0, 0),
            Split::Unit => (row.unit_id, 0),
            Split::Procedure => (row.procedure_id, 0),
            Split::Channel => (i64::from(row.channel), 0),
            Split::Month => (month(), 0),
            Split::UnitMonth => (row.unit_id, month()),
        }
    }
}

/// The key of a group: what [`Split`] says; the second is 0 unless it splits by two.
pub type GroupKey = (i64, i64);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    unit_id: i64,
    #[diesel(sql_type = BigInt)]
    procedure_id: i64,
    #[diesel(sql_type = SmallInt)]
    channel: i16,
    /// The day, or the first day of the month.
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    submissions: i64,
    #[diesel(sql_type = Array<BigInt>)]
    counts: Vec<i64>,
}

/// Reads tallies within a scope, summed by group, in the order of keys. Groups without submissions are absent.
pub fn sums(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    split: Split,
) -> QueryResult<BTreeMap<GroupKey, Tally>> {
    let mut groups = BTreeMap::new();
    let (months, ends) = filter.period.months_and_ends();
    if let Some(months) = months {
        gather(conn, scope, filter, ("tally_months", "month", months), split, &mut groups)?;
    }
    for days in ends {
        gather(conn, scope, filter, ("tallies", "day", days), split, &mut groups)?;
    }
    groups.retain(|_, tally| !tally.is_zero());
    Ok(groups)
}

/// Adds the rows of one table to their groups. They are summed here: the database would take each array apart.
fn gather(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    (table, time, period): (&str, &str, Period),
    split: Split,
    groups: &mut BTreeMap<GroupKey, Tally>,
) -> QueryResult<()> {
    let units = match scope.narrowed(filter.units.as_deref()) {
        Scope::All => None,
        Scope::Units(units) => Some(units.into_iter().map(|u| u.0).collect::<Vec<_>>()),
    };
    let rows = diesel::sql_query(format!(
        "select unit_id, procedure_id, channel, {time} as day, submissions, counts from {table} \
         where ($1 is null or survey_id = $1) and ($2 is null or form_version_id = $2) \
             and ($3 is null or unit_id = any($3)) and ($4 is null or procedure_id = any($4)) \
             and ($5 is null or channel = any($5)) and ($6 is null or {time} >= $6) and ($7 is null or {time} <= $7) \
             and ($8 is null or survey_id in (select id from surveys where basis = $8))"
    ))
    .bind::<Nullable<BigInt>, _>(filter.survey.map(|s| s.0))
    .bind::<Nullable<BigInt>, _>(filter.form_version.map(|v| v.0))
    .bind::<Nullable<Array<BigInt>>, _>(units)
    .bind::<Nullable<Array<BigInt>>, _>(filter.procedures.as_ref().map(|p| p.iter().map(|p| p.0).collect::<Vec<_>>()))
    .bind::<Nullable<Array<SmallInt>>, _>(
        filter.channels.as_ref().map(|c| c.iter().map(|c| c.number()).collect::<Vec<_>>()),
    )
    .bind::<Nullable<Date>, _>(period.from)
    .bind::<Nullable<Date>, _>(period.to)
    .bind::<Nullable<SmallInt>, _>(filter.basis.map(Basis::number))
    .load_iter::<Row, PgRowByRowLoadingMode>(conn)?;
    for row in rows {
        let row = row?;
        let tally = groups.entry(split.key(&row)).or_default();
        tally.merge(&Tally { submissions: row.submissions, counts: row.counts });
    }
    Ok(())
}

//! Reading tallies: sums of answers by survey, unit, procedure, channel and time. Whole months are read as such, days only at the
//! ends of a period. How the sums come about is with `folding`.

use super::tally_rows;
use crate::domain::access::Scope;
use crate::domain::ids::{FormVersionId, ProcedureId, SurveyId, UnitId};
use crate::domain::period::Period;
use crate::domain::survey::{Basis, Channel};
use crate::domain::tally::{Layout, Tally};
use crate::domain::tally_code::{Coder, Damaged};
use crate::domain::tally_pack::Packed;
use chrono::{Datelike, NaiveDate};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Date, Nullable, SmallInt};
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
    fn key(self, unit: i64, procedure: i64, channel: i16, day: NaiveDate) -> GroupKey {
        let month = || i64::from(day.year()) * 12 + i64::from(day.month0());
        match self {
            Split::Whole => (0, 0),
            Split::Unit => (unit, 0),
            Split::Procedure => (procedure, 0),
            Split::Channel => (i64::from(channel), 0),
            Split::Month => (month(), 0),
            Split::UnitMonth => (unit, month()),
        }
    }
}

/// The key of a group: what [`Split`] says; the second is 0 unless it splits by two.
pub type GroupKey = (i64, i64);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    unit_id: i64,
    /// The procedure of a sum; in a row of a day they are within.
    #[diesel(sql_type = BigInt)]
    procedure_id: i64,
    /// The day, or the first day of the month.
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Binary)]
    packed: Vec<u8>,
}

/// Reads tallies of a layout within a scope, summed by group, in the order of keys. Groups without submissions are absent.
///
/// It reads the rows of single units, whole months as such: right for any filter, but not the way to serve pages.
pub fn sums(
    conn: &mut PgConnection,
    layout: &Layout,
    scope: &Scope,
    filter: &Filter,
    split: Split,
) -> QueryResult<BTreeMap<GroupKey, Tally>> {
    let closed = tally_rows::closed(conn)?;
    let units = match scope.narrowed(filter.units.as_deref()) {
        Scope::All => None,
        Scope::Units(units) => Some(units.into_iter().map(|u| u.0).collect::<Vec<_>>()),
    };
    let mut reading = Reading { coder: Coder::new(layout), filter, split, groups: BTreeMap::new() };
    let (months, ends) = filter.period.months_and_ends();
    let by_procedure = filter.procedures.is_some() || split == Split::Procedure;
    if let Some(months) = months {
        let procedures = if by_procedure { "procedure_id >= 0" } else { "procedure_id = -1" };
        let of_months = format!(
            "select unit_id, procedure_id, first_day as day, counts as packed from tally_sums \
             where not is_subtree and grain = 2 and {procedures} and ($5 is null or first_day >= $5) \
                 and ($6 is null or first_day <= $6)"
        );
        reading.add(conn, &of_months, months, &units)?;
        reading.add(
            conn,
            &of_days(by_procedure),
            Period { from: months.from.max(Some(closed.before)), ..months },
            &units,
        )?;
    }
    for days in ends {
        reading.add(conn, &of_days(by_procedure), days, &units)?;
    }
    let mut groups = reading.groups;
    groups.retain(|_, tally| !tally.is_zero());
    Ok(groups)
}

/// Rows of days.
fn of_days(by_procedure: bool) -> String {
    let packed = if by_procedure { "cells" } else { "whole" };
    format!(
        "select unit_id, -1::bigint as procedure_id, day, {packed} as packed from tallies \
         where ($5 is null or day >= $5) and ($6 is null or day <= $6)"
    )
}

struct Reading<'a> {
    coder: Coder<'a>,
    filter: &'a Filter,
    split: Split,
    groups: BTreeMap<GroupKey, Tally>,
}

impl Reading<'_> {
    /// Adds rows to their groups.
    fn add(
        &mut self,
        conn: &mut PgConnection,
        query: &str,
        period: Period,
        units: &Option<Vec<i64>>,
    ) -> QueryResult<()> {
        let rows = diesel::sql_query(format!(
            "{query} and ($1 is null or survey_id = $1) and ($2 is null or form_version_id = $2) \
                 and ($3 is null or unit_id = any($3)) \
                 and ($4 is null or survey_id in (select id from surveys where basis = $4))"
        ))
        .bind::<Nullable<BigInt>, _>(self.filter.survey.map(|s| s.0))
        .bind::<Nullable<BigInt>, _>(self.filter.form_version.map(|v| v.0))
        .bind::<Nullable<Array<BigInt>>, _>(units)
        .bind::<Nullable<SmallInt>, _>(self.filter.basis.map(Basis::number))
        .bind::<Nullable<Date>, _>(period.from)
        .bind::<Nullable<Date>, _>(period.to)
        .load_iter::<Row, PgRowByRowLoadingMode>(conn)?;
        for row in rows {
            self.add_row(&row?).map_err(tally_rows::damaged)?;
        }
        Ok(())
    }

    fn add_row(&mut self, row: &Row) -> Result<(), Damaged> {
        let Filter { procedures, channels, .. } = self.filter;
        let mut packed = Packed::open(&row.packed)?;
        while let Some(((procedure, number), written)) = packed.next()? {
            let procedure = if row.procedure_id >= 0 { row.procedure_id } else { procedure };
            let is_wanted = procedures.as_ref().is_none_or(|wanted| wanted.contains(&ProcedureId(procedure)))
                && channels.as_ref().is_none_or(|wanted| wanted.iter().any(|channel| channel.number() == number));
            if is_wanted {
                let group = self.groups.entry(self.split.key(row.unit_id, procedure, number, row.day)).or_default();
                self.coder.add(group, packed.mark, written, 1)?;
            }
        }
        Ok(())
    }
}

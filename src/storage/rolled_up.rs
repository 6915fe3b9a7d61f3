//! Reading what was summed up for the figures of a page: few rows, fetched together, decoded where they are added.
//!
//! A stretch of days is so many years, months and days of the sums of closed days, taken off where that is shorter, and the days that
//! are not closed. Sums of subtrees are read where they were made by the tree of units that the reader knows.

use super::tally_rows::{ALL_PROCEDURES, Closed, Grain, closed, damaged};
use crate::domain::ids::{SurveyId, UnitId};
use crate::domain::period::{Calendar, Period};
use crate::domain::tally::Tally;
use crate::domain::tally_code::{Coder, Damaged, submissions};
use crate::domain::tally_pack::Packed;
use crate::domain::unit_tree::{Part, UnitTree};
use chrono::{Datelike, NaiveDate};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Date, SmallInt};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A piece of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Piece {
    Sum(Grain, NaiveDate),
    Day(NaiveDate),
}

/// Days, as what they are read from.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    /// Each with how many times it counts: -1 takes it off.
    pieces: Vec<(Piece, i64)>,
    period: Period,
}

/// Units, as what they are read from.
#[derive(Debug, Clone)]
pub(super) struct Group {
    parts: Vec<Part>,
    units: HashSet<UnitId>,
}

/// Which procedures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Procedures {
    Together,
    These(Vec<i64>),
    /// Each that there is, and none named.
    Each,
}

/// Packed tallies by procedure.
type OfProcedures = Vec<(i64, Vec<u8>)>;
/// Packed tallies of days that are not closed, by unit.
type OpenDays = BTreeMap<UnitId, Vec<(NaiveDate, Vec<u8>)>>;

/// What is read of a survey.
#[derive(Debug)]
pub(super) struct RolledUp {
    survey: SurveyId,
    closed: Closed,
    years: BTreeSet<i32>,
    sums: FxHashMap<(Part, Piece), OfProcedures>,
    days: FxHashMap<(Part, NaiveDate, bool), Vec<u8>>,
    open: [Option<OpenDays>; 2],
    known: HashSet<(Part, Piece, i64)>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    unit: i64,
    #[diesel(sql_type = Bool)]
    is_subtree: bool,
    #[diesel(sql_type = SmallInt)]
    grain: i16,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    procedure: i64,
    #[diesel(sql_type = Binary)]
    packed: Vec<u8>,
}

impl RolledUp {
    /// Nothing read yet but how far sums go.
    pub fn of(conn: &mut PgConnection, survey: SurveyId) -> QueryResult<Self> {
        let closed = closed(conn)?;
        Ok(Self {
            survey,
            closed,
            years: BTreeSet::new(),
            sums: FxHashMap::default(),
            days: FxHashMap::default(),
            open: [None, None],
            known: HashSet::new(),
        })
    }

    /// How far sums go.
    pub fn closed(&self) -> &Closed {
        &self.closed
    }

    /// Takes note of the years in which there is anything.
    pub fn note_years(&mut self, years: BTreeSet<i32>) {
        self.years = years;
    }

    /// Units as few parts, as far as sums of subtrees can be used.
    pub fn group(&self, tree: &UnitTree, units: HashSet<UnitId>) -> Group {
        let parts = match tree.name() == self.closed.tree {
            true => tree.parts(&units),
            false => units.iter().map(|unit| Part { unit: *unit, is_subtree: false }).collect(),
        };
        Group { parts, units }
    }

    /// The days of a period in few pieces.
    pub fn stretch(&self, period: Period) -> Stretch {
        let day = |year: Option<&i32>, month, day| NaiveDate::from_ymd_opt(*year?, month, day);
        let all = Period { from: day(self.years.first(), 1, 1), to: day(self.years.last(), 12, 31) };
        let mut pieces = Vec::new();
        let (from, to) = (all.from.max(period.from), period.to.map_or(all.to, |to| all.to.map(|last| last.min(to))));
        if let (Some(from), Some(to), false) = (from, to, self.years.is_empty())
            && from <= to
        {
            let (months, ends) = Period { from: Some(from), to: Some(to) }.months_and_ends();
            if let Some(Period { from: Some(first), to: Some(last) }) = months {
                add_months(first, last, &mut pieces);
            }
            for end in ends {
                add_days(end, &mut pieces);
            }
        }
        pieces.retain(|(piece, _)| !matches!(piece, Piece::Day(day) if *day >= self.closed.before));
        Stretch { pieces, period }
    }

    /// Fetches what sums of groups over stretches need.
    pub fn fetch(
        &mut self,
        conn: &mut PgConnection,
        groups: &[&Group],
        stretches: &[&Stretch],
        procedures: &Procedures,
    ) -> QueryResult<()> {
        let parts: BTreeSet<Part> = groups.iter().flat_map(|group| group.parts.iter().copied()).collect();
        let pieces: BTreeSet<Piece> =
            stretches.iter().flat_map(|stretch| stretch.pieces.iter().map(|(piece, _)| *piece)).collect();
        let wish = match procedures {
            Procedures::Together => ALL_PROCEDURES,
            Procedures::These(_) => -2,
            Procedures::Each => -3,
        };
        let mut wanted = Vec::new();
        for part in &parts {
            wanted.extend(pieces.iter().map(|piece| (*part, *piece)));
        }
        wanted.retain(|(part, piece)| self.known.insert((*part, *piece, wish)));
        self.fetch_sums(conn, &wanted, procedures)?;
        self.fetch_days(conn, &wanted, *procedures != Procedures::Together)?;
        self.fetch_open(conn, *procedures != Procedures::Together)
    }

    fn fetch_sums(
        &mut self,
        conn: &mut PgConnection,
        wanted: &[(Part, Piece)],
        procedures: &Procedures,
    ) -> QueryResult<()> {
        let sums: Vec<(Part, Grain, NaiveDate)> = wanted
            .iter()
            .filter_map(|(part, piece)| match piece {
                Piece::Sum(grain, first) => Some((*part, *grain, *first)),
                Piece::Day(_) => None,
            })
            .collect();
        if sums.is_empty() {
            return Ok(());
        }
        let (condition, these) = match procedures {
            Procedures::Together => ("t.procedure_id = any($6)", vec![ALL_PROCEDURES]),
            Procedures::These(these) => ("t.procedure_id = any($6)", these.clone()),
            Procedures::Each => ("t.procedure_id >= 0 and $6 is not null", vec![]),
        };
        let rows = diesel::sql_query(format!(
            "select t.unit_id as unit, t.is_subtree, t.grain, t.first_day as day, t.procedure_id as procedure, \
                 t.counts as packed \
             from unnest($2, $3, $4, $5) as k (u, i, g, d) join tally_sums t \
             on t.survey_id = $1 and t.unit_id = k.u and t.is_subtree = k.i and t.grain = k.g and t.first_day = k.d \
                 and {condition}"
        ))
        .bind::<BigInt, _>(self.survey.0)
        .bind::<Array<BigInt>, _>(sums.iter().map(|(part, ..)| part.unit.0).collect::<Vec<_>>())
        .bind::<Array<Bool>, _>(sums.iter().map(|(part, ..)| part.is_subtree).collect::<Vec<_>>())
        .bind::<Array<SmallInt>, _>(sums.iter().map(|(_, grain, _)| grain.number()).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(sums.iter().map(|(.., first)| *first).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(these)
        .load_iter::<Row, PgRowByRowLoadingMode>(conn)?;
        for row in rows {
            let row = row?;
            let grain = if row.grain == Grain::Year.number() { Grain::Year } else { Grain::Month };
            let part = Part { unit: UnitId(row.unit), is_subtree: row.is_subtree };
            let of_piece = self.sums.entry((part, Piece::Sum(grain, row.day))).or_default();
            if of_piece.iter().all(|(procedure, _)| *procedure != row.procedure) {
                of_piece.push((row.procedure, row.packed));
            }
        }
        Ok(())
    }

    fn fetch_days(&mut self, conn: &mut PgConnection, wanted: &[(Part, Piece)], by_procedure: bool) -> QueryResult<()> {
        let packed = if by_procedure { "cells" } else { "whole" };
        for (table, is_subtree) in [("tallies", false), ("tally_subtrees", true)] {
            let of_table = wanted.iter().filter_map(|(part, piece)| match piece {
                Piece::Day(day) if part.is_subtree == is_subtree => Some((part.unit.0, *day)),
                _ => None,
            });
            let (units, days): (Vec<i64>, Vec<NaiveDate>) = of_table.unzip();
            if units.is_empty() {
                continue;
            }
            let rows = diesel::sql_query(format!(
                "select t.unit_id as unit, {is_subtree} as is_subtree, 0::smallint as grain, t.day, \
                     0::bigint as procedure, t.{packed} as packed \
                 from unnest($2, $3) as k (u, d) join {table} t \
                 on t.survey_id = $1 and t.unit_id = k.u and t.day = k.d"
            ))
            .bind::<BigInt, _>(self.survey.0)
            .bind::<Array<BigInt>, _>(units)
            .bind::<Array<Date>, _>(days)
            .load_iter::<Row, PgRowByRowLoadingMode>(conn)?;
            for row in rows {
                let row = row?;
                self.days.insert((Part { unit: UnitId(row.unit), is_subtree }, row.day, by_procedure), row.packed);
            }
        }
        Ok(())
    }

    /// The days that are not closed: few, of all units at once.
    fn fetch_open(&mut self, conn: &mut PgConnection, by_procedure: bool) -> QueryResult<()> {
        if self.open[usize::from(by_procedure)].is_some() {
            return Ok(());
        }
        let packed = if by_procedure { "cells" } else { "whole" };
        let rows: Vec<Row> = diesel::sql_query(format!(
            "select unit_id as unit, false as is_subtree, 0::smallint as grain, day, 0::bigint as procedure, \
                 {packed} as packed from tallies where survey_id = $1 and day >= $2"
        ))
        .bind::<BigInt, _>(self.survey.0)
        .bind::<Date, _>(self.closed.before)
        .load(conn)?;
        let mut open = OpenDays::new();
        for row in rows {
            open.entry(UnitId(row.unit)).or_default().push((row.day, row.packed));
        }
        self.open[usize::from(by_procedure)] = Some(open);
        Ok(())
    }

    /// Sums by key, which is made of procedure (-1: all together) and channel; what has no key is left out. What is needed must have
    /// been fetched.
    pub fn sums<K: Ord>(
        &self,
        coder: &mut Coder<'_>,
        wanted: (&Group, &Stretch, &Procedures),
        key: impl Fn(i64, i16) -> Option<K>,
    ) -> QueryResult<BTreeMap<K, Tally>> {
        let mut sums: BTreeMap<K, Tally> = BTreeMap::new();
        self.each(wanted, |Written { procedure, channel, mark, bytes, times }| {
            let Some(key) = key(procedure, channel) else { return Ok(()) };
            coder.add(sums.entry(key).or_default(), mark, bytes, times)
        })?;
        sums.retain(|_, tally| !tally.is_zero());
        Ok(sums)
    }

    /// How many submissions there are by key, which takes far less time than their sums.
    pub fn submissions<K: Ord>(
        &self,
        wanted: (&Group, &Stretch, &Procedures),
        key: impl Fn(i64, i16) -> Option<K>,
    ) -> QueryResult<BTreeMap<K, i64>> {
        let mut sums: BTreeMap<K, i64> = BTreeMap::new();
        self.each(wanted, |Written { procedure, channel, bytes, times, .. }| {
            if let Some(key) = key(procedure, channel) {
                *sums.entry(key).or_default() += times * submissions(bytes)?;
            }
            Ok(())
        })?;
        Ok(sums)
    }

    /// Hands out each tally of a group over a stretch.
    fn each(
        &self,
        (group, stretch, procedures): (&Group, &Stretch, &Procedures),
        mut take: impl FnMut(Written<'_>) -> Result<(), Damaged>,
    ) -> QueryResult<()> {
        let is_wanted = |procedure: i64| match procedures {
            Procedures::Together => procedure == ALL_PROCEDURES,
            Procedures::These(these) => these.contains(&procedure),
            Procedures::Each => procedure >= 0,
        };
        let by_procedure = *procedures != Procedures::Together;
        let mut open = |packed: &[u8], of_row: Option<i64>, times: i64| -> Result<(), Damaged> {
            let mut packed = Packed::open(packed)?;
            while let Some(((procedure, channel), bytes)) = packed.next()? {
                let procedure = of_row.unwrap_or(procedure);
                if is_wanted(procedure) {
                    take(Written { procedure, channel, mark: packed.mark, bytes, times })?;
                }
            }
            Ok(())
        };
        // A row of a day that has all procedures together names none.
        let of_day = (!by_procedure).then_some(ALL_PROCEDURES);
        for part in &group.parts {
            for (piece, times) in &stretch.pieces {
                match piece {
                    Piece::Sum(..) => {
                        for (procedure, packed) in self.sums.get(&(*part, *piece)).into_iter().flatten() {
                            open(packed, Some(*procedure), *times).map_err(damaged)?;
                        }
                    }
                    Piece::Day(day) => {
                        if let Some(packed) = self.days.get(&(*part, *day, by_procedure)) {
                            open(packed, of_day, *times).map_err(damaged)?;
                        }
                    }
                }
            }
        }
        for (unit, days) in self.open[usize::from(by_procedure)].iter().flatten() {
            if group.units.contains(unit) {
                for (_, packed) in days.iter().filter(|(day, _)| stretch.period.contains(*day)) {
                    open(packed, of_day, 1).map_err(damaged)?;
                }
            }
        }
        Ok(())
    }
}

/// A tally as it was written, and how many times it counts.
struct Written<'w> {
    procedure: i64,
    channel: i16,
    mark: u64,
    bytes: &'w [u8],
    times: i64,
}

/// Whole months from the first day of one to the last of another: those of a year, or the year and the rest of its months, of which
/// there are fewer.
fn add_months(first: NaiveDate, last: NaiveDate, pieces: &mut Vec<(Piece, i64)>) {
    for year in first.year()..=last.year() {
        let day = |month| NaiveDate::from_ymd_opt(year, month, 1);
        let of_year = (1..=12).filter_map(day).map(|month| Piece::Sum(Grain::Month, month));
        let is_inside = |piece: &Piece| matches!(piece, Piece::Sum(_, month) if (first..=last).contains(month));
        let (inside, outside): (Vec<_>, Vec<_>) = of_year.partition(is_inside);
        if inside.len() <= outside.len() + 1 {
            pieces.extend(inside.into_iter().map(|month| (month, 1)));
        } else {
            pieces.extend(day(1).map(|first| (Piece::Sum(Grain::Year, first), 1)));
            pieces.extend(outside.into_iter().map(|month| (month, -1)));
        }
    }
}

/// Days within one month or two: the shorter of them and the rest of their month.
fn add_days(days: Period, pieces: &mut Vec<(Piece, i64)>) {
    let (Some(mut from), Some(to)) = (days.from, days.to) else { return };
    while from <= to {
        let month = Calendar::month_of(from).days();
        let (Some(first), Some(last)) = (month.from, month.to) else { return };
        let end = to.min(last);
        let all = first.iter_days().take_while(|day| *day <= last);
        let (inside, outside): (Vec<_>, Vec<_>) = all.partition(|day| (from..=end).contains(day));
        if inside.len() <= outside.len() {
            pieces.extend(inside.into_iter().map(|day| (Piece::Day(day), 1)));
        } else {
            pieces.push((Piece::Sum(Grain::Month, first), 1));
            pieces.extend(outside.into_iter().map(|day| (Piece::Day(day), -1)));
        }
        let Some(next) = end.succ_opt() else { return };
        from = next;
    }
}

//! Counts by who answered: of every question about the respondent, by option.
//!
//! Days that are not closed are a row a unit and day; when they are, they are summed up by months and years of a unit, and their
//! rows are deleted. What comes for a closed day later is added to its sums. Units below others are added up by who reads.

use super::kept_sizes::{Basis, KeptSizes, Kind, Of};
use super::schema::{tally_group_days, tally_groups};
use super::tally_rows::{Coders, DayKey, Days, Grain, Sum, damaged};
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::ids::{SurveyId, UnitId};
use crate::domain::narrowing::Sizing;
use crate::domain::period::{Calendar, Period};
use crate::domain::respondents::question_and_option;
use crate::domain::tally::Tally;
use crate::domain::tally_code::{Coder, Damaged, submissions};
use crate::domain::tally_pack::{Cells, Packed, Sizes, each_size, pack, pack_sizes, unpack};
use chrono::{Datelike, NaiveDate};
use diesel::connection::SimpleConnection;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Date, Nullable, SmallInt};
use std::collections::{BTreeMap, HashSet};

/// How many tallies are summed up in memory, about, before they are written.
const MOST_AT_ONCE: usize = 20_000;
/// How many rows of days are read at once.
const ROWS_AT_ONCE: usize = 200;

/// One sum: survey, form version, question, grain, first day, unit.
type GroupKey = (i64, i64, i16, Grain, NaiveDate, i64);
type Sums = BTreeMap<GroupKey, Sum>;

/// Adds the counts of days by group.
pub(super) fn add(
    conn: &mut PgConnection,
    coders: &mut Coders<'_>,
    closed_before: NaiveDate,
    groups: Days,
) -> QueryResult<()> {
    let (closed, open): (Days, Days) = groups.into_iter().partition(|((.., day), _)| *day < closed_before);
    let mut sums = Sums::new();
    for (key, groups) in &closed {
        add_to(&mut sums, *key, groups);
    }
    write(conn, coders, sums)?;
    add_open(conn, coders, open)
}

/// Adds the groups of a day to the sums that it is part of. Returns how many tallies that makes more.
fn add_to(sums: &mut Sums, (survey, version, unit, day): DayKey, groups: &Cells) -> usize {
    let mut more = 0;
    for ((group, _), tally) in groups {
        let (question, option) = question_and_option(*group);
        for grain in [Grain::Month, Grain::Year] {
            let (first, place) = grain.place(day);
            let sum = sums.entry((survey, version, question, grain, first, unit)).or_default();
            let before = sum.counts.len();
            sum.counts.entry((option, 0)).or_default().merge(tally);
            more += sum.counts.len() - before;
            *sum.sizes.entry((place, option, 0)).or_default() += tally.submissions;
        }
    }
    more
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = BigInt)]
    survey_id: i64,
    #[diesel(sql_type = BigInt)]
    form_version_id: i64,
    #[diesel(sql_type = BigInt)]
    unit_id: i64,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Binary)]
    counts: Vec<u8>,
}

impl DayRow {
    fn key(&self) -> DayKey {
        (self.survey_id, self.form_version_id, self.unit_id, self.day)
    }
}

fn add_open(conn: &mut PgConnection, coders: &mut Coders<'_>, mut days: Days) -> QueryResult<()> {
    if days.is_empty() {
        return Ok(());
    }
    let rows: Vec<DayRow> = diesel::sql_query(
        "select t.survey_id, t.form_version_id, t.unit_id, t.day, t.counts from tally_group_days t \
         join unnest($1, $2, $3) as k (s, u, d) on t.survey_id = k.s and t.unit_id = k.u and t.day = k.d",
    )
    .bind::<Array<BigInt>, _>(days.keys().map(|k| k.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(days.keys().map(|k| k.2).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(days.keys().map(|k| k.3).collect::<Vec<_>>())
    .load(conn)?;
    for row in rows {
        let groups = days.entry(row.key()).or_default();
        unpack(coders.of_version(row.form_version_id)?, &row.counts, groups).map_err(damaged)?;
    }
    let mut counts = Vec::with_capacity(days.len());
    for ((_, version, ..), groups) in &days {
        counts.push(pack(coders.of_version(*version)?, groups));
    }
    diesel::sql_query(
        "insert into tally_group_days (survey_id, form_version_id, unit_id, day, counts) \
         select * from unnest($1, $2, $3, $4, $5) \
         on conflict (survey_id, unit_id, day) do update set counts = excluded.counts",
    )
    .bind::<Array<BigInt>, _>(days.keys().map(|k| k.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(days.keys().map(|k| k.1).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(days.keys().map(|k| k.2).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(days.keys().map(|k| k.3).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(counts)
    .execute(conn)?;
    Ok(())
}

#[derive(QueryableByName)]
struct SumRow {
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Binary)]
    sizes: Vec<u8>,
    #[diesel(sql_type = Binary)]
    counts: Vec<u8>,
}

/// Adds sums to those that are stored.
fn write(conn: &mut PgConnection, coders: &mut Coders<'_>, sums: Sums) -> QueryResult<()> {
    if sums.is_empty() {
        return Ok(());
    }
    let (keys, mut sums): (Vec<GroupKey>, Vec<Sum>) = sums.into_iter().unzip();
    let rows: Vec<SumRow> = diesel::sql_query(
        "select k.place, t.sizes, t.counts from tally_groups t join unnest($1, $2, $3, $4, $5) \
             with ordinality as k (s, q, g, d, u, place) \
         on t.survey_id = k.s and t.question = k.q and t.grain = k.g and t.first_day = k.d and t.unit_id = k.u",
    )
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.0).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(keys.iter().map(|k| k.2).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(keys.iter().map(|k| k.3.number()).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(keys.iter().map(|k| k.4).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.5).collect::<Vec<_>>())
    .load(conn)?;
    for row in rows {
        let place = usize::try_from(row.place - 1).unwrap_or(0);
        let sum = &mut sums[place];
        unpack(coders.of_version(keys[place].1)?, &row.counts, &mut sum.counts).map_err(damaged)?;
        each_size(&row.sizes, |time, option, _, size| *sum.sizes.entry((time, option, 0)).or_default() += size)
            .map_err(damaged)?;
    }
    let mut counts = Vec::with_capacity(keys.len());
    for (key, sum) in keys.iter().zip(&sums) {
        counts.push(pack(coders.of_version(key.1)?, &sum.counts));
    }
    diesel::sql_query(
        "insert into tally_groups (survey_id, form_version_id, question, grain, first_day, unit_id, sizes, counts) \
         select * from unnest($1, $2, $3, $4, $5, $6, $7, $8) \
         on conflict (survey_id, question, grain, first_day, unit_id) do update set \
             sizes = excluded.sizes, counts = excluded.counts",
    )
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.1).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(keys.iter().map(|k| k.2).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(keys.iter().map(|k| k.3.number()).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(keys.iter().map(|k| k.4).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.5).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(sums.iter().map(|sum| pack_sizes(&sum.sizes)).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(counts)
    .execute(conn)?;
    Ok(())
}

/// Sums up the days before one and deletes their rows. Must run in a transaction.
pub(super) fn close(conn: &mut PgConnection, coders: &mut Coders<'_>, today: NaiveDate) -> QueryResult<()> {
    diesel::sql_query(
        "declare group_days no scroll cursor for \
         select survey_id, form_version_id, unit_id, day, counts from tally_group_days \
         where day < $1 order by survey_id, day, unit_id",
    )
    .bind::<Date, _>(today)
    .execute(conn)?;
    let (mut sums, mut held, mut month) = (Sums::new(), 0, None);
    loop {
        let rows: Vec<DayRow> = diesel::sql_query(format!("fetch {ROWS_AT_ONCE} from group_days")).load(conn)?;
        let is_last = rows.len() < ROWS_AT_ONCE;
        for row in rows {
            let of_row = Some((row.survey_id, Grain::Month.place(row.day).0));
            // Whatever is written before it is whole is read and written again.
            if held > MOST_AT_ONCE || month.replace(of_row) != Some(of_row) {
                write(conn, coders, std::mem::take(&mut sums))?;
                held = 0;
            }
            let mut groups = Cells::new();
            unpack(coders.of_version(row.form_version_id)?, &row.counts, &mut groups).map_err(damaged)?;
            held += add_to(&mut sums, row.key(), &groups);
        }
        if is_last {
            break;
        }
    }
    write(conn, coders, sums)?;
    conn.batch_execute("close group_days")?;
    diesel::delete(tally_group_days::table.filter(tally_group_days::day.lt(today))).execute(conn)?;
    Ok(())
}

/// Deletes all of them, before everything is counted anew.
pub(super) fn forget(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::delete(tally_groups::table).execute(conn)?;
    diesel::delete(tally_group_days::table).execute(conn)?;
    Ok(())
}

#[derive(QueryableByName)]
struct ReadRow {
    #[diesel(sql_type = BigInt)]
    unit: i64,
    #[diesel(sql_type = Date)]
    first_day: NaiveDate,
    /// Sizes or counts.
    #[diesel(sql_type = Binary)]
    packed: Vec<u8>,
}

/// What sizes by option are wanted for.
pub(super) struct OptionWish<'a> {
    pub catalogue: &'a Catalogue,
    /// What the reader may see.
    pub scope: &'a Scope,
    /// The days: a period of the calendar, or all.
    pub period: Period,
    /// The codes of the options in the form's order.
    pub options: &'a [String],
}

/// One question of one survey, as it is read.
pub(super) struct OfQuestion {
    pub survey: SurveyId,
    /// Its place in the form.
    pub place: i16,
    open: Vec<ReadRow>,
}

impl OfQuestion {
    /// The question; of the days that are not closed everything is read at once.
    pub fn read(conn: &mut PgConnection, survey: SurveyId, place: i16) -> QueryResult<Self> {
        let open = diesel::sql_query(
            "select unit_id as unit, day as first_day, counts as packed from tally_group_days where survey_id = $1",
        )
        .bind::<BigInt, _>(survey.0)
        .load(conn)?;
        Ok(Self { survey, place, open })
    }

    /// The sizes by option of all time: of closed days those kept, where they are what the database holds.
    pub fn sizing<'a>(
        &self,
        conn: &mut PgConnection,
        (kept, basis): (&KeptSizes, Basis),
        wish: &OptionWish<'a>,
    ) -> QueryResult<Sizing<'a>> {
        let OptionWish { catalogue, scope, period, options } = *wish;
        let mut sizing = Sizing::by_option(catalogue, scope, period, options);
        let kind = Kind { survey: self.survey, scope: scope.clone(), of: Of::Options(self.place) };
        let gathered = match kept.find(&kind, basis) {
            Some(gathered) => gathered,
            None => {
                let mut closed = Sizing::by_option(catalogue, scope, Period::default(), options);
                self.add_closed(conn, scope, &mut closed)?;
                kept.keep(kind, basis, closed.gathered())
            }
        };
        sizing.begin_with(&gathered);
        for row in self.open.iter().filter(|row| scope.contains(UnitId(row.unit))) {
            let mut sizes = Sizes::new();
            self.each_open(row, |option, _, written| {
                sizes.insert((0, option, 0), submissions(written)?);
                Ok(())
            })?;
            sizing.add_packed(UnitId(row.unit), &[Some(row.first_day)], &pack_sizes(&sizes)).map_err(damaged)?;
        }
        Ok(sizing)
    }

    fn add_closed(&self, conn: &mut PgConnection, scope: &Scope, sizing: &mut Sizing<'_>) -> QueryResult<()> {
        let units = match scope {
            Scope::All => None,
            Scope::Units(units) => Some(units.iter().map(|u| u.0).collect::<Vec<_>>()),
        };
        let rows = diesel::sql_query(
            "select unit_id as unit, first_day, sizes as packed from tally_groups \
             where survey_id = $1 and question = $2 and grain = 1 and ($3 is null or unit_id = any($3))",
        )
        .bind::<BigInt, _>(self.survey.0)
        .bind::<SmallInt, _>(self.place)
        .bind::<Nullable<Array<BigInt>>, _>(units)
        .load_iter::<ReadRow, PgRowByRowLoadingMode>(conn)?;
        for row in rows {
            let row = row?;
            let months: Vec<Option<NaiveDate>> = (0..=12).map(|number| row.first_day.with_month(number)).collect();
            sizing.add_packed(UnitId(row.unit), &months, &row.packed).map_err(damaged)?;
        }
        Ok(())
    }

    /// The counts by option of some units in a period, which is one of the calendar or all time.
    pub fn tallies(
        &self,
        conn: &mut PgConnection,
        coder: &mut Coder<'_>,
        units: &HashSet<UnitId>,
        period: Period,
    ) -> QueryResult<BTreeMap<i64, Tally>> {
        let grain = match Calendar::of(period) {
            Some(Calendar::Year(_)) | None => Grain::Year,
            Some(_) => Grain::Month,
        };
        let mut tallies: BTreeMap<i64, Tally> = BTreeMap::new();
        let rows = diesel::sql_query(
            "select unit_id as unit, first_day, counts as packed from tally_groups \
             where survey_id = $1 and question = $2 and grain = $3 and unit_id = any($6) \
                 and ($4 is null or first_day >= $4) and ($5 is null or first_day <= $5)",
        )
        .bind::<BigInt, _>(self.survey.0)
        .bind::<SmallInt, _>(self.place)
        .bind::<SmallInt, _>(grain.number())
        .bind::<Nullable<Date>, _>(period.from)
        .bind::<Nullable<Date>, _>(period.to)
        .bind::<Array<BigInt>, _>(units.iter().map(|unit| unit.0).collect::<Vec<_>>())
        .load_iter::<ReadRow, PgRowByRowLoadingMode>(conn)?;
        for row in rows {
            let row = row?;
            let mut packed = Packed::open(&row.packed).map_err(damaged)?;
            while let Some(((option, _), written)) = packed.next().map_err(damaged)? {
                let sum = tallies.entry(option).or_default();
                coder.add(sum, packed.mark, written, 1).map_err(damaged)?;
            }
        }
        let is_asked = |row: &&ReadRow| units.contains(&UnitId(row.unit)) && period.contains(row.first_day);
        for row in self.open.iter().filter(is_asked) {
            self.each_open(row, |option, mark, written| {
                coder.add(tallies.entry(option).or_default(), mark, written, 1)
            })?;
        }
        tallies.retain(|_, tally| !tally.is_zero());
        Ok(tallies)
    }

    /// The option, mark and written tally of each group of the question in a row of a day.
    fn each_open<'r>(
        &self,
        row: &'r ReadRow,
        mut each: impl FnMut(i64, u64, &'r [u8]) -> Result<(), Damaged>,
    ) -> QueryResult<()> {
        let mut packed = Packed::open(&row.packed).map_err(damaged)?;
        while let Some(((group, _), written)) = packed.next().map_err(damaged)? {
            let (question, option) = question_and_option(group);
            if question == self.place {
                each(option, packed.mark, written).map_err(damaged)?;
            }
        }
        Ok(())
    }
}

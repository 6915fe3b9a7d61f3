//! The rows of tallies, read and written many at once: of days, of days of subtrees, and of months and years.
//!
//! Whoever writes holds the watermark's lock, so that what is added to a row is added to what stands there.

use super::kept_sizes::Basis;
use super::schema::tally_watermark;
use crate::domain::catalogue::Catalogue;
use crate::domain::counting::Counting;
use crate::domain::form::Form;
use crate::domain::respondents::Breakdown;
use crate::domain::tally::{Layout, Tally};
use crate::domain::tally_code::{Coder, Damaged};
use crate::domain::tally_pack::{Cells, Sizes, each_size, pack, pack_sizes, unpack};
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Date, SmallInt};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Survey, form version, unit, day.
pub(super) type DayKey = (i64, i64, i64, NaiveDate);
/// The counts of days.
pub(super) type Days = BTreeMap<DayKey, Cells>;

/// In place of a procedure: all together.
pub(super) const ALL_PROCEDURES: i64 = -1;

/// How long a sum is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Grain {
    Year,
    Month,
}

impl Grain {
    pub fn number(self) -> i16 {
        match self {
            Grain::Year => 1,
            Grain::Month => 2,
        }
    }

    /// The first day of the sum in which a day is, and the day's place in it.
    pub fn place(self, day: NaiveDate) -> (NaiveDate, u8) {
        let month = day.with_day(1).unwrap_or(day);
        match self {
            Grain::Year => (month.with_month(1).unwrap_or(month), day.month() as u8),
            Grain::Month => (month, day.day() as u8),
        }
    }
}

/// One sum: survey, form version, unit, whether it is its subtree, grain, first day, procedure.
pub(super) type SumKey = (i64, i64, i64, bool, Grain, NaiveDate, i64);

/// The counts by channel, and for all procedures of a unit itself how many when.
#[derive(Debug, Default)]
pub(super) struct Sum {
    pub counts: Cells,
    pub sizes: Sizes,
}

pub(super) fn damaged(error: Damaged) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(error.into())
}

/// How submissions of a form version are counted.
pub(super) struct Version {
    pub layout: Layout,
    pub breakdowns: Vec<Breakdown>,
}

/// How those of all form versions are counted.
pub(super) fn versions(conn: &mut PgConnection, counting: &Counting) -> QueryResult<HashMap<i64, Version>> {
    use super::schema::form_versions;
    let rows: Vec<(i64, serde_json::Value)> =
        form_versions::table.select((form_versions::id, form_versions::definition)).load(conn)?;
    rows.into_iter()
        .map(|(id, definition)| {
            let form: Form = serde_json::from_value(definition)
                .map_err(|e| diesel::result::Error::DeserializationError(e.into()))?;
            let layout = counting.layout(&form);
            let breakdowns = counting.breakdowns(&form, &layout);
            Ok((id, Version { layout, breakdowns }))
        })
        .collect()
}

/// Coders by form version.
pub(super) struct Coders<'a>(HashMap<i64, Coder<'a>>);

impl<'a> Coders<'a> {
    pub fn of(versions: &'a HashMap<i64, Version>) -> Self {
        Self(versions.iter().map(|(number, version)| (*number, Coder::new(&version.layout))).collect())
    }

    pub fn of_version(&mut self, version: i64) -> QueryResult<&mut Coder<'a>> {
        self.0.get_mut(&version).ok_or(diesel::result::Error::NotFound)
    }
}

/// The counts by channel, whatever the procedure.
pub(super) fn by_channel(cells: &Cells) -> Cells {
    let mut sums = Cells::new();
    for ((_, channel), tally) in cells {
        sums.entry((0, *channel)).or_default().merge(tally);
    }
    sums
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
    cells: Vec<u8>,
}

/// The table of days of units, or of their subtrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayTable {
    Units,
    Subtrees,
}

/// Adds counts to the rows of days.
pub(super) fn add_days(
    conn: &mut PgConnection,
    coders: &mut Coders<'_>,
    table: DayTable,
    days: Days,
) -> QueryResult<()> {
    if days.is_empty() {
        return Ok(());
    }
    let (name, columns, selected, update) = match table {
        DayTable::Units => (
            "tallies",
            "submissions, sizes, whole, cells",
            "n, z, w, c",
            "submissions = excluded.submissions, sizes = excluded.sizes,",
        ),
        DayTable::Subtrees => ("tally_subtrees", "whole, cells", "w, c", ""),
    };
    let mut days = days;
    let rows: Vec<DayRow> = diesel::sql_query(format!(
        "select t.survey_id, t.form_version_id, t.unit_id, t.day, t.cells from {name} t \
         join unnest($1, $2, $3) as k (s, u, d) on t.survey_id = k.s and t.unit_id = k.u and t.day = k.d"
    ))
    .bind::<Array<BigInt>, _>(days.keys().map(|k| k.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(days.keys().map(|k| k.2).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(days.keys().map(|k| k.3).collect::<Vec<_>>())
    .load(conn)?;
    for row in rows {
        let cells = days.entry((row.survey_id, row.form_version_id, row.unit_id, row.day)).or_default();
        unpack(coders.of_version(row.form_version_id)?, &row.cells, cells).map_err(damaged)?;
    }
    let (mut submissions, mut sizes, mut wholes, mut packed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((_, version, ..), cells) in &days {
        let coder = coders.of_version(*version)?;
        submissions.push(cells.values().map(|tally| tally.submissions).sum::<i64>());
        let of_day = cells.iter().map(|((procedure, channel), tally)| ((0, *procedure, *channel), tally.submissions));
        sizes.push(pack_sizes(&of_day.collect()));
        wholes.push(pack(coder, &by_channel(cells)));
        packed.push(pack(coder, cells));
    }
    diesel::sql_query(format!(
        "insert into {name} (survey_id, form_version_id, unit_id, day, {columns}) \
         select s, f, u, d, {selected} from unnest($1, $2, $3, $4, $5, $6, $7, $8) as x (s, f, u, d, n, z, w, c) \
         on conflict (survey_id, unit_id, day) do update set {update} whole = excluded.whole, cells = excluded.cells"
    ))
    .bind::<Array<BigInt>, _>(days.keys().map(|k| k.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(days.keys().map(|k| k.1).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(days.keys().map(|k| k.2).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(days.keys().map(|k| k.3).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(submissions)
    .bind::<Array<Binary>, _>(sizes)
    .bind::<Array<Binary>, _>(wholes)
    .bind::<Array<Binary>, _>(packed)
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

/// Adds counts to the rows of months and years.
pub(super) fn add_sums(
    conn: &mut PgConnection,
    coders: &mut Coders<'_>,
    sums: BTreeMap<SumKey, Sum>,
) -> QueryResult<()> {
    if sums.is_empty() {
        return Ok(());
    }
    let (keys, mut sums): (Vec<SumKey>, Vec<Sum>) = sums.into_iter().unzip();
    let rows: Vec<SumRow> = diesel::sql_query(
        "select k.place, t.sizes, t.counts from tally_sums t join unnest($1, $2, $3, $4, $5, $6) \
             with ordinality as k (s, u, i, g, d, p, place) \
         on t.survey_id = k.s and t.unit_id = k.u and t.is_subtree = k.i and t.grain = k.g and t.first_day = k.d \
             and t.procedure_id = k.p",
    )
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.2).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(keys.iter().map(|k| k.3).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(keys.iter().map(|k| k.4.number()).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(keys.iter().map(|k| k.5).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.6).collect::<Vec<_>>())
    .load(conn)?;
    for row in rows {
        let place = usize::try_from(row.place - 1).unwrap_or(0);
        let sum = &mut sums[place];
        unpack(coders.of_version(keys[place].1)?, &row.counts, &mut sum.counts).map_err(damaged)?;
        each_size(&row.sizes, |time, procedure, channel, size| {
            *sum.sizes.entry((time, procedure, channel)).or_default() += size;
        })
        .map_err(damaged)?;
    }
    let mut counts = Vec::with_capacity(keys.len());
    for (key, sum) in keys.iter().zip(&sums) {
        counts.push(pack(coders.of_version(key.1)?, &sum.counts));
    }
    diesel::sql_query(
        "insert into tally_sums \
             (survey_id, form_version_id, unit_id, is_subtree, grain, first_day, procedure_id, sizes, counts) \
         select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         on conflict (survey_id, unit_id, is_subtree, grain, first_day, procedure_id) do update set \
             sizes = excluded.sizes, counts = excluded.counts",
    )
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.1).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.2).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(keys.iter().map(|k| k.3).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(keys.iter().map(|k| k.4.number()).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(keys.iter().map(|k| k.5).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(keys.iter().map(|k| k.6).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(sums.iter().map(|sum| pack_sizes(&sum.sizes)).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(counts)
    .execute(conn)?;
    mark_sums(conn)
}

/// Marks that sums are no longer what they were.
pub(super) fn mark_sums(conn: &mut PgConnection) -> QueryResult<()> {
    let fresh = diesel::dsl::sql::<diesel::sql_types::Uuid>("gen_random_uuid()");
    diesel::update(tally_watermark::table).set(tally_watermark::sums_mark.eq(fresh)).execute(conn)?;
    Ok(())
}

/// Up to which day sums were made, by which tree of units, and what marks them as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tally_watermark)]
pub(super) struct Closed {
    #[diesel(column_name = closed_before)]
    pub before: NaiveDate,
    pub tree: String,
    #[diesel(column_name = sums_mark)]
    pub mark: Uuid,
}

impl Closed {
    /// What is gathered from sums, and what is not changed by anything else.
    pub fn basis(&self, catalogue: &Catalogue) -> Basis {
        Basis { mark: self.mark, before: self.before, catalogue: catalogue.revision }
    }
}

/// How far sums go.
pub(super) fn closed(conn: &mut PgConnection) -> QueryResult<Closed> {
    tally_watermark::table.select(Closed::as_select()).first(conn)
}

/// Adds a tally to one of a map.
pub(super) fn merge_into(cells: &mut Cells, cell: (i64, i16), tally: &Tally) {
    cells.entry(cell).or_default().merge(tally);
}

//! Summing up closed days: by months and years, by subtrees of units, by procedures and all together.
//!
//! A day is closed when it is over, so that the many facts of today change few rows. What comes for a closed day later is added to
//! its sums at once. Under another tree of units the sums of subtrees are made anew, from the tallies of days.

use super::schema::{tally_subtrees, tally_sums, tally_watermark, units};
use super::tally_rows::{
    ALL_PROCEDURES, Coders, DayTable, Days, Grain, Sum, SumKey, add_days, add_sums, damaged, mark_sums, merge_into,
};
use crate::domain::ids::UnitId;
use crate::domain::tally_pack::{Cells, each_size, unpack};
use crate::domain::unit_tree::UnitTree;
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Date};
use std::collections::BTreeMap;

/// How many tallies are summed up in memory before they are written: those of a month of a province are fewer.
const MOST_AT_ONCE: usize = 20_000;
/// And of days of subtrees.
const DAYS_AT_ONCE: usize = 4000;
/// From how many days on years are summed up from their months, and not day by day.
const MANY_DAYS: i64 = 40;
/// How many rows of days, and of months, are read at once.
const ROWS_AT_ONCE: usize = 200;
const MONTHS_AT_ONCE: usize = 2000;

/// Which sums are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sums {
    All,
    OfSubtrees,
}

/// The tree of units as it stands.
pub(super) fn tree(conn: &mut PgConnection) -> QueryResult<UnitTree> {
    let rows: Vec<(i64, Option<i64>)> = units::table.select((units::id, units::parent_id)).load(conn)?;
    Ok(UnitTree::new(rows.into_iter().map(|(unit, parent)| (UnitId(unit), parent.map(UnitId)))))
}

/// Adds the counts of closed days to all that they are part of.
pub(super) fn add(
    conn: &mut PgConnection,
    coders: &mut Coders<'_>,
    tree: &UnitTree,
    days: &Days,
    which: Sums,
) -> QueryResult<()> {
    let mut adding = Adding::of(tree, which, &[Grain::Month, Grain::Year]);
    for (key, cells) in days {
        adding.add(*key, cells);
        if adding.held.iter().sum::<usize>() > MOST_AT_ONCE {
            adding.write(conn, coders)?;
        }
    }
    adding.write(conn, coders)
}

struct Adding<'a> {
    which: Sums,
    tree: &'a UnitTree,
    grains: &'static [Grain],
    sums: BTreeMap<SumKey, Sum>,
    subtrees: Days,
    /// How many tallies are held in sums, and in days of subtrees.
    held: [usize; 2],
}

impl<'a> Adding<'a> {
    fn of(tree: &'a UnitTree, which: Sums, grains: &'static [Grain]) -> Self {
        Self { which, tree, grains, sums: BTreeMap::new(), subtrees: Days::new(), held: [0; 2] }
    }

    fn add(&mut self, (survey, version, unit, day): (i64, i64, i64, NaiveDate), cells: &Cells) {
        let itself = (self.which == Sums::All).then_some((unit, false));
        let line = self.tree.inner_line(UnitId(unit)).into_iter().map(|above| (above.0, true));
        for (of_unit, is_subtree) in itself.into_iter().chain(line) {
            for grain in self.grains {
                let (first, place) = grain.place(day);
                let key = |procedure| (survey, version, of_unit, is_subtree, *grain, first, procedure);
                for ((procedure, channel), tally) in cells {
                    for of_procedure in [*procedure, ALL_PROCEDURES] {
                        let sum = self.sums.entry(key(of_procedure)).or_default();
                        let before = sum.counts.len();
                        merge_into(&mut sum.counts, (0, *channel), tally);
                        self.held[0] += sum.counts.len() - before;
                        if of_procedure == ALL_PROCEDURES && !is_subtree {
                            *sum.sizes.entry((place, *procedure, *channel)).or_default() += tally.submissions;
                        }
                    }
                }
            }
            if is_subtree {
                let sums = self.subtrees.entry((survey, version, of_unit, day)).or_default();
                let before = sums.len();
                cells.iter().for_each(|(cell, tally)| merge_into(sums, *cell, tally));
                self.held[1] += sums.len() - before;
            }
        }
    }

    fn write(&mut self, conn: &mut PgConnection, coders: &mut Coders<'_>) -> QueryResult<()> {
        self.held[0] = 0;
        add_sums(conn, coders, std::mem::take(&mut self.sums))?;
        self.write_days(conn, coders)
    }

    fn write_days(&mut self, conn: &mut PgConnection, coders: &mut Coders<'_>) -> QueryResult<()> {
        self.held[1] = 0;
        add_days(conn, coders, DayTable::Subtrees, std::mem::take(&mut self.subtrees))
    }
}

#[derive(QueryableByName)]
struct Row {
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

/// Sums up the stored tallies of some days, from the first to before the last: in the order of days, so that each month is
/// written once. Must run in a transaction.
fn add_stored(
    conn: &mut PgConnection,
    coders: &mut Coders<'_>,
    tree: &UnitTree,
    (from, before): (NaiveDate, NaiveDate),
    which: Sums,
) -> QueryResult<()> {
    let is_long = (before - from).num_days() > MANY_DAYS;
    let mut adding = Adding::of(tree, which, if is_long { &[Grain::Month] } else { &[Grain::Month, Grain::Year] });
    diesel::sql_query(
        "declare days no scroll cursor for select survey_id, form_version_id, unit_id, day, cells from tallies \
         where day >= $1 and day < $2 order by survey_id, day, unit_id",
    )
    .bind::<Date, _>(from)
    .bind::<Date, _>(before)
    .execute(conn)?;
    let (mut month, mut day) = (None, None);
    loop {
        let rows: Vec<Row> = diesel::sql_query(format!("fetch {ROWS_AT_ONCE} from days")).load(conn)?;
        let is_last = rows.len() < ROWS_AT_ONCE;
        for row in rows {
            let of_row = Some((row.survey_id, Grain::Month.place(row.day).0));
            // Whatever is written before it is whole is read and written again.
            if adding.held[0] > MOST_AT_ONCE || month.replace(of_row) != Some(of_row) {
                adding.write(conn, coders)?;
            }
            if day.replace(row.day) != Some(row.day) && adding.held[1] > DAYS_AT_ONCE {
                adding.write_days(conn, coders)?;
            }
            let mut cells = Cells::new();
            unpack(coders.of_version(row.form_version_id)?, &row.cells, &mut cells).map_err(damaged)?;
            adding.add((row.survey_id, row.form_version_id, row.unit_id, row.day), &cells);
        }
        if is_last {
            break;
        }
    }
    adding.write(conn, coders)?;
    conn.batch_execute("close days")?;
    if is_long { add_years(conn, coders, which) } else { Ok(()) }
}

#[derive(QueryableByName)]
struct MonthRow {
    #[diesel(sql_type = BigInt)]
    survey_id: i64,
    #[diesel(sql_type = BigInt)]
    form_version_id: i64,
    #[diesel(sql_type = BigInt)]
    unit_id: i64,
    #[diesel(sql_type = Bool)]
    is_subtree: bool,
    #[diesel(sql_type = Date)]
    first_day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    procedure_id: i64,
    #[diesel(sql_type = Binary)]
    sizes: Vec<u8>,
    #[diesel(sql_type = Binary)]
    counts: Vec<u8>,
}

/// Sums up all years anew from their months.
fn add_years(conn: &mut PgConnection, coders: &mut Coders<'_>, which: Sums) -> QueryResult<()> {
    mark_sums(conn)?;
    let units = if which == Sums::All { "true" } else { "is_subtree" };
    conn.batch_execute(&format!(
        "delete from tally_sums where grain = 1 and {units}; \
         declare months no scroll cursor for \
             select survey_id, form_version_id, unit_id, is_subtree, first_day, procedure_id, sizes, counts from tally_sums \
             where grain = 2 and {units} \
             order by survey_id, unit_id, is_subtree, date_trunc('year', first_day), procedure_id"
    ))?;
    let mut sums: BTreeMap<SumKey, Sum> = BTreeMap::new();
    loop {
        let rows: Vec<MonthRow> = diesel::sql_query(format!("fetch {MONTHS_AT_ONCE} from months")).load(conn)?;
        let is_last = rows.len() < MONTHS_AT_ONCE;
        for row in rows {
            let (first, place) = Grain::Year.place(row.first_day);
            let (version, procedure) = (row.form_version_id, row.procedure_id);
            let key = (row.survey_id, version, row.unit_id, row.is_subtree, Grain::Year, first, procedure);
            if sums.len() >= MONTHS_AT_ONCE && !sums.contains_key(&key) {
                add_sums(conn, coders, std::mem::take(&mut sums))?;
            }
            let sum = sums.entry(key).or_default();
            unpack(coders.of_version(version)?, &row.counts, &mut sum.counts).map_err(damaged)?;
            each_size(&row.sizes, |_, procedure, channel, size| {
                *sum.sizes.entry((place, procedure, channel)).or_default() += size;
            })
            .map_err(damaged)?;
        }
        if is_last {
            break;
        }
    }
    add_sums(conn, coders, sums)?;
    conn.batch_execute("close months")
}

/// Closes the days before one.
pub(super) fn close(
    conn: &mut PgConnection,
    coders: &mut Coders<'_>,
    tree: &UnitTree,
    (open, today): (NaiveDate, NaiveDate),
) -> QueryResult<()> {
    add_stored(conn, coders, tree, (open, today), Sums::All)?;
    diesel::update(tally_watermark::table).set(tally_watermark::closed_before.eq(today)).execute(conn)?;
    Ok(())
}

/// Sums up subtrees anew.
pub(super) fn replant(
    conn: &mut PgConnection,
    coders: &mut Coders<'_>,
    tree: &UnitTree,
    closed_before: NaiveDate,
) -> QueryResult<()> {
    super::without_time_limit(conn)?;
    diesel::delete(tally_subtrees::table).execute(conn)?;
    diesel::delete(tally_sums::table.filter(tally_sums::is_subtree)).execute(conn)?;
    add_stored(conn, coders, tree, (first_day(), closed_before), Sums::OfSubtrees)
}

/// Before every day that there is.
pub(super) fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN)
}

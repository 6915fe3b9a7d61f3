//! Folding: new facts are added to the tallies, by day and by month.
//!
//! A fact is new when its transaction's number is at or above the watermark and below the oldest transaction still running:
//! all facts below that are visible, whatever the order of commits. The watermark row is locked for the whole fold, so two
//! servers cannot fold the same fact; a server that finds it locked leaves the work to the other. Counts made by another cluster,
//! or by other index definitions, are made anew.

use super::schema::{exclusions, form_versions, submissions, tallies, tally_months, tally_watermark};
use super::stored_answers::StoredAnswers;
use super::without_time_limit;
use crate::domain::counting::Counting;
use crate::domain::form::Form;
use crate::domain::tally::{Layout, Tally};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, SmallInt, Text};
use std::collections::{BTreeMap, HashMap};

/// How many facts one fold takes at the most (a transaction's facts are never split).
const FACTS_PER_FOLD: i64 = 50_000;

/// What a fold did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    /// How many facts went in.
    pub facts: usize,
    /// Whether more were waiting.
    pub more: bool,
}

#[derive(QueryableByName)]
struct Horizon {
    #[diesel(sql_type = BigInt)]
    xmin: i64,
    #[diesel(sql_type = Text)]
    cluster: String,
}

type Key = (i64, i64, i64, i64, i16, NaiveDate);

#[derive(Queryable, Selectable)]
#[diesel(table_name = submissions)]
struct Fact {
    survey_id: i64,
    form_version_id: i64,
    unit_id: i64,
    procedure_id: Option<i64>,
    channel: i16,
    day: NaiveDate,
    answers: StoredAnswers,
}

struct Folder {
    layouts: HashMap<i64, Layout>,
    sums: BTreeMap<Key, Tally>,
}

impl Folder {
    fn add(&mut self, fact: &Fact, times: i64) -> QueryResult<()> {
        let Some(layout) = self.layouts.get(&fact.form_version_id) else { return Ok(()) };
        let procedure = fact.procedure_id.unwrap_or(0);
        let key = (fact.survey_id, fact.form_version_id, fact.unit_id, procedure, fact.channel, fact.day);
        let sum = self.sums.entry(key).or_insert_with(|| Tally::empty(layout));
        let counted = sum.add_text(layout, &fact.answers.0, times);
        counted.map_err(|error| diesel::result::Error::DeserializationError(error.into()))
    }
}

/// What to do while somebody else folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfTaken {
    /// Wait until they are done.
    Wait,
    /// Leave it to them.
    Leave,
}

/// How far was folded, in which cluster, and by which way of counting.
type Watermark = (i64, String, String);

/// The watermark, locked; nothing where somebody else has it and it is left to them.
fn watermark(conn: &mut PgConnection, if_taken: IfTaken) -> QueryResult<Option<Watermark>> {
    let columns = (tally_watermark::folded_below, tally_watermark::cluster, tally_watermark::counted_by);
    let watermark = tally_watermark::table.select(columns).for_update();
    match if_taken {
        IfTaken::Wait => watermark.first(conn).map(Some),
        IfTaken::Leave => watermark.skip_locked().first(conn).optional(),
    }
}

/// Folds new facts into the tallies. Must run in a transaction (`read committed`), which holds the watermark's lock.
pub fn fold(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    counting: &Counting,
    if_taken: IfTaken,
) -> QueryResult<Folded> {
    let Some((mut from, cluster, counted_by)) = watermark(conn, if_taken)? else {
        return Ok(Folded { facts: 0, more: false });
    };
    let horizon = horizon(conn)?;
    if cluster != horizon.cluster || counted_by != counting.name() {
        let numbers = if cluster == horizon.cluster { Numbers::Own } else { Numbers::Foreign };
        // After a restore every row is touched.
        without_time_limit(conn)?;
        forget(conn, &horizon.cluster, numbers)?;
        diesel::update(tally_watermark::table).set(tally_watermark::counted_by.eq(counting.name())).execute(conn)?;
        from = 0;
    }
    let cut: Option<i64> = submissions::table
        .filter(submissions::txid.ge(from).and(submissions::txid.lt(horizon.xmin)))
        .order(submissions::txid)
        .offset(FACTS_PER_FOLD)
        .select(submissions::txid)
        .first(conn)
        .optional()?;
    let below = cut.map_or(horizon.xmin, |txid| txid + 1);
    let mut folder = Folder { layouts: layouts(conn, counting)?, sums: BTreeMap::new() };
    let facts = gather(conn, &mut folder, from, below)?;
    upsert(conn, "tallies", "day", &folder.sums)?;
    upsert(conn, "tally_months", "month", &by_month(&folder.sums))?;
    if facts > 0 || below > from {
        diesel::update(tally_watermark::table)
            .set((tally_watermark::folded_below.eq(below), tally_watermark::folded_at.eq(now)))
            .execute(conn)?;
    }
    Ok(Folded { facts, more: cut.is_some() })
}

fn horizon(conn: &mut PgConnection) -> QueryResult<Horizon> {
    diesel::sql_query(
        "select (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint as xmin, \
             (select system_identifier::text from pg_control_system()) as cluster",
    )
    .get_result(conn)
}

fn layouts(conn: &mut PgConnection, counting: &Counting) -> QueryResult<HashMap<i64, Layout>> {
    let rows: Vec<(i64, serde_json::Value)> =
        form_versions::table.select((form_versions::id, form_versions::definition)).load(conn)?;
    rows.into_iter()
        .map(|(id, definition)| {
            let form: Form = serde_json::from_value(definition)
                .map_err(|e| diesel::result::Error::DeserializationError(e.into()))?;
            Ok((id, counting.layout(&form)))
        })
        .collect()
}

fn gather(conn: &mut PgConnection, folder: &mut Folder, from: i64, below: i64) -> QueryResult<usize> {
    let mut facts = 0;
    let new = submissions::table
        .filter(submissions::txid.ge(from).and(submissions::txid.lt(below)))
        .select(Fact::as_select())
        .load_iter::<Fact, diesel::pg::PgRowByRowLoadingMode>(conn)?;
    for fact in new {
        folder.add(&fact?, 1)?;
        facts += 1;
    }
    let decisions = exclusions::table
        .inner_join(submissions::table)
        .filter(exclusions::txid.ge(from).and(exclusions::txid.lt(below)))
        .select((exclusions::step, Fact::as_select()))
        .load_iter::<(i16, Fact), diesel::pg::PgRowByRowLoadingMode>(conn)?;
    for decision in decisions {
        let (step, fact) = decision?;
        folder.add(&fact, if step % 2 == 1 { -1 } else { 1 })?;
        facts += 1;
    }
    Ok(facts)
}

/// The same sums by the first days of their months.
fn by_month(sums: &BTreeMap<Key, Tally>) -> BTreeMap<Key, Tally> {
    let mut months: BTreeMap<Key, Tally> = BTreeMap::new();
    for ((survey, form_version, unit, procedure, channel, day), tally) in sums {
        let month = day.with_day(1).unwrap_or(*day);
        months.entry((*survey, *form_version, *unit, *procedure, *channel, month)).or_default().merge(tally);
    }
    months
}

fn upsert(conn: &mut PgConnection, table: &str, time: &str, sums: &BTreeMap<Key, Tally>) -> QueryResult<()> {
    let sums: Vec<(&Key, &Tally)> = sums.iter().filter(|(_, tally)| !tally.is_zero()).collect();
    let column = |f: fn(&Key) -> i64| sums.iter().map(|(key, _)| f(key)).collect::<Vec<_>>();
    let counts = |tally: &Tally| {
        let numbers: Vec<String> = tally.counts.iter().map(ToString::to_string).collect();
        format!("{{{}}}", numbers.join(","))
    };
    diesel::sql_query(format!(
        "insert into {table} as old (survey_id, form_version_id, unit_id, procedure_id, channel, {time}, submissions, counts) \
         select s, f, u, p, c, d, n, a::bigint[] from unnest($1, $2, $3, $4, $5, $6, $7, $8) as x (s, f, u, p, c, d, n, a) \
         on conflict (survey_id, unit_id, procedure_id, channel, {time}) do update set \
             submissions = old.submissions + excluded.submissions, \
             counts = (select array_agg(a + b order by i) \
                       from unnest(old.counts, excluded.counts) with ordinality as t (a, b, i))"
    ))
    .bind::<Array<BigInt>, _>(column(|k| k.0))
    .bind::<Array<BigInt>, _>(column(|k| k.1))
    .bind::<Array<BigInt>, _>(column(|k| k.2))
    .bind::<Array<BigInt>, _>(column(|k| k.3))
    .bind::<Array<SmallInt>, _>(sums.iter().map(|(k, _)| k.4).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(sums.iter().map(|(k, _)| k.5).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(sums.iter().map(|(_, t)| t.submissions).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(sums.iter().map(|(_, t)| counts(t)).collect::<Vec<_>>())
    .execute(conn)?;
    Ok(())
}

/// Whose transaction numbers the facts bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbers {
    /// This cluster's: they go on telling what was committed when.
    Own,
    /// Those of a cluster that the data came from: they mean nothing here.
    Foreign,
}

/// Forgets all counts so that the next fold starts anew: after a restore into another cluster, after a change of what is counted,
/// and after demo submissions were deleted. Must run in a transaction.
fn forget(conn: &mut PgConnection, cluster: &str, numbers: Numbers) -> QueryResult<()> {
    diesel::delete(tallies::table).execute(conn)?;
    diesel::delete(tally_months::table).execute(conn)?;
    if numbers == Numbers::Foreign {
        diesel::update(submissions::table.filter(submissions::txid.ne(0)))
            .set(submissions::txid.eq(0))
            .execute(conn)?;
        diesel::update(exclusions::table.filter(exclusions::txid.ne(0))).set(exclusions::txid.eq(0)).execute(conn)?;
    }
    diesel::update(tally_watermark::table)
        .set((tally_watermark::folded_below.eq(0), tally_watermark::cluster.eq(cluster)))
        .execute(conn)?;
    Ok(())
}

/// Counts everything anew. Must run in a transaction; folds afterwards bring the figures back.
pub fn reset(conn: &mut PgConnection) -> QueryResult<()> {
    let counted: String = tally_watermark::table.select(tally_watermark::cluster).for_update().first(conn)?;
    let horizon = horizon(conn)?;
    let numbers = if counted == horizon.cluster { Numbers::Own } else { Numbers::Foreign };
    forget(conn, &horizon.cluster, numbers)
}

/// Whether a fold would find anything: a look that writes nothing.
pub fn is_behind(conn: &mut PgConnection, counting: &Counting) -> QueryResult<bool> {
    let is_behind = "cluster <> (select system_identifier::text from pg_control_system()) \
             or exists (select from submissions where txid >= folded_below) \
             or exists (select from exclusions where txid >= folded_below)";
    let is_behind = diesel::dsl::sql::<diesel::sql_types::Bool>(is_behind);
    tally_watermark::table.select(tally_watermark::counted_by.ne(counting.name()).or(is_behind)).first(conn)
}

/// How many facts wait to be folded, and when the last fold ended: for monitoring.
pub fn waiting(conn: &mut PgConnection) -> QueryResult<(i64, Option<DateTime<Utc>>)> {
    let folded_at = tally_watermark::table.select(tally_watermark::folded_at).first(conn)?;
    Ok((count_waiting(conn)?, folded_at))
}

/// How many facts wait to be folded.
pub fn count_waiting(conn: &mut PgConnection) -> QueryResult<i64> {
    let below: i64 = tally_watermark::table.select(tally_watermark::folded_below).first(conn)?;
    let new: i64 = submissions::table.filter(submissions::txid.ge(below)).count().get_result(conn)?;
    let decided: i64 = exclusions::table.filter(exclusions::txid.ge(below)).count().get_result(conn)?;
    Ok(new + decided)
}

//! Folding: new facts are added to the tallies of their days, and to all sums of days that are closed.
//!
//! A fact is new when its transaction's number is at or above the watermark and below the oldest transaction still running:
//! all facts below that are visible, whatever the order of commits. The watermark row is locked for the whole fold, so two
//! servers cannot fold the same fact; a server that finds it locked leaves the work to the other. Counts made by another cluster,
//! or by other index definitions, are made anew.

use super::respondent_groups;
use super::roll_up::{self, Sums};
use super::schema::{
    catalogue_revision, exclusions, submissions, tallies, tally_subtrees, tally_sums, tally_watermark,
};
use super::stored_answers::StoredAnswers;
use super::tally_rows::{Coders, DayTable, Days, Version, add_days, mark_sums, versions};
use crate::domain::counting::Counting;
use crate::domain::period::day_in_vietnam;
use crate::domain::respondents;
use crate::domain::tally::Tally;
use crate::domain::unit_tree::UnitTree;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Json, Nullable, SmallInt, Text};
use std::collections::HashMap;

/// About how many facts one fold takes at the most.
const FACTS_PER_FOLD: usize = 40_000;
/// How many are read at once.
const FACTS_AT_ONCE: usize = 5000;
/// How many tallies are held in memory, about, before they are written.
const MOST_HELD: usize = 20_000;

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

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(Queryable)]
struct Fact {
    survey_id: i64,
    form_version_id: i64,
    unit_id: i64,
    procedure_id: Option<i64>,
    channel: i16,
    day: NaiveDate,
    answers: StoredAnswers,
}

/// The columns of a fact, in the order of its fields.
const COLUMNS: &str = "survey_id, form_version_id, unit_id, procedure_id, channel, day, answers";
/// Their types.
type FactTypes = (BigInt, BigInt, BigInt, Nullable<BigInt>, SmallInt, Date, Json);

/// The transaction that wrote a fact, how often the fact is counted (-1: it is taken off), and the fact.
type Counted = (i64, i16, Fact);

/// What is counted of days.
#[derive(Default)]
struct Counts {
    /// By procedure and channel.
    days: Days,
    /// By who answered.
    groups: Days,
    /// How many tallies these are.
    held: usize,
}

struct Folder<'a> {
    versions: &'a HashMap<i64, Version>,
    counts: Counts,
    /// The tally of the fact at hand.
    fact: Tally,
}

impl Folder<'_> {
    fn add(&mut self, fact: &Fact, times: i64) -> QueryResult<()> {
        let Some(Version { layout, breakdowns }) = self.versions.get(&fact.form_version_id) else { return Ok(()) };
        let key = (fact.survey_id, fact.form_version_id, fact.unit_id, fact.day);
        let cell = (fact.procedure_id.unwrap_or(0), fact.channel);
        self.fact.submissions = 0;
        self.fact.counts.clear();
        self.fact.counts.resize(layout.width(), 0);
        let counted = self.fact.add_text(layout, &fact.answers.0, times);
        counted.map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
        let (cells, groups) = (self.counts.days.entry(key).or_default(), self.counts.groups.entry(key).or_default());
        let before = cells.len() + groups.len();
        cells.entry(cell).or_default().merge(&self.fact);
        respondents::add(groups, breakdowns, &self.fact);
        self.counts.held += cells.len() + groups.len() - before;
        Ok(())
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

#[derive(Queryable, Selectable)]
#[diesel(table_name = tally_watermark)]
struct Watermark {
    folded_below: i64,
    cluster: String,
    counted_by: String,
    closed_before: NaiveDate,
    tree: String,
    catalogue_revision: i64,
}

/// The watermark, locked; nothing where somebody else has it and it is left to them.
fn watermark(conn: &mut PgConnection, if_taken: IfTaken) -> QueryResult<Option<Watermark>> {
    let watermark = tally_watermark::table.select(Watermark::as_select()).for_update();
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
    fold_about(conn, now, counting, if_taken, FACTS_PER_FOLD)
}

/// The same with about so many facts at the most: a transaction's facts are never split.
pub fn fold_about(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    counting: &Counting,
    if_taken: IfTaken,
    enough: usize,
) -> QueryResult<Folded> {
    let Some(mut mark) = watermark(conn, if_taken)? else {
        return Ok(Folded { facts: 0, more: false });
    };
    let horizon = horizon(conn)?;
    if mark.cluster != horizon.cluster || mark.counted_by != counting.name() {
        let numbers = if mark.cluster == horizon.cluster { Numbers::Own } else { Numbers::Foreign };
        // After a restore every row is touched.
        super::without_time_limit(conn)?;
        forget(conn, &horizon.cluster, numbers)?;
        diesel::update(tally_watermark::table).set(tally_watermark::counted_by.eq(counting.name())).execute(conn)?;
        (mark.folded_below, mark.closed_before) = (0, roll_up::first_day());
    }
    let from = mark.folded_below;
    let versions = versions(conn, counting)?;
    let mut coders = Coders::of(&versions);
    let tree = tended(conn, &mut coders, &mark)?;
    let mut folding = Folding { tree, closed_before: mark.closed_before, coders };
    let (facts, below) = gather(conn, &versions, &mut folding, (from, horizon.xmin), enough)?;
    let more = below < horizon.xmin;
    let today = day_in_vietnam(now);
    // While much is waiting, days stay open: it is less work to sum them up once.
    if !more && mark.closed_before < today {
        super::without_time_limit(conn)?;
        let tree = folding.tree(conn)?;
        roll_up::close(conn, &mut folding.coders, &tree, (mark.closed_before, today))?;
        respondent_groups::close(conn, &mut folding.coders, today)?;
    }
    if facts > 0 || below > from {
        diesel::update(tally_watermark::table)
            .set((tally_watermark::folded_below.eq(below), tally_watermark::folded_at.eq(now)))
            .execute(conn)?;
    }
    Ok(Folded { facts, more })
}

/// Sees to it that the sums of subtrees are those of the tree of units as it stands. Returns the tree where it had to be read.
fn tended(conn: &mut PgConnection, coders: &mut Coders<'_>, mark: &Watermark) -> QueryResult<Option<UnitTree>> {
    let revision: i64 = catalogue_revision::table.select(catalogue_revision::revision).first(conn)?;
    if revision == mark.catalogue_revision {
        return Ok(None);
    }
    let tree = roll_up::tree(conn)?;
    if tree.name() != mark.tree {
        roll_up::replant(conn, coders, &tree, mark.closed_before)?;
    }
    diesel::update(tally_watermark::table)
        .set((tally_watermark::tree.eq(tree.name()), tally_watermark::catalogue_revision.eq(revision)))
        .execute(conn)?;
    Ok(Some(tree))
}

/// What one fold works with.
struct Folding<'a> {
    tree: Option<UnitTree>,
    closed_before: NaiveDate,
    coders: Coders<'a>,
}

impl Folding<'_> {
    /// The tree of units, read when it is needed first.
    fn tree(&mut self, conn: &mut PgConnection) -> QueryResult<UnitTree> {
        match self.tree.take() {
            Some(tree) => Ok(tree),
            None => roll_up::tree(conn),
        }
    }

    /// Adds the counts of days to their rows, and of those that are closed to the sums.
    fn add(&mut self, conn: &mut PgConnection, counts: Counts) -> QueryResult<()> {
        let Counts { mut days, mut groups, .. } = counts;
        for cells in days.values_mut().chain(groups.values_mut()) {
            cells.retain(|_, tally| !tally.is_zero());
        }
        let late: Days =
            days.iter().filter(|((.., day), _)| *day < self.closed_before).map(|(k, v)| (*k, v.clone())).collect();
        if !late.is_empty() {
            let tree = self.tree(conn)?;
            roll_up::add(conn, &mut self.coders, &tree, &late, Sums::All)?;
            self.tree = Some(tree);
        }
        add_days(conn, &mut self.coders, DayTable::Units, days)?;
        respondent_groups::add(conn, &mut self.coders, self.closed_before, groups)
    }
}

fn horizon(conn: &mut PgConnection) -> QueryResult<Horizon> {
    diesel::sql_query(
        "select (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint as xmin, \
             (select system_identifier::text from pg_control_system()) as cluster",
    )
    .get_result(conn)
}

/// The first of some transactions, if so many facts are its own that each day is better met once: after a restore one may hold
/// everything there is.
fn vast(conn: &mut PgConnection, (from, below): (i64, i64), enough: usize) -> QueryResult<Option<i64>> {
    // Of a transaction that is not vast this reads what it wrote and no more.
    let first = "with first as (select txid from submissions where txid >= $1 and txid < $2 order by txid limit 1) \
         select txid as number from first \
         where exists (select from submissions where submissions.txid = first.txid offset $3)";
    let first = diesel::sql_query(first).bind::<BigInt, _>(from).bind::<BigInt, _>(below);
    let first = first.bind::<BigInt, _>(3 * enough as i64).get_result::<Number>(conn).optional()?;
    Ok(first.map(|first| first.number))
}

/// Adds the facts of transactions from one on and below another, in their order until it is enough for one fold: first the
/// submissions and then what was decided about them. Returns how many there were, and below which transaction all are in.
fn gather(
    conn: &mut PgConnection,
    versions: &HashMap<i64, Version>,
    folding: &mut Folding<'_>,
    (from, below): (i64, i64),
    enough: usize,
) -> QueryResult<(usize, i64)> {
    let new = format!(
        "select submissions.txid as written_by, 1::smallint as times, {COLUMNS} from submissions \
         where txid >= $1 and txid < $2 order by"
    );
    let decided = format!(
        "select exclusions.txid as written_by, (case when step % 2 = 1 then -1 else 1 end)::smallint as times, {COLUMNS} \
         from exclusions join submissions on submissions.id = submission_id \
         where exclusions.txid >= $1 and exclusions.txid < $2"
    );
    let submitted = match vast(conn, (from, below), enough)? {
        Some(vast) => {
            super::without_time_limit(conn)?;
            read(conn, versions, folding, &format!("{new} day, unit_id"), (from, vast + 1), usize::MAX)?
        }
        None => read(conn, versions, folding, &format!("{new} txid"), (from, below), enough)?,
    };
    let decisions = read(conn, versions, folding, &decided, (from, submitted.below), usize::MAX)?;
    Ok((submitted.facts + decisions.facts, submitted.below))
}

/// What was read.
struct Reading {
    facts: usize,
    /// All transactions below are in.
    below: i64,
}

/// Reads and adds facts of a query by transactions from one on and below another; where they come in the order of transactions,
/// after so many facts only those of the transaction at hand.
fn read(
    conn: &mut PgConnection,
    versions: &HashMap<i64, Version>,
    folding: &mut Folding<'_>,
    query: &str,
    (from, below): (i64, i64),
    enough: usize,
) -> QueryResult<Reading> {
    diesel::sql_query(format!("declare facts no scroll cursor for {query}"))
        .bind::<BigInt, _>(from)
        .bind::<BigInt, _>(below)
        .execute(conn)?;
    let mut reading = Reading { facts: 0, below };
    let mut folder = Folder { versions, counts: Counts::default(), fact: Tally::default() };
    let mut last = from;
    loop {
        let mut found = 0;
        let fetched = sql::<(BigInt, SmallInt, FactTypes)>(&format!("fetch {FACTS_AT_ONCE} from facts"))
            .load_iter::<Counted, DefaultLoadingMode>(conn)?;
        for counted in fetched {
            let (written_by, times, fact) = counted?;
            if reading.facts >= enough && written_by > last {
                reading.below = written_by;
                break;
            }
            folder.add(&fact, i64::from(times))?;
            (last, reading.facts, found) = (written_by, reading.facts + 1, found + 1);
        }
        // Also where it was broken off.
        let is_last = found < FACTS_AT_ONCE;
        if is_last || folder.counts.held > MOST_HELD {
            folding.add(conn, std::mem::take(&mut folder.counts))?;
        }
        if is_last {
            break;
        }
    }
    conn.batch_execute("close facts")?;
    Ok(reading)
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
    diesel::delete(tally_subtrees::table).execute(conn)?;
    diesel::delete(tally_sums::table).execute(conn)?;
    mark_sums(conn)?;
    respondent_groups::forget(conn)?;
    if numbers == Numbers::Foreign {
        diesel::update(submissions::table.filter(submissions::txid.ne(0)))
            .set(submissions::txid.eq(0))
            .execute(conn)?;
        diesel::update(exclusions::table.filter(exclusions::txid.ne(0))).set(exclusions::txid.eq(0)).execute(conn)?;
    }
    diesel::update(tally_watermark::table)
        .set((
            tally_watermark::folded_below.eq(0),
            tally_watermark::cluster.eq(cluster),
            tally_watermark::closed_before.eq(roll_up::first_day()),
        ))
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

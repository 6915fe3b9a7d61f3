//! Narrowing a total to a unit, a procedure, a channel or a part of the period, and whether the figures of what is left may be
//! shown beside all that the same reader can see (see [`super::disclosure_cube`]).
//!
//! The whole against which everything is compared is what the reader's scope holds of one survey. A month stands below its
//! quarter, half-year and year; days that are no such period stand between those before and those after in the years they touch.
//! Within a month such days end only where at least five people of the same group stand between one possible end and the next,
//! so that two periods which differ by a day tell nothing about one person. Known limit: such periods of different groups are
//! not compared with each other.

use super::access::Scope;
use super::catalogue::Catalogue;
use super::disclosure::SMALLEST_SHOWN;
use super::disclosure_cube::{Cube, Slice, Tree};
use super::ids::{ProcedureId, UnitId};
use super::period::{Calendar, Period};
use super::procedure;
use super::survey::Channel;
use super::unit::UnitCode;
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

mod sizing;

pub use sizing::{Gathered, OfProcedures, Sizing};

/// What a total is narrowed to; nothing: all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    /// The code of a unit, with all below it.
    pub unit: Option<String>,
    /// Only what was sent to that unit itself, without those below.
    pub is_direct: bool,
    /// The code of a procedure.
    pub procedure: Option<String>,
    /// A channel.
    pub channel: Option<Channel>,
    /// A month of the period.
    pub month: Option<Calendar>,
}

/// How many submissions one of the finest groups has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// The unit.
    pub unit: UnitId,
    /// The procedure, where one was named.
    pub procedure: Option<ProcedureId>,
    /// The channel.
    pub channel: Channel,
    /// The first day of the month; in a month that the period cuts, the day itself.
    pub day: NaiveDate,
    /// How many.
    pub submissions: i64,
}

/// The first days of the months that a period cuts, so that sizes must be known by the day: at most two.
pub fn cut_months(period: Period) -> Vec<NaiveDate> {
    let (_, ends) = period.months_and_ends();
    let mut cut: Vec<NaiveDate> =
        ends.iter().flat_map(|end| [end.from, end.to]).flatten().filter_map(|day| day.with_day(1)).collect();
    cut.dedup();
    cut
}

/// The calendar years that a period touches.
fn window(period: Period) -> Period {
    let first = |day: NaiveDate| NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day);
    let last = |day: NaiveDate| NaiveDate::from_ymd_opt(day.year(), 12, 31).unwrap_or(day);
    Period { from: period.from.map(first), to: period.to.map(last) }
}

/// A node of the tree of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Time {
    /// A calendar period.
    Calendar(Calendar),
    /// The years that days chosen by hand touch.
    Years,
    /// In those years: the days before.
    Before,
    /// The days chosen.
    Chosen,
    /// What of a month is chosen.
    ChosenOf(Calendar),
    /// The days after.
    After,
}

/// How a period stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// All there is.
    All,
    /// A period of the calendar.
    Calendar(Calendar),
    /// Days chosen by hand.
    Days,
}

impl Standing {
    fn of(period: Period) -> Self {
        match Calendar::of(period) {
            Some(calendar) => Self::Calendar(calendar),
            None if period == Period::default() => Self::All,
            None => Self::Days,
        }
    }
}

/// How many submissions one of the finest groups below unit, procedure and channel has on a day of a month.
#[derive(Debug, Clone, Copy)]
struct OfDay {
    group: [u32; 3],
    day: u8,
    size: u32,
}

/// The days of one cut month.
#[derive(Debug, Clone)]
struct CutMonth {
    month: NaiveDate,
    days: Arc<Vec<OfDay>>,
    /// Those of the procedure that was asked about last: few of many, and it is asked about again and again.
    of_procedure: (usize, Vec<OfDay>),
}

impl CutMonth {
    fn new(month: NaiveDate, days: Vec<OfDay>) -> Self {
        Self { month, days: days.into(), of_procedure: (0, Vec::new()) }
    }

    fn of_procedure(&mut self, procedure: usize) -> &[OfDay] {
        if procedure == 0 {
            return &self.days;
        }
        if self.of_procedure.0 != procedure {
            let of_it = self.days.iter().filter(|of_day| of_day.group[1] as usize == procedure);
            self.of_procedure = (procedure, of_it.copied().collect());
        }
        &self.of_procedure.1
    }
}

/// Where something was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WithData {
    /// The units. Those whose codes and the codes above them are the same are one here.
    pub units: BTreeSet<UnitId>,
    /// The months.
    pub months: BTreeSet<Calendar>,
}

/// Judges which narrowings may be shown. A copy knows what was found out so far and goes on by itself.
#[derive(Debug, Clone)]
pub struct Disclosure {
    cube: Cube,
    units: Tree<Vec<String>>,
    procedures: Tree<String>,
    channels: Tree<Channel>,
    times: Tree<Time>,
    standing: Standing,
    of_procedures: OfProcedures,
    /// The node of the period; nothing where all its days are without submissions.
    time: Option<usize>,
    /// The last days before a cut.
    cuts: Vec<NaiveDate>,
    cut_months: Vec<CutMonth>,
    well_cut: HashMap<Slice, bool>,
    /// Where what was sent to a unit itself stands.
    unit_leaves: Vec<(UnitId, usize)>,
}

impl Disclosure {
    /// A judge for a period of one survey. Sizes must be those of all its time, and of no unit outside the scope.
    pub fn new(catalogue: &Catalogue, scope: &Scope, period: Period, sizes: &[Size]) -> Self {
        let mut sizing = Sizing::new(catalogue, scope, period, OfProcedures::Each);
        sizes.iter().for_each(|size| sizing.add_size(size));
        sizing.judge()
    }

    fn stand_at(&mut self, period: Period) {
        self.time = match self.standing {
            Standing::All => Some(0),
            Standing::Calendar(calendar) => self.times.find(&Time::Calendar(calendar)),
            Standing::Days => self.times.find(&Time::Chosen),
        };
        self.cuts = [period.from.and_then(|day| day.pred_opt()), period.to].into_iter().flatten().collect();
    }

    /// Judges another period of the calendar from now on; it must judge one already.
    pub fn turn_to(&mut self, calendar: Calendar) {
        self.standing = Standing::Calendar(calendar);
        self.stand_at(calendar.days());
    }

    /// Where something of a narrowing of the period was sent.
    pub fn with_data(&self, narrowing: &Narrowing) -> WithData {
        let mut found = WithData::default();
        if self.time.is_none() {
            return found;
        }
        for slice in self.slices(narrowing) {
            let [units, _, _, times] = self.cube.present(slice);
            let with_data = self.unit_leaves.iter().filter(|(_, node)| units.get(*node) == Some(&true));
            found.units.extend(with_data.map(|(unit, _)| *unit));
            let month = |(time, node): (&Time, usize)| match time {
                Time::Calendar(month @ Calendar::Month(..)) | Time::ChosenOf(month) if times[node] => Some(*month),
                _ => None,
            };
            found.months.extend(self.times.entries().filter_map(month));
        }
        found
    }

    /// How the nodes of a narrowing may be: not there where nobody has answered about it.
    fn slices(&self, narrowing: &Narrowing) -> Vec<Slice> {
        let time = match (narrowing.month, self.standing) {
            (None, _) => self.time,
            (Some(month), Standing::Days) => self.times.find(&Time::ChosenOf(month)),
            (Some(month), _) => self.times.find(&Time::Calendar(month)),
        };
        let procedure =
            narrowing.procedure.as_ref().map_or(Some(0), |code| self.procedures.find(&procedure::key_of(code)));
        let channel = narrowing.channel.map_or(Some(0), |channel| self.channels.find(&channel));
        let (Some(procedure), Some(channel)) = (procedure, channel) else { return Vec::new() };
        // Days without any submission say as much as all time does.
        let time = if narrowing.month.is_some() { time } else { Some(time.unwrap_or(0)) };
        let Some(time) = time else { return Vec::new() };
        let units = match &narrowing.unit {
            None => vec![0],
            Some(code) => nodes_of(&self.units, code, narrowing.is_direct),
        };
        units.into_iter().map(|unit| [unit, procedure, channel, time]).collect()
    }

    /// Whether the figures of a narrowing may be shown: not where it is of procedures that the judge was not to be asked about. What
    /// nobody has answered about is in no tree and says nothing about anybody.
    pub fn may_show(&mut self, narrowing: &Narrowing) -> bool {
        let is_known = match (&self.of_procedures, &narrowing.procedure) {
            (OfProcedures::Each, _) | (OfProcedures::Together, None) => true,
            (OfProcedures::One(key), Some(code)) => procedure::key_of(code) == *key,
            (OfProcedures::Together, Some(_)) | (OfProcedures::One(_), None) => false,
        };
        if !is_known {
            return false;
        }
        let slices = self.slices(narrowing);
        slices.into_iter().all(|slice| {
            let group = [slice[0], slice[1], slice[2], 0];
            self.cube.is_open(slice) && self.is_well_cut(group)
        })
    }

    /// Whether the period ends, for a group, only where at least five people lie between one possible end and the next.
    fn is_well_cut(&mut self, group: Slice) -> bool {
        if let Some(known) = self.well_cut.get(&group) {
            return *known;
        }
        let (cube, cuts) = (&self.cube, &self.cuts);
        let well_cut = self.cut_months.iter_mut().all(|cut| {
            let mut by_day = [0i64; 32];
            let month = cut.month;
            for OfDay { group: [unit, procedure, channel], day, size } in cut.of_procedure(group[1]) {
                if cube.holds(group, [*unit as usize, *procedure as usize, *channel as usize, 0]) {
                    by_day[usize::from(day & 31)] += i64::from(*size);
                }
            }
            let ends = possible_ends(by_day.iter().copied().filter(|size| *size > 0));
            let is_here = |day: &&NaiveDate| day.with_day(1) == Some(month);
            cuts.iter().filter(is_here).all(|last| {
                let before: i64 = by_day[..=last.day() as usize].iter().sum();
                ends.contains(&before)
            })
        });
        self.well_cut.insert(group, well_cut);
        well_cut
    }
}

/// Where a series of days may be cut, as how many stand before the cut: at its start and end, and in between wherever at least
/// five more have come and at least five still follow.
fn possible_ends(days: impl Iterator<Item = i64>) -> BTreeSet<i64> {
    let (mut ends, mut before) = (vec![0], 0);
    for day in days {
        before += day;
        if before - ends.last().copied().unwrap_or(0) >= SMALLEST_SHOWN {
            ends.push(before);
        }
    }
    // What is left over at the end belongs to the last.
    if ends.last() != Some(&before) && ends.len() > 1 {
        ends.pop();
    }
    ends.push(before);
    ends.into_iter().collect()
}

/// The key of a unit's code, by which codes of both official orders are the same.
pub fn key_of(code: &str) -> String {
    UnitCode::parse(code).map(|c| c.key().to_owned()).unwrap_or_default()
}

/// Every place in the tree where a unit of this code stands: it may have moved. Directly: its leaves instead.
fn nodes_of(units: &Tree<Vec<String>>, code: &str, is_direct: bool) -> Vec<usize> {
    let key = key_of(code);
    let ending = if is_direct { vec![key, String::new()] } else { vec![key] };
    units.entries().filter(|(path, _)| path.ends_with(&ending)).map(|(_, node)| node).collect()
}

/// The keys of the codes from the top of a scope down to a unit.
fn path(catalogue: &Catalogue, scope: &Scope, id: UnitId) -> Vec<String> {
    let line = catalogue.line_of(id);
    let inside = line.into_iter().rev().filter(|above| scope.contains(*above));
    inside.filter_map(|above| catalogue.unit(above)).map(|unit| unit.code.key().to_owned()).collect()
}

/// The leaf of what was sent to a unit itself, below the unit, below those above it as far as the scope reaches.
fn unit_leaf(units: &mut Tree<Vec<String>>, catalogue: &Catalogue, scope: &Scope, id: UnitId) -> usize {
    let mut path = path(catalogue, scope, id);
    let node = (1..=path.len()).fold(0, |at, depth| units.node(at, path[..depth].to_vec()));
    path.push(String::new());
    units.node(node, path)
}

/// The key of the unit on the way down to `id` that stands directly below a unit (none: at the top of the scope); nothing where
/// `id` is that unit itself.
pub fn step_below(catalogue: &Catalogue, scope: &Scope, id: UnitId, above: Option<&str>) -> Option<String> {
    let path = path(catalogue, scope, id);
    let next = match above.map(key_of) {
        None => 0,
        Some(above) => path.iter().position(|key| *key == above)? + 1,
    };
    path.into_iter().nth(next)
}

/// The key of the unit above another as far as a scope reaches; nothing at its top.
pub fn unit_above(catalogue: &Catalogue, scope: &Scope, code: &str) -> Option<String> {
    let mut paths = catalogue.units_of_code(code).into_iter().map(|id| path(catalogue, scope, id));
    let longest = paths.by_ref().max_by_key(Vec::len)?;
    longest.len().checked_sub(2).and_then(|place| longest.get(place).cloned())
}

/// The periods among which one stands, itself included, and its place: the months of its quarter, the quarters of its half-year,
/// the half-years of its year, the year between all before and all after; days chosen by hand between those before and after in
/// the years that they touch. Nothing for all days.
pub fn siblings_of_period(period: Period) -> Option<(usize, Vec<Period>)> {
    let between = |around: Period| -> Vec<Period> {
        let before = period.from.and_then(|day| day.pred_opt()).map(|to| Period { from: around.from, to: Some(to) });
        let after = period.to.and_then(|day| day.succ_opt()).map(|from| Period { from: Some(from), to: around.to });
        [before, Some(period), after].into_iter().flatten().collect()
    };
    let all: Vec<Period> = match Calendar::of(period) {
        Some(Calendar::Year(_)) => between(Period::default()),
        Some(Calendar::Half(year, _)) => (1..=2).map(|n| Calendar::Half(year, n).days()).collect(),
        Some(Calendar::Quarter(year, n)) => {
            let first = (n - 1) / 2 * 2 + 1;
            (first..first + 2).map(|n| Calendar::Quarter(year, n).days()).collect()
        }
        Some(Calendar::Month(year, n)) => {
            let first = (n - 1) / 3 * 3 + 1;
            (first..first + 3).map(|n| Calendar::Month(year, n).days()).collect()
        }
        None => between(window(period)),
    };
    let own = all.iter().position(|p| *p == period)?;
    (all.len() > 1).then_some((own, all))
}

/// The leaf of a day, or of the month that it begins.
fn time_leaf(times: &mut Tree<Time>, standing: Standing, period: Period, day: NaiveDate) -> u32 {
    time_node(times, standing, period, day) as u32
}

fn time_node(times: &mut Tree<Time>, standing: Standing, period: Period, day: NaiveDate) -> usize {
    let month = Calendar::month_of(day);
    let (year, number) = (day.year(), day.month());
    if standing == Standing::Days && window(period).contains(day) {
        let years = times.node(0, Time::Years);
        return if period.from.is_some_and(|from| day < from) {
            times.node(years, Time::Before)
        } else if period.to.is_some_and(|to| day > to) {
            times.node(years, Time::After)
        } else {
            let chosen = times.node(years, Time::Chosen);
            times.node(chosen, Time::ChosenOf(month))
        };
    }
    let steps = [
        Calendar::Year(year),
        Calendar::Half(year, number.div_ceil(6)),
        Calendar::Quarter(year, number.div_ceil(3)),
        month,
    ];
    steps.into_iter().fold(0, |above, step| times.node(above, Time::Calendar(step)))
}

#[cfg(test)]
#[path = "narrowing_tests.rs"]
mod tests;

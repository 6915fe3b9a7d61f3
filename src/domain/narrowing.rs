//! Narrowing a total to a unit, a procedure, a channel or a part of the period, and whether the figures of what is left may be
//! shown beside all that the same reader can see (see [`super::disclosure_cube`]).
//!
//! The whole against which everything is compared is what the reader's scope holds of one survey in the calendar years around
//! the period. A month stands below its quarter, half-year and year; days that are no such period stand between those before
//! and those after.

use super::access::Scope;
use super::catalogue::Catalogue;
use super::disclosure_cube::{Cube, Slice, Tree};
use super::ids::{ProcedureId, UnitId};
use super::period::{Calendar, Period};
use super::survey::Channel;
use super::unit::UnitCode;
use chrono::{Datelike, NaiveDate};

/// What a total is narrowed to; nothing: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

/// Where days lie about a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Before its first day.
    Before,
    /// Within.
    Within,
    /// After its last day.
    After,
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
    /// The first day of the month.
    pub month: NaiveDate,
    /// Where the days lie about the period.
    pub side: Side,
    /// How many.
    pub submissions: i64,
}

/// The days whose sizes must be known to judge a period: the calendar years that it touches.
pub fn window(period: Period) -> Period {
    let first = |day: NaiveDate| NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day);
    let last = |day: NaiveDate| NaiveDate::from_ymd_opt(day.year(), 12, 31).unwrap_or(day);
    Period { from: period.from.map(first), to: period.to.map(last) }
}

type PeriodKey = (Side, Option<Calendar>);

/// Judges which narrowings may be shown.
#[derive(Debug)]
pub struct Disclosure {
    cube: Cube,
    units: Tree<Vec<String>>,
    procedures: Tree<String>,
    channels: Tree<Channel>,
    periods: Tree<PeriodKey>,
    period: usize,
}

impl Disclosure {
    /// A judge for one survey, or all of one form version, in the window of a period. Sizes outside the scope must not be among
    /// them.
    pub fn new(catalogue: &Catalogue, scope: &Scope, period: Period, sizes: &[Size]) -> Self {
        let (mut units, mut procedures) = (Tree::default(), Tree::default());
        let (mut channels, mut periods) = (Tree::default(), Tree::default());
        let mut leaves: Vec<(Slice, i64)> = Vec::with_capacity(sizes.len());
        let calendar = Calendar::of(period);
        for size in sizes {
            let unit = unit_leaf(&mut units, catalogue, scope, size.unit);
            let code = size.procedure.and_then(|id| catalogue.procedure(id)).map(|p| p.code.to_lowercase());
            let procedure = procedures.node(0, code.unwrap_or_default());
            let channel = channels.node(0, size.channel);
            let time = period_leaf(&mut periods, calendar, size);
            leaves.push(([unit, procedure, channel, time], size.submissions));
        }
        let whole = match calendar {
            Some(Calendar::Year(_)) => Some(0),
            Some(part) => periods.find(&(Side::Within, Some(part))),
            None => periods.find(&(Side::Within, None)),
        };
        // Days without any submission lie in a node of their own.
        let period = whole.unwrap_or_else(|| periods.node(0, (Side::Within, calendar)));
        let parents = [units.parents(), procedures.parents(), channels.parents(), periods.parents()];
        Self { cube: Cube::new(parents, leaves), units, procedures, channels, periods, period }
    }

    /// Whether the figures of a narrowing may be shown.
    pub fn may_show(&mut self, narrowing: &Narrowing) -> bool {
        let time = match narrowing.month {
            None => Some(self.period),
            Some(month) => self.periods.find(&(Side::Within, Some(month))),
        };
        let procedure = narrowing.procedure.as_ref().map_or(Some(0), |code| self.procedures.find(&code.to_lowercase()));
        let channel = narrowing.channel.map_or(Some(0), |channel| self.channels.find(&channel));
        // What nobody has answered about is in no tree and says nothing about anybody.
        let (Some(time), Some(procedure), Some(channel)) = (time, procedure, channel) else { return true };
        let units = match &narrowing.unit {
            None => vec![0],
            Some(code) => nodes_of(&self.units, code, narrowing.is_direct),
        };
        units.into_iter().all(|unit| self.cube.is_open([unit, procedure, channel, time]))
    }
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
/// the half-years of its year; the days before, within and after it in the years that it touches. Nothing for a whole year, and
/// for all days.
pub fn siblings_of_period(period: Period) -> Option<(usize, Vec<Period>)> {
    let all: Vec<Period> = match Calendar::of(period) {
        Some(Calendar::Year(_)) => return None,
        Some(Calendar::Half(year, _)) => (1..=2).map(|n| Calendar::Half(year, n).days()).collect(),
        Some(Calendar::Quarter(year, n)) => {
            let first = (n - 1) / 2 * 2 + 1;
            (first..first + 2).map(|n| Calendar::Quarter(year, n).days()).collect()
        }
        Some(Calendar::Month(year, n)) => {
            let first = (n - 1) / 3 * 3 + 1;
            (first..first + 3).map(|n| Calendar::Month(year, n).days()).collect()
        }
        None => {
            let around = window(period);
            let before =
                period.from.and_then(|day| day.pred_opt()).map(|to| Period { from: around.from, to: Some(to) });
            let after = period.to.and_then(|day| day.succ_opt()).map(|from| Period { from: Some(from), to: around.to });
            [before, Some(period), after].into_iter().flatten().collect()
        }
    };
    let own = all.iter().position(|p| *p == period)?;
    (all.len() > 1).then_some((own, all))
}

fn period_leaf(periods: &mut Tree<PeriodKey>, calendar: Option<Calendar>, size: &Size) -> usize {
    let month = Calendar::month_of(size.month);
    let (year, number) = (size.month.year(), size.month.month());
    if calendar.is_none() {
        let side = periods.node(0, (size.side, None));
        return if size.side == Side::Within { periods.node(side, (Side::Within, Some(month))) } else { side };
    }
    let half = periods.node(0, (Side::Within, Some(Calendar::Half(year, number.div_ceil(6)))));
    let quarter = periods.node(half, (Side::Within, Some(Calendar::Quarter(year, number.div_ceil(3)))));
    periods.node(quarter, (Side::Within, Some(month)))
}

#[cfg(test)]
#[path = "narrowing_tests.rs"]
mod tests;

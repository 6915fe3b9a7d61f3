//! Sizes gathered once for many judges: those of closed days change rarely, and to gather them is half of what a page costs.
//!
//! Units, procedures and channels stand the same for every period. So do months, except where days are chosen by hand: they stand
//! before, among or after these then, and the months that are cut have to be gathered anew by the day.

use super::{OfProcedures, Sizing, Standing, Time, time_leaf};
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::disclosure_cube::{Leaf, Run, Tree};
use crate::domain::period::{Calendar, Period};
use crate::domain::survey::Channel;
use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The sizes of one survey by the month, of units within a scope, with procedures added up or each by itself.
#[derive(Debug)]
pub struct Gathered {
    of_procedures: OfProcedures,
    units: Tree<Vec<String>>,
    procedures: Tree<String>,
    channels: Tree<Channel>,
    times: Tree<Time>,
    unit_nodes: FxHashMap<i64, u32>,
    procedure_nodes: FxHashMap<i64, u32>,
    runs: Vec<Run>,
    is_whole: bool,
}

impl Sizing<'_> {
    /// What was gathered so far, which must be for all time.
    pub fn gathered(self) -> Gathered {
        let Sizing { of_procedures, units, procedures, channels, times, .. } = self;
        let Sizing { unit_nodes, procedure_nodes, mut runs, is_whole, .. } = self;
        // It may be kept for long.
        runs.iter_mut().filter_map(|(_, leaves)| Arc::get_mut(leaves)).for_each(Vec::shrink_to_fit);
        Gathered { of_procedures, units, procedures, channels, times, unit_nodes, procedure_nodes, runs, is_whole }
    }
}

impl Gathered {
    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.runs.iter().map(|(_, leaves)| leaves.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The years in which somebody is.
    pub fn years(&self) -> BTreeSet<i32> {
        let year = |time: &Time| match time {
            Time::Calendar(Calendar::Year(year)) => Some(*year),
            _ => None,
        };
        self.times.entries().filter_map(|(time, _)| year(time)).collect()
    }

    /// Goes on with what was gathered for a judge of a period, and of one procedure by its key, where each is by itself. Of the
    /// months that the period cuts nothing is taken. Catalogue and scope must be those that it was gathered with.
    pub fn sizing<'a>(
        &self,
        catalogue: &'a Catalogue,
        scope: &'a Scope,
        period: Period,
        procedure: Option<&str>,
    ) -> Sizing<'a> {
        let of_procedures = match (&self.of_procedures, procedure) {
            (OfProcedures::Together, _) => OfProcedures::Together,
            (_, None) => OfProcedures::Each,
            (_, Some(key)) => OfProcedures::One(key.to_owned()),
        };
        let asked = procedure.and_then(|key| self.procedures.find(&key.to_owned())).map(|node| node as u32);
        let mut sizing = Sizing::new(catalogue, scope, period, of_procedures);
        (sizing.times, sizing.runs) = match sizing.standing {
            Standing::All | Standing::Calendar(_) => (self.times.clone(), self.runs.clone()),
            Standing::Days => self.by_hand(period, sizing.cut_months().collect()),
        };
        if let Some(asked) = asked {
            sizing.asked = Some(asked);
            sizing.of_asked = of_procedure(&sizing.runs, asked);
        }
        Sizing {
            units: self.units.clone(),
            procedures: self.procedures.clone(),
            channels: self.channels.clone(),
            unit_nodes: self.unit_nodes.clone(),
            procedure_nodes: self.procedure_nodes.clone(),
            is_whole: self.is_whole,
            ..sizing
        }
    }

    /// Times and groups as they stand around days chosen by hand, without the months that these cut.
    fn by_hand(&self, period: Period, cut: Vec<NaiveDate>) -> (Tree<Time>, Vec<Run>) {
        let mut times = Tree::default();
        let mut places: Vec<Option<u32>> = Vec::new();
        for (time, node) in self.times.entries() {
            let Time::Calendar(month @ Calendar::Month(..)) = time else { continue };
            let Some(first) = month.days().from.filter(|first| !cut.contains(first)) else { continue };
            places.resize(places.len().max(node + 1), None);
            places[node] = Some(time_leaf(&mut times, Standing::Days, period, first));
        }
        let moved = |leaf: &Leaf| {
            let [procedure, channel, time] = leaf.others();
            let time = places.get(time as usize).copied().flatten()?;
            // There are not more times than there were.
            Leaf::new([procedure, channel, time], leaf.size())
        };
        let runs = self.runs.iter().map(|(unit, leaves)| (*unit, Arc::new(leaves.iter().filter_map(moved).collect())));
        (times, runs.collect())
    }
}

/// The groups of one procedure.
fn of_procedure(runs: &[Run], procedure: u32) -> Vec<Run> {
    let of_it = |(unit, leaves): &Run| {
        let of_it: Vec<Leaf> = leaves.iter().filter(|leaf| leaf.others()[0] == procedure).copied().collect();
        (!of_it.is_empty()).then(|| (*unit, Arc::new(of_it)))
    };
    runs.iter().filter_map(of_it).collect()
}

//! Sizes gathered once for many judges: those of closed days change rarely, and to gather them was a third of the work for a page.
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
        for leaves in runs.iter_mut().map(|(_, leaves)| Arc::make_mut(leaves)) {
            leaves.sort_unstable();
            // It may be kept for long.
            leaves.shrink_to_fit();
        }
        Gathered { of_procedures, units, procedures, channels, times, unit_nodes, procedure_nodes, runs, is_whole }
    }
}

impl Gathered {
    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.runs.iter().map(|(_, leaves)| leaves.len()).sum()
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
        sizing.is_whole = self.is_whole;
        match sizing.standing {
            Standing::All | Standing::Calendar(_) => {
                (sizing.times, sizing.runs) = (self.times.clone(), self.runs.clone());
            }
            Standing::Days => self.place_by_hand(&mut sizing),
        }
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
            ..sizing
        }
    }

    /// Places times and groups as they stand around days chosen by hand, without the months that these cut.
    fn place_by_hand(&self, sizing: &mut Sizing<'_>) {
        let cut: Vec<NaiveDate> = sizing.cut_months().collect();
        let mut places = vec![None; self.times.parents().len()];
        for (time, node) in self.times.entries() {
            let Time::Calendar(month @ Calendar::Month(..)) = time else { continue };
            let Some(first) = month.days().from.filter(|first| !cut.contains(first)) else { continue };
            let place = time_leaf(&mut sizing.times, Standing::Days, sizing.period, first);
            sizing.is_whole &= Leaf::new([0, 0, place], 0).is_some();
            places[node] = Some(place);
        }
        let moved = |leaf: &Leaf| places[leaf.others()[2] as usize].map(|place| leaf.at_time(place));
        let of_unit = |(unit, leaves): &Run| {
            let mut of_unit = Vec::with_capacity(leaves.len());
            of_unit.extend(leaves.iter().filter_map(moved));
            (*unit, Arc::new(of_unit))
        };
        sizing.runs = self.runs.iter().map(of_unit).collect();
    }
}

/// The groups of one procedure; those of each stand together, in the order of procedures.
fn of_procedure(runs: &[Run], procedure: u32) -> Vec<Run> {
    let of_it = |(unit, leaves): &Run| {
        let start = leaves.partition_point(|leaf| leaf.others()[0] < procedure);
        let end = leaves.partition_point(|leaf| leaf.others()[0] <= procedure);
        (start < end).then(|| (*unit, Arc::new(leaves[start..end].to_vec())))
    };
    runs.iter().filter_map(of_it).collect()
}

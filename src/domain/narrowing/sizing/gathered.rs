//! Sizes gathered once for many judges: those of closed days change rarely, and to gather them and to add them up was most of the
//! work for a page.
//!
//! Units, procedures and channels stand the same for every period. So do months, except where days are chosen by hand: they stand
//! before, among or after these then, and the months that are cut have to be gathered anew by the day.

use super::{OfProcedures, Sizing, Standing, Time, time_leaf};
use crate::domain::disclosure_cube::{Shared, Tree, dimensions};
use crate::domain::disclosure_groups::Groups;
use crate::domain::period::Calendar;
use crate::domain::survey::Channel;
use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The sizes of one survey by the month, of units within a scope; with procedures added up, or each by itself, or the options of a
/// question in their place.
#[derive(Debug)]
pub struct Gathered {
    is_each: bool,
    units: Tree<Vec<String>>,
    procedures: Tree<String>,
    channels: Tree<Channel>,
    times: Tree<Time>,
    unit_nodes: FxHashMap<i64, u32>,
    procedure_nodes: FxHashMap<i64, u32>,
    groups: Arc<Groups>,
    is_whole: bool,
}

impl Sizing<'_> {
    /// What was gathered so far, which must be for all time and with nothing that was gathered for others.
    pub fn gathered(self) -> Gathered {
        let is_each = self.of_procedures != OfProcedures::Together;
        let Sizing { units, procedures, channels, times, unit_nodes, procedure_nodes, mut runs, is_whole, .. } = self;
        for (_, leaves) in &mut runs {
            leaves.sort_unstable();
            // It may be kept for long.
            leaves.shrink_to_fit();
        }
        let groups = Groups::new(dimensions((&units, &procedures, &channels, &times), None), runs).into();
        Gathered { is_each, units, procedures, channels, times, unit_nodes, procedure_nodes, groups, is_whole }
    }

    /// Begins with what was gathered before with the same catalogue and scope. Of the months that the period cuts nothing is
    /// taken. Nothing must have been added yet; of what was gathered with procedures together, of none can be asked.
    pub fn begin_with(&mut self, gathered: &Gathered) {
        if !gathered.is_each {
            self.of_procedures = OfProcedures::Together;
        }
        self.units = gathered.units.clone();
        self.procedures = gathered.procedures.clone();
        self.channels = gathered.channels.clone();
        self.unit_nodes = gathered.unit_nodes.clone();
        self.procedure_nodes = gathered.procedure_nodes.clone();
        self.is_whole = gathered.is_whole;
        if let OfProcedures::One(key) = &self.of_procedures {
            self.asked = self.procedures.find(key).map(|node| node as u32);
        }
        let times = match self.standing {
            Standing::All | Standing::Calendar(_) => {
                self.times = gathered.times.clone();
                None
            }
            Standing::Days => Some(self.places_by_hand(&gathered.times)),
        };
        self.shared = Some(Shared { groups: gathered.groups.clone(), times });
    }

    /// Where the months of another tree of times stand around days chosen by hand; those that these cut stand nowhere.
    fn places_by_hand(&mut self, months: &Tree<Time>) -> Vec<Option<u32>> {
        let cut: Vec<NaiveDate> = self.cut_months().collect();
        let mut places = vec![None; months.count()];
        for (time, node) in months.entries() {
            let Time::Calendar(month @ Calendar::Month(..)) = time else { continue };
            let Some(first) = month.days().from.filter(|first| !cut.contains(first)) else { continue };
            places[node] = Some(time_leaf(&mut self.times, Standing::Days, self.period, first));
        }
        places
    }
}

impl Gathered {
    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups.count()
    }

    /// The years in which somebody is.
    pub fn years(&self) -> BTreeSet<i32> {
        let year = |time: &Time| match time {
            Time::Calendar(Calendar::Year(year)) => Some(*year),
            _ => None,
        };
        self.times.entries().filter_map(|(time, _)| year(time)).collect()
    }
}

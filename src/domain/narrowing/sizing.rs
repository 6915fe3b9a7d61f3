//! Gathering the sizes of a survey for the judge of what may be shown.
//!
//! Nodes are made only for what somebody has answered about.

use super::{CutMonth, Disclosure, Size, Standing, Time, cut_months, time_leaf, unit_leaf};
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::disclosure_cube::{Cube, Leaf, Tree};
use crate::domain::ids::{ProcedureId, UnitId};
use crate::domain::period::Period;
use crate::domain::procedure;
use crate::domain::survey::Channel;
use crate::domain::tally_code::Damaged;
use crate::domain::tally_pack::each_size;
use chrono::{Datelike, NaiveDate};
use rustc_hash::FxHashMap;
use std::collections::HashMap;

/// Gathers the sizes of one survey to judge by.
pub struct Sizing<'a> {
    catalogue: &'a Catalogue,
    scope: &'a Scope,
    period: Period,
    standing: Standing,
    /// Whether anything will be narrowed to a procedure; else all are added up.
    by_procedure: bool,
    units: Tree<Vec<String>>,
    procedures: Tree<String>,
    channels: Tree<Channel>,
    times: Tree<Time>,
    unit_nodes: FxHashMap<i64, u32>,
    procedure_nodes: FxHashMap<i64, u32>,
    leaves: Vec<Leaf>,
    cut_months: Vec<CutMonth>,
}

impl<'a> Sizing<'a> {
    /// Nothing yet. What is added must be of no unit outside the scope.
    pub fn new(catalogue: &'a Catalogue, scope: &'a Scope, period: Period, by_procedure: bool) -> Self {
        let cut = |month| CutMonth { month, days: Vec::new() };
        Self {
            catalogue,
            scope,
            period,
            standing: Standing::of(period),
            by_procedure,
            units: Tree::default(),
            procedures: Tree::default(),
            channels: Tree::default(),
            times: Tree::default(),
            unit_nodes: FxHashMap::default(),
            procedure_nodes: FxHashMap::default(),
            leaves: Vec::new(),
            cut_months: cut_months(period).into_iter().map(cut).collect(),
        }
    }

    /// The months for which sizes are wanted by the day.
    pub fn cut_months(&self) -> impl Iterator<Item = NaiveDate> {
        self.cut_months.iter().map(|cut| cut.month)
    }

    /// Adds the packed sizes of a unit: of months, or of days in the months that the period cuts. `days` are the first days at their
    /// places; what has none is left out.
    pub fn add_packed(&mut self, unit: UnitId, days: &[Option<NaiveDate>], packed: &[u8]) -> Result<(), Damaged> {
        if packed.is_empty() {
            return Ok(());
        }
        let unit = self.unit(unit);
        if self.by_procedure {
            // Two or three bytes make one.
            self.leaves.reserve(packed.len() / 2);
        }
        // Nodes are made where somebody is.
        let (mut times, mut channels) = (vec![None; days.len()], [None; 8]);
        // By place in time and channel, where procedures are added up.
        let mut sums = vec![[0i64; 8]; if self.by_procedure { 0 } else { days.len() }];
        each_size(packed, |place, procedure, channel, size| {
            let (place, number) = (usize::from(place), channel as usize & 7);
            let Some(day) = days.get(place).copied().flatten() else { return };
            if self.by_procedure {
                let at = [unit, self.procedure(procedure), 0, 0];
                self.add_at(at, (&mut channels[number], channel), (&mut times[place], day), size);
            } else {
                sums[place][number] += size;
            }
        })?;
        for ((place, sums), day) in sums.iter().enumerate().zip(days) {
            for (number, size) in sums.iter().enumerate().filter(|(_, size)| **size > 0) {
                let Some(day) = *day else { continue };
                self.add_at([unit, 0, 0, 0], (&mut channels[number], number as i16), (&mut times[place], day), *size);
            }
        }
        Ok(())
    }

    /// Adds one where the nodes of channel and time may be known already.
    fn add_at(
        &mut self,
        [unit, procedure, ..]: [u32; 4],
        (channel, number): (&mut Option<u32>, i16),
        (time, day): (&mut Option<u32>, NaiveDate),
        size: i64,
    ) {
        let channel = match (*channel, Channel::from_number(number)) {
            (Some(known), _) => known,
            (None, Some(of_number)) => *channel.insert(self.channels.node(0, of_number) as u32),
            // The channels of submissions are checked where they are stored.
            (None, None) => return,
        };
        let time = *time.get_or_insert_with(|| time_leaf(&mut self.times, self.standing, self.period, day));
        self.add([unit, procedure, channel, time], day, size);
    }

    /// Adds one size.
    pub fn add_size(&mut self, size: &Size) {
        let unit = self.unit(size.unit);
        let procedure = self.procedure(size.procedure.map_or(0, |procedure| procedure.0));
        let channel = self.channels.node(0, size.channel) as u32;
        let time = time_leaf(&mut self.times, self.standing, self.period, size.day);
        self.add([unit, procedure, channel, time], size.day, size.submissions);
    }

    fn add(&mut self, at: [u32; 4], day: NaiveDate, size: i64) {
        self.leaves.push((at, u32::try_from(size.max(0)).unwrap_or(u32::MAX)));
        if self.cut_months.is_empty() {
            return;
        }
        let month = day.with_day(1);
        if let Some(cut) = self.cut_months.iter_mut().find(|cut| Some(cut.month) == month) {
            cut.days.push(([at[0], at[1], at[2]], day, size));
        }
    }

    fn unit(&mut self, id: UnitId) -> u32 {
        let (units, catalogue, scope) = (&mut self.units, self.catalogue, self.scope);
        *self.unit_nodes.entry(id.0).or_insert_with(|| unit_leaf(units, catalogue, scope, id) as u32)
    }

    fn procedure(&mut self, id: i64) -> u32 {
        if !self.by_procedure {
            return 0;
        }
        if let Some(known) = self.procedure_nodes.get(&id) {
            return *known;
        }
        let code = self.catalogue.procedure(ProcedureId(id)).map(|p| procedure::key_of(&p.code));
        let node = self.procedures.node(0, code.unwrap_or_default()) as u32;
        self.procedure_nodes.insert(id, node);
        node
    }

    /// The judge. Sizes must be those of all time of the survey.
    pub fn judge(self) -> Disclosure {
        let Self { units, procedures, channels, times, .. } = self;
        let cube = Cube::ordered((&units, &procedures, &channels, &times), &self.leaves);
        let (standing, cut_months) = (self.standing, self.cut_months);
        let mut judge = Disclosure {
            cube,
            units,
            procedures,
            channels,
            times,
            standing,
            by_procedure: self.by_procedure,
            time: None,
            cuts: Vec::new(),
            cut_months,
            well_cut: HashMap::new(),
            unit_leaves: self.unit_nodes.iter().map(|(unit, node)| (UnitId(*unit), *node as usize)).collect(),
        };
        judge.stand_at(self.period);
        judge
    }
}

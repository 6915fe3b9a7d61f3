//! Gathering the sizes of a survey for the judge of what may be shown.
//!
//! Nodes are made only for what somebody has answered about.

use super::{CutMonth, Disclosure, OfDay, Size, Standing, Time, cut_months, time_leaf, unit_leaf};
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::disclosure_cube::{Cube, Shared, Tree};
use crate::domain::disclosure_groups::{Leaf, Run};
use crate::domain::ids::{ProcedureId, UnitId};
use crate::domain::period::Period;
use crate::domain::procedure;
use crate::domain::survey::Channel;
use crate::domain::tally_code::Damaged;
use crate::domain::tally_pack::each_size;
use chrono::{Datelike, NaiveDate};
use rustc_hash::FxHashMap;
use std::collections::HashMap;

mod gathered;

pub use gathered::Gathered;

/// How many procedures are found without looking far.
const RECENT: usize = 256;

/// A place in packed sizes.
struct Place {
    /// The first day; nothing where it is left out.
    day: Option<NaiveDate>,
    /// The node of the day, where somebody is.
    time: Option<u32>,
    /// Which of the months that the period cuts it is in.
    cut: Option<usize>,
}

/// Which procedures a judge will be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfProcedures {
    /// None: they are added up.
    Together,
    /// Any, or none.
    Each,
    /// One, by its key, beside all others.
    One(String),
}

/// Groups of one unit.
struct OfUnit {
    unit: u32,
    leaves: Vec<Leaf>,
}

/// Gathers the sizes of one survey to judge by.
pub struct Sizing<'a> {
    catalogue: &'a Catalogue,
    scope: &'a Scope,
    period: Period,
    standing: Standing,
    of_procedures: OfProcedures,
    /// The codes of a question's options, where they stand in place of procedures: number 1 is the first, 0 no answer.
    options: Option<&'a [String]>,
    units: Tree<Vec<String>>,
    procedures: Tree<String>,
    channels: Tree<Channel>,
    times: Tree<Time>,
    /// The nodes of days, or of the months that they begin.
    known_times: FxHashMap<NaiveDate, u32>,
    unit_nodes: FxHashMap<i64, u32>,
    procedure_nodes: FxHashMap<i64, u32>,
    /// Some of these by the end of their numbers: the same few come again and again.
    recent: Vec<(i64, u32)>,
    /// What was gathered for others, without which groups are not all.
    shared: Option<Shared>,
    runs: Vec<Run>,
    /// Whether every group could be taken.
    is_whole: bool,
    /// The node of the one procedure that will be asked about, once somebody is in it.
    asked: Option<u32>,
    /// The months that the period cuts, with their days.
    cut_months: Vec<(NaiveDate, Vec<OfDay>)>,
}

impl<'a> Sizing<'a> {
    /// Nothing yet. What is added must be of no unit outside the scope.
    pub fn new(catalogue: &'a Catalogue, scope: &'a Scope, period: Period, of_procedures: OfProcedures) -> Self {
        Self {
            catalogue,
            scope,
            period,
            standing: Standing::of(period),
            of_procedures,
            options: None,
            units: Tree::default(),
            procedures: Tree::default(),
            channels: Tree::default(),
            times: Tree::default(),
            known_times: FxHashMap::default(),
            unit_nodes: FxHashMap::default(),
            procedure_nodes: FxHashMap::default(),
            recent: vec![(i64::MIN, 0); RECENT],
            shared: None,
            runs: Vec::new(),
            is_whole: true,
            asked: None,
            cut_months: cut_months(period).into_iter().map(|month| (month, Vec::new())).collect(),
        }
    }

    /// The same by the options of a question instead of procedures: to judge a narrowing whose procedure is the code of an option,
    /// or empty for who did not answer. Channels are added up.
    pub fn by_option(catalogue: &'a Catalogue, scope: &'a Scope, period: Period, options: &'a [String]) -> Self {
        Self { options: Some(options), ..Self::new(catalogue, scope, period, OfProcedures::Each) }
    }

    /// The months for which sizes are wanted by the day.
    pub fn cut_months(&self) -> impl Iterator<Item = NaiveDate> {
        self.cut_months.iter().map(|(month, _)| *month)
    }

    /// Adds the packed sizes of a unit: of months, or of days in the months that the period cuts. `days` are the first days at their
    /// places; what has none is left out.
    pub fn add_packed(&mut self, unit: UnitId, days: &[Option<NaiveDate>], packed: &[u8]) -> Result<(), Damaged> {
        if packed.is_empty() {
            return Ok(());
        }
        let unit = self.unit(unit);
        let cut_of = |day: &Option<NaiveDate>| {
            let month = day.and_then(|day| day.with_day(1));
            self.cut_months.iter().position(|(cut, _)| Some(*cut) == month)
        };
        let place = |day: &Option<NaiveDate>| Place { day: *day, time: None, cut: cut_of(day) };
        let mut places: Vec<Place> = days.iter().map(place).collect();
        // Two or three bytes make one.
        let is_each = self.of_procedures != OfProcedures::Together;
        let leaves = Vec::with_capacity(if is_each { packed.len() / 2 } else { 0 });
        let mut run = OfUnit { unit, leaves };
        if is_each {
            self.add_each(&mut run, &mut places, packed)?;
        } else {
            self.add_together(&mut run, &mut places, packed)?;
        }
        self.runs.push((run.unit, run.leaves));
        Ok(())
    }

    /// Adds sizes procedure by procedure.
    fn add_each(&mut self, run: &mut OfUnit, places: &mut [Place], packed: &[u8]) -> Result<(), Damaged> {
        let (mut channels, mut last) = ([None; 8], (i64::MIN, 0));
        each_size(packed, |place, procedure, channel, size| {
            let Some(place) = places.get_mut(usize::from(place)) else { return };
            // Those of a procedure stand together.
            if last.0 != procedure {
                last = (procedure, self.procedure(procedure));
            }
            self.add_at(run, last.1, (&mut channels[channel as usize & 7], channel), place, size);
        })
    }

    /// Adds sizes of all procedures together.
    fn add_together(&mut self, run: &mut OfUnit, places: &mut [Place], packed: &[u8]) -> Result<(), Damaged> {
        let mut sums = vec![[0i64; 8]; places.len()];
        each_size(packed, |place, _, channel, size| {
            if let Some(of_place) = sums.get_mut(usize::from(place)) {
                of_place[channel as usize & 7] += size;
            }
        })?;
        let mut channels = [None; 8];
        for (place, sums) in places.iter_mut().zip(&sums) {
            for (number, size) in sums.iter().enumerate().filter(|(_, size)| **size > 0) {
                self.add_at(run, 0, (&mut channels[number], number as i16), place, *size);
            }
        }
        Ok(())
    }

    /// Adds one where the nodes of channel and time may be known already: they are made where somebody is.
    fn add_at(
        &mut self,
        run: &mut OfUnit,
        procedure: u32,
        (channel, number): (&mut Option<u32>, i16),
        place: &mut Place,
        size: i64,
    ) {
        let (Some(day), 1..) = (place.day, size) else { return };
        let channel = match (*channel, Channel::from_number(number)) {
            _ if self.options.is_some() => 0,
            (Some(known), _) => known,
            (None, Some(of_number)) => *channel.insert(self.channels.node(0, of_number) as u32),
            // The channels of submissions are checked where they are stored.
            (None, None) => return,
        };
        let leaf = || time_leaf(&mut self.times, self.standing, self.period, day);
        let time = *place.time.get_or_insert_with(|| *self.known_times.entry(day).or_insert_with(leaf));
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let Some(leaf) = Leaf::new([procedure, channel, time], size) else {
            self.is_whole = false;
            return;
        };
        run.leaves.push(leaf);
        let is_asked = self.asked == Some(procedure);
        // Only of what will be asked about must be known where days may be cut.
        if let Some(cut) = place.cut.filter(|_| is_asked || !matches!(self.of_procedures, OfProcedures::One(_))) {
            let group = [run.unit, procedure, channel];
            self.cut_months[cut].1.push(OfDay { group, day: day.day() as u8, size });
        }
    }

    /// Adds one size.
    pub fn add_size(&mut self, size: &Size) {
        let mut run = OfUnit { unit: self.unit(size.unit), leaves: Vec::new() };
        let procedure = self.procedure(size.procedure.map_or(0, |procedure| procedure.0));
        let month = size.day.with_day(1);
        let cut = self.cut_months.iter().position(|(cut, _)| Some(*cut) == month);
        let mut place = Place { day: Some(size.day), time: None, cut };
        self.add_at(&mut run, procedure, (&mut None, size.channel.number()), &mut place, size.submissions);
        self.runs.push((run.unit, run.leaves));
    }

    fn unit(&mut self, id: UnitId) -> u32 {
        let (units, catalogue, scope) = (&mut self.units, self.catalogue, self.scope);
        *self.unit_nodes.entry(id.0).or_insert_with(|| unit_leaf(units, catalogue, scope, id) as u32)
    }

    fn procedure(&mut self, id: i64) -> u32 {
        if self.of_procedures == OfProcedures::Together {
            return 0;
        }
        let recent = id as usize % RECENT;
        if self.recent[recent].0 == id {
            return self.recent[recent].1;
        }
        let node = self.procedure_node(id);
        self.recent[recent] = (id, node);
        node
    }

    fn procedure_node(&mut self, id: i64) -> u32 {
        if let Some(known) = self.procedure_nodes.get(&id) {
            return *known;
        }
        let code = match self.options {
            Some(options) => usize::try_from(id - 1).ok().and_then(|at| options.get(at)).map(|c| procedure::key_of(c)),
            None => self.catalogue.procedure(ProcedureId(id)).map(|p| procedure::key_of(&p.code)),
        };
        let code = code.unwrap_or_default();
        let is_asked = matches!(&self.of_procedures, OfProcedures::One(asked) if *asked == code);
        let node = self.procedures.node(0, code) as u32;
        if is_asked {
            self.asked = Some(node);
        }
        self.procedure_nodes.insert(id, node);
        node
    }

    /// The judge. Sizes must be those of all time of the survey.
    pub fn judge(self) -> Disclosure {
        let Self { units, procedures, channels, times, .. } = self;
        let cube = Cube::ordered((&units, &procedures, &channels, &times), self.shared, self.runs, self.is_whole);
        let cut_months = self.cut_months.into_iter().map(|(month, days)| CutMonth::new(month, days)).collect();
        let mut judge = Disclosure {
            cube,
            units,
            procedures,
            channels,
            times,
            standing: self.standing,
            of_procedures: self.of_procedures,
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

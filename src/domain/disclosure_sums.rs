//! Sizes of groups added up in as many ways as a judge asks for.
//!
//! For [`super::disclosure_cube`]. A judge holds on to all that it has asked for; what others have added up of the same groups it takes
//! from there, as long as that is remembered.

use super::disclosure_cells::{Cells, Widths};
use super::disclosure_cube::{DIMENSIONS, EVERY, Slice, TIME, UNIT};
use super::disclosure_dimension::ELSEWHERE;
use super::disclosure_groups::{Dimensions, Groups, Inside, Run, Source};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Groups, and what a judge has asked for of them. A copy goes on by itself.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    pub groups: Arc<Groups>,
    known: HashMap<Inside, Arc<Cells>>,
}

/// The part of a grid that is of some groups.
pub(super) struct InGrid {
    cells: Arc<Cells>,
    times: Range<u32>,
    /// In each dimension, the step to which each place leads; to [`ELSEWHERE`] where it is in none of the grid's groups. A dimension
    /// that is none of the grid's has one step.
    pub steps: [Vec<u32>; DIMENSIONS],
}

impl InGrid {
    /// Looks at each group: its steps, and how many submissions it has.
    pub fn each(&self, mut each: impl FnMut([u32; DIMENSIONS], u32)) {
        self.cells.each(&self.times, |at, size| {
            let steps: [u32; DIMENSIONS] = std::array::from_fn(|d| self.steps[d][at[d] as usize]);
            if !steps.contains(&ELSEWHERE) {
                each(steps, size);
            }
        });
    }
}

impl Sums {
    /// Nothing asked for yet.
    pub fn of(groups: Arc<Groups>) -> Self {
        Self { groups, known: HashMap::new() }
    }

    fn dimensions(&self) -> &Dimensions {
        &self.groups.dimensions
    }

    /// How many submissions a slice has that is narrowed in the dimensions of a mask.
    pub fn size(&mut self, slice: Slice, mask: u8) -> i64 {
        if !self.groups.knows(slice) {
            return 0;
        }
        let [units, .., times] = self.dimensions();
        let cells = self.inside(units.parents[slice[UNIT]], mask, times.depths[slice[TIME]]);
        cells.size(&std::array::from_fn(|d| {
            let dimension = &self.dimensions()[d];
            match mask & (1 << d) {
                0 => 0..1,
                _ if d == UNIT => dimension.ordinals[slice[d]]..dimension.ordinals[slice[d]] + 1,
                _ => dimension.places[slice[d]]..dimension.ends[slice[d]],
            }
        }))
    }

    /// What stands below some nodes, in every dimension of a mask by the child that it is below, which has its number among the
    /// children in the given trees; nothing where nobody is there.
    pub fn in_grid(&mut self, around: Slice, mask: u8, numbers: &Dimensions) -> Option<InGrid> {
        if !self.groups.knows(around) {
            return None;
        }
        let cells = self.inside(around[UNIT], mask, self.dimensions()[TIME].depths[around[TIME]] + 1);
        let time = &self.dimensions()[TIME];
        let times = match mask & (1 << TIME) {
            0 => 0..1,
            _ => time.places[around[TIME]] + 1..time.ends[around[TIME]],
        };
        let steps = std::array::from_fn(|d| match (d, &self.dimensions()[d]) {
            _ if mask & (1 << d) == 0 => vec![0],
            // What stands for a unit is its number among its siblings already.
            (UNIT, units) => units.children[around[d]].iter().map(|child| numbers[d].ordinals[*child]).collect(),
            (_, dimension) => dimension.steps(around[d], &numbers[d].ordinals),
        });
        Some(InGrid { cells, times, steps })
    }

    /// The cells below a unit, added up by its children; see [`Inside`].
    fn inside(&mut self, unit: usize, mask: u8, depth: usize) -> Arc<Cells> {
        let depth = if mask & (1 << TIME) == 0 { 0 } else { depth.min(self.dimensions()[TIME].depth()) };
        let inside = (unit, mask, depth);
        if let Some(known) = self.known.get(&inside) {
            return known.clone();
        }
        let remembered = self.groups.remembered().find(inside);
        let cells = remembered.unwrap_or_else(|| {
            let groups = self.groups.clone();
            let found = Arc::new(match &groups.source {
                Source::Runs(runs, _) => self.of_runs(runs, inside),
                Source::Moved(all, nodes) => self.of_moved(all, nodes, inside),
            });
            groups.remembered().keep(inside, found.clone());
            found
        });
        self.known.insert(inside, cells.clone());
        cells
    }

    fn of_runs(&mut self, runs: &[Run], (unit, mask, depth): Inside) -> Cells {
        let finest = self.dimensions()[TIME].depth();
        let units = &self.dimensions()[UNIT];
        let cells = match units.children[unit][..] {
            // All that is below it is below its only child.
            [only] if mask == EVERY && depth == finest && !units.children[only].is_empty() => {
                self.inside(only, EVERY, finest)
            }
            _ if mask == EVERY && depth == finest => return self.gathered(runs, unit),
            // The many groups are walked once; the fewer that they add up to are wanted in many ways.
            _ => self.fewest((unit, mask, depth)).unwrap_or_else(|| self.inside(unit, EVERY, finest)),
        };
        cells.added_up(self.widths(unit, mask), &self.times(mask, depth))
    }

    fn of_moved(&mut self, all: &Arc<Groups>, nodes: &[Option<u32>], (unit, mask, depth): Inside) -> Cells {
        let (widths, times) = (self.widths(unit, mask), self.times(mask, depth));
        if let Some(cells) = self.fewest((unit, mask, depth)) {
            return cells.added_up(widths, &times);
        }
        let (from, to) = (&all.dimensions[TIME], &self.dimensions()[TIME]);
        let mut moved = vec![ELSEWHERE; from.places.len()];
        for (place, node) in from.places.iter().zip(nodes) {
            moved[*place as usize] = node.map_or(ELSEWHERE, |node| times[to.places[node as usize] as usize]);
        }
        Self::of(all.clone()).inside(unit, mask | 1 << TIME, from.depth()).added_up(widths, &moved)
    }

    /// The fewest known cells of which others can be added up.
    fn fewest(&self, (unit, mask, depth): Inside) -> Option<Arc<Cells>> {
        let has_time = mask & (1 << TIME) != 0;
        let fits = |(around, other, other_depth): &Inside| {
            *around == unit && other & mask == mask && (!has_time || *other_depth >= depth)
        };
        let remembered = self.groups.remembered();
        let all = self.known.iter().chain(remembered.entries()).filter(|(inside, _)| fits(inside));
        all.map(|(_, cells)| cells).min_by_key(|cells| cells.count()).cloned()
    }

    /// How many units, procedures and channels cells can stand at: one where they are left out.
    fn widths(&self, unit: usize, mask: u8) -> Widths {
        std::array::from_fn(|d| match mask & (1 << d) {
            0 => 1,
            _ if d == UNIT => self.dimensions()[UNIT].children[unit].len().max(1) as u32,
            _ => self.dimensions()[d].places.len() as u32,
        })
    }

    /// Where in time cells of a time are added up.
    fn times(&self, mask: u8, depth: usize) -> Vec<u32> {
        let times = &self.dimensions()[TIME];
        if mask & (1 << TIME) == 0 { vec![0; times.places.len()] } else { times.coarse(depth) }
    }

    /// The groups below a unit as cells, by its children.
    fn gathered(&self, runs: &[Run], unit: usize) -> Cells {
        let [units, procedures, channels, times] = self.dimensions();
        let steps = units.steps(unit, &units.ordinals);
        let below = (units.places[unit] + 1)..units.ends[unit];
        let of_unit = |unit: u32| units.places[unit as usize];
        let runs = || runs.iter().filter(|(unit, _)| below.contains(&of_unit(*unit)));
        let groups = runs().flat_map(|(unit, leaves)| {
            let unit = steps[of_unit(*unit) as usize];
            leaves.iter().map(move |leaf| {
                let [procedure, channel, time] = leaf.others();
                let [procedure, channel, time] = [(procedures, procedure), (channels, channel), (times, time)]
                    .map(|(dimension, node)| dimension.places[node as usize]);
                ([unit, procedure, channel, time], leaf.size())
            })
        });
        let count = runs().map(|(_, leaves)| leaves.len()).sum();
        Cells::of(self.widths(unit, EVERY), times.places.len(), count, groups)
    }
}

//! Disclosure control over several ways of narrowing at once: which slices of a total may be shown.
//!
//! Each dimension (unit, procedure, channel, period) is a tree; a slice names one node of each. A slice is shown when its group
//! is not small, every wider slice around it is shown, and it is not among those that must be hidden so that a small sibling
//! cannot be worked out. The last is settled for whole grids of siblings at once (see `disclosure_grid`).
//! Sizes count submissions. Known limit: grids under different parents are settled one by one.

use super::disclosure::is_small;
use super::disclosure_cells::{Cell, Table, added_up};
use super::disclosure_dimension::Dimension;
use super::disclosure_grid::{Grid, Settled};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// How many dimensions there are.
pub const DIMENSIONS: usize = 4;

/// One node in each dimension; 0 is the root, where nothing is narrowed.
pub type Slice = [usize; DIMENSIONS];

/// The nodes of one dimension. Node 0 is the root.
#[derive(Debug, Clone)]
pub struct Tree<K> {
    nodes: BTreeMap<K, usize>,
    parents: Vec<usize>,
}

impl<K: Ord> Default for Tree<K> {
    fn default() -> Self {
        Self { nodes: BTreeMap::new(), parents: vec![0] }
    }
}

impl<K: Ord> Tree<K> {
    /// The node of a key below a parent; made where it is new.
    pub fn node(&mut self, parent: usize, key: K) -> usize {
        let next = self.parents.len();
        let node = *self.nodes.entry(key).or_insert(next);
        if node == next {
            self.parents.push(parent);
        }
        node
    }

    /// The node of a key.
    pub fn find(&self, key: &K) -> Option<usize> {
        self.nodes.get(key).copied()
    }

    /// The keys with their nodes.
    pub fn entries(&self) -> impl Iterator<Item = (&K, usize)> {
        self.nodes.iter().map(|(key, node)| (key, *node))
    }

    /// The parents by node; nothing but that matters to the cube.
    pub fn into_parents(self) -> Vec<usize> {
        self.parents
    }

    /// The same without giving the tree away.
    pub fn parents(&self) -> Vec<usize> {
        self.parents.clone()
    }
}

/// The dimension whose nodes take most groups apart: they stand in its order.
const UNIT: usize = 0;
/// The dimension of which the nodes are intervals: what is read for a grid stands in its order.
const TIME: usize = 3;

/// The mask of all dimensions.
const EVERY: u8 = (1 << DIMENSIONS) - 1;

/// A group of a unit by its nodes in the other dimensions, and how many submissions it has; in eight bytes, since of ten million
/// submissions there are two million groups. In order procedures stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaf(u64);

impl Leaf {
    /// How many bits procedure, channel and time have; what is left is the size.
    const BITS: [u32; DIMENSIONS - 1] = [20, 4, 12];
    const SIZE_BITS: u32 = 28;

    /// A group; nothing where one of its nodes has too high a number. Of more than 268 million submissions it has that many.
    pub fn new(others: [u32; DIMENSIONS - 1], size: u32) -> Option<Self> {
        let mut all = 0;
        for (node, bits) in others.into_iter().zip(Self::BITS) {
            if node >> bits != 0 {
                return None;
            }
            all = all << bits | u64::from(node);
        }
        Some(Self(all << Self::SIZE_BITS | u64::from(size.min((1 << Self::SIZE_BITS) - 1))))
    }

    /// The same group at another time, of whose node [`Leaf::new`] has taken one.
    pub fn at_time(self, time: u32) -> Self {
        let mask = ((1 << Self::BITS[2]) - 1) << Self::SIZE_BITS;
        Self(self.0 & !mask | (u64::from(time) << Self::SIZE_BITS & mask))
    }

    /// Its nodes of procedure, channel and time.
    pub fn others(self) -> [u32; DIMENSIONS - 1] {
        let [_, channel, time] = Self::BITS;
        let all = self.0 >> Self::SIZE_BITS;
        let node = |above: u64, bits: u32| (above & ((1 << bits) - 1)) as u32;
        [(all >> (channel + time)) as u32, node(all >> time, channel), node(all, time)]
    }

    /// Its node in one of these dimensions.
    fn node(self, dimension: usize) -> u32 {
        self.others()[dimension - 1]
    }

    /// How many submissions it has.
    fn size(self) -> u32 {
        (self.0 & ((1 << Self::SIZE_BITS) - 1)) as u32
    }
}

/// Groups of one unit, none of them empty.
pub type Run = (u32, Arc<Vec<Leaf>>);

/// How cells are added up: those below a unit, by its children, with the dimensions outside a mask left out, and times down to a
/// depth.
type Inside = (usize, u8, usize);

/// Sizes of the finest groups, and what has been found out about slices so far. A copy shares the sizes and goes on by itself.
#[derive(Debug, Clone)]
pub struct Cube {
    dimensions: Arc<[Dimension; DIMENSIONS]>,
    /// Whether no group is missing.
    is_whole: bool,
    /// The groups of units, in the order of these.
    runs: Arc<Vec<Run>>,
    of_procedure: RefCell<HashMap<usize, Arc<Vec<Run>>>>,
    /// Cells added up, in the order of time.
    inside: HashMap<Inside, Arc<Vec<Cell>>>,
    open: HashMap<Slice, bool>,
    grids: HashMap<(Slice, u8), Arc<Settled>>,
}

impl Cube {
    /// A cube of trees (as parents by node) and cells at their leaves.
    pub fn new(parents: [Vec<usize>; DIMENSIONS], cells: Vec<(Slice, i64)>) -> Self {
        let size = |size: i64| u32::try_from(size.max(0)).unwrap_or(u32::MAX);
        let leaf = |([_, p, c, t], n): &(Slice, i64)| Leaf::new([*p as u32, *c as u32, *t as u32], size(*n));
        let there = || cells.iter().filter(|(_, size)| *size > 0);
        let runs: Vec<Run> = there().filter_map(|cell| Some((cell.0[UNIT] as u32, vec![leaf(cell)?].into()))).collect();
        let is_whole = runs.len() == there().count();
        Self::with(parents.map(|parents| Dimension::new(parents, None)), runs, is_whole)
    }

    /// The same where siblings stand in the order of their keys, whatever the order in which they were found. Where groups are
    /// missing nothing is shown.
    pub fn ordered<A: Ord, B: Ord, C: Ord, D: Ord>(
        (units, procedures, channels, times): (&Tree<A>, &Tree<B>, &Tree<C>, &Tree<D>),
        runs: Vec<Run>,
        is_whole: bool,
    ) -> Self {
        fn dimension<K: Ord>(tree: &Tree<K>) -> Dimension {
            let mut ranks = vec![0; tree.parents.len()];
            tree.nodes.values().enumerate().for_each(|(rank, node)| ranks[*node] = rank);
            Dimension::new(tree.parents(), Some(&ranks))
        }
        Self::with([dimension(units), dimension(procedures), dimension(channels), dimension(times)], runs, is_whole)
    }

    fn with(dimensions: [Dimension; DIMENSIONS], mut runs: Vec<Run>, is_whole: bool) -> Self {
        runs.sort_by_key(|(unit, _)| dimensions[UNIT].places[*unit as usize]);
        let (of_procedure, inside, open, grids) = Default::default();
        Self { dimensions: dimensions.into(), is_whole, runs: runs.into(), of_procedure, inside, open, grids }
    }

    /// Takes what is known already: all groups of a procedure.
    pub fn know(&mut self, procedure: usize, groups: Vec<Run>) {
        self.of_procedure.get_mut().insert(procedure, groups.into());
    }

    /// The groups of a procedure: few of many, and asked for again and again.
    fn of_procedure(&self, procedure: usize) -> Arc<Vec<Run>> {
        if let Some(known) = self.of_procedure.borrow().get(&procedure) {
            return known.clone();
        }
        let is_it = |leaf: &&Leaf| self.dimensions[1].holds(procedure, leaf.node(1) as usize);
        let of_it = |(unit, leaves): &Run| (*unit, Arc::new(leaves.iter().filter(is_it).copied().collect()));
        let found: Arc<Vec<Run>> = Arc::new(self.runs.iter().map(of_it).collect());
        self.of_procedure.borrow_mut().insert(procedure, found.clone());
        found
    }

    /// Looks at each group within a slice.
    fn each_within(&self, slice: Slice, mut each: impl FnMut(u32, Leaf)) {
        let holds = |d: usize, node: u32| self.dimensions[d].holds(slice[d], node as usize);
        let of_procedure;
        let runs = match slice[1] {
            0 => &*self.runs,
            procedure => {
                of_procedure = self.of_procedure(procedure);
                &*of_procedure
            }
        };
        for (unit, leaves) in runs.iter().filter(|(unit, _)| holds(UNIT, *unit)) {
            for leaf in leaves.iter().filter(|leaf| (1..DIMENSIONS).all(|d| holds(d, leaf.node(d)))) {
                each(*unit, *leaf);
            }
        }
    }

    /// How many submissions a slice has.
    pub fn size(&self, slice: Slice) -> i64 {
        let mut size = 0;
        self.each_within(slice, |_, leaf| size += i64::from(leaf.size()));
        size
    }

    /// Whether a slice may be shown.
    pub fn is_open(&mut self, slice: Slice) -> bool {
        if let Some(known) = self.open.get(&slice) {
            return *known;
        }
        let (mut around, mut mask) = (slice, 0u8);
        for d in (0..DIMENSIONS).filter(|d| slice[*d] != 0) {
            around[d] = self.dimensions[d].parents[slice[d]];
            mask |= 1 << d;
        }
        // What is small is found sooner than what is wider, and that sooner than what must be hidden beside something small.
        let is_open = self.is_whole
            && !self.is_small(slice, mask)
            && dimensions_of(mask).all(|d| {
                let mut wider = slice;
                wider[d] = around[d];
                self.is_open(wider)
            })
            && {
                let steps: Vec<u32> = dimensions_of(mask).map(|d| self.dimensions[d].ordinals[slice[d]]).collect();
                // Where nobody is in it, it says as much as what is around it.
                !self.grid(around, mask).is_hidden(&steps).unwrap_or(false)
            };
        self.open.insert(slice, is_open);
        is_open
    }

    fn is_small(&mut self, slice: Slice, mask: u8) -> bool {
        let unit = self.dimensions[UNIT].parents[slice[UNIT]];
        let cells = self.inside(unit, mask, self.dimensions[TIME].depths[slice[TIME]]);
        let mut ranges: [_; DIMENSIONS] = std::array::from_fn(|d| match mask & (1 << d) {
            0 => 0..u32::MAX,
            _ => self.dimensions[d].places[slice[d]]..self.dimensions[d].ends[slice[d]],
        });
        if mask & (1 << UNIT) != 0 {
            let ordinal = self.dimensions[UNIT].ordinals[slice[UNIT]];
            ranges[UNIT] = ordinal..ordinal + 1;
        }
        let place = |time: u32| cells.partition_point(|cell| cell.at[TIME] < time);
        let of_time = &cells[place(ranges[TIME].start)..place(ranges[TIME].end)];
        let within = of_time.iter().filter(|cell| cell.at.iter().zip(&ranges).all(|(at, range)| range.contains(at)));
        is_small(within.map(|cell| i64::from(cell.size)).sum())
    }

    /// The nodes of a dimension at which somebody is within a slice.
    pub fn present(&self, slice: Slice, dimension: usize) -> Vec<usize> {
        let mut is_there = vec![false; self.dimensions[dimension].places.len()];
        self.each_within(slice, |unit, leaf| {
            let node = if dimension == UNIT { unit } else { leaf.node(dimension) };
            is_there[node as usize] = true;
        });
        (0..is_there.len()).filter(|node| is_there[*node]).collect()
    }

    /// Whether a slice holds the group at some leaves.
    pub fn holds(&self, slice: Slice, leaf: Slice) -> bool {
        (0..DIMENSIONS).all(|d| self.dimensions[d].holds(slice[d], leaf[d]))
    }

    /// The grid of the siblings below some nodes, in every dimension of a mask.
    fn grid(&mut self, around: Slice, mask: u8) -> Arc<Settled> {
        if let Some(known) = self.grids.get(&(around, mask)) {
            return known.clone();
        }
        let mut grid = self.sized(around, mask);
        for d in dimensions_of(mask) {
            let (mut wider_around, mut wider_mask) = (around, mask);
            wider_around[d] = self.dimensions[d].parents[around[d]];
            if around[d] == 0 {
                wider_mask &= !(1 << d);
            }
            let wider = self.grid(wider_around, wider_mask);
            grid.hide_below(d, self.dimensions[d].ordinals[around[d]], &wider);
        }
        let settled = Arc::new(grid.settle());
        self.grids.insert((around, mask), settled.clone());
        settled
    }

    /// The groups of a grid with their sizes; a node that nobody is below is left out.
    fn sized(&mut self, around: Slice, mask: u8) -> Grid {
        let cells = self.inside(around[UNIT], mask, self.dimensions[TIME].depths[around[TIME]] + 1);
        let time = &self.dimensions[TIME];
        let range = match mask & (1 << TIME) {
            0 => 0..cells.len(),
            _ => {
                let place = |time: u32| cells.partition_point(|cell| cell.at[TIME] < time);
                place(time.places[around[TIME]] + 1)..place(time.ends[around[TIME]])
            }
        };
        let steps = std::array::from_fn(|d| match d {
            _ if mask & (1 << d) == 0 => vec![0],
            // What stands for a unit is its number among its siblings already.
            UNIT => (0..self.dimensions[UNIT].children[around[UNIT]].len() as u32).collect(),
            d => self.dimensions[d].steps(around[d]),
        });
        Grid::of(dimensions_of(mask).collect(), steps, &cells[range])
    }

    /// The cells below a unit, added up by its children; see [`Inside`].
    fn inside(&mut self, unit: usize, mask: u8, depth: usize) -> Arc<Vec<Cell>> {
        let depth = if mask & (1 << TIME) == 0 { 0 } else { depth.min(self.dimensions[TIME].depth()) };
        if let Some(known) = self.inside.get(&(unit, mask, depth)) {
            return known.clone();
        }
        let finest = self.dimensions[TIME].depth();
        let units = &self.dimensions[UNIT];
        let found = match units.children[unit][..] {
            // All that is below it is below its only child.
            [only] if mask == EVERY && depth == finest && !units.children[only].is_empty() => {
                let cells = self.inside(only, EVERY, finest);
                added_up(&cells, self.widths(unit, mask), &self.times(mask, depth))
            }
            _ if mask == EVERY && depth == finest => self.gathered(unit),
            _ => {
                // The many groups are walked once; the fewer that they add up to are wanted in many ways.
                self.inside(unit, EVERY, finest);
                let has_time = mask & (1 << TIME) != 0;
                let fits = |(around, other, other_depth): &Inside| {
                    *around == unit && other & mask == mask && (!has_time || *other_depth >= depth)
                };
                let known = self.inside.iter().filter(|(key, _)| fits(key)).map(|(_, cells)| cells);
                let fewest = known.min_by_key(|cells| cells.len()).cloned().unwrap_or_default();
                added_up(&fewest, self.widths(unit, mask), &self.times(mask, depth))
            }
        };
        let found = Arc::new(found);
        self.inside.insert((unit, mask, depth), found.clone());
        found
    }

    /// How many units, procedures and channels cells can stand at: one where they are left out.
    fn widths(&self, unit: usize, mask: u8) -> [usize; DIMENSIONS - 1] {
        std::array::from_fn(|d| match mask & (1 << d) {
            0 => 1,
            _ if d == UNIT => self.dimensions[UNIT].children[unit].len().max(1),
            _ => self.dimensions[d].places.len(),
        })
    }

    /// Where in time cells of a time are added up.
    fn times(&self, mask: u8, depth: usize) -> Vec<u32> {
        let times = &self.dimensions[TIME];
        if mask & (1 << TIME) == 0 { vec![0; times.places.len()] } else { times.coarse(depth) }
    }

    /// The groups below a unit as cells, by its children.
    fn gathered(&self, unit: usize) -> Vec<Cell> {
        let [units, procedures, channels, times] = &*self.dimensions;
        let steps = units.steps(unit);
        let below = (units.places[unit] + 1)..units.ends[unit];
        let of_unit = |unit: u32| units.places[unit as usize];
        let runs = || self.runs.iter().filter(|(unit, _)| below.contains(&of_unit(*unit)));
        let cells = || {
            runs().flat_map(|(unit, leaves)| {
                let unit = steps[of_unit(*unit) as usize];
                leaves.iter().map(move |leaf| {
                    let [procedure, channel, time] = leaf.others();
                    let [procedure, channel, time] = [(procedures, procedure), (channels, channel), (times, time)]
                        .map(|(dimension, node)| dimension.places[node as usize]);
                    Cell { at: [unit, procedure, channel, time], size: leaf.size() }
                })
            })
        };
        let count = runs().map(|(_, leaves)| leaves.len()).sum();
        Table::of_all(self.widths(unit, EVERY), times.places.len(), count, cells)
    }
}

/// The dimensions of a mask.
fn dimensions_of(mask: u8) -> impl Iterator<Item = usize> {
    (0..DIMENSIONS).filter(move |d| mask & (1 << d) != 0)
}

#[cfg(test)]
#[path = "disclosure_cube_plain.rs"]
mod plain;

#[cfg(test)]
#[path = "disclosure_cube_tests.rs"]
mod tests;

//! Groups of submissions at the leaves of four trees.
//!
//! For [`super::disclosure_cube`]. What is added up of them (see `disclosure_sums`) is remembered here: whoever judges by the
//! same groups does not add it up again.

use super::disclosure_cells::{Cells, has_room};
use super::disclosure_cube::{DIMENSIONS, Slice, TIME, UNIT};
use super::disclosure_dimension::Dimension;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

    /// Its nodes of procedure, channel and time.
    pub fn others(self) -> [u32; DIMENSIONS - 1] {
        let [_, channel, time] = Self::BITS;
        let all = self.0 >> Self::SIZE_BITS;
        let node = |above: u64, bits: u32| (above & ((1 << bits) - 1)) as u32;
        [(all >> (channel + time)) as u32, node(all >> time, channel), node(all, time)]
    }

    /// How many submissions it has.
    pub fn size(self) -> u32 {
        (self.0 & ((1 << Self::SIZE_BITS) - 1)) as u32
    }
}

/// Groups of one unit, none of them empty.
pub type Run = (u32, Vec<Leaf>);

/// How cells are added up: those below a unit, by its children, with the dimensions outside a mask left out, and times down to a
/// depth.
pub(super) type Inside = (usize, u8, usize);

/// The four trees.
pub(super) type Dimensions = [Arc<Dimension>; DIMENSIONS];

/// Groups, and what was added up of them.
#[derive(Debug)]
pub struct Groups {
    pub(super) dimensions: Dimensions,
    pub(super) source: Source,
    remembered: Mutex<Remembered>,
}

/// Where groups come from.
#[derive(Debug)]
pub(super) enum Source {
    /// Each by itself; whether those of a unit stand in the order of procedures.
    Runs(Vec<Run>, bool),
    /// Other groups at other times: to which node each of their nodes in time leads; to none where it is left out.
    Moved(Arc<Groups>, Vec<Option<u32>>),
}

impl Groups {
    /// Groups at the leaves of trees.
    pub(super) fn new(dimensions: Dimensions, runs: Vec<Run>) -> Self {
        let count = runs.iter().map(|(_, leaves)| leaves.len()).sum();
        let are_sorted = runs.iter().all(|(_, leaves)| leaves.is_sorted_by_key(|leaf| leaf.others()[0]));
        Self { dimensions, source: Source::Runs(runs, are_sorted), remembered: Remembered::of(count).into() }
    }

    /// Other groups at the leaves of another tree of times; of those whose time leads nowhere nothing is taken.
    pub(super) fn moved(all: Arc<Self>, times: Arc<Dimension>, nodes: Vec<Option<u32>>) -> Self {
        let [units, procedures, channels, _] = all.dimensions.clone();
        let dimensions = [units, procedures, channels, times];
        Self { dimensions, source: Source::Moved(all, nodes), remembered: Remembered::of(0).into() }
    }

    /// How many groups there are.
    pub fn count(&self) -> usize {
        match &self.source {
            Source::Runs(runs, _) => runs.iter().map(|(_, leaves)| leaves.len()).sum(),
            Source::Moved(all, _) => all.count(),
        }
    }

    /// Whether there are so few children, procedures and channels that groups can be added up by all of them.
    pub(super) fn can_be_added_up(&self) -> bool {
        let [units, procedures, channels, _] = &self.dimensions;
        let children = units.children.iter().map(Vec::len).max().unwrap_or(0).max(1);
        has_room([children, procedures.places.len(), channels.places.len()].map(|width| width as u32))
    }

    /// Whether all nodes of a slice are in the trees; else nobody is in it.
    pub(super) fn knows(&self, slice: Slice) -> bool {
        (0..DIMENSIONS).all(|d| slice[d] < self.dimensions[d].places.len())
    }

    /// Looks at each group within a slice: its nodes, and how many it has.
    pub(super) fn each_within(&self, slice: Slice, each: &mut dyn FnMut([u32; DIMENSIONS], u32)) {
        if !self.knows(slice) {
            return;
        }
        let holds = |d: usize, node: u32| self.dimensions[d].holds(slice[d], node as usize);
        match &self.source {
            Source::Moved(all, nodes) => {
                let [unit, procedure, channel, _] = slice;
                all.each_within([unit, procedure, channel, 0], &mut |[unit, procedure, channel, time], size| {
                    if let Some(time) = nodes[time as usize].filter(|time| holds(TIME, *time)) {
                        each([unit, procedure, channel, time], size);
                    }
                });
            }
            Source::Runs(runs, are_sorted) => {
                for (unit, leaves) in runs.iter().filter(|(unit, _)| holds(UNIT, *unit)) {
                    let leaves = if *are_sorted { self.of_procedure(leaves, slice[1]) } else { leaves };
                    for leaf in leaves {
                        let [procedure, channel, time] = leaf.others();
                        if holds(1, procedure) && holds(2, channel) && holds(TIME, time) {
                            each([*unit, procedure, channel, time], leaf.size());
                        }
                    }
                }
            }
        }
    }

    /// Among leaves in the order of procedures those of a procedure, below which there are no others; of none all.
    fn of_procedure<'l>(&self, leaves: &'l [Leaf], procedure: usize) -> &'l [Leaf] {
        if procedure == 0 || !self.dimensions[1].children[procedure].is_empty() {
            return leaves;
        }
        let start = leaves.partition_point(|leaf| (leaf.others()[0] as usize) < procedure);
        let end = leaves.partition_point(|leaf| leaf.others()[0] as usize <= procedure);
        &leaves[start..end]
    }

    /// What is remembered is whole or not there, whoever failed.
    pub(super) fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many groups are worth one cell that is remembered, which takes as much space.
const WORTH_A_CELL: usize = 2;
/// So many cells are remembered of however few groups.
const ALWAYS: usize = 20_000;

/// What was added up, and when it was asked for last.
#[derive(Debug)]
pub(super) struct Remembered {
    known: HashMap<Inside, (Arc<Cells>, u64)>,
    /// How often anything was asked for.
    asked: u64,
    /// How many cells are remembered, and how many may be.
    cells: usize,
    most: usize,
}

impl Remembered {
    fn of(groups: usize) -> Self {
        Self { known: HashMap::new(), asked: 0, cells: 0, most: (groups / WORTH_A_CELL).max(ALWAYS) }
    }

    pub fn find(&mut self, inside: Inside) -> Option<Arc<Cells>> {
        self.asked += 1;
        let (cells, asked) = self.known.get_mut(&inside)?;
        *asked = self.asked;
        Some(cells.clone())
    }

    pub fn entries(&self) -> impl Iterator<Item = (&Inside, &Arc<Cells>)> {
        self.known.iter().map(|(inside, (cells, _))| (inside, cells))
    }

    /// Remembers cells, unless they are too many by themselves; where all become too many, what was asked for longest ago goes.
    pub fn keep(&mut self, inside: Inside, cells: Arc<Cells>) {
        if cells.count() > self.most {
            return;
        }
        self.cells += cells.count();
        if let Some((before, _)) = self.known.insert(inside, (cells, self.asked)) {
            self.cells -= before.count();
        }
        while self.cells > self.most {
            let others = self.known.iter().filter(|(other, _)| **other != inside);
            let Some(oldest) = others.min_by_key(|(_, (_, asked))| *asked).map(|(oldest, _)| *oldest) else { return };
            self.cells -= self.known.remove(&oldest).map_or(0, |(gone, _)| gone.count());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(count: usize) -> Arc<Cells> {
        let width = count as u32;
        Cells::of([1, width.max(1), 1], 1, count, (0..width).map(|procedure| ([0, procedure, 0, 0], 1))).into()
    }

    #[test]
    fn what_was_asked_for_longest_ago_goes_where_cells_become_too_many() {
        let mut remembered = Remembered::of(WORTH_A_CELL * (ALWAYS + 5));
        let keep = |remembered: &mut Remembered, unit: usize, count: usize| {
            assert!(remembered.find((unit, 0, 0)).is_none());
            remembered.keep((unit, 0, 0), cells(count));
        };
        let there = |remembered: &Remembered| {
            let mut there: Vec<usize> = remembered.entries().map(|((unit, ..), _)| *unit).collect();
            there.sort_unstable();
            there
        };
        keep(&mut remembered, 1, ALWAYS);
        keep(&mut remembered, 2, 2);
        keep(&mut remembered, 3, 3);
        assert_eq!(there(&remembered), [1, 2, 3], "as many as may be");
        assert!(remembered.find((1, 0, 0)).is_some());
        keep(&mut remembered, 4, 4);
        assert_eq!(there(&remembered), [1, 4], "1 was asked for again, and of 2 and 3 neither is enough");
        keep(&mut remembered, 5, 10 * ALWAYS);
        assert_eq!(there(&remembered), [1, 4], "for one that is too large by itself nothing goes");
        keep(&mut remembered, 6, ALWAYS + 5);
        assert_eq!((there(&remembered), remembered.cells), (vec![6], ALWAYS + 5));
        remembered.keep((6, 0, 0), cells(7));
        assert_eq!((there(&remembered), remembered.cells), (vec![6], 7), "added up by two at once");
    }
}

//! Disclosure control over several ways of narrowing at once: which slices of a total may be shown.
//!
//! Each dimension (unit, procedure, channel, period) is a tree; a slice names one node of each. A slice is shown when its group
//! is not small, every wider slice around it is shown, and it is not among those that must be hidden so that a small sibling
//! cannot be worked out. The last is settled for whole grids of siblings at once (see [`super::disclosure_grid`]).
//! Sizes count submissions. Known limit: grids under different parents are settled one by one.

use super::disclosure_grid::{Grid, Settled};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

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

/// The dimension whose nodes take most cells apart: cells stand in its order.
const UNIT: usize = 0;
/// The dimension of which the nodes are intervals: what is read for a grid stands in its order.
const TIME: usize = 3;

/// The nodes of a dimension in the order of a walk, in which all below a node stand right after it.
#[derive(Debug)]
struct Dimension {
    parents: Vec<usize>,
    children: Vec<Vec<usize>>,
    /// Which child of its parent a node is.
    ordinals: Vec<u32>,
    /// Where a node stands in the walk, and where the first one after it that is not below it.
    places: Vec<u32>,
    ends: Vec<u32>,
}

impl Dimension {
    /// Siblings stand in the order of their ranks.
    fn new(parents: Vec<usize>, ranks: Option<&[usize]>) -> Self {
        let count = parents.len();
        let mut children = vec![Vec::new(); count];
        let mut nodes: Vec<usize> = (1..count).collect();
        if let Some(ranks) = ranks {
            nodes.sort_by_key(|node| ranks[*node]);
        }
        let mut ordinals = vec![0; count];
        for node in nodes {
            let siblings: &mut Vec<usize> = &mut children[parents[node]];
            ordinals[node] = siblings.len() as u32;
            siblings.push(node);
        }
        let (mut places, mut ends) = (vec![0; count], vec![0; count]);
        let mut walk = vec![(0, false)];
        let mut next = 0;
        while let Some((node, is_done)) = walk.pop() {
            if is_done {
                ends[node] = next;
                continue;
            }
            places[node] = next;
            next += 1;
            walk.push((node, true));
            walk.extend(children[node].iter().rev().map(|child| (*child, false)));
        }
        Self { parents, children, ordinals, places, ends }
    }

    fn holds(&self, node: usize, leaf: usize) -> bool {
        (self.places[node]..self.ends[node]).contains(&self.places[leaf])
    }

    /// For each place of the walk which child of a node it is, or is below; nothing elsewhere.
    fn steps(&self, node: usize) -> Vec<Option<u32>> {
        let mut steps = vec![None; self.places.len()];
        for child in &self.children[node] {
            steps[self.places[*child] as usize..self.ends[*child] as usize].fill(Some(self.ordinals[*child]));
        }
        steps
    }
}

/// A group by where it stands in each dimension.
#[derive(Debug, Clone, Copy)]
struct Cell {
    at: [u32; DIMENSIONS],
    size: u32,
}

/// Sizes of the finest groups, and what has been found out about slices so far.
#[derive(Debug)]
pub struct Cube {
    dimensions: [Dimension; DIMENSIONS],
    cells: Vec<Cell>,
    /// The cells below a unit, by its children, with the dimensions outside a mask added up; in the order of time.
    inside: HashMap<(usize, u8), Rc<Vec<Cell>>>,
    grids: HashMap<(Slice, u8), Rc<Settled>>,
}

impl Cube {
    /// A cube of trees (as parents by node) and cells at their leaves.
    pub fn new(parents: [Vec<usize>; DIMENSIONS], cells: Vec<(Slice, i64)>) -> Self {
        let cells = cells.iter().map(|(at, size)| (at.map(|node| node as u32), *size));
        Self::with(parents.map(|parents| Dimension::new(parents, None)), cells)
    }

    /// The same where siblings stand in the order of their keys, whatever the order in which they were found.
    pub fn ordered<A: Ord, B: Ord, C: Ord, D: Ord>(
        (units, procedures, channels, times): (&Tree<A>, &Tree<B>, &Tree<C>, &Tree<D>),
        cells: impl Iterator<Item = ([u32; DIMENSIONS], i64)>,
    ) -> Self {
        fn dimension<K: Ord>(tree: &Tree<K>) -> Dimension {
            let mut ranks = vec![0; tree.parents.len()];
            tree.nodes.values().enumerate().for_each(|(rank, node)| ranks[*node] = rank);
            Dimension::new(tree.parents(), Some(&ranks))
        }
        Self::with([dimension(units), dimension(procedures), dimension(channels), dimension(times)], cells)
    }

    fn with(dimensions: [Dimension; DIMENSIONS], cells: impl Iterator<Item = ([u32; DIMENSIONS], i64)>) -> Self {
        let cell = |(nodes, size): ([u32; DIMENSIONS], i64)| Cell {
            at: std::array::from_fn(|d| dimensions[d].places[nodes[d] as usize]),
            size: u32::try_from(size).unwrap_or(if size < 0 { 0 } else { u32::MAX }),
        };
        let mut cells: Vec<Cell> = cells.map(cell).filter(|cell| cell.size > 0).collect();
        cells.sort_by_key(|cell| cell.at[UNIT]);
        Self { dimensions, cells, inside: HashMap::new(), grids: HashMap::new() }
    }

    /// How many submissions a slice has.
    pub fn size(&self, slice: Slice) -> i64 {
        let range = |d: usize| self.dimensions[d].places[slice[d]]..self.dimensions[d].ends[slice[d]];
        let ranges: [_; DIMENSIONS] = std::array::from_fn(range);
        let within = self.cells.iter().filter(|cell| cell.at.iter().zip(&ranges).all(|(at, range)| range.contains(at)));
        within.map(|cell| i64::from(cell.size)).sum()
    }

    /// Whether a slice may be shown.
    pub fn is_open(&mut self, slice: Slice) -> bool {
        let (mut around, mut mask) = (slice, 0u8);
        for d in (0..DIMENSIONS).filter(|d| slice[*d] != 0) {
            around[d] = self.dimensions[d].parents[slice[d]];
            mask |= 1 << d;
        }
        let steps: Vec<u32> = dimensions_of(mask).map(|d| self.dimensions[d].ordinals[slice[d]]).collect();
        match self.grid(around, mask).is_hidden(&steps) {
            Some(is_hidden) => !is_hidden,
            // Nobody is in it: it says as much as what is around it.
            None => dimensions_of(mask).all(|d| {
                let mut wider = slice;
                wider[d] = around[d];
                self.is_open(wider)
            }),
        }
    }

    /// The nodes of a dimension at which somebody is within a slice.
    pub fn present(&self, slice: Slice, dimension: usize) -> Vec<usize> {
        let range = |d: usize| self.dimensions[d].places[slice[d]]..self.dimensions[d].ends[slice[d]];
        let ranges: [_; DIMENSIONS] = std::array::from_fn(range);
        let place = |unit: u32| self.cells.partition_point(|cell| cell.at[UNIT] < unit);
        let mut is_there = vec![false; self.dimensions[dimension].places.len()];
        for cell in &self.cells[place(ranges[UNIT].start)..place(ranges[UNIT].end)] {
            if cell.at.iter().zip(&ranges).all(|(at, range)| range.contains(at)) {
                is_there[cell.at[dimension] as usize] = true;
            }
        }
        let places = &self.dimensions[dimension].places;
        (0..places.len()).filter(|node| is_there[places[*node] as usize]).collect()
    }

    /// Whether a slice holds the group at some leaves.
    pub fn holds(&self, slice: Slice, leaf: Slice) -> bool {
        (0..DIMENSIONS).all(|d| self.dimensions[d].holds(slice[d], leaf[d]))
    }

    /// The grid of the siblings below some nodes, in every dimension of a mask.
    fn grid(&mut self, around: Slice, mask: u8) -> Rc<Settled> {
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
        let settled = Rc::new(grid.settle());
        self.grids.insert((around, mask), settled.clone());
        settled
    }

    /// The groups of a grid with their sizes; a node that nobody is below is left out.
    fn sized(&mut self, around: Slice, mask: u8) -> Grid {
        let cells = self.inside(around[UNIT], mask);
        let dimensions: Vec<usize> = dimensions_of(mask).collect();
        let time = &self.dimensions[TIME];
        let range = match mask & (1 << TIME) {
            0 => 0..cells.len(),
            _ => {
                let place = |time: u32| cells.partition_point(|cell| cell.at[TIME] < time);
                place(time.places[around[TIME]] + 1)..place(time.ends[around[TIME]])
            }
        };
        // What stands for a unit is its number among its siblings already.
        let steps = |d: &usize| match *d {
            UNIT => (0..self.dimensions[UNIT].children[around[UNIT]].len() as u32).map(Some).collect(),
            d => self.dimensions[d].steps(around[d]),
        };
        let steps: Vec<Vec<Option<u32>>> = dimensions.iter().map(steps).collect();
        let groups = cells[range].iter().filter_map(|cell| {
            let mut at = [0; DIMENSIONS];
            for ((at, d), steps) in at.iter_mut().zip(&dimensions).zip(&steps) {
                *at = steps[cell.at[*d] as usize]?;
            }
            Some((at, i64::from(cell.size)))
        });
        let widths = dimensions.iter().map(|d| self.dimensions[*d].children[around[*d]].len());
        Grid::of(dimensions.clone(), &widths.collect::<Vec<_>>(), groups)
    }

    fn inside(&mut self, unit: usize, mask: u8) -> Rc<Vec<Cell>> {
        if let Some(known) = self.inside.get(&(unit, mask)) {
            return known.clone();
        }
        let has_units = mask & (1 << UNIT) != 0;
        let fits = |(around, other): &(usize, u8)| other & mask == mask && *around == unit;
        let added_up = self.inside.iter().filter(|(key, _)| fits(key)).map(|(_, cells)| cells.clone());
        let found = match added_up.min_by_key(|cells| cells.len()) {
            Some(cells) => self.added_up(&cells, mask, |at| if has_units { at } else { 0 }, unit),
            None => {
                let units = &self.dimensions[UNIT];
                let place = |unit: u32| self.cells.partition_point(|cell| cell.at[UNIT] < unit);
                let below = match has_units {
                    true => place(units.places[unit] + 1)..place(units.ends[unit]),
                    false => 0..self.cells.len(),
                };
                let steps = units.steps(unit);
                let step = |at: u32| if has_units { steps[at as usize].unwrap_or(0) } else { 0 };
                self.added_up(&self.cells[below], mask, step, unit)
            }
        };
        let found = Rc::new(found);
        self.inside.insert((unit, mask), found.clone());
        found
    }

    /// Cells with the dimensions outside a mask added up, in the order of time.
    fn added_up(&self, cells: &[Cell], mask: u8, unit_step: impl Fn(u32) -> u32, unit: usize) -> Vec<Cell> {
        let keeps = |d: usize| mask & (1 << d) != 0;
        let [units, procedures, channels, times] = std::array::from_fn(|d| match (keeps(d), d) {
            (false, _) => 1,
            (true, UNIT) => self.dimensions[UNIT].children[unit].len().max(1),
            (true, d) => self.dimensions[d].places.len(),
        });
        let at = |cell: &Cell| -> [u32; DIMENSIONS] {
            std::array::from_fn(|d| match (keeps(d), d) {
                (false, _) => 0,
                (true, UNIT) => unit_step(cell.at[UNIT]),
                (true, d) => cell.at[d],
            })
        };
        let mut found = Vec::new();
        if units * procedures * channels * times <= 16 * cells.len() {
            let mut table = vec![0u32; units * procedures * channels * times];
            for cell in cells {
                let [unit, procedure, channel, time] = at(cell).map(|place| place as usize);
                table[((time * units + unit) * procedures + procedure) * channels + channel] += cell.size;
            }
            for (place, size) in table.into_iter().enumerate().filter(|(_, size)| *size > 0) {
                let (rest, channel) = (place / channels, place % channels);
                let (rest, procedure) = (rest / procedures, rest % procedures);
                let at = [rest % units, procedure, channel, rest / units].map(|place| place as u32);
                found.push(Cell { at, size });
            }
        } else {
            found.extend(cells.iter().map(|cell| Cell { at: at(cell), size: cell.size }));
            found.sort_unstable_by_key(|cell| (cell.at[TIME], cell.at));
            found.dedup_by(|next, kept| {
                let same = next.at == kept.at;
                if same {
                    kept.size += next.size;
                }
                same
            });
        }
        found
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
mod tests {
    use super::super::disclosure::is_small;
    use super::*;
    use plain::PlainCube;
    use proptest::prelude::*;

    /// Two flat dimensions of some nodes each.
    fn flat(sizes: &[Vec<i64>]) -> Cube {
        let width = sizes[0].len();
        let cells = sizes
            .iter()
            .enumerate()
            .flat_map(|(u, row)| row.iter().enumerate().map(move |(c, size)| ([u + 1, 0, c + 1, 0], *size)));
        Cube::new([vec![0; sizes.len() + 1], vec![0], vec![0; width + 1], vec![0]], cells.collect())
    }

    #[test]
    fn a_small_channel_of_one_unit_cannot_be_worked_out_by_another_way() {
        let mut cube = flat(&[vec![40, 6], vec![30, 2], vec![20, 20]]);
        assert!(cube.is_open([0, 0, 2, 0]), "the channel as a whole");
        assert!(!cube.is_open([2, 0, 2, 0]), "two submissions");
        assert!(!cube.is_open([2, 0, 1, 0]), "they would be the unit without this");
        assert!(!cube.is_open([1, 0, 2, 0]), "or the channel without the others");
        assert!(!cube.is_open([1, 0, 1, 0]), "and this gives that away");
        assert!(cube.is_open([3, 0, 2, 0]));
    }

    #[test]
    fn below_what_is_hidden_nothing_is_shown() {
        // Unit 1 has two below it (3 and 4); unit 2 is small.
        let cells = vec![([3, 0, 0, 0], 6), ([4, 0, 0, 0], 9), ([2, 0, 0, 0], 3)];
        let mut cube = Cube::new([vec![0, 0, 0, 1, 1], vec![0], vec![0], vec![0]], cells);
        assert_eq!(cube.size([1, 0, 0, 0]), 15);
        assert!(!cube.is_open([2, 0, 0, 0]) && !cube.is_open([1, 0, 0, 0]));
        assert!(!cube.is_open([3, 0, 0, 0]) && !cube.is_open([4, 0, 0, 0]), "their sum would be unit 1");
        assert!(cube.is_open([0, 0, 0, 0]));
    }

    /// What somebody can work out who sees every open slice: any line with one unknown, again and again.
    fn attack(cube: &mut Cube, rows: usize, columns: usize) -> HashMap<(usize, usize), i64> {
        let mut known = HashMap::new();
        for r in 0..=rows {
            for c in 0..=columns {
                if cube.is_open([r, 0, c, 0]) {
                    known.insert((r, c), cube.size([r, 0, c, 0]));
                }
            }
        }
        loop {
            let before = known.len();
            let by_row = (0..=rows).map(|r| (0..=columns).map(|c| (r, c)).collect::<Vec<_>>());
            let by_column = (0..=columns).map(|c| (0..=rows).map(|r| (r, c)).collect::<Vec<_>>());
            for line in by_row.chain(by_column) {
                let unknown: Vec<_> = line.iter().filter(|at| !known.contains_key(*at)).collect();
                if let [at] = unknown[..] {
                    let parts: i64 = line[1..].iter().filter(|p| *p != at).map(|p| known[p]).sum();
                    let value = if *at == line[0] { parts } else { known[&line[0]] - parts };
                    known.insert(*at, value);
                }
            }
            if known.len() == before {
                return known;
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn no_small_group_can_be_worked_out(sizes in proptest::collection::vec(proptest::collection::vec(0i64..14, 4), 3)) {
            let mut cube = flat(&sizes);
            let known = attack(&mut cube, 3, 4);
            for ((r, c), size) in known {
                proptest::prop_assert!(!is_small(size), "{size} at {r}, {c} of {sizes:?}");
                proptest::prop_assert_eq!(size, cube.size([r, 0, c, 0]));
            }
        }

        #[test]
        fn what_is_open_is_what_working_it_out_plainly_finds(
            cells in prop::collection::vec((0usize..6, 0usize..4, 0usize..3, 0usize..6, 1i64..9), 0..60),
        ) {
            // Units 3 to 5 below 1, 6 and 7 below 2; times 3 to 5 below 1, 6 below 2; procedures and channels flat.
            let parents = [vec![0, 0, 0, 1, 1, 1, 2, 2], vec![0; 5], vec![0; 4], vec![0, 0, 0, 1, 1, 1, 2]];
            let leaf = |(u, p, c, t, size): &(usize, usize, usize, usize, i64)| {
                ([[2, 3, 4, 5, 6, 7][*u], p + 1, c + 1, [1, 2, 3, 4, 5, 6][*t]], *size)
            };
            let cells: Vec<(Slice, i64)> = cells.iter().map(leaf).collect();
            let mut cube = Cube::new(parents.clone(), cells.clone());
            let mut plain = PlainCube::new(parents.clone(), cells);
            let all = |d: usize| 0..parents[d].len();
            for u in all(0).rev() {
                for (p, c) in all(1).flat_map(|p| all(2).map(move |c| (p, c))) {
                    for slice in all(3).map(|t| [u, p, c, t]) {
                        prop_assert_eq!(cube.size(slice), plain.size(slice));
                        prop_assert_eq!(cube.is_open(slice), plain.is_open(slice), "{:?}", slice);
                    }
                }
            }
        }
    }
}

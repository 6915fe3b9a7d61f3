//! The same control worked out plainly, cell by cell and slice by slice: what the dense one must agree with.

use super::{DIMENSIONS, Slice};
use crate::domain::disclosure::{is_small, shown_beside};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Sizes of the finest groups, and what has been found out about slices so far.
#[derive(Debug)]
pub(super) struct PlainCube {
    parents: [Vec<usize>; DIMENSIONS],
    cells: Vec<(Slice, i64)>,
    inside: HashMap<Slice, Rc<Vec<usize>>>,
    open: HashMap<Slice, bool>,
    grids: HashMap<(Slice, u8), Rc<HashSet<Slice>>>,
}

impl PlainCube {
    /// A cube of trees (as parents by node) and cells at their leaves.
    pub fn new(parents: [Vec<usize>; DIMENSIONS], cells: Vec<(Slice, i64)>) -> Self {
        let all = Rc::new((0..cells.len()).collect());
        let inside = HashMap::from([([0; DIMENSIONS], all)]);
        Self { parents, cells, inside, open: HashMap::new(), grids: HashMap::new() }
    }

    /// How many submissions a slice has.
    pub fn size(&mut self, slice: Slice) -> i64 {
        self.cells_of(slice).iter().map(|cell| self.cells[*cell].1).sum()
    }

    /// Whether a slice may be shown.
    pub fn is_open(&mut self, slice: Slice) -> bool {
        if let Some(known) = self.open.get(&slice) {
            return *known;
        }
        let open = !is_small(self.size(slice))
            && self.wider(slice).into_iter().all(|wider| self.is_open(wider))
            && !self.hidden_in_grid(slice).contains(&slice);
        self.open.insert(slice, open);
        open
    }

    fn narrowed(slice: Slice) -> impl Iterator<Item = usize> {
        (0..DIMENSIONS).filter(move |d| slice[*d] != 0)
    }

    /// The slices one step wider in one dimension.
    fn wider(&self, slice: Slice) -> Vec<Slice> {
        Self::narrowed(slice).map(|d| self.widened(slice, d)).collect()
    }

    fn widened(&self, mut slice: Slice, dimension: usize) -> Slice {
        slice[dimension] = self.parents[dimension].get(slice[dimension]).copied().unwrap_or(0);
        slice
    }

    /// The ancestor of a leaf that stands directly below a node; nothing if the leaf is not below it.
    fn step_below(&self, dimension: usize, leaf: usize, node: usize) -> Option<usize> {
        let mut at = leaf;
        while at != 0 {
            let parent = self.parents[dimension][at];
            if parent == node {
                return Some(at);
            }
            at = parent;
        }
        None
    }

    fn is_within(&self, dimension: usize, leaf: usize, node: usize) -> bool {
        leaf == node || node == 0 || self.step_below(dimension, leaf, node).is_some()
    }

    fn cells_of(&mut self, slice: Slice) -> Rc<Vec<usize>> {
        if let Some(known) = self.inside.get(&slice) {
            return known.clone();
        }
        let found = match Self::narrowed(slice).next() {
            None => Rc::default(),
            Some(d) => {
                let around = self.cells_of(self.widened(slice, d));
                let within = |cell: &usize| self.is_within(d, self.cells[*cell].0[d], slice[d]);
                Rc::new(around.iter().copied().filter(within).collect::<Vec<_>>())
            }
        };
        self.inside.insert(slice, found.clone());
        found
    }

    /// What is hidden in the grid of a slice and its siblings in every dimension in which it is narrowed.
    fn hidden_in_grid(&mut self, slice: Slice) -> Rc<HashSet<Slice>> {
        let mut around = slice;
        let mut mask = 0u8;
        for d in Self::narrowed(slice) {
            around = self.widened(around, d);
            mask |= 1 << d;
        }
        if let Some(known) = self.grids.get(&(around, mask)) {
            return known.clone();
        }
        let mut grid = self.grid(around, mask);
        for at in 0..grid.sizes.len() {
            let slice = grid.slice(at);
            grid.hidden[at] =
                is_small(grid.sizes[at]) || self.wider(slice).into_iter().any(|wider| !self.is_open(wider));
        }
        grid.settle();
        let hidden = (0..grid.sizes.len()).filter(|at| grid.hidden[*at]).map(|at| grid.slice(at)).collect();
        let found: Rc<HashSet<Slice>> = Rc::new(hidden);
        self.grids.insert((around, mask), found.clone());
        found
    }

    /// The groups that a slice falls into, one step down in each dimension of a mask; empty groups too.
    fn grid(&mut self, around: Slice, mask: u8) -> Grid {
        let dimensions: Vec<usize> = (0..DIMENSIONS).filter(|d| mask & (1 << d) != 0).collect();
        let inside = self.cells_of(around);
        let steps = |cell: &usize| {
            let (leaf, size) = self.cells[*cell];
            let step = |d: &usize| self.step_below(*d, leaf[*d], around[*d]);
            dimensions.iter().map(step).collect::<Option<Vec<usize>>>().map(|steps| (steps, size))
        };
        let groups: Vec<(Vec<usize>, i64)> = inside.iter().filter_map(steps).collect();
        let mut siblings: Vec<Vec<usize>> = vec![Vec::new(); dimensions.len()];
        for (steps, _) in &groups {
            for (all, step) in siblings.iter_mut().zip(steps) {
                all.push(*step);
            }
        }
        for all in &mut siblings {
            all.sort_unstable();
            all.dedup();
        }
        let mut grid = Grid::empty(around, dimensions, siblings);
        for (steps, size) in groups {
            let at = grid.place(&steps);
            grid.sizes[at] += size;
        }
        grid
    }
}

/// A table of sibling groups in one or more dimensions, row by row.
struct Grid {
    around: Slice,
    dimensions: Vec<usize>,
    siblings: Vec<Vec<usize>>,
    sizes: Vec<i64>,
    hidden: Vec<bool>,
    /// Empty groups that are hidden so that a group beside them is not the only one.
    decoys: Vec<bool>,
}

impl Grid {
    fn empty(around: Slice, dimensions: Vec<usize>, siblings: Vec<Vec<usize>>) -> Self {
        let places = siblings.iter().map(Vec::len).product();
        let (hidden, decoys) = (vec![false; places], vec![false; places]);
        Self { around, dimensions, siblings, sizes: vec![0; places], hidden, decoys }
    }

    fn place(&self, steps: &[usize]) -> usize {
        let within = |(all, step): (&Vec<usize>, &usize)| (all.len(), all.binary_search(step).unwrap_or(0));
        self.siblings.iter().zip(steps).map(within).fold(0, |at, (width, place)| at * width + place)
    }

    fn slice(&self, at: usize) -> Slice {
        let (mut slice, mut rest) = (self.around, at);
        for (d, all) in self.dimensions.iter().zip(&self.siblings).rev() {
            slice[*d] = all[rest % all.len()];
            rest /= all.len();
        }
        slice
    }

    /// The lines of one dimension: each adds up to one wider slice.
    fn lines(&self, which: usize) -> Vec<Vec<usize>> {
        let width = self.siblings[which].len();
        let stride: usize = self.siblings[which + 1..].iter().map(Vec::len).product();
        let starts = (0..self.sizes.len()).filter(|at| (at / stride).is_multiple_of(width));
        starts.map(|start| (0..width).map(|i| start + i * stride).collect()).collect()
    }

    /// Hides until no line gives a hidden group away.
    fn settle(&mut self) {
        loop {
            let before = self.hidden.iter().filter(|hidden| **hidden).count();
            for which in 0..self.dimensions.len() {
                for line in self.lines(which) {
                    self.settle_line(&line);
                }
            }
            if self.hidden.iter().filter(|hidden| **hidden).count() == before {
                return;
            }
        }
    }

    fn settle_line(&mut self, line: &[usize]) {
        // Empty groups below something hidden have nothing to give away.
        if !line.iter().any(|at| self.hidden[*at] && (self.sizes[*at] > 0 || self.decoys[*at])) {
            return;
        }
        let sizes: Vec<i64> = line.iter().map(|at| self.sizes[*at]).collect();
        let hidden: Vec<bool> = line.iter().map(|at| self.hidden[*at]).collect();
        for (at, shown) in line.iter().zip(shown_beside(&sizes, &hidden)) {
            self.hidden[*at] |= !shown;
        }
        // One that is hidden alone is given away by the line unless an empty one could be it.
        if line.iter().filter(|at| self.hidden[**at]).count() == 1
            && let Some(empty) = line.iter().find(|at| !self.hidden[**at])
        {
            self.hidden[*empty] = true;
            self.decoys[*empty] = true;
        }
    }
}

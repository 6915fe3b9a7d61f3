//! Disclosure control over several ways of narrowing at once: which slices of a total may be shown.
//!
//! Each dimension (unit, procedure, channel, period) is a tree; a slice names one node of each. A slice is shown when its group
//! is not small, every wider slice around it is shown, and it is not among those that must be hidden so that a small sibling
//! cannot be worked out. The last is settled for whole grids of siblings at once (see `disclosure_grid`).
//! Sizes count submissions. Known limit: grids under different parents are settled one by one.

use super::disclosure::is_small;
use super::disclosure_dimension::Dimension;
use super::disclosure_grid::{Grid, Settled};
use super::disclosure_groups::{Dimensions, Groups, Run};
use super::disclosure_sums::Sums;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// How many dimensions there are.
pub const DIMENSIONS: usize = 4;

/// One node in each dimension; 0 is the root, where nothing is narrowed.
pub type Slice = [usize; DIMENSIONS];

/// The nodes of one dimension. Node 0 is the root. A copy shares them until it gets a further one.
#[derive(Debug, Clone)]
pub struct Tree<K> {
    nodes: Arc<BTreeMap<K, usize>>,
    parents: Arc<Vec<usize>>,
}

impl<K> Default for Tree<K> {
    fn default() -> Self {
        Self { nodes: Arc::default(), parents: vec![0].into() }
    }
}

impl<K: Ord + Clone> Tree<K> {
    /// The node of a key below a parent; made where it is new.
    pub fn node(&mut self, parent: usize, key: K) -> usize {
        if let Some(known) = self.find(&key) {
            return known;
        }
        let next = self.parents.len();
        Arc::make_mut(&mut self.nodes).insert(key, next);
        Arc::make_mut(&mut self.parents).push(parent);
        next
    }

    /// The node of a key.
    pub fn find(&self, key: &K) -> Option<usize> {
        self.nodes.get(key).copied()
    }

    /// The keys with their nodes.
    pub fn entries(&self) -> impl Iterator<Item = (&K, usize)> {
        self.nodes.iter().map(|(key, node)| (key, *node))
    }

    /// How many nodes there are.
    pub fn count(&self) -> usize {
        self.parents.len()
    }
}

/// The dimension of units: groups are added up by the children of one of its nodes.
pub(super) const UNIT: usize = 0;
/// The dimension of times: what is added up stands in its order.
pub(super) const TIME: usize = 3;

/// The mask of all dimensions.
pub(super) const EVERY: u8 = (1 << DIMENSIONS) - 1;

/// Groups that were gathered for others, at the leaves of trees that others have begun.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The groups.
    pub groups: Arc<Groups>,
    /// Where the tree of times is another: to which of its nodes each node in time of the groups leads, and where nothing is wanted
    /// of a time to none.
    pub times: Option<Vec<Option<u32>>>,
}

/// Sizes of the finest groups, and what has been found out about slices so far. A copy shares the sizes and goes on by itself.
#[derive(Debug, Clone)]
pub struct Cube {
    dimensions: Dimensions,
    /// Whether no group is missing.
    is_whole: bool,
    /// Whoever is in a slice is in these groups, each in one of them.
    parts: Vec<Sums>,
    open: HashMap<Slice, bool>,
    grids: HashMap<(Slice, u8), Arc<Settled>>,
}

impl Cube {
    /// A cube of trees, whose siblings stand in the order of their keys, whatever the order in which they were found; of groups at
    /// their leaves, and of those shared with others. Where groups are missing nothing is shown.
    pub fn ordered<A: Ord + Clone, B: Ord + Clone, C: Ord + Clone, D: Ord + Clone>(
        trees: Trees<'_, A, B, C, D>,
        shared: Option<Shared>,
        runs: Vec<Run>,
        is_whole: bool,
    ) -> Self {
        let dimensions = dimensions(trees, shared.as_ref());
        let shared = shared.map(|Shared { groups, times }| match times {
            None => groups,
            Some(times) => Groups::moved(groups, dimensions[TIME].clone(), times).into(),
        });
        let own = (!runs.is_empty()).then(|| Groups::new(dimensions.clone(), runs).into());
        Self::of(dimensions, shared.into_iter().chain(own).collect(), is_whole)
    }

    fn of(dimensions: Dimensions, parts: Vec<Arc<Groups>>, is_whole: bool) -> Self {
        let is_whole = is_whole && parts.iter().all(|groups| groups.can_be_added_up());
        let parts = parts.into_iter().map(Sums::of).collect();
        Self { dimensions, is_whole, parts, open: HashMap::new(), grids: HashMap::new() }
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
        is_small(self.parts.iter_mut().map(|part| part.size(slice, mask)).sum())
    }

    /// Whether somebody within a slice is at a node, by node of each dimension.
    pub fn present(&self, slice: Slice) -> [Vec<bool>; DIMENSIONS] {
        let mut are_there: [Vec<bool>; DIMENSIONS] =
            std::array::from_fn(|d| vec![false; self.dimensions[d].places.len()]);
        for part in &self.parts {
            part.groups.each_within(slice, &mut |nodes, _| {
                are_there.iter_mut().zip(nodes).for_each(|(are_there, node)| are_there[node as usize] = true);
            });
        }
        are_there
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
        // A node that nobody is below is left out.
        let parts = self.parts.iter_mut().filter_map(|part| part.in_grid(around, mask, &self.dimensions));
        let mut grid = Grid::of(dimensions_of(mask).collect(), parts.collect());
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
}

/// The four trees: units, procedures, channels, times.
type Trees<'t, A, B, C, D> = (&'t Tree<A>, &'t Tree<B>, &'t Tree<C>, &'t Tree<D>);

/// Trees in the order of a walk.
pub(super) fn dimensions<A: Ord + Clone, B: Ord + Clone, C: Ord + Clone, D: Ord + Clone>(
    (units, procedures, channels, times): Trees<'_, A, B, C, D>,
    shared: Option<&Shared>,
) -> Dimensions {
    let known = |d: usize| shared.filter(|shared| d != TIME || shared.times.is_none()).map(|s| &s.groups.dimensions[d]);
    [
        dimension(units, known(0)),
        dimension(procedures, known(1)),
        dimension(channels, known(2)),
        dimension(times, known(3)),
    ]
}

/// A tree in the order of a walk; one that is known and has no further node since is taken as it is.
fn dimension<K: Ord + Clone>(tree: &Tree<K>, known: Option<&Arc<Dimension>>) -> Arc<Dimension> {
    if let Some(known) = known.filter(|known| known.places.len() == tree.count()) {
        return known.clone();
    }
    let mut ranks = vec![0; tree.count()];
    tree.nodes.values().enumerate().for_each(|(rank, node)| ranks[*node] = rank);
    Dimension::new(tree.parents.to_vec(), Some(&ranks)).into()
}

/// The dimensions of a mask.
pub(super) fn dimensions_of(mask: u8) -> impl Iterator<Item = usize> {
    (0..DIMENSIONS).filter(move |d| mask & (1 << d) != 0)
}

#[cfg(test)]
#[path = "disclosure_cube_plain.rs"]
mod plain;

#[cfg(test)]
#[path = "disclosure_cube_tests.rs"]
mod tests;

//! A table of sibling groups in one or more dimensions, and which of them must be hidden so that no line of it gives one away.
//!
//! Lines are settled one by one until nothing more needs hiding. What the table stands in is for [`super::disclosure_cube`].

use super::disclosure::{SMALLEST_SHOWN, is_small};
use super::disclosure_cube::DIMENSIONS;

/// Groups with their sizes, row by row.
pub(super) struct Grid {
    dimensions: Vec<usize>,
    /// In each dimension, which children of the node around them the groups are.
    siblings: Vec<Vec<u32>>,
    sizes: Vec<i64>,
    hidden: Vec<bool>,
    /// Empty groups that are hidden so that a group beside them is not the only one.
    decoys: Vec<bool>,
}

/// Which groups of a grid are hidden.
#[derive(Debug)]
pub(super) struct Settled {
    dimensions: Vec<usize>,
    siblings: Vec<Vec<u32>>,
    hidden: Vec<bool>,
}

impl Settled {
    /// Whether the group at some children is hidden; nothing where the grid has no such group.
    pub fn is_hidden(&self, steps: &[u32]) -> Option<bool> {
        let mut at = 0;
        for (all, step) in self.siblings.iter().zip(steps) {
            at = at * all.len() + all.binary_search(step).ok()?;
        }
        self.hidden.get(at).copied()
    }
}

impl Grid {
    /// Of groups by their children numbers; `widths` are how many children there are.
    pub fn of(
        dimensions: Vec<usize>,
        widths: &[usize],
        groups: impl Iterator<Item = ([u32; DIMENSIONS], i64)> + Clone,
    ) -> Self {
        let mut places: Vec<Vec<Option<usize>>> = widths.iter().map(|width| vec![None; *width]).collect();
        for (steps, _) in groups.clone() {
            for (places, step) in places.iter_mut().zip(steps) {
                places[step as usize] = Some(0);
            }
        }
        let mut siblings = Vec::with_capacity(places.len());
        for places in &mut places {
            let present =
                places.iter_mut().enumerate().filter_map(|(step, place)| Some((step as u32, place.as_mut()?)));
            let numbered = present.enumerate().map(|(number, (step, place))| {
                *place = number;
                step
            });
            siblings.push(numbered.collect::<Vec<u32>>());
        }
        let count = siblings.iter().map(Vec::len).product();
        let mut sizes = vec![0; count];
        for (steps, size) in groups {
            let mut at = 0;
            for ((places, all), step) in places.iter().zip(&siblings).zip(steps) {
                at = at * all.len() + places[step as usize].unwrap_or(0);
            }
            sizes[at] += size;
        }
        let hidden = sizes.iter().map(|size| is_small(*size)).collect();
        Self { dimensions, siblings, sizes, hidden, decoys: vec![false; count] }
    }

    /// Hides what is below something hidden: `wider` is the grid around this one in a dimension, where this one is below `step`.
    pub fn hide_below(&mut self, dimension: usize, step: u32, wider: &Settled) {
        let mut strides = [0; DIMENSIONS];
        let mut stride = 1;
        for (d, all) in wider.dimensions.iter().zip(&wider.siblings).rev() {
            strides[*d] = stride;
            stride *= all.len();
        }
        let in_wider = |d: usize, step: u32| -> Option<usize> {
            let Some(which) = wider.dimensions.iter().position(|other| *other == d) else { return Some(0) };
            Some(strides[d] * wider.siblings[which].binary_search(&step).ok()?)
        };
        let mut places = vec![Some(0)];
        for (d, all) in self.dimensions.iter().zip(&self.siblings) {
            let of_step = |own: &u32| if *d == dimension { in_wider(*d, step) } else { in_wider(*d, *own) };
            let steps: Vec<Option<usize>> = all.iter().map(of_step).collect();
            places = places.iter().flat_map(|at| steps.iter().map(move |step| Some((*at)? + (*step)?))).collect();
        }
        for (hidden, place) in self.hidden.iter_mut().zip(places) {
            *hidden |= place.and_then(|place| wider.hidden.get(place).copied()).unwrap_or(true);
        }
    }

    /// Hides until no line gives a hidden group away.
    pub fn settle(mut self) -> Settled {
        let mut changed = true;
        while std::mem::take(&mut changed) {
            let mut stride = self.sizes.len();
            for which in 0..self.dimensions.len() {
                let width = self.siblings[which].len().max(1);
                let block = stride;
                stride /= width;
                for start in (0..self.sizes.len()).step_by(block.max(1)) {
                    for first in start..start + stride {
                        changed |= self.settle_line(Line { first, stride, width });
                    }
                }
            }
        }
        Settled { dimensions: self.dimensions, siblings: self.siblings, hidden: self.hidden }
    }

    /// Settles one line, which adds up to one wider slice; whether something more is hidden now.
    fn settle_line(&mut self, line: Line) -> bool {
        let (mut count, mut sum, mut gives_away) = (0, 0, false);
        for at in line.places().filter(|at| self.hidden[*at]) {
            count += 1;
            sum += self.sizes[at];
            gives_away |= self.sizes[at] > 0 || self.decoys[at];
        }
        // Empty groups below something hidden have nothing to give away.
        if !gives_away {
            return false;
        }
        let mut changed = false;
        while count < 2 || sum < SMALLEST_SHOWN {
            let shown = line.places().filter(|at| !self.hidden[*at] && self.sizes[*at] > 0);
            let Some(at) = shown.min_by_key(|at| self.sizes[*at]) else { break };
            self.hidden[at] = true;
            count += 1;
            sum += self.sizes[at];
            changed = true;
        }
        // One that is hidden alone is given away by the line unless an empty one could be it.
        if count == 1
            && let Some(empty) = line.places().find(|at| !self.hidden[*at])
        {
            self.hidden[empty] = true;
            self.decoys[empty] = true;
            changed = true;
        }
        changed
    }
}

/// Where the groups of a line stand.
#[derive(Clone, Copy)]
struct Line {
    first: usize,
    stride: usize,
    width: usize,
}

impl Line {
    fn places(self) -> impl Iterator<Item = usize> {
        (0..self.width).map(move |number| self.first + number * self.stride)
    }
}

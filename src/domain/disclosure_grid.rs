//! A table of sibling groups in one or more dimensions, and which of them must be hidden so that no line of it gives one away.
//!
//! Lines are settled one by one until nothing more needs hiding. What the table stands in is for [`super::disclosure_cube`].

use super::disclosure::{SMALLEST_SHOWN, is_small};
use super::disclosure_cube::DIMENSIONS;
use super::disclosure_dimension::ELSEWHERE;
use super::disclosure_sums::InGrid;

/// In place of a number: not there.
const NOWHERE: u32 = u32::MAX;

/// Groups with their sizes, row by row.
pub(super) struct Grid {
    dimensions: Vec<usize>,
    /// In each dimension, which children of the node around them the groups are.
    siblings: Vec<Vec<u32>>,
    sizes: Vec<u32>,
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
    has_hidden: bool,
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
    /// Of what each of some groups has in it.
    pub fn of(dimensions: Vec<usize>, mut parts: Vec<InGrid>) -> Self {
        let width = |d: usize| {
            let steps = parts.iter().flat_map(|part| &part.steps[d]);
            steps.filter(|s| **s != ELSEWHERE).max().map_or(0, |last| *last as usize + 1)
        };
        let mut is_there: [Vec<bool>; DIMENSIONS] = std::array::from_fn(|d| vec![false; width(d)]);
        for part in &parts {
            part.each(|steps, _| (0..DIMENSIONS).for_each(|d| is_there[d][steps[d] as usize] = true));
        }
        let present = |d: usize| (0..is_there[d].len() as u32).filter(|step| is_there[d][*step as usize]).collect();
        let siblings: [Vec<u32>; DIMENSIONS] = std::array::from_fn(present);
        // From now on a step leads to where its groups stand.
        let mut stride = 1;
        for d in (0..DIMENSIONS).rev() {
            let mut places = vec![ELSEWHERE; is_there[d].len()];
            siblings[d].iter().zip(0..).for_each(|(step, number)| places[*step as usize] = stride * number);
            let steps = parts.iter_mut().flat_map(|part| &mut part.steps[d]);
            steps.filter(|step| **step != ELSEWHERE).for_each(|step| *step = places[*step as usize]);
            stride *= siblings[d].len() as u32;
        }
        let mut sizes = vec![0u32; stride as usize];
        for part in &parts {
            part.each(|steps, size| {
                let sum = &mut sizes[steps.iter().sum::<u32>() as usize];
                *sum = sum.saturating_add(size);
            });
        }
        let hidden = sizes.iter().map(|size| is_small(i64::from(*size))).collect();
        let siblings = siblings.into_iter().enumerate().filter(|(d, _)| dimensions.contains(d)).map(|(_, all)| all);
        Self { siblings: siblings.collect(), dimensions, decoys: vec![false; sizes.len()], sizes, hidden }
    }

    /// Hides what is below something hidden: `wider` is the grid around this one in a dimension, where this one is below `step`.
    pub fn hide_below(&mut self, dimension: usize, step: u32, wider: &Settled) {
        if !wider.has_hidden {
            return;
        }
        let mut strides = [0; DIMENSIONS];
        let mut stride = 1;
        for (d, all) in wider.dimensions.iter().zip(&wider.siblings).rev() {
            strides[*d] = stride;
            stride *= all.len() as u32;
        }
        // Whoever is in a group is in the one around it; what should not be there counts as hidden.
        let in_wider = |d: usize, step: u32| match wider.dimensions.iter().position(|other| *other == d) {
            Some(which) => wider.siblings[which].binary_search(&step).map_or(NOWHERE, |at| strides[d] * at as u32),
            None => 0,
        };
        let steps = |(d, all): (&usize, &Vec<u32>)| -> Vec<u32> {
            let of_step = |own: &u32| if *d == dimension { in_wider(*d, step) } else { in_wider(*d, *own) };
            all.iter().map(of_step).collect()
        };
        let mut steps: Vec<Vec<u32>> = self.dimensions.iter().zip(&self.siblings).map(steps).collect();
        let Some(last) = steps.pop().filter(|last| !last.is_empty()) else { return };
        let mut rows = vec![0u32];
        for steps in &steps {
            rows = rows.iter().flat_map(|at| steps.iter().map(|step| at.saturating_add(*step))).collect();
        }
        for (row, hidden) in rows.iter().zip(self.hidden.chunks_mut(last.len())) {
            for (hidden, step) in hidden.iter_mut().zip(&last) {
                *hidden |= wider.hidden.get(row.saturating_add(*step) as usize).copied().unwrap_or(true);
            }
        }
    }

    /// Hides until no line gives a hidden group away. A line is looked at again only where something in it was hidden since.
    pub fn settle(mut self) -> Settled {
        let has_hidden = self.hidden.contains(&true);
        if has_hidden {
            let mut stride = self.sizes.len();
            let mut directions = Vec::with_capacity(self.siblings.len());
            for all in &self.siblings {
                let width = all.len().max(1);
                stride /= width;
                let is_due = vec![false; self.sizes.len() / width];
                directions.push(Direction { stride, width, is_due, due: Vec::new() });
            }
            for at in (0..self.hidden.len()).filter(|at| self.hidden[*at]) {
                directions.iter_mut().for_each(|direction| direction.note(at));
            }
            let (mut fresh, mut changed) = (Vec::new(), true);
            while std::mem::take(&mut changed) {
                for which in 0..directions.len() {
                    for line in directions[which].take_due() {
                        self.settle_line(line, &mut fresh);
                        changed |= !fresh.is_empty();
                        for at in fresh.drain(..) {
                            let others = directions.iter_mut().enumerate().filter(|(other, _)| *other != which);
                            others.for_each(|(_, direction)| direction.note(at));
                        }
                    }
                }
            }
        }
        Settled { dimensions: self.dimensions, siblings: self.siblings, hidden: self.hidden, has_hidden }
    }

    /// Settles one line, which adds up to one wider slice, and tells what it has hidden. Settled again it would hide nothing more.
    fn settle_line(&mut self, line: Line, fresh: &mut Vec<usize>) {
        let (mut count, mut sum, mut gives_away) = (0, 0, false);
        for at in line.places().filter(|at| self.hidden[*at]) {
            count += 1;
            sum += i64::from(self.sizes[at]);
            gives_away |= self.sizes[at] > 0 || self.decoys[at];
        }
        // Empty groups below something hidden have nothing to give away.
        if !gives_away {
            return;
        }
        while count < 2 || sum < SMALLEST_SHOWN {
            let shown = line.places().filter(|at| !self.hidden[*at] && self.sizes[*at] > 0);
            let Some(at) = shown.min_by_key(|at| self.sizes[*at]) else { break };
            self.hidden[at] = true;
            count += 1;
            sum += i64::from(self.sizes[at]);
            fresh.push(at);
        }
        // One that is hidden alone is given away by the line unless an empty one could be it.
        if count == 1
            && let Some(empty) = line.places().find(|at| !self.hidden[*at])
        {
            self.hidden[empty] = true;
            self.decoys[empty] = true;
            fresh.push(empty);
        }
    }
}

/// The lines of one dimension.
struct Direction {
    stride: usize,
    width: usize,
    /// Whether a line is to be looked at, and which are.
    is_due: Vec<bool>,
    due: Vec<usize>,
}

impl Direction {
    /// The lines to be looked at, in their order.
    fn take_due(&mut self) -> Vec<Line> {
        let mut due = std::mem::take(&mut self.due);
        due.sort_unstable();
        due.iter().for_each(|number| self.is_due[*number] = false);
        let Self { stride, width, .. } = *self;
        let line = |number| Line { first: number / stride * stride * width + number % stride, stride, width };
        due.into_iter().map(line).collect()
    }

    /// Something was hidden at a place.
    fn note(&mut self, at: usize) {
        let number = at / (self.stride * self.width) * self.stride + at % self.stride;
        if !std::mem::replace(&mut self.is_due[number], true) {
            self.due.push(number);
        }
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

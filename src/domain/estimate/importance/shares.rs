//! The shares of an outcome's variance that parts account for, from sums over people.
//!
//! All subsets of the parts are gone through by sweeping one part after the other out of the matrix of covariances: what is
//! left in the outcome's own place is the variance that the swept parts do not explain. A part that others make up entirely, or in
//! which nobody differs, adds nothing.

/// A part of whose own variance less than this is left says nothing new.
const TOLERANCE: f64 = 1e-9;

/// Sums over people: of 1, the outcome and the parts' scores, and of the products of each two, the upper triangle row by row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sums {
    /// The outcome, the parts and the 1.
    size: usize,
    products: Vec<f64>,
}

impl Sums {
    /// Of nobody; a person has so many scores.
    pub fn empty(scores: usize) -> Self {
        let size = scores + 1;
        Self { size, products: vec![0.0; size * (size + 1) / 2] }
    }

    /// Adds a person.
    pub fn add(&mut self, scores: &[f64]) {
        let value = |place: usize| if place == 0 { 1.0 } else { scores[place - 1] };
        let mut products = self.products.iter_mut();
        for first in 0..self.size {
            for second in first..self.size {
                if let Some(product) = products.next() {
                    *product += value(first) * value(second);
                }
            }
        }
    }

    /// Adds other people.
    pub fn merge(&mut self, other: &Self) {
        for (product, more) in self.products.iter_mut().zip(&other.products) {
            *product += more;
        }
    }

    pub fn clear(&mut self) {
        self.products.fill(0.0);
    }

    fn product(&self, first: usize, second: usize) -> f64 {
        let (row, column) = (first.min(second), first.max(second));
        self.products[row * self.size - row * (row + 1) / 2 + column]
    }

    /// The sums of squares and products around the means, row by row.
    fn covariances(&self) -> Vec<f64> {
        let n = self.product(0, 0);
        let around = |first: usize, second: usize| {
            self.product(first, second) - self.product(0, first) * self.product(0, second) / n
        };
        (1..self.size)
            .flat_map(|first| (1..self.size).map(move |second| (first, second)))
            .map(|(a, b)| around(a, b))
            .collect()
    }
}

/// How much of the outcome's variance is explained, and each part's share of that.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shares {
    pub explained: f64,
    pub parts: Vec<f64>,
}

/// The shares; nothing where the outcome does not vary, or no part goes with it.
pub(super) fn shares(sums: &Sums) -> Option<Shares> {
    let width = sums.size - 1;
    let parts = width - 1;
    let covariances = sums.covariances();
    let variance = covariances[0];
    if variance <= TOLERANCE * sums.product(1, 1).abs().max(f64::MIN_POSITIVE) {
        return None;
    }
    let own: Vec<f64> = (1..width).map(|part| covariances[part * width + part]).collect();
    let mut explained = vec![0.0; 1 << parts];
    Sweep { width, own: &own, explained: &mut explained, variance }.subsets(&covariances, 0, 0);
    let orders = orders(parts);
    let of_part = |part: usize| -> f64 {
        let without = (0..1usize << parts).filter(|subset| subset & (1 << part) == 0);
        without.map(|s| orders[s.count_ones() as usize] * (explained[s | 1 << part] - explained[s])).sum()
    };
    let lmg: Vec<f64> = (0..parts).map(of_part).collect();
    let all = explained[(1 << parts) - 1];
    (all > TOLERANCE).then(|| Shares { explained: all, parts: lmg.iter().map(|part| part / all).collect() })
}

/// In what share of all orders a part comes after a given set of so many others: `s! (p-1-s)!/p!`.
fn orders(parts: usize) -> Vec<f64> {
    let mut of_size = vec![1.0 / parts as f64];
    for size in 1..parts {
        let before = of_size[size - 1];
        of_size.push(before * size as f64 / (parts - size) as f64);
    }
    of_size
}

struct Sweep<'a> {
    width: usize,
    own: &'a [f64],
    explained: &'a mut [f64],
    variance: f64,
}

impl Sweep<'_> {
    /// Goes through all subsets that have the parts swept so far and any of those from `next` on.
    fn subsets(&mut self, left: &[f64], next: usize, subset: usize) {
        if next == self.own.len() {
            self.explained[subset] = (1.0 - left[0] / self.variance).clamp(0.0, 1.0);
            return;
        }
        self.subsets(left, next + 1, subset);
        match self.swept(left, next + 1) {
            Some(swept) => self.subsets(&swept, next + 1, subset | 1 << next),
            None => self.subsets(left, next + 1, subset | 1 << next),
        }
    }

    /// What is left of all covariances without what goes with one part; nothing where that part says nothing new.
    fn swept(&self, left: &[f64], part: usize) -> Option<Vec<f64>> {
        let width = self.width;
        let pivot = left[part * width + part];
        if pivot <= TOLERANCE * self.own[part - 1] || pivot <= 0.0 {
            return None;
        }
        let mut swept = left.to_vec();
        for row in 0..width {
            let by = left[row * width + part] / pivot;
            for column in 0..width {
                swept[row * width + column] -= by * left[part * width + column];
            }
        }
        Some(swept)
    }
}

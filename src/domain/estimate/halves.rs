//! The first half of the rows against the second: whether answers changed while they came in.
//!
//! Unweighted two-proportion z tests, criterion by criterion, pooled variance, no continuity correction, two-sided:
//! `z = (p1 - p2) / sqrt(p (1 - p) (1/n1 + 1/n2))`; p-values as they are, adjusted by Holm (1979) and by Benjamini and Hochberg
//! (1995). A test that cannot be made (nobody answered in a half, or all answers alike) has none and does not count as one.

use super::counts::{LevelCounts, answered_and_satisfied};
use super::interval::two_tails;

/// The tests of all criteria, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Halves {
    /// How many rows the first half has: half of them, rounded down.
    pub first_rows: usize,
    /// Two-sided p-values.
    pub p_values: Vec<Option<f64>>,
    /// The same, adjusted by Holm.
    pub holm: Vec<Option<f64>>,
    /// The same, adjusted by Benjamini and Hochberg.
    pub benjamini_hochberg: Vec<Option<f64>>,
}

impl Halves {
    pub(super) fn of(first_rows: usize, first: &LevelCounts, second: &LevelCounts, satisfied_from: u8) -> Self {
        let count = |counts| answered_and_satisfied(counts, satisfied_from);
        let tests = first.iter().zip(second).map(|(first, second)| two_proportions(count(first), count(second)));
        let p_values: Vec<Option<f64>> = tests.collect();
        let (holm, benjamini_hochberg) = (adjusted(&p_values, holm), adjusted(&p_values, benjamini_hochberg));
        Self { first_rows, p_values, holm, benjamini_hochberg }
    }
}

/// The two-sided p-value of the test that two shares, each given as answers and satisfied answers, are equal.
pub fn two_proportions(first: (u64, u64), second: (u64, u64)) -> Option<f64> {
    let ((n1, x1), (n2, x2)) = (first, second);
    let (n, x) = (n1 + n2, x1 + x2);
    (n1 > 0 && n2 > 0 && x > 0 && x < n).then(|| {
        let [n1, x1, n2, x2, n, x] = [n1, x1, n2, x2, n, x].map(|count| count as f64);
        let pooled = x / n;
        let z = (x1 / n1 - x2 / n2) / (pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2)).sqrt();
        two_tails(z)
    })
}

/// Adjusts the p-values that there are.
fn adjusted(p_values: &[Option<f64>], adjust: impl Fn(&[f64]) -> Vec<f64>) -> Vec<Option<f64>> {
    let mut adjusted = adjust(&p_values.iter().copied().flatten().collect::<Vec<_>>()).into_iter();
    p_values.iter().map(|p| p.and_then(|_| adjusted.next())).collect()
}

/// Holm's step-down: in rising order the largest so far of `(m - i + 1) p_i`, at most 1.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; p_values.len()];
    let mut largest = 0.0f64;
    for (rank, place) in rising(p_values).into_iter().enumerate() {
        largest = largest.max((p_values.len() - rank) as f64 * p_values[place]).min(1.0);
        out[place] = largest;
    }
    out
}

/// Benjamini and Hochberg's step-up: in falling order the smallest so far of `m/i p_i`, at most 1.
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; p_values.len()];
    let mut smallest = 1.0f64;
    for (rank, place) in rising(p_values).into_iter().enumerate().rev() {
        smallest = smallest.min(p_values.len() as f64 / (rank + 1) as f64 * p_values[place]);
        out[place] = smallest;
    }
    out
}

fn rising(p_values: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..p_values.len()).collect();
    places.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
        }
    }

    #[test]
    fn adjustments_agree_with_the_definitions_by_hand() {
        let p = [0.01, 0.04, 0.03, 0.005];
        all_close(&holm(&p), &[0.03, 0.06, 0.06, 0.02]);
        all_close(&benjamini_hochberg(&p), &[0.02, 0.04, 0.04, 0.02]);
        all_close(&holm(&[0.5, 0.9]), &[1.0, 1.0]);
        all_close(&benjamini_hochberg(&[]), &[]);
    }

    #[test]
    fn a_test_that_cannot_be_made_is_none_and_does_not_count() {
        assert_eq!(two_proportions((0, 0), (5, 3)), None);
        assert_eq!(two_proportions((4, 4), (5, 5)), None);
        assert_eq!(two_proportions((4, 0), (5, 0)), None);
        assert_eq!(adjusted(&[Some(0.5), None, Some(0.02)], holm), [Some(0.5), None, Some(0.04)]);
    }

    #[test]
    fn equal_shares_give_one_and_tails_keep_their_digits() {
        assert_eq!(two_proportions((10, 5), (20, 10)), Some(1.0));
        let p = two_proportions((400, 400), (400, 0)).unwrap();
        assert!(p > 0.0 && p < 1e-150, "z = 28.3: {p}");
        all_close(&[two_proportions((100, 60), (100, 40)).unwrap()], &[0.004677734981047266]);
    }
}

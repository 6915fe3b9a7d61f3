//! Whether two shares of different people differ by more than chance: two-sided tests, adjusted where several are made together.
//!
//! With effective numbers n (see [`super::precision`]) each share moves to `p' = (p n + 1)/(n + 2)`, n' = n + 2 (Agresti and Caffo
//! 2000), so that the standard error `√(p1'(1 - p1')/n1' + p2'(1 - p2')/n2')` is never 0; `z = (p1' - p2')/se`; interval `p1' - p2' ± 1.96 se`,
//! kept within -1 to 1 and around the plain difference. A *family* is what one table compares: the rows of factors and criteria
//! against the period before; the months against the month before; the units against the rest. The whole index against the period
//! before is a family of one. "Clear" is an adjusted p-value below 0.05 by Holm (1979), which holds the chance of even one false word in
//! a table below 5 %; Benjamini and Hochberg's (1995), which bounds the part of false ones among the clear ones, stands beside it. A
//! row without figures on both sides has no test and does not count as one.

use super::precision::{HALF_WIDTH, LEVEL, Precision};
use crate::domain::estimate::{benjamini_hochberg, holm, two_tails};

/// Below this adjusted p-value a difference is clear.
pub const CLEAR: f64 = 1.0 - LEVEL;

/// A difference of two shares, and how precisely it is known. Unit: fractions of 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The first share less the second.
    pub by: f64,
    /// The lower end of its interval of 95 %.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The two-sided p-value of the test that the shares are equal, before any adjustment.
    pub p_value: f64,
}

impl Difference {
    /// The first share less the second. The people behind them must not be the same.
    pub fn between(first: &Precision, second: &Precision) -> Self {
        let moved = |of: &Precision| (of.share * of.effective + 1.0) / (of.effective + 2.0);
        let variance = |of: &Precision| moved(of) * (1.0 - moved(of)) / (of.effective + 2.0);
        let se = (variance(first) + variance(second)).sqrt();
        let (by, middle) = (first.share - second.share, moved(first) - moved(second));
        let width = *HALF_WIDTH * se;
        Self {
            by,
            low: (middle - width).min(by).max(-1.0),
            high: (middle + width).max(by).min(1.0),
            // A test that points the other way than the shares themselves proves nothing.
            p_value: if by * middle > 0.0 { two_tails(middle / se) } else { 1.0 },
        }
    }
}

/// What a comparison shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The first is clearly higher.
    Higher,
    /// The first is clearly lower.
    Lower,
    /// Chance may well have made the difference.
    Unclear,
}

/// A difference within its family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The difference.
    pub difference: Difference,
    /// Its p-value adjusted by Holm.
    pub holm: f64,
    /// Its p-value adjusted by Benjamini and Hochberg.
    pub benjamini_hochberg: f64,
}

impl Comparison {
    /// What it shows, by Holm.
    pub fn verdict(&self) -> Verdict {
        match self.difference.by {
            by if self.holm < CLEAR && by > 0.0 => Verdict::Higher,
            by if self.holm < CLEAR && by < 0.0 => Verdict::Lower,
            _ => Verdict::Unclear,
        }
    }
}

/// Compares the pairs of a family; where a side is missing there is no comparison.
pub fn compare(pairs: &[Option<(Precision, Precision)>]) -> Vec<Option<Comparison>> {
    let between = |(first, second): &(Precision, Precision)| Difference::between(first, second);
    let differences: Vec<Option<Difference>> = pairs.iter().map(|pair| pair.as_ref().map(between)).collect();
    let p_values: Vec<f64> = differences.iter().flatten().map(|difference| difference.p_value).collect();
    let mut adjusted = holm(&p_values).into_iter().zip(benjamini_hochberg(&p_values));
    let comparison = |difference: Option<Difference>| {
        let difference = difference?;
        let (holm, benjamini_hochberg) = adjusted.next()?;
        Some(Comparison { difference, holm, benjamini_hochberg })
    };
    differences.into_iter().map(comparison).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    fn share(satisfied: f64, n: f64) -> Precision {
        Precision::of(satisfied / n, n).unwrap()
    }

    #[test]
    fn agrees_with_a_calculation_by_hand() {
        // 15 of 20 and 9 of 20: p' = 16/22 and 10/22, se = sqrt((16*6 + 10*12)/22^3).
        let found = Difference::between(&share(15.0, 20.0), &share(9.0, 20.0));
        let se = (216.0f64 / 10_648.0).sqrt();
        let middle = 6.0 / 22.0;
        assert!((found.by - 0.3).abs() < 1e-12);
        assert!(
            (found.low - (middle - 1.959964 * se)).abs() < 1e-6 && (found.high - (middle + 1.959964 * se)).abs() < 1e-6
        );
        assert!((found.p_value - 0.0553).abs() < 5e-4, "z = 1.915: {}", found.p_value);
    }

    #[test]
    fn nothing_is_certain_of_few_people() {
        let found = Difference::between(&share(5.0, 5.0), &share(0.0, 5.0));
        assert!(found.low > 0.0 && found.high <= 1.0 && found.p_value > 1e-5, "{found:?}");
        let same = Difference::between(&share(5.0, 5.0), &share(500.0, 500.0));
        assert!(same.by == 0.0 && same.p_value == 1.0 && same.low < 0.0 && same.high >= 0.0, "{same:?}");
    }

    #[test]
    fn a_family_is_judged_together_and_gaps_do_not_count() {
        let pair = Some((share(60.0, 100.0), share(45.0, 100.0)));
        let alone = compare(&[pair, None]);
        assert!(alone[1].is_none() && alone[0].unwrap().verdict() == Verdict::Higher, "{alone:?}");
        let same = Some((share(50.0, 100.0), share(50.0, 100.0)));
        let among = compare(&[same, pair, same]);
        assert_eq!(among[1].unwrap().verdict(), Verdict::Unclear, "three comparisons: {among:?}");
        let back = compare(&[Some((share(45.0, 100.0), share(60.0, 100.0)))]);
        assert_eq!(back[0].unwrap().verdict(), Verdict::Lower);
        assert!(compare(&[]).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn the_interval_holds_the_difference_and_both_ways_agree(a in 0u32..=50, n in 1u32..2000, b in 0u32..=50, k in 1u32..2000) {
            let (one, other) = (Precision::of(f64::from(a) / 50.0, n.into()).unwrap(), Precision::of(f64::from(b) / 50.0, k.into()).unwrap());
            let (there, back) = (Difference::between(&one, &other), Difference::between(&other, &one));
            proptest::prop_assert!(there.low <= there.by && there.by <= there.high && there.high > there.low);
            proptest::prop_assert!((0.0..=1.0).contains(&there.p_value));
            proptest::prop_assert!((there.p_value - back.p_value).abs() < 1e-12 && (there.low + back.high).abs() < 1e-12);
        }

        #[test]
        fn holm_is_never_below_the_other_nor_that_below_the_plain(satisfied in proptest::collection::vec(0u32..=40, 1..20)) {
            let pairs: Vec<_> = satisfied.iter().map(|s| Some((share(f64::from(*s), 40.0), share(20.0, 40.0)))).collect();
            for comparison in compare(&pairs).into_iter().flatten() {
                proptest::prop_assert!(comparison.difference.p_value <= comparison.benjamini_hochberg + 1e-15);
                proptest::prop_assert!(comparison.benjamini_hochberg <= comparison.holm + 1e-15);
            }
        }
    }

    /// Tables of twelve comparisons in which nothing differs: at most one of twenty says otherwise anywhere.
    #[test]
    fn where_nothing_differs_a_table_is_seldom_wrong() {
        let mut random = StdRng::seed_from_u64(11);
        let mut drawn = || share(f64::from((0..80).map(|_| u32::from(random.random_bool(0.85))).sum::<u32>()), 80.0);
        let mut wrong = 0;
        for _ in 0..1000 {
            let pairs: Vec<_> = (0..12).map(|_| Some((drawn(), drawn()))).collect();
            wrong += i32::from(compare(&pairs).iter().flatten().any(|c| c.verdict() != Verdict::Unclear));
        }
        assert!(wrong <= 60, "{wrong} of 1000 tables");
    }
}

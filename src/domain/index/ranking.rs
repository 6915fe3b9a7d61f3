//! Where each of some units stands among them, as far as chance lets one say: a range of ranks, never a bare one.
//!
//! Of K units all K (K - 1)/2 pairs are tested two-sided (see [`super::comparison`]), adjusted together by Holm. A unit's best rank is 1 + the
//! number of units clearly better, its worst K - the number clearly worse. With 95 % certainty all ranges together hold the true
//! ranks (simultaneous ranges from pairwise differences: Klein, Wright and Wieczorek 2020; Mogstad, Romano, Shaikh and Wilhelm 2024).
//! Equal shares are never clearly different, so ties share a range. Units without a figure, or with a hidden one, are not among the K.

use super::comparison::{CLEAR, Difference};
use super::precision::Precision;
use crate::domain::estimate::holm;

/// The ranks that a unit may have; 1 is the highest share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranks {
    /// The best.
    pub best: usize,
    /// The worst.
    pub worst: usize,
    /// Of how many units.
    pub of: usize,
}

/// The ranks of units by their shares; none for one without a share, and none at all below two units.
pub fn ranks(units: &[Option<Precision>]) -> Vec<Option<Ranks>> {
    let known: Vec<(usize, Precision)> =
        units.iter().enumerate().filter_map(|(place, unit)| Some((place, (*unit)?))).collect();
    let of = known.len();
    let mut ranks = vec![None; units.len()];
    if of < 2 {
        return ranks;
    }
    let mut found: Vec<Ranks> = vec![Ranks { best: 1, worst: of, of }; of];
    let pairs: Vec<(usize, usize)> = (0..of).flat_map(|one| (one + 1..of).map(move |other| (one, other))).collect();
    let difference = |(one, other): &(usize, usize)| Difference::between(&known[*one].1, &known[*other].1);
    let differences: Vec<Difference> = pairs.iter().map(difference).collect();
    let adjusted = holm(&differences.iter().map(|difference| difference.p_value).collect::<Vec<_>>());
    for (((one, other), difference), p_value) in pairs.into_iter().zip(differences).zip(adjusted) {
        if p_value < CLEAR {
            let (better, worse) = if difference.by > 0.0 { (one, other) } else { (other, one) };
            found[worse].best += 1;
            found[better].worst -= 1;
        }
    }
    for ((place, _), range) in known.into_iter().zip(found) {
        ranks[place] = Some(range);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(share: f64, effective: f64) -> Option<Precision> {
        Precision::of(share, effective)
    }

    fn range(best: usize, worst: usize, of: usize) -> Option<Ranks> {
        Some(Ranks { best, worst, of })
    }

    #[test]
    fn what_is_clear_parts_and_what_is_not_shares_a_range() {
        let found = ranks(&[unit(0.9, 1000.0), unit(0.6, 1000.0), None, unit(0.61, 1000.0), unit(0.3, 1000.0)]);
        assert_eq!(found, [range(1, 1, 4), range(2, 3, 4), None, range(2, 3, 4), range(4, 4, 4)]);
        let few = ranks(&[unit(0.9, 6.0), unit(0.6, 6.0), unit(0.3, 6.0)]);
        assert_eq!(few, [range(1, 3, 3); 3], "of few people nothing is said");
        assert_eq!(ranks(&[unit(1.0, 500.0), unit(1.0, 500.0)]), [range(1, 2, 2); 2], "ties");
        assert_eq!(ranks(&[unit(0.9, 50.0), None]), [None, None], "one alone has no rank");
    }

    proptest::proptest! {
        #[test]
        fn the_rank_by_share_lies_within_and_the_order_does_not_matter(
            mut units in proptest::collection::vec((0u32..=20, 1u32..3000), 2..15),
        ) {
            let of = |units: &[(u32, u32)]| ranks(&units.iter().map(|(s, n)| unit(f64::from(*s) / 20.0, (*n).into())).collect::<Vec<_>>());
            let found = of(&units);
            for ((share, _), range) in units.iter().zip(&found) {
                let range = range.unwrap();
                let above = units.iter().filter(|(other, _)| other > share).count();
                let below = units.iter().filter(|(other, _)| other < share).count();
                proptest::prop_assert!(1 <= range.best && range.best <= above + 1);
                proptest::prop_assert!(units.len() - below <= range.worst && range.worst <= range.of);
            }
            units.reverse();
            let mut back = of(&units);
            back.reverse();
            proptest::prop_assert_eq!(back, found);
        }
    }
}

//! How precisely a share is known: its interval of 95 %, by Wilson's formula on an effective number of answers.
//!
//! Criterion: Wilson (1927) on satisfied answers of n. Composite or points: `n_eff = p (1 - p) / se²`, the number of plain answers that
//! would leave the same standard error (Kish 1965), put into Wilson's formula (Korn and Graubard 1998 do so with other intervals);
//! at least 1 and at most the answers given, for points ten times as many. Where p is 0 or 1, where se is 0 or cannot be worked out,
//! n_eff is the number of people, so that no interval has the width 0. Missing answers: see [`Moments::standard_error`].
//! It tells of chance alone, as if those who answered were drawn at random: not of those who did not answer.

use super::measure::Measured;
use super::share::Share;
use crate::domain::estimate::{normal, wilson_share};
use crate::domain::moments::Moments;
use std::sync::LazyLock;

/// The level of confidence of all intervals here.
pub const LEVEL: f64 = 0.95;

/// Half the width of an interval of that level in standard errors.
pub(super) static HALF_WIDTH: LazyLock<f64> = LazyLock::new(|| normal(LEVEL));

/// How many times its answers the effective number of a figure by points may be: points between the ends spread less than 0 and 1.
const MOST_BY_POINTS: f64 = 10.0;

/// A share and how precisely it is known. Unit: fractions of 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// The share.
    pub share: f64,
    /// The effective number of answers.
    pub effective: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl Precision {
    /// From a share and an effective number of answers; nothing where that is not positive.
    pub fn of(share: f64, effective: f64) -> Option<Self> {
        let (low, high) = wilson_share(share, effective, *HALF_WIDTH)?;
        Some(Self { share, effective, low, high })
    }

    /// The ends of the interval in hundredths of a per cent: 8610, 9032.
    pub fn hundredths(&self) -> (i64, i64) {
        let rounded = |end: f64| (end * 10_000.0).round() as i64;
        (rounded(self.low), rounded(self.high))
    }
}

/// The precision of a criterion by satisfied answers.
pub(super) fn of_criterion(satisfied: i64, n: i64) -> Option<Precision> {
    (n > 0).then(|| satisfied as f64 / n as f64).and_then(|share| Precision::of(share, n as f64))
}

/// The precision of a criterion by points: how often each option was chosen and what it earns, in per cent.
pub(super) fn of_points(share: Option<&Share>, chosen: &[i64], points: &[u8]) -> Option<Precision> {
    let counted = || chosen.iter().zip(points).map(|(count, points)| (*count, i64::from(*points)));
    let sum = |of: fn(i64, i64) -> i64| counted().map(|(count, points)| of(count, points)).sum::<i64>();
    let people = sum(|count, _| count);
    let (y, yy) = (sum(|count, points| count * points), sum(|count, points| count * points * points));
    let moments = Moments { unit: 100, people, y, m: people, yy, ym: y, mm: people };
    of_moments(share?, Some(&moments), people, MOST_BY_POINTS * people as f64)
}

/// The precision of a composite. Its figures must have been measured.
pub(super) fn of_composite(measured: &Measured, moments: Option<&Moments>) -> Option<Precision> {
    let is_by_points = moments.is_some_and(|moments| moments.unit > 1);
    let most = measured.n as f64 * if is_by_points { MOST_BY_POINTS } else { 1.0 };
    of_moments(measured.share.as_ref()?, moments, measured.people(), most)
}

fn of_moments(share: &Share, moments: Option<&Moments>, people: i64, most: f64) -> Option<Precision> {
    let p = share.fraction();
    let spread = moments.and_then(Moments::standard_error).map_or(0.0, |se| se * se);
    let room = p * (1.0 - p);
    let effective = if room > 0.0 && spread > 0.0 { (room / spread).min(most).max(1.0) } else { people as f64 };
    Precision::of(p, effective)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moments::WIDTH;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    fn composite(said: &[(i64, i64)]) -> Option<Precision> {
        let mut kept = [0; WIDTH];
        said.iter().for_each(|part| Moments::count(&mut kept, *part, 1));
        let moments = Moments::read(1, &kept)?;
        let leaf = |n| Measured { n, ..Measured::default() };
        let children = vec![leaf(moments.people); 4];
        let share = Share::of(moments.y, moments.m);
        of_composite(&Measured { n: moments.m, share, children, ..Measured::default() }, Some(&moments))
    }

    #[test]
    fn a_criterion_has_wilson_s_interval() {
        // 81 of 263 at 95 %: Newcombe 1998, table I.
        let precision = of_criterion(81, 263).unwrap();
        assert_eq!((precision.hundredths(), precision.effective), ((2553, 3662), 263.0));
        assert_eq!(of_criterion(0, 0), None);
    }

    #[test]
    fn people_of_one_mind_count_once_and_mixed_answers_more() {
        let of_one_mind: Vec<(i64, i64)> = (0..100).map(|i| (if i < 80 { 4 } else { 0 }, 4)).collect();
        let precision = composite(&of_one_mind).unwrap();
        assert!((precision.effective - 99.0).abs() < 1e-9, "one answer a person, n - 1 of n: {precision:?}");
        let mixed: Vec<(i64, i64)> = (0..100).map(|i| (if i % 5 == 0 { 4 } else { 3 }, 4)).collect();
        assert_eq!(composite(&mixed).unwrap().effective, 400.0, "never more than the answers given");
    }

    #[test]
    fn no_interval_is_without_width() {
        for said in [vec![(4, 4); 6], vec![(0, 4); 6], vec![(3, 4); 6]] {
            let precision = composite(&said).unwrap();
            assert_eq!(precision.effective, 6.0, "the number of people");
            assert!(precision.high - precision.low > 0.3, "{precision:?}");
        }
    }

    #[test]
    fn points_between_the_ends_are_known_better() {
        let share = |chosen: &[i64]| Share::of_points(chosen.iter().copied().zip([0, 20, 60, 100]));
        let of = |chosen: &[i64]| of_points(share(chosen).as_ref(), chosen, &[0, 20, 60, 100]).unwrap();
        assert!((of(&[40, 0, 0, 60]).effective - 99.0).abs() < 1e-9, "only the ends: plain answers");
        assert!(of(&[5, 20, 60, 15]).effective > 200.0);
        assert_eq!(of(&[0, 0, 30, 0]).effective, 30.0, "all alike: the people");
        assert_eq!(of(&[0, 0, 999, 1]).effective, 10_000.0);
    }

    proptest::proptest! {
        #[test]
        fn the_interval_holds_the_share_and_has_width(said in proptest::collection::vec((0i64..6, 0i64..6), 1..60)) {
            let said: Vec<(i64, i64)> = said.into_iter().map(|(y, m)| (y.min(m), m)).collect();
            match composite(&said) {
                None => proptest::prop_assert!(said.iter().all(|(_, m)| *m == 0)),
                Some(p) => {
                    proptest::prop_assert!(0.0 <= p.low && p.low <= p.share && p.share <= p.high && p.high <= 1.0, "{p:?}");
                    proptest::prop_assert!(p.high - p.low > 0.001, "{p:?}");
                }
            }
        }
    }

    /// Of 2000 samples of 60 people whose answers hang together, how many intervals hold the truth.
    #[test]
    fn about_95_of_100_intervals_hold_the_truth() {
        let mut random = StdRng::seed_from_u64(7);
        let mut held = 0;
        for _ in 0..2000 {
            let said: Vec<(i64, i64)> = (0..60)
                .map(|_| {
                    let satisfied = if random.random_bool(0.7) { 0.95 } else { 0.45 };
                    (0..5).fold((0, 0), |(y, m), _| match random.random_bool(0.9) {
                        true => (y + i64::from(random.random_bool(satisfied)), m + 1),
                        false => (y, m),
                    })
                })
                .collect();
            let truth = 0.7 * 0.95 + 0.3 * 0.45;
            held += i32::from(composite(&said).is_some_and(|p| p.low <= truth && truth <= p.high));
        }
        assert!((1860..=1940).contains(&held), "{held} of 2000");
    }
}

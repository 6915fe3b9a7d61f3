//! A share in per cent as an exact fraction, and its one rounding.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::ToPrimitive;

/// A share, exact. Unit: per cent, 0 to 100. The fraction need not be in lowest terms: bringing it there would be most of the
/// work of a mean.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(BigRational);

impl Share {
    /// `part / whole x 100`; nothing when the whole is not positive.
    pub fn of(part: i64, whole: i64) -> Option<Self> {
        (whole > 0).then(|| Self(BigRational::new_raw(BigInt::from(part) * 100, BigInt::from(whole))))
    }

    /// The mean of points in per cent: Σ count·points / Σ count; nothing when nothing is counted.
    pub fn of_points(counted: impl Iterator<Item = (i64, u8)>) -> Option<Self> {
        let (points, count) = counted
            .fold((BigInt::from(0), 0), |(sum, n), (count, points)| (sum + BigInt::from(count) * points, n + count));
        (count > 0).then(|| Self(BigRational::new_raw(points, BigInt::from(count))))
    }

    /// The weighted mean of shares: Σ weight·share / Σ weight; nothing when no weight is positive. Weights are exact fractions
    /// (numerator, denominator).
    pub fn mean<'a>(shares: impl Iterator<Item = (&'a BigRational, &'a Share)>) -> Option<Self> {
        let (mut numer, mut denom) = (BigInt::from(0), BigInt::from(1));
        let mut weights = BigRational::from_integer(BigInt::from(0));
        for (weight, share) in shares {
            let below = weight.denom() * share.0.denom();
            numer = numer * &below + weight.numer() * share.0.numer() * &denom;
            denom *= below;
            weights += weight;
        }
        let is_positive = weights > BigRational::from_integer(BigInt::from(0));
        is_positive.then(|| Self(BigRational::new_raw(numer * weights.denom(), denom * weights.numer())))
    }

    /// Hundredths of a per cent, rounded half up: 83.945 becomes 8395.
    pub fn hundredths(&self) -> i64 {
        let (numer, denom) = (self.0.numer(), self.0.denom());
        let doubled: BigInt = numer * 200 + denom;
        doubled.div_floor(&(denom * 2)).to_i64().unwrap_or(0)
    }

    /// The share as a fraction of 1, as close as a binary number comes.
    pub fn fraction(&self) -> f64 {
        BigRational::new_raw(self.0.numer().clone(), self.0.denom() * 100).to_f64().unwrap_or(0.0)
    }

    /// The rounded share as a JSON number with at most two decimals: 83.94.
    pub fn rounded(&self) -> f64 {
        self.hundredths() as f64 / 100.0
    }

    /// The rounded share with two decimals and a point, for files: `83.94`.
    pub fn plain(&self) -> String {
        let h = self.hundredths();
        format!("{}.{:02}", h / 100, h % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_up_on_exact_fractions() {
        let h = |a, b| Share::of(a, b).unwrap().hundredths();
        assert_eq!(h(1, 3), 3333);
        assert_eq!(h(2, 3), 6667);
        assert_eq!(h(1, 20000), 1, "0.005 % rounds up");
        assert_eq!(h(16789, 20000), 8395, "83.945 % rounds up, where a binary float would go down");
        assert_eq!(h(5, 5), 10000);
        assert_eq!(h(0, 5), 0);
        assert_eq!(Share::of(0, 0), None);
    }

    #[test]
    fn agrees_with_a_published_table() {
        // National portal, UBND tỉnh Phú Thọ 2026: numerator, denominator, ratio with two decimals.
        for (num, den, hundredths) in [(528464, 597918, 8838), (296, 570, 5193), (230, 570, 4035), (156, 161, 9689)] {
            assert_eq!(Share::of(num, den).unwrap().hundredths(), hundredths);
        }
    }
}

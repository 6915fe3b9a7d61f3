//! Intervals of confidence: Student t, the same on the logit scale, and Wilson's.
//!
//! The normal distribution comes from `libm`'s erfc, right to the last digits; Student's t from `statrs` (regularised beta), and
//! above a thousand degrees of freedom from the normal distribution by the expansion of Abramowitz and Stegun 26.7.5, where
//! `statrs` loses digits. Tests hold the quantiles to values worked out with thirty digits: within 1e-11 and 1e-15.

use statrs::distribution::{Continuous, ContinuousCDF, StudentsT};
use std::f64::consts::{PI, SQRT_2};

/// From, to.
pub type Interval = (f64, f64);

/// Half the width of a two-sided interval in standard errors: `t(1 - (1 - level)/2, df)`; none without degrees of freedom.
pub fn student_t(level: f64, degrees_of_freedom: usize) -> Option<f64> {
    let df = degrees_of_freedom as f64;
    if degrees_of_freedom > 1000 {
        return Some(expanded(normal(level), df));
    }
    let t = StudentsT::new(0.0, 1.0, df).ok()?;
    let start = -t.inverse_cdf((1.0 - level) / 2.0);
    Some(quantile(level, start, |at| t.cdf(-at), |at| t.pdf(at)))
}

/// Student's t from the normal quantile, for many degrees of freedom.
fn expanded(z: f64, df: f64) -> f64 {
    let s = z * z;
    let terms = [
        (s + 1.0) / 4.0,
        ((5.0 * s + 16.0) * s + 3.0) / 96.0,
        (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0,
        ((((79.0 * s + 776.0) * s + 1482.0) * s - 1920.0) * s - 945.0) / 92_160.0,
    ];
    z * (1.0 + terms.iter().rev().fold(0.0, |sum, term| (sum + term) / df))
}

/// The same for the normal distribution: 1.96 at 95 %.
pub fn normal(level: f64) -> f64 {
    let density = |at: f64| (-at * at / 2.0).exp() / (2.0 * PI).sqrt();
    // From below the quantile, Newton's steps on the falling tail only rise towards it.
    quantile(level, 0.0, |at| two_tails(at) / 2.0, density)
}

/// How likely the normal distribution is to be at least this far from its middle, on either side: a two-sided p-value.
pub fn two_tails(z: f64) -> f64 {
    libm::erfc(z.abs() / SQRT_2)
}

/// Where the upper tail is half of what the level leaves: the tail keeps its digits where the cumulated probability is nearly 1.
fn quantile(level: f64, start: f64, tail: impl Fn(f64) -> f64, density: impl Fn(f64) -> f64) -> f64 {
    let wished = (1.0 - level) / 2.0;
    let mut at = start;
    for _ in 0..50 {
        let step = (tail(at) - wished) / density(at);
        at += step;
        if step.abs() <= 1e-15 * at.abs() {
            break;
        }
    }
    at
}

/// `value ± t se`. It may leave 0 to 1, as R's `confint` lets it.
pub fn around(value: f64, se: f64, t: f64) -> Interval {
    (value - t * se, value + t * se)
}

/// `expit(logit p ± t se / (p (1 - p)))`, as R's `svyciprop(method = "logit")`; none where nobody or everybody is satisfied, as the
/// logit does not exist there.
pub fn logit(share: f64, se: f64, t: f64) -> Option<Interval> {
    let odds = share * (1.0 - share);
    (odds > 0.0).then(|| {
        let (middle, width) = ((share / (1.0 - share)).ln(), t * se / odds);
        let expit = |at: f64| 1.0 / (1.0 + (-at).exp());
        (expit(middle - width), expit(middle + width))
    })
}

/// Wilson's score interval (Wilson 1927) of a plain share of n answers.
pub fn wilson(satisfied: u64, n: u64, z: f64) -> Option<Interval> {
    wilson_share(satisfied as f64 / n as f64, n as f64, z)
}

/// The same of a share of n answers, where n need not be a whole number.
pub fn wilson_share(share: f64, n: f64, z: f64) -> Option<Interval> {
    (n > 0.0).then(|| {
        let square = z * z;
        let middle = share + square / (2.0 * n);
        let width = z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
        let scale = 1.0 + square / n;
        // Rounding must not push the end past a share of exactly 0 or 1.
        (((middle - width) / scale).clamp(0.0, share), ((middle + width) / scale).clamp(share, 1.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64, tolerance: f64) {
        assert!((found / expected - 1.0).abs() < tolerance, "{found} for {expected}");
    }

    #[test]
    fn student_t_agrees_with_thirty_digits() {
        for (df, level, expected) in [
            (1, 0.9, 6.313751514675043),
            (1, 0.95, 12.706204736174705),
            (1, 0.999, 636.6192487687197),
            (2, 0.95, 4.302652729749464),
            (3, 0.99, 5.840909309733357),
            (5, 0.95, 2.5705818356363155),
            (16, 0.95, 2.1199052992212546),
            (16, 0.999, 4.014996327184056),
            (30, 0.9, 1.6972608865939578),
            (100, 0.95, 1.9839715185235522),
            (1000, 0.95, 1.9623390808264085),
            (1000, 0.999, 3.300282648423913),
            (1001, 0.999, 3.300272876066009),
            (99_990, 0.999, 3.290624041143109),
            (999_900, 0.95, 1.9599663570513584),
        ] {
            close(student_t(level, df).unwrap(), expected, 1e-11);
        }
        assert_eq!(student_t(0.95, 0), None);
    }

    #[test]
    fn normal_quantiles_agree_with_tables() {
        close(normal(0.95), 1.9599639845400538, 4e-15);
        close(normal(0.99), 2.5758293035489004, 4e-15);
        close(two_tails(-20.0), 5.507248237212467e-89, 1e-13);
        close(normal(0.9999), 3.890591886413121, 4e-15);
        close(normal(0.5), 0.6744897501960817, 4e-15);
    }

    #[test]
    fn wilson_agrees_with_a_worked_example_and_keeps_to_the_edges() {
        // 81 of 263 at 95 %: Newcombe 1998, table I.
        let (low, high) = wilson(81, 263, normal(0.95)).unwrap();
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
        assert_eq!(wilson(0, 10, 1.96).unwrap().0, 0.0);
        assert_eq!(wilson(10, 10, 1.96).unwrap().1, 1.0);
        assert_eq!(wilson(0, 0, 1.96), None);
    }

    #[test]
    fn a_logit_interval_stays_within_nought_and_one() {
        let (low, high) = logit(0.99, 0.05, 2.0).unwrap();
        assert!(0.0 < low && low < 0.99 && 0.99 < high && high < 1.0);
        assert_eq!(logit(1.0, 0.0, 2.0), None);
        assert_eq!(logit(0.0, 0.0, 2.0), None);
    }
}

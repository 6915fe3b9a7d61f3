//! How many people to ask. Formulas and sources stand with the module.

use statrs::distribution::{ContinuousCDF, Normal};

/// What is below this is an error of the arithmetic, not a person more.
const SLACK: f64 = 1e-9;

/// How exact a share is to become, and what is expected of the round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// Half the width of the interval, as a fraction: 0.05 for five percentage points.
    pub margin: f64,
    /// The confidence, between 0 and 1.
    pub confidence: f64,
    /// The share that is expected; one half needs the most people.
    pub share: f64,
    /// How many times the variance of simple random sampling is expected.
    pub design_effect: f64,
    /// The part of those asked who are expected to answer, above 0 and at most 1.
    pub response_rate: f64,
}

impl Default for Precision {
    fn default() -> Self {
        Self { margin: 0.05, confidence: 0.95, share: 0.5, design_effect: 1.0, response_rate: 1.0 }
    }
}

/// Slovin's size for an error `e` above 0: `N/(1 + N e²)`, rounded up, at most N.
pub fn slovin(population: u64, error: f64) -> u64 {
    up(population as f64 / (1.0 + population as f64 * error * error), population)
}

/// The size for a margin of error, rounded up, at most N.
pub fn for_margin(population: u64, wish: &Precision) -> u64 {
    if population == 0 {
        return 0;
    }
    let z = Normal::standard().inverse_cdf(0.5 + wish.confidence / 2.0);
    let without_end = z * z * wish.share * (1.0 - wish.share) / (wish.margin * wish.margin);
    let finite = without_end / (1.0 + (without_end - 1.0) / population as f64);
    up(finite * wish.design_effect / wish.response_rate, population)
}

fn up(size: f64, most: u64) -> u64 {
    // Beyond the population, or no number at all: everybody.
    if size.is_nan() || size >= most as f64 { most } else { (size - SLACK).ceil().max(0.0) as u64 }
}

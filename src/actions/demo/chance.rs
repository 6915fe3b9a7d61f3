//! Chance that can be repeated: draws from a seed, and effects that belong to a name (a unit, a month) for good.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A draw from the normal distribution around 0 with this spread.
pub fn normal(random: &mut StdRng, spread: f64) -> f64 {
    // Of twelve even draws the sum is as good as normal, with a spread of 1.
    let sum: f64 = (0..12).map(|_| random.random_range(0.0..1.0)).sum();
    (sum - 6.0) * spread
}

/// Whether something happens that happens this often, of 1.
pub fn happens(random: &mut StdRng, often: f64) -> bool {
    random.random_range(0.0..1.0) < often
}

/// The place that one draw by weight falls on; 0 where no weight is positive.
pub fn pick(random: &mut StdRng, weights: impl Iterator<Item = f64> + Clone) -> usize {
    let total: f64 = weights.clone().sum();
    let mut left = random.random_range(0.0..total.max(f64::MIN_POSITIVE));
    for (place, weight) in weights.enumerate() {
        left -= weight;
        if left < 0.0 {
            return place;
        }
    }
    0
}

/// What a name brings with it: always the same for the same seed, normal around 0 with this spread.
pub fn effect(seed: u64, name: &str, spread: f64) -> f64 {
    // FNV-1a, so that it does not depend on how the standard library hashes.
    let start = 0xcbf2_9ce4_8422_2325 ^ seed;
    let hash = name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    normal(&mut StdRng::seed_from_u64(hash), spread)
}

//! The bootstrap: people drawn again and again, with replacement, as many as there are; what the importances then are tells how
//! sure they are.
//!
//! Beyond so many people they are dealt into random blocks, and blocks are drawn: sums are kept by block, so that a replicate
//! costs the same however many people there are. The generator is ChaCha with eight rounds: a seed gives the same for ever.

use super::super::interval::Interval;
use super::people::People;
use super::shares::{Sums, shares};
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

/// How many times people are drawn.
pub const REPLICATES: usize = 1000;
/// With more people than this, blocks of them are drawn.
pub const MOST_BLOCKS: usize = 1000;
/// What deals people into blocks; another seed than that of the drawing, so that a drawing can be repeated with another.
const DEAL: u64 = 1980;

/// Sums over blocks of people.
pub(super) struct Blocks {
    blocks: Vec<Sums>,
    scores: usize,
}

impl Blocks {
    pub fn of(people: &People) -> Self {
        let (count, scores) = (people.count(), people.width());
        let mut blocks = vec![Sums::empty(scores); count.min(MOST_BLOCKS)];
        let mut places: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        if count > MOST_BLOCKS {
            places.shuffle(&mut ChaCha8Rng::seed_from_u64(DEAL));
        }
        for (scores, place) in people.each().zip(places) {
            blocks[place as usize % count.min(MOST_BLOCKS)].add(scores);
        }
        Self { blocks, scores }
    }

    /// The sums over all people.
    pub fn whole(&self) -> Sums {
        let mut sums = Sums::empty(self.scores);
        self.blocks.iter().for_each(|block| sums.merge(block));
        sums
    }

    /// For each part the interval that holds the middle of the replicates; nothing where in some of them nobody differs.
    pub fn intervals(&self, confidence: f64, seed: u64) -> Option<Vec<Interval>> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut sums = Sums::empty(self.scores);
        let mut of_parts = vec![Vec::with_capacity(REPLICATES); self.scores - 1];
        for _ in 0..REPLICATES {
            sums.clear();
            for _ in 0..self.blocks.len() {
                sums.merge(&self.blocks[random.random_range(0..self.blocks.len())]);
            }
            let found = shares(&sums)?;
            for (of_part, share) in of_parts.iter_mut().zip(found.parts) {
                of_part.push(share);
            }
        }
        Some(of_parts.into_iter().map(|shares| middle(shares, confidence)).collect())
    }
}

/// The interval that leaves as many replicates below as above; of 1,000 and 0.95 the 25th lowest to the 25th highest.
fn middle(mut shares: Vec<f64>, confidence: f64) -> Interval {
    shares.sort_by(f64::total_cmp);
    let outside = ((1.0 - confidence) / 2.0 * shares.len() as f64).round().max(1.0) as usize - 1;
    let last = shares.len() - 1;
    (shares[outside.min(last)], shares[last - outside.min(last)])
}

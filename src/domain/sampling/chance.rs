//! Chance that anybody can repeat with nothing but SHA-256: numbers from a seed, for one purpose each.
//!
//! Block i is `SHA-256("hailong-draw-1" 00 seed purpose 00 i)`, seed and i as eight bytes, the most significant first; a block is
//! four numbers of 64 bits. A number below n is the next one that is not beyond the last full multiple of n, modulo n. This must
//! never change: recorded draws would no longer repeat.

use sha2::{Digest, Sha256};

/// Numbers from a seed.
#[derive(Debug, Clone)]
pub struct Chance {
    seed: u64,
    purpose: String,
    block: u64,
    waiting: Vec<u64>,
}

impl Chance {
    /// The numbers of a seed for a purpose: other purposes have numbers of their own.
    pub fn of(seed: u64, purpose: &str) -> Self {
        Self { seed, purpose: purpose.to_owned(), block: 0, waiting: Vec::new() }
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        loop {
            if let Some(number) = self.waiting.pop() {
                return number;
            }
            let mut hash = Sha256::new();
            hash.update(b"hailong-draw-1\0");
            hash.update(self.seed.to_be_bytes());
            hash.update(self.purpose.as_bytes());
            hash.update([0]);
            hash.update(self.block.to_be_bytes());
            self.block += 1;
            let of = |bytes: &[u8]| bytes.iter().fold(0, |all, byte| all << 8 | u64::from(*byte));
            self.waiting = hash.finalize().chunks_exact(8).map(of).rev().collect();
        }
    }

    /// A number below n, each as likely as the others; 0 where n is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            return 0;
        }
        let last = u64::MAX - (u64::MAX % n + 1) % n;
        loop {
            let number = self.number();
            if number <= last {
                return number % n;
            }
        }
    }

    /// So many of the numbers below n, without any twice, in rising order: the first steps of a shuffle (Fisher and Yates).
    pub fn without_repetition(&mut self, n: usize, wanted: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..n).collect();
        let wanted = wanted.min(n);
        for place in 0..wanted {
            let other = place + usize::try_from(self.below((n - place) as u64)).unwrap_or(0);
            all.swap(place, other);
        }
        all.truncate(wanted);
        all.sort_unstable();
        all
    }

    /// The numbers below n in an order by chance.
    pub fn shuffled(&mut self, n: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..n).collect();
        for place in 0..n {
            let other = place + usize::try_from(self.below((n - place) as u64)).unwrap_or(0);
            all.swap(place, other);
        }
        all
    }
}

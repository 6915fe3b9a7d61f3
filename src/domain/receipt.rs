//! Receipts: a short code that proves a submission was stored and says nothing else about it.
//!
//! code = sixty bits in Crockford's base 32, `XXXX-XXXX-XXXX`: the same for every retry of one id, not to be guessed from it without
//! the secret. Where the id begins with sixty bits of its own, these enciphered: whoever has the secret finds the beginning, and with it
//! the submission by its id, and no second index grows with every submission. Of other ids the first sixty bits of
//! HMAC-SHA256(secret, id); a hash of such a code is stored beside the submission. So were all codes once, and these are still found.

use super::ids::SubmissionId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use std::ops::RangeInclusive;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A receipt code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt(u64);

impl Receipt {
    /// The receipt of a submission.
    pub fn of(id: SubmissionId, secret: &[u8]) -> Self {
        match id.own_beginning() {
            Some(beginning) => Self(encipher(beginning, secret)),
            None => Self::hashed(id, secret),
        }
    }

    /// A code that does not lead to its id.
    fn hashed(id: SubmissionId, secret: &[u8]) -> Self {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Self(0) };
        mac.update(b"receipt");
        mac.update(id.0.as_bytes());
        Self(first_eight(&mac.finalize().into_bytes()) >> 4)
    }

    /// Whether it is a receipt of this submission: what is found by a key or between two ids may be another's.
    pub fn is_of(self, id: SubmissionId, secret: &[u8]) -> bool {
        self == Self::of(id, secret) || self == Self::hashed(id, secret)
    }

    /// What is stored beside a submission so that its receipt is found; nothing where the receipt leads to the id.
    pub fn key_to_store(id: SubmissionId, secret: &[u8]) -> Option<i64> {
        id.own_beginning().is_none().then(|| Self::hashed(id, secret).key())
    }

    /// Between which ids that of its submission lies, unless the submission has a key.
    pub fn ids(self, secret: &[u8]) -> [RangeInclusive<SubmissionId>; 2] {
        SubmissionId::with_own_beginning(decipher(self.0, secret))
    }

    /// The code that these bits write, the last sixty of them.
    pub(super) fn of_bits(bits: u64) -> Self {
        Self(bits & (u64::MAX >> 4))
    }

    /// Reads a code as people type it: any case, spaces and dashes anywhere, O for 0, I and L for 1.
    pub fn parse(text: &str) -> Option<Self> {
        let mut value = 0u64;
        let mut count = 0;
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            let digit = ALPHABET.iter().position(|a| char::from(*a) == c)?;
            value = (value << 5) | digit as u64;
            count += 1;
            if count > 12 {
                return None;
            }
        }
        (count == 12).then_some(Self(value))
    }

    /// The key it is stored with, if it is: 64 bits of the code's hash.
    pub fn key(self) -> i64 {
        first_eight(&Sha256::digest(self.to_string())).cast_signed()
    }
}

/// Half of the bits of a code.
const HALF: u32 = 30;
const LOW: u64 = (1 << HALF) - 1;
/// Each half is changed by the other so many times in all: a Feistel network, which can be gone through backwards.
const ROUNDS: u8 = 8;

fn encipher(bits: u64, secret: &[u8]) -> u64 {
    let halves = (bits >> HALF, bits & LOW);
    let (left, right) = (0..ROUNDS).fold(halves, |(left, right), round| (right, left ^ mixed(right, round, secret)));
    (left << HALF) | right
}

fn decipher(bits: u64, secret: &[u8]) -> u64 {
    let halves = (bits >> HALF, bits & LOW);
    let back = |(left, right), round| (right ^ mixed(left, round, secret), left);
    let (left, right) = (0..ROUNDS).rev().fold(halves, back);
    (left << HALF) | right
}

/// What one half adds to the other: as good as random to whoever does not have the secret.
fn mixed(half: u64, round: u8, secret: &[u8]) -> u64 {
    let hash = Sha256::new_with_prefix(b"receipt").chain_update([round]).chain_update(half.to_be_bytes());
    first_eight(&hash.chain_update(secret).finalize()) & LOW
}

fn first_eight(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |all, b| (all << 8) | u64::from(*b))
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut code = [b'-'; 14];
        let places = code.iter_mut().enumerate().filter(|(at, _)| at % 5 != 4);
        for (digit, (_, place)) in places.enumerate() {
            *place = ALPHABET[(self.0 >> (5 * (11 - digit))) as usize & 31];
        }
        f.write_str(std::str::from_utf8(&code).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    #[test]
    fn reads_what_it_writes_however_it_is_typed() {
        let receipt = Receipt::of(SubmissionId(Uuid::from_u128(7)), b"secret");
        let code = receipt.to_string();
        assert_eq!(code.len(), 14);
        assert_eq!(Receipt::parse(&code), Some(receipt));
        assert_eq!(Receipt::parse(&code.to_lowercase().replace('-', " ")), Some(receipt));
        assert_eq!(Receipt::parse(&code.replace('0', "o").replace('1', "l")), Some(receipt));
        assert_eq!(Receipt::parse(&code[..13]), None);
        assert_eq!(Receipt::parse("UUUU-UUUU-UUUU"), None);
    }

    #[test]
    fn differs_by_id_and_by_secret() {
        let of = |n, s: &[u8]| Receipt::of(SubmissionId(Uuid::from_u128(n)), s);
        assert_eq!(of(1, b"a"), of(1, b"a"));
        assert_ne!(of(1, b"a"), of(2, b"a"));
        assert_ne!(of(1, b"a"), of(1, b"b"));
        assert_ne!(of(1, b"a").key(), of(2, b"a").key());
    }

    fn random(n: u64) -> SubmissionId {
        SubmissionId(uuid::Builder::from_random_bytes(*Uuid::from_u64_pair(n << 16, n).as_bytes()).into_uuid())
    }

    #[test]
    fn leads_to_its_id_where_that_has_a_beginning_of_its_own() {
        let mut codes = BTreeSet::new();
        for n in 0..1000 {
            let receipt = Receipt::of(random(n), b"secret");
            assert_eq!(Receipt::key_to_store(random(n), b"secret"), None);
            assert!(receipt.ids(b"secret").iter().any(|ids| ids.contains(&random(n))));
            assert!(receipt.ids(b"other").iter().all(|ids| !ids.contains(&random(n))), "by the secret alone");
            assert!(receipt.is_of(random(n), b"secret") && !receipt.is_of(random(n + 1), b"secret"));
            codes.insert(receipt.0);
        }
        assert_eq!(codes.len(), 1000);
        // Of ids that begin nearly alike the codes have nothing in common: each bit is set in about half of them.
        for bit in 0..60 {
            let set = codes.iter().filter(|code| *code >> bit & 1 == 1).count();
            assert!((400..600).contains(&set), "bit {bit} is set in {set}");
        }
    }

    #[test]
    fn a_code_of_before_is_one_still() {
        let by_hash = SubmissionId(Uuid::from_u128(7));
        assert_eq!(Receipt::key_to_store(by_hash, b"secret"), Some(Receipt::of(by_hash, b"secret").key()));
        let of_before = Receipt::hashed(random(7), b"secret");
        assert!(of_before.is_of(random(7), b"secret") && of_before != Receipt::of(random(7), b"secret"));
    }
}

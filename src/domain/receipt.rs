//! Receipts: a short code that proves a submission was stored and says nothing else about it.
//!
//! code = the first 60 bits of HMAC-SHA256(secret, id) in Crockford's base 32, `XXXX-XXXX-XXXX`: the same for every retry of
//! one id, not to be guessed from it without the secret. Stored is only a hash of the code.

use super::ids::SubmissionId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A receipt code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt(u64);

impl Receipt {
    /// The receipt of a submission.
    pub fn of(id: SubmissionId, secret: &[u8]) -> Self {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Self(0) };
        mac.update(b"receipt");
        mac.update(id.0.as_bytes());
        Self(first_eight(&mac.finalize().into_bytes()) >> 4)
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

    /// What is stored to find it again: 64 bits of the code's hash.
    pub fn key(self) -> i64 {
        first_eight(&Sha256::digest(self.to_string())).cast_signed()
    }
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
}

//! The code of a drawn person: shown once on the draw sheet, typed or followed as a link by the person, good for one answer.
//!
//! Sixty random bits, written like a receipt; stored is only a keyed hash, which without the key cannot be tried out.

use super::receipt::Receipt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// A code. Its debug form tells nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SampleCode(Receipt);

impl SampleCode {
    /// The code of these random bits.
    pub fn of(random: u64) -> Self {
        Self(Receipt::of_bits(random))
    }

    /// Reads a code as people type it; nothing if the text cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        Receipt::parse(text).map(Self)
    }

    /// What is stored of it: HMAC-SHA256 with the service's secret.
    pub fn hash(self, secret: &[u8]) -> CodeHash {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return CodeHash(Vec::new()) };
        mac.update(b"sample code");
        mac.update(self.0.to_string().as_bytes());
        CodeHash(mac.finalize().into_bytes().to_vec())
    }
}

/// The code as it is handed over.
impl fmt::Display for SampleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for SampleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SampleCode(…)")
    }
}

/// The stored hash of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeHash(pub Vec<u8>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_and_its_hash_needs_the_key() {
        let code = SampleCode::of(u64::MAX);
        assert_eq!(code.to_string(), "ZZZZ-ZZZZ-ZZZZ");
        assert_eq!(SampleCode::parse("zzzz zzzz zzzz"), Some(code));
        assert_eq!(code.hash(b"a"), SampleCode::of(u64::MAX).hash(b"a"));
        assert_ne!(code.hash(b"a"), code.hash(b"b"));
        assert_ne!(code.hash(b"a"), SampleCode::of(7).hash(b"a"));
        assert!(!format!("{code:?}").contains('Z'));
        assert_eq!(SampleCode::parse("ZZZZ"), None);
    }
}

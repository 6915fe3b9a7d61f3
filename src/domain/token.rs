//! Secret tokens: what a session cookie, a one-time link or a program shows to prove itself. Only their hash is ever stored.
//!
//! The random bytes are drawn by whoever makes one; nothing here does.

use sha2::{Digest, Sha256};
use std::fmt;

/// A secret token of 256 bits, written as 64 hexadecimal digits. Its debug form tells nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token of these random bytes.
    pub fn of(random: [u8; 32]) -> Self {
        Self(hex::encode(random))
    }

    /// Reads a token; nothing if the text cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == 64 && text.bytes().all(digits)).then(|| Self(text.to_owned()))
    }

    /// The secret itself, to be handed over once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it. A plain hash is enough: nobody can guess 256 random bits.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(&self.0).to_vec())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The stored hash of a token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub Vec<u8>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_hides_itself() {
        let token = Token::of([171; 32]);
        assert_eq!(Token::parse(token.reveal()), Some(token.clone()));
        assert!(!format!("{token:?}").contains("ab"));
        assert_ne!(token.hash(), Token::of([172; 32]).hash());
        for bad in ["", "ab", &"g".repeat(64), &"A".repeat(64), &"a".repeat(65)] {
            assert_eq!(Token::parse(bad), None, "{bad}");
        }
    }
}

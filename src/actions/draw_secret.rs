//! Drawing what must not be guessed: tokens, and password hashes with a random salt. The core computes, this brings the chance.

use crate::domain::password::{self, PasswordHash};
use crate::domain::token::Token;
use crate::storage::QueryError;
use rand::Rng;

/// A new token.
pub fn draw_token() -> Token {
    let mut random = [0u8; 32];
    rand::rng().fill_bytes(&mut random);
    Token::of(random)
}

/// Hashes a password; takes time and 19 MiB of memory, so callers bound how many run at once.
pub fn hash_password(password: &str) -> Result<PasswordHash, QueryError> {
    let mut salt = [0u8; 16];
    rand::rng().fill_bytes(&mut salt);
    password::hash(password, salt).map_err(|e| QueryError::SerializationError(e.to_string().into()))
}

//! Drawing what must not be guessed: tokens, and password hashes with a random salt. The core computes, this brings the chance
//! and bounds how much memory and time hashing may take at once.

use crate::domain::ids::SubmissionId;
use crate::domain::password::{self, PasswordHash};
use crate::domain::sample_code::SampleCode;
use crate::domain::token::Token;
use crate::storage::QueryError;
use chrono::NaiveDate;
use rand::Rng;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// A new token.
pub fn draw_token() -> Token {
    let mut random = [0u8; 32];
    rand::rng().fill_bytes(&mut random);
    Token::of(random)
}

/// A code for somebody who was drawn.
pub fn draw_code() -> SampleCode {
    SampleCode::of(rand::rng().next_u64())
}

/// What chance of a draw begins with where nobody names it.
pub fn draw_seed() -> u64 {
    rand::rng().next_u64() >> 1
}

/// An id for a submission that its sender made none for.
pub fn draw_submission_id(day: NaiveDate) -> SubmissionId {
    let mut random = [0; 16];
    rand::rng().fill_bytes(&mut random);
    SubmissionId::for_day(day, random)
}

/// Hashes a password on this thread.
pub fn hash_password(password: &str) -> Result<PasswordHash, QueryError> {
    let mut salt = [0u8; 16];
    rand::rng().fill_bytes(&mut salt);
    password::hash(password, salt).map_err(|e| QueryError::SerializationError(e.to_string().into()))
}

/// How many passwords are hashed at once; each takes 19 MiB.
const AT_ONCE: usize = 2;
/// How many may wait for their turn.
const WAITING: usize = 32;

/// Where servers hash passwords: off the async threads, a few at a time, with a short queue.
#[derive(Debug, Clone)]
pub struct Hashing {
    turns: Arc<Semaphore>,
    inside: Arc<AtomicUsize>,
}

/// Too many passwords wait to be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingBusy;

impl Default for Hashing {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), inside: Arc::default() }
    }
}

struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Hashing {
    /// Hashes a password when its turn comes.
    pub async fn hash(&self, password: String) -> Result<PasswordHash, HashingBusy> {
        self.in_turn(move || hash_password(&password).map_err(|_| HashingBusy)).await?
    }

    /// Compares a password with a stored hash when its turn comes; takes as long where there is none.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, HashingBusy> {
        self.in_turn(move || password::verify(&password, stored.as_deref())).await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, HashingBusy> {
        let before = self.inside.fetch_add(1, Ordering::SeqCst);
        let place = Place(self.inside.clone());
        if before >= AT_ONCE + WAITING {
            return Err(HashingBusy);
        }
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| HashingBusy)?;
        // The turn goes with the work: somebody who leaves early does not make room for more.
        let work = move || {
            let (_turn, _place) = (turn, place);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| HashingBusy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_crowd_is_turned_away_and_the_rest_is_served() {
        let hashing = Hashing::default();
        let gate = Arc::new(std::sync::RwLock::new(()));
        let all = (0..AT_ONCE + WAITING + 3).map(|_| {
            let gate = gate.clone();
            hashing.in_turn(move || drop(gate.read()))
        });
        // Nobody gets through before all have asked: joined futures are asked in order.
        let closed = gate.write().unwrap();
        let (results, ()) = tokio::join!(futures_util::future::join_all(all), async { drop(closed) });
        assert_eq!(results.iter().filter(|r| r.is_err()).count(), 3);
        assert_eq!(hashing.in_turn(|| 7).await, Ok(7), "the places are free again");
    }
}

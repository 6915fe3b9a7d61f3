//! Trouble with the database, logged when it begins and when it is over rather than at every attempt.

use crate::storage::DbError;
use std::time::Instant;

/// The trouble that one job has, if any.
pub struct Trouble {
    job: &'static str,
    now: Option<(Kind, Instant)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// The database is away; it says so in many words.
    Away,
    /// It refuses, in these.
    Refused(String),
}

impl Trouble {
    /// None yet; `job` reads like `folding`.
    pub fn new(job: &'static str) -> Self {
        Self { job, now: None }
    }

    /// Takes note of how an attempt ended and hands its value on.
    pub fn note<T>(&mut self, result: Result<T, DbError>) -> Option<T> {
        let job = self.job;
        match result {
            Ok(value) => {
                if let Some((_, since)) = self.now.take() {
                    tracing::info!(job, seconds = since.elapsed().as_secs(), "goes on again");
                }
                Some(value)
            }
            Err(error) => {
                let kind = match &error {
                    DbError::Unavailable(_) => Kind::Away,
                    DbError::Query(refusal) => Kind::Refused(refusal.to_string()),
                };
                let since = self.now.as_ref().map_or_else(Instant::now, |(_, since)| *since);
                if self.now.as_ref().is_none_or(|(before, _)| *before != kind) {
                    tracing::warn!(job, %error, "has to wait");
                }
                self.now = Some((kind, since));
                None
            }
        }
    }
}

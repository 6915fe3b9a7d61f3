//! The moment a form was handed out, signed and bound to its id: what it is compared with on the way back is the time a person
//! needs to read. It travels with the form and is never stored.

use crate::domain::ids::SubmissionId;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The least time a form takes, in milliseconds, and what each answer adds.
const LEAST: i64 = 4_000;
const PER_ANSWER: i64 = 400;

/// The token of a form handed out now.
pub fn issue(id: SubmissionId, now: DateTime<Utc>, secret: &[u8]) -> String {
    let seconds = now.timestamp();
    let signature = mac(id, seconds, secret).map(|m| hex::encode(&m.finalize().into_bytes()[..8])).unwrap_or_default();
    format!("{seconds}.{signature}")
}

/// What the time says that a form was out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// Long enough for a person to read it.
    Plausible,
    /// Shorter than anybody can read it in.
    TooShort,
    /// Nothing is known: there is no token, or one that we did not make for this form.
    Unknown,
}

/// How long a form was out, in milliseconds, where that is known.
#[derive(Debug, Clone, Copy)]
pub struct Out(Option<i64>);

impl Out {
    /// By the token that came back with it.
    pub fn of(token: &str, id: SubmissionId, now: DateTime<Utc>, secret: &[u8]) -> Self {
        let issued = issued_at(token, id, secret).and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        Self(issued.map(|issued| now.signed_duration_since(issued).num_milliseconds()))
    }

    /// What that says of so many answers.
    pub fn time(self, answered: usize) -> Time {
        let Some(taken) = self.0 else { return Time::Unknown };
        let needed = LEAST + PER_ANSWER * i64::try_from(answered).unwrap_or(0);
        if (0..needed).contains(&taken) { Time::TooShort } else { Time::Plausible }
    }

    /// The seconds; none where a clock was set back, either.
    pub fn seconds(self) -> Option<f64> {
        self.0.filter(|taken| *taken >= 0).map(|taken| taken as f64 / 1000.0)
    }
}

fn issued_at(token: &str, id: SubmissionId, secret: &[u8]) -> Option<i64> {
    let (seconds, signature) = token.split_once('.')?;
    let seconds = seconds.parse().ok()?;
    let signature: [u8; 8] = hex::decode(signature).ok()?.try_into().ok()?;
    mac(id, seconds, secret)?.verify_truncated_left(&signature).ok()?;
    Some(seconds)
}

fn mac(id: SubmissionId, seconds: i64, secret: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(b"form-time");
    mac.update(id.0.as_bytes());
    mac.update(&seconds.to_be_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use uuid::Uuid;

    #[test]
    fn tells_a_machine_from_a_reader_and_believes_only_itself() {
        let id = SubmissionId(Uuid::from_u128(1));
        let issued = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let token = issue(id, issued, b"secret");
        let time = |token: &str, id, answered, seconds| {
            Out::of(token, id, issued + TimeDelta::seconds(seconds), b"secret").time(answered)
        };
        assert_eq!(time(&token, id, 1, 2), Time::TooShort);
        assert_eq!(time(&token, id, 1, 5), Time::Plausible);
        assert_eq!(time(&token, id, 19, 11), Time::TooShort);
        assert_eq!(time(&token, id, 19, 12), Time::Plausible);
        assert_eq!(time(&token, id, 1, -30), Time::Plausible, "a clock set back says nothing");
        assert_eq!(time(&token, SubmissionId(Uuid::from_u128(2)), 1, 2), Time::Unknown);
        assert_eq!(time(&token.replace("180000000", "180000001"), id, 1, 2), Time::Unknown);
        for nonsense in ["", ".", "1800000000", "1800000000.", "x.0000000000000000"] {
            assert_eq!(time(nonsense, id, 1, 0), Time::Unknown, "{nonsense}");
        }
    }
}

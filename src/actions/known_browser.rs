//! Browsers from which somebody has signed in before. Their failures are counted apart from those of strangers, so that nobody
//! who merely knows a name can keep its owner out by failing at it.
//!
//! A browser keeps a mark for each name: chance, the day it was given, and a signature over both and the name. Without the
//! secret of the service none can be made, and one says nothing to a name for which it was not given; who has none is a
//! stranger, whether or not the name exists. Nothing of it is stored here.

use super::sign_in::folded;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use sha2::Sha256;

/// For how many days a browser stays known; browsers keep nothing longer.
pub const KNOWN_DAYS: i64 = 400;
/// How many names a browser is known for: colleagues at one machine.
const NAMES: usize = 4;

/// What stands for a name among the failures counted for this browser; nothing where it is a stranger to the name.
pub(super) fn key_of(secret: &[u8], name: &str, marks: &str, now: DateTime<Utc>) -> Option<Vec<u8>> {
    let mark = marks.split('.').take(NAMES).find(|mark| is_for(secret, name, mark, now))?;
    Some(signed(secret, b"sign-in name of a browser", &[mark, &folded(name)]))
}

/// The marks of a browser after signing in under a name: a new one in place of an old one of that name, and the latest others.
pub fn remembered(secret: &[u8], name: &str, marks: &str, now: DateTime<Utc>) -> String {
    let mut chance = [0u8; 16];
    rand::rng().fill_bytes(&mut chance);
    let head = format!("{}-{}", hex::encode(chance), now.timestamp() / 86_400);
    let fresh = format!("{head}-{}", hex::encode(signature(secret, name, &head)));
    let others = marks.split('.').filter(|mark| !mark.is_empty() && !is_for(secret, name, mark, now)).take(NAMES - 1);
    std::iter::once(fresh.as_str()).chain(others).collect::<Vec<_>>().join(".")
}

fn is_for(secret: &[u8], name: &str, mark: &str, now: DateTime<Utc>) -> bool {
    let Some((head, given)) = mark.rsplit_once('-') else { return false };
    let day = head.split_once('-').and_then(|(_, day)| day.parse::<i64>().ok());
    let day = day.and_then(|day| DateTime::from_timestamp(day.checked_mul(86_400)?, 0));
    let is_fresh = day.is_some_and(|day| day <= now && now - day < TimeDelta::days(KNOWN_DAYS + 1));
    let Ok(given) = hex::decode(given) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
    for part in message(name, head) {
        mac.update(&part);
    }
    is_fresh && mac.verify_slice(&given).is_ok()
}

fn message(name: &str, head: &str) -> [Vec<u8>; 2] {
    [format!("known browser {head} ").into_bytes(), folded(name).into_bytes()]
}

fn signature(secret: &[u8], name: &str, head: &str) -> Vec<u8> {
    let [first, second] = message(name, head);
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Vec::new() };
    mac.update(&first);
    mac.update(&second);
    mac.finalize().into_bytes().to_vec()
}

fn signed(secret: &[u8], purpose: &[u8], parts: &[&str]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Vec::new() };
    mac.update(purpose);
    for part in parts {
        mac.update(&[0]);
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"the secret of the service";

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + day * 86_400, 0).unwrap()
    }

    #[test]
    fn a_mark_is_for_its_name_its_secret_and_its_time() {
        let marks = remembered(SECRET, " LAN@x.vn", "", at(0));
        let key = key_of(SECRET, "lan@x.vn", &marks, at(1)).unwrap();
        assert_eq!(key_of(SECRET, "lan@x.vn", &marks, at(300)), Some(key), "the same browser, the same count");
        assert_eq!(key_of(SECRET, "minh@x.vn", &marks, at(1)), None, "another name");
        assert_eq!(key_of(b"another secret", "lan@x.vn", &marks, at(1)), None);
        assert_eq!(key_of(SECRET, "lan@x.vn", &marks, at(KNOWN_DAYS + 2)), None, "too old");
        assert_eq!(key_of(SECRET, "lan@x.vn", &marks.replace('a', "b"), at(1)), None, "tampered with");
        for nonsense in ["", ".", "-", "x-y-z", "0-99999999999999999-00"] {
            assert_eq!(key_of(SECRET, "lan@x.vn", nonsense, at(1)), None, "{nonsense}");
        }
    }

    #[test]
    fn a_browser_is_known_for_a_few_names_the_latest_first() {
        let mut marks = String::new();
        for name in ["a@x.vn", "b@x.vn", "c@x.vn", "d@x.vn", "e@x.vn", "d@x.vn"] {
            marks = remembered(SECRET, name, &marks, at(0));
        }
        assert_eq!(marks.split('.').count(), NAMES);
        let known = |name: &str| key_of(SECRET, name, &marks, at(1)).is_some();
        assert!(known("b@x.vn") && known("c@x.vn") && known("d@x.vn") && known("e@x.vn") && !known("a@x.vn"));
    }
}

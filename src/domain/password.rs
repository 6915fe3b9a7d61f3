//! Passwords: which ones are taken, and how they are hashed (argon2id, 19 MiB, two passes, one lane).
//!
//! A password is brought to one Unicode form first, so that the same Vietnamese letters typed on another keyboard are the
//! same password. Hashing takes memory and time on purpose: callers keep it off the async threads and bound how many run.

use super::email::Email;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most characters of a password.
pub const LONGEST: usize = 200;

/// Passwords that everybody tries first, among those long enough; compared without case, spaces and punctuation.
const COMMONEST: [&str; 20] = [
    "123456789012",
    "1234567890123",
    "12345678901234",
    "1234567890abc",
    "123456789abc",
    "abcdefghijkl",
    "administrator",
    "administrator1",
    "admin1234567",
    "anhyeuem1234",
    "anhyeuem123456",
    "chucmungnammoi",
    "hailong123456",
    "iloveyou1234",
    "khongcomatkhau",
    "matkhau12345",
    "matkhau123456",
    "password1234",
    "qwertyuiopas",
    "vietnamvodich",
];

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than [`SHORTEST`] characters.
    TooShort,
    /// More than [`LONGEST`] characters.
    TooLong,
    /// The account's own address, or the part before the `@`.
    IsName,
    /// Among the first that anybody would try, or made of fewer than five different characters.
    TooCommon,
}

/// The hash of a password in PHC form.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

/// Checks a new password for an account.
pub fn check(password: &str, email: &Email) -> Result<(), PasswordFault> {
    let password: String = password.nfkc().collect();
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(PasswordFault::TooShort);
    }
    if length > LONGEST {
        return Err(PasswordFault::TooLong);
    }
    let lower = password.to_lowercase();
    let local = email.as_str().split('@').next().unwrap_or_default();
    if lower == email.as_str() || lower == local {
        return Err(PasswordFault::IsName);
    }
    let letters: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    if lower.chars().collect::<BTreeSet<_>>().len() < 5 || COMMONEST.contains(&letters.as_str()) {
        return Err(PasswordFault::TooCommon);
    }
    Ok(())
}

fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// Hashes a password with a random salt.
pub fn hash(password: &str, salt: [u8; 16]) -> Result<PasswordHash, argon2::password_hash::Error> {
    let password: String = password.nfkc().collect();
    let hash: Phc = hasher().hash_password_with_salt(password.as_bytes(), &salt)?;
    Ok(PasswordHash(hash.to_string()))
}

/// Whether a password is the one of a stored hash. Without a stored hash it takes the same time and says no, so that the time
/// does not tell whether an account exists.
pub fn verify(password: &str, stored: Option<&str>) -> bool {
    let password: String = password.chars().take(4 * LONGEST).nfkc().collect();
    match stored.and_then(|s| Phc::new(s).ok()) {
        Some(hash) => hasher().verify_password(password.as_bytes(), &hash).is_ok(),
        None => {
            let spent: Result<Phc, _> = hasher().hash_password_with_salt(password.as_bytes(), &[0; 16]);
            let _ = std::hint::black_box(spent);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(password: &str) -> Option<PasswordFault> {
        check(password, &Email::parse("nguyenthilan@vinhphuc.gov.vn").unwrap()).err()
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(fault("ướp lạnh hoa"), None);
        assert_eq!(fault("ướp lạnh ho"), Some(PasswordFault::TooShort));
        assert_eq!(fault(&"một hai ba ".repeat(20)), Some(PasswordFault::TooLong));
    }

    #[test]
    fn the_name_and_the_commonest_are_refused() {
        assert_eq!(fault("NguyenThiLan"), Some(PasswordFault::IsName));
        assert_eq!(fault("nguyenthilan@vinhphuc.gov.vn"), Some(PasswordFault::IsName));
        assert_eq!(fault("MatKhau-123456"), Some(PasswordFault::TooCommon));
        assert_eq!(fault("aaaaaaaaaaaaaa"), Some(PasswordFault::TooCommon));
        assert_eq!(fault("nguyen thi lan o vinh yen"), None);
    }

    #[test]
    fn a_hash_knows_its_password_in_either_unicode_form() {
        let composed = "m\u{1eb7}t kh\u{1ea9}u d\u{e0}i";
        let decomposed: String = composed.nfd().collect();
        let stored = hash(composed, [7; 16]).unwrap();
        assert!(stored.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", stored.0);
        assert!(verify(&decomposed, Some(&stored.0)));
        assert!(!verify("something else", Some(&stored.0)));
        assert!(!verify(composed, None));
    }
}

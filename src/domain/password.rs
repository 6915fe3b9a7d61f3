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

/// Words that everybody tries first, the service's own and those of the office and the country, without marks and spaces.
const COMMON: [&str; 62] = [
    "password",
    "passwort",
    "passphrase",
    "letmein",
    "welcome",
    "secret",
    "default",
    "changeme",
    "iloveyou",
    "qwerty",
    "qazwsx",
    "login",
    "user",
    "test",
    "demo",
    "administrator",
    "admin",
    "root",
    "guest",
    "master",
    "dragon",
    "monkey",
    "football",
    "sunshine",
    "princess",
    "summer",
    "winter",
    "spring",
    "autumn",
    "matkhau",
    "khongcomatkhau",
    "nguoidung",
    "quantrivien",
    "quantri",
    "dangnhap",
    "taikhoan",
    "anhyeuem",
    "emyeuanh",
    "chucmungnammoi",
    "xinchao",
    "vodich",
    "hailong",
    "khaosat",
    "danhgia",
    "sipas",
    "survey",
    "satisfaction",
    "canbo",
    "congchuc",
    "lanhdao",
    "hanhchinh",
    "coquan",
    "donvi",
    "songoaivu",
    "ngoaivu",
    "uybannhandan",
    "uyban",
    "ubnd",
    "chinhphu",
    "dongnai",
    "binhphuoc",
    "vietnam",
];

/// The rows of a keyboard, where neighbours are as easy to guess as the alphabet.
const KEYBOARD: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// The fewest different characters that must remain when everything easy has been taken out.
pub const FEWEST_LEFT: usize = 6;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than [`SHORTEST`] characters.
    TooShort,
    /// More than [`LONGEST`] characters.
    TooLong,
    /// The account's own address, or the part before the `@`.
    IsName,
    /// Too little remains without what anybody would try first; see [`check`].
    TooCommon,
}

/// The hash of a password in PHC form.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

/// Checks a new password for an account.
///
/// Beside its length, one rule: case, marks, spaces and punctuation set aside, take out the common words listed here, the parts of the
/// account's own address, and runs (`aaa`, `123`, `abcd`, `qwer`, forwards or back). At least [`FEWEST_LEFT`] different characters
/// must remain. Digits count among them only where nothing had to be taken out and there are letters too: they are what people
/// add to a word, and alone they are a date or a telephone number.
///
/// Example: of `Matkhau-2026!` remains `2026`, no letter; of `mùa xuân ở Đồng Nai` remains `muaxuano`, six different letters.
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
    let plain = plain(&lower);
    let left = without_runs(&without_words(&plain, email));
    let was_easy = left.chars().count() < plain.chars().count() || plain.chars().all(char::is_numeric);
    let counts = |c: &char| c.is_alphanumeric() && !(was_easy && c.is_numeric());
    let different: BTreeSet<char> = left.chars().filter(counts).collect();
    if different.len() < FEWEST_LEFT { Err(PasswordFault::TooCommon) } else { Ok(()) }
}

/// Letters and digits alone, without marks.
fn plain(lower: &str) -> String {
    let letter = |c: char| if c == 'đ' { 'd' } else { c };
    lower.nfd().map(letter).filter(|c| c.is_alphanumeric()).collect()
}

/// A text without the common words and the parts of an address; a space stands where one was, so that nothing grows together.
fn without_words(plain_text: &str, email: &Email) -> String {
    let (local, domain) = email.as_str().split_once('@').unwrap_or_default();
    let parts = local.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() >= 3);
    let labels = domain.split('.').filter(|label| label.chars().count() >= 4);
    let mut words: Vec<String> = parts.chain(labels).chain([local, domain]).map(plain).collect();
    words.retain(|word| word.chars().count() >= 3);
    words.extend(COMMON.iter().map(|word| (*word).to_owned()));
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut left = plain_text.to_owned();
    for word in words {
        left = left.replace(&word, " ");
    }
    // One space for each: only the count of what is left is of interest.
    left
}

/// A text without runs: three of the same character, three digits or four letters in a row one after another.
fn without_runs(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut left = String::new();
    let mut at = 0;
    while at < letters.len() {
        let run = [0, 1, -1].into_iter().map(|step| run_length(&letters[at..], step)).max().unwrap_or(1);
        left.push(if run > 1 { ' ' } else { letters[at] });
        at += run;
    }
    left
}

/// How many characters from the first on make a run of a step; 1 where that is too few to be one.
fn run_length(letters: &[char], step: i32) -> usize {
    let pairs = letters.windows(2).take_while(|pair| is_step(pair[0], pair[1], step));
    let length = pairs.count() + 1;
    let enough = if step == 0 || letters[0].is_ascii_digit() { 3 } else { 4 };
    if length >= enough { length } else { 1 }
}

fn is_step(first: char, second: char, step: i32) -> bool {
    let is_alike = first.is_ascii_digit() == second.is_ascii_digit() && first != ' ';
    let code = |c: char| i32::try_from(u32::from(c)).unwrap_or(0);
    let in_row = |row: &str| {
        let place = |c: char| row.find(c).and_then(|place| i32::try_from(place).ok());
        place(first).zip(place(second)).is_some_and(|(a, b)| b - a == step)
    };
    is_alike && (code(second) - code(first) == step || KEYBOARD.iter().any(|row| in_row(row)))
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
        for easy in [
            "password12345",
            "Password738291",
            "p a s s w o r d 9 9",
            "matkhau@24112026",
            "Mật khẩu 24-11-2026",
            "qwertyuiop123",
            "poiuytrewq987",
            "abcdefghijkl",
            "123456789012",
            "nguyenthilan2026",
            "vinhphuc2026!!",
            "HaiLong-DongNai-2026",
            "songoaivu2026",
            "Admin!Admin!Admin",
            "khaosathailong1",
            "administrator1",
            "chucmungnammoi2027",
            "112233445566",
        ] {
            assert_eq!(fault(easy), Some(PasswordFault::TooCommon), "{easy}");
        }
        for good in ["mùa xuân ở Đồng Nai", "ngọn-núi-xa-2026", "3f8a1b2c4d5e", "correct horse battery", "91x47kq02zpw"]
        {
            assert_eq!(fault(good), None, "{good}");
        }
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

//! Names of others and the codes that become of them: small letters without marks, digits and underscores.
//!
//! A name that is a code already stays as it is.

use crate::domain::form_check::is_code;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The code of a question, a group or a form; nothing where none can be made.
pub(super) fn code_of(name: &str) -> Option<String> {
    made(name, "_")
}

/// The code of an option; a dash is allowed there.
pub(super) fn option_code_of(name: &str) -> Option<String> {
    made(name, "_-")
}

/// The code of a version; dashes and dots are allowed there.
pub(super) fn version_of(name: &str) -> Option<String> {
    made(name, "_-.").filter(|version| version.chars().any(|c| c.is_ascii_alphanumeric()))
}

fn made(name: &str, marks: &str) -> Option<String> {
    let name = name.trim();
    if is_code(name, marks) {
        return Some(name.to_owned());
    }
    let plain = name.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let code: String = plain
        .map(|c| match c {
            'đ' => 'd',
            c if c.is_ascii_lowercase() || c.is_ascii_digit() || marks.contains(c) => c,
            _ => '_',
        })
        .collect();
    (is_code(&code, marks) && code.chars().any(|c| c.is_ascii_alphanumeric())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_codes() {
        for (name, code) in [
            ("access_1", Some("access_1")),
            ("Độ tuổi", Some("do_tuoi")),
            ("Q-1.a", Some("q_1_a")),
            ("年", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(code_of(name).as_deref(), code, "{name}");
        }
        assert_eq!(code_of(&"a".repeat(61)), None);
        assert_eq!(option_code_of("18-24").as_deref(), Some("18-24"));
        assert_eq!(version_of("v1.2 B").as_deref(), Some("v1.2_b"));
        assert_eq!(version_of(".."), None);
    }
}

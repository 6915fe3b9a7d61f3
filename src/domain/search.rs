//! Folding of Vietnamese text for searching: "thủ tục" is found by "thu tuc".
//!
//! Only for comparing; what is shown or stored keeps its diacritics.

use std::borrow::Cow;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Lower case, without diacritics, đ as d, runs of anything but letters and digits as one space.
pub fn fold(text: &str) -> String {
    let plain = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let spaced: String = plain
        .map(|c| match c {
            'đ' => 'd',
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether every word of `query` occurs in `text`, both folded.
pub fn matches(text: &str, query: &str) -> bool {
    let text = fold(text);
    fold(query).split(' ').all(|word| text.contains(word))
}

/// The one Unicode form in which texts are stored: composed (NFC), line ends as `\n`, no other control characters, trimmed.
pub fn normalise(text: &str) -> String {
    let is_kept = |c: char| matches!(c, '\n' | '\t') || !c.is_control();
    // What keyboards write is clean and composed already, and only copied. What is cleaned is composed afterwards: letters and
    // marks that a control character held apart have come together.
    let clean = if text.chars().all(is_kept) {
        Cow::Borrowed(text)
    } else {
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        Cow::Owned(lines.chars().filter(|c| is_kept(*c)).collect())
    };
    match is_nfc_quick(clean.chars()) {
        IsNormalized::Yes => clean.trim().to_owned(),
        IsNormalized::No | IsNormalized::Maybe => clean.nfc().collect::<String>().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_without_diacritics_in_any_order() {
        let name = "Cho phép sử dụng thẻ đi lại doanh nhân APEC (ABTC)";
        assert!(matches(name, "the di lai"));
        assert!(matches(name, "abtc THẺ"));
        assert!(matches(name, ""));
        assert!(!matches(name, "lãnh sự"));
    }

    #[test]
    fn folds_composed_and_decomposed_alike() {
        assert_eq!(fold("Đồng Nai"), "dong nai");
        assert_eq!(fold("Đo\u{302}\u{300}ng-Nai"), "dong nai");
    }

    #[test]
    fn stores_one_unicode_form_without_control_characters() {
        assert_eq!(normalise(" a\u{0}\r\nb\u{7} e\u{302}\t\u{301} "), "a\nb ê\t\u{301}");
        assert_eq!(normalise("e\u{0}\u{302}"), "ê", "composed after what stood between is gone");
        assert_eq!(normalise("\re\u{302}"), "ê");
        assert_eq!(normalise(" Nhanh, rõ ràng.\n\tĐược "), "Nhanh, rõ ràng.\n\tĐược");
    }
}

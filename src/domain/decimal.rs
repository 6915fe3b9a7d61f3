//! Decimal numbers exactly as they were written: at most 15 significant digits, at most 6 of them after the mark.
//!
//! Within these limits JSON, Postgres and a binary double all keep every digit, so that nothing is rounded on any way. One value
//! has one form: no zero stands at its end after the mark.

use super::text::Language;
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;

/// The most digits that count.
pub const MOST_DIGITS: usize = 15;

/// The most digits after the mark.
pub const MOST_PLACES: usize = 6;

/// A decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The number without its mark.
    digits: i64,
    /// How many of the digits stand after the mark.
    places: u8,
}

impl Decimal {
    /// A number in the form that programs write: `-12`, `0.5`. Nothing for anything else, or for more digits than are kept.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, unsigned) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if !are_digits(whole) || !are_digits(part) {
            return None;
        }
        let part = part.trim_end_matches('0');
        let digits = [whole, part].concat();
        let significant = digits.trim_start_matches('0');
        if significant.len() > MOST_DIGITS || part.len() > MOST_PLACES {
            return None;
        }
        let digits: i64 = if significant.is_empty() { 0 } else { significant.parse().ok()? };
        Some(Self { digits: sign * digits, places: u8::try_from(part.len()).ok()? })
    }

    /// A number as somebody types it. In Vietnamese the mark is a comma (a dot is taken too, but not where three digits follow it,
    /// as after a mark of thousands); in English it is a dot. Marks of thousands are not taken.
    pub fn typed(text: &str, language: Language) -> Option<Self> {
        let text = text.trim().replace('\u{2212}', "-");
        let plain = match language {
            Language::En => text,
            Language::Vi if text.contains(',') => {
                if text.contains('.') {
                    return None;
                }
                text.replacen(',', ".", 1)
            }
            Language::Vi => {
                let is_thousands = text.split_once('.').is_some_and(|(whole, part)| {
                    part.len() == 3 && !whole.trim_start_matches('-').trim_start_matches('0').is_empty()
                });
                if is_thousands {
                    return None;
                }
                text
            }
        };
        Self::parse(&plain)
    }

    /// A number as JSON has it; nothing where it has more digits than are kept.
    pub fn of_double(number: f64) -> Option<Self> {
        if number.is_finite() { Self::parse(&number.to_string()) } else { None }
    }

    /// The same as a whole number; nothing where digits stand after the mark.
    pub fn whole(self) -> Option<i64> {
        (self.places == 0).then_some(self.digits)
    }

    /// The digits of all as if `places` stood after the mark.
    fn scaled(self) -> i128 {
        let missing = u32::try_from(MOST_PLACES).unwrap_or(0) - u32::from(self.places);
        i128::from(self.digits) * 10_i128.pow(missing)
    }
}

impl From<i64> for Decimal {
    fn from(digits: i64) -> Self {
        Self { digits, places: 0 }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.scaled().cmp(&other.scaled())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.places);
        if places == 0 {
            return write!(f, "{}", self.digits);
        }
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        write!(f, "{}{whole}.{part}", if self.digits < 0 { "-" } else { "" })
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match (self.whole(), self.to_string().parse::<f64>()) {
            (Some(whole), _) => to.serialize_i64(whole),
            (None, Ok(number)) => to.serialize_f64(number),
            (None, Err(error)) => Err(serde::ser::Error::custom(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(text: &str, language: Language) -> Option<String> {
        Decimal::typed(text, language).map(|number| number.to_string())
    }

    #[test]
    fn each_language_has_its_mark_and_neither_a_mark_of_thousands() {
        for (text, vi, en) in [
            ("12", Some("12"), Some("12")),
            (" 12,5 ", Some("12.5"), None),
            ("12.5", Some("12.5"), Some("12.5")),
            ("1.234", None, Some("1.234")),
            ("0.125", Some("0.125"), Some("0.125")),
            ("1.234,5", None, None),
            ("1,234.5", None, None),
            ("-0,50", Some("-0.5"), None),
            ("−3", Some("-3"), Some("-3")),
            ("007", Some("7"), Some("7")),
            ("-0", Some("0"), Some("0")),
        ] {
            assert_eq!(typed(text, Language::Vi).as_deref(), vi, "{text}");
            assert_eq!(typed(text, Language::En).as_deref(), en, "{text}");
        }
        for bad in ["", "-", ".", ",5", "5,", "1e3", "12a", "1 2", "0x1", "٣", "--1", "1,2,3", "NaN", "0.1234567"] {
            assert_eq!(typed(bad, Language::Vi), None, "{bad}");
        }
        assert!(Decimal::parse("999999999999999").is_some() && Decimal::parse("1000000000000000").is_none());
    }

    #[test]
    fn numbers_are_in_order_whatever_their_places() {
        let of = |text: &str| Decimal::parse(text).unwrap();
        assert!(of("-1") < of("-0.5") && of("0.5") < of("0.51") && of("9") < of("10.25"));
        assert_eq!(of("1.50"), of("1.5"));
        assert_eq!(of("0.000001").to_string(), "0.000001");
        assert_eq!(serde_json::to_string(&[of("3.0"), of("0.25")]).unwrap(), "[3,0.25]");
    }

    proptest! {
        #[test]
        fn json_and_a_double_keep_every_digit(digits in -999_999_999_999_999_i64..=999_999_999_999_999, places in 0_usize..=6) {
            let text = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
            let (whole, part) = text.split_at(text.len() - places);
            let sign = if digits < 0 { "-" } else { "" };
            let plain = if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") };
            let number = Decimal::parse(&plain).unwrap();
            let read: f64 = serde_json::from_str(&serde_json::to_string(&number).unwrap()).unwrap();
            prop_assert_eq!(Decimal::of_double(read), Some(number));
            prop_assert_eq!(Decimal::parse(&number.to_string()), Some(number));
        }
    }
}

//! Figures, shares and dates as each language writes them: `36.525`, `83,94 %`, `23/11/2026`; `36,525`, `83.94%`, `23 November 2026`.

use crate::domain::decimal::Decimal;
use crate::domain::index::Share;
use crate::domain::text::Language;
use chrono::NaiveDate;

/// A whole number with its thousands marked.
pub fn count(language: Language, n: i64) -> String {
    let mark = match language {
        Language::Vi => '.',
        Language::En => ',',
    };
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

/// A share with two decimals and its sign: `83,94 %` (with a no-break space) or `83.94%`.
pub fn share(language: Language, share: &Share) -> String {
    match language {
        Language::Vi => format!("{}\u{a0}%", share.plain().replace('.', ",")),
        Language::En => format!("{}%", share.plain()),
    }
}

/// A difference of shares, given in hundredths of a percentage point, without its sign: `1,20` or `1.20`.
pub fn points(language: Language, hundredths: i64) -> String {
    let mark = match language {
        Language::Vi => ',',
        Language::En => '.',
    };
    format!("{}{mark}{:02}", hundredths / 100, hundredths % 100)
}

/// A number with so many decimals, half rounded away from nought: for estimates. `0,74`, `−0,4` or `0.74`, `−0.4`.
pub fn rounded(language: Language, number: f64, decimals: usize) -> String {
    let scale = 10f64.powi(i32::try_from(decimals).unwrap_or(0));
    let whole = (number * scale).round();
    let plain = format!("{:.decimals$}", whole.abs() / scale);
    let sign = if whole < 0.0 { "−" } else { "" };
    match language {
        Language::Vi => sign.to_owned() + &plain.replace('.', ","),
        Language::En => sign.to_owned() + &plain,
    }
}

/// The same of a number of per cent, with its sign: `20,6 %` or `20.6%`.
pub fn percent(language: Language, number: f64, decimals: usize) -> String {
    let sign = match language {
        Language::Vi => "\u{a0}%",
        Language::En => "%",
    };
    rounded(language, number, decimals) + sign
}

/// A number as it was written, with the language's mark: `12,5` or `12.5`.
pub fn decimal(language: Language, number: Decimal) -> String {
    match language {
        Language::Vi => number.to_string().replace('.', ","),
        Language::En => number.to_string(),
    }
}

/// A day: `23/11/2026` or `23 November 2026`.
pub fn date(language: Language, day: NaiveDate) -> String {
    match language {
        Language::Vi => day.format("%d/%m/%Y").to_string(),
        Language::En => day.format("%-d %B %Y").to_string(),
    }
}

/// A month: `11/2026` or `November 2026`.
pub fn month(language: Language, first: NaiveDate) -> String {
    match language {
        Language::Vi => first.format("%m/%Y").to_string(),
        Language::En => first.format("%B %Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_figures_its_own_way() {
        assert_eq!(count(Language::Vi, 36525), "36.525");
        assert_eq!(count(Language::En, 1234567), "1,234,567");
        assert_eq!(count(Language::Vi, 999), "999");
        assert_eq!(count(Language::Vi, -1000), "-1.000");
        let s = Share::of(8394, 10000).unwrap();
        assert_eq!(share(Language::Vi, &s), "83,94\u{a0}%");
        assert_eq!(share(Language::En, &s), "83.94%");
        assert_eq!((points(Language::Vi, 120).as_str(), points(Language::En, 5).as_str()), ("1,20", "0.05"));
        assert_eq!((rounded(Language::Vi, 0.738, 2).as_str(), rounded(Language::En, 20.0, 0).as_str()), ("0,74", "20"));
        assert_eq!(percent(Language::Vi, 20.63, 1), "20,6\u{a0}%");
        assert_eq!(rounded(Language::Vi, 86.05, 1), "86,1");
        assert_eq!((rounded(Language::En, -0.44, 1), rounded(Language::En, -0.04, 1)), ("−0.4".into(), "0.0".into()));
        let day = NaiveDate::from_ymd_opt(2026, 2, 3).unwrap();
        assert_eq!(date(Language::Vi, day), "03/02/2026");
        assert_eq!(date(Language::En, day), "3 February 2026");
    }
}

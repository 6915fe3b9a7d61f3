//! The limits of a question in words, for pages and for paper: "from 0 to 120", days and numbers as each language writes them.
//!
//! What is within is for the domain to say.

use crate::domain::form::{Question, QuestionKind};
use crate::domain::limits::Bound;
use crate::i18n;
use crate::web::view::View;

/// The limits of a question; nothing where it has none.
pub fn limits_in_words(view: &View, question: &Question) -> Option<String> {
    let limits = question.limits.as_ref()?;
    let low = limits.min.map(|end| ("from", end)).or(limits.above.map(|end| ("above", end)));
    let high = limits.max.map(|end| ("to", end)).or(limits.below.map(|end| ("below", end)));
    let sort = if question.kind == QuestionKind::Date { "day" } else { "number" };
    let (low_word, low_end) = low.map_or(("", String::new()), |(word, end)| (word, bound(view, end)));
    let (high_word, high_end) = high.map_or(("", String::new()), |(word, end)| (word, bound(view, end)));
    let words = [low_word, high_word].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let key = format!("form-{sort}-{words}");
    (!words.is_empty()).then(|| view.tn(&key, &[("low", &low_end), ("high", &high_end)]))
}

fn bound(view: &View, end: Bound) -> String {
    match end {
        Bound::Number(number) => i18n::decimal(view.language, number),
        Bound::Day(day) => i18n::date(view.language, day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::Limits;

    #[test]
    fn every_pair_of_ends_has_words_in_both_languages() {
        let form: crate::domain::form::Form =
            toml::from_str(include_str!("../../survey_forms/counter/2026.toml")).unwrap_or_else(|e| panic!("{e}"));
        let mut question = form.questions().next().cloned().unwrap_or_else(|| panic!("no question"));
        for (kind, low, high) in
            [(QuestionKind::Decimal, "-1.5", "2"), (QuestionKind::Date, "2026-01-01", "2026-12-31")]
        {
            question.kind = kind;
            let ends = |end: &str, is_open: bool| {
                let end = Bound::parse(end);
                if is_open { (None, end) } else { (end, None) }
            };
            for case in 0..16_u8 {
                let is = |bit: u8| case & bit != 0;
                let (min, above) = if is(1) { ends(low, is(2)) } else { (None, None) };
                let (max, below) = if is(4) { ends(high, is(8)) } else { (None, None) };
                question.limits = Some(Limits { min, max, above, below, message: None });
                for view in crate::domain::text::Language::ALL.map(|language| View::default().in_language(language)) {
                    let words = limits_in_words(&view, &question);
                    assert_eq!(words.is_some(), is(1) || is(4));
                    assert!(words.is_none_or(|words| !words.contains(i18n::MISSING.0)), "{case} {kind:?}");
                }
            }
        }
        question.kind = QuestionKind::Decimal;
        question.limits = Some(Limits { min: Bound::parse("-1.5"), ..Limits::default() });
        assert_eq!(limits_in_words(&View::default(), &question).as_deref(), Some("Từ -1,5 trở lên."));
    }
}

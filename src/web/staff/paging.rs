//! Long lists in pages: which one is shown, and the ways to those beside it. The page's number stands in the address.

use crate::web::view::View;

/// How many entries a page has.
pub(super) const PER_PAGE: i64 = 50;

/// A page among others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Paging {
    /// What is paged, for those who hear the page.
    pub label: String,
    /// "Page 2 of 5"; empty where there is but one.
    pub words: String,
    /// The address of the page before.
    pub before: Option<String>,
    /// The address of the next page.
    pub next: Option<String>,
}

impl Paging {
    /// The number that an address asks for; the first where it asks for none.
    pub fn number(text: &str) -> i64 {
        text.trim().parse().ok().filter(|number| *number > 0).unwrap_or(1)
    }

    fn last(entries: i64) -> i64 {
        ((entries + PER_PAGE - 1) / PER_PAGE).max(1)
    }

    /// The number, or the last that there is.
    pub fn within(number: i64, entries: i64) -> i64 {
        number.clamp(1, Self::last(entries))
    }

    /// How many entries stand before a page.
    pub fn offset(number: i64) -> i64 {
        (number - 1) * PER_PAGE
    }

    /// The page of a number.
    pub fn of(view: &View, title: &str, number: i64, entries: i64, address: impl Fn(i64) -> String) -> Self {
        let last = Self::last(entries);
        if last == 1 {
            return Self::default();
        }
        let words = view.tn("desk-page", &[("number", &number.to_string()), ("last", &last.to_string())]);
        let before = (number > 1).then(|| address(number - 1));
        let label = view.t1("desk-pages", "title", title);
        Self { label, words, before, next: (number < last).then(|| address(number + 1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stay_within_what_there_is() {
        assert_eq!([Paging::number("3"), Paging::number(""), Paging::number("-1"), Paging::number("x")], [3, 1, 1, 1]);
        assert_eq!([Paging::within(9, 101), Paging::within(2, 50), Paging::within(1, 0)], [3, 1, 1]);
        let paging = |number, entries| Paging::of(&View::default(), "", number, entries, |n| n.to_string());
        assert_eq!(paging(1, 50), Paging::default());
        assert_eq!((paging(1, 51).before, paging(1, 51).next), (None, Some("2".to_owned())));
        assert_eq!((paging(3, 101).before, paging(3, 101).next), (Some("2".to_owned()), None));
    }
}

//! Texts in two languages out of the columns of a row: what is missing in one is taken from the other, and told.
//!
//! A column whose heading names no language is the default language's; where none is named, Vietnamese unless there is a
//! Vietnamese column already.

use super::headings::Spoken;
use super::table::{Column, Table};
use super::{Finding, Row, What};
use crate::domain::search::normalise;
use crate::domain::text::{Language, Text};

/// A text, and whether it stood there in both languages.
pub(super) struct Read {
    pub text: Text,
    pub is_complete: bool,
}

/// The text of a key in a row; nothing where no column says any.
pub(super) fn read(
    table: &Table<'_>,
    row: &Row,
    key: &str,
    default: Option<Language>,
    findings: &mut Vec<Finding>,
) -> Option<Read> {
    let columns = || table.columns.iter().filter(|column| column.heading.key == key);
    let has_vi = columns().any(|column| column.heading.spoken == Spoken::Known(Language::Vi));
    let unsaid = default.unwrap_or(if has_vi { Language::En } else { Language::Vi });
    let (mut vi, mut en, mut other) = (None, None, None);
    for column in columns() {
        let text = normalise(row.cell(column.at));
        if text.is_empty() {
            continue;
        }
        if text.contains('<') && text.contains('>') {
            findings.push(table.finding(row.number, column.at, What::Markup));
        }
        match (&column.heading.spoken, unsaid) {
            (Spoken::Known(Language::Vi), _) => vi = Some((column, text)),
            (Spoken::Known(Language::En), _) => en = Some((column, text)),
            (Spoken::Unsaid, Language::Vi) => vi = vi.or(Some((column, text))),
            (Spoken::Unsaid, Language::En) => en = en.or(Some((column, text))),
            (Spoken::Other(_), _) => other = other.or(Some((column, text))),
        }
    }
    let mut both = |from: (&Column, String), what: What| {
        findings.push(table.finding(row.number, from.0.at, what));
        Some(Read { text: Text { vi: from.1.clone(), en: from.1 }, is_complete: false })
    };
    match (vi, en, other) {
        (Some((_, vi)), Some((_, en)), _) => Some(Read { text: Text { vi, en }, is_complete: true }),
        (Some(one), None, _) | (None, Some(one), _) => both(one, What::OneLanguage),
        (None, None, Some(one)) => {
            let name = one.0.written.clone();
            both(one, What::OtherLanguage(name))
        }
        (None, None, None) => None,
    }
}

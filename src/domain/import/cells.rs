//! Single cells into values: names, dates, codes, and what the derived checks of a row say about them.

use super::fault::{ImportFault, ImportProblem};
use crate::domain::search::normalise;
use crate::domain::unit::UnitCode;
use chrono::NaiveDate;
use validator::ValidationErrors;

/// The first day of what has no first day.
pub(super) const BEGINNING: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Gathers the problems of one row.
pub(super) struct Faults {
    pub line: u64,
    pub found: Vec<ImportProblem>,
}

impl Faults {
    pub fn new(line: u64) -> Self {
        Self { line, found: Vec::new() }
    }

    pub fn add(&mut self, column: &str, fault: ImportFault) {
        self.found.push(ImportProblem { line: self.line, column: Some(column.to_owned()), fault });
    }

    /// The value, or its fault noted.
    pub fn keep<T>(&mut self, column: &str, value: Result<T, ImportFault>) -> Option<T> {
        value.map_err(|fault| self.add(column, fault)).ok()
    }

    /// What the derived checks found; the names of the fields are those of the columns.
    pub fn add_derived(&mut self, errors: &ValidationErrors) {
        for (column, errors) in errors.field_errors() {
            for error in errors {
                let empty = error.params.get("value").and_then(|v| v.as_str()).is_some_and(str::is_empty);
                let max = error.params.get("max").and_then(serde_json::Value::as_u64);
                let too_long = max.filter(|_| !empty).map(|max| ImportFault::TooLong { max });
                self.add(&column, too_long.unwrap_or(ImportFault::Missing));
            }
        }
    }
}

/// A name: composed characters, and one space for every run of white space.
pub(super) fn name(cell: &str) -> String {
    normalise(cell).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A unit's code.
pub(super) fn unit_code(cell: &str) -> Result<UnitCode, ImportFault> {
    UnitCode::parse(cell).map_err(ImportFault::BadUnitCode)
}

/// What may be empty, read where it is not.
pub(super) fn optional<T>(
    cell: &str,
    mut read: impl FnMut(&str) -> Result<T, ImportFault>,
) -> Result<Option<T>, ImportFault> {
    if cell.is_empty() { Ok(None) } else { read(cell).map(Some) }
}

/// A day as `2026-11-23` or `23/11/2026`; the year always has four digits.
pub(super) fn day(cell: &str) -> Result<NaiveDate, ImportFault> {
    let bad = || ImportFault::BadDate(cell.to_owned());
    let parts: Vec<&str> = if cell.contains('/') { cell.rsplit('/').collect() } else { cell.split('-').collect() };
    let [year, month, day] = parts.as_slice() else { return Err(bad()) };
    let number = |digits: &str, longest: usize| {
        let good = (1..=longest).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| good)
    };
    let year = number(year, 4).filter(|_| year.len() == 4).and_then(|y| i32::try_from(y).ok());
    let found = match (year, number(month, 2), number(day, 2)) {
        (Some(year), Some(month), Some(day)) if year > 0 => NaiveDate::from_ymd_opt(year, month, day),
        _ => None,
    };
    found.ok_or_else(bad)
}

/// The first and the last day of validity of a row; an empty first day is [`BEGINNING`].
pub(super) fn days(faults: &mut Faults, from: &str, to: &str) -> Option<(NaiveDate, Option<NaiveDate>)> {
    let from = faults.keep("valid_from", optional(from, day)).map(|from| from.unwrap_or(BEGINNING));
    let to = faults.keep("valid_to", optional(to, day));
    let (from, to) = (from?, to?);
    if to.is_some_and(|to| to < from) {
        faults.add("valid_to", ImportFault::EndsBeforeStart);
        return None;
    }
    Some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_both_ways_of_writing_and_no_other() {
        let ymd = |y, m, d| Ok(NaiveDate::from_ymd_opt(y, m, d).unwrap());
        assert_eq!(day("2025-07-01"), ymd(2025, 7, 1));
        assert_eq!(day("01/07/2025"), ymd(2025, 7, 1));
        assert_eq!(day("1/7/2025"), ymd(2025, 7, 1));
        assert_eq!(day("0001-01-01"), Ok(BEGINNING));
        for wrong in [
            "1/7/25",
            "2025-02-30",
            "12/31/2025",
            "2025",
            "2025-07",
            "2025-07-01T00:00",
            "0000-01-01",
            "+2025-1-1",
            "hôm nay",
        ] {
            assert_eq!(day(wrong), Err(ImportFault::BadDate(wrong.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn names_keep_their_letters_in_one_form() {
        assert_eq!(name(" Sở  Ngoa\u{323}i\nvụ "), "Sở Ngoại vụ");
    }
}

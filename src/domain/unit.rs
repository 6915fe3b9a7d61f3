//! Units (cơ quan, đơn vị): a tree of offices whose names, codes and places change by decree.
//!
//! A row is one period of validity. Codes follow Quyết định 20/2020/QĐ-TTg (top level on the left, `H19.26`) or the older
//! Thông tư 10/2016 order (top level on the right, padded with zeros, `000.00.26.H19`); both name the same unit.

use super::ids::UnitId;
use super::text::Text;
use chrono::NaiveDate;
use std::fmt;

/// A unit's code as it was typed; two codes are equal when they name the same unit in either official order.
#[derive(Debug, Clone)]
pub struct UnitCode {
    typed: String,
    key: String,
}

/// Why a text is not a unit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadUnitCode {
    /// Nothing was given.
    Empty,
    /// More than 35 characters (Quyết định 20/2020/QĐ-TTg, Điều 4).
    TooLong,
    /// Something other than groups of `0-9A-Z` joined by dots.
    BadCharacter,
}

impl UnitCode {
    /// Reads a code in either order; case is ignored and `typed` is kept.
    pub fn parse(text: &str) -> Result<Self, BadUnitCode> {
        let typed = text.trim().to_owned();
        if typed.is_empty() {
            return Err(BadUnitCode::Empty);
        }
        if typed.len() > 35 {
            return Err(BadUnitCode::TooLong);
        }
        let upper = typed.to_ascii_uppercase();
        let good = |g: &str| !g.is_empty() && g.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        let groups: Vec<&str> = upper.split('.').collect();
        if !groups.iter().copied().all(good) {
            return Err(BadUnitCode::BadCharacter);
        }
        Ok(Self { key: leftmost(&groups).join("."), typed })
    }

    /// The code as it was typed.
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// The code with the top level on the left and no zero padding, in upper case: what codes are compared by.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The code in the older order of four groups, when it has a top level of the form `H19` and at most four groups.
    pub fn older_order(&self) -> Option<String> {
        let groups: Vec<&str> = self.key.split('.').collect();
        if groups.len() > 4 || !is_top_level(groups[0]) {
            return None;
        }
        let widths = [3, 2, 2];
        let mut out: Vec<String> = widths.iter().map(|w| "0".repeat(*w)).collect();
        for (depth, group) in groups.iter().skip(1).enumerate() {
            out[2 - depth] = format!("{group:0>width$}", width = widths[2 - depth]);
        }
        Some(format!("{}.{}", out.join("."), groups[0]))
    }
}

/// A top level is a letter A–Y and two digits.
fn is_top_level(group: &str) -> bool {
    let b = group.as_bytes();
    b.len() == 3 && (b'A'..=b'Y').contains(&b[0]) && b[1].is_ascii_digit() && b[2].is_ascii_digit()
}

fn leftmost<'a>(groups: &[&'a str]) -> Vec<&'a str> {
    let rightmost_order =
        groups.len() > 1 && groups.last().is_some_and(|g| is_top_level(g)) && !is_top_level(groups[0]);
    if !rightmost_order {
        return groups.to_vec();
    }
    let mut turned: Vec<&str> = groups.iter().rev().copied().collect();
    while turned.len() > 1 && turned.last().is_some_and(|g| g.bytes().all(|b| b == b'0')) {
        turned.pop();
    }
    let last = turned.len() - 1;
    if turned.len() == 4 {
        // The fourth group has three digits in the older order and two in the newer.
        turned[last] = turned[last].strip_prefix('0').unwrap_or(turned[last]);
    }
    turned
}

impl PartialEq for UnitCode {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for UnitCode {}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

/// A unit in one period of validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The row of this period of validity.
    pub id: UnitId,
    /// Its code.
    pub code: UnitCode,
    /// The unit above it.
    pub parent: Option<UnitId>,
    /// Its name in this period.
    pub name: Text,
    /// What it is: `province`, `department`, `office`, `division`, `ward`, …: data, not code.
    pub kind: String,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity; none while it lasts.
    pub valid_to: Option<NaiveDate>,
    /// The code of the unit that took over its work.
    pub successor: Option<String>,
    /// `chưa kiểm chứng` where the code or the dates have not been verified; empty otherwise.
    pub status: String,
}

impl Unit {
    /// Whether the unit exists on that day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: &str) -> String {
        UnitCode::parse(code).unwrap().key().to_owned()
    }

    #[test]
    fn both_official_orders_name_the_same_unit() {
        assert_eq!(key("H10.17"), "H10.17");
        assert_eq!(key("000.00.17.H10"), "H10.17");
        assert_eq!(key("00.08.H29"), "H29.08");
        assert_eq!(key("001.02.17.h10"), "H10.17.02.01");
        assert_eq!(UnitCode::parse("H10.17"), UnitCode::parse(" 000.00.17.H10 "));
    }

    #[test]
    fn the_older_order_is_written_back() {
        let older = |c| UnitCode::parse(c).unwrap().older_order();
        assert_eq!(older("H10.17").as_deref(), Some("000.00.17.H10"));
        assert_eq!(older("H10").as_deref(), Some("000.00.00.H10"));
        assert_eq!(older("H10.17.02.01").as_deref(), Some("001.02.17.H10"));
        assert_eq!(older("SNGV"), None);
    }

    #[test]
    fn refuses_what_is_no_code() {
        assert_eq!(UnitCode::parse("  "), Err(BadUnitCode::Empty));
        assert_eq!(UnitCode::parse("H10..1"), Err(BadUnitCode::BadCharacter));
        assert_eq!(UnitCode::parse("=cmd()"), Err(BadUnitCode::BadCharacter));
        assert_eq!(UnitCode::parse(&"A".repeat(36)), Err(BadUnitCode::TooLong));
    }

    proptest::proptest! {
        #[test]
        fn reading_the_older_order_gives_the_newer(a in 1u8..100, b in 1u8..100, depth in 1usize..4) {
            let groups = [format!("{a:02}"), format!("{b:02}"), format!("{a:02}")];
            let newer = format!("H19.{}", groups[..depth].join("."));
            let code = UnitCode::parse(&newer).unwrap();
            let older = code.older_order().unwrap();
            proptest::prop_assert_eq!(key(&older), newer);
        }
    }
}

//! Limits of an answer: the least and the most that a number or a day may be, and what a text is told that is too long.
//!
//! Limits are fixed values of the form: none depends on another answer or on the day of answering.

use super::decimal::Decimal;
use super::text::Text;
use chrono::NaiveDate;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// One end of what is allowed: a number, or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// A number.
    Number(Decimal),
    /// A day.
    Day(NaiveDate),
}

impl Bound {
    /// A bound as it is written in files: `120`, `0.5`, `2026-01-01`.
    pub fn parse(text: &str) -> Option<Self> {
        Decimal::parse(text).map(Bound::Number).or_else(|| day(text).map(Bound::Day))
    }
}

/// A day as programs write it, `2026-11-24` and in no other way.
pub fn day(text: &str) -> Option<NaiveDate> {
    let is_written_so = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    text.parse().ok().filter(|_| is_written_so)
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::Number(number) => number.fmt(f),
            Bound::Day(day) => day.fmt(f),
        }
    }
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Bound::Number(number) => number.serialize(to),
            Bound::Day(day) => to.collect_str(day),
        }
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NumberOrDay)
    }
}

struct NumberOrDay;

impl Visitor<'_> for NumberOrDay {
    type Value = Bound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of at most 15 digits, 6 of them after the mark, or a day in quotes like \"2026-11-24\"")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Bound, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Bound, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Bound, E> {
        let bound = Decimal::of_double(number).map(Bound::Number);
        bound.ok_or_else(|| E::invalid_value(de::Unexpected::Float(number), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Bound, E> {
        Bound::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

/// What an answer may be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Bound>,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Bound>,
    /// It is more than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Bound>,
    /// It is less than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<Bound>,
    /// What somebody is told whose answer is outside; a sentence of the service's own otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Text>,
}

impl Limits {
    /// All ends that are set.
    pub fn bounds(&self) -> impl Iterator<Item = Bound> {
        [self.min, self.above, self.max, self.below].into_iter().flatten()
    }

    /// Whether a number or a day is within.
    pub fn allow(&self, value: Bound) -> bool {
        self.min.is_none_or(|least| value >= least)
            && self.max.is_none_or(|most| value <= most)
            && self.above.is_none_or(|end| value > end)
            && self.below.is_none_or(|end| value < end)
    }

    /// Whether nothing at all is within, or the two ends of one side are both set.
    pub fn are_unclear(&self) -> bool {
        let twice = (self.min.is_some() && self.above.is_some()) || (self.max.is_some() && self.below.is_some());
        let low = self.min.or(self.above);
        let high = self.max.or(self.below);
        let is_open = self.above.is_some() || self.below.is_some();
        twice || low.zip(high).is_some_and(|(low, high)| low > high || (is_open && low == high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_read_from_toml_and_json_alike() {
        let read = |text: &str| toml::from_str::<Limits>(text);
        let limits = read("min = 0\nbelow = 120.5").unwrap();
        let number = |text: &str| Bound::Number(Decimal::parse(text).unwrap());
        assert_eq!((limits.min, limits.below), (Some(number("0")), Some(number("120.5"))));
        assert!(limits.allow(number("120.4")) && !limits.allow(number("120.5")) && !limits.allow(number("-1")));
        let json = serde_json::to_value(&limits).unwrap();
        assert_eq!(json, serde_json::json!({"min": 0, "below": 120.5}));
        assert_eq!(serde_json::from_value::<Limits>(json).unwrap(), limits);
        let days = read("min = '2026-01-01'\nmax = '2026-12-31'").unwrap();
        assert!(days.allow(Bound::Day(day("2026-12-31").unwrap())));
        for bad in ["min = 'x'", "min = '1/1/2026'", "min = true", "min = 1e99", "least = 1", "min = '2026-1-1'"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn limits_that_leave_nothing_are_unclear() {
        let unclear = |text: &str| toml::from_str::<Limits>(text).unwrap().are_unclear();
        assert!(unclear("min = 2\nmax = 1") && unclear("above = 1\nmax = 1") && unclear("min = 1\nabove = 1"));
        assert!(!unclear("min = 1\nmax = 1") && !unclear("above = 0") && !unclear(""));
    }
}

//! Periods: whole days from one to another, both included, in Vietnam's time.
//!
//! Vietnam keeps +07:00 all year round, without daylight saving time.

use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, Utc};
use std::fmt;

/// The offset of Vietnam's time.
pub fn vietnam() -> FixedOffset {
    FixedOffset::east_opt(7 * 3600).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

/// The day on which a moment falls in Vietnam.
pub fn day_in_vietnam(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&vietnam()).date_naive()
}

/// A day as a program writes it, `2026-11-24`, or as people here do, `24/11/2026` (zeros in front may be left out).
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let Some((day, rest)) = text.split_once('/') else { return text.parse().ok() };
    let (month, year) = rest.split_once('/')?;
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        let is_plain = digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_plain.then(|| text.parse::<u32>().ok()).flatten()
    };
    let year = i32::try_from(number(year, 4..=4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(month, 1..=2)?, number(day, 1..=2)?)
}

/// Days from the first to the last, both included; either end may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// The first day; none: from the beginning.
    pub from: Option<NaiveDate>,
    /// The last day, included; none: without end.
    pub to: Option<NaiveDate>,
}

/// A calendar period by its name: `2026`, `2026-H2`, `2026-Q4`, `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Calendar {
    /// A year.
    Year(i32),
    /// A half-year, 1 or 2.
    Half(i32, u32),
    /// A quarter, 1 to 4.
    Quarter(i32, u32),
    /// A month, 1 to 12.
    Month(i32, u32),
}

impl Calendar {
    /// Reads a name; nothing if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = match text.split_once('-') {
            None => (text, None),
            Some((year, rest)) => (year, Some(rest)),
        };
        if year.len() != 4 {
            return None;
        }
        let year: i32 = year.parse().ok().filter(|y| (1900..=9999).contains(y))?;
        let Some(rest) = rest else { return Some(Self::Year(year)) };
        let number = |s: &str, max: u32| s.parse::<u32>().ok().filter(|n| (1..=max).contains(n));
        match rest.as_bytes().first()? {
            b'H' | b'h' => number(&rest[1..], 2).map(|n| Self::Half(year, n)),
            b'Q' | b'q' => number(&rest[1..], 4).map(|n| Self::Quarter(year, n)),
            _ if rest.len() == 2 => number(rest, 12).map(|n| Self::Month(year, n)),
            _ => None,
        }
    }

    /// The first month and how many there are.
    fn months(self) -> (i32, u32, u32) {
        match self {
            Self::Year(y) => (y, 1, 12),
            Self::Half(y, n) => (y, 6 * n - 5, 6),
            Self::Quarter(y, n) => (y, 3 * n - 2, 3),
            Self::Month(y, n) => (y, n, 1),
        }
    }

    /// Its days.
    pub fn days(self) -> Period {
        let (year, month, count) = self.months();
        let from = NaiveDate::from_ymd_opt(year, month, 1);
        let to =
            from.and_then(|f| f.checked_add_months(Months::new(count))).and_then(|n| n.checked_sub_days(Days::new(1)));
        Period { from, to }
    }

    /// The calendar period of exactly these days; nothing if they are none.
    pub fn of(period: Period) -> Option<Self> {
        let (from, to) = (period.from?, period.to?);
        let (year, month) = (from.year(), from.month());
        let all = [
            Self::Year(year),
            Self::Half(year, month.div_ceil(6)),
            Self::Quarter(year, month.div_ceil(3)),
            Self::Month(year, month),
        ];
        all.into_iter().find(|c| c.days() == Period { from: Some(from), to: Some(to) })
    }

    /// The one of the same length just before.
    pub fn previous(self) -> Self {
        match self {
            Self::Year(y) => Self::Year(y - 1),
            Self::Half(y, 1) => Self::Half(y - 1, 2),
            Self::Half(y, n) => Self::Half(y, n - 1),
            Self::Quarter(y, 1) => Self::Quarter(y - 1, 4),
            Self::Quarter(y, n) => Self::Quarter(y, n - 1),
            Self::Month(y, 1) => Self::Month(y - 1, 12),
            Self::Month(y, n) => Self::Month(y, n - 1),
        }
    }

    /// The month in which a day falls.
    pub fn month_of(day: NaiveDate) -> Self {
        Self::Month(day.year(), day.month())
    }
}

impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(y) => write!(f, "{y:04}"),
            Self::Half(y, n) => write!(f, "{y:04}-H{n}"),
            Self::Quarter(y, n) => write!(f, "{y:04}-Q{n}"),
            Self::Month(y, n) => write!(f, "{y:04}-{n:02}"),
        }
    }
}

impl Period {
    /// Whether a day lies within, ends included.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|f| f <= day) && self.to.is_none_or(|t| day <= t)
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Period) -> bool {
        let starts_in_time = |a: &Period, b: &Period| a.from.is_none_or(|f| b.to.is_none_or(|t| f <= t));
        starts_in_time(self, other) && starts_in_time(other, self)
    }

    /// The whole months of the period, as the period of their days, and what is left of it at its ends: together each of its
    /// days once.
    pub fn months_and_ends(self) -> (Option<Period>, Vec<Period>) {
        let start = |day: NaiveDate| Calendar::month_of(day).days().from;
        let end = |day: NaiveDate| Calendar::month_of(day).days().to;
        let first = self.from.and_then(|day| if day.day() == 1 { Some(day) } else { end(day)?.succ_opt() });
        let last = self.to.and_then(|day| if end(day) == Some(day) { Some(day) } else { start(day)?.pred_opt() });
        if matches!((first, last), (Some(first), Some(last)) if first > last) {
            return (None, vec![self]);
        }
        let before = Period { from: self.from, to: first.and_then(|day| day.pred_opt()) };
        let after = Period { from: last.and_then(|day| day.succ_opt()), to: self.to };
        let mut ends = Vec::new();
        if self.from != first {
            ends.push(before);
        }
        if self.to != last {
            ends.push(after);
        }
        (Some(Period { from: first, to: last }), ends)
    }

    /// Whether the last day comes before the first.
    pub fn is_backwards(&self) -> bool {
        matches!((self.from, self.to), (Some(f), Some(t)) if t < f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn days(name: &str) -> (String, String) {
        let p = Calendar::parse(name).unwrap().days();
        (p.from.unwrap().to_string(), p.to.unwrap().to_string())
    }

    #[test]
    fn calendar_periods_include_their_last_day() {
        assert_eq!(days("2024-02"), ("2024-02-01".into(), "2024-02-29".into()));
        assert_eq!(days("2026-Q4"), ("2026-10-01".into(), "2026-12-31".into()));
        assert_eq!(days("2026-H1"), ("2026-01-01".into(), "2026-06-30".into()));
        assert_eq!(days("2026"), ("2026-01-01".into(), "2026-12-31".into()));
        let q3 = Calendar::parse("2026-Q3").unwrap().days();
        assert!(q3.contains(NaiveDate::from_ymd_opt(2026, 9, 30).unwrap()));
        assert!(!q3.contains(NaiveDate::from_ymd_opt(2026, 10, 1).unwrap()));
    }

    #[test]
    fn a_day_is_read_as_either_is_written() {
        for text in ["2026-03-04", "04/03/2026", "4/3/2026", " 4/03/2026 "] {
            assert_eq!(parse_day(text), NaiveDate::from_ymd_opt(2026, 3, 4), "{text}");
        }
        for text in ["", "x", "4/3", "4/3/26", "31/02/2026", "03/13/2026", "+4/3/2026", "4/3/2026/5", "2026-13-01"] {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }

    #[test]
    fn names_read_back_and_nonsense_is_refused() {
        for name in ["2026", "2026-H2", "2026-Q1", "2026-07"] {
            assert_eq!(Calendar::parse(name).unwrap().to_string(), name);
        }
        for name in ["", "26", "2026-", "2026-Q5", "2026-H0", "2026-13", "2026-7", "2026-é"] {
            assert_eq!(Calendar::parse(name), None, "{name}");
        }
    }

    #[test]
    fn periods_that_share_a_day_overlap() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 9, d);
        let period = |from, to| Period { from, to };
        let first = period(None, day(10));
        assert!(first.overlaps(&period(day(10), None)) && period(day(10), None).overlaps(&first));
        assert!(!first.overlaps(&period(day(11), None)) && !period(day(11), None).overlaps(&first));
        assert!(first.overlaps(&Period::default()));
    }

    #[test]
    fn the_period_before_ends_the_day_before() {
        for name in ["2026", "2026-H1", "2026-H2", "2026-Q1", "2026-Q3", "2026-01", "2026-12"] {
            let calendar = Calendar::parse(name).unwrap();
            let before = calendar.previous().days().to.and_then(|day| day.succ_opt());
            assert_eq!(before, calendar.days().from, "{name}");
        }
    }

    #[test]
    fn days_are_recognised_as_the_period_they_make() {
        for name in ["2026", "2026-H2", "2026-Q1", "2024-02"] {
            let calendar = Calendar::parse(name).unwrap();
            assert_eq!(Calendar::of(calendar.days()), Some(calendar));
        }
        let mut odd = Calendar::Month(2026, 2).days();
        odd.to = NaiveDate::from_ymd_opt(2026, 2, 27);
        assert_eq!(Calendar::of(odd), None);
        assert_eq!(Calendar::of(Period::default()), None);
    }

    proptest::proptest! {
        #[test]
        fn months_and_ends_hold_each_day_of_a_period_once(start in 0u64..800, length in 0u64..400, open in 0u8..4) {
            let origin = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
            let from = origin + Days::new(start);
            let period = Period {
                from: (open & 1 == 0).then_some(from),
                to: (open & 2 == 0).then_some(from + Days::new(length)),
            };
            let (months, ends) = period.months_and_ends();
            if let Some(months) = months {
                proptest::prop_assert!(months.from.is_none_or(|day| day.day() == 1));
                proptest::prop_assert!(months.to.is_none_or(|day| day.succ_opt().unwrap().day() == 1));
            }
            for day in (0..1600).map(|n| origin - Days::new(200) + Days::new(n)) {
                let times = months.iter().chain(&ends).filter(|part| part.contains(day)).count();
                proptest::prop_assert_eq!(times, usize::from(period.contains(day)), "{}", day);
            }
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_vietnam() {
        let before = Utc.with_ymd_and_hms(2026, 9, 30, 16, 59, 59).unwrap();
        let after = Utc.with_ymd_and_hms(2026, 9, 30, 17, 0, 0).unwrap();
        assert_eq!(day_in_vietnam(before).to_string(), "2026-09-30");
        assert_eq!(day_in_vietnam(after).to_string(), "2026-10-01");
    }
}

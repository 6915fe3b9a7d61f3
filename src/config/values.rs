//! Reading single values of options: days, moments, codes. What cannot be read is wrong usage, told with an example.

use crate::domain::access::Role;
use crate::domain::survey::Channel;
use crate::domain::text::Language;
use chrono::{DateTime, NaiveDate, Utc};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use ipnet::IpNet;
use std::net::IpAddr;

/// A day: `2026-11-23`.
pub fn day(text: &str) -> Result<NaiveDate, String> {
    let text = text.trim();
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) if text.len() == 10 => Ok(day),
        _ => Err("write a day of the calendar as year-month-day, for example 2026-11-23".to_owned()),
    }
}

/// A moment as RFC 3339 has it: `2026-12-01T08:00:00+07:00`.
pub fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text.trim())
        .map(|moment| moment.to_utc())
        .map_err(|_| "write a moment with its offset, for example 2026-12-01T08:00:00+07:00".to_owned())
}

/// A filter for the log: a level, or more finely `hailong=debug`.
pub fn log_filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) if !text.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("write error, warn, info, debug, trace, or a filter such as hailong=debug".to_owned()),
    }
}

/// A network, `10.0.0.0/8`, or a single address.
pub fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let single = || text.parse::<IpAddr>().map(IpNet::from);
    let wrong = "write a network or an address, for example 10.0.0.0/8 or 10.1.2.3";
    text.parse().or_else(|_| single()).map_err(|_| wrong.to_owned())
}

/// A level of confidence: `0.95`.
pub fn confidence(text: &str) -> Result<f64, String> {
    match text.trim().parse() {
        Ok(level) if (0.5..=0.9999).contains(&level) => Ok(level),
        _ => Err("write a fraction from 0.5 to 0.9999, for example 0.95".to_owned()),
    }
}

/// A fraction above 0 and at most 1.
pub fn fraction(text: &str) -> Result<f64, String> {
    match text.trim().parse() {
        Ok(part) if part > 0.0 && part <= 1.0 => Ok(part),
        _ => Err("write a fraction above 0 and at most 1, for example 0.05".to_owned()),
    }
}

/// A number from 1 on.
pub fn at_least_one(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 1.0 => Ok(number),
        _ => Err("write a number from 1 on, for example 1.5".to_owned()),
    }
}

/// A channel's code.
pub fn channel() -> impl TypedValueParser<Value = Channel> {
    PossibleValuesParser::new(Channel::ALL.map(Channel::code))
        .try_map(|code| Channel::from_code(&code).ok_or("no such channel"))
}

/// A language's code.
pub fn language() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(Language::ALL.map(Language::code))
        .try_map(|code| Language::from_code(&code).ok_or("no such language"))
}

/// A role's code.
pub fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::code)).try_map(|code| Role::from_code(&code).ok_or("no such role"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_days_and_moments_and_nothing_like_them() {
        assert_eq!(day("2026-11-23").map(|d| d.to_string()), Ok("2026-11-23".to_owned()));
        assert_eq!(
            moment("2026-12-01T08:00:00+07:00").map(|m| m.to_rfc3339()),
            Ok("2026-12-01T01:00:00+00:00".to_owned())
        );
        for wrong in ["2026-02-29", "23/11/2026", "2026-1-2", "", "2026-11-23T00:00:00Z"] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
        for wrong in ["2026-12-01", "2026-12-01T08:00:00", "tomorrow"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn reads_networks_and_addresses() {
        assert_eq!(network("10.0.0.0/8").map(|n| n.to_string()), Ok("10.0.0.0/8".to_owned()));
        assert_eq!(network(" 2001:db8::1 ").map(|n| n.to_string()), Ok("2001:db8::1/128".to_owned()));
        assert!(network("10.0.0.0/33").is_err() && network("proxy").is_err() && network("").is_err());
    }

    #[test]
    fn a_level_of_confidence_is_a_fraction() {
        assert_eq!(confidence("0.95"), Ok(0.95));
        for wrong in ["95", "1", "0", "-0.5", "NaN", "inf", "95%", ""] {
            assert!(confidence(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn refuses_a_log_filter_that_filters_nothing() {
        assert!(log_filter("hailong=debug").is_ok());
        assert!(log_filter("hailong=loud").is_err());
        assert!(log_filter(" ").is_err());
    }
}

//! The rules by which a sheet is invalid or flagged: read from `survey_forms/rules/<version>.toml`, checked as a whole.
//!
//! What a rule means is code, once for each name; whether it voids a sheet or only marks it, its words and its limits are data.

use crate::domain::answers::{Answer, Answers};
use crate::domain::text::Text;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The rules that there are, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleCode {
    /// Nothing was answered.
    Empty,
    /// Two levels, or two options where one is asked, are marked for one question.
    TwoMarks,
    /// The sheet bears no code of somebody who was drawn.
    OutsideFrame,
    /// The code was returned before.
    Duplicate,
    /// All levels are one and the same, and the time was too short to read.
    UniformAndFast,
}

impl RuleCode {
    /// All, in the order in which an account lists them.
    pub const ALL: [RuleCode; 5] =
        [RuleCode::Empty, RuleCode::TwoMarks, RuleCode::OutsideFrame, RuleCode::Duplicate, RuleCode::UniformAndFast];

    /// Its name in files and the database.
    pub fn code(self) -> &'static str {
        match self {
            RuleCode::Empty => "empty",
            RuleCode::TwoMarks => "two_marks",
            RuleCode::OutsideFrame => "outside_frame",
            RuleCode::Duplicate => "duplicate",
            RuleCode::UniformAndFast => "uniform_and_fast",
        }
    }

    /// The rule of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// The only effect that makes sense: what bears no answers, or no person, cannot merely be flagged, and a guess cannot void.
    fn effect(self) -> Effect {
        if self == RuleCode::UniformAndFast { Effect::Flagged } else { Effect::Invalid }
    }
}

/// What becomes of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It does not count.
    Invalid,
    /// It counts, and is counted apart too.
    Flagged,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name.
    pub code: RuleCode,
    /// What it does to a sheet.
    pub effect: Effect,
    /// It in words.
    pub title: Text,
    /// Seconds for each answered question below which a sheet is too fast; only where the rule is about time.
    #[serde(default)]
    pub seconds_per_item: Option<f64>,
    /// As many levels have to be the same at least; only there.
    #[serde(default)]
    pub least_items: Option<usize>,
}

/// A version of the rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// Its version, the file's name.
    pub version: String,
    /// First day on which it holds.
    pub valid_from: NaiveDate,
    /// Where it comes from.
    pub source: Text,
    /// `chưa kiểm chứng` where no document has it; empty otherwise.
    #[serde(default)]
    pub status: String,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// What can be wrong with rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleFault {
    /// A rule that is missing.
    Missing(RuleCode),
    /// A rule that is there twice.
    Repeated(RuleCode),
    /// A rule that would do what it cannot.
    Effect(RuleCode),
    /// Limits that are missing, no numbers above 0, or on a rule that has none.
    Limits(RuleCode),
    /// Words that are missing in one of the languages.
    IncompleteText,
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(rule) => write!(f, "the rule {} is missing", rule.code()),
            Self::Repeated(rule) => write!(f, "the rule {} is there twice", rule.code()),
            Self::Effect(rule) => {
                let only = if rule.effect() == Effect::Flagged { "flagged" } else { "invalid" };
                write!(f, "the rule {} can only make a sheet {only}", rule.code())
            }
            Self::Limits(rule) => {
                write!(
                    f,
                    "the rule {}: seconds_per_item and least_items belong to uniform_and_fast, above 0",
                    rule.code()
                )
            }
            Self::IncompleteText => f.write_str("a text is missing in one of the languages"),
        }
    }
}

impl RuleSet {
    /// Everything that is wrong with it.
    pub fn problems(&self) -> Vec<RuleFault> {
        let mut found = Vec::new();
        for code in RuleCode::ALL {
            match self.rules.iter().filter(|rule| rule.code == code).count() {
                0 => found.push(RuleFault::Missing(code)),
                1 => {}
                _ => found.push(RuleFault::Repeated(code)),
            }
        }
        for rule in &self.rules {
            if rule.effect != rule.code.effect() {
                found.push(RuleFault::Effect(rule.code));
            }
            let limits = (rule.seconds_per_item.is_some_and(|s| s > 0.0), rule.least_items.is_some_and(|n| n > 0));
            let is_about_time = rule.code == RuleCode::UniformAndFast;
            let has_any = rule.seconds_per_item.is_some() || rule.least_items.is_some();
            if (is_about_time && limits != (true, true)) || (!is_about_time && has_any) {
                found.push(RuleFault::Limits(rule.code));
            }
        }
        let texts = self.rules.iter().map(|rule| &rule.title).chain([&self.source]);
        if texts.into_iter().any(|text| text.vi.trim().is_empty() || text.en.trim().is_empty()) {
            found.push(RuleFault::IncompleteText);
        }
        found
    }

    /// The rule of a name.
    pub fn rule(&self, code: RuleCode) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.code == code)
    }

    /// The rule that flags these answers, given in so many seconds; none where the time is not known.
    pub fn flag(&self, answers: &Answers, seconds: Option<f64>) -> Option<RuleCode> {
        let rule = self.rule(RuleCode::UniformAndFast)?;
        let levels: Vec<u8> = answers
            .values()
            .filter_map(|answer| match answer {
                Answer::Level(level) => Some(*level),
                _ => None,
            })
            .collect();
        let is_uniform = levels.len() >= rule.least_items? && levels.iter().all(|level| *level == levels[0]);
        let is_fast = seconds? < rule.seconds_per_item? * answers.len() as f64;
        (is_uniform && is_fast).then_some(rule.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> RuleSet {
        toml::from_str(include_str!("../../../survey_forms/rules/2026.toml")).unwrap()
    }

    #[test]
    fn what_is_wrong_with_rules_is_told_at_once() {
        assert_eq!(shipped().problems(), []);
        let mut rules = shipped();
        rules.rules.remove(0);
        rules.rules[0].effect = Effect::Flagged;
        rules.rules[0].seconds_per_item = Some(1.0);
        rules.rules.push(rules.rules[1].clone());
        rules.source.en = String::new();
        let expected = [
            RuleFault::Missing(RuleCode::Empty),
            RuleFault::Repeated(RuleCode::OutsideFrame),
            RuleFault::Effect(RuleCode::TwoMarks),
            RuleFault::Limits(RuleCode::TwoMarks),
            RuleFault::IncompleteText,
        ];
        assert_eq!(rules.problems(), expected);
    }

    #[test]
    fn only_one_level_everywhere_in_too_short_a_time_is_flagged() {
        let rules = shipped();
        let answers = |levels: &[u8]| {
            let of = |(at, level): (usize, &u8)| (format!("q{at}"), Answer::Level(*level));
            levels.iter().enumerate().map(of).collect::<Answers>()
        };
        let flag = |levels: &[u8], seconds| rules.flag(&answers(levels), seconds);
        assert_eq!(flag(&[5; 19], Some(12.0)), Some(RuleCode::UniformAndFast));
        assert_eq!(flag(&[5; 19], Some(60.0)), None, "slow enough to have read it");
        assert_eq!(flag(&[5; 19], None), None, "nobody knows how long it took");
        assert_eq!(flag(&[5; 4], Some(1.0)), None, "too few to tell");
        let mut mixed = [5; 19];
        mixed[7] = 4;
        assert_eq!(flag(&mixed, Some(3.0)), None);
    }

    #[test]
    fn names_read_back() {
        for rule in RuleCode::ALL {
            assert_eq!(RuleCode::from_code(rule.code()), Some(rule));
        }
    }
}

//! Non-response: which returned sheets are valid, by rules with a name and a version, and the account of a round.
//!
//! `returned = valid + invalid`, `response rate = valid / issued`; flagged sheets are valid and counted apart. Rules are data in
//! `survey_forms/rules/`. Missing values: where nothing was issued there is no rate.

mod account;
mod rules;

pub use account::Account;
pub use rules::{Effect, Rule, RuleCode, RuleFault, RuleSet};

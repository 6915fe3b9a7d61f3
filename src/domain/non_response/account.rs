//! The account of a round: how many sheets went out, came back, and count.

use super::rules::RuleCode;
use std::collections::BTreeMap;

/// The account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// People drawn, each with a code.
    pub issued: i64,
    /// Sheets that count.
    pub valid: i64,
    /// Sheets that do not, by the rule that says so.
    pub invalid: BTreeMap<RuleCode, i64>,
    /// Sheets that count and are flagged, by rule.
    pub flagged: BTreeMap<RuleCode, i64>,
}

impl Account {
    /// Sheets that came back: those that count and those that do not.
    pub fn returned(&self) -> i64 {
        self.valid + self.invalid_in_all()
    }

    /// Sheets that do not count.
    pub fn invalid_in_all(&self) -> i64 {
        self.invalid.values().sum()
    }

    /// Valid over issued; none where nothing was issued.
    pub fn response_rate(&self) -> Option<f64> {
        (self.issued > 0).then(|| self.valid as f64 / self.issued as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_adds_up() {
        let mut account = Account { issued: 40, valid: 25, ..Account::default() };
        account.invalid.insert(RuleCode::Empty, 2);
        account.invalid.insert(RuleCode::Duplicate, 3);
        account.flagged.insert(RuleCode::UniformAndFast, 4);
        assert_eq!((account.returned(), account.invalid_in_all()), (30, 5));
        assert_eq!(account.response_rate(), Some(0.625));
        assert_eq!(Account::default().response_rate(), None);
    }
}

//! E-mail addresses as names for signing in: trimmed, in lower case, of a plausible shape. Whether anybody reads mail there is
//! not our question.

use std::fmt;
use validator::ValidateEmail;

/// An e-mail address in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// Reads an address; nothing if it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        (text.len() <= 254 && text.validate_email()).then_some(Self(text))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_and_refuses_what_is_no_address() {
        assert_eq!(Email::parse(" Lan.Tran@Vinhphuc.GOV.vn ").unwrap().as_str(), "lan.tran@vinhphuc.gov.vn");
        assert!(Email::parse("admin@localhost").is_some());
        for bad in ["", "lan", "lan@", "@x.vn", "lan tran@x.vn", "a@b@c"] {
            assert_eq!(Email::parse(bad), None, "{bad}");
        }
    }
}

//! Procedures (thủ tục hành chính): what people come to a unit for.
//!
//! A row is one period of validity; a procedure belongs to a field and is handled by some units.

use super::ids::{ProcedureId, UnitId};
use super::text::Text;
use chrono::NaiveDate;

/// A procedure in one period of validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// The row of this period of validity.
    pub id: ProcedureId,
    /// Its code in the national catalogue (`2.000815`), or a local one where none is known.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The field (lĩnh vực) it belongs to.
    pub field: Text,
    /// The units that receive it.
    pub units: Vec<UnitId>,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity; none while it lasts.
    pub valid_to: Option<NaiveDate>,
    /// `chưa kiểm chứng` where code or wording have not been verified; empty otherwise.
    pub status: String,
}

impl Procedure {
    /// Whether the procedure is in force on that day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    /// Whether a code names this procedure, with or without the ending that says who publishes it; case is ignored.
    pub fn has_code(&self, code: &str) -> bool {
        key_of(&self.code) == key_of(code)
    }
}

/// What procedures' codes are compared by: in lower case, without the ending that says who publishes it.
pub fn key_of(code: &str) -> String {
    short_code(code).to_ascii_lowercase()
}

/// What of a national code names the procedure: `2.002311` of `2.002311.000.00.00.H19`; any other code as it is.
fn short_code(code: &str) -> &str {
    let code = code.trim();
    let is_national = code.bytes().enumerate().take(9).all(|(at, byte)| match at {
        1 | 8 => byte == b'.',
        _ => byte.is_ascii_digit(),
    });
    if is_national { code.get(..8).unwrap_or(code) } else { code }
}

/// Whether a text can be a procedure's code: 1 to 40 letters, digits, dots, dashes and underscores.
pub fn is_procedure_code(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_national_code_is_known_with_and_without_its_ending() {
        for code in ["2.002311", " 2.002311.000.00.00.H19"] {
            assert_eq!(short_code(code), "2.002311");
        }
        for other in ["2.0023110", "SNGV-ABTC", "2.00231", "", "2.00231ữ"] {
            assert_eq!(short_code(other), other);
        }
    }
}

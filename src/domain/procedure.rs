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
}

/// Whether a text can be a procedure's code: 1 to 40 letters, digits, dots, dashes and underscores.
pub fn is_procedure_code(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

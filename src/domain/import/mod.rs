//! Import files: CSV of units, of procedures and of the portal's measures, checked completely before anything is stored.
//!
//! The columns are those of the program's description. Either every row comes out, ready to be stored under its code and first
//! day, or every problem does, with its line and column. Nothing here reads a file or knows the database: what is stored already
//! is handed in.

mod cells;
mod fault;
mod frame;
mod margins;
mod periods;
mod portal_766;
mod procedures;
mod returns;
mod table;
mod units;

pub use fault::{ImportFault, ImportProblem};
pub use frame::{FrameRow, parse_frame};
pub use margins::{MarginRow, parse_margins};
pub use periods::{ProcedurePeriod, UnitPeriod, latest_beside};
pub use portal_766::{PortalRow, parse_portal_766};
pub use procedures::{ProcedureRow, parse_procedures};
pub use returns::{SheetRow, parse_returns};
pub use units::{UnitRow, parse_units};

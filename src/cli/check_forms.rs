//! `check-forms`: checks the folder of forms, or the copy built in, as a whole. Needs no database.

use super::{Failure, print};
use crate::catalog;
use crate::config::GlobalSettings;

/// Runs the command.
pub fn run(global: &GlobalSettings) -> Result<(), Failure> {
    let summary = catalog::check(global.forms().as_deref())?;
    print(&summary.to_string())
}

//! `migrate`: brings the database up to date without serving it.

use super::{Failure, database, print};
use crate::actions::load_shipped::Loaded;
use crate::config::GlobalSettings;

/// Runs the command.
pub fn run(global: &GlobalSettings) -> Result<(), Failure> {
    let prepared = database::connect(global, 2)?.prepare(global)?;
    for version in &prepared.applied {
        print(&format!("applied {version}"))?;
    }
    if prepared.applied.is_empty() {
        print("the database was up to date")?;
    }
    if prepared.filled == Loaded::Done {
        print("loaded the shipped catalogue and its surveys")?;
    }
    Ok(())
}

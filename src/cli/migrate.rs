//! `migrate`: brings the database up to date without serving it.

use super::{Failure, database, print, print_json};
use crate::actions::load_shipped::Loaded;
use crate::config::{GlobalSettings, Output};

/// Runs the command.
pub fn run(global: &GlobalSettings, output: Output) -> Result<(), Failure> {
    let prepared = database::connect(global, 2)?.prepare(global)?;
    if output.json {
        let filled = prepared.filled == Loaded::Done;
        return print_json(&serde_json::json!({ "applied": prepared.applied, "loaded_catalogue": filled }));
    }
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

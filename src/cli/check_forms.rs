//! `check-forms`: checks the folder of forms, or the copy built in, as a whole. Needs no database.

use super::{Failure, print, print_json};
use crate::catalog::{self, Version};
use crate::config::{GlobalSettings, Output};
use serde_json::json;

/// Runs the command.
pub fn run(global: &GlobalSettings, output: Output) -> Result<(), Failure> {
    let summary = catalog::check(global.forms().as_deref())?;
    if !output.json {
        return print(&summary.to_string());
    }
    let version = |v: &Version| json!({ "kind": v.kind, "name": v.name, "hash": v.hash, "frozen": v.frozen });
    print_json(&json!({
        "versions": summary.versions.iter().map(version).collect::<Vec<_>>(),
        "units": summary.units, "procedures": summary.procedures, "surveys": summary.surveys,
    }))
}

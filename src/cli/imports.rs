//! `units import` and `procedures import`: a CSV file, all of it or nothing.

use super::progress::Progress;
use super::{Failure, database, print, print_json};
use crate::actions::import_procedures::import_procedures;
use crate::actions::import_units::{Imported, import_units};
use crate::config::{GlobalSettings, ImportSettings, Output};
use crate::domain::import::ImportProblem;
use crate::storage::audit_log::Actor;
use chrono::Utc;
use std::fmt::Display;
use std::io::Read;
use std::path::Path;

/// `units import`.
pub fn units(global: &GlobalSettings, settings: &ImportSettings) -> Result<(), Failure> {
    let file = read(&settings.file)?;
    let opened = database::open(global, 1)?;
    let actor = Actor::command_line();
    let progress = if_long(&file, "importing units");
    let result = opened.db.run_blocking(|conn| import_units(conn, Utc::now(), &actor, &file))?;
    drop(progress);
    tell("units", settings, result)
}

/// `procedures import`.
pub fn procedures(global: &GlobalSettings, settings: &ImportSettings) -> Result<(), Failure> {
    let file = read(&settings.file)?;
    let opened = database::open(global, 1)?;
    let actor = Actor::command_line();
    let progress = if_long(&file, "importing procedures");
    let result = opened.db.run_blocking(|conn| import_procedures(conn, Utc::now(), &actor, &file))?;
    drop(progress);
    tell("procedures", settings, result)
}

/// Files of the usual size are imported before anybody could read a line about it.
fn if_long(file: &[u8], what: &'static str) -> Option<Progress> {
    (file.len() > 100_000).then(|| Progress::wait(what))
}

/// The whole of a file, or of standard input.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    let read = match path.to_str() {
        Some("-") => std::io::stdin().lock().read_to_end(&mut content).map(|_| content),
        _ => std::fs::read(path),
    };
    read.map_err(|e| format!("cannot read {}: {e}; name a CSV file, or - for standard input", path.display()).into())
}

fn tell(what: &str, settings: &ImportSettings, result: Result<Imported, Vec<ImportProblem>>) -> Result<(), Failure> {
    let file = settings.file.display();
    match result {
        Ok(Imported { added, changed, unchanged }) => match settings.output {
            Output { json: true } => print_json(&serde_json::json!({
                "added": added, "changed": changed, "unchanged": unchanged,
            })),
            Output { json: false } => {
                print(&format!("{what}: {added} added, {changed} changed, {unchanged} unchanged"))
            }
        },
        Err(problems) => {
            tell_problems(&settings.file, &problems);
            let found = count(&problems);
            Err(format!("nothing was imported, {found} in {file}: correct the file and import it again").into())
        }
    }
}

/// Each problem on a line of its own, with the file it is in.
pub fn tell_problems(file: &Path, problems: &[impl Display]) {
    for problem in problems {
        eprintln!("{}: {problem}", file.display());
    }
}

/// `one problem`, `2 problems`.
pub fn count<T>(problems: &[T]) -> String {
    match problems.len() {
        1 => "one problem".to_owned(),
        count => format!("{count} problems"),
    }
}

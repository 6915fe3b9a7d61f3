//! `score-766`: ratios and scores of the national portal's satisfaction measures in a CSV file. Needs no database.

use super::{Failure, imports, print, print_json};
use crate::config::ScoreSettings;
use crate::documents::portal_766_table;
use crate::domain::import::parse_portal_766;

/// Runs the command.
pub fn run(settings: &ScoreSettings) -> Result<(), Failure> {
    let content = imports::read(&settings.file)?;
    let rows = parse_portal_766(&content).map_err(|problems| {
        let file = settings.file.display();
        imports::tell_problems(&settings.file, &problems);
        format!("nothing was scored, {} in {file}: correct the file and score it again", imports::count(&problems))
    })?;
    if settings.output.json {
        return print_json(&portal_766_table::json(&rows));
    }
    print(&String::from_utf8(portal_766_table::csv(&rows)?)?)
}

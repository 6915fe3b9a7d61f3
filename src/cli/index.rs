//! `index`: the tree of figures on the terminal. Nothing is hidden here: whoever may run it may read the database.

use super::selection::{self, Selected};
use super::table::{Side, table};
use super::{Failure, database, print, print_json};
use crate::actions::fold_tallies::fold_all;
use crate::catalog;
use crate::config::{GlobalSettings, IndexSettings};
use crate::documents::index_json::{self, About};
use crate::domain::access::Scope;
use crate::domain::index::{LEVEL, Measured, Precision, Share, measure};
use crate::domain::period::day_in_vietnam;
use crate::domain::tally::Tally;
use crate::storage::catalogue;
use crate::storage::tallies::{Split, sums};
use chrono::Utc;

/// Runs the command.
pub fn run(global: &GlobalSettings, settings: &IndexSettings) -> Result<(), Failure> {
    selection::period(&settings.selection)?;
    let library = catalog::load(global.forms().as_deref())?;
    let opened = database::open(global, 1)?;
    let now = Utc::now();
    let known = opened.db.run_blocking(catalogue::load)?;
    let selected = Selected::find(&known, &settings.selection)?;
    let definition = selected.definition(&library, day_in_vietnam(now))?;
    let filter = selected.filter();
    let layout = library.counting().layout(selected.form);
    let groups = opened.db.run_blocking(|conn| {
        // What has come in since the last fold counts too.
        fold_all(conn, now, library.counting())?;
        sums(conn, &layout, &Scope::All, &filter, Split::Whole)
    })?;
    let tally = groups.into_values().next().unwrap_or_else(|| Tally::empty(&layout));
    let measured = measure(definition, &layout, &tally).ok_or("the index definition has no node")?;
    if settings.output.json {
        let about = About {
            survey: selected.survey,
            definition,
            period: selected.period,
            unit: settings.selection.unit.as_deref(),
            procedure: None,
            channel: None,
            submissions: Some(tally.submissions),
        };
        return print_json(&index_json::whole(&about, &measured));
    }
    let mut rows = Vec::new();
    add_rows(&measured, 0, &mut rows);
    let interval = format!("{:.0} % INTERVAL", 100.0 * LEVEL);
    let columns = [
        ("CODE", Side::Left),
        ("N", Side::Right),
        ("SATISFIED", Side::Right),
        ("SHARE", Side::Right),
        (interval.as_str(), Side::Right),
    ];
    let about =
        format!("{}, counted by {}, submissions: {}", settings.selection.survey, definition.name(), tally.submissions);
    print(&format!("{about}\n\n{}", table(&columns, &rows)))
}

fn add_rows(node: &Measured, depth: usize, rows: &mut Vec<Vec<String>>) {
    let share = node.share.as_ref().map_or_else(|| "-".to_owned(), |share: &Share| format!("{} %", share.plain()));
    let interval = |precision: &Precision| format!("{:.2} - {:.2}", 100.0 * precision.low, 100.0 * precision.high);
    rows.push(vec![
        format!("{:depth$}{}", "", node.code, depth = 2 * depth),
        node.n.to_string(),
        node.satisfied.to_string(),
        share,
        node.precision.as_ref().map_or_else(|| "-".to_owned(), interval),
    ]);
    for child in &node.children {
        add_rows(child, depth + 1, rows);
    }
}

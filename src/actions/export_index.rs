//! Taking the index away: written into the audit log first, then measured by unit and month in one snapshot, with everything
//! hidden that may not be shown.

use super::export_plan::{ExportPlan, definition_for};
use crate::catalog::Library;
use crate::domain::catalogue::Catalogue;
use crate::domain::export::{Ending, IndexCell, IndexTable};
use crate::domain::index::{Definition, TableCell, measure, publish_table};
use crate::domain::narrowing::{Disclosure, Narrowing};
use crate::domain::period::{Calendar, day_in_vietnam};
use crate::domain::survey::Survey;
use crate::domain::tally::{Layout, Tally};
use crate::domain::unit::Unit;
use crate::storage::audit_log::{self, Actor};
use crate::storage::tallies::{Filter, GroupKey, Split, sums};
use crate::storage::{PgConnection, QueryResult, catalogue, exports, sizes, snapshot, transaction};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The index of each survey of a plan, and what the manifest tells. `flavour` is only for the audit log.
pub fn export_index(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    plan: &ExportPlan,
    library: &Library,
    flavour: &str,
) -> QueryResult<(Vec<IndexTable>, Ending)> {
    transaction(conn, |conn| {
        audit_log::insert(conn, now, actor, exports::INDEX_EXPORTED, plan.subject(), plan.detail(flavour))
    })?;
    snapshot(conn, |conn| {
        let catalogue = catalogue::load(conn)?;
        let mut tables = Vec::new();
        for survey in &plan.surveys {
            let definition = definition_for(library, survey, plan.wish.period, day_in_vietnam(now));
            let Some(definition) = definition else { continue };
            let filter =
                Filter { survey: Some(survey.id), form_version: Some(survey.form_version), ..plan.filter.clone() };
            let sums = sums(conn, &plan.scope, &filter, Split::UnitMonth)?;
            let sizes = sizes::of_survey(conn, &plan.scope, survey.id, plan.wish.period)?;
            let mut disclosure = Disclosure::new(&catalogue, &plan.scope, plan.wish.period, &sizes);
            tables.push(table(&catalogue, survey, definition, &mut disclosure, sums));
        }
        let ending = exports::ending(conn, &plan.scope, &plan.filter)?;
        Ok((tables, ending))
    })
}

fn table(
    catalogue: &Catalogue,
    survey: &Survey,
    definition: &Arc<Definition>,
    disclosure: &mut Disclosure,
    sums: BTreeMap<GroupKey, Tally>,
) -> IndexTable {
    let mut cells = Vec::new();
    if let Some(form) = catalogue.form(&survey.form) {
        let layout = Layout::of(form);
        let merged = by_name(catalogue, sums);
        let mut table = Vec::new();
        for ((row, number), tally) in &merged {
            let Some(tree) = measure(definition, &layout, tally) else { continue };
            let column = usize::try_from(*number).unwrap_or(0);
            let unit = catalogue.units().get(*row).map(|unit| unit.code.as_typed().to_owned());
            let narrowing = Narrowing { unit, is_direct: true, month: Some(month(column)), ..Narrowing::default() };
            table.push(TableCell { row: *row, column, is_closed: !disclosure.may_show(&narrowing), tree });
        }
        let shown = publish_table(&table);
        cells.extend(table.iter().zip(shown).filter_map(|(cell, tree)| {
            catalogue.units().get(cell.row).map(|unit| IndexCell::of(unit, month(cell.column), tree))
        }));
    }
    IndexTable { survey: survey.clone(), definition: definition.clone(), cells }
}

/// Sums by month number and by the place, in the catalogue, of the first unit with the same code and name: periods of validity
/// that a reader could not tell apart are one.
fn by_name(catalogue: &Catalogue, sums: BTreeMap<GroupKey, Tally>) -> BTreeMap<(usize, i64), Tally> {
    let is_same = |a: &Unit, b: &Unit| a.code == b.code && a.name == b.name;
    let mut merged: BTreeMap<(usize, i64), Tally> = BTreeMap::new();
    for ((unit, month), tally) in sums {
        let unit = catalogue.units().iter().find(|u| u.id.0 == unit);
        let row = unit.and_then(|unit| catalogue.units().iter().position(|u| is_same(u, unit)));
        if let Some(row) = row {
            merged.entry((row, month)).or_default().merge(&tally);
        }
    }
    merged
}

/// The month of a number: year x 12 + month - 1.
fn month(number: usize) -> Calendar {
    Calendar::Month(i32::try_from(number / 12).unwrap_or(0), u32::try_from(number % 12).unwrap_or(0) + 1)
}

//! Taking the index away: written into the audit log first, then measured in one snapshot by unit and month, by unit over the whole
//! period, and for all units together, with everything hidden that may not be shown.
//!
//! What stands for all units together comes from [`crate::storage::figures`], so that it is what the dashboard shows. The rest is
//! judged by the same reader, and then as a table whose totals are known, since here they are.

use super::export_plan::{Connections, ExportPlan, definition_for};
use crate::catalog::Library;
use crate::domain::catalogue::Catalogue;
use crate::domain::export::{Ending, IndexCell, IndexTable, whole_period};
use crate::domain::form::Form;
use crate::domain::index::{Definition, Published, TableCell, measure, publish_table};
use crate::domain::narrowing::Narrowing;
use crate::domain::period::{Calendar, day_in_vietnam};
use crate::domain::survey::Survey;
use crate::domain::tally::{Layout, Tally};
use crate::domain::text::Text;
use crate::domain::unit::Unit;
use crate::storage::audit_log::{self, Actor};
use crate::storage::figures::{Asked, Reader};
use crate::storage::tallies::{Filter, GroupKey, Split, sums};
use crate::storage::{PgConnection, QueryResult, catalogue, exports, snapshot, transaction};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The index of each survey of a plan, and what the manifest tells. `flavour` is only for the audit log.
pub fn export_index(
    conns: Connections<'_>,
    now: DateTime<Utc>,
    actor: &Actor,
    plan: &ExportPlan,
    library: &Library,
    flavour: &str,
) -> QueryResult<(Vec<IndexTable>, Ending)> {
    transaction(conns.primary, |conn| {
        audit_log::insert(conn, now, actor, exports::INDEX_EXPORTED, plan.subject(), plan.detail(flavour))
    })?;
    snapshot(conns.for_reading(), |conn| {
        let catalogue = Arc::new(catalogue::load(conn)?);
        let mut tables = Vec::new();
        for survey in &plan.surveys {
            let definition = definition_for(library, survey, plan.wish.period, day_in_vietnam(now));
            let (Some(definition), Some(form)) = (definition, catalogue.form(&survey.form)) else { continue };
            let cells = cells(conn, &catalogue, plan, (survey, definition, library.counting().layout(form)))?;
            let titles = titles(definition, form);
            tables.push(IndexTable { survey: survey.clone(), definition: definition.clone(), titles, cells });
        }
        let ending = exports::ending(conn, &plan.scope, &plan.filter)?;
        Ok((tables, ending))
    })
}

fn titles(definition: &Definition, form: &Form) -> BTreeMap<String, Text> {
    let title = |node| Some((definition.title_of(node, form)?.clone(), node));
    definition.nodes.iter().filter_map(title).map(|(title, node)| (node.code.clone(), title)).collect()
}

fn cells(
    conn: &mut PgConnection,
    catalogue: &Arc<Catalogue>,
    plan: &ExportPlan,
    (survey, definition, layout): (&Survey, &Arc<Definition>, Layout),
) -> QueryResult<Vec<IndexCell>> {
    let narrowing = Narrowing {
        unit: plan.wish.unit.clone(),
        procedure: plan.wish.procedure.clone(),
        channel: plan.wish.channel,
        ..Narrowing::default()
    };
    let asked = Asked {
        catalogue: catalogue.clone(),
        kept: Arc::default(),
        scope: plan.scope.clone(),
        definition: definition.clone(),
        layout,
        survey: Some(survey.id),
        mixing: Default::default(),
        form_version: survey.form_version,
        narrowing: narrowing.clone(),
        period: plan.wish.period,
    };
    let filter = Filter { survey: Some(survey.id), form_version: Some(survey.form_version), ..plan.filter.clone() };
    let sums = by_name(catalogue, sums(conn, &asked.layout, &plan.scope, &filter, Split::UnitMonth)?);
    if sums.is_empty() {
        return Ok(Vec::new());
    }
    let mut reader = Reader::new(conn, asked.clone())?;
    let mut by_unit: BTreeMap<(usize, i64), Tally> = BTreeMap::new();
    for ((row, _), tally) in &sums {
        by_unit.entry((*row, 0)).or_default().merge(tally);
    }
    let mut table = Table { catalogue, asked: &asked, reader: &mut reader };
    let whole = whole_period(plan.wish.period);
    let mut cells = table.cells(&sums, |number| Some(month(number)), |number| month(number).to_string());
    cells.extend(table.cells(&by_unit, |_| None, |_| whole.clone()));
    let months = reader.months(conn)?.into_iter();
    cells.extend(months.map(|(month, shown)| IndexCell::of_all(month.to_string(), shown.tree)));
    cells.push(IndexCell::of_all(whole, reader.whole(conn)?.tree));
    Ok(cells)
}

/// Makes cells of sums by unit and column.
struct Table<'a> {
    catalogue: &'a Catalogue,
    asked: &'a Asked,
    reader: &'a mut Reader,
}

impl Table<'_> {
    /// The cells of units; a column has a month, or is the whole period.
    fn cells(
        &mut self,
        sums: &BTreeMap<(usize, i64), Tally>,
        month: impl Fn(usize) -> Option<Calendar>,
        period: impl Fn(usize) -> String,
    ) -> Vec<IndexCell> {
        let mut table = Vec::new();
        for ((row, number), tally) in sums {
            let Some(tree) = measure(&self.asked.definition, &self.asked.layout, tally) else { continue };
            let column = usize::try_from(*number).unwrap_or(0);
            let unit = self.catalogue.units().get(*row).map(|unit| unit.code.as_typed().to_owned());
            let narrowing = Narrowing { unit, is_direct: true, month: month(column), ..self.asked.narrowing.clone() };
            table.push(TableCell { row: *row, column, is_closed: !self.reader.may_show(&narrowing), tree });
        }
        let shown = publish_table(&table);
        let cell = |(cell, tree): (&TableCell, Published)| {
            let unit = self.catalogue.units().get(cell.row)?;
            Some(IndexCell::of(unit, period(cell.column), tree))
        };
        table.iter().zip(shown).filter_map(cell).collect()
    }
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

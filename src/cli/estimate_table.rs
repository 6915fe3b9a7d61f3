//! Estimates as tables for people at a terminal. Shares in per cent with two decimals; a figure that does not exist is a dash.

use super::table::{Side, table};
use crate::domain::estimate::{
    CompositeEstimate, CriterionEstimate, Estimate, Estimates, GroupEstimates, Halves, Interval,
};
use crate::domain::index::{Aggregation, Definition};

/// All tables, each with a line about what it shows.
pub fn tables(definition: &Definition, estimates: &Estimates) -> String {
    let level = format!("{} %", 100.0 * estimates.confidence);
    let status = if definition.status.is_empty() { String::new() } else { format!(" ({})", definition.status) };
    let Estimates { rows, degrees_of_freedom, .. } = estimates;
    let mut out = format!(
        "estimated by {}{status}, rows: {rows}, degrees of freedom: {degrees_of_freedom}\n\
         Shares in per cent; LOW and HIGH: Student t interval, {level}; DEFF: variance against simple random sampling\n\n",
        definition.name()
    );
    out.push_str(&of_nodes(definition, estimates));
    for (column, groups) in &estimates.groups {
        out.push_str(&format!(
            "\nBy {column}: the index as defined, and all answers pooled\n\n{}",
            of_groups(column, groups)
        ));
    }
    if let Some(halves) = &estimates.halves {
        out.push_str(&format!(
            "\nFirst {} rows against the rest: p of the two-proportion test, unweighted, and adjusted for making several\n\n{}",
            halves.first_rows,
            of_halves(&estimates.criteria, halves)
        ));
    }
    let alpha = estimates.alpha.alpha.map_or_else(dash, |alpha| format!("{alpha:.4}"));
    let all = per_cent(estimates.all_satisfied_share);
    out.push_str(&format!(
        "\nCronbach's alpha over {} complete rows: {alpha}\nSatisfied with everything they answered, unweighted: {all} %\n",
        estimates.alpha.complete_cases
    ));
    out
}

fn dash() -> String {
    "-".to_owned()
}

fn per_cent(share: Option<f64>) -> String {
    share.map_or_else(dash, |share| format!("{:.2}", 100.0 * share))
}

/// Share, standard error, and both ends of the interval.
fn cells(estimate: Option<Estimate>) -> [String; 4] {
    let interval: Option<Interval> = estimate.and_then(|estimate| estimate.interval);
    let parts = [estimate.map(|e| e.value), estimate.map(|e| e.se), interval.map(|i| i.0), interval.map(|i| i.1)];
    parts.map(per_cent)
}

fn columns<'a>(first: &'a str, others: &[&'a str]) -> Vec<(&'a str, Side)> {
    std::iter::once((first, Side::Left)).chain(others.iter().map(|name| (*name, Side::Right))).collect()
}

fn of_nodes(definition: &Definition, estimates: &Estimates) -> String {
    let mut rows = Vec::new();
    let depth = |code: &str| {
        let above = |code: &str| definition.nodes.iter().find(|n| n.code == code).and_then(|n| n.parent.clone());
        std::iter::successors(above(code), |parent| above(parent)).take(definition.nodes.len()).count()
    };
    for node in &definition.nodes {
        let code = format!("{:depth$}{}", "", node.code, depth = 2 * depth(&node.code));
        let mut row = vec![code];
        if node.aggregation == Aggregation::Share {
            let Some(criterion) = estimates.criteria.iter().find(|c| c.code == node.code) else { continue };
            row.extend([criterion.n.to_string(), criterion.satisfied.to_string()]);
            row.extend(cells(criterion.figures.map(|f| f.share)));
            let figures = criterion.figures;
            row.push(figures.and_then(|f| f.deff).map_or_else(dash, |deff| format!("{deff:.2}")));
            row.push(figures.map_or_else(dash, |f| format!("{:.2}", f.mean.value)));
        } else {
            let Some(composite) = estimates.composites.iter().find(|c| c.code == node.code) else { continue };
            row.extend([String::new(), String::new()]);
            row.extend(cells(composite.defined));
            row.extend([String::new(), String::new()]);
        }
        rows.push(row);
    }
    if let Some(index) = estimates.composites.first() {
        rows.extend(others(index));
    }
    table(&columns("CODE", &["N", "SATISFIED", "SHARE", "SE", "LOW", "HIGH", "DEFF", "MEAN"]), &rows)
}

/// The index by the formulas that are in use elsewhere.
fn others(index: &CompositeEstimate) -> Vec<Vec<String>> {
    let formulas = [
        ("by mean of criteria", index.mean_of_criteria, true),
        ("by mean of factors", index.mean_of_factors, index.is_above_factors),
        ("by all answers pooled", index.pooled, true),
    ];
    let row = |(name, estimate, _): (&str, Option<Estimate>, bool)| {
        let mut row = vec![name.to_owned(), String::new(), String::new()];
        row.extend(cells(estimate));
        row.extend([String::new(), String::new()]);
        row
    };
    formulas.into_iter().filter(|(_, _, shown)| *shown).map(row).collect()
}

fn of_groups(column: &str, groups: &[GroupEstimates]) -> String {
    let row = |group: &GroupEstimates| {
        let index = group.composites.first();
        let mut row = vec![group.name.clone(), group.n.to_string()];
        row.extend(cells(index.and_then(|index| index.defined)));
        row.extend(cells(index.and_then(|index| index.pooled)).into_iter().take(2));
        row
    };
    let heading = column.to_uppercase();
    let columns = columns(&heading, &["ROWS", "INDEX", "SE", "LOW", "HIGH", "POOLED", "SE"]);
    table(&columns, &groups.iter().map(row).collect::<Vec<_>>())
}

fn of_halves(criteria: &[CriterionEstimate], halves: &Halves) -> String {
    let p =
        |p: Option<f64>| p.map_or_else(dash, |p| if p < 0.00005 { "<0.0001".to_owned() } else { format!("{p:.4}") });
    let row = |(at, criterion): (usize, &CriterionEstimate)| {
        let values = [&halves.p_values, &halves.holm, &halves.benjamini_hochberg];
        std::iter::once(criterion.code.clone()).chain(values.map(|values| p(values[at]))).collect()
    };
    let rows: Vec<Vec<String>> = criteria.iter().enumerate().map(row).collect();
    table(&columns("CODE", &["P", "HOLM", "BENJAMINI-HOCHBERG"]), &rows)
}

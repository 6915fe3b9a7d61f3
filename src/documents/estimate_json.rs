//! Estimates as JSON: what `hailong estimate --json` prints. Shares are fractions of 1 with all their digits, so that other
//! programs can be compared with; a figure that does not exist is null.

use crate::domain::estimate::{
    CompositeEstimate, CriterionEstimate, CriterionFigures, Estimate, Estimates, GroupCriterion, GroupEstimates,
    Interval,
};
use crate::domain::index::Definition;
use serde_json::{Map, Value, json};

/// Names in a group that are figures, so that no column to group by can be called so.
pub const TAKEN: [&str; 8] =
    ["n", "design_df", "index", "as_defined", "mean_of_factors", "pooled", "factors", "criteria"];

/// The document. `as_defined` follows the definition; beside it stand the formulas in use elsewhere. The groups of the stratum's
/// column bear their name as `unit` too: there, strata are units.
pub fn document(definition: &Definition, stratum: Option<&str>, estimates: &Estimates) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("source", json!(concat!("hailong ", env!("CARGO_PKG_VERSION"))));
    put("definition", json!(definition.name()));
    put("formula", json!({ "vi": definition.formula.vi, "en": definition.formula.en }));
    put("status", json!(definition.status));
    put("rows", json!(estimates.rows));
    put("design_df", json!(estimates.degrees_of_freedom));
    put("level", json!(estimates.confidence));
    put("criteria", estimates.criteria.iter().map(criterion).collect());
    let (index, factors) = parts(&estimates.composites);
    put("factors", factors);
    put("index", Value::Object(index));
    for (column, groups) in &estimates.groups {
        let is_stratum = stratum == Some(column);
        put(&format!("by_{column}"), groups.iter().map(|group| of_group(column, is_stratum, group)).collect());
    }
    put("all_items_satisfied_share_unweighted", json!(estimates.all_satisfied_share));
    put("cronbach_alpha_complete_cases", json!(estimates.alpha.alpha));
    put("complete_cases", json!(estimates.alpha.complete_cases));
    if let Some(halves) = &estimates.halves {
        let order: Vec<&str> = estimates.criteria.iter().map(|criterion| criterion.code.as_str()).collect();
        let halves = json!({
            "first_rows": halves.first_rows,
            "p_values": halves.p_values,
            "holm": halves.holm,
            "benjamini_hochberg": halves.benjamini_hochberg,
            "order": order,
        });
        put("halves", halves);
    }
    Value::Object(out)
}

fn low(interval: Option<Interval>) -> Option<f64> {
    interval.map(|(low, _)| low)
}

fn high(interval: Option<Interval>) -> Option<f64> {
    interval.map(|(_, high)| high)
}

fn criterion(criterion: &CriterionEstimate) -> Value {
    let figures = criterion.figures.as_ref();
    let (share, mean) = (figures.map(|f| f.share), figures.map(|f| f.mean));
    let logit = figures.and_then(|f: &CriterionFigures| f.logit);
    let wilson = figures.and_then(|f| f.wilson);
    json!({
        "code": criterion.code,
        "n": criterion.n,
        "satisfied": criterion.satisfied,
        "counts": criterion.counts,
        "share": share.map(|share| share.value),
        "se": share.map(|share| share.se),
        "deff": figures.and_then(|f| f.deff),
        "t_low": low(share.and_then(|share| share.interval)),
        "t_high": high(share.and_then(|share| share.interval)),
        "logit_low": low(logit),
        "logit_high": high(logit),
        "mean": mean.map(|mean| mean.value),
        "mean_se": mean.map(|mean| mean.se),
        "unweighted_share": figures.map(|f| f.unweighted_share),
        "wilson_low": low(wilson),
        "wilson_high": high(wilson),
    })
}

/// An estimate's four figures, added to what an object holds already.
fn add(out: &mut Map<String, Value>, estimate: Option<Estimate>) {
    let interval = estimate.and_then(|estimate| estimate.interval);
    out.insert("share".to_owned(), json!(estimate.map(|estimate| estimate.value)));
    out.insert("se".to_owned(), json!(estimate.map(|estimate| estimate.se)));
    out.insert("t_low".to_owned(), json!(low(interval)));
    out.insert("t_high".to_owned(), json!(high(interval)));
}

fn object(estimate: Option<Estimate>) -> Value {
    let mut out = Map::new();
    add(&mut out, estimate);
    Value::Object(out)
}

/// The index, and what is between it and the criteria.
fn parts(composites: &[CompositeEstimate]) -> (Map<String, Value>, Value) {
    let composite = |composite: &CompositeEstimate| {
        let mut out = Map::new();
        out.insert("code".to_owned(), json!(composite.code));
        out.insert("as_defined".to_owned(), object(composite.defined));
        out.insert("mean_of_criteria".to_owned(), object(composite.mean_of_criteria));
        if composite.is_above_factors {
            out.insert("mean_of_factors".to_owned(), object(composite.mean_of_factors));
        }
        out.insert("pooled".to_owned(), object(composite.pooled));
        out
    };
    let mut all = composites.iter().map(composite);
    let index = all.next().unwrap_or_default();
    (index, all.map(Value::Object).collect())
}

fn of_group(column: &str, is_stratum: bool, group: &GroupEstimates) -> Value {
    let mut out = Map::new();
    out.insert(column.to_owned(), json!(group.name));
    if is_stratum {
        out.insert("unit".to_owned(), json!(group.name));
    }
    out.insert("n".to_owned(), json!(group.n));
    out.insert("design_df".to_owned(), json!(group.degrees_of_freedom));
    let (index, factors) = parts(&group.composites);
    for (name, figure) in index.into_iter().filter(|(name, _)| name != "code") {
        // The plain mean of the criteria is what the golden numbers call a group's index.
        out.insert(if name == "mean_of_criteria" { "index".to_owned() } else { name }, figure);
    }
    out.insert("factors".to_owned(), factors);
    let criterion = |criterion: &GroupCriterion| {
        let mut out = Map::new();
        out.insert("code".to_owned(), json!(criterion.code));
        out.insert("n".to_owned(), json!(criterion.n));
        out.insert("satisfied".to_owned(), json!(criterion.satisfied));
        add(&mut out, criterion.share);
        Value::Object(out)
    };
    out.insert("criteria".to_owned(), group.criteria.iter().map(criterion).collect());
    Value::Object(out)
}

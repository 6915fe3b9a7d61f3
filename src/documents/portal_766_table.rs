//! Scored measures of the national portal as CSV and as JSON. Ratios have two decimals; scores as many as they need, as the portal
//! shows them.

use crate::domain::import::PortalRow;
use crate::domain::portal_766::Hundredths;
use serde_json::{Value, json};

const COLUMNS: [&str; 7] = ["unit", "metric", "numerator", "denominator", "ratio_percent", "score", "max_score"];

/// The rows as CSV, for a terminal or a pipe: lines end as they do there.
pub fn csv(rows: &[PortalRow]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    for row in rows {
        let points = |points: Option<Hundredths>| points.map(Hundredths::short).unwrap_or_default();
        out.write_record([
            row.unit.as_str(),
            row.metric.code(),
            &row.numerator.to_string(),
            &row.denominator.to_string(),
            &row.scored.ratio.plain(),
            &points(row.scored.score),
            &points(row.metric.max_score()),
        ])?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// The rows as JSON; null where a measure is not scored.
pub fn json(rows: &[PortalRow]) -> Value {
    let row = |row: &PortalRow| {
        json!({
            "unit": row.unit,
            "metric": row.metric.code(),
            "numerator": row.numerator,
            "denominator": row.denominator,
            "ratio_percent": row.scored.ratio.number(),
            "score": row.scored.score.map(Hundredths::number),
            "max_score": row.metric.max_score().map(Hundredths::number),
        })
    };
    rows.iter().map(row).collect()
}

//! A file of the national portal's satisfaction measures: which unit, which measure, how many of how many.

use super::cells::{self, Faults};
use super::fault::{ImportFault, ImportProblem};
use super::table::{self, Row};
use crate::domain::portal_766::{Metric, Scored, score};

/// The last three are what is worked out here; in a file they are passed over.
const COLUMNS: [&str; 7] = ["unit", "metric", "numerator", "denominator", "ratio_percent", "score", "max_score"];

/// A measure of a unit, scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalRow {
    /// The unit, as it is named in the file.
    pub unit: String,
    /// The measure.
    pub metric: Metric,
    /// How many count.
    pub numerator: u64,
    /// How many there were.
    pub denominator: u64,
    /// Ratio and score.
    pub scored: Scored,
}

/// Reads a file; every row, or every problem in the order of the lines.
pub fn parse_portal_766(file: &[u8]) -> Result<Vec<PortalRow>, Vec<ImportProblem>> {
    let (raw, mut problems) = table::read(file, COLUMNS, 3);
    let mut rows = Vec::new();
    for row in raw {
        match portal_row(&row) {
            Ok(row) => rows.push(row),
            Err(found) => problems.extend(found),
        }
    }
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

fn portal_row(row: &Row<7>) -> Result<PortalRow, Vec<ImportProblem>> {
    let [unit, metric, numerator, denominator, ..] = &row.cells;
    let mut faults = Faults::new(row.line);
    let unit = cells::name(unit);
    if unit.is_empty() {
        faults.add("unit", ImportFault::Missing);
    }
    let metric = faults.keep("metric", known_metric(metric));
    let numerator = faults.keep("numerator", count(numerator));
    let denominator = faults.keep("denominator", count(denominator));
    if let (Some(metric), Some(numerator), Some(denominator)) = (metric, numerator, denominator) {
        match score(metric, numerator, denominator) {
            Ok(scored) if faults.found.is_empty() => {
                return Ok(PortalRow { unit, metric, numerator, denominator, scored });
            }
            Ok(_) => {}
            Err(_) => faults.add("numerator", ImportFault::MoreThanAll),
        }
    }
    Err(faults.found)
}

fn known_metric(cell: &str) -> Result<Metric, ImportFault> {
    match cell {
        "" => Err(ImportFault::Missing),
        code => Metric::from_code(code)
            .ok_or_else(|| ImportFault::UnknownMetric { known: Metric::ALL.iter().map(|m| m.code()).collect() }),
    }
}

/// A whole number in plain digits. Marks between thousands are refused: a dot or comma may as well be a decimal one.
fn count(cell: &str) -> Result<u64, ImportFault> {
    match cell {
        "" => Err(ImportFault::Missing),
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().map_err(|_| ImportFault::BadCount(digits.to_owned()))
        }
        other => Err(ImportFault::BadCount(other.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_scored_and_earlier_results_passed_over() {
        let file = "metric;unit;denominator;numerator;score\nPETITION_PROCESSING_ON_TIME; Sở  Ngoại vụ ;570;296;9,99\n";
        let rows = parse_portal_766(file.as_bytes()).unwrap();
        assert_eq!((rows.len(), rows[0].unit.as_str()), (1, "Sở Ngoại vụ"));
        assert_eq!(rows[0].scored.ratio.plain(), "51.93");
        assert_eq!(rows[0].scored.score.map(|s| s.short()).as_deref(), Some("3.12"));
    }

    #[test]
    fn every_bad_line_is_told_at_once() {
        let file = "unit,metric,numerator,denominator\n,X,1,2\nA,PETITION_PROCESSING_ON_TIME,3,2\n\
                    A,PETITION_PROCESSING_ON_TIME,1.000,\nA,PETITION_PROCESSING_ON_TIME,-1,99999999999999999999\n";
        let found = parse_portal_766(file.as_bytes()).unwrap_err();
        let told: Vec<(u64, &str)> = found.iter().map(|p| (p.line, p.column.as_deref().unwrap_or_default())).collect();
        let expected = [
            (2, "unit"),
            (2, "metric"),
            (3, "numerator"),
            (4, "numerator"),
            (4, "denominator"),
            (5, "numerator"),
            (5, "denominator"),
        ];
        assert_eq!(told, expected);
        assert_eq!(found[2].fault, ImportFault::MoreThanAll);
    }
}

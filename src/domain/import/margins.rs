//! Known totals from CSV: how many people of the population are in each category of a variable.

use super::cells::{self, Faults};
use super::fault::{self, ImportFault, ImportProblem};
use super::table;
use std::collections::HashMap;

const COLUMNS: [&str; 3] = ["variable", "category", "total"];

/// One known total.
#[derive(Debug, Clone, PartialEq)]
pub struct MarginRow {
    /// The variable.
    pub variable: String,
    /// The category.
    pub category: String,
    /// How many people.
    pub total: f64,
}

/// Reads totals: all rows, or every problem in the order of the lines.
pub fn parse_margins(file: &[u8]) -> Result<Vec<MarginRow>, Vec<ImportProblem>> {
    let (raw, mut problems) = table::read(file, COLUMNS, 0);
    let mut seen: HashMap<(String, String), u64> = HashMap::new();
    let mut rows = Vec::new();
    for row in raw {
        let [variable, category, total] = row.cells;
        let mut faults = Faults::new(row.line);
        let given = |cell: &str| if cell.is_empty() { Err(ImportFault::Missing) } else { Ok(cells::name(cell)) };
        let variable = faults.keep("variable", given(&variable)).unwrap_or_default();
        let category = faults.keep("category", given(&category)).unwrap_or_default();
        let number = total.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
        let total = faults.keep("total", number.ok_or(ImportFault::BadNumber(total))).unwrap_or_default();
        match seen.get(&(variable.clone(), category.clone())) {
            Some(line) => faults.add("category", ImportFault::RepeatedCategory { line: *line }),
            None => drop(seen.insert((variable.clone(), category.clone()), row.line)),
        }
        problems.extend(faults.found);
        rows.push(MarginRow { variable, category, total });
    }
    fault::sort(&mut problems, &COLUMNS);
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_read_and_faults_told() {
        let rows = parse_margins(b"variable,category,total\ngender,male,120\ngender,female,130.5\n").unwrap();
        assert_eq!(rows[1], MarginRow { variable: "gender".into(), category: "female".into(), total: 130.5 });
        let found = parse_margins(b"variable,category,total\ngender,male,x\ngender,male,1\n,a,1\n").unwrap_err();
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[1].contains("line 3, column category: the same category of this variable stands on line 2"));
    }
}

//! The index as a table: unit x period x node. A unit's rows count what was submitted to the unit itself; those of units below
//! it stand in rows of their own. Rows of the whole period, and those of all units together (unit `*`), stand apart by their
//! `period` and `unit`: whoever adds rows up takes either them or the others. `low` and `high` are the ends of the share's interval.

use super::datapackage::{Asked, Field, package, resource, to_text};
use super::zip::Archive;
use crate::domain::export::{Ending, IndexCell, IndexTable, Size};
use crate::domain::index::{LEVEL, Published, Share};
use crate::domain::text::Text;
use serde_json::json;
use std::io::{self, Write};

/// The columns.
pub const COLUMNS: [&str; 16] = [
    "survey",
    "form",
    "index",
    "unit",
    "unit_name_vi",
    "period",
    "node",
    "n",
    "satisfied",
    "share",
    "hidden",
    "node_title_vi",
    "node_title_en",
    "low",
    "high",
    "level",
];

/// What `period` may say: a month, or the first and the last day of the whole period.
const PERIOD: &str = r"^(\d{4}-\d{2}|(\d{4}-\d{2}-\d{2}|\.\.)/(\d{4}-\d{2}-\d{2}|\.\.))$";

/// The rule that the manifest tells.
const DISCLOSURE: &str = "Figures behind which fewer than five people stand are empty and marked hidden, and so are \
     the fewest others without which they could be worked out from the node above, the other months of the unit or the other \
     units of the month.";

const FILE: &str = "index.csv";

fn fields() -> Vec<Field> {
    let required = || json!({ "required": true });
    COLUMNS
        .into_iter()
        .map(|name| match name {
            "period" => Field::new(name, "string").within(json!({ "required": true, "pattern": PERIOD })),
            "n" | "satisfied" => Field::new(name, "integer").within(json!({ "minimum": 0 })),
            "share" | "low" | "high" => Field::new(name, "number").within(json!({ "minimum": 0, "maximum": 100 })),
            "level" => Field::new(name, "number").within(json!({ "minimum": 0, "maximum": 1 })),
            "hidden" => Field::new(name, "boolean").within(required()),
            _ => Field::new(name, "string").within(required()),
        })
        .collect()
}

/// Writes the archive of the index.
pub fn write<W: Write + Send + 'static>(
    inner: W,
    asked: &Asked,
    tables: &[IndexTable],
    ending: &Ending,
) -> io::Result<()> {
    let mut table = Archive::start(inner, asked.now).table(FILE, asked.flavour, &COLUMNS, Size::IsSmall)?;
    for index in tables {
        for cell in &index.cells {
            for node in cell.tree.walk() {
                table.row(row(index, cell, node))?;
            }
        }
    }
    let (archive, written) = table.finish()?;
    let key = vec!["survey", "unit", "unit_name_vi", "period", "node"];
    let resource = resource(FILE, asked.flavour, fields(), key, &written);
    let version = |index: &IndexTable| {
        let definition = &index.definition;
        json!({
            "survey": index.survey.code, "form": index.survey.form, "index": definition.name(), "status": definition.status,
            "formula": definition.formula.vi, "formula_en": definition.formula.en, "source": definition.source.vi,
            "source_en": definition.source.en,
        })
    };
    let versions = tables.iter().map(version).collect();
    let title = "Chỉ số hài lòng theo đơn vị và kỳ / Satisfaction index by unit and period";
    let package = package("index", title, asked, versions, ending, Some(DISCLOSURE), vec![resource]);
    archive.finish(&to_text(&package)?)?.flush()
}

fn row(index: &IndexTable, cell: &IndexCell, node: &Published) -> [String; 16] {
    let figures = node.figures.as_ref();
    let title = |of: fn(&Text) -> &String| index.titles.get(&node.code).map(of).cloned().unwrap_or_default();
    let interval = node.precision().map(|precision| precision.hundredths());
    let end = |hundredths: Option<i64>| hundredths.map(|h| format!("{}.{:02}", h / 100, h % 100)).unwrap_or_default();
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    [
        index.survey.code.clone(),
        index.survey.form.clone(),
        index.definition.name(),
        cell.unit.clone(),
        cell.name.vi.clone(),
        cell.period.clone(),
        node.code.clone(),
        number(figures.map(|f| f.n)),
        number(figures.map(|f| f.satisfied)),
        figures.and_then(|f| f.share.as_ref()).map(Share::plain).unwrap_or_default(),
        node.is_hidden().to_string(),
        title(|title| &title.vi),
        title(|title| &title.en),
        end(interval.map(|(low, _)| low)),
        end(interval.map(|(_, high)| high)),
        interval.map(|_| LEVEL.to_string()).unwrap_or_default(),
    ]
}

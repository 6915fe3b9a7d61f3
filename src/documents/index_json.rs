//! The tree of an index as JSON: what `hailong index --json` prints and what the API answers.
//!
//! Whether small groups are hidden is the caller's choice: the operator's own command shows everything, the API does not.

use crate::domain::index::{Definition, LEVEL, Measured, Precision, Published, Share};
use crate::domain::period::Period;
use crate::domain::survey::{Channel, Survey};
use crate::domain::text::Text;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// What the figures are about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The survey.
    pub survey: &'a Survey,
    /// The definition they were measured by.
    pub definition: &'a Definition,
    /// The days.
    pub period: Period,
    /// The code of the unit asked about, with all below it.
    pub unit: Option<&'a str>,
    /// The code of the procedure.
    pub procedure: Option<&'a str>,
    /// The channel.
    pub channel: Option<Channel>,
    /// How many submissions the figures rest on; none where that is hidden.
    pub submissions: Option<i64>,
}

/// The figures of an index, with what they are about.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IndexDocument {
    /// The survey's code.
    #[schema(example = "sipas")]
    pub survey: String,
    /// The form version answered.
    #[schema(example = "sipas_service/2022")]
    pub form: String,
    /// The index definition that the figures follow.
    #[schema(example = "sipas_service/2022")]
    pub index: String,
    /// The formula in words.
    pub formula: FormulaJson,
    /// How far the definition can be trusted to be the official one; empty where it is.
    #[schema(example = "chưa kiểm chứng")]
    pub status: String,
    /// How many submissions the figures rest on; null where that is hidden.
    pub submissions: Option<i64>,
    /// The days counted.
    pub period: PeriodJson,
    /// What was counted of them.
    pub filters: FiltersJson,
    /// The root of the tree.
    #[serde(flatten)]
    pub root: NodeJson,
}

/// A formula in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FormulaJson {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// Days from one to another, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PeriodJson {
    /// The first day; null: from the beginning.
    pub from: Option<NaiveDate>,
    /// The last day; null: without end.
    pub to: Option<NaiveDate>,
}

/// What was counted; null: all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FiltersJson {
    /// The unit, with all below it.
    pub unit: Option<String>,
    /// The procedure.
    pub procedure: Option<String>,
    /// The channel.
    pub channel: Option<String>,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NodeJson {
    /// Its code; a criterion's is its question's.
    pub code: String,
    /// How many answers it rests on; null where hidden.
    pub n: Option<i64>,
    /// How many of them are at a satisfied level; null where hidden.
    pub satisfied: Option<i64>,
    /// The share in per cent with two decimals, rounded half up; null where n is 0 or hidden.
    #[schema(example = 83.94)]
    pub share: Option<f64>,
    /// The interval of the share; null where n is 0 or hidden.
    pub interval: Option<IntervalJson>,
    /// True where the figures are hidden because few people stand behind them; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub hidden: bool,
    /// The nodes below.
    #[schema(no_recursion)]
    pub children: Vec<NodeJson>,
}

/// An interval of confidence of a share: Wilson's formula, for factors and the index with the spread between submissions. It tells of
/// chance only, not of those who did not answer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IntervalJson {
    /// The lower end in per cent with two decimals.
    #[schema(example = 81.07)]
    pub low: f64,
    /// The upper end in per cent with two decimals.
    #[schema(example = 86.52)]
    pub high: f64,
    /// The level of confidence.
    #[schema(example = 0.95)]
    pub level: f64,
}

impl IntervalJson {
    fn of(precision: &Precision) -> Self {
        let (low, high) = precision.hundredths();
        Self { low: low as f64 / 100.0, high: high as f64 / 100.0, level: LEVEL }
    }
}

/// The document of a measured tree with everything in it.
pub fn whole(about: &About<'_>, measured: &Measured) -> IndexDocument {
    document(about, open_node(measured))
}

/// The document of what may be shown.
pub fn published(about: &About<'_>, published: &Published) -> IndexDocument {
    document(about, published_node(published))
}

fn document(about: &About<'_>, root: NodeJson) -> IndexDocument {
    let Text { vi, en } = about.definition.formula.clone();
    IndexDocument {
        survey: about.survey.code.clone(),
        form: about.survey.form.clone(),
        index: about.definition.name(),
        formula: FormulaJson { vi, en },
        status: about.definition.status.clone(),
        submissions: about.submissions,
        period: PeriodJson { from: about.period.from, to: about.period.to },
        filters: FiltersJson {
            unit: about.unit.map(str::to_owned),
            procedure: about.procedure.map(str::to_owned),
            channel: about.channel.map(|c| c.code().to_owned()),
        },
        root,
    }
}

fn open_node(measured: &Measured) -> NodeJson {
    NodeJson {
        code: measured.code.clone(),
        n: Some(measured.n),
        satisfied: Some(measured.satisfied),
        share: measured.share.as_ref().map(Share::rounded),
        interval: measured.precision.as_ref().map(IntervalJson::of),
        hidden: false,
        children: measured.children.iter().map(open_node).collect(),
    }
}

fn published_node(published: &Published) -> NodeJson {
    let figures = published.figures.as_ref();
    NodeJson {
        code: published.code.clone(),
        n: figures.map(|f| f.n),
        satisfied: figures.map(|f| f.satisfied),
        share: figures.and_then(|f| f.share.as_ref()).map(Share::rounded),
        interval: published.precision().as_ref().map(IntervalJson::of),
        hidden: published.is_hidden(),
        children: published.children.iter().map(published_node).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::index::publish;

    fn leaf(code: &str, satisfied: i64, n: i64) -> Measured {
        let share = Share::of(satisfied, n);
        let precision = share.as_ref().and_then(|share| Precision::of(share.fraction(), n as f64));
        Measured { code: code.to_owned(), n, satisfied, share, precision, ..Measured::default() }
    }

    #[test]
    fn shares_have_two_decimals_and_hidden_figures_are_null() {
        let open = serde_json::to_value(open_node(&leaf("a", 8394, 10000))).unwrap();
        assert_eq!(
            open,
            serde_json::json!({
                "code": "a", "n": 10000, "satisfied": 8394, "share": 83.94,
                "interval": { "low": 83.21, "high": 84.65, "level": 0.95 }, "children": [],
            })
        );
        let empty = serde_json::to_value(open_node(&leaf("a", 0, 0))).unwrap();
        assert_eq!((&empty["share"], &empty["interval"]), (&serde_json::Value::Null, &serde_json::Value::Null));
        let hidden = serde_json::to_value(published_node(&publish(&leaf("a", 2, 3)))).unwrap();
        assert_eq!(
            hidden,
            serde_json::json!({
                "code": "a", "n": null, "satisfied": null, "share": null, "interval": null, "hidden": true, "children": [],
            })
        );
    }
}

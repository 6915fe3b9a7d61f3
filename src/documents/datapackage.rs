//! The manifest of an export: a Frictionless Data Package that says what each file holds, how much, and how it was chosen.
//!
//! What the standard has no word for stands under names of our own: `filters`, `versions`, `exclusions`, `disclosure`.

use super::csv::{Flavour, Written};
use crate::domain::export::{Ending, ExportWish};
use crate::domain::period::vietnam;
use crate::domain::survey::{Channel, Mixing};
use crate::domain::text::Text;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Value, json};

/// What an export was asked for, and when.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The moment.
    pub now: DateTime<Utc>,
    /// The flavour of the tables.
    pub flavour: Flavour,
    /// The rest.
    pub wish: ExportWish,
}

/// A manifest.
#[derive(Debug, Clone, Serialize)]
pub struct Package {
    #[serde(rename = "$schema")]
    profile: &'static str,
    name: &'static str,
    title: String,
    created: String,
    generator: String,
    flavour: &'static str,
    filters: Filters,
    versions: Vec<Value>,
    exclusions: Vec<Value>,
    synthetic_submissions: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    disclosure: Option<&'static str>,
    resources: Vec<Resource>,
}

#[derive(Debug, Clone, Serialize)]
struct Filters {
    survey: Option<String>,
    unit: Option<String>,
    procedure: Option<String>,
    channel: Option<&'static str>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    free_texts: bool,
    /// `both` where sampled and self-selected surveys stand in one file because that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'static str>,
}

/// One table of the package.
#[derive(Debug, Clone, Serialize)]
pub struct Resource {
    name: String,
    path: String,
    #[serde(rename = "type")]
    kind: &'static str,
    profile: &'static str,
    format: &'static str,
    mediatype: &'static str,
    encoding: &'static str,
    rows: u64,
    bytes: u64,
    hash: String,
    dialect: Value,
    schema: Schema,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Schema {
    fields: Vec<Field>,
    missing_values: [&'static str; 1],
    primary_key: Vec<&'static str>,
}

/// A column.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title_en: String,
    #[serde(skip_serializing_if = "Value::is_null")]
    constraints: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    categories: Vec<Value>,
}

impl Field {
    /// A column of a type of the standard.
    pub fn new(name: &str, kind: &'static str) -> Self {
        let (title, title_en) = (String::new(), String::new());
        Self { name: name.to_owned(), kind, title, title_en, constraints: Value::Null, categories: Vec::new() }
    }

    /// The same with its meaning in words.
    pub fn meaning(mut self, text: &Text) -> Self {
        self.title.clone_from(&text.vi);
        self.title_en.clone_from(&text.en);
        self
    }

    /// The same with limits to its values.
    pub fn within(mut self, constraints: Value) -> Self {
        self.constraints = constraints;
        self
    }

    /// The same with the meaning of each value.
    pub fn valued<'a>(mut self, values: impl Iterator<Item = (Value, &'a Text)>) -> Self {
        let category =
            |(value, label): (Value, &Text)| json!({ "value": value, "label": label.vi, "label_en": label.en });
        self.categories = values.map(category).collect();
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Describes a table that was written.
pub fn resource(
    path: &str,
    flavour: Flavour,
    fields: Vec<Field>,
    primary_key: Vec<&'static str>,
    written: &Written,
) -> Resource {
    let dialect = json!({
        "header": true, "delimiter": ",", "quoteChar": "\"", "doubleQuote": true, "lineTerminator": "\r\n",
        "byteOrderMark": flavour == Flavour::Excel,
    });
    Resource {
        name: path.trim_end_matches(".csv").to_lowercase(),
        path: path.to_owned(),
        kind: "table",
        profile: "tabular-data-resource",
        format: "csv",
        mediatype: "text/csv",
        encoding: "utf-8",
        rows: written.rows,
        bytes: written.bytes,
        hash: format!("sha256:{}", written.sha256),
        dialect,
        schema: Schema { fields, missing_values: [""], primary_key },
    }
}

/// Describes the whole package.
pub fn package(
    name: &'static str,
    title: &str,
    asked: &Asked,
    versions: Vec<Value>,
    ending: &Ending,
    disclosure: Option<&'static str>,
    resources: Vec<Resource>,
) -> Package {
    Package {
        profile: "https://datapackage.org/profiles/2.0/datapackage.json",
        name,
        title: title.to_owned(),
        created: asked.now.with_timezone(&vietnam()).to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        generator: format!("hailong {}", env!("CARGO_PKG_VERSION")),
        flavour: asked.flavour.code(),
        filters: Filters {
            survey: asked.wish.survey.clone(),
            unit: asked.wish.unit.clone(),
            procedure: asked.wish.procedure.clone(),
            channel: asked.wish.channel.map(Channel::code),
            from: asked.wish.period.from,
            to: asked.wish.period.to,
            free_texts: asked.wish.with_texts,
            basis: (asked.wish.survey.is_none() && asked.wish.mixing == Mixing::Together).then_some("both"),
        },
        versions,
        exclusions: ending.exclusions.iter().map(|e| json!({ "reason": e.reason, "count": e.count })).collect(),
        synthetic_submissions: ending.demo,
        disclosure,
        resources,
    }
}

/// The manifest as text.
pub fn to_text(package: &Package) -> std::io::Result<String> {
    serde_json::to_string_pretty(package).map_err(std::io::Error::other)
}

//! The page of one index: exactly what its template shows.

use super::example::Example;
use super::tree::Tree;
use crate::domain::disclosure::SMALLEST_SHOWN;
use crate::domain::form::Form;
use crate::domain::index::{Aggregation, Definition, Kind};
use crate::i18n;
use crate::web::error::WebError;
use crate::web::view::View;
use askama::Template;

#[derive(Template)]
#[template(path = "public/method/index.html")]
pub(super) struct MethodPage<'a> {
    view: &'a View,
    definition: &'a Definition,
    /// How far the formula can be trusted, in a sentence; empty where it is official.
    warning: String,
    /// Where the figures come from.
    origin: String,
    validity: String,
    /// What counts as satisfied, or what each level earns, with the words for it; nothing where no answers are counted.
    counted: Option<(String, String)>,
    smallest: i64,
    tree: Tree,
    point_sources: Vec<(&'a str, String)>,
    bands: Vec<(&'a str, String)>,
    example: Option<Example>,
}

impl<'a> MethodPage<'a> {
    /// The page of an index; the form is the one it counts, if it counts one.
    pub fn of(view: &'a View, definition: &'a Definition, form: Option<&'a Form>) -> Result<Self, WebError> {
        let warning = match definition.status.as_str() {
            "" => String::new(),
            "chưa kiểm chứng" => view.t("method-warning-unverified"),
            "ước lượng" => view.t("method-warning-estimated"),
            other => other.to_owned(),
        };
        let key = match definition.kind {
            Kind::Survey => "method-origin-survey",
            Kind::Portal => "method-origin-portal",
            Kind::Record => "method-origin-record",
        };
        let points = |n: u32| view.t1("method-points", "points", &n.to_string());
        let sources = definition.point_sources.iter();
        Ok(Self {
            view,
            definition,
            warning,
            origin: view.t(key),
            validity: validity(view, definition),
            counted: form.and_then(|form| counted(view, definition, form)),
            smallest: SMALLEST_SHOWN,
            tree: Tree::of(view, definition, form)?,
            point_sources: sources.map(|source| (view.pick(&source.title), points(source.points))).collect(),
            bands: definition.bands.iter().map(|b| (view.pick(&b.title), band_limit(view, b.from))).collect(),
            example: form.and_then(|form| Example::of(view, definition, form)),
        })
    }
}

/// How far a definition can be trusted, in a word; empty where it is official.
pub(super) fn status(view: &View, status: &str) -> String {
    match status {
        "" => String::new(),
        "chưa kiểm chứng" => view.t("unverified"),
        "ước lượng" => view.t("method-estimated"),
        other => other.to_owned(),
    }
}

/// From when to when a definition holds.
pub(super) fn validity(view: &View, definition: &Definition) -> String {
    let from = i18n::date(view.language, definition.valid_from);
    match definition.valid_to {
        None => view.t1("method-valid-from", "from", &from),
        Some(last) => view.tn("method-valid-to", &[("from", &from), ("to", &i18n::date(view.language, last))]),
    }
}

/// "Level 4 (Satisfied) or higher, of 5", by the first criterion's scale; what each level earns where criteria are points.
fn counted(view: &View, definition: &Definition, form: &Form) -> Option<(String, String)> {
    let (node, question) = definition.nodes.iter().find_map(|node| Some((node, form.question(&node.code)?)))?;
    let options = form.options(question);
    if node.aggregation == Aggregation::Points {
        let earned = options.iter().rev().filter_map(|option| {
            let points = option.points?.to_string();
            Some(view.tn("method-level-points", &[("label", view.pick(&option.label)), ("points", &points)]))
        });
        return Some((view.t("method-points-title"), earned.collect::<Vec<_>>().join("; ")));
    }
    let first = usize::from(definition.satisfied_from);
    let label = view.pick(&options.get(first.checked_sub(1)?)?.label);
    let (level, of) = (first.to_string(), options.len().to_string());
    let text = view.tn("method-satisfied-text", &[("level", &level), ("label", label), ("of", &of)]);
    Some((view.t("method-satisfied"), text))
}

fn band_limit(view: &View, from: u32) -> String {
    match from {
        0 => view.t("method-band-rest"),
        from => view.t1("method-band-from", "from", &from.to_string()),
    }
}

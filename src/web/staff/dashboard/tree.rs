//! The index as rows: factors and criteria with their share and how often each level was chosen.

use super::Subject;
use super::compare::{Compared, Nodes};
use crate::documents::svg;
use crate::domain::index::{Figures, Published, Share};
use crate::i18n;
use crate::web::error::WebError;
use crate::web::view::View;

/// One factor or criterion.
pub(super) struct TreeRow {
    pub title: String,
    pub is_factor: bool,
    pub is_hidden: bool,
    pub share: String,
    pub interval: String,
    pub n: String,
    /// Against the period before.
    pub compared: Option<Compared>,
    /// How often each level was chosen; empty where that is not shown.
    pub levels: Vec<String>,
    pub picture: String,
    value: Option<i64>,
}

/// How rows are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// As in the form, each criterion under its factor.
    Form,
    /// Criteria only, the lowest first.
    Low,
    /// Criteria only, the highest first.
    High,
}

impl Order {
    pub fn of(text: &str) -> Self {
        match text {
            "low" => Order::Low,
            "high" => Order::High,
            _ => Order::Form,
        }
    }
}

/// The names of the levels, from the lowest.
pub(super) fn level_names(subject: &Subject<'_>, view: &View) -> Vec<String> {
    let criterion = subject.definition.nodes.iter().find_map(|node| subject.form.question(&node.code));
    let options = criterion.map(|question| subject.form.options(question)).unwrap_or_default();
    options.iter().map(|option| view.pick(&option.label).to_owned()).collect()
}

/// All nodes below the root.
pub(super) fn rows(
    subject: &Subject<'_>,
    tree: &Published,
    view: &View,
    order: Order,
    compared: &Nodes,
) -> Result<Vec<TreeRow>, WebError> {
    let names = level_names(subject, view);
    let nodes = tree.walk().into_iter().skip(1);
    let row = |node| row(subject, node, view, &names, compared);
    let mut rows = nodes.map(row).collect::<Result<Vec<_>, _>>()?;
    if order != Order::Form {
        rows.retain(|row| !row.is_factor);
        // What is hidden or has no value comes last either way.
        rows.sort_by_key(|row| match (row.value, order) {
            (None, _) => (true, 0),
            (Some(value), Order::High) => (false, -value),
            (Some(value), _) => (false, value),
        });
    }
    Ok(rows)
}

fn row(
    subject: &Subject<'_>,
    node: &Published,
    view: &View,
    names: &[String],
    compared: &Nodes,
) -> Result<TreeRow, WebError> {
    let title = title(subject, view, &node.code);
    let is_factor = !node.children.is_empty();
    let Some(figures) = &node.figures else {
        let hidden = view.t("staff-hidden");
        return Ok(TreeRow {
            title,
            is_factor,
            is_hidden: true,
            share: hidden,
            interval: String::new(),
            n: String::new(),
            compared: None,
            levels: Vec::new(),
            picture: String::new(),
            value: None,
        });
    };
    let counts = counts(node, figures);
    let picture = match counts.iter().sum::<i64>() {
        0 => String::new(),
        total => svg::levels(&counts, &in_words(view, &counts, total, names)).map_err(|e| WebError::Internal(e.0))?,
    };
    Ok(TreeRow {
        title,
        is_factor,
        is_hidden: false,
        share: share_text(view, figures.share.as_ref()),
        interval: view.interval("interval-range", figures.precision),
        n: i18n::count(view.language, figures.n),
        compared: compared.of.get(&node.code).cloned(),
        levels: counts.iter().map(|count| i18n::count(view.language, *count)).collect(),
        picture,
        value: figures.share.as_ref().map(Share::hundredths),
    })
}

/// How often each level was chosen: of a criterion, or of all criteria of a factor where none is hidden.
fn counts(node: &Published, figures: &Figures) -> Vec<i64> {
    if node.children.is_empty() {
        return figures.levels.clone();
    }
    let mut sum: Vec<i64> = Vec::new();
    for child in &node.children {
        let Some(figures) = &child.figures else { return Vec::new() };
        let below = counts(child, figures);
        sum.resize(sum.len().max(below.len()), 0);
        sum.iter_mut().zip(below).for_each(|(all, one)| *all += one);
    }
    sum
}

fn in_words(view: &View, counts: &[i64], total: i64, names: &[String]) -> String {
    let part = |(name, count): (&String, &i64)| {
        let share = Share::of(*count, total);
        format!("{name}: {}", share_text(view, share.as_ref()))
    };
    names.iter().zip(counts).map(part).collect::<Vec<_>>().join("; ")
}

/// The name of a node.
pub(in crate::web::staff) fn title(subject: &Subject<'_>, view: &View, code: &str) -> String {
    let node = subject.definition.nodes.iter().find(|node| node.code == code);
    let title = node.and_then(|node| subject.definition.title_of(node, subject.form));
    title.map_or_else(|| code.to_owned(), |title| view.pick(title).to_owned())
}

/// A share as it is written; a dash where there is none.
pub(super) fn share_text(view: &View, share: Option<&Share>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| i18n::share(view.language, share))
}

/// A criterion that is low.
pub(super) struct LowRow {
    pub title: String,
    pub factor: String,
    pub share: String,
    pub interval: String,
    pub n: String,
}

/// The lowest criteria that may be shown, three at the most.
pub(super) fn lowest(subject: &Subject<'_>, tree: &Published, view: &View) -> Vec<LowRow> {
    let mut found: Vec<(i64, LowRow)> = Vec::new();
    for parent in tree.walk() {
        for node in parent.children.iter().filter(|node| node.children.is_empty()) {
            let Some(figures) = &node.figures else { continue };
            let Some(share) = &figures.share else { continue };
            let row = LowRow {
                title: title(subject, view, &node.code),
                factor: title(subject, view, &parent.code),
                share: i18n::share(view.language, share),
                interval: view.interval("interval-of-share", figures.precision),
                n: i18n::count(view.language, figures.n),
            };
            found.push((share.hundredths(), row));
        }
    }
    // With two or three criteria every one would be "low".
    if found.len() < 4 {
        return Vec::new();
    }
    found.sort_by_key(|(value, _)| *value);
    found.into_iter().take(3).map(|(_, row)| row).collect()
}

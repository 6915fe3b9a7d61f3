//! The page of a round: exactly what its template shows. What the figures hide on the dashboard is hidden here too.

use super::super::filter_form::unit_on;
use super::super::frame::Frame;
use super::{DIRECT, Data, OWN};
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::disclosure::{SMALLEST_SHOWN, is_small};
use crate::domain::estimate::{CompositeEstimate, Estimate, Estimates, GroupEstimates};
use crate::domain::form::Form;
use crate::domain::index::{Definition, Published};
use crate::domain::non_response::{RuleCode, RuleSet};
use crate::domain::period::day_in_vietnam;
use crate::domain::round::RoundFault;
use crate::domain::survey::Survey;
use crate::domain::weighting::Weighed;
use crate::i18n;
use crate::web::view::View;
use askama::Template;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a page is about.
pub(super) struct About<'a> {
    pub survey: &'a Survey,
    pub form: &'a Form,
    pub definition: &'a Definition,
    pub catalogue: &'a Catalogue,
    pub scope: &'a Scope,
    pub rules: Option<Arc<RuleSet>>,
    pub today: NaiveDate,
}

/// A line of the account.
pub(super) struct AccountLine {
    title: String,
    sheets: String,
    is_part: bool,
}

/// A line of figures.
pub(super) struct FigureLine {
    title: String,
    share: String,
    interval: String,
    n: String,
    is_hidden: bool,
    is_factor: bool,
}

/// The weights in words.
pub(super) struct WeightWords {
    range: String,
    people: String,
    effective: String,
    deff: String,
}

#[derive(Template)]
#[template(path = "staff/rounds/round.html")]
pub(super) struct RoundPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    title: String,
    index: String,
    status: String,
    /// How the sample was drawn; none where nobody was drawn yet.
    draw: Option<String>,
    /// None where so few were drawn that it would tell who answered.
    account: Option<Vec<AccountLine>>,
    rules: String,
    rules_status: String,
    /// None where nothing may be shown.
    big: Option<FigureLine>,
    has_answers: bool,
    /// Whether it is an index that a sample can be estimated for.
    can_be_estimated: bool,
    weights: Option<WeightWords>,
    notes: Vec<String>,
    rows: Vec<FigureLine>,
    units: Vec<FigureLine>,
    smallest: i64,
}

/// The figures of one group by the codes of their nodes.
type ByCode = BTreeMap<String, (Option<u64>, Option<Estimate>)>;

fn by_code(
    composites: &[CompositeEstimate],
    criteria: impl Iterator<Item = (String, u64, Option<Estimate>)>,
) -> ByCode {
    let composites = composites.iter().map(|composite| (composite.code.clone(), (None, composite.defined)));
    criteria.map(|(code, n, share)| (code, (Some(n), share))).chain(composites).collect()
}

fn of_group(group: &GroupEstimates) -> ByCode {
    let criteria = group.criteria.iter().map(|criterion| (criterion.code.clone(), criterion.n, criterion.share));
    by_code(&group.composites, criteria)
}

impl<'a> RoundPage<'a> {
    /// The page for what was read.
    pub fn of(frame: &'a Frame, about: &About<'_>, data: &Data, found: &Result<Estimates, RoundFault>) -> Self {
        let view = &frame.view;
        let estimates = found.as_ref().ok();
        let group = |column: &str, name: &str| {
            let (_, groups) = estimates?.groups.iter().find(|(known, _)| known == column)?;
            groups.iter().find(|group| group.name == name)
        };
        let own = group(OWN, OWN);
        let figures = own.map(of_group).unwrap_or_default();
        let lines = |tree: &Published, figures: &ByCode| -> Vec<FigureLine> {
            tree.walk().into_iter().map(|node| line(about, view, node, figures)).collect()
        };
        let mut rows = if own.is_some() { lines(&data.whole.tree, &figures) } else { Vec::new() };
        let is_shown = data.whole.submissions.is_some() && rows.first().is_some_and(|root| !root.is_hidden);
        let big = (is_shown && !rows.is_empty())
            .then(|| FigureLine { n: own.map(|own| count(view, own.n)).unwrap_or_default(), ..rows.remove(0) });
        let units = data.units.side_by_side.groups.iter().filter_map(|(code, shown)| {
            let name = if code.is_empty() { DIRECT } else { code.as_str() };
            let found = group("unit", name)?;
            let mut line = line(about, view, &shown.tree, &of_group(found));
            line.is_hidden |= shown.submissions.is_none();
            line.n = if line.is_hidden { String::new() } else { count(view, found.n) };
            line.title = unit_name(about, view, code);
            Some(if line.is_hidden { line.hidden(view) } else { line })
        });
        Self {
            title: view.pick(&about.survey.title).to_owned(),
            index: view.pick(&about.definition.title).to_owned(),
            status: status(view, &about.definition.status),
            draw: data.draw.as_ref().map(|draw| {
                let day = i18n::date(view.language, day_in_vietnam(draw.made_at));
                let method = view.t(&format!("round-method-{}", draw.method));
                view.tn("round-drawn", &[("day", &day), ("method", &method), ("seed", &draw.seed.to_string())])
            }),
            account: (!is_small(data.account.issued)).then(|| account(about, view, data)),
            rules: about.rules.as_ref().map(|rules| rules.version.clone()).unwrap_or_default(),
            rules_status: about.rules.as_ref().map(|rules| status(view, &rules.status)).unwrap_or_default(),
            weights: is_shown.then(|| weights(about, view, data)).flatten(),
            notes: if is_shown && *about.scope == Scope::All { notes(view, data) } else { Vec::new() },
            has_answers: own.is_some(),
            can_be_estimated: !matches!(found, Err(RoundFault::NotShares)),
            units: units.collect(),
            rows: if is_shown { rows } else { Vec::new() },
            big,
            smallest: SMALLEST_SHOWN,
            view,
            frame,
        }
    }
}

impl FigureLine {
    fn hidden(self, view: &View) -> Self {
        let share = view.t("staff-hidden");
        Self { is_hidden: true, share, interval: String::new(), n: String::new(), ..self }
    }
}

fn line(about: &About<'_>, view: &View, node: &Published, figures: &ByCode) -> FigureLine {
    let definition = about.definition;
    let title = definition.nodes.iter().find(|known| known.code == node.code);
    let title = title.and_then(|known| definition.title_of(known, about.form));
    let (n, estimate) = figures.get(&node.code).copied().unwrap_or_default();
    let line = FigureLine {
        title: title.map_or_else(|| node.code.clone(), |title| view.pick(title).to_owned()),
        share: estimate.map_or_else(|| view.t("round-no-figure"), |estimate| per_cent(view, estimate.value)),
        interval: estimate.and_then(|estimate| estimate.interval).map_or_else(String::new, |(low, high)| {
            let within = |share: f64| per_cent(view, share.clamp(0.0, 1.0));
            view.tn("round-interval", &[("low", &within(low)), ("high", &within(high))])
        }),
        n: n.map(|n| count(view, n)).unwrap_or_default(),
        is_hidden: false,
        is_factor: !node.children.is_empty(),
    };
    if node.is_hidden() { line.hidden(view) } else { line }
}

fn unit_name(about: &About<'_>, view: &View, code: &str) -> String {
    if code.is_empty() {
        return view.t("round-direct");
    }
    unit_on(about.catalogue, code, about.today).map_or_else(|| code.to_owned(), |unit| view.pick(&unit.name).to_owned())
}

fn count(view: &View, n: u64) -> String {
    i18n::count(view.language, i64::try_from(n).unwrap_or(i64::MAX))
}

fn account(about: &About<'_>, view: &View, data: &Data) -> Vec<AccountLine> {
    let account = &data.account;
    let line = |key: &str, sheets: i64| AccountLine {
        title: view.t(key),
        sheets: i18n::count(view.language, sheets),
        is_part: false,
    };
    let part = |(rule, sheets): (&RuleCode, &i64)| AccountLine {
        title: about
            .rules
            .as_ref()
            .and_then(|rules| rules.rule(*rule))
            .map_or_else(|| rule.code().to_owned(), |rule| view.pick(&rule.title).to_owned()),
        sheets: i18n::count(view.language, *sheets),
        is_part: true,
    };
    let mut lines = vec![
        line("round-issued", account.issued),
        line("round-returned", account.returned()),
        line("round-valid", account.valid),
    ];
    if !account.flagged.is_empty() {
        lines.push(line("round-flagged", account.flagged.values().sum()));
        lines.extend(account.flagged.iter().map(part));
    }
    lines.push(line("round-invalid", account.invalid_in_all()));
    lines.extend(account.invalid.iter().map(part));
    let rate = account.response_rate().map_or_else(String::new, |rate| per_cent(view, rate));
    lines.push(AccountLine { title: view.t("round-rate"), sheets: rate, is_part: false });
    lines
}

/// The weights of the answers that the reader may see.
fn weights(about: &About<'_>, view: &View, data: &Data) -> Option<WeightWords> {
    let rows = data.round.answers.iter().zip(&data.round.responses.weights);
    let own: Vec<f64> =
        rows.filter(|(answer, _)| about.scope.contains(answer.unit)).map(|(_, weight)| *weight).collect();
    let weighed = Weighed::of(&own)?;
    let (low, high) = (decimal(view, weighed.smallest), decimal(view, weighed.largest));
    Some(WeightWords {
        range: view.tn("round-weights-range", &[("low", &low), ("high", &high)]),
        people: i18n::count(view.language, weighed.people.round() as i64),
        effective: decimal(view, weighed.effective),
        deff: decimal(view, weighed.design_effect()),
    })
}

/// What the weights cannot make up for, and what was joined.
fn notes(view: &View, data: &Data) -> Vec<String> {
    let responses = &data.round.responses;
    let mut notes = Vec::new();
    if !responses.unrepresented.is_empty() {
        let people = i18n::count(view.language, responses.unrepresented_people.round() as i64);
        let strata = responses.unrepresented.join(", ");
        notes.push(view.tn("round-unrepresented", &[("strata", &strata), ("people", &people)]));
    }
    if !responses.joined.is_empty() {
        notes.push(view.t1("round-joined", "strata", &responses.joined.join("; ")));
    }
    notes
}

/// A number with two decimals as each language writes them.
fn decimal(view: &View, number: f64) -> String {
    i18n::points(view.language, (number * 100.0).round() as i64)
}

fn per_cent(view: &View, share: f64) -> String {
    view.t1("round-per-cent", "number", &decimal(view, share * 100.0))
}

fn status(view: &View, status: &str) -> String {
    match status {
        "" => String::new(),
        "chưa kiểm chứng" => view.t("unverified"),
        "ước lượng" => view.t("staff-status-estimated"),
        other => other.to_owned(),
    }
}

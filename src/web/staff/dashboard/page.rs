//! The page: exactly what its template shows.

use super::super::drivers;
use super::super::exports;
use super::super::filter_form::{FilterForm, calendar_name, within_sentence};
use super::super::filters::{FilterInput, MIXED, encoded};
use super::super::frame::Frame;
use super::super::rounds;
use super::compare;
use super::groups::{self, GroupRow, Months, line_in_words};
use super::respondents::Section;
use super::tree::{self, LowRow, TreeRow};
use super::{Before, Data, PATH, Subject};
use crate::domain::disclosure::SMALLEST_SHOWN;
use crate::domain::estimate::parts_of;
use crate::domain::period::Calendar;
use crate::domain::survey::Mixing;
use crate::i18n;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::NaiveDate;

/// The figure above all others.
pub(super) struct BigFigure {
    pub share: String,
    pub interval: String,
    pub n: String,
    pub submissions: String,
    pub sentence: String,
    pub change: String,
}

/// What there is to see.
pub(super) enum State {
    /// Figures.
    Figures(BigFigure),
    /// Too few answered.
    Hidden,
    /// Nobody answered.
    Empty,
}

impl State {
    fn has_figures(&self) -> bool {
        matches!(self, State::Figures(_))
    }
}

/// A column by which one can sort.
pub(super) struct SortLink {
    pub href: String,
    pub is_current: bool,
    pub label: String,
}

#[derive(Template)]
#[template(path = "staff/dashboard.html")]
pub(super) struct DashboardPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    filters: FilterForm,
    note: Option<String>,
    unit: String,
    survey: String,
    period: String,
    index: String,
    status: String,
    has_demo: bool,
    /// Until when the figures go, where they are not of this moment.
    as_of: Option<String>,
    /// Whether sampled and self-selected answers are added up.
    is_mixed: bool,
    /// Where a sampled survey has its weighted figures; empty for others.
    round_href: String,
    state: State,
    low: Vec<LowRow>,
    levels: Vec<String>,
    rows: Vec<TreeRow>,
    row_links: Vec<SortLink>,
    /// How many rows differ clearly from the period before; empty where there is none to compare with.
    rows_clear: String,
    units: Vec<GroupRow>,
    /// The whole, to stand above its parts.
    whole: GroupRow,
    unit_links: Vec<SortLink>,
    months: Months,
    months_in_words: String,
    channels: Vec<GroupRow>,
    /// By who answered, where the form asks about it.
    respondents: Option<Section>,
    version: String,
    formula: String,
    source: String,
    form_status: String,
    smallest: i64,
    public_href: String,
    /// What goes with satisfaction here; empty where the index has no parts to compare.
    drivers_href: String,
    /// Where these figures can be taken away; empty where the person may not.
    export_href: String,
}

impl<'a> DashboardPage<'a> {
    /// The page for what was read.
    pub fn of(
        frame: &'a Frame,
        filters: FilterForm,
        subject: &Subject<'_>,
        input: &FilterInput,
        data: &Data,
        as_of: Option<String>,
        respondents: Option<Section>,
    ) -> Result<Self, WebError> {
        let view = &frame.view;
        let (order, unit_order) = (tree::Order::of(&input.sort), groups::Order::of(&input.units));
        let months = groups::months(subject, view, &data.months)?;
        let definition = subject.definition;
        let links = |name: &str, chosen: &str, kept: (&str, &str), all: &[(&str, &str)]| {
            let link = |(value, key): &(&str, &str)| SortLink {
                href: format!("{PATH}?{}#{name}", subject.filters.query(&[kept, (name, value)])),
                is_current: *value == chosen || (value.is_empty() && !all.iter().any(|(v, _)| *v == chosen)),
                label: view.t(key),
            };
            all.iter().map(link).collect::<Vec<_>>()
        };
        let by_share = [("low", "staff-sort-low"), ("high", "staff-sort-high")];
        let row_links =
            links("sort", &input.sort, ("units", &input.units), &[&[("", "staff-sort-form")], &by_share[..]].concat());
        let unit_links = links(
            "units",
            &input.units,
            ("sort", &input.sort),
            &[&[("", "staff-sort-code")], &by_share[..], &[("size", "staff-sort-size")]].concat(),
        );
        let before = data.before.as_ref().map(|before| &before.whole.tree);
        let compared = compare::nodes(view, &data.whole.tree, before);
        Ok(Self {
            note: subject.filters.note.map(|key| view.t(key)),
            unit: subject.unit_name(frame),
            survey: subject.survey_title(frame),
            period: subject.period_words(frame),
            index: view.pick(&definition.title).to_owned(),
            status: status(view, &definition.status),
            has_demo: data.has_demo,
            as_of,
            is_mixed: subject.filters.mixing == Mixing::Together,
            round_href: subject.survey().map(rounds::address_of).unwrap_or_default(),
            state: state(subject, frame, data),
            low: tree::lowest(subject, &data.whole.tree, view),
            levels: tree::level_names(subject, view),
            rows: tree::rows(subject, &data.whole.tree, view, order, &compared)?,
            rows_clear: rows_clear(subject, view, compared.counts),
            row_links,
            units: groups::units(subject, view, (&data.whole, &data.units.side_by_side), unit_order)?,
            whole: groups::whole(view, &subject.unit_name(frame), &data.whole)?,
            unit_links,
            months_in_words: line_in_words(view, &months.rows),
            months,
            channels: groups::channels(subject, view, &data.channels)?,
            respondents,
            version: definition.name(),
            formula: view.pick(&definition.formula).to_owned(),
            source: view.pick(&definition.source).to_owned(),
            form_status: status(view, &subject.form.status),
            smallest: SMALLEST_SHOWN,
            public_href: public_address(subject),
            drivers_href: drivers_address(subject),
            export_href: export_address(subject, frame),
            view,
            frame,
            filters,
        })
    }
}

/// The citizen's page of what is shown.
fn public_address(subject: &Subject<'_>) -> String {
    match subject.filters.survey_code.as_str() {
        "" => "/".to_owned(),
        code => format!("/s/{code}"),
    }
}

/// The page of what goes with satisfaction, with these filters.
fn drivers_address(subject: &Subject<'_>) -> String {
    let has_parts = parts_of(subject.definition).is_ok();
    if has_parts { format!("{}?{}", drivers::PATH, subject.filters.query(&[])) } else { String::new() }
}

/// The page of exports with these filters in its form; empty for those who may not export.
fn export_address(subject: &Subject<'_>, frame: &Frame) -> String {
    let filters = subject.filters;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let period = filters.period;
    let pairs = [
        ("survey", filters.survey_code.clone()),
        ("basis", if filters.mixing == Mixing::Together { MIXED.to_owned() } else { String::new() }),
        ("unit", filters.unit.clone()),
        ("procedure", filters.procedure.clone()),
        ("channel", filters.channel.map(|channel| channel.code().to_owned()).unwrap_or_default()),
        ("from", day(period.from)),
        ("to", day(period.to)),
    ];
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    let query = given.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
    if frame.leads_to(exports::PATH) { format!("{}?{query}", exports::PATH) } else { String::new() }
}

/// How far something can be trusted, in words; empty where it is official.
pub(super) fn status(view: &View, status: &str) -> String {
    match status {
        "" => String::new(),
        "chưa kiểm chứng" => view.t("unverified"),
        "ước lượng" => view.t("staff-status-estimated"),
        other => other.to_owned(),
    }
}

fn state(subject: &Subject<'_>, frame: &Frame, data: &Data) -> State {
    let view = &frame.view;
    let visible = data.whole.submissions.zip(data.whole.tree.figures.as_ref());
    let Some((submissions, figures)) = visible else { return State::Hidden };
    let Some(share) = &figures.share else { return State::Empty };
    let share_text = i18n::share(view.language, share);
    let submissions = i18n::count(view.language, submissions);
    let values = [
        ("unit", subject.unit_name(frame)),
        ("period", subject.counted_words(frame)),
        ("share", share_text.clone()),
        ("submissions", submissions.clone()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    State::Figures(BigFigure {
        sentence: view.tn("staff-big-sentence", &values),
        change: change(subject, view, &submissions, data),
        share: share_text,
        interval: view.interval("interval-of-share", figures.precision),
        n: i18n::count(view.language, figures.n),
        submissions,
    })
}

/// Whether the figure differs clearly from the one of the period before, by how much, with both n; and, where the two are not
/// equally long, that they are not.
fn change(subject: &Subject<'_>, view: &View, submissions: &str, data: &Data) -> String {
    let (Some(calendar), Some(before)) = (Calendar::of(subject.filters.period), &data.before) else {
        return String::new();
    };
    let visible = before.whole.submissions.zip(before.whole.tree.figures.as_ref());
    let Some((old_submissions, Some(old))) = visible.map(|(n, figures)| (n, figures.share.as_ref())) else {
        return String::new();
    };
    let Some((key, difference)) = compare::whole(view, &data.whole.tree, &before.whole.tree) else {
        return String::new();
    };
    let values = [
        ("difference", difference),
        ("period", within_sentence(view, &calendar_name(view, calendar.previous()))),
        ("share", i18n::share(view.language, old)),
        ("before", i18n::count(view.language, old_submissions)),
        ("now", submissions.to_owned()),
    ];
    let sentence = view.tn(key, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let lengths = lengths(subject, view, data.months.len(), before);
    [sentence, lengths].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How many rows of the table differ clearly from the period before, by both ways of adjusting.
fn rows_clear(subject: &Subject<'_>, view: &View, counts: Option<[usize; 3]>) -> String {
    let (Some([all, holm, other]), Some(calendar)) = (counts, Calendar::of(subject.filters.period)) else {
        return String::new();
    };
    let [all, holm, other] = [all, holm, other].map(|number| number.to_string());
    let period = within_sentence(view, &calendar_name(view, calendar.previous()));
    view.tn("difference-rows-clear", &[("period", &period), ("holm", &holm), ("all", &all), ("other", &other)])
}

/// That two periods are not equally long: this one is not over, or something was sent in more months of one than of the other.
fn lengths(subject: &Subject<'_>, view: &View, months: usize, before: &Before) -> String {
    let mut words = Vec::new();
    if let (Some(from), Some(to)) = (subject.filters.period.from, subject.filters.period.to)
        && subject.today < to
    {
        let days = |last: NaiveDate| ((last - from).num_days() + 1).to_string();
        let values = [("passed", days(subject.today)), ("days", days(to))];
        words.push(view.tn("staff-change-unfinished", &values.each_ref().map(|(name, value)| (*name, value.as_str()))));
    }
    if months != before.months {
        let values = [("now", months.to_string()), ("before", before.months.to_string())];
        words.push(view.tn("staff-change-months", &values.each_ref().map(|(name, value)| (*name, value.as_str()))));
    }
    words.join(" ")
}

#[derive(Template)]
#[template(path = "staff/no_figures.html")]
struct NoFiguresPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    filters: Option<FilterForm>,
    text: String,
}

/// The page of a service without any survey.
pub(super) fn without_survey(frame: &Frame) -> Result<HttpResponse, WebError> {
    let text = frame.view.t("staff-no-survey");
    super::super::page(StatusCode::OK, &NoFiguresPage { view: &frame.view, frame, filters: None, text })
}

/// The page of a form for which no index is defined.
pub(super) fn without_index(frame: &Frame, filters: FilterForm) -> Result<HttpResponse, WebError> {
    let text = frame.view.t("staff-no-index");
    super::super::page(StatusCode::OK, &NoFiguresPage { view: &frame.view, frame, filters: Some(filters), text })
}

/// The page of filters that make no sense: the form as it was sent, each problem beside its field, no figures of anything else.
pub(super) fn not_understood(frame: &Frame, filters: FilterForm) -> Result<HttpResponse, WebError> {
    let text = frame.view.t("staff-filter-problems");
    let page = NoFiguresPage { view: &frame.view, frame, filters: Some(filters), text };
    super::super::page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

//! The same index for groups side by side: units, months, channels.

use super::super::filter_form::{channel_name, unit_on};
use super::super::filters::Filters;
use super::compare::{self, Compared, Standing};
use super::{PATH, Subject};
use crate::documents::svg::{self, MonthPoint, Whose};
use crate::domain::form::{Form, Question};
use crate::domain::index::{Precision, Share};
use crate::domain::period::{Calendar, Period};
use crate::domain::survey::Channel;
use crate::i18n;
use crate::storage::figures::{Shown, SideBySide};
use crate::web::error::WebError;
use crate::web::view::View;
use chrono::{Datelike, NaiveDate};

/// One group.
pub(super) struct GroupRow {
    pub name: String,
    /// Other names it bore in the period.
    pub note: String,
    /// Where its own figures are.
    pub href: String,
    pub is_hidden: bool,
    /// Whether it is the whole that the page is about, put beside its parts.
    pub is_whole: bool,
    pub submissions: String,
    pub share: String,
    pub interval: String,
    pub picture: String,
    /// What it is compared with: the month before, the rest of the units.
    pub compared: Option<Compared>,
    /// The ranks that it may have; empty where there are none.
    pub rank: String,
    precision: Option<Precision>,
    size: i64,
    value: Option<i64>,
}

fn row(view: &View, name: String, note: String, href: String, shown: &Shown) -> Result<GroupRow, WebError> {
    let empty = GroupRow {
        name,
        note,
        href,
        is_hidden: true,
        is_whole: false,
        submissions: String::new(),
        share: view.t("staff-hidden"),
        interval: String::new(),
        picture: String::new(),
        compared: None,
        rank: String::new(),
        precision: None,
        size: 0,
        value: None,
    };
    let visible = shown.submissions.zip(shown.tree.figures.as_ref());
    let Some((submissions, figures)) = visible else { return Ok(empty) };
    let value = figures.share.as_ref().map(Share::hundredths);
    let share = super::tree::share_text(view, figures.share.as_ref());
    let mut row = GroupRow {
        is_hidden: false,
        submissions: i18n::count(view.language, submissions),
        size: submissions,
        interval: view.interval("interval-range", figures.precision),
        precision: figures.precision,
        share,
        value,
        ..empty
    };
    row.picture = bar(view, &row, Whose::Other)?;
    Ok(row)
}

fn bar(view: &View, row: &GroupRow, whose: Whose) -> Result<String, WebError> {
    let Some(value) = row.value else { return Ok(String::new()) };
    let interval = view.interval("interval-in-words", row.precision);
    let words = format!("{}: {}, {interval}", row.name, row.share);
    let ends = row.precision.map(|precision| precision.hundredths());
    svg::share(value, ends, whose, &words).map_err(|e| WebError::Internal(e.0))
}

/// The whole as a row above its parts: the only one whose bar has the accent.
pub(super) fn whole(view: &View, unit: &str, shown: &Shown) -> Result<GroupRow, WebError> {
    let row = row(view, view.t1("staff-unit-whole", "unit", unit), String::new(), String::new(), shown)?;
    let picture = bar(view, &row, Whose::Own)?;
    Ok(GroupRow { is_whole: true, picture, ..row })
}

fn link(filters: &Filters, changes: &[(&str, &str)]) -> String {
    format!("{PATH}?{}", filters.query(changes))
}

/// The order of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// As the catalogue has them.
    Code,
    /// The lowest share first.
    Low,
    /// The highest share first.
    High,
    /// Most submissions first.
    Size,
}

impl Order {
    pub fn of(text: &str) -> Self {
        match text {
            "low" => Order::Low,
            "high" => Order::High,
            "size" => Order::Size,
            _ => Order::Code,
        }
    }
}

/// The units; empty where there is nothing to compare.
pub(super) fn units(
    subject: &Subject<'_>,
    view: &View,
    (whole, all): (&Shown, &SideBySide),
    order: Order,
) -> Result<Vec<GroupRow>, WebError> {
    let units = &all.groups;
    if units.iter().all(|(code, _)| code.is_empty()) {
        return Ok(Vec::new());
    }
    let itself = unit_itself(subject, view, units);
    let mut rows = Vec::with_capacity(units.len());
    for ((code, shown), standing) in units.iter().zip(compare::side_by_side(view, whole, all)) {
        let unit = unit_on(subject.catalogue, code, subject.day);
        let row = match unit {
            Some(unit) => {
                let href = link(subject.filters, &[("unit", unit.code.as_typed())]);
                let note = former_names(subject, view, code, view.pick(&unit.name));
                row(view, view.pick(&unit.name).to_owned(), note, href, shown)?
            }
            None => row(view, itself.clone(), String::new(), String::new(), shown)?,
        };
        let rank = compare::rank(view, standing.ranks);
        rows.push(GroupRow { compared: standing.against_rest, rank, ..row });
    }
    match order {
        Order::Code => {}
        Order::Size => rows.sort_by_key(|row| -row.size),
        Order::Low => rows.sort_by_key(|row| (row.value.is_none(), row.value)),
        Order::High => rows.sort_by_key(|row| (row.value.is_none(), row.value.map(|value| -value))),
    }
    Ok(rows)
}

/// What stands for the unit above the compared ones: what was sent to it and to none of them.
fn unit_itself(subject: &Subject<'_>, view: &View, units: &[(String, Shown)]) -> String {
    let below = units.iter().find_map(|(code, _)| unit_on(subject.catalogue, code, subject.day));
    let above = below.and_then(|unit| subject.catalogue.unit(unit.parent?));
    let above = above.and_then(|unit| unit_on(subject.catalogue, unit.code.as_typed(), subject.day));
    above.map_or_else(String::new, |unit| view.t1("staff-unit-itself", "unit", view.pick(&unit.name)))
}

/// The other names that a unit bore within the period, each with its last day.
fn former_names(subject: &Subject<'_>, view: &View, code: &str, name: &str) -> String {
    let Period { from, to } = subject.filters.period;
    let rows = subject.catalogue.units_of_code(code).into_iter().filter_map(|id| subject.catalogue.unit(id));
    let other = rows.filter(|unit| view.pick(&unit.name) != name);
    let within = other.filter(|unit| {
        from.is_none_or(|from| unit.valid_to.is_none_or(|last| last >= from))
            && to.is_none_or(|to| unit.valid_from <= to)
    });
    let words = within.filter_map(|unit| {
        let last = i18n::date(view.language, unit.valid_to?);
        Some(view.tn("staff-unit-former", &[("name", view.pick(&unit.name)), ("last", &last)]))
    });
    words.collect::<Vec<_>>().join("; ")
}

/// The options of a question about the respondent in the form's order, and last who did not answer it.
pub(super) fn options(
    form: &Form,
    question: &Question,
    view: &View,
    (whole, all): (&Shown, &SideBySide),
) -> Result<Vec<GroupRow>, WebError> {
    let of = |((code, shown), standing): (&(String, Shown), Standing)| {
        let option = form.options(question).iter().find(|option| option.code == *code);
        let name = option.map_or_else(|| view.t("staff-respondents-silent"), |o| view.pick(&o.label).to_owned());
        let row = row(view, name, String::new(), String::new(), shown)?;
        Ok(GroupRow { compared: standing.against_rest, ..row })
    };
    let both = all.groups.iter().zip(compare::side_by_side(view, whole, all));
    let (silent, answered): (Vec<_>, Vec<_>) = both.partition(|((code, _), _)| code.is_empty());
    answered.into_iter().chain(silent).map(of).collect()
}

/// The channels.
pub(super) fn channels(
    subject: &Subject<'_>,
    view: &View,
    channels: &[(Channel, Shown)],
) -> Result<Vec<GroupRow>, WebError> {
    let of = |(channel, shown): &(Channel, Shown)| {
        let href = link(subject.filters, &[("channel", channel.code())]);
        row(view, channel_name(view, *channel), String::new(), href, shown)
    };
    channels.iter().map(of).collect()
}

/// The months as a table and as a line; months of the period without submissions are gaps in the line.
pub(super) struct Months {
    pub rows: Vec<GroupRow>,
    pub picture: String,
}

/// The months.
pub(super) fn months(subject: &Subject<'_>, view: &View, months: &[(Calendar, Shown)]) -> Result<Months, WebError> {
    let of = |((month, shown), compared): (&(Calendar, Shown), Option<Compared>)| {
        let period = month.to_string();
        let href = link(subject.filters, &[("period", &period), ("from", ""), ("to", "")]);
        row(view, month_name(view, *month), String::new(), href, shown).map(|row| GroupRow { compared, ..row })
    };
    let rows = months.iter().zip(compare::months(view, months)).map(of).collect::<Result<Vec<_>, _>>()?;
    let (Some((first, _)), Some((last, _))) = (months.first(), months.last()) else {
        return Ok(Months { rows, picture: String::new() });
    };
    if months.len() < 2 {
        return Ok(Months { rows, picture: String::new() });
    }
    let mut points = Vec::new();
    let mut month = *first;
    while month <= *last && points.len() < 600 {
        let row = months.iter().position(|(m, _)| *m == month).and_then(|place| rows.get(place));
        let value = row.and_then(|row| row.value);
        points.push(MonthPoint {
            label: short_name(month, points.is_empty()),
            value: value.map(|value| value as f64 / 100.0),
            interval: row.and_then(|row| row.precision).map(|of| (100.0 * of.low, 100.0 * of.high)),
            text: row.map(|row| row.share.clone()).unwrap_or_default(),
            n: row.map(|row| row.submissions.clone()).unwrap_or_default(),
        });
        month = next(month);
    }
    let axis = [0, 50, 100].map(|whole| axis_name(view, whole));
    let axis = axis.each_ref().map(String::as_str);
    let title = view.t("staff-months-title");
    let picture =
        svg::months(&points, axis, &title, &line_in_words(view, &rows)).map_err(|e| WebError::Internal(e.0))?;
    Ok(Months { rows, picture })
}

fn first_day(month: Calendar) -> NaiveDate {
    month.days().from.unwrap_or_default()
}

fn month_name(view: &View, month: Calendar) -> String {
    i18n::month(view.language, first_day(month))
}

/// The month's number; with the year where one begins.
fn short_name(month: Calendar, is_first: bool) -> String {
    let first = first_day(month);
    if is_first || first.month() == 1 { first.format("%-m/%y").to_string() } else { first.month().to_string() }
}

fn next(month: Calendar) -> Calendar {
    let after = month.days().to.and_then(|last| last.succ_opt()).unwrap_or(NaiveDate::MAX);
    Calendar::month_of(after)
}

fn axis_name(view: &View, whole: i64) -> String {
    let share = Share::of(whole, 100).map(|share| i18n::share(view.language, &share)).unwrap_or_default();
    // The axis needs no decimals.
    share.replace(",00", "").replace(".00", "")
}

/// What the line shows, in words: the lowest, the highest and the last month.
pub(super) fn line_in_words(view: &View, rows: &[GroupRow]) -> String {
    let valued = || rows.iter().filter_map(|row| row.value.map(|value| (value, row)));
    let (Some((_, low)), Some((_, high))) = (valued().min_by_key(|(v, _)| *v), valued().max_by_key(|(v, _)| *v)) else {
        return String::new();
    };
    let values =
        [("low", low.share.as_str()), ("low_month", &low.name), ("high", &high.share), ("high_month", &high.name)];
    view.tn("staff-months-words", &values)
}

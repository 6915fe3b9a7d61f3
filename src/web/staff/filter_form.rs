//! The form of filters over a page of figures: every choice there is, the chosen ones marked, within the person's scope.

use super::exclusions::FieldProblem;
use super::filters::{ALL_TIME, Filters, MIXED};
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::ids::UnitId;
use crate::domain::period::{Calendar, Period, day_in_vietnam};
use crate::domain::survey::{Basis, Channel, Mixing};
use crate::domain::text::Language;
use crate::domain::unit::{Unit, UnitCode};
use crate::i18n;
use crate::web::view::View;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// One choice of a select.
pub(super) struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is the chosen one.
    pub is_chosen: bool,
}

/// Choices under a heading; the heading may be empty.
pub(super) struct ChoiceGroup {
    /// The heading.
    pub heading: String,
    /// The choices.
    pub choices: Vec<Choice>,
}

/// The form.
pub(super) struct FilterForm {
    pub surveys: Vec<Choice>,
    pub forms: Vec<Choice>,
    /// Whether sampled and self-selected answers are added up; none where the form is not asked both ways.
    pub bases: Vec<Choice>,
    pub units: Vec<Choice>,
    pub procedures: Vec<ChoiceGroup>,
    pub channels: Vec<Choice>,
    pub periods: Vec<ChoiceGroup>,
    pub from: DayField,
    pub to: DayField,
    /// The question by whose options figures are shown, kept as it is.
    pub by: String,
    /// What is chosen, in a few words.
    pub summary: String,
    problems: Vec<FieldProblem>,
}

/// A field for a day.
pub(super) struct DayField {
    /// What stands in it.
    pub value: String,
    /// Its type: where what was typed is no day, it has to stand there as text.
    pub kind: &'static str,
}

impl FilterForm {
    /// The form for some filters.
    pub fn of(filters: &Filters, catalogue: &Catalogue, scope: &Scope, view: &View, now: DateTime<Utc>) -> Self {
        let today = day_in_vietnam(now);
        let by_days = filters.period_name.is_empty();
        let day = |name: &str, day: Option<NaiveDate>, typed: &str| {
            let is_wrong = day.is_none() && filters.problems.iter().any(|(field, _)| *field == name);
            let day = day.filter(|_| by_days).map(|d| d.to_string()).unwrap_or_default();
            if is_wrong {
                DayField { value: typed.to_owned(), kind: "text" }
            } else {
                DayField { value: day, kind: "date" }
            }
        };
        let [typed_from, typed_to] = &filters.typed_days;
        let problem = |(field, key): &(&'static str, &str)| FieldProblem { field, words: view.t(key) };
        Self {
            surveys: surveys(filters, catalogue, view),
            forms: forms(filters, catalogue, view),
            bases: bases(filters, catalogue, view),
            units: units(filters, catalogue, scope, view, names_day(filters.period, today)),
            procedures: procedures(filters, catalogue, view),
            channels: channels(filters, view),
            periods: periods(filters, view, today),
            from: day("from", filters.period.from, typed_from),
            to: day("to", filters.period.to, typed_to),
            by: filters.by.clone(),
            summary: String::new(),
            problems: filters.problems.iter().map(problem).collect(),
        }
        .summed_up(filters, view)
    }

    /// With the words for what is chosen: the period, the unit, and procedure and channel where they are.
    fn summed_up(mut self, filters: &Filters, view: &View) -> Self {
        let chosen = |choices: &[Choice]| choices.iter().find(|c| c.is_chosen).map(|c| c.label.trim().to_owned());
        let unit = match filters.unit.is_empty() {
            true => Some(view.t("staff-all-units")),
            false => chosen(&self.units),
        };
        let procedure = self.procedures.iter().find_map(|group| chosen(&group.choices));
        let parts = [
            self.problems.is_empty().then(|| period_name(view, filters.period)),
            unit,
            procedure.filter(|_| !filters.procedure.is_empty()),
            filters.channel.map(|channel| channel_name(view, channel)),
        ];
        self.summary = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        self
    }

    /// What is wrong with a field.
    pub fn problem(&self, field: &str) -> Option<&str> {
        self.problems.iter().find(|problem| problem.field == field).map(|problem| problem.words.as_str())
    }

    /// Whether anything is wrong.
    pub fn is_wrong(&self) -> bool {
        !self.problems.is_empty()
    }
}

/// The day whose names are shown for a period: its last, unless that is yet to come.
pub(super) fn names_day(period: Period, today: NaiveDate) -> NaiveDate {
    period.to.map_or(today, |last| last.min(today))
}

/// A period's row that bears the name on a day, or the last before it, or the first.
pub(super) fn unit_on<'a>(catalogue: &'a Catalogue, code: &str, day: NaiveDate) -> Option<&'a Unit> {
    let rows = || catalogue.units_of_code(code).into_iter().filter_map(|id| catalogue.unit(id));
    let by_start = |unit: &&Unit| unit.valid_from;
    rows()
        .find(|unit| unit.is_valid_on(day))
        .or_else(|| rows().filter(|unit| unit.valid_from <= day).max_by_key(by_start))
        .or_else(|| rows().min_by_key(by_start))
}

fn choice(value: &str, label: String, chosen: &str) -> Choice {
    Choice { value: value.to_owned(), label, is_chosen: value == chosen }
}

fn surveys(filters: &Filters, catalogue: &Catalogue, view: &View) -> Vec<Choice> {
    let all = choice("", view.t("staff-filter-all-surveys"), &filters.survey_code);
    let of = |survey: &crate::domain::survey::Survey| {
        choice(&survey.code, view.pick(&survey.title).to_owned(), &filters.survey_code)
    };
    std::iter::once(all).chain(catalogue.surveys().iter().map(of)).collect()
}

fn forms(filters: &Filters, catalogue: &Catalogue, view: &View) -> Vec<Choice> {
    let mut names: Vec<&str> = catalogue.surveys().iter().map(|s| s.form.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let label = |name: &str| match catalogue.form(name) {
        Some(form) => {
            view.tn("staff-filter-form-name", &[("title", view.pick(&form.title)), ("version", &form.version)])
        }
        None => name.to_owned(),
    };
    names.into_iter().map(|name| choice(name, label(name), &filters.form)).collect()
}

/// Where all surveys of a form are asked for and some of them are sampled: apart, or together.
fn bases(filters: &Filters, catalogue: &Catalogue, view: &View) -> Vec<Choice> {
    let of_form = catalogue.surveys().iter().filter(|survey| survey.form_version == filters.form_version);
    let bases: BTreeSet<Basis> = of_form.map(|survey| survey.basis).collect();
    if filters.survey.is_some() || bases.len() < 2 {
        return Vec::new();
    }
    let chosen = if filters.mixing == Mixing::Together { MIXED } else { "" };
    vec![choice("", view.t("staff-basis-apart"), chosen), choice(MIXED, view.t("staff-basis-both"), chosen)]
}

/// The units of the scope as a tree that is read by indents, one entry a code.
fn units(filters: &Filters, catalogue: &Catalogue, scope: &Scope, view: &View, day: NaiveDate) -> Vec<Choice> {
    let mut found: BTreeMap<Vec<&str>, (usize, UnitId)> = BTreeMap::new();
    for unit in catalogue.units().iter().filter(|unit| scope.contains(unit.id)) {
        let inside = catalogue.line_of(unit.id).into_iter().rev().filter(|above| scope.contains(*above));
        let path: Vec<&str> = inside.filter_map(|id| catalogue.unit(id)).map(|u| u.code.key()).collect();
        found.insert(path.clone(), (path.len() - 1, unit.id));
    }
    let chosen = UnitCode::parse(&filters.unit).map(|c| c.key().to_owned()).unwrap_or_default();
    let mut choices = vec![choice("", view.t("staff-filter-all-units"), &filters.unit)];
    for (depth, id) in found.into_values() {
        let Some(unit) = catalogue.unit(id) else { continue };
        let named = unit_on(catalogue, unit.code.as_typed(), day).unwrap_or(unit);
        let indent = "\u{2003}".repeat(depth);
        let code = unit.code.as_typed();
        choices.push(Choice {
            value: code.to_owned(),
            label: format!("{indent}{}", view.pick(&named.name)),
            is_chosen: unit.code.key() == chosen,
        });
    }
    choices
}

fn procedures(filters: &Filters, catalogue: &Catalogue, view: &View) -> Vec<ChoiceGroup> {
    let mut fields: BTreeMap<&str, Vec<Choice>> = BTreeMap::new();
    let mut seen: Vec<String> = Vec::new();
    // The last period of a procedure's validity comes last and bears the name.
    for procedure in catalogue.procedures().iter().rev() {
        let code = procedure.code.to_lowercase();
        if !seen.contains(&code) {
            let label = view.pick(&procedure.name).to_owned();
            let chosen = choice(&procedure.code, label, &filters.procedure);
            fields.entry(view.pick(&procedure.field)).or_default().insert(0, chosen);
            seen.push(code);
        }
    }
    let all = choice("", view.t("staff-filter-all-procedures"), &filters.procedure);
    let group = |(heading, choices): (&str, Vec<Choice>)| ChoiceGroup { heading: heading.to_owned(), choices };
    let first = ChoiceGroup { heading: String::new(), choices: vec![all] };
    std::iter::once(first).chain(fields.into_iter().map(group)).collect()
}

/// The name of a channel.
pub(super) fn channel_name(view: &View, channel: Channel) -> String {
    view.t(&format!("staff-channel-{}", channel.code()))
}

fn channels(filters: &Filters, view: &View) -> Vec<Choice> {
    let chosen = filters.channel.map(Channel::code).unwrap_or_default();
    let all = choice("", view.t("staff-filter-all-channels"), chosen);
    let of = |channel: Channel| choice(channel.code(), channel_name(view, channel), chosen);
    std::iter::once(all).chain(Channel::ALL.into_iter().map(of)).collect()
}

/// A calendar period in words.
pub(super) fn calendar_name(view: &View, calendar: Calendar) -> String {
    let year = |y: i32| y.to_string();
    match calendar {
        Calendar::Year(y) => view.t1("staff-period-year", "year", &year(y)),
        Calendar::Half(y, n) => view.t1(&format!("staff-period-half-{n}"), "year", &year(y)),
        Calendar::Quarter(y, n) => {
            let roman = ["I", "II", "III", "IV"].get(n as usize - 1).copied().unwrap_or_default();
            view.tn("staff-period-quarter", &[("quarter", roman), ("number", &n.to_string()), ("year", &year(y))])
        }
        Calendar::Month(y, n) => {
            let first = NaiveDate::from_ymd_opt(y, n, 1).unwrap_or_default();
            view.t1("staff-period-month", "month", &i18n::month(view.language, first))
        }
    }
}

/// A period in words, whatever it is.
pub(super) fn period_name(view: &View, period: Period) -> String {
    if let Some(calendar) = Calendar::of(period) {
        return calendar_name(view, calendar);
    }
    let day = |day: NaiveDate| i18n::date(view.language, day);
    match (period.from, period.to) {
        (None, None) => view.t("staff-period-all"),
        (Some(from), None) => view.t1("staff-period-since", "from", &day(from)),
        (None, Some(to)) => view.t1("staff-period-until", "to", &day(to)),
        (Some(from), Some(to)) => view.tn("staff-period-days", &[("from", &day(from)), ("to", &day(to))]),
    }
}

/// A name of a period as it stands within a sentence.
pub(super) fn within_sentence(view: &View, name: &str) -> String {
    let mut letters = name.chars();
    match (view.language, letters.next()) {
        (Language::Vi, Some(first)) => first.to_lowercase().chain(letters).collect(),
        _ => name.to_owned(),
    }
}

fn periods(filters: &Filters, view: &View, today: NaiveDate) -> Vec<ChoiceGroup> {
    let year = today.year();
    let begun = |calendar: &Calendar| calendar.days().from.is_some_and(|first| first <= today);
    let years: Vec<Calendar> = (0..3).map(|back| Calendar::Year(year - back)).collect();
    let parts = |count: u32, of: fn(i32, u32) -> Calendar| -> Vec<Calendar> {
        let both = [year, year - 1].into_iter();
        both.flat_map(|y| (1..=count).rev().map(move |n| of(y, n))).filter(begun).collect()
    };
    let mut groups = vec![
        ("staff-period-years", years),
        ("staff-period-halves", parts(2, Calendar::Half)),
        ("staff-period-quarters", parts(4, Calendar::Quarter)),
        ("staff-period-months", parts(12, Calendar::Month)),
    ];
    let chosen = Calendar::parse(&filters.period_name);
    if let Some(other) = chosen.filter(|c| !groups.iter().any(|(_, all)| all.contains(c))) {
        groups.push(("staff-period-other", vec![other]));
    }
    let named = |calendar: Calendar| choice(&calendar.to_string(), calendar_name(view, calendar), &filters.period_name);
    let mut first = vec![choice(ALL_TIME, view.t("staff-period-all"), &filters.period_name)];
    if filters.period_name.is_empty() {
        first.insert(0, choice("", view.t("staff-period-by-days"), ""));
    }
    let first = ChoiceGroup { heading: String::new(), choices: first };
    let group = |(key, all): (&str, Vec<Calendar>)| ChoiceGroup {
        heading: view.t(key),
        choices: all.into_iter().map(named).collect(),
    };
    std::iter::once(first).chain(groups.into_iter().map(group)).collect()
}

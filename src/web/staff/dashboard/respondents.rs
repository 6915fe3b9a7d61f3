//! The same index by who answered: one question about the respondent at a time, option by option.

use super::groups::{self, GroupRow};
use super::page::{SortLink, status};
use super::{Data, PATH, Subject};
use crate::domain::form::{Form, Question};
use crate::domain::period::{Calendar, Period};
use crate::domain::respondents::Breakdown;
use crate::web::error::WebError;
use crate::web::staff::filters::{ALL_TIME, FilterInput};
use crate::web::view::View;
use chrono::Datelike;

/// The questions about the respondent that a form asks, and the chosen one.
pub(super) struct Asking<'a> {
    form: &'a Form,
    questions: Vec<&'a Question>,
    chosen: &'a Question,
    place: i16,
}

impl<'a> Asking<'a> {
    /// The questions with the one of a code chosen, else the first; nothing where there is none.
    pub fn of(form: &'a Form, breakdowns: Vec<Breakdown>, code: &str) -> Option<Self> {
        let asked = |breakdown: &Breakdown| Some((form.question(&breakdown.question)?, breakdown.place));
        let asked: Vec<(&Question, i16)> = breakdowns.iter().filter_map(asked).collect();
        let (chosen, place) = *asked.iter().find(|(question, _)| question.code == code).or(asked.first())?;
        Some(Self { form, questions: asked.into_iter().map(|(question, _)| question).collect(), chosen, place })
    }

    /// The place of the chosen question, and the codes of its options.
    pub fn options(&self) -> (i16, Vec<String>) {
        (self.place, self.form.options(self.chosen).iter().map(|option| option.code.clone()).collect())
    }
}

/// What the page shows of it.
pub(super) struct Section {
    pub links: Vec<SortLink>,
    /// What the chosen question asks.
    pub question: String,
    pub status: String,
    /// Option by option; nothing where the filters go further than groups are counted.
    pub rows: Option<Vec<GroupRow>>,
    /// The same page without those filters.
    pub wider_href: String,
}

impl Section {
    pub fn of(
        asking: &Asking<'_>,
        subject: &Subject<'_>,
        view: &View,
        input: &FilterInput,
        data: &Data,
    ) -> Result<Self, WebError> {
        let kept = [("sort", input.sort.as_str()), ("units", input.units.as_str())];
        let link = |question: &&Question| SortLink {
            href: format!("{PATH}?{}#by", subject.filters.query(&[&kept[..], &[("by", &question.code)]].concat())),
            is_current: question.code == asking.chosen.code,
            label: view.pick(&question.text).to_owned(),
        };
        let rows = match &data.options {
            Some(all) => Some(groups::options(asking.form, asking.chosen, view, (&data.whole, all))?),
            None => None,
        };
        let mut wider = vec![("procedure", ""), ("channel", "")];
        let period = period_around(subject.filters.period);
        if let Some(name) = &period {
            wider.extend([("period", name.as_str()), ("from", ""), ("to", "")]);
        }
        Ok(Self {
            links: asking.questions.iter().map(link).collect(),
            question: view.pick(&asking.chosen.text).to_owned(),
            status: status(view, &asking.chosen.status),
            rows,
            wider_href: format!("{PATH}?{}#by", subject.filters.query(&wider)),
        })
    }
}

/// The name of the year or of all time around days chosen by hand; nothing for other periods.
fn period_around(period: Period) -> Option<String> {
    if Calendar::of(period).is_some() || period == Period::default() {
        return None;
    }
    let year = period.from.zip(period.to).filter(|(from, to)| from.year() == to.year());
    Some(year.map_or_else(|| ALL_TIME.to_owned(), |(from, _)| Calendar::Year(from.year()).to_string()))
}

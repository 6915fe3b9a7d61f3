//! The dashboard: one index in one period, first as one figure, then where it is low, then everything else.
//!
//! All figures come from [`crate::storage::figures`], which hides small groups; nothing is computed from hidden ones here.

mod compare;
mod groups;
mod page;
mod respondents;
mod tree;

pub(in crate::web::staff) use tree::title;

use super::filter_form::{FilterForm, channel_name, names_day, period_name, unit_on, within_sentence};
use super::filters::{FilterInput, Filters};
use super::frame::{Frame, scope_name};
use super::freshness;
use super::guard::SignedIn;
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::form::Form;
use crate::domain::index::Definition;
use crate::domain::period::{Calendar, day_in_vietnam};
use crate::domain::survey::{Channel, Survey};
use crate::domain::tally::Layout;
use crate::storage::figures::{Asked, Reader, Shown, SideBySide, Units};
use crate::storage::{PgConnection, QueryResult, at_one_moment, submissions};
use crate::web::error::WebError;
use crate::web::{App, AppData};
use actix_web::http::StatusCode;
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{NaiveDate, Utc};
use std::sync::Arc;

/// Its path.
pub(in crate::web::staff) const PATH: &str = "/staff";

/// What a page shows, read at one moment.
struct Data {
    whole: Shown,
    before: Option<Before>,
    units: Units,
    months: Vec<(Calendar, Shown)>,
    channels: Vec<(Channel, Shown)>,
    /// By the options of a question about the respondent; nothing where there is none, or where they are not told.
    options: Option<SideBySide>,
    has_demo: bool,
}

/// The period before.
struct Before {
    whole: Shown,
    /// In how many of its months something was sent.
    months: usize,
}

/// What figures are about.
pub(in crate::web::staff) struct Subject<'a> {
    pub catalogue: &'a Catalogue,
    pub filters: &'a Filters,
    pub form: &'a Form,
    pub definition: &'a Definition,
    /// The day whose names of units are shown.
    pub day: NaiveDate,
    /// Today.
    pub today: NaiveDate,
    /// The name of all that the person sees.
    pub scope_name: String,
}

/// The definition by which filters are counted: the one in force at the end of the period, else today's.
pub(in crate::web::staff) fn definition_for(app: &App, filters: &Filters, today: NaiveDate) -> Option<Arc<Definition>> {
    let on = |day| app.library.index_for_form(&filters.form, day);
    on(names_day(filters.period, today)).or_else(|| on(today)).cloned()
}

/// What is asked of the figures.
pub(in crate::web::staff) fn asked(
    app: &App,
    catalogue: &Arc<Catalogue>,
    scope: Scope,
    filters: &Filters,
    layout: Layout,
    definition: Arc<Definition>,
) -> Asked {
    Asked {
        catalogue: catalogue.clone(),
        kept: app.kept_sizes.clone(),
        scope,
        definition,
        layout,
        survey: filters.survey,
        mixing: filters.mixing,
        form_version: filters.form_version,
        narrowing: filters.narrowing(),
        period: filters.period,
    }
}

/// Shows the dashboard.
pub(in crate::web::staff) async fn show(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Query<FilterInput>,
) -> Result<HttpResponse, WebError> {
    let (now, catalogue) = (Utc::now(), app.shelf.get());
    let (today, scope) = (day_in_vietnam(now), who.scope(&catalogue));
    let frame = Frame::of(&app, &request, &who);
    let Some(filters) = Filters::read(&input, &catalogue, &scope, now)? else {
        return page::without_survey(&frame);
    };
    if !filters.problems.is_empty() {
        return page::not_understood(&frame, FilterForm::of(&filters, &catalogue, &scope, &frame.view, now));
    }
    let filter_form = FilterForm::of(&filters, &catalogue, &scope, &frame.view, now);
    let (Some(form), Some(definition)) = (catalogue.form(&filters.form), definition_for(&app, &filters, today)) else {
        return page::without_index(&frame, filter_form);
    };
    let layout = app.library.counting().layout(form);
    let asking = respondents::Asking::of(form, app.library.counting().breakdowns(form, &layout), &filters.by);
    let options = asking.as_ref().map(respondents::Asking::options);
    let question = asked(&app, &catalogue, scope, &filters, layout, definition.clone());
    let reading = app.db.read(move |conn| at_one_moment(conn, |conn| read(conn, question.clone(), &options))).await?;
    let (data, as_of) = (reading.value, freshness::note(&frame.view, now, reading.age));
    let day = names_day(filters.period, today);
    let scope_name = scope_name(&catalogue, &who, &frame.view, &data.units.with_data, day);
    let subject =
        Subject { catalogue: &catalogue, filters: &filters, form, definition: &definition, day, today, scope_name };
    let respondents = match &asking {
        Some(asking) => Some(respondents::Section::of(asking, &subject, &frame.view, &input, &data)?),
        None => None,
    };
    let page = page::DashboardPage::of(&frame, filter_form, &subject, &input, &data, as_of, respondents)?;
    super::page(StatusCode::OK, &page)
}

fn read(conn: &mut PgConnection, asked: Asked, by: &Option<(i16, Vec<String>)>) -> QueryResult<Data> {
    let before = Calendar::of(asked.period).map(Calendar::previous);
    let mut reader = Reader::new(conn, asked)?;
    reader.look_ahead();
    let (whole, units) = (reader.whole(conn)?, reader.units(conn)?);
    let (channels, months) = (reader.channels(conn)?, reader.months(conn)?);
    let options = match by {
        Some((place, options)) => reader.options(conn, (*place, options))?,
        None => None,
    };
    let before = match before {
        Some(calendar) => {
            reader.turn_to(calendar);
            Some(Before { whole: reader.whole(conn)?, months: reader.count_months() })
        }
        None => None,
    };
    Ok(Data { whole, before, units, months, channels, options, has_demo: submissions::has_demo(conn)? })
}

impl Subject<'_> {
    /// The name of what is shown: a unit, or all that the person sees.
    pub fn unit_name(&self, frame: &Frame) -> String {
        unit_on(self.catalogue, &self.filters.unit, self.day)
            .map_or_else(|| self.scope_name.clone(), |unit| frame.view.pick(&unit.name).to_owned())
    }

    /// The title of the survey, or of the form that several surveys ask.
    pub fn survey_title(&self, frame: &Frame) -> String {
        let survey = self.catalogue.survey(&self.filters.survey_code);
        survey.map_or_else(
            || frame.view.t1("staff-all-surveys-of", "form", frame.view.pick(&self.form.title)),
            |survey| frame.view.pick(&survey.title).to_owned(),
        )
    }

    /// The survey, where it is one.
    pub fn survey(&self) -> Option<&Survey> {
        self.catalogue.survey(&self.filters.survey_code)
    }

    /// The period in words.
    pub fn period_words(&self, frame: &Frame) -> String {
        period_name(&frame.view, self.filters.period)
    }

    /// What is counted apart from survey and unit, as it stands within a sentence: the period, the procedure, the channel.
    pub fn counted_words(&self, frame: &Frame) -> String {
        let view = &frame.view;
        let filters = self.filters;
        let procedure = self.catalogue.procedures_of_code(&filters.procedure).into_iter().next_back();
        let procedure = procedure.and_then(|id| self.catalogue.procedure(id));
        let parts = [
            Some(within_sentence(view, &self.period_words(frame))),
            procedure.map(|procedure| view.t1("staff-counted-procedure", "procedure", view.pick(&procedure.name))),
            filters.channel.map(|channel| view.t1("staff-counted-channel", "channel", &channel_name(view, channel))),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

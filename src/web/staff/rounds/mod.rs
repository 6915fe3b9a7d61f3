//! Rounds: the surveys of people who were drawn, and each with its account, its weights and its figures for the whole population.
//!
//! What may be shown is judged by [`crate::storage::figures`] on the same answers, so that this page hides what the dashboard does.

mod page;

use super::dashboard;
use super::filters::{FilterInput, Filters};
use super::frame::Frame;
use super::guard::SignedIn;
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::estimate::Labels;
use crate::domain::ids::{SurveyId, UnitId};
use crate::domain::non_response::Account;
use crate::domain::period::day_in_vietnam;
use crate::domain::round::{Round, RoundFault};
use crate::domain::survey::{Basis, Survey};
use crate::i18n;
use crate::storage::draws::{self, DrawRecord};
use crate::storage::figures::{Asked, Reader, Shown, Units};
use crate::storage::{PgConnection, QueryResult, at_one_moment, rounds};
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;
use std::collections::HashMap;
use std::sync::Arc;

/// The list.
pub(super) const PATH: &str = "/staff/rounds";
/// One round.
pub(super) const ROUND_PATH: &str = "/staff/rounds/{survey}";

/// The level of confidence of the intervals.
const CONFIDENCE: f64 = 0.95;
/// The group of all answers that the reader may see.
const OWN: &str = "own";
/// The group of what was sent to the unit above the others itself.
const DIRECT: &str = "direct";

/// Where a sampled survey has its figures; empty for others.
pub(in crate::web::staff) fn address_of(survey: &Survey) -> String {
    if survey.basis == Basis::Sampled { format!("{PATH}/{}", survey.code) } else { String::new() }
}

#[derive(Template)]
#[template(path = "staff/rounds/list.html")]
struct ListPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    rounds: Vec<RoundLine>,
}

struct RoundLine {
    title: String,
    href: String,
    code: String,
    opens: String,
    closes: String,
}

/// Shows the list.
pub(super) async fn list(app: AppData, request: HttpRequest, who: SignedIn) -> Result<HttpResponse, WebError> {
    let (frame, catalogue) = (Frame::of(&app, &request, &who), app.shelf.get());
    let view = &frame.view;
    let day = |moment| i18n::date(view.language, day_in_vietnam(moment));
    let line = |survey: &Survey| RoundLine {
        title: view.pick(&survey.title).to_owned(),
        href: address_of(survey),
        code: survey.code.clone(),
        opens: day(survey.opens_at),
        closes: survey.closes_at.map(day).unwrap_or_default(),
    };
    let sampled = catalogue.surveys().iter().filter(|survey| survey.basis == Basis::Sampled);
    super::page(StatusCode::OK, &ListPage { view, frame: &frame, rounds: sampled.map(line).collect() })
}

/// What a round's page shows, read at one moment.
struct Data {
    account: Account,
    draw: Option<DrawRecord>,
    round: Round,
    whole: Shown,
    units: Units,
}

fn read(conn: &mut PgConnection, survey: SurveyId, asked: Asked) -> QueryResult<Data> {
    let scope = asked.scope.clone();
    let mut reader = Reader::new(conn, asked)?;
    Ok(Data {
        account: rounds::account(conn, &scope, survey)?,
        draw: draws::of_survey(conn, survey)?.map(|(_, record)| record),
        round: Round::of(rounds::answers(conn, survey)?, &rounds::issued(conn, survey)?),
        whole: reader.whole(conn)?,
        units: reader.units(conn)?,
    })
}

/// Shows one round.
pub(super) async fn show(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    code: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let (now, catalogue) = (Utc::now(), app.shelf.get());
    let survey = catalogue.survey(&code).filter(|survey| survey.basis == Basis::Sampled).ok_or(WebError::NotFound)?;
    let scope = who.scope(&catalogue);
    let frame = Frame::of(&app, &request, &who);
    let input = FilterInput::all_of(&survey.code);
    let filters = Filters::read(&input, &catalogue, &scope, now)?.ok_or(WebError::NotFound)?;
    let today = day_in_vietnam(now);
    let form = catalogue.form(&survey.form).ok_or(WebError::NotFound)?;
    let definition = dashboard::definition_for(&app, &filters, today).ok_or(WebError::NotFound)?;
    let asked = dashboard::asked(
        &app,
        &catalogue,
        scope.clone(),
        &filters,
        app.library.counting().layout(form),
        definition.clone(),
    );
    let id = survey.id;
    let (data, estimates) = app
        .db
        .run(move |conn| {
            let (catalogue, scope, definition) =
                (asked.catalogue.clone(), asked.scope.clone(), asked.definition.clone());
            let data = at_one_moment(conn, |conn| read(conn, id, asked))?;
            let labels = labels(&catalogue, &scope, &data);
            // Here, and not where pages are served: a large round takes a while.
            let estimates = data.round.estimate(&definition, data.round.responses.weights.clone(), labels, CONFIDENCE);
            Ok((data, estimates))
        })
        .await?;
    if let Err(fault @ (RoundFault::Design(_) | RoundFault::Estimate(_))) = &estimates {
        tracing::error!(%fault, survey = survey.code, "a round cannot be estimated");
    }
    let rules = app.library.rules_on(today).cloned();
    let about =
        page::About { survey, form, definition: &definition, catalogue: &catalogue, scope: &scope, rules, today };
    super::page(StatusCode::OK, &page::RoundPage::of(&frame, &about, &data, &estimates))
}

/// The groups: all that the reader may see, and the units side by side as the dashboard has them.
fn labels(catalogue: &Catalogue, scope: &Scope, data: &Data) -> Vec<(String, Arc<Labels>)> {
    let mut of_unit: HashMap<UnitId, &str> = HashMap::new();
    for (code, _) in data.units.side_by_side.groups.iter().filter(|(code, _)| !code.is_empty()) {
        of_unit.extend(catalogue.subtree_of_code(code).into_iter().map(|unit| (unit, code.as_str())));
    }
    let seen = |unit: UnitId| scope.contains(unit);
    let answers = &data.round.answers;
    let own = answers.iter().map(|answer| if seen(answer.unit) { OWN } else { "" });
    let units = answers.iter().map(|answer| match of_unit.get(&answer.unit) {
        Some(code) if seen(answer.unit) => code,
        None if seen(answer.unit) => DIRECT,
        _ => "",
    });
    vec![(OWN.to_owned(), Arc::new(Labels::of(own))), ("unit".to_owned(), Arc::new(Labels::of(units)))]
}

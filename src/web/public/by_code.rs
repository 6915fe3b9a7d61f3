//! Surveys of people who were drawn: their code opens the form, once, for the unit and the procedure that they were drawn for.
//!
//! Without a code there is a page to type it into; it says no more than whether the code can be used.

use super::page;
use crate::domain::catalogue::Catalogue;
use crate::domain::period::day_in_vietnam;
use crate::domain::sample_code::SampleCode;
use crate::domain::survey::Survey;
use crate::storage::draws;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};

/// Why a form does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No code was given.
    Missing,
    /// It is no code, or nobody was drawn with it.
    Unknown,
    /// It was used before.
    Used,
}

#[derive(Template)]
#[template(path = "public/by_code.html")]
struct CodePage<'a> {
    view: &'a View,
    survey: &'a Survey,
    action: String,
    typed: &'a str,
    problem: Option<String>,
}

/// The codes of unit and procedure for which the holder of a code was drawn.
pub async fn place_of(
    app: &App,
    catalogue: &Catalogue,
    survey: &Survey,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<Result<(String, String), Refusal>, WebError> {
    if typed.trim().is_empty() {
        return Ok(Err(Refusal::Missing));
    }
    let Some(code) = SampleCode::parse(typed) else { return Ok(Err(Refusal::Unknown)) };
    let (id, hash) = (survey.id, code.hash(&app.secret));
    let Some(holder) = app.db.run(move |conn| draws::holder(conn, id, &hash)).await? else {
        return Ok(Err(Refusal::Unknown));
    };
    if holder.is_used {
        return Ok(Err(Refusal::Used));
    }
    let day = day_in_vietnam(now);
    let unit = catalogue.unit(holder.unit).map_or("", |unit| unit.code.as_typed());
    let unit = catalogue.unit_or_successor(unit, day).ok_or(Refusal::Unknown);
    let procedure = holder.procedure.and_then(|id| catalogue.procedure(id));
    // What the unit no longer receives is not shown; the frame keeps it.
    let shown = |unit| {
        catalogue.procedures_of(unit, day).into_iter().find(|p| procedure.is_some_and(|own| p.has_code(&own.code)))
    };
    Ok(unit.map(|unit| {
        let procedure = shown(unit.id).map(|procedure| procedure.code.clone()).unwrap_or_default();
        (unit.code.as_typed().to_owned(), procedure)
    }))
}

/// The page to type a code into.
pub fn ask(view: &View, survey: &Survey, typed: &str, refusal: Refusal) -> Result<HttpResponse, WebError> {
    let (status, problem) = match refusal {
        Refusal::Missing => (StatusCode::OK, None),
        Refusal::Unknown => (StatusCode::NOT_FOUND, Some(view.t("code-unknown"))),
        Refusal::Used => (StatusCode::CONFLICT, Some(view.t("code-used"))),
    };
    page(status, &CodePage { view, survey, action: format!("/s/{}", survey.code), typed, problem })
}

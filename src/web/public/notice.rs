//! A page that says one thing and where to go from there: not open yet, sent before with other answers.

use super::page;
use crate::domain::period::vietnam;
use crate::domain::survey::Survey;
use crate::i18n;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

#[derive(Template)]
#[template(path = "public/notice.html")]
struct NoticePage<'a> {
    view: &'a View,
    title: String,
    text: String,
    link: String,
    link_text: String,
}

/// The page of a survey that opens later.
pub fn not_open_yet(view: &View, survey: &Survey, status: StatusCode) -> Result<HttpResponse, WebError> {
    let opens = survey.opens_at.with_timezone(&vietnam());
    let day = i18n::date(view.language, opens.date_naive());
    let time = opens.format("%H:%M").to_string();
    let notice = NoticePage {
        view,
        title: view.pick(&survey.title).to_owned(),
        text: view.tn("survey-opens", &[("day", &day), ("time", &time)]),
        link: super::START.to_owned(),
        link_text: view.t("error-home"),
    };
    page(status, &notice)
}

/// The page for answers that differ from those stored under the same id.
pub fn sent_before(view: &View, fresh_form: String) -> Result<HttpResponse, WebError> {
    let notice = NoticePage {
        view,
        title: view.t("error-conflict-title"),
        text: view.t("error-conflict-text"),
        link: fresh_form,
        link_text: view.t("open-new-form"),
    };
    page(StatusCode::CONFLICT, &notice)
}

//! The questionnaires: a list of all versions, and each as a sheet of paper, to look at and to print.
//!
//! Both come from the files that the service was started with; nothing is stored or changed here.

mod paper;

use super::frame::Frame;
use super::guard::SignedIn;
use super::page;
use crate::domain::form::Form;
use crate::i18n;
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// The list.
pub(super) const PATH: &str = "/staff/forms";
/// One version as paper.
pub(super) const PAPER_PATH: &str = "/staff/forms/{form}/{version}";

#[derive(Template)]
#[template(path = "staff/forms/list.html")]
struct ListPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    forms: Vec<FormLine>,
}

struct FormLine {
    title: String,
    name: String,
    href: String,
    questions: String,
    validity: String,
    status: String,
    /// The surveys that ask it.
    surveys: String,
}

/// Shows the list.
pub(super) async fn list(app: AppData, request: HttpRequest, who: SignedIn) -> Result<HttpResponse, WebError> {
    let (frame, catalogue) = (Frame::of(&app, &request, &who), app.shelf.get());
    let view = &frame.view;
    let line = |form: &Form| {
        let name = form.name();
        let asking = catalogue.surveys().iter().filter(|survey| survey.form == name);
        FormLine {
            title: view.pick(&form.title).to_owned(),
            href: format!("{PATH}/{name}"),
            questions: i18n::count(view.language, i64::try_from(form.count_questions()).unwrap_or(i64::MAX)),
            validity: validity(view, form),
            status: status(view, &form.status),
            surveys: asking.map(|survey| view.pick(&survey.title)).collect::<Vec<_>>().join("; "),
            name,
        }
    };
    let forms = app.library.forms.values().map(|form| line(form)).collect();
    page(StatusCode::OK, &ListPage { view, frame: &frame, forms })
}

/// Shows one version as paper.
pub(super) async fn paper(
    app: AppData,
    view: View,
    _who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let (form, version) = path.into_inner();
    let form = app.library.forms.get(&format!("{form}/{version}")).ok_or(WebError::NotFound)?;
    page(StatusCode::OK, &paper::PaperPage::of(&view, form))
}

fn status(view: &View, status: &str) -> String {
    match status {
        "" => String::new(),
        "chưa kiểm chứng" => view.t("unverified"),
        other => other.to_owned(),
    }
}

fn validity(view: &View, form: &Form) -> String {
    let from = i18n::date(view.language, form.valid_from);
    match form.valid_to {
        None => view.t1("method-valid-from", "from", &from),
        Some(last) => view.tn("method-valid-to", &[("from", &from), ("to", &i18n::date(view.language, last))]),
    }
}

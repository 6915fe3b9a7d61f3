//! The citizen's pages: choosing, the form, the receipt, how indices are computed. They work without any script and without a cookie.
//!
//! Each page is a struct with what its template shows; what was sent is judged by the domain, stored by an action.

pub mod limits;

mod by_code;
mod choose;
mod fields;
mod form;
mod form_page;
mod kept_pages;
mod method;
mod notice;
mod offer;
mod receipts;
mod time_token;

use super::api::Pattern;
use super::error::WebError;
use super::view::View;
use crate::domain::text::Language;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, Route, guard, web};
use askama::Template;

/// Where choosing begins.
pub const START: &str = "/";
/// The form of a survey.
pub const FORM: &str = "/s/{survey}";
/// Looking up a receipt.
pub const RECEIPTS: &str = "/receipts";
/// One receipt.
pub const RECEIPT: &str = "/receipts/{code}";

/// How the indices are computed.
pub const METHODS: &str = "/method";
/// How one index is computed.
pub const METHOD: &str = "/method/{index}/{version}";

/// The longest body taken, in bytes: a form full of text, encoded at its worst, several times over.
const LONGEST_BODY: usize = 256 * 1024;

/// What the citizen's pages keep in memory.
#[derive(Default)]
pub struct PublicState {
    /// How many submissions a minute.
    limits: limits::Limits,
    /// Form pages as they were rendered.
    kept_pages: kept_pages::KeptPages,
}

/// The routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route(START, read().to(choose::open))
        .service(
            web::resource(FORM)
                .app_data(web::PayloadConfig::new(LONGEST_BODY))
                .app_data(Pattern(FORM))
                .route(read().to(form::open))
                .route(web::post().to(form::send)),
        )
        .route(RECEIPTS, read().to(receipts::ask))
        .route(RECEIPT, read().to(receipts::show))
        .route(METHODS, read().to(method::list))
        .route(METHOD, read().to(method::show));
}

/// GET; and HEAD, which is the same without the body.
fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// A page as a response.
fn page(status: StatusCode, page: &impl Template) -> Result<HttpResponse, WebError> {
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(page.render()?))
}

/// A redirect that is to be followed with GET; a language that an address asked for goes along.
fn see_other(view: &View, mut address: String) -> HttpResponse {
    if view.switched {
        address = with_language(address, view.language);
    }
    HttpResponse::SeeOther().insert_header((LOCATION, address)).finish()
}

/// An address that asks for a language.
fn with_language(address: String, language: Language) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}lang={}", language.code())
}

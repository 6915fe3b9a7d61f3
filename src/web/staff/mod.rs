//! The staff's pages: sign-in, dashboard, comments, forms to print, exports, exclusions, accounts.
//!
//! Routes are registered from one table, which names for each the permission it needs; a guard stands before every one.

pub mod exports;
pub mod guard;
pub mod table;

mod account;
mod comments;
mod cookie;
mod dashboard;
mod download;
mod drivers;
mod exclusions;
mod filter_form;
mod filters;
mod forms;
mod frame;
mod freshness;
mod paging;
mod people;
pub(in crate::web) mod refusal;
mod rounds;
mod sign_in;
mod welcome;

use super::error::WebError;
use crate::actions::draw_secret::Hashing;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, web};
use askama::Template;

/// What the staff's pages keep in memory.
#[derive(Default)]
pub struct StaffState {
    /// Where passwords are hashed.
    hashing: Hashing,
}

/// The routes: those of the table and no other.
pub fn routes(config: &mut web::ServiceConfig) {
    for entry in table::table() {
        let needs = entry.needs;
        let guarded = (entry.route)().wrap(from_fn(move |request, next| guard::stand_before(needs, request, next)));
        config.route(entry.path, guarded);
    }
}

/// A page as a response.
fn page(status: StatusCode, page: &impl Template) -> Result<HttpResponse, WebError> {
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(page.render()?))
}

/// A redirect that is to be followed with GET.
fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

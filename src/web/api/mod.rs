//! For machines: JSON, OpenAPI, health and metrics.
//!
//! Every refusal under `/api` is a problem document; the routes stand in one place, below.

mod body;
mod docs;
mod health;
mod index;
mod metrics;
mod openapi;
pub mod problem;
mod submissions;
mod surveys;

pub use metrics::{Pattern, note};

use crate::intake::BatchObserver;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, Resource, Route, guard, web};
use metrics::Metrics;
use problem::{Problem, language_of};
use std::sync::Arc;

/// What the machine routes keep.
#[derive(Clone, Default)]
pub struct ApiState {
    metrics: Arc<Metrics>,
}

impl ApiState {
    /// To be told of each batch that the intake writes.
    pub fn batch_observer(&self) -> BatchObserver {
        metrics::batch_observer(&self.metrics)
    }
}

/// The route of what counts most. Routes are tried one after the other: this comes before all others.
pub fn intake(config: &mut web::ServiceConfig) {
    config.service(post_only("/api/v1/surveys/{survey}/submissions").route(web::post().to(submissions::submit)));
}

/// The other routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(get_only("/api/v1/index").route(reading().to(index::read)))
        .service(get_only("/api/v1/surveys").route(reading().to(surveys::list)))
        .service(get_only("/api/v1/surveys/{survey}").route(reading().to(surveys::read)))
        .service(get_only("/api/openapi.json").route(reading().to(openapi::show)))
        .service(get_only("/api/docs").route(reading().to(docs::show)))
        .service(get_only("/healthz").route(reading().to(health::lives)))
        .service(get_only("/readyz").route(reading().to(health::is_ready)))
        .service(get_only("/metrics").route(reading().to(metrics::show)));
}

fn resource(path: &'static str) -> Resource {
    web::resource(path).app_data(Pattern(path))
}

fn get_only(path: &'static str) -> Resource {
    resource(path).default_service(web::to(|request: HttpRequest| refuse_method(request, "GET, HEAD")))
}

fn post_only(path: &'static str) -> Resource {
    resource(path).default_service(web::to(|request: HttpRequest| refuse_method(request, "POST")))
}

/// GET, and HEAD, which is GET without the body.
fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn refuse_method(request: HttpRequest, allowed: &'static str) -> Result<&'static str, Problem> {
    let problem = Problem::new(language_of(&request), StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed");
    Err(problem.with_header(header::ALLOW, allowed))
}

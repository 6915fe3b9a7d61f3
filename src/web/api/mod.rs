//! For machines: JSON, OpenAPI, health and metrics.
//!
//! Every refusal under `/api` is a problem document; the routes stand in one place, below.

mod body;
mod index;
pub mod problem;
mod submissions;
mod surveys;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, Resource, web};
use problem::{Problem, language_of};

/// What the machine routes keep: metrics.
#[derive(Default)]
pub struct ApiState {}

/// Measures every request.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    next.call(request).await
}

/// The routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(post_only("/api/v1/surveys/{survey}/submissions").route(web::post().to(submissions::submit)))
        .service(get_only("/api/v1/index").route(web::get().to(index::read)))
        .service(get_only("/api/v1/surveys").route(web::get().to(surveys::list)))
        .service(get_only("/api/v1/surveys/{survey}").route(web::get().to(surveys::read)));
}

fn get_only(path: &str) -> Resource {
    web::resource(path).default_service(web::to(|request: HttpRequest| refuse_method(request, "GET")))
}

fn post_only(path: &str) -> Resource {
    web::resource(path).default_service(web::to(|request: HttpRequest| refuse_method(request, "POST")))
}

async fn refuse_method(request: HttpRequest, allowed: &'static str) -> Result<&'static str, Problem> {
    let problem = Problem::new(language_of(&request), StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed");
    Err(problem.with_header(header::ALLOW, allowed))
}

//! For machines: JSON, OpenAPI, health and metrics.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;

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
pub fn routes(_config: &mut web::ServiceConfig) {}

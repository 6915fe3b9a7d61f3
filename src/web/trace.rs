//! Request logging: route pattern, method, status and duration; never an address, a query, a user agent or a token.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use tracing::Span;
use tracing_actix_web::{RootSpanBuilder, TracingLogger};

/// What is logged of a request.
pub struct RoutesOnly;

impl RootSpanBuilder for RoutesOnly {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
        tracing::info_span!("request", method = %request.method(), route, status = tracing::field::Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, actix_web::Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            span.in_scope(|| tracing::warn!("answered with an error"));
        } else {
            span.in_scope(|| tracing::debug!("answered"));
        }
    }
}

/// The middleware.
pub fn logger() -> TracingLogger<RoutesOnly> {
    TracingLogger::new()
}

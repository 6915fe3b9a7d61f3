//! Request logging: route pattern, method, status and duration; never an address, a query, a user agent or a token.
//!
//! Plain events, no spans: a span held by an answer that is still under way when a worker thread ends is closed after the
//! thread's own storage is gone, and that aborts the process in the middle of a clean stop.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use std::time::Instant;

/// Logs what was asked and what was answered: faults of ours as warnings, everything else for those who look closely.
pub async fn log(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let start = Instant::now();
    let method = request.method().clone();
    let outcome = next.call(request).await;
    let status = match &outcome {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    // The pattern is found by trying one route after the other: only where it will be written.
    let is_written = status == StatusCode::INTERNAL_SERVER_ERROR || tracing::enabled!(tracing::Level::DEBUG);
    let answered = outcome.as_ref().ok().filter(|_| is_written);
    let route = answered.and_then(|response| response.request().match_pattern());
    let route = route.as_deref().unwrap_or("none");
    let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::warn!(%method, route, status = status.as_u16(), milliseconds, "answered with an error");
    } else {
        tracing::debug!(%method, route, status = status.as_u16(), milliseconds, "answered");
    }
    outcome
}

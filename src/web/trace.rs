//! Request logging: route pattern, method, status and duration; never an address, a query, a user agent or a token.
//!
//! Plain events, no spans: a span held by an answer that is still under way when a worker thread ends is closed after the
//! thread's own storage is gone, and that aborts the process in the middle of a clean stop.

use actix_web::HttpRequest;
use actix_web::http::{Method, StatusCode};
use std::time::Duration;

/// Logs what was asked and what was answered: faults of ours as warnings, everything else for those who look closely.
pub fn log(method: &Method, request: Option<&HttpRequest>, status: StatusCode, took: Duration) {
    let is_fault = status == StatusCode::INTERNAL_SERVER_ERROR;
    // The pattern is found by trying one route after the other: only where it will be written.
    if !is_fault && !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    let route = request.and_then(HttpRequest::match_pattern);
    let route = route.as_deref().unwrap_or("none");
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if is_fault {
        tracing::warn!(%method, route, status = status.as_u16(), milliseconds, "answered with an error");
    } else {
        tracing::debug!(%method, route, status = status.as_u16(), milliseconds, "answered");
    }
}

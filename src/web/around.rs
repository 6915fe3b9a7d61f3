//! What is done around every request: within the compression of answers what belongs to answers, and outside of it what watches them.
//!
//! Two layers and no more, whatever is done in them: each costs every request a future of its own.

use super::{AppData, api, error, headers, path, patience, trace, view};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use std::time::Instant;

/// Bounds the time for the body; gives errors their pages, and answers their cookie and the headers that keep them safe.
pub async fn answer(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    patience::for_body(&mut request);
    let is_secure = request.app_data::<AppData>().is_some_and(|app| app.is_secure());
    // Handlers and extractors answer with responses; an Err comes from a middleware below and has a response of its own.
    let mut response = error::render(next.call(request).await?.map_into_boxed_body()).await?;
    view::remember(&mut response)?;
    headers::secure(response.headers_mut(), is_secure);
    Ok(response)
}

/// Tidies the path before it is routed; measures and logs.
pub async fn watch<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let start = Instant::now();
    path::tidy(&mut request);
    headers::whole_for_old_clients(&mut request);
    let app = request.app_data::<AppData>().cloned();
    let method = request.method().clone();
    let outcome = next.call(request).await;
    let (answered, status) = match &outcome {
        Ok(response) => (Some(response.request()), response.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    let took = start.elapsed();
    if let Some(app) = app {
        api::note(&app, &method, answered, status, took);
    }
    trace::log(&method, answered, status, took);
    outcome
}

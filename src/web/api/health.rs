//! `/healthz`: the process lives. `/readyz`: it can do its work.

use super::problem::{MEDIA_TYPE, Problem, ProblemDocument, language_of};
use crate::storage::is_up_to_date;
use crate::web::AppData;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use std::time::Duration;

/// How long monitoring waits for the database: a probe must answer while the database does not.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the process lives
#[utoipa::path(
    get, path = "/healthz", operation_id = "health", tag = "operation",
    responses((status = 200, description = "It lives", body = String, content_type = "text/plain; charset=utf-8")),
)]
pub async fn lives() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Whether the service can do its work
///
/// It can while the database answers and has this version's schema.
#[utoipa::path(
    get, path = "/readyz", operation_id = "readiness", tag = "operation",
    params(("lang" = Option<String>, Query, description = "The language of problem texts: vi or en")),
    responses(
        (status = 200, description = "It can", body = String, content_type = "text/plain; charset=utf-8"),
        (status = 503, description = "It cannot yet, or not any more", body = ProblemDocument, content_type = MEDIA_TYPE),
    ),
)]
pub async fn is_ready(request: HttpRequest, app: AppData) -> Result<HttpResponse, Problem> {
    let why = match app.db.run_within(PATIENCE, is_up_to_date).await {
        Ok(true) => return Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n")),
        Ok(false) => "the schema is not up to date".to_owned(),
        Err(error) => error.to_string(),
    };
    tracing::debug!(why, "not ready");
    let problem = Problem::new(language_of(&request), StatusCode::SERVICE_UNAVAILABLE, "not-ready");
    Err(problem.with_header(header::RETRY_AFTER, "5"))
}

//! Errors of the web: a full page in the visitor's language, or problem+json (RFC 9457) under `/api`.
//!
//! Handlers return a kind; it is rendered in one place, and whatever the framework refuses by itself, the same way.

use super::api::problem::{MEDIA_TYPE, Problem, language_of};
use super::staff::refusal;
use super::view::View;
use crate::storage::DbError;
use actix_web::dev::ServiceResponse;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpResponse, ResponseError};
use askama::Template;

/// What can go wrong on the way to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebError {
    /// There is no such thing, or the person may not know that there is.
    NotFound,
    /// There was such a thing and it has ended.
    Gone,
    /// The person may know of it but not do it.
    Forbidden,
    /// The request makes no sense.
    Invalid,
    /// The same id with other content.
    Conflict,
    /// Too many requests; try again after so many seconds.
    TooMany(u64),
    /// The database is away; try again.
    Unavailable,
    /// A fault of ours; the text goes to the log.
    Internal(String),
}

impl WebError {
    /// The word in text keys and problem types.
    pub fn word(&self) -> &'static str {
        match self {
            WebError::NotFound => "not-found",
            WebError::Gone => "gone",
            WebError::Forbidden => "forbidden",
            WebError::Invalid => "invalid",
            WebError::Conflict => "conflict",
            WebError::TooMany(_) => "too-many",
            WebError::Unavailable => "unavailable",
            WebError::Internal(_) => "internal",
        }
    }

    fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(WebError::NotFound),
            StatusCode::GONE => Some(WebError::Gone),
            StatusCode::FORBIDDEN => Some(WebError::Forbidden),
            StatusCode::CONFLICT => Some(WebError::Conflict),
            StatusCode::TOO_MANY_REQUESTS => Some(WebError::TooMany(60)),
            StatusCode::SERVICE_UNAVAILABLE => Some(WebError::Unavailable),
            s if s.is_client_error() => Some(WebError::Invalid),
            s if s.is_server_error() => Some(WebError::Internal(s.to_string())),
            _ => None,
        }
    }
}

impl std::fmt::Display for WebError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl From<DbError> for WebError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(why) => {
                tracing::warn!(why, "database away");
                WebError::Unavailable
            }
            DbError::Query(error) => WebError::Internal(error.to_string()),
        }
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        WebError::Internal(error.to_string())
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        match self {
            WebError::NotFound => StatusCode::NOT_FOUND,
            WebError::Gone => StatusCode::GONE,
            WebError::Forbidden => StatusCode::FORBIDDEN,
            WebError::Invalid => StatusCode::BAD_REQUEST,
            WebError::Conflict => StatusCode::CONFLICT,
            WebError::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            WebError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            WebError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let WebError::Internal(why) = self {
            tracing::error!(why, "internal error");
        }
        let mut response = HttpResponse::build(self.status_code());
        match self {
            WebError::TooMany(seconds) => {
                response.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            WebError::Unavailable => {
                response.insert_header((header::RETRY_AFTER, "5"));
            }
            _ => {}
        }
        response.finish()
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    view: &'a View,
    title: String,
    text: String,
}

/// The answer to an address that leads nowhere.
pub async fn no_such_page() -> Result<HttpResponse, WebError> {
    Err(WebError::NotFound)
}

/// Gives an error response without a body of its own a page or a problem document.
pub async fn render(response: ServiceResponse) -> Result<ServiceResponse, actix_web::Error> {
    let status = response.status();
    let Some(error) = WebError::of_status(status) else { return Ok(response) };
    let typed = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if typed.starts_with("text/html") || typed.starts_with("application/problem+json") {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let retry = response.headers().get(header::RETRY_AFTER).cloned();
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut fresh = HttpResponse::build(status);
    for (name, value) in [(header::RETRY_AFTER, retry), (header::ALLOW, allow)] {
        if let Some(value) = value {
            fresh.insert_header((name, value));
        }
    }
    let is_api = request.path().starts_with("/api/") && request.path() != "/api/docs";
    let fresh = if is_api {
        let problem = Problem::of_error(language_of(&request), &error, status).document();
        fresh.content_type(MEDIA_TYPE).body(serde_json::to_string(&problem).unwrap_or_default())
    } else {
        let view = View::of(&request);
        let (title, text) = (format!("error-{}-title", error.word()), format!("error-{}-text", error.word()));
        let (title, text) = (view.t(&title), view.t(&text));
        let page = match refusal::page_of(&request, &title, &text).await {
            Some(page) => page,
            None => ErrorPage { view: &view, title, text }.render(),
        };
        fresh.content_type("text/html; charset=utf-8").body(page.map_err(WebError::from)?)
    };
    request.extensions_mut().insert(error);
    Ok(ServiceResponse::new(request, fresh))
}

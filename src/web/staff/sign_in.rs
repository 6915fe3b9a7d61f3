//! The sign-in page.

use super::{cookie, page, see_other};
use crate::actions::resume_session::resume_session;
use crate::actions::sign_in::{Attempt, SignInError, sign_in};
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use validator::Validate;

/// Its path.
pub(super) const PATH: &str = "/staff/sign-in";
/// Where one goes from here without another wish.
const HOME: &str = "/staff";

/// Where somebody wants to go afterwards.
#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    next: String,
}

/// The form.
#[derive(Deserialize, Validate)]
pub(super) struct SignInInput {
    #[serde(default)]
    #[validate(length(min = 1, max = 254))]
    email: String,
    #[serde(default)]
    #[validate(length(min = 1, max = 1000))]
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "staff/sign_in.html")]
struct SignInPage<'a> {
    view: &'a View,
    email: &'a str,
    next: &'a str,
    problem: Option<String>,
}

/// The address of the page that leads back to what a reader wanted.
pub(super) fn address_for(request: &HttpRequest) -> String {
    let wanted = request.uri().path_and_query().map_or(HOME, |p| p.as_str());
    if request.method() != Method::GET || wanted == HOME {
        return PATH.to_owned();
    }
    match askama::filters::urlencode(wanted) {
        Ok(encoded) => format!("{PATH}?next={encoded}"),
        Err(never) => match never {},
    }
}

/// A wish that stays within the staff's pages; anything else leads home.
fn safe(next: &str) -> &str {
    let inside = next.strip_prefix(HOME).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let plain = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') && !next.contains("//");
    if inside && plain { next } else { HOME }
}

/// Shows the form, or goes on where somebody is signed in already.
pub(super) async fn show(
    app: AppData,
    view: View,
    request: HttpRequest,
    wish: Query<Wish>,
) -> Result<HttpResponse, WebError> {
    if let Some(token) = cookie::shown(&app, &request)
        && app.db.run(move |conn| resume_session(conn, Utc::now(), &token)).await?.is_some()
    {
        return Ok(see_other(safe(&wish.next)));
    }
    page(StatusCode::OK, &SignInPage { view: &view, email: "", next: safe(&wish.next), problem: None })
}

/// Signs in.
pub(super) async fn send(
    app: AppData,
    view: View,
    request: HttpRequest,
    input: Form<SignInInput>,
) -> Result<HttpResponse, WebError> {
    let input = input.into_inner();
    let next = safe(&input.next);
    let again = |status, problem: String| {
        page(status, &SignInPage { view: &view, email: input.email.trim(), next, problem: Some(problem) })
    };
    if input.validate().is_err() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, view.t("staff-sign-in-empty"));
    }
    let (marks, now) = (cookie::marks(&app, &request), Utc::now());
    let before = cookie::shown(&app, &request);
    let attempt = Attempt { name: &input.email, password: input.password.clone(), marks: &marks, before };
    match sign_in(&app.db, &app.staff.hashing, &app.secret, attempt, now).await {
        Ok(token) => {
            let mut response = see_other(next);
            let known = cookie::known(&app, &input.email, &marks, now);
            for cookie in [cookie::of(&app, &token), known] {
                response.add_cookie(&cookie).map_err(|e| WebError::Internal(e.to_string()))?;
            }
            Ok(response)
        }
        Err(SignInError::Wrong) => again(StatusCode::UNPROCESSABLE_ENTITY, view.t("staff-sign-in-wrong")),
        Err(SignInError::Wait(seconds)) => wait(&view, seconds, again),
        Err(SignInError::Busy) => Err(WebError::TooMany(5)),
        Err(SignInError::Database(error)) => Err(error.into()),
    }
}

fn wait(
    view: &View,
    seconds: u64,
    again: impl Fn(StatusCode, String) -> Result<HttpResponse, WebError>,
) -> Result<HttpResponse, WebError> {
    let minutes = seconds.div_ceil(60).to_string();
    let mut response = again(StatusCode::TOO_MANY_REQUESTS, view.t1("staff-sign-in-wait", "minutes", &minutes))?;
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_never_leads_away() {
        for good in ["/staff", "/staff?survey=sipas&period=2026-Q4", "/staff/comments"] {
            assert_eq!(safe(good), good);
        }
        for bad in
            ["", "//evil.example", "/staff//evil", "https://evil.example", "/staffing", "/staff/\\evil", "/staff?\n"]
        {
            assert_eq!(safe(bad), HOME, "{bad}");
        }
    }
}

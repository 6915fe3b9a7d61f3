//! The page of a one-time link: it sets a password once and signs in.

use super::{cookie, page, see_other};
use crate::actions::set_password::{SetPasswordError, set_password_by_link};
use crate::domain::password::{FEWEST_LEFT, LONGEST, PasswordFault, SHORTEST};
use crate::domain::token::{Token, TokenHash};
use crate::storage::staff;
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Form, Path};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

/// Its path.
pub(super) const PATH: &str = "/staff/welcome/{token}";

/// The form.
#[derive(Deserialize)]
pub(super) struct PasswordInput {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

#[derive(Template)]
#[template(path = "staff/welcome.html")]
struct WelcomePage<'a> {
    view: &'a View,
    email: &'a str,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/dead_link.html")]
struct DeadLinkPage<'a> {
    view: &'a View,
}

/// What is wrong with a password, in words.
pub(super) fn fault_in_words(view: &View, fault: PasswordFault) -> String {
    match fault {
        PasswordFault::TooShort => view.t1("staff-password-too-short", "shortest", &SHORTEST.to_string()),
        PasswordFault::TooLong => view.t1("staff-password-too-long", "longest", &LONGEST.to_string()),
        PasswordFault::IsName => view.t("staff-password-is-name"),
        PasswordFault::TooCommon => view.t1("staff-password-too-common", "fewest", &FEWEST_LEFT.to_string()),
    }
}

/// The address holds a secret: no other site is told of it.
fn discreet(response: Result<HttpResponse, WebError>) -> Result<HttpResponse, WebError> {
    let mut response = response?;
    response.headers_mut().insert(header::REFERRER_POLICY, header::HeaderValue::from_static("strict-origin"));
    Ok(response)
}

fn dead(view: &View) -> Result<HttpResponse, WebError> {
    discreet(page(StatusCode::NOT_FOUND, &DeadLinkPage { view }))
}

async fn holder(app: &AppData, token: &TokenHash) -> Result<Option<String>, WebError> {
    let token = token.clone();
    let person = app.db.run(move |conn| staff::by_link(conn, Utc::now(), &token)).await?;
    Ok(person.map(|p| p.email))
}

/// Shows the form; the link is not used up by looking.
pub(super) async fn show(app: AppData, view: View, token: Path<String>) -> Result<HttpResponse, WebError> {
    let Some(token) = Token::parse(&token).map(|t| t.hash()) else { return dead(&view) };
    match holder(&app, &token).await? {
        Some(email) => discreet(page(StatusCode::OK, &WelcomePage { view: &view, email: &email, problem: None })),
        None => dead(&view),
    }
}

/// Sets the password and signs in.
pub(super) async fn send(
    app: AppData,
    view: View,
    token: Path<String>,
    input: Form<PasswordInput>,
) -> Result<HttpResponse, WebError> {
    let Some(token) = Token::parse(&token).map(|t| t.hash()) else { return dead(&view) };
    let Some(email) = holder(&app, &token).await? else { return dead(&view) };
    let again = |problem: String| {
        let page_again = WelcomePage { view: &view, email: &email, problem: Some(problem) };
        discreet(page(StatusCode::UNPROCESSABLE_ENTITY, &page_again))
    };
    let input = input.into_inner();
    if input.password != input.again {
        return again(view.t("staff-password-differs"));
    }
    match set_password_by_link(&app.db, &app.staff.hashing, token, input.password, Utc::now()).await {
        Ok(session) => {
            let mut response = see_other("/staff");
            // The browser's other marks are sent to the sign-in page alone, so here there is none to keep.
            let known = cookie::known(&app, &email, "", Utc::now());
            for cookie in [cookie::of(&app, &session), known] {
                response.add_cookie(&cookie).map_err(|e| WebError::Internal(e.to_string()))?;
            }
            Ok(response)
        }
        Err(SetPasswordError::Fault(fault)) => again(fault_in_words(&view, fault)),
        Err(SetPasswordError::Wait(seconds)) => Err(WebError::TooMany(seconds)),
        Err(SetPasswordError::Busy) => Err(WebError::TooMany(5)),
        Err(SetPasswordError::DeadLink | SetPasswordError::WrongOld) => dead(&view),
        Err(SetPasswordError::Database(error)) => Err(error.into()),
    }
}

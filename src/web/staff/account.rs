//! One's own account: password, sessions, signing out.

use super::frame::Frame;
use super::guard::SignedIn;
use super::welcome::fault_in_words;
use super::{cookie, page, see_other, sign_in};
use crate::actions::end_access;
use crate::actions::set_password::{self, Change, SetPasswordError};
use crate::actions::sign_out;
use crate::domain::period::{day_in_vietnam, vietnam};
use crate::domain::session::{IDLE_MINUTES, LONGEST_HOURS};
use crate::i18n;
use crate::storage::{sessions, staff};
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// Its path.
pub(super) const PATH: &str = "/staff/account";
/// Changing the password.
pub(super) const PASSWORD_PATH: &str = "/staff/account/password";
/// Signing this browser out.
pub(super) const SIGN_OUT_PATH: &str = "/staff/sign-out";
/// Signing out everywhere.
pub(super) const EVERYWHERE_PATH: &str = "/staff/sign-out-everywhere";
/// Taking back the tokens of one's programs.
pub(super) const TOKENS_PATH: &str = "/staff/account/revoke-tokens";

/// What was done just before.
#[derive(Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    done: String,
}

/// The form.
#[derive(Deserialize)]
pub(super) struct ChangeInput {
    #[serde(default)]
    old: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

struct SessionLine {
    begun: String,
    seen: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "staff/account.html")]
struct AccountPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    sessions: Vec<SessionLine>,
    tokens: i64,
    idle_minutes: i64,
    longest_hours: i64,
    note: Option<String>,
    problem: Option<String>,
}

/// A moment in Vietnam's time.
pub(super) fn moment(view: &View, at: DateTime<Utc>) -> String {
    format!("{} {}", i18n::date(view.language, day_in_vietnam(at)), at.with_timezone(&vietnam()).format("%H:%M"))
}

/// Shows the account.
pub(super) async fn show(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    done: Query<Done>,
) -> Result<HttpResponse, WebError> {
    let note = match done.done.as_str() {
        "password" => Some("staff-account-password-changed"),
        "tokens" => Some("staff-account-tokens-revoked"),
        _ => None,
    };
    show_with(&app, &request, &who, StatusCode::OK, note, None).await
}

async fn show_with(
    app: &AppData,
    request: &HttpRequest,
    who: &SignedIn,
    status: StatusCode,
    note: Option<&str>,
    problem: Option<String>,
) -> Result<HttpResponse, WebError> {
    let frame = Frame::of(app, request, who);
    let id = who.staff.id;
    let read = move |conn: &mut _| Ok((sessions::for_staff(conn, Utc::now(), id)?, staff::count_tokens(conn, id)?));
    let (live, tokens) = app.db.run(read).await?;
    let line = |session: &sessions::Session| SessionLine {
        begun: moment(&frame.view, session.created_at),
        seen: moment(&frame.view, session.seen_at),
        is_this: session.token == who.session.token,
    };
    let (idle_minutes, longest_hours) = (IDLE_MINUTES, LONGEST_HOURS);
    let (sessions, note) = (live.iter().map(line).collect(), note.map(|key| frame.view.t(key)));
    let view = &frame.view;
    page(status, &AccountPage { view, frame: &frame, sessions, tokens, idle_minutes, longest_hours, note, problem })
}

/// Changes the password; every other session ends.
pub(super) async fn change_password(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Form<ChangeInput>,
) -> Result<HttpResponse, WebError> {
    let view = View::of(&request);
    let input = input.into_inner();
    let problem = if input.password == input.again {
        let change = Change { old: input.old, new: input.password };
        let (db, hashing, person) = (&app.db, &app.staff.hashing, who.staff.clone());
        match set_password::change_password(db, hashing, &app.secret, person, change, Utc::now()).await {
            Ok(session) => {
                let mut response = see_other(&format!("{PATH}?done=password"));
                response.add_cookie(&cookie::of(&app, &session)).map_err(|e| WebError::Internal(e.to_string()))?;
                return Ok(response);
            }
            Err(SetPasswordError::WrongOld | SetPasswordError::DeadLink) => view.t("staff-password-wrong-old"),
            Err(SetPasswordError::Fault(fault)) => fault_in_words(&view, fault),
            Err(SetPasswordError::Wait(seconds)) => return Err(WebError::TooMany(seconds)),
            Err(SetPasswordError::Busy) => return Err(WebError::TooMany(5)),
            Err(SetPasswordError::Database(error)) => return Err(error.into()),
        }
    } else {
        view.t("staff-password-differs")
    };
    show_with(&app, &request, &who, StatusCode::UNPROCESSABLE_ENTITY, None, Some(problem)).await
}

fn signed_out(app: &AppData) -> Result<HttpResponse, WebError> {
    let mut response = see_other(sign_in::PATH);
    response.add_cookie(&cookie::gone(app)).map_err(|e| WebError::Internal(e.to_string()))?;
    Ok(response)
}

/// Ends this session.
pub(super) async fn sign_out(app: AppData, who: SignedIn) -> Result<HttpResponse, WebError> {
    app.db.run(move |conn| sign_out::sign_out(conn, Utc::now(), &who.staff, &who.session.token)).await?;
    signed_out(&app)
}

/// Ends all sessions of the person.
pub(super) async fn sign_out_everywhere(app: AppData, who: SignedIn) -> Result<HttpResponse, WebError> {
    app.db.run(move |conn| sign_out::sign_out_everywhere(conn, Utc::now(), &who.staff)).await?;
    signed_out(&app)
}

/// Takes back the tokens of the person's programs.
pub(super) async fn revoke_tokens(app: AppData, who: SignedIn) -> Result<HttpResponse, WebError> {
    app.db.run(move |conn| end_access::revoke_tokens(conn, Utc::now(), &who.staff, &who.staff)).await?;
    Ok(see_other(&format!("{PATH}?done=tokens")))
}

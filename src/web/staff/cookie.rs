//! The staff's cookies: out of reach of scripts, never sent along from another site, encrypted on the way where the service is
//! reached by https. That of the session lasts as long as the browser is open; the server ends it earlier. The marks by which a
//! browser is known at sign-in last long, are sent to the sign-in page alone, and let nobody in.

use crate::actions::known_browser::{KNOWN_DAYS, remembered};
use crate::domain::token::{Token, TokenHash};
use crate::web::App;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use chrono::{DateTime, Utc};

const NAME: &str = "hailong_session";
const SECURE_NAME: &str = "__Host-hailong_session";

fn is_secure(app: &App) -> bool {
    app.public_url.starts_with("https://")
}

/// The hash of the token that a request shows.
pub(super) fn shown(app: &App, request: &HttpRequest) -> Option<TokenHash> {
    let cookie = request.cookie(if is_secure(app) { SECURE_NAME } else { NAME })?;
    Token::parse(cookie.value()).map(|token| token.hash())
}

/// The cookie of a session.
pub(super) fn of(app: &App, token: &Token) -> Cookie<'static> {
    let is_secure = is_secure(app);
    Cookie::build(if is_secure { SECURE_NAME } else { NAME }, token.reveal().to_owned())
        .path(if is_secure { "/" } else { "/staff" })
        .secure(is_secure)
        .http_only(true)
        .same_site(SameSite::Strict)
        .finish()
}

const MARKS_NAME: &str = "hailong_known";
const SECURE_MARKS_NAME: &str = "__Secure-hailong_known";

fn marks_name(app: &App) -> &'static str {
    if is_secure(app) { SECURE_MARKS_NAME } else { MARKS_NAME }
}

/// The marks by which a browser is known to some names.
pub(super) fn marks(app: &App, request: &HttpRequest) -> String {
    request.cookie(marks_name(app)).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

/// The cookie by which a browser is known to a name from now on, beside those it was known to.
pub(super) fn known(app: &App, name: &str, marks: &str, now: DateTime<Utc>) -> Cookie<'static> {
    Cookie::build(marks_name(app), remembered(&app.secret, name, marks, now))
        .path(super::sign_in::PATH)
        .secure(is_secure(app))
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(Duration::days(KNOWN_DAYS))
        .finish()
}

/// The cookie that takes the session cookie away.
pub(super) fn gone(app: &App) -> Cookie<'static> {
    let mut cookie = of(app, &Token::of([0; 32]));
    cookie.set_value("");
    cookie.set_max_age(Duration::ZERO);
    cookie
}

//! The session cookie: out of reach of scripts, never sent along from another site, encrypted on the way where the service is
//! reached by https. It lasts as long as the browser is open; the server ends it earlier.

use crate::domain::token::{Token, TokenHash};
use crate::web::App;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};

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

/// The cookie that takes the session cookie away.
pub(super) fn gone(app: &App) -> Cookie<'static> {
    let mut cookie = of(app, &Token::of([0; 32]));
    cookie.set_value("");
    cookie.set_max_age(Duration::ZERO);
    cookie
}

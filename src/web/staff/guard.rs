//! The guard before every route of the staff: who is there, may they, and did a page of ours send the form?
//!
//! Without a session a reader is led to sign-in and back; without the permission there is a page that says so. A form must
//! come from a page of this service and bear the token of its session.

use super::cookie;
use super::sign_in;
use crate::actions::resume_session::resume_session;
use crate::domain::access::{Permission, Scope};
use crate::domain::catalogue::Catalogue;
use crate::domain::token::TokenHash;
use crate::storage::DbError;
use crate::storage::sessions::Session;
use crate::storage::staff::Staff;
use crate::web::error::WebError;
use crate::web::{App, AppData};
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Query};
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, ResponseError};
use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::future::{Ready, ready};

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: one is not signed in yet.
    Nothing,
    /// A session of somebody with this permission.
    Permit(Permission),
}

/// The member of staff behind a request. Handlers of routes that need a permission take this.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub staff: Staff,
    /// The session.
    pub session: Session,
    /// The token that every form of this session bears.
    pub form_token: String,
}

impl SignedIn {
    /// The units whose figures the person may see.
    pub fn scope(&self, catalogue: &Catalogue) -> Scope {
        self.staff.scope(catalogue)
    }

    /// Whether the person may.
    pub fn may(&self, permission: Permission) -> bool {
        self.staff.role.may(permission)
    }
}

impl FromRequest for SignedIn {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<SignedIn>().cloned();
        ready(found.ok_or_else(|| WebError::Internal("a route without guard asks who is there".to_owned())))
    }
}

/// Stands before a route.
pub(super) async fn stand_before(
    needs: Needs,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let refusal = match admit(needs, &mut request).await {
        Ok(()) => return Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refusal) => refusal,
    };
    let response = match refusal {
        Refusal::SignInFirst => super::see_other(&sign_in::address_for(request.request())),
        Refusal::Error(error) => error.error_response(),
    };
    Ok(request.into_response(response).map_into_boxed_body())
}

enum Refusal {
    SignInFirst,
    Error(WebError),
}

impl From<WebError> for Refusal {
    fn from(error: WebError) -> Self {
        Self::Error(error)
    }
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        Self::Error(error.into())
    }
}

async fn admit(needs: Needs, request: &mut ServiceRequest) -> Result<(), Refusal> {
    let writes = request.method() != Method::GET && request.method() != Method::HEAD;
    let app = request.app_data::<AppData>().cloned();
    let app = app.ok_or_else(|| WebError::Internal("no app".to_owned()))?;
    if writes && !is_from_own_page(&app, request.request()) {
        return Err(WebError::Forbidden.into());
    }
    let Needs::Permit(permission) = needs else { return Ok(()) };
    let Some(who) = signed_in(&app, request.request()).await? else { return Err(Refusal::SignInFirst) };
    // Before anything is refused: the page of a refusal is for this person too.
    request.extensions_mut().insert(who.clone());
    if !who.may(permission) {
        return Err(WebError::Forbidden.into());
    }
    if writes && !bears(request, &who.form_token).await? {
        return Err(WebError::Forbidden.into());
    }
    Ok(())
}

/// Who is signed in with the browser of a request.
pub(super) async fn signed_in(app: &App, request: &HttpRequest) -> Result<Option<SignedIn>, DbError> {
    let Some(token) = cookie::shown(app, request) else { return Ok(None) };
    let found = app.db.run(move |conn| resume_session(conn, Utc::now(), &token)).await?;
    Ok(found.map(|(staff, session)| {
        let form_token = form_token(&app.secret, &session.token);
        SignedIn { staff, session, form_token }
    }))
}

/// Whether the body of a form bears the token. The handler finds the body as it was.
async fn bears(request: &mut ServiceRequest, form_token: &str) -> Result<bool, WebError> {
    let body = request.extract::<Bytes>().await.map_err(|_| WebError::Invalid)?;
    // The same reader as for queries: both are urlencoded.
    let given = Query::<Vec<(String, String)>>::from_query(&String::from_utf8_lossy(&body))
        .map_err(|_| WebError::Invalid)?
        .into_inner();
    request.set_payload(Payload::from(body));
    Ok(given.iter().any(|(name, value)| name == "form_token" && same(value.as_bytes(), form_token.as_bytes())))
}

/// Compares without telling by time how much agrees.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (x, y)| all | (x ^ y)) == 0
}

/// The token of a session's forms: of no use in another session, and nothing to be stored.
fn form_token(secret: &[u8], session: &TokenHash) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(b"staff form");
    mac.update(&session.0);
    hex::encode(mac.finalize().into_bytes())
}

/// Whether a browser says that a page of ours sent this. Programs and very old browsers say nothing; the token of the session
/// is asked of them all the same.
fn is_from_own_page(app: &App, request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).map(|v| v.to_str().unwrap_or("?"));
    if let Some(site) = header("sec-fetch-site") {
        return site == "same-origin";
    }
    match header("origin") {
        None => true,
        Some(origin) if origin == app.public_url => true,
        Some(origin) => {
            let own = header(header::HOST.as_str());
            origin.split_once("://").is_some_and(|(_, host)| Some(host) == own)
        }
    }
}

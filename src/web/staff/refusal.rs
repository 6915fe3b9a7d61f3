//! Errors under the staff's addresses for somebody who is signed in: the same words as everywhere, within the staff's frame, so
//! that the way to the other pages stays. Whoever is not signed in, or cannot be looked up just now, gets the public page.

use super::dashboard;
use super::frame::Frame;
use super::guard::{SignedIn, signed_in};
use crate::web::AppData;
use crate::web::view::View;
use actix_web::{HttpMessage, HttpRequest};
use askama::Template;

#[derive(Template)]
#[template(path = "staff/refusal.html")]
struct RefusalPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    title: &'a str,
    text: &'a str,
    home: &'static str,
}

/// The page of an error with this title and text; nothing where it is not for the staff.
pub(in crate::web) async fn page_of(
    request: &HttpRequest,
    title: &str,
    text: &str,
) -> Option<Result<String, askama::Error>> {
    let inside = request.path().strip_prefix(dashboard::PATH)?;
    if !inside.is_empty() && !inside.starts_with('/') {
        return None;
    }
    let app = request.app_data::<AppData>()?;
    let found = request.extensions().get::<SignedIn>().cloned();
    let who = match found {
        Some(who) => who,
        None => signed_in(app, request).await.ok()??,
    };
    let frame = Frame::of(app, request, &who);
    let page = RefusalPage { view: &frame.view, frame: &frame, title, text, home: dashboard::PATH };
    Some(page.render())
}

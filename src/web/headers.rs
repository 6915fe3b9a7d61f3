//! Security headers on every response. The content policy allows our own style sheets and scripts and nothing inline.
//!
//! And what old clients need: text browsers that speak HTTP/1.0.

use actix_web::dev::ServiceRequest;
use actix_web::http::Version;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::sync::LazyLock;

/// The content security policy of every page.
pub const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     font-src 'none'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static SECURITY: LazyLock<[(HeaderName, HeaderValue); 8]> = LazyLock::new(|| {
    [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(), interest-cohort=()"),
        (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
});

/// Adds the headers that are not there already. Where people reach the service over TLS, browsers are told to come back that way only.
pub fn secure(headers: &mut HeaderMap, is_secure: bool) {
    let tls = (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    for (name, value) in SECURITY.iter().chain(is_secure.then_some(&tls)) {
        if !headers.contains_key(name) {
            headers.insert(name.clone(), value.clone());
        }
    }
}

/// HTTP/1.0 knows no chunks, which is how compressed bodies are sent: such clients get whole pages as they are.
pub fn whole_for_old_clients(request: &mut ServiceRequest) {
    if request.version() < Version::HTTP_11 {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
}

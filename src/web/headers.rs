//! Security headers on every response. The content policy allows our own style sheets and scripts and nothing inline.
//!
//! And what old clients need: text browsers that speak HTTP/1.0.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Version, header};
use actix_web::middleware::{DefaultHeaders, Next};

/// The content security policy of every page.
pub const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     font-src 'none'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The headers. Where people reach the service over TLS, browsers are told to come back that way only.
pub fn security(is_secure: bool) -> DefaultHeaders {
    let headers = if is_secure {
        DefaultHeaders::new().add(("strict-transport-security", "max-age=31536000"))
    } else {
        DefaultHeaders::new()
    };
    headers
        .add(("content-security-policy", CONTENT_POLICY))
        .add(("x-content-type-options", "nosniff"))
        .add(("x-frame-options", "DENY"))
        .add(("referrer-policy", "same-origin"))
        .add(("permissions-policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()"))
        .add(("cross-origin-opener-policy", "same-origin"))
        .add(("cross-origin-resource-policy", "same-origin"))
        .add(("cache-control", "no-store"))
}

/// HTTP/1.0 knows no chunks, which is how compressed bodies are sent: such clients get whole pages as they are.
pub async fn whole_for_old_clients(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if request.version() < Version::HTTP_11 {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    next.call(request).await
}

//! The staff's pages: sign-in, dashboard, comments, exports, exclusions.

use actix_web::web;

/// The routes.
pub fn routes(_config: &mut web::ServiceConfig) {}

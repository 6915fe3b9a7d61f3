//! Files to take away: the index and the submissions.

use actix_web::web;

/// The routes.
pub fn routes(_config: &mut web::ServiceConfig) {}

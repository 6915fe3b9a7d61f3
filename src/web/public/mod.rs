//! The citizen's pages: choosing, the form, the receipt.

use actix_web::web;

/// What the citizen's pages keep: rate limits and rendered parts.
#[derive(Default)]
pub struct PublicState {}

/// The routes.
pub fn routes(_config: &mut web::ServiceConfig) {}

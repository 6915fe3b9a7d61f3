//! The staff's pages: sign-in, dashboard, comments, exports, exclusions.

pub mod exports;

use actix_web::web;

/// The routes.
pub fn routes(config: &mut web::ServiceConfig) {
    exports::routes(config);
}

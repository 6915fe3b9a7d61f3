//! Files to take away: the index and the submissions.

use super::table::StaffRoute;

/// The routes.
pub(super) fn table() -> Vec<StaffRoute> {
    Vec::new()
}

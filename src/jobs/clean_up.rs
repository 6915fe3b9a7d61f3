//! Forgets sessions, one-time links and failed sign-ins that are over. Nothing that counts or proves anything is deleted.

use super::trouble::Trouble;
use crate::actions::forget_expired::forget_expired;
use crate::storage::Db;
use chrono::Utc;
use std::time::Duration;

const PAUSE: Duration = Duration::from_secs(30 * 60);

/// Runs for as long as the service does.
pub async fn run(db: Db) {
    let mut trouble = Trouble::new("forgetting what is over");
    loop {
        trouble.note(db.run_to_end(|conn| forget_expired(conn, Utc::now())).await);
        tokio::time::sleep(PAUSE).await;
    }
}

//! Tells the other servers of the database that this one is there, and learns how many there are.

use super::trouble::Trouble;
use crate::storage::Db;
use crate::storage::servers::{PAUSE, Presence};
use std::sync::Arc;

/// Runs for as long as the service does. With the database away, the number last heard stands.
pub async fn run(db: Db, presence: Arc<Presence>) {
    let mut trouble = Trouble::new("telling the other servers");
    loop {
        tokio::time::sleep(PAUSE).await;
        trouble.note(presence.tell(&db).await);
    }
}

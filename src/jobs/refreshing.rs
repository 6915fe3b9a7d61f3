//! Reads the catalogue anew soon after somebody has changed it: the command line, or another server.

use super::trouble::Trouble;
use crate::storage::Db;
use crate::storage::shelf::Shelf;
use std::sync::Arc;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(400);

/// Runs for as long as the service does.
pub async fn run(db: Db, shelf: Arc<Shelf>) {
    let mut trouble = Trouble::new("reading the catalogue");
    loop {
        trouble.note(shelf.refresh(&db).await);
        tokio::time::sleep(PAUSE).await;
    }
}

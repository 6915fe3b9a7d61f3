//! Folds new facts into the tallies soon after they were committed.

use super::trouble::Trouble;
use crate::actions::fold_tallies::fold_tallies;
use crate::storage::Db;
use crate::storage::folding::{Folded, is_behind};
use chrono::Utc;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(400);

/// Runs for as long as the service does.
pub async fn run(db: Db) {
    let mut trouble = Trouble::new("folding");
    loop {
        let folded = db
            .run_to_end(|conn| {
                // A fold writes to the disk even when there is nothing to count; a look does not.
                if is_behind(conn)? { fold_tallies(conn, Utc::now()) } else { Ok(Folded { facts: 0, more: false }) }
            })
            .await;
        match trouble.note(folded) {
            Some(folded) if folded.more => {}
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}

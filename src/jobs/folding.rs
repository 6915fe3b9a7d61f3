//! Folds new facts into the tallies soon after they were committed; one server at a time, whichever comes first.

use super::trouble::Trouble;
use crate::actions::fold_tallies::fold_tallies_if_free;
use crate::domain::counting::Counting;
use crate::storage::Db;
use crate::storage::folding::{Folded, is_behind};
use chrono::Utc;
use std::sync::Arc;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(400);
/// When much comes in: folding it together is less work, and it is still seen within two seconds.
const PAUSE_WHEN_BUSY: Duration = Duration::from_millis(900);
/// From how many facts a fold on it is busy.
const BUSY: usize = 2000;

/// Runs for as long as the service does.
pub async fn run(db: Db, counting: Arc<Counting>) {
    let mut trouble = Trouble::new("folding");
    loop {
        let counting = counting.clone();
        let folded = db
            .run_to_end(move |conn| {
                // A fold writes to the disk even when there is nothing to count; a look does not.
                let is_behind = is_behind(conn, &counting)?;
                if is_behind {
                    fold_tallies_if_free(conn, Utc::now(), &counting)
                } else {
                    Ok(Folded { facts: 0, more: false })
                }
            })
            .await;
        match trouble.note(folded) {
            Some(folded) if folded.more => {}
            Some(folded) if folded.facts > BUSY => tokio::time::sleep(PAUSE_WHEN_BUSY).await,
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}

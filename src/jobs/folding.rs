//! Folds new facts into the tallies soon after they were committed; one server at a time, whichever comes first.

use super::trouble::Trouble;
use crate::actions::fold_tallies::fold_tallies_if_free;
use crate::domain::counting::Counting;
use crate::storage::Db;
use crate::storage::folding::Folded;
use crate::storage::waiting_facts::is_behind;
use chrono::Utc;
use std::sync::Arc;
use std::time::Duration;

/// Longer pauses would be less work, but a fold of all that came meanwhile holds up those who submit.
const PAUSE: Duration = Duration::from_millis(400);
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
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}

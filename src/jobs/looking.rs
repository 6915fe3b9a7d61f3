//! Looks how far the replica is behind, so that figures are read from it only while it is fresh. Without a replica: ends at once.

use super::trouble::Trouble;
use crate::storage::replica::{PAUSE, Standing};
use crate::storage::{Db, DbError};

/// Runs for as long as the service does.
pub async fn run(db: Db) {
    let mut trouble = Trouble::new("looking at the replica");
    let mut was_read = None;
    loop {
        let at_hand = db.clone();
        let looked = tokio::task::spawn_blocking(move || at_hand.look_at_replica()).await;
        let standing = match looked {
            Ok(None) => return,
            Ok(Some(result)) => trouble.note(result),
            Err(panic) => trouble.note(Err(DbError::Unavailable(panic.to_string()))),
        };
        let is_read = db.reads_replica();
        if is_read != was_read {
            tell(is_read == Some(true), standing);
            was_read = is_read;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn tell(is_read: bool, standing: Option<Standing>) {
    match standing {
        _ if is_read => tracing::info!("figures are read from the replica"),
        Some(Standing::NoReplica(why)) => tracing::warn!(why, "figures are read from the primary"),
        Some(Standing::FarBehind | Standing::Follows(_)) => {
            tracing::warn!("figures are read from the primary: the replica is behind");
        }
        None => tracing::warn!("figures are read from the primary: the replica does not answer"),
    }
}

//! Work beside the requests: folding tallies, reading the catalogue anew. One file a job as they come.

use crate::actions::fold_tallies::fold_tallies;
use crate::storage::Db;
use crate::storage::shelf::Shelf;
use chrono::Utc;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

const PAUSE: Duration = Duration::from_millis(400);

/// Starts the jobs; they end when their handles are aborted.
pub fn start(db: &Db, shelf: &Arc<Shelf>) -> Vec<JoinHandle<()>> {
    vec![tokio::spawn(keep_folding(db.clone())), tokio::spawn(keep_catalogue(db.clone(), shelf.clone()))]
}

async fn keep_folding(db: Db) {
    loop {
        match db.run(|conn| fold_tallies(conn, Utc::now())).await {
            Ok(folded) if folded.more => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "folding is late"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn keep_catalogue(db: Db, shelf: Arc<Shelf>) {
    loop {
        if let Err(error) = shelf.refresh(&db).await {
            tracing::warn!(%error, "the catalogue is kept as it was");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

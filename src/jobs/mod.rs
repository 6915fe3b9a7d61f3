//! Work beside the requests, one file a job. Each goes on by itself after the database was away, and says so once.

mod clean_up;
mod folding;
mod looking;
mod nearness;
mod refreshing;
mod telling;
mod trouble;

use crate::domain::counting::Counting;
use crate::intake::Intake;
use crate::storage::Db;
use crate::storage::servers::Presence;
use crate::storage::shelf::Shelf;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Starts the jobs; they end when their handles are aborted.
pub fn start(db: &Db, shelf: &Arc<Shelf>, presence: &Arc<Presence>, counting: Counting) -> Vec<JoinHandle<()>> {
    vec![
        tokio::spawn(folding::run(db.clone(), Arc::new(counting))),
        tokio::spawn(refreshing::run(db.clone(), shelf.clone())),
        tokio::spawn(clean_up::run(db.clone())),
        tokio::spawn(telling::run(db.clone(), presence.clone())),
        tokio::spawn(looking::run(db.clone())),
    ]
}

/// Starts the job of whoever writes to a private cluster in a folder.
pub fn beside_cluster(intake: &Intake, data: PathBuf) -> JoinHandle<()> {
    tokio::spawn(nearness::run(intake.clone(), data))
}

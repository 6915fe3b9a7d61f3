//! Work beside the requests, one file a job. Each goes on by itself after the database was away, and says so once.

mod clean_up;
mod folding;
mod looking;
mod nearness;
mod refreshing;
mod smoothing;
mod telling;
mod trouble;

use crate::domain::counting::Counting;
use crate::intake::Intake;
use crate::storage::Db;
use crate::storage::servers::Presence;
use crate::storage::shelf::Shelf;
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

/// Starts the jobs for a database on a disk of this machine; `core_of_disk` looks up the processor that it interrupts, and
/// `write_back` has it begin to write what the database has grown by and says how many bytes these are.
pub fn beside_disk(
    intake: &Intake,
    core_of_disk: impl Fn() -> Option<usize> + Send + 'static,
    write_back: impl FnMut() -> u64 + Send + 'static,
) -> Vec<JoinHandle<()>> {
    vec![tokio::spawn(nearness::run(intake.clone(), core_of_disk)), tokio::spawn(smoothing::run(write_back))]
}

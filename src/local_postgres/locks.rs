//! Several programs may use one cluster at once; two lock files in the data folder keep them in step. Whoever starts
//! or stops the server holds `postgres.starting` alone; whoever uses it shares `postgres.users`. The system frees both
//! when a program ends, however it ends. The files themselves mean nothing and stay.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::error::StartError;
use super::patience::{PATIENCE, patiently};

/// Held by the one program that is starting or stopping the server.
#[derive(Debug)]
pub(super) struct Starting(#[allow(dead_code, reason = "dropping the file frees the lock")] File);

/// Waits until nobody else is starting or stopping the server.
pub(super) fn starting(data: &Path) -> Result<Starting, StartError> {
    let path = data.join("postgres.starting");
    let file = open(&path)?;
    let locked =
        patiently("another hailong is starting or stopping the database", PATIENCE, || match file.try_lock() {
            Ok(()) => Some(Ok(())),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(cause)) => Some(Err(cause)),
        });
    match locked {
        Some(Ok(())) => Ok(Starting(file)),
        Some(Err(cause)) => Err(StartError::io("lock", &path)(cause)),
        None => Err(StartError::Busy { lock: path, seconds: PATIENCE.as_secs() }),
    }
}

/// Held by everyone who uses the server.
#[derive(Debug)]
pub(super) struct Users(File);

impl Users {
    /// Becomes one of the users. Only while [`starting`] is held, so that it never waits.
    pub(super) fn join(data: &Path) -> Result<Users, StartError> {
        let path = data.join("postgres.users");
        let file = open(&path)?;
        file.lock_shared().map_err(StartError::io("lock", &path))?;
        Ok(Users(file))
    }

    /// Stops being one of the users; true when there was no other. Only while [`starting`] is held.
    pub(super) fn leave_as_last(self) -> bool {
        self.0.unlock().is_ok() && self.0.try_lock().is_ok()
    }
}

fn open(path: &Path) -> Result<File, StartError> {
    // Readable by all: a lock needs no right to write, and root and an ordinary user may take turns.
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o644)
        .open(path)
        .or_else(|_| File::open(path))
        .map_err(StartError::io("open", path))
}

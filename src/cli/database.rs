//! The database of a command: the one that was named, or the private cluster, started when it is not running and
//! stopped with the command, also when Ctrl-C ends it early.

use super::Failure;
use super::stop_signal::StopSignal;
use crate::config::GlobalSettings;
use crate::local_postgres::Cluster;
use crate::storage::Db;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// An open database.
pub struct Opened {
    /// Its pool.
    pub db: Db,
    private: Option<Private>,
}

/// Opens the database with at most so many connections.
pub fn open(global: &GlobalSettings, connections: u32) -> Result<Opened, Failure> {
    if let Some(url) = &global.database_url {
        return Ok(Opened { db: Db::connect(url, connections)?, private: None });
    }
    let (private, url) = Private::start(global)?;
    Ok(Opened { db: Db::connect(&url, connections)?, private: Some(private) })
}

impl Opened {
    /// From now on the command itself ends in good order on Ctrl-C and SIGTERM.
    pub fn leave_signals_to_the_command(&self) {
        if let Some(private) = &self.private {
            private.left_to_command.store(true, Ordering::SeqCst);
        }
    }
}

/// The private cluster, let go of by whoever comes first: the end of the command or a signal.
struct Private {
    cluster: Arc<Mutex<Option<Cluster>>>,
    left_to_command: Arc<AtomicBool>,
}

impl Private {
    fn start(global: &GlobalSettings) -> Result<(Private, String), Failure> {
        let private = Private { cluster: Arc::default(), left_to_command: Arc::default() };
        // Held while starting, so that a signal in between waits until there is something to stop.
        let mut slot = private.cluster.lock().unwrap_or_else(PoisonError::into_inner);
        stop_on_signal(Arc::clone(&private.cluster), Arc::clone(&private.left_to_command))?;
        let cluster = Cluster::start(&global.data)?;
        let url = cluster.url();
        *slot = Some(cluster);
        drop(slot);
        Ok((private, url))
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let cluster = self.cluster.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(cluster);
    }
}

/// A thread that on Ctrl-C or SIGTERM stops the cluster and ends the program with the shell's code for an interruption.
fn stop_on_signal(cluster: Arc<Mutex<Option<Cluster>>>, left_to_command: Arc<AtomicBool>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let entered = runtime.enter();
    let mut stop = StopSignal::listen()?;
    drop(entered);
    std::thread::Builder::new().name("stop-on-signal".to_owned()).spawn(move || {
        runtime.block_on(stop.received());
        if left_to_command.load(Ordering::SeqCst) {
            return;
        }
        // A second signal does not wait for anything.
        std::thread::spawn(move || {
            runtime.block_on(stop.received());
            std::process::exit(130);
        });
        drop(cluster.lock().unwrap_or_else(PoisonError::into_inner).take());
        std::process::exit(130);
    })?;
    Ok(())
}

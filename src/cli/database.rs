//! The database of a command: the one that was named, or the private cluster, started when it is not running and
//! stopped with the command, also when Ctrl-C ends it early.

use super::Failure;
use super::stop_signal::StopSignal;
use crate::config::GlobalSettings;
use crate::local_postgres::Cluster;
use crate::storage::Db;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An open database.
pub struct Opened {
    /// Its pool.
    pub db: Db,
    private: Option<Private>,
}

/// Opens the database with at most so many connections.
pub fn open(global: &GlobalSettings, connections: u32) -> Result<Opened, Failure> {
    if let Some(url) = &global.database_url {
        let db = Db::connect(url, connections).map_err(|error| {
            let lines: Vec<_> = error.to_string().lines().map(|line| line.trim().to_owned()).collect();
            format!("{} -- start that server, or correct DATABASE_URL or --database-url", lines.join(" "))
        })?;
        return Ok(Opened { db, private: None });
    }
    let (private, url) = Private::start(global)?;
    Ok(Opened { db: Db::connect(&url, connections)?, private: Some(private) })
}

impl Opened {
    /// From now on the command itself ends in good order on Ctrl-C and SIGTERM.
    pub fn leave_signals_to_the_command(&self) {
        if let Some(Private(shared)) = &self.private {
            shared.left_to_command.store(true, Ordering::SeqCst);
        }
    }
}

/// The private cluster, let go of by whoever comes first: the end of the command or a signal.
struct Private(Arc<Shared>);

#[derive(Default)]
struct Shared {
    cluster: Mutex<Option<Cluster>>,
    left_to_command: AtomicBool,
    ended_by_signal: AtomicBool,
}

impl Shared {
    fn slot(&self) -> MutexGuard<'_, Option<Cluster>> {
        self.cluster.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Private {
    fn start(global: &GlobalSettings) -> Result<(Private, String), Failure> {
        let private = Private(Arc::default());
        // Held while starting, so that a signal in between waits until there is something to stop.
        let mut slot = private.0.slot();
        stop_on_signal(Arc::clone(&private.0))?;
        let cluster = Cluster::start(&global.data)?;
        let url = cluster.url();
        *slot = Some(cluster);
        drop(slot);
        Ok((private, url))
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // That the database went away under the command is then no news worth telling.
        while self.0.ended_by_signal.load(Ordering::SeqCst) {
            std::thread::park();
        }
        let cluster = self.0.slot().take();
        drop(cluster);
    }
}

/// A thread that on Ctrl-C or SIGTERM stops the cluster and ends the program with the shell's code for an interruption.
fn stop_on_signal(shared: Arc<Shared>) -> Result<(), Failure> {
    const INTERRUPTED: i32 = 130;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let mut stop = runtime.block_on(async { StopSignal::listen() })?;
    std::thread::Builder::new().name("stop-on-signal".to_owned()).spawn(move || {
        runtime.block_on(stop.received());
        if shared.left_to_command.load(Ordering::SeqCst) {
            return;
        }
        shared.ended_by_signal.store(true, Ordering::SeqCst);
        // A second signal waits for nothing.
        std::thread::spawn(move || {
            runtime.block_on(stop.received());
            std::process::exit(INTERRUPTED);
        });
        let cluster = shared.slot().take();
        drop(cluster);
        std::process::exit(INTERRUPTED);
    })?;
    Ok(())
}

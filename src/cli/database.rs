//! The database of a command: the one that was named, or the private cluster, started when it is not running and
//! stopped with the command, also when Ctrl-C ends it early. Every command finds it migrated and, if nobody had used it
//! before, filled with the shipped catalogue.

use super::stop_signal::StopSignal;
use super::{Failure, address};
use crate::actions::load_shipped::{Loaded, load_shipped};
use crate::catalog;
use crate::config::GlobalSettings;
use crate::local_postgres::{Cluster, OLDEST_MAJOR};
use crate::storage::audit_log::Actor;
use crate::storage::{Db, DbError, catalogue, unknown_migrations};
use chrono::Utc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// An open database.
pub struct Opened {
    /// Its pool.
    pub db: Db,
    private: Option<Private>,
}

/// Opens the database with at most so many connections, ready for use.
pub fn open(global: &GlobalSettings, connections: u32) -> Result<Opened, Failure> {
    let opened = connect(global, connections)?;
    opened.prepare(global)?;
    Ok(opened)
}

/// Opens the database as it stands.
pub fn connect(global: &GlobalSettings, connections: u32) -> Result<Opened, Failure> {
    let (private, url) = match global.database_url() {
        Some(url) => (None, address::with_patience(url)),
        None => {
            let (private, url) = Private::start(global)?;
            (Some(private), url)
        }
    };
    let db = Db::connect(&url, connections).map_err(|error| match error {
        DbError::Unavailable(said) => address::sentence(&said).into(),
        DbError::Query(_) => Failure::from(error),
    })?;
    let version = db.server_version()?;
    if version / 10_000 < i32::try_from(OLDEST_MAJOR)? {
        let found = version / 10_000;
        return Err(format!("the database is PostgreSQL {found}; use one of version {OLDEST_MAJOR} or newer").into());
    }
    let opened = Opened { db, private };
    let unknown = opened.db.run_blocking(unknown_migrations)?;
    if unknown.is_empty() { Ok(opened) } else { Err(too_new(&unknown)) }
}

/// That the database is ahead of this program. Nothing has been written to it.
fn too_new(unknown: &[String]) -> Failure {
    format!(
        "the database is newer than this hailong: it has been through changes that this version does not know ({}); \
         install the hailong that made them or a newer one, or restore the backup taken before; if the database belongs \
         to another program, name one of its own with DATABASE_URL or --database-url",
        unknown.join(", ")
    )
    .into()
}

/// What had to be done to a database before it could be used.
#[derive(Debug)]
pub struct Prepared {
    /// The migrations that were applied.
    pub applied: Vec<String>,
    /// Whether it was empty and got the shipped catalogue.
    pub filled: Loaded,
}

/// The database with figures read from a replica, which may be away now and come later.
pub fn with_replica(db: Db, url: &str, connections: u32, bound: Duration) -> Result<Db, Failure> {
    let url = address::of_replica(url)?;
    match Db::reach(&url) {
        Err(DbError::Unavailable(said)) if !address::was_understood(&said) => Err(
            "the address of the replica cannot be understood: write postgres://USER:PASSWORD@HOST:PORT/DATABASE in \
                 DATABASE_REPLICA_URL or --database-replica-url"
                .into(),
        ),
        _ => Ok(db.with_replica(&url, connections, bound)),
    }
}

impl Opened {
    /// Migrates, and fills an empty database with the shipped catalogue and its surveys.
    pub fn prepare(&self, global: &GlobalSettings) -> Result<Prepared, Failure> {
        let applied = self.db.migrate()?;
        let mut filled = Loaded::Already;
        if self.db.run_blocking(catalogue::is_empty)? {
            let library = catalog::load(global.forms().as_deref())?;
            let actor = Actor::command_line();
            filled = self.db.run_blocking(|conn| load_shipped(conn, Utc::now(), &actor, &library))?;
        }
        Ok(Prepared { applied, filled })
    }

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

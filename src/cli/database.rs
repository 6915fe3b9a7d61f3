//! The database of a command: the one that was named, or the private cluster, started when it is not running.

use super::Failure;
use crate::config::GlobalSettings;
use crate::storage::Db;

/// An open database.
pub struct Opened {
    /// Its pool.
    pub db: Db,
}

/// Opens the database with at most so many connections.
pub fn open(global: &GlobalSettings, connections: u32) -> Result<Opened, Failure> {
    let url = global.database_url.clone().ok_or("no database is named: set DATABASE_URL")?;
    Ok(Opened { db: Db::connect(&url, connections)? })
}

//! The pool of connections: each with the session settings of ours, and thrown away once it is of no use.
//!
//! A server that was set back to a standby still answers on old connections, and refuses every write on them; only a fresh
//! connection leads to the server that took over.

use super::{QueryError, SESSION_SETTINGS, is_disconnect};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, Error, ManageConnection, Pool};
use std::time::Duration;

/// A pool of connections to one address.
pub(super) type Connections = Pool<Manager>;

/// A connection of the pool.
pub(super) struct Held {
    conn: PgConnection,
    is_lost: bool,
}

impl Held {
    /// Uses the connection; should it turn out to be lost, it does not go back into the pool.
    pub(super) fn run<T>(
        &mut self,
        work: impl FnOnce(&mut PgConnection) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        let result = work(&mut self.conn);
        self.is_lost |= result.as_ref().is_err_and(is_disconnect);
        result
    }

    /// The connection itself.
    pub(super) fn conn(&mut self) -> &mut PgConnection {
        &mut self.conn
    }
}

/// Makes connections and judges them.
#[derive(Debug)]
pub(super) struct Manager(ConnectionManager<PgConnection>);

impl ManageConnection for Manager {
    type Connection = Held;
    type Error = Error;

    fn connect(&self) -> Result<Held, Error> {
        let mut conn = self.0.connect()?;
        conn.batch_execute(SESSION_SETTINGS).map_err(Error::QueryError)?;
        Ok(Held { conn, is_lost: false })
    }

    fn is_valid(&self, held: &mut Held) -> Result<(), Error> {
        self.0.is_valid(&mut held.conn)
    }

    fn has_broken(&self, held: &mut Held) -> bool {
        held.is_lost || self.0.has_broken(&mut held.conn)
    }
}

/// A pool of at most `size` connections, of which somebody waits at most so long for one. Connects by and by.
pub(super) fn connections(url: &str, size: u32, wait: Duration) -> Connections {
    let manager = Manager(ConnectionManager::new(url));
    Pool::builder().max_size(size).min_idle(Some(1)).connection_timeout(wait).build_unchecked(manager)
}

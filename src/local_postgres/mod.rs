//! The private PostgreSQL cluster under the data folder, for whoever names no database of their own.
//!
//! [`Cluster::start`] finds the PostgreSQL programs on the machine, makes the cluster when there is none, and starts
//! the server or joins the one that another `hailong` has started; the last one to leave stops it. While a program
//! uses the cluster, a thread of its own brings the server back should it die. Nothing here installs software, opens
//! a network port, asks a question, or knows what the database holds.

mod account;
mod error;
mod folder;
mod growth;
mod interrupts;
mod keeper;
mod locks;
mod patience;
mod programs;
mod server;
mod settings;
mod socket;

use std::path::Path;
use std::sync::Arc;

pub use error::StartError;
pub use growth::Growth;
pub use interrupts::core_of_disk;
pub use programs::{OLDEST_MAJOR, Programs};

use account::Account;
use folder::DataFolder;
use keeper::Keeper;
use locks::Users;
use server::Server;

/// The role and the database that the service uses inside its private cluster.
pub const NAME: &str = "hailong";

/// A running private cluster, held for as long as this value lives.
#[derive(Debug)]
pub struct Cluster {
    server: Arc<Server>,
    keeper: Option<Keeper>,
    users: Option<Users>,
}

impl Cluster {
    /// Starts the cluster kept in `data/postgres`, making folder, cluster and database where they are missing, or
    /// joins it when it is already running. Returns once the database accepts connections.
    ///
    /// As root the server runs as `postgres` (or `nobody`, or whoever owns an existing cluster), so that account must
    /// be able to reach `data`.
    pub fn start(data: &Path) -> Result<Cluster, StartError> {
        let account = Account::for_cluster_in(data)?;
        let mut data = DataFolder::open(data, &account)?;
        // First without a trace: what is not ours, or of no use, is left as it was found, without even a lock file in it.
        if let Some(major) = data.major_version()? {
            Programs::of_version(&account, major, data.cluster())?;
        }
        let starting = locks::starting(data.path())?;
        let users = Users::join(data.path())?;
        let programs = match data.major_version()? {
            Some(major) => {
                data.put_in_order(&account)?;
                Programs::of_version(&account, major, data.cluster())?
            }
            None => {
                let programs = Programs::preferred(&account)?;
                data.make_cluster(&account, &programs)?;
                programs
            }
        };
        data.keep();
        let server = Arc::new(Server::new(account, programs, &data)?);
        server.bring_up()?;
        drop(starting);
        let keeper = Keeper::watch(Arc::clone(&server));
        Ok(Cluster { server, keeper: Some(keeper), users: Some(users) })
    }

    /// The address of the database, as libpq and everything built on it understands it.
    pub fn url(&self) -> String {
        socket::url(self.server.socket_folder())
    }

    /// Lets go of the cluster, and stops the server when nobody else uses it. Returns once it has stopped.
    pub fn stop(mut self) {
        self.leave();
    }

    fn leave(&mut self) {
        drop(self.keeper.take());
        let Some(users) = self.users.take() else { return };
        let starting = match locks::starting(self.server.data()) {
            Ok(lock) => lock,
            Err(error) => return tracing::warn!(%error, "the private database server was left running"),
        };
        if users.leave_as_last() {
            self.server.take_down();
        }
        drop(starting);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The PostgreSQL programs on this machine that a new private cluster would use.
pub fn programs() -> Result<Programs, StartError> {
    Programs::preferred(&Account::for_new_cluster()?)
}

//! Why the private cluster could not be had: facts, and one sentence with the remedy for the person at the terminal.
//! It never decides what happens next; the command line ends with code 1.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why [`Cluster::start`](super::Cluster::start) gave up. Its `Display` is the sentence for the operator.
#[derive(Debug)]
pub enum StartError {
    /// No PostgreSQL server programs of a version that we can use; `too_old` are the versions that were found.
    NoPrograms {
        /// Major versions found, all older than [`OLDEST_MAJOR`](super::OLDEST_MAJOR).
        too_old: Vec<u32>,
    },
    /// We are root, and there is no other account that the server could run as.
    NoAccount,
    /// The account that the server must run as cannot get to the folder.
    Unreachable {
        /// The folder that it cannot enter.
        folder: PathBuf,
        /// The account's name.
        account: String,
    },
    /// We may not write in the data folder.
    NotWritable {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The cluster belongs to another account than ours.
    NotOurs {
        /// The cluster's folder.
        folder: PathBuf,
        /// Who owns it.
        owner: String,
    },
    /// The cluster was made by a major version that is not installed.
    OtherVersion {
        /// The cluster's folder.
        folder: PathBuf,
        /// The version that made it.
        needs: u32,
        /// The versions on this machine.
        installed: Vec<u32>,
    },
    /// The cluster's folder does not hold a whole cluster.
    Damaged {
        /// The cluster's folder.
        folder: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The server ended instead of starting.
    Refused {
        /// The cluster's folder.
        folder: PathBuf,
        /// Its log file.
        log: PathBuf,
        /// What it said last.
        last_words: String,
    },
    /// The server runs but did not accept a connection in time.
    NotReady {
        /// How long we waited.
        seconds: u64,
        /// Its log file.
        log: PathBuf,
        /// What it answered last.
        last_words: String,
    },
    /// Another `hailong` has been starting or stopping the server for too long.
    Busy {
        /// The lock file that it holds.
        lock: PathBuf,
        /// How long we waited.
        seconds: u64,
    },
    /// Processes of a server that has died are still at work in the folder.
    StillAtWork {
        /// The cluster's folder.
        folder: PathBuf,
        /// How long we waited.
        seconds: u64,
    },
    /// Too little room on the disk.
    DiskFull {
        /// A folder on that disk.
        folder: PathBuf,
    },
    /// The folder for the socket exists and is not ours alone.
    SocketFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// The new cluster could not be made.
    NotMade {
        /// Where it was to be.
        folder: PathBuf,
        /// What the program said.
        last_words: String,
    },
    /// Anything else that the system refused.
    Io {
        /// What we were doing, as in "could not ...".
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ELSEWHERE: &str = "choose another folder with --data or HAILONG_DATA";
        match self {
            Self::NoPrograms { too_old } if too_old.is_empty() => write!(
                f,
                "No PostgreSQL server programs (version {} or newer) were found on this machine: install them \
                 (Debian, Ubuntu: apt-get install postgresql), or name a database with DATABASE_URL.",
                super::OLDEST_MAJOR
            ),
            Self::NoPrograms { too_old } => write!(
                f,
                "Only PostgreSQL {} was found on this machine, and version {} or newer is needed: install a newer one, \
                 or name a database with DATABASE_URL.",
                listed(too_old),
                super::OLDEST_MAJOR
            ),
            Self::NoAccount => write!(
                f,
                "PostgreSQL does not run as root, and this machine has neither an account 'postgres' nor 'nobody' to run \
                 it as: run this program as an ordinary user, or add one (useradd --system postgres)."
            ),
            Self::Unreachable { folder, account } => write!(
                f,
                "The account '{account}', which the database server runs as, cannot enter {}: {ELSEWHERE} (for example \
                 /var/lib/hailong), or let others pass through with chmod o+x on that folder and those above it.",
                folder.display()
            ),
            Self::NotWritable { folder, cause } => {
                write!(
                    f,
                    "The data folder {} is not writable ({cause}): make it writable, or {ELSEWHERE}.",
                    folder.display()
                )
            }
            Self::NotOurs { folder, owner } => write!(
                f,
                "The database in {} belongs to the account '{owner}': run this program as that account or as root, or \
                 {ELSEWHERE}.",
                folder.display()
            ),
            Self::OtherVersion { folder, needs, installed } => write!(
                f,
                "The database in {} was made by PostgreSQL {needs}, and this machine has only {}: install PostgreSQL \
                 {needs}; or dump it where PostgreSQL {needs} is (pg_dump), move the folder away, start again and restore \
                 the dump (pg_restore), as README.md describes under Backup; or {ELSEWHERE}.",
                folder.display(),
                listed(installed)
            ),
            Self::Damaged { folder, detail } => write!(
                f,
                "The database folder {} is damaged ({detail}): move it away and restore a backup, or {ELSEWHERE}.",
                folder.display()
            ),
            Self::Refused { folder, log, last_words } => write!(
                f,
                "The database server did not start on {}; it said: {last_words} (more in {}). If its files are damaged, \
                 move the folder away and restore a backup.",
                folder.display(),
                log.display()
            ),
            Self::NotReady { seconds, log, last_words } => write!(
                f,
                "The database server has not accepted a connection within {seconds} s; it said: {last_words}. It may still \
                 be recovering: see {} and try again in a few minutes.",
                log.display()
            ),
            Self::Busy { lock, seconds } => write!(
                f,
                "Another hailong has been starting or stopping the database for more than {seconds} s (it holds {}): end \
                 that program and try again.",
                lock.display()
            ),
            Self::StillAtWork { folder, seconds } => write!(
                f,
                "Another PostgreSQL server, or what is left of one, has been at work in {} for more than {seconds} s: end \
                 its processes and try again.",
                folder.display()
            ),
            Self::DiskFull { folder } => {
                write!(
                    f,
                    "There is too little room on the disk that holds {}: free some space, or {ELSEWHERE}.",
                    folder.display()
                )
            }
            Self::SocketFolder { folder } => write!(
                f,
                "The folder {} is needed for the database's socket, but somebody else owns it or can enter it: remove it, or \
                 {ELSEWHERE}, one with a shorter path.",
                folder.display()
            ),
            Self::NotMade { folder, last_words } => write!(
                f,
                "A new database could not be made in {}; the program that makes it said: {last_words}. Put that right, or \
                 {ELSEWHERE}.",
                folder.display()
            ),
            Self::Io { doing, path, cause } => write!(
                f,
                "Could not {doing} {} ({cause}): check the folder's permissions and the disk, or {ELSEWHERE}.",
                path.display()
            ),
        }
    }
}

impl std::error::Error for StartError {}

impl StartError {
    /// For `map_err`: what we were doing, and with which file. Recognises a full disk.
    pub(super) fn io(doing: &'static str, path: &std::path::Path) -> impl FnOnce(io::Error) -> StartError {
        move |cause| match cause.kind() {
            io::ErrorKind::StorageFull => StartError::DiskFull { folder: path.to_owned() },
            _ => StartError::Io { doing, path: path.to_owned(), cause },
        }
    }
}

fn listed(versions: &[u32]) -> String {
    match versions {
        [] => "no version of it that can be used".to_owned(),
        some => some.iter().map(u32::to_string).collect::<Vec<_>>().join(", "),
    }
}

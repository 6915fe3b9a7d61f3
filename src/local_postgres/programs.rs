//! Finds the PostgreSQL server programs on the machine: those in the search path, those `pg_config` names, those where
//! Debian and its kin keep every major version side by side. It installs nothing and trusts only what runs as the
//! account that will have to run it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::account::Account;
use super::error::StartError;

/// The oldest major version that the service supports.
pub const OLDEST_MAJOR: u32 = 14;

/// One folder with the programs of one PostgreSQL version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    folder: PathBuf,
    major: u32,
}

impl Programs {
    /// The folder that holds the programs.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Their major version.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// The server itself.
    pub fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    /// What makes a new cluster.
    pub fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    /// What starts and stops a server by hand.
    pub fn pg_ctl(&self) -> PathBuf {
        self.folder.join("pg_ctl")
    }

    /// The interactive client.
    pub fn psql(&self) -> PathBuf {
        self.folder.join("psql")
    }

    /// The first usable ones: the search path is the operator's own choice and goes first, then the newest.
    pub(super) fn preferred(account: &Account) -> Result<Programs, StartError> {
        let mut too_old = BTreeSet::new();
        for programs in found(account) {
            if programs.major >= OLDEST_MAJOR {
                return Ok(programs);
            }
            too_old.insert(programs.major);
        }
        Err(StartError::NoPrograms { too_old: too_old.into_iter().collect() })
    }

    /// Those of exactly the major version that made the cluster in `folder`.
    pub(super) fn of_version(account: &Account, major: u32, folder: &Path) -> Result<Programs, StartError> {
        let mut installed = BTreeSet::new();
        for programs in found(account) {
            if programs.major == major && major >= OLDEST_MAJOR {
                return Ok(programs);
            }
            installed.insert(programs.major);
        }
        if installed.is_empty() {
            return Err(StartError::NoPrograms { too_old: Vec::new() });
        }
        let installed = installed.into_iter().collect();
        Err(StartError::OtherVersion { folder: folder.to_owned(), needs: major, installed })
    }
}

/// Every complete set of programs, one after the other and only as far as the caller asks.
fn found(account: &Account) -> impl Iterator<Item = Programs> {
    let named =
        [folder_in_search_path as fn() -> Option<PathBuf>, folder_of_pg_config].into_iter().filter_map(|ask| ask());
    let kept = std::iter::once_with(folders_by_version).flatten();
    named.chain(kept).filter_map(|folder| {
        let major = major_version(account, &folder)?;
        Some(Programs { folder, major })
    })
}

fn folder_in_search_path() -> Option<PathBuf> {
    let path = answer(Command::new("/bin/sh").args(["-c", "command -v postgres"]))?;
    // Some systems link /usr/bin/postgres to where its companions are.
    Some(Path::new(&path).canonicalize().ok()?.parent()?.to_owned())
}

fn folder_of_pg_config() -> Option<PathBuf> {
    answer(Command::new("pg_config").arg("--bindir")).map(PathBuf::from)
}

fn folders_by_version() -> Vec<PathBuf> {
    let mut folders: Vec<(u32, PathBuf)> = [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")]
        .into_iter()
        .filter_map(|(parent, prefix)| Some((Path::new(parent).read_dir().ok()?, prefix)))
        .flat_map(|(entries, prefix)| entries.filter_map(Result::ok).map(move |entry| (entry, prefix)))
        .filter_map(|(entry, prefix)| {
            let major = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    folders.sort();
    folders.into_iter().rev().map(|(_, folder)| folder).collect()
}

/// The version of the programs in a folder; `None` unless all are there and the account can run them.
fn major_version(account: &Account, folder: &Path) -> Option<u32> {
    let complete = ["postgres", "initdb", "pg_ctl", "psql"].iter().all(|name| folder.join(name).is_file());
    if !complete {
        return None;
    }
    let said = answer(account.command(folder.join("postgres")).arg("--version"))?;
    // "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"; before a release "18beta1".
    let version = said.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}

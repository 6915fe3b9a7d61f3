//! Hands to the disk what tables and indexes have grown by, step by step.
//!
//! PostgreSQL makes a table longer by pages of zeros, which nothing sends to the disk before its next checkpoint; the system
//! keeps them for half a minute and then writes them all at once. At sixteen thousand submissions a second 140 MB were then
//! waiting, and commits waited 60 to 80 ms for them.

use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The files of the cluster's tables and indexes, and how long each was at the last look.
#[derive(Debug)]
pub struct Growth {
    databases: PathBuf,
    lengths: Option<HashMap<PathBuf, u64>>,
}

impl Growth {
    /// That of the cluster kept in `data`, from the first look on.
    pub fn of_cluster_in(data: &Path) -> Self {
        Self { databases: data.join("postgres/base"), lengths: None }
    }

    /// Has the disk begin to write what files have grown by since the last look, and says how many bytes these are. Does not wait
    /// for the disk, and asks for no failure of it: that is for PostgreSQL to hear, which would not if somebody had before.
    /// What cannot be opened is left to the system.
    pub fn write_back(&mut self) -> u64 {
        let Ok(now) = lengths(&self.databases) else { return 0 };
        let grown = self.lengths.as_ref().map_or(0, |before| begin(before, &now));
        self.lengths = Some(now);
        grown
    }
}

/// Has the disk begin to write what is new, and says how much that is.
fn begin(before: &HashMap<PathBuf, u64>, now: &HashMap<PathBuf, u64>) -> u64 {
    let grown = now.iter().filter_map(|(file, length)| {
        let from = before.get(file).copied().unwrap_or(0);
        let bytes = length.checked_sub(from).filter(|bytes| *bytes > 0)?;
        begin_file(file, from, bytes).ok().map(|()| bytes)
    });
    grown.sum()
}

/// How long each file is. Folders that are not a database's hold what is sorted beside the memory and soon gone.
fn lengths(databases: &Path) -> io::Result<HashMap<PathBuf, u64>> {
    let mut all = HashMap::new();
    for database in fs::read_dir(databases)? {
        let database = database?;
        if !database.file_name().to_string_lossy().bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        for file in fs::read_dir(database.path())? {
            let file = file?;
            // One that is gone in between is nobody's concern.
            if let Ok(about) = file.metadata() {
                all.insert(file.path(), about.len());
            }
        }
    }
    Ok(all)
}

/// Linux begins to write such pages when it is told that they are not needed soon, and drops only those that it need not write:
/// of pages that were added a moment ago, none.
fn begin_file(file: &Path, from: u64, bytes: u64) -> io::Result<()> {
    let signed = |number: u64| i64::try_from(number).map_err(io::Error::other);
    let advice = PosixFadviseAdvice::POSIX_FADV_DONTNEED;
    Ok(posix_fadvise(File::open(file)?, signed(from)?, signed(bytes)?, advice)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_files_have_grown_by_is_begun_to_be_written_once() {
        let data = tempfile::tempdir().unwrap();
        let database = data.path().join("postgres/base/16384");
        let sorting = data.path().join("postgres/base/pgsql_tmp");
        fs::create_dir_all(&database).unwrap();
        fs::create_dir_all(&sorting).unwrap();
        let table = database.join("16400");
        fs::write(&table, [0; 8192]).unwrap();

        let mut growth = Growth::of_cluster_in(data.path());
        assert_eq!(growth.write_back(), 0, "what was there before is the system's");
        assert_eq!(growth.write_back(), 0);
        fs::write(&table, [0; 3 * 8192]).unwrap();
        fs::write(database.join("16400.1"), [0; 8192]).unwrap();
        fs::write(sorting.join("sorted"), [0; 8192]).unwrap();
        assert_eq!(growth.write_back(), 3 * 8192);
        assert_eq!(growth.write_back(), 0);

        fs::write(&table, [0; 8192]).unwrap();
        fs::remove_file(database.join("16400.1")).unwrap();
        assert_eq!(growth.write_back(), 0, "shorter");
        fs::write(&table, [0; 2 * 8192]).unwrap();
        assert_eq!(growth.write_back(), 8192);
    }

    #[test]
    fn a_cluster_that_is_not_there_has_not_grown() {
        let data = tempfile::tempdir().unwrap();
        let mut growth = Growth::of_cluster_in(data.path());
        assert_eq!((growth.write_back(), growth.write_back()), (0, 0));
    }
}

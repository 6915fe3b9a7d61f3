//! Where the server's socket stands, and the database's address made from it. A socket's path has room for 107 bytes
//! only, so a data folder deep down gets a folder of its own under /tmp instead.

use std::fmt::Write;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::NAME;
use super::account::Account;
use super::error::StartError;

/// Only part of the socket's name: the server listens on no network.
pub(super) const PORT: &str = "5432";

const LONGEST_SOCKET_PATH: usize = 107;

/// The folder for the socket of the cluster in `data` (an absolute path), made when missing, closed to others.
pub(super) fn folder(data: &Path, account: &Account) -> Result<PathBuf, StartError> {
    let near = data.join("run");
    let folder = if fits(&near) { near } else { PathBuf::from("/tmp").join(stable_name(data)) };
    match DirBuilder::new().mode(0o700).create(&folder) {
        Ok(()) => account.give(&folder).map_err(StartError::io("hand over", &folder))?,
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
        Err(cause) => return Err(StartError::io("make", &folder)(cause)),
    }
    // A link, or a folder that somebody else has put there first, would let them in between.
    let found = folder.symlink_metadata().map_err(StartError::io("look at", &folder))?;
    if !found.is_dir() || (found.uid() != account.uid() && found.uid() != 0) {
        return Err(StartError::SocketFolder { folder });
    }
    if found.uid() != account.uid() {
        account.give(&folder).map_err(StartError::io("hand over", &folder))?;
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).map_err(StartError::io("close", &folder))?;
    Ok(folder)
}

/// Removes what a server that was killed has left behind. Only when no server runs.
pub(super) fn sweep(folder: &Path) -> io::Result<()> {
    for name in [format!(".s.PGSQL.{PORT}"), format!(".s.PGSQL.{PORT}.lock")] {
        match fs::remove_file(folder.join(name)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
    }
    Ok(())
}

/// The address as a URL that holds even when `PGPORT` and the like are set.
pub(super) fn url(folder: &Path) -> String {
    let mut host = String::new();
    for &byte in folder.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            host.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(host, "%{byte:02X}");
        }
    }
    format!("postgresql://{NAME}@/{NAME}?host={host}&port={PORT}")
}

/// Whether the server and its clients can use this folder: short enough, and no sign that either reads as a separator.
fn fits(folder: &Path) -> bool {
    let bytes = folder.as_os_str().as_bytes();
    let socket = bytes.len() + "/.s.PGSQL.".len() + PORT.len();
    socket <= LONGEST_SOCKET_PATH && !bytes.iter().any(|byte| b",\"'\\".contains(byte) || byte.is_ascii_control())
}

fn stable_name(data: &Path) -> String {
    let digest = Sha256::digest(data.as_os_str().as_bytes());
    format!("hailong-{}", hex::encode(&digest[..8]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_survives_any_path() {
        let url = url(Path::new("/srv/Hài Lòng/run"));
        assert_eq!(url, "postgresql://hailong@/hailong?host=%2Fsrv%2FH%C3%A0i%20L%C3%B2ng%2Frun&port=5432");
    }

    #[test]
    fn a_folder_fits_up_to_the_last_byte() {
        let room = LONGEST_SOCKET_PATH - "/.s.PGSQL.5432".len();
        assert!(fits(Path::new(&format!("/{}", "a".repeat(room - 1)))));
        assert!(!fits(Path::new(&format!("/{}", "a".repeat(room)))));
        assert!(!fits(Path::new("/a,b")));
    }
}

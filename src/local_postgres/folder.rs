//! The data folder and the cluster in it, before any server runs: made when missing, recognised when there. A cluster
//! is made aside and put in its place by one renaming, so that it exists whole or not at all; folders made on the way
//! to a failure are removed again.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::statvfs::statvfs;
use nix::unistd::geteuid;

use super::NAME;
use super::account::Account;
use super::error::StartError;
use super::patience::{PATIENCE, patiently};
use super::programs::Programs;
use super::settings;

const ROOM_FOR_A_NEW_CLUSTER: u64 = 150 * 1024 * 1024;

/// The data folder, absolute and without links. Dropped before [`DataFolder::keep`], it removes what it has made.
#[derive(Debug)]
pub(super) struct DataFolder {
    path: PathBuf,
    cluster: PathBuf,
    /// Folders that did not exist before, innermost first.
    made: Vec<PathBuf>,
}

impl DataFolder {
    /// Makes the folder when it is missing, and makes sure that the account can enter it and that we can write in it.
    pub(super) fn open(data: &Path, account: &Account) -> Result<DataFolder, StartError> {
        let data = std::path::absolute(data).map_err(StartError::io("find", data))?;
        let missing: Vec<PathBuf> =
            data.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        let nearest = data.ancestors().nth(missing.len()).unwrap_or(&data);
        if !nearest.is_dir() {
            let cause = io::ErrorKind::NotADirectory.into();
            return Err(StartError::NotWritable { folder: nearest.to_owned(), cause });
        }
        if !account.can_enter(nearest) {
            return Err(StartError::Unreachable { folder: nearest.to_owned(), account: account.name().to_owned() });
        }
        let mut folder = DataFolder { path: data.clone(), cluster: PathBuf::new(), made: Vec::new() };
        for missing in missing.iter().rev() {
            // Others may pass through but not look: under a strict umask the account could not reach its cluster.
            let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
            let not_writable = |cause| StartError::NotWritable { folder: missing.clone(), cause };
            match DirBuilder::new().mode(mode).create(missing) {
                Ok(()) => folder.made.insert(0, missing.clone()),
                // Another program that starts at the same moment was quicker.
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(cause) => return Err(not_writable(cause)),
            }
            fs::set_permissions(missing, fs::Permissions::from_mode(mode)).map_err(not_writable)?;
        }
        let not_writable = |cause| StartError::NotWritable { folder: data.clone(), cause };
        nix::unistd::access(&data, nix::unistd::AccessFlags::W_OK | nix::unistd::AccessFlags::X_OK)
            .map_err(|errno| not_writable(errno.into()))?;
        folder.path = data.canonicalize().map_err(not_writable)?;
        folder.cluster = folder.path.join("postgres");
        Ok(folder)
    }

    /// The data folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The cluster's folder in it.
    pub(super) fn cluster(&self) -> &Path {
        &self.cluster
    }

    /// The major version that made the cluster; `None` when there is no cluster yet. Changes nothing, and so can be asked
    /// before anything is written into the folder.
    pub(super) fn major_version(&self) -> Result<Option<u32>, StartError> {
        let cluster = &self.cluster;
        let damaged = |detail: &str| StartError::Damaged { folder: cluster.clone(), detail: detail.to_owned() };
        match fs::metadata(cluster) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(damaged("it is not a folder")),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(StartError::io("look at", cluster)(cause)),
        }
        let mut entries = cluster.read_dir().map_err(StartError::io("read", cluster))?;
        if entries.next().is_none() {
            return Ok(None);
        }
        let version = match fs::read_to_string(cluster.join("PG_VERSION")) {
            Ok(version) => version,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                return Err(damaged("its file PG_VERSION is missing"));
            }
            Err(cause) => return Err(StartError::io("read", &cluster.join("PG_VERSION"))(cause)),
        };
        let major = version.trim().split('.').next().unwrap_or_default().parse();
        major.map(Some).map_err(|_| damaged("its file PG_VERSION does not name a version"))
    }

    /// Puts the owner and the rights of the cluster's folder in order, which a restored copy may have lost.
    pub(super) fn put_in_order(&self, account: &Account) -> Result<(), StartError> {
        let cluster = &self.cluster;
        let found = fs::metadata(cluster).map_err(StartError::io("look at", cluster))?;
        if found.uid() != account.uid() {
            account.give_all(cluster).map_err(StartError::io("hand over", cluster))?;
        }
        if found.permissions().mode() & 0o777 != 0o700 {
            fs::set_permissions(cluster, fs::Permissions::from_mode(0o700))
                .map_err(StartError::io("close", cluster))?;
        }
        Ok(())
    }

    /// Makes the cluster with its database in it. Only while nobody else can be at it.
    pub(super) fn make_cluster(&self, account: &Account, programs: &Programs) -> Result<(), StartError> {
        if room(&self.path).is_some_and(|bytes| bytes < ROOM_FOR_A_NEW_CLUSTER) {
            return Err(StartError::DiskFull { folder: self.path.clone() });
        }
        tracing::info!("making a new database in {}", self.cluster.display());
        let unfinished = self.path.join("postgres.new");
        // Of a program that was killed the helper may live on, and would spoil what we make under the same name.
        patiently("an interrupted attempt to make the database is ending", PATIENCE, || {
            (!account.is_at_work_in(&unfinished)).then_some(())
        })
        .ok_or_else(|| StartError::StillAtWork { folder: unfinished.clone(), seconds: PATIENCE.as_secs() })?;
        remove(&unfinished)?;
        let made = fill(&unfinished, account, programs).and_then(|()| {
            fs::rename(&unfinished, &self.cluster).map_err(StartError::io("put in its place", &unfinished))?;
            File::open(&self.path).and_then(|folder| folder.sync_all()).map_err(StartError::io("save", &self.path))
        });
        if made.is_err() {
            remove(&unfinished)?;
        }
        made
    }

    /// From here on the folder is worth keeping.
    pub(super) fn keep(&mut self) {
        self.made.clear();
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        for folder in &self.made {
            // The lock files are all that can be in it; anything else is not ours to remove and keeps the folder.
            for lock in ["postgres.starting", "postgres.users"] {
                let _ = fs::remove_file(folder.join(lock));
            }
            if fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }
}

/// A complete cluster with our database in a new folder.
fn fill(folder: &Path, account: &Account, programs: &Programs) -> Result<(), StartError> {
    DirBuilder::new().mode(0o700).create(folder).map_err(StartError::io("make", folder))?;
    account.give(folder).map_err(StartError::io("hand over", folder))?;
    let not_made = |last_words: String| match last_words.contains("No space left on device") {
        true => StartError::DiskFull { folder: folder.to_owned() },
        false => StartError::NotMade { folder: folder.to_owned(), last_words },
    };

    let mut initdb = account.command(programs.initdb());
    initdb.current_dir(folder).arg("-D").arg(folder).args(["-U", NAME, "--data-checksums", "--encoding=UTF8"]);
    // Sorted by code point, so that no update of the system's languages can spoil an index; letters known beyond ASCII.
    initdb.args(["--locale=C.UTF-8", "--lc-collate=C", "--lc-messages=C"]);
    // Whoever can enter the socket's folder is the account itself or root; nobody comes over the network.
    initdb.args(["--auth-local=trust", "--auth-host=reject"]);
    // Whoever needs the next file of the log first fills it with zeros, and every commit waits for that: short files, short waits.
    initdb.arg("--wal-segsize=1");
    initdb.arg("--no-sync");
    run(&mut initdb, None).map_err(&not_made)?;
    settings::include(folder).map_err(StartError::io("write", folder))?;

    let mut single = account.command(programs.postgres());
    single.args(["--single", "-F", "-D"]).arg(folder).arg("postgres");
    run(&mut single, Some(&format!("CREATE DATABASE {NAME};\n"))).map_err(&not_made)?;

    // Nothing of it counts before all of it is on the disk: saved once, at the end.
    let mut save = account.command(programs.initdb());
    save.args(["--sync-only", "-D"]).arg(folder);
    run(&mut save, None).map_err(&not_made)
}

/// Runs a program to its end; what it said last when that is not a good one.
fn run(command: &mut Command, input: Option<&str>) -> Result<(), String> {
    let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
    let child = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|cause| cause.to_string())?;
    if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
        stdin.write_all(input.as_bytes()).map_err(|cause| cause.to_string())?;
    }
    let output = child.wait_with_output().map_err(|cause| cause.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    // The single-user server ends well even when its one command failed.
    match said.lines().find(|line| line.contains("ERROR:") || line.contains("FATAL:") || line.contains("error:")) {
        None if output.status.success() => Ok(()),
        Some(line) => Err(line.trim().to_owned()),
        None => Err(said.lines().last().map_or_else(|| output.status.to_string(), |line| line.trim().to_owned())),
    }
}

fn remove(folder: &Path) -> Result<(), StartError> {
    match fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(StartError::io("remove", folder)(cause)),
        _ => Ok(()),
    }
}

/// Bytes that an ordinary account can still write on this folder's disk; `None` when the system does not say.
fn room(folder: &Path) -> Option<u64> {
    let disk = statvfs(folder).ok()?;
    Some(disk.blocks_available() as u64 * disk.fragment_size() as u64)
}

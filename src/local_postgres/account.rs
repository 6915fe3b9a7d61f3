//! Which account the server runs as, and how a program is run as that account. PostgreSQL refuses to run as root, so
//! root hands over to the owner of an existing cluster, else to `postgres`, else to `nobody`; anyone else is
//! themselves. No account is created and no right is widened.

use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::{Gid, Uid, User, geteuid};

use super::error::StartError;

/// The account that owns the cluster and runs its server.
#[derive(Debug, Clone)]
pub(super) struct Account {
    name: String,
    uid: Uid,
    gid: Gid,
    /// We are root and the server must not be.
    steps_down: StepsDown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StepsDown {
    Yes,
    No,
}

impl Account {
    /// The account for a cluster that may already exist in `data`.
    pub(super) fn for_cluster_in(data: &Path) -> Result<Account, StartError> {
        let folder = data.join("postgres");
        let Ok(found) = folder.metadata() else { return Account::for_new_cluster() };
        let owner = Uid::from_raw(found.uid());
        if owner.is_root() || owner == geteuid() {
            return Account::for_new_cluster();
        }
        let name = name_of(owner);
        if geteuid().is_root() {
            return Ok(Account { name, uid: owner, gid: Gid::from_raw(found.gid()), steps_down: StepsDown::Yes });
        }
        Err(StartError::NotOurs { folder, owner: name })
    }

    /// The account for a cluster that does not exist yet.
    pub(super) fn for_new_cluster() -> Result<Account, StartError> {
        let me = geteuid();
        if !me.is_root() {
            return Ok(Account { name: name_of(me), uid: me, gid: nix::unistd::getegid(), steps_down: StepsDown::No });
        }
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Account { name: user.name, uid: user.uid, gid: user.gid, steps_down: StepsDown::Yes })
            .ok_or(StartError::NoAccount)
    }

    /// The account's name, for messages.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The account's number, to recognise what it owns.
    pub(super) fn uid(&self) -> u32 {
        self.uid.as_raw()
    }

    /// A command that will run as this account: no surroundings inherited (so that no `PG...` variable of the caller
    /// changes its meaning), out of reach of the terminal's Ctrl-C, reading nothing.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("HOME", "/");
        command.current_dir("/").process_group(0).stdin(Stdio::null());
        if self.steps_down == StepsDown::Yes {
            command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
        }
        command
    }

    /// Whether this account can enter the folder: found out by trying, which alone knows about every kind of right.
    pub(super) fn can_enter(&self, folder: &Path) -> bool {
        let mut attempt = self.command("/bin/sh");
        attempt.args(["-c", "cd -- \"$1\"", "sh"]).arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
        attempt.status().is_ok_and(|status| status.success())
    }

    /// Whether any process stands in the folder, as all of a server's do. Asked as this account, because even root may
    /// not look at another account's processes in some containers. When in doubt, yes.
    pub(super) fn is_at_work_in(&self, folder: &Path) -> bool {
        let mut ask = self.command("/bin/sh");
        ask.args(["-c", "readlink /proc/[0-9]*/cwd"]).stderr(Stdio::null());
        let folder = folder.as_os_str().as_encoded_bytes();
        ask.output().map_or(true, |said| said.stdout.split(|&byte| byte == b'\n').any(|line| line == folder))
    }

    /// Makes the account the owner of a file or folder that we have made for it.
    pub(super) fn give(&self, path: &Path) -> io::Result<()> {
        match self.steps_down {
            StepsDown::Yes => lchown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw())),
            StepsDown::No => Ok(()),
        }
    }

    /// The same for a folder and everything in it, such as a copy that root has put back in its place.
    pub(super) fn give_all(&self, folder: &Path) -> io::Result<()> {
        for entry in folder.read_dir()? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.give_all(&entry.path())?;
            } else {
                self.give(&entry.path())?;
            }
        }
        self.give(folder)
    }
}

fn name_of(uid: Uid) -> String {
    User::from_uid(uid).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name)
}

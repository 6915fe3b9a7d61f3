//! PostgreSQL servers that a test starts, kills and promotes by itself: a primary and its standbys. Nobody brings them back.

use super::database::{Database, program};
use nix::unistd::{User, geteuid};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A server in a folder of its own, reached by a socket in it. Dropping it kills it.
pub struct Postgres {
    place: TempDir,
    process: Mutex<Option<Child>>,
}

/// PostgreSQL refuses to run as root.
fn account() -> Option<User> {
    let known = || ["postgres", "nobody"].iter().find_map(|name| User::from_name(name).unwrap());
    geteuid().is_root().then(|| known().expect("there is a user postgres or nobody"))
}

fn command(name: &str) -> Command {
    let mut command = Command::new(program(name));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some(user) = account() {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Postgres {
    fn place() -> Self {
        let place = tempfile::Builder::new().prefix("hailong-pg-").tempdir_in("/var/tmp").unwrap();
        std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        if let Some(user) = account() {
            chown(place.path(), Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
        }
        Self { place, process: Mutex::new(None) }
    }

    /// A fresh server with an empty database `hailong`.
    pub fn fresh() -> Self {
        let server = Self::place();
        let mut initdb = command("initdb");
        initdb.args(["-U", "hailong", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync", "-D"]);
        succeed(initdb.arg(server.data()));
        server.start();
        Database::at(url(&[&server]).replace("/hailong?", "/postgres?")).execute("create database hailong");
        server
    }

    /// A standby of this server, made as operators make one.
    pub fn standby(&self, name: &str) -> Self {
        let standby = Self::place();
        let from = format!("{} application_name={name}", self.conninfo());
        let mut backup = command("pg_basebackup");
        backup.args([
            "--checkpoint=fast",
            "--wal-method=stream",
            "--write-recovery-conf",
            "--no-sync",
            "-d",
            &from,
            "-D",
        ]);
        succeed(backup.arg(standby.data()));
        standby.start();
        standby
    }

    /// How a standby connects to it.
    pub fn conninfo(&self) -> String {
        format!("host={} user=hailong", self.socket().display())
    }

    fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    fn socket(&self) -> &Path {
        self.place.path()
    }

    fn start(&self) {
        let mut server = command("postgres");
        server.arg("-D").arg(self.data()).arg("-k").arg(self.socket());
        let log = std::fs::File::create(self.place.path().join("log")).unwrap();
        let child = server.args(["-c", "listen_addresses="]).stderr(log).spawn().unwrap();
        *self.process.lock().unwrap() = Some(child);
        let start = Instant::now();
        while !self.is_ready() {
            let log = || std::fs::read_to_string(self.place.path().join("log")).unwrap();
            assert!(start.elapsed() < Duration::from_secs(30), "the server does not start: {}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn is_ready(&self) -> bool {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid"));
        file.is_ok_and(|file| file.lines().nth(7).is_some_and(|line| line.trim() == "ready"))
    }

    /// Its database.
    pub fn database(&self) -> Database {
        Database::at(url(&[self]))
    }

    /// Kills all its processes at once, as a power cut would.
    pub fn kill(&self) {
        let Some(mut child) = self.process.lock().unwrap().take() else { return };
        let children = Command::new("pgrep").args(["-P", &child.id().to_string()]).output().unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        let all = std::iter::once(child.id().to_string()).chain(children.lines().map(str::to_owned));
        Command::new("kill").arg("-9").args(all).stderr(Stdio::null()).status().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The address of one server or of several.
pub fn url(servers: &[&Postgres]) -> String {
    let hosts: Vec<String> = servers.iter().map(|server| server.socket().display().to_string()).collect();
    format!("postgresql://hailong:geheim-7@/hailong?host={}&port=5432", hosts.join(","))
}

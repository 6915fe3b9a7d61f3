//! The running server: started or joined, asked whether it lives, stopped. Who may do so when is for
//! [`locks`](super::locks) to say; how the cluster came to be is for [`folder`](super::folder).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::NAME;
use super::account::Account;
use super::error::StartError;
use super::folder::DataFolder;
use super::patience::{PATIENCE, patiently};
use super::programs::Programs;
use super::{settings, socket};

/// A log longer than this makes way for a new one at the next start; one old one is kept.
const LONG_LOG: u64 = 16 * 1024 * 1024;

/// Playing back what a killed server had not yet put in its place may take longer than anything else.
const RECOVERY: Duration = Duration::from_secs(300);

/// The server of one cluster, running or not.
#[derive(Debug)]
pub(super) struct Server {
    account: Account,
    programs: Programs,
    data: PathBuf,
    cluster: PathBuf,
    socket_folder: PathBuf,
    /// The server's process, when it was started by us: somebody has to take note of its end.
    child: Mutex<Option<Child>>,
}

impl Server {
    /// The server of the cluster in this data folder.
    pub(super) fn new(account: Account, programs: Programs, data: &DataFolder) -> Result<Server, StartError> {
        let socket_folder = socket::folder(data.path(), &account)?;
        let (data, cluster) = (data.path().to_owned(), data.cluster().to_owned());
        Ok(Server { account, programs, data, cluster, socket_folder, child: Mutex::new(None) })
    }

    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    pub(super) fn socket_folder(&self) -> &Path {
        &self.socket_folder
    }

    /// Starts the server unless it runs, and waits until it accepts connections. Only while the lock is held.
    pub(super) fn bring_up(&self) -> Result<(), StartError> {
        let log_before = self.log_length();
        if self.process().is_none() {
            self.has_ended();
            self.clear_away()?;
            self.launch()?;
        }
        let ready = patiently("the database server is starting or recovering", RECOVERY, || {
            if self.is_ready() {
                return Some(Ok(()));
            }
            let how = self.has_ended()?;
            Some(Err(self.refusal(log_before, &how)))
        });
        match ready {
            Some(Ok(())) => self.make_sure_of_the_database(),
            Some(Err(refusal)) => Err(refusal),
            None => Err(self.not_ready("nothing that it is ready".to_owned())),
        }
    }

    /// Stops the server and waits for its end. Only while the lock is held.
    pub(super) fn take_down(&self) {
        // Fast: ends the sessions, saves everything, and is gone. Immediate: the next start has to recover.
        for signal in [Signal::SIGINT, Signal::SIGQUIT] {
            let Some(pid) = self.process() else { return };
            if let Err(errno) = kill(pid, signal) {
                tracing::warn!(%errno, "could not stop the private database server, process {pid}");
                return;
            }
            if patiently("the database server is stopping", PATIENCE, || self.process().is_none().then_some(()))
                .is_some()
            {
                self.has_ended();
                return;
            }
        }
        tracing::warn!("the private database server does not stop: see {}", self.log().display());
    }

    /// The server's process, if it runs.
    pub(super) fn process(&self) -> Option<Pid> {
        let pid: i32 = self.pid_file()?.lines().next()?.trim().parse().ok()?;
        // The file outlives a killed server, and its number may by now belong to any other program.
        let command_line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let folder = self.cluster.as_os_str().as_encoded_bytes();
        command_line.split(|&byte| byte == 0).any(|argument| argument == folder).then(|| Pid::from_raw(pid))
    }

    fn pid_file(&self) -> Option<String> {
        fs::read_to_string(self.cluster.join("postmaster.pid")).ok()
    }

    /// How the server ended, once it has; taking note of it also frees our child's process number.
    fn has_ended(&self) -> Option<String> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(running) = child.as_mut() else {
            return self.process().is_none().then(|| "it ended".to_owned());
        };
        let status = running.try_wait().ok()??;
        *child = None;
        Some(status.to_string())
    }

    fn is_ready(&self) -> bool {
        self.process().is_some()
            && self.pid_file().is_some_and(|file| file.lines().nth(7).is_some_and(|line| line.trim() == "ready"))
    }

    /// Removes what a killed server has left, once none of its processes is at work any more.
    fn clear_away(&self) -> Result<(), StartError> {
        let left = self.cluster.join("postmaster.pid");
        if left.exists() {
            let gone = patiently("processes of a database server that was killed are ending", PATIENCE, || {
                (!self.account.is_at_work_in(&self.cluster)).then_some(())
            });
            gone.ok_or_else(|| StartError::StillAtWork { folder: self.cluster.clone(), seconds: PATIENCE.as_secs() })?;
            fs::remove_file(&left).map_err(StartError::io("remove", &left))?;
        }
        socket::sweep(&self.socket_folder).map_err(StartError::io("tidy", &self.socket_folder))
    }

    fn launch(&self) -> Result<(), StartError> {
        settings::write(&self.cluster, &self.account, &self.programs)
            .map_err(StartError::io("write settings in", &self.cluster))?;
        let log = self.open_log().map_err(StartError::io("open", &self.log()))?;
        let second = log.try_clone().map_err(StartError::io("open", &self.log()))?;
        let mut command = self.account.command(self.programs.postgres());
        command.arg("-D").arg(&self.cluster).arg("-k").arg(&self.socket_folder);
        command.args(["-p", socket::PORT, "-c", "listen_addresses="]);
        let child = command.stdout(log).stderr(second).spawn();
        let child = child.map_err(StartError::io("run", &self.programs.postgres()))?;
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        Ok(())
    }

    /// Asks for the database by name, which proves that connections are accepted; makes it if somebody dropped it.
    fn make_sure_of_the_database(&self) -> Result<(), StartError> {
        let Err(answer) = self.ask(NAME, "SELECT 1") else { return Ok(()) };
        if !answer.contains("does not exist") {
            return Err(self.not_ready(answer));
        }
        self.ask("postgres", &format!("CREATE DATABASE {NAME}")).map_err(|answer| self.not_ready(answer))
    }

    fn ask(&self, database: &str, statement: &str) -> Result<(), String> {
        let mut psql = self.account.command(self.programs.psql());
        psql.args(["-X", "-A", "-t", "-q", "-p", socket::PORT, "-U", NAME, "-d", database, "-c", statement, "-h"]);
        let output = psql.arg(&self.socket_folder).output().map_err(|cause| cause.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).trim().replace('\n', " "))
    }

    fn not_ready(&self, last_words: String) -> StartError {
        StartError::NotReady { seconds: RECOVERY.as_secs(), log: self.log(), last_words }
    }

    fn refusal(&self, log_before: u64, how: &str) -> StartError {
        let said = self.log_since(log_before).unwrap_or_default();
        if said.contains("No space left on device") {
            return StartError::DiskFull { folder: self.cluster.clone() };
        }
        // Without the time and the process in front; before it has settings it speaks in lines of another form.
        let severe = |line: &str| line.find("FATAL:").or_else(|| line.find("PANIC:")).map(|at| line[at..].to_owned());
        let last_words = match said.lines().rev().find_map(severe) {
            Some(line) => line,
            None if said.trim().is_empty() => format!("nothing ({how})"),
            None => said.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        StartError::Refused { folder: self.cluster.clone(), log: self.log(), last_words }
    }

    fn log(&self) -> PathBuf {
        self.data.join("postgres.log")
    }

    fn log_length(&self) -> u64 {
        fs::metadata(self.log()).map_or(0, |found| if found.len() > LONG_LOG { 0 } else { found.len() })
    }

    fn log_since(&self, before: u64) -> io::Result<String> {
        let mut file = File::open(self.log())?;
        file.seek(SeekFrom::Start(before))?;
        let mut said = Vec::new();
        file.take(LONG_LOG).read_to_end(&mut said)?;
        Ok(String::from_utf8_lossy(&said).into_owned())
    }

    fn open_log(&self) -> io::Result<File> {
        let path = self.log();
        if fs::metadata(&path).is_ok_and(|found| found.len() > LONG_LOG) {
            fs::rename(&path, self.data.join("postgres.log.1"))?;
        }
        let log = OpenOptions::new().create(true).append(true).mode(0o600).open(&path)?;
        self.account.give(&path)?;
        Ok(log)
    }
}

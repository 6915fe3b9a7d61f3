//! The commands without a database of their own: the private cluster comes and goes with them and keeps what it is given.

use crate::support::service::program;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::Permissions;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Stdio};
use tempfile::TempDir;

/// A folder that the server's account may pass through.
fn place() -> TempDir {
    tempfile::Builder::new().prefix("hailong-").permissions(Permissions::from_mode(0o711)).tempdir().unwrap()
}

fn command(data: &Path, args: &[&str]) -> (i32, String, String) {
    let output = program("").env("HAILONG_DATA", data).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// The database server's process, while it lives.
fn postgres(data: &Path) -> Option<Pid> {
    let file = std::fs::read_to_string(data.join("postgres/postmaster.pid")).ok()?;
    let pid = Pid::from_raw(file.lines().next()?.parse().ok()?);
    std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty()).then_some(pid)
}

fn serve(data: &Path) -> Child {
    let mut command = program("");
    command.env("HAILONG_DATA", data).args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().expect("it listens").unwrap();
    assert!(first.starts_with("listening on http://127.0.0.1:"), "{first}");
    std::thread::spawn(move || lines.for_each(drop));
    child
}

fn stop(mut child: Child, signal: Signal) -> Option<i32> {
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
    child.wait().unwrap().code()
}

#[test]
fn commands_start_it_share_it_with_the_service_and_keep_what_they_wrote() {
    let place = place();
    let data = &place.path().join("data");
    let (code, out, err) = command(data, &["survey", "open", "thu", "--form", "counter/2026"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(postgres(data).is_none(), "it stops with the command");

    let service = serve(data);
    let running = postgres(data);
    assert!(running.is_some());
    let (code, out, _) = command(data, &["survey", "list"]);
    assert!(code == 0 && out.contains("thu ") && out.contains("sipas "), "a second start keeps all data: {out}");
    assert_eq!(postgres(data), running, "a command beside the service leaves the server running");
    assert_eq!(stop(service, Signal::SIGINT), Some(0));
    assert!(postgres(data).is_none(), "the last one stops it");
}

#[test]
fn a_failure_of_the_cluster_is_one_sentence() {
    let place = place();
    let data = place.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, Permissions::from_mode(0o711)).unwrap();
    std::fs::create_dir(data.join("postgres")).unwrap();
    std::fs::write(data.join("postgres/PG_VERSION"), "9\n").unwrap();
    for args in [["serve", "--listen", "127.0.0.1:0"].as_slice(), &["migrate"], &["survey", "list"]] {
        let (code, out, err) = command(&data, args);
        assert_eq!((code, out.as_str()), (1, ""), "{args:?}");
        assert!(err.starts_with("hailong: ") && err.contains("PostgreSQL 9") && err.contains("--data"), "{err}");
    }
}

#[test]
fn a_command_that_is_interrupted_takes_the_server_with_it() {
    let place = place();
    let data = place.path().join("data");
    assert_eq!(command(&data, &["migrate"]).0, 0);
    let mut child =
        program("").env("HAILONG_DATA", &data).args(["demo", "5000000"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "adding demo submissions: 5000000");
    std::thread::spawn(move || lines.for_each(drop));
    assert!(postgres(&data).is_some());
    assert_eq!(stop(child, Signal::SIGTERM), Some(130));
    assert!(postgres(&data).is_none());
    let (code, out, _) = command(&data, &["demo", "--remove"]);
    assert!(code == 0 && out.ends_with(" demo submissions removed\n"), "what was written can be taken away: {out}");
}

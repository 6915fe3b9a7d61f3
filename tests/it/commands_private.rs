//! The commands without a database of their own: the private cluster comes and goes with them and keeps what it is given.

use crate::support::service::{Service, block_on, eventually, program};
use futures_util::future::join_all;
use hailong::local_postgres::core_of_disk;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::Permissions;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
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

#[test]
fn commands_start_it_share_it_with_the_service_and_keep_what_they_wrote() {
    let place = place();
    let data = &place.path().join("data");
    let (code, out, err) = command(data, &["survey", "open", "thu", "--form", "counter/2026"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(postgres(data).is_none(), "it stops with the command");

    let service = Service::private(data);
    assert!(service.url.starts_with("http://127.0.0.1:"), "{}", service.url);
    let running = postgres(data);
    assert!(running.is_some());
    let (code, out, _) = command(data, &["survey", "list"]);
    assert!(code == 0 && out.contains("thu ") && out.contains("sipas "), "a second start keeps all data: {out}");
    assert_eq!(postgres(data), running, "a command beside the service leaves the server running");
    assert_eq!(service.stop(), Some(0));
    assert!(postgres(data).is_none(), "the last one stops it");
}

/// Where the intake's writers of a process may run, as the system lists it, and where its first thread may.
fn allowed(pid: u32) -> (Vec<String>, String) {
    let of = |thread: &Path| {
        let status = std::fs::read_to_string(thread.join("status")).unwrap_or_default();
        let field = |name: &str| status.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()));
        (field("Name:").unwrap_or_default(), field("Cpus_allowed_list:").unwrap_or_default())
    };
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let named = threads.map(|thread| of(&thread.unwrap().path()));
    let writers = named.filter(|(name, _)| name.starts_with("intake-")).map(|(_, allowed)| allowed).collect();
    (writers, of(Path::new(&format!("/proc/{pid}"))).1)
}

/// Sends submissions side by side, so that every writer has some to write.
async fn submit_many(service: &Service) {
    let send = |_| async {
        let body = serde_json::json!({
            "id": uuid::Uuid::new_v4(), "unit": "H19.26", "channel": "web", "language": "vi", "answers": {"access_1": 4}
        });
        service.post_json("/api/v1/surveys/sipas/submissions", &body).await.error_for_status().unwrap();
    };
    join_all((0..32).map(send)).await;
}

/// Where the disk interrupts no single processor, or there are not two, this sees that the writers are left to the system.
#[test]
fn the_writers_stay_on_the_processor_that_the_disk_interrupts() {
    let place = place();
    let data = place.path().join("data");
    let service = Service::private(&data);
    block_on(eventually("the writers are where they belong", || async {
        submit_many(&service).await;
        let (writers, anywhere) = allowed(service.pid());
        let are_two = std::thread::available_parallelism().is_ok_and(|cores| cores.get() == 2);
        let core = if are_two { core_of_disk(&data) } else { None };
        let expected = core.map_or(anywhere, |core| core.to_string());
        (writers.len() == 2 && writers.iter().all(|allowed| *allowed == expected)).then_some(())
    }));
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn the_disk_is_given_what_the_database_grows_by() {
    let place = place();
    let log = place.path().join("log");
    let service = Service::private_logging(&place.path().join("data"), &log);
    block_on(eventually("the disk is given something", || async {
        submit_many(&service).await;
        std::fs::read_to_string(&log).unwrap().contains("the disk was given").then_some(())
    }));
    assert_eq!(service.stop(), Some(0));
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
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(postgres(&data).is_none());
    let (code, out, _) = command(&data, &["demo", "--remove"]);
    assert!(code == 0 && out.ends_with(" demo submissions removed\n"), "what was written can be taken away: {out}");
}

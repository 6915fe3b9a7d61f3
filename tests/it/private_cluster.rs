//! The private cluster, with the real PostgreSQL of this machine: what it promises about durability, how several
//! users share it, and what it says when it cannot be had. It does not test the service that uses it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::time::{Duration, Instant};

use hailong::local_postgres::{Cluster, StartError, programs};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use tempfile::TempDir;

/// A folder that the server's account may pass through, as a data folder must be.
fn place() -> TempDir {
    tempfile::Builder::new().prefix("hailong-").permissions(fs::Permissions::from_mode(0o711)).tempdir().unwrap()
}

fn ask(cluster: &Cluster, statement: &str) -> String {
    let psql = programs().unwrap().psql();
    let said = Command::new(psql).args(["-XAtqc", statement]).arg(cluster.url()).output().unwrap();
    assert!(said.status.success(), "{statement}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

/// The server's process, as its own file names it, while it lives.
fn server(data: &Path) -> Option<Pid> {
    let file = fs::read_to_string(data.join("postgres/postmaster.pid")).ok()?;
    let pid: i32 = file.lines().next()?.parse().ok()?;
    let alive = fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty());
    alive.then_some(Pid::from_raw(pid))
}

fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn refusal(data: &Path) -> StartError {
    let refused = Cluster::start(data).expect_err("must not start");
    let sentence = refused.to_string();
    assert!(!sentence.contains('\n') && sentence.ends_with('.'), "one sentence: {sentence}");
    assert!(server(data).is_none(), "nothing may be left running");
    refused
}

#[test]
fn keeps_what_it_promises_about_safety() {
    let place = place();
    let cluster = Cluster::start(place.path()).unwrap();
    for (setting, value) in [
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
    ] {
        assert_eq!(ask(&cluster, &format!("SHOW {setting}")), value, "{setting}");
    }
    // The quickest that these programs have; those of PostgreSQL 14 know on and off only.
    let known = ask(&cluster, "SELECT coalesce(enumvals::text, '') FROM pg_settings WHERE name = 'wal_compression'");
    let quickest = ["lz4", "pglz"].into_iter().find(|way| known.contains(way)).unwrap_or("on");
    assert_eq!(ask(&cluster, "SHOW wal_compression"), quickest);
    let from_ours = "SELECT setting::int BETWEEN 1024 AND 8192 AND sourcefile LIKE '%/hailong.conf' \
         FROM pg_settings WHERE name = 'max_wal_size'";
    assert_eq!(ask(&cluster, from_ours), "t", "a log that suits the disk");
    let files = "SELECT current_setting('wal_segment_size') || ' ' || (SELECT count(*) FROM pg_settings \
         WHERE name IN ('min_wal_size', 'wal_buffers') AND sourcefile LIKE '%/hailong.conf')";
    assert_eq!(ask(&cluster, files), "1MB 2", "no long wait for a new file of the log");
    assert_eq!(ask(&cluster, "SELECT current_user || ' ' || current_database()"), "hailong hailong");
    assert_eq!(ask(&cluster, "SELECT lower('ĐẶNG')"), "đặng");
    assert_eq!(fs::metadata(place.path().join("run")).unwrap().mode() & 0o777, 0o700);
    assert_eq!(fs::metadata(place.path().join("postgres")).unwrap().mode() & 0o777, 0o700);
    let owner = fs::metadata(format!("/proc/{}", server(place.path()).unwrap())).unwrap().uid();
    assert_ne!(owner, 0, "the server never runs as root");
}

#[test]
fn answers_do_not_reach_the_log() {
    let place = place();
    let cluster = Cluster::start(place.path()).unwrap();
    ask(&cluster, "CREATE TABLE answers (word text CONSTRAINT answers_word_short CHECK (length(word) < 3))");
    let refused = Command::new(programs().unwrap().psql())
        .args(["-Xqc", "INSERT INTO answers VALUES ('thưa các anh chị')"])
        .arg(cluster.url())
        .output()
        .unwrap();
    assert!(!refused.status.success());
    let log = fs::read_to_string(place.path().join("postgres.log")).unwrap();
    assert!(log.contains("answers_word_short"), "the refusal itself is worth a line: {log}");
    assert!(!log.contains("thưa"), "{log}");
}

#[test]
fn a_second_start_finds_everything_again() {
    let place = place();
    let cluster = Cluster::start(place.path()).unwrap();
    ask(&cluster, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('còn đây')");
    cluster.stop();
    assert!(server(place.path()).is_none(), "stopped means stopped");
    assert!(!place.path().join("postgres/postmaster.pid").exists(), "and stopped in good order");

    let cluster = Cluster::start(place.path()).unwrap();
    assert_eq!(ask(&cluster, "SELECT word FROM kept"), "còn đây");
}

#[test]
fn several_share_it_and_the_last_one_stops_it() {
    let place = place();
    let first = Cluster::start(place.path()).unwrap();
    let started = server(place.path());
    let second = Cluster::start(place.path()).unwrap();
    assert_eq!(first.url(), second.url());
    assert_eq!(server(place.path()), started, "the second joins");
    first.stop();
    assert_eq!(server(place.path()), started, "one is still there");
    assert_eq!(ask(&second, "SELECT 1"), "1");
    drop(second);
    assert!(server(place.path()).is_none());
}

#[test]
fn many_starting_at_once_get_one_server() {
    let place = place();
    let data = place.path().join("deeper/data");
    let at_once = Barrier::new(4);
    let start = || {
        at_once.wait();
        Cluster::start(&data).unwrap()
    };
    let clusters: Vec<Cluster> = std::thread::scope(|threads| {
        let starting: Vec<_> = (0..4).map(|_| threads.spawn(start)).collect();
        starting.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for cluster in &clusters {
        assert_eq!(ask(cluster, "SELECT 1"), "1");
    }
    drop(clusters);
    assert!(server(&data).is_none());
}

#[test]
fn comes_back_when_the_server_is_killed_under_its_user() {
    let place = place();
    let cluster = Cluster::start(place.path()).unwrap();
    ask(&cluster, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('còn đây')");
    let killed = server(place.path()).unwrap();
    kill(killed, Signal::SIGKILL).unwrap();
    wait_for("another server", || server(place.path()).filter(|&pid| pid != killed));
    let psql = programs().unwrap().psql();
    let word = wait_for("an answer", || {
        let said = Command::new(&psql).args(["-XAtqc", "SELECT word FROM kept"]).arg(cluster.url()).output().unwrap();
        said.status.success().then(|| String::from_utf8(said.stdout).unwrap())
    });
    assert_eq!(word.trim(), "còn đây");
    cluster.stop();
    assert!(server(place.path()).is_none());
}

/// Runs the server by hand, as a program that was killed would have left it.
fn leave_behind(data: &Path) -> Child {
    let owner = fs::metadata(data.join("postgres")).unwrap();
    let mut command = Command::new(programs().unwrap().postgres());
    command.arg("-D").arg(data.join("postgres")).arg("-k").arg(data.join("run")).current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if geteuid().is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    let child = command.spawn().unwrap();
    wait_for("the server left behind", || {
        let file = fs::read_to_string(data.join("postgres/postmaster.pid")).ok()?;
        file.lines().nth(7)?.starts_with("ready").then_some(())
    });
    child
}

#[test]
fn joins_a_server_that_a_killed_program_left_behind_and_stops_it() {
    let place = place();
    Cluster::start(place.path()).unwrap().stop();
    let mut left = leave_behind(place.path());
    let cluster = Cluster::start(place.path()).unwrap();
    assert_eq!(server(place.path()).unwrap().as_raw() as u32, left.id());
    assert_eq!(ask(&cluster, "SELECT 1"), "1");
    cluster.stop();
    assert!(left.wait().unwrap().success());
}

#[test]
fn recovers_after_both_were_killed_even_when_the_number_of_the_process_lives_on() {
    let place = place();
    let cluster = Cluster::start(place.path()).unwrap();
    ask(&cluster, "CREATE TABLE kept (word text)");
    cluster.stop();
    let mut left = leave_behind(place.path());
    let psql = programs().unwrap().psql();
    let url = format!("postgresql://hailong@/hailong?host={}", place.path().join("run").display());
    let insert = "INSERT INTO kept VALUES ('còn đây')";
    assert!(Command::new(psql).args(["-Xqc", insert]).arg(url).status().unwrap().success());
    // Killed and not yet buried: its number still answers to a signal, as that of another program would.
    left.kill().unwrap();
    wait_for("its end", || server(place.path()).is_none().then_some(()));
    let cluster = Cluster::start(place.path()).unwrap();
    assert_eq!(ask(&cluster, "SELECT word FROM kept"), "còn đây");
    left.wait().unwrap();
}

#[test]
fn what_an_interrupted_first_start_left_is_cleared_away() {
    let place = place();
    let left = place.path().join("postgres.new");
    fs::create_dir(&left).unwrap();
    fs::write(left.join("PG_VERSION"), "15\n").unwrap();
    let cluster = Cluster::start(place.path()).unwrap();
    assert_eq!(ask(&cluster, "SELECT 1"), "1");
    assert!(!left.exists());
}

/// The program itself, making a new cluster; returns as soon as it has begun.
fn program_making_a_cluster(data: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    command.arg("migrate").arg("--data").arg(data).env_remove("DATABASE_URL");
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for("the beginning", || data.join("postgres.new/PG_VERSION").exists().then_some(()));
    child
}

#[test]
fn a_program_killed_while_making_the_cluster_does_not_spoil_the_next_attempt() {
    let place = place();
    let mut killed = program_making_a_cluster(place.path());
    killed.kill().unwrap();
    killed.wait().unwrap();
    let cluster = Cluster::start(place.path()).unwrap();
    assert_eq!(ask(&cluster, "SELECT 1"), "1");
}

#[test]
fn an_interrupted_command_stops_what_it_has_started() {
    let place = place();
    let mut interrupted = program_making_a_cluster(place.path());
    kill(Pid::from_raw(interrupted.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    assert_eq!(interrupted.wait().unwrap().code(), Some(130));
    assert!(server(place.path()).is_none());
    let cluster = Cluster::start(place.path()).unwrap();
    assert_eq!(ask(&cluster, "SELECT 1"), "1");
}

#[test]
fn a_folder_with_a_long_or_unusual_name_will_do() {
    let place = place();
    for name in ["Hài Lòng, \"sở\" 100%".to_owned(), "d".repeat(120)] {
        let cluster = Cluster::start(&place.path().join(name)).unwrap();
        assert_eq!(ask(&cluster, "SELECT 1"), "1");
        let socket = PathBuf::from(ask(&cluster, "SHOW unix_socket_directories"));
        cluster.stop();
        assert!(socket.starts_with("/tmp"), "{}", socket.display());
        fs::remove_dir(socket).unwrap();
    }
    let cluster = Cluster::start(&place.path().join("Hài Lòng")).unwrap();
    assert_eq!(ask(&cluster, "SELECT 1"), "1");
}

#[test]
fn a_restored_copy_owned_by_root_is_put_in_order() {
    if !geteuid().is_root() {
        return;
    }
    let place = place();
    Cluster::start(place.path()).unwrap().stop();
    let copied = Command::new("cp").arg("-r").args(["postgres", "copy"]).current_dir(place.path()).status().unwrap();
    assert!(copied.success());
    fs::remove_dir_all(place.path().join("postgres")).unwrap();
    fs::rename(place.path().join("copy"), place.path().join("postgres")).unwrap();
    let cluster = Cluster::start(place.path()).unwrap();
    assert_eq!(ask(&cluster, "SELECT 1"), "1");
}

#[test]
fn another_major_version_is_named() {
    let place = place();
    Cluster::start(place.path()).unwrap().stop();
    fs::write(place.path().join("postgres/PG_VERSION"), "99\n").unwrap();
    let refused = refusal(place.path());
    assert!(matches!(refused, StartError::OtherVersion { needs: 99, .. }), "{refused:?}");
    assert!(refused.to_string().contains("install PostgreSQL 99"), "{refused}");
    for part in ["pg_dump", "move the folder away", "pg_restore", "README.md"] {
        assert!(refused.to_string().contains(part), "{part}: {refused}");
    }
}

#[test]
fn damage_is_told_and_nothing_is_overwritten() {
    let place = place();
    let cluster = place.path().join("postgres");
    Cluster::start(place.path()).unwrap().stop();

    fs::write(cluster.join("global/pg_control"), "").unwrap();
    let refused = refusal(place.path());
    assert!(
        matches!(&refused, StartError::Refused { last_words, .. } if last_words.contains("pg_control")),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("restore a backup"), "{refused}");

    fs::remove_file(cluster.join("PG_VERSION")).unwrap();
    let before = names_in(&cluster);
    let refused = refusal(place.path());
    assert!(matches!(refused, StartError::Damaged { .. }), "{refused:?}");
    assert_eq!(names_in(&cluster), before);
}

#[test]
fn a_foreign_folder_is_left_as_it_was_found() {
    let place = place();
    let foreign = place.path().join("postgres");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("notes.txt"), "not a database").unwrap();
    let refused = refusal(place.path());
    assert!(matches!(refused, StartError::Damaged { .. }), "{refused:?}");
    assert_eq!(names_in(place.path()), ["postgres"], "no lock file, no log, no folder for a socket");
    assert_eq!(names_in(&foreign), ["notes.txt"]);
    fs::write(foreign.join("PG_VERSION"), "99\n").unwrap();
    assert!(matches!(refusal(place.path()), StartError::OtherVersion { .. }));
    assert_eq!(names_in(place.path()), ["postgres"]);
}

#[test]
fn a_folder_out_of_reach_is_named_and_nothing_is_left() {
    let place = place();
    let closed = place.path().join("closed");
    fs::create_dir(&closed).unwrap();
    if geteuid().is_root() {
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        let refused = refusal(&closed.join("deeper/data"));
        assert!(matches!(&refused, StartError::Unreachable { folder, .. } if *folder == closed), "{refused:?}");
    } else {
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
        let refused = refusal(&closed.join("deeper/data"));
        assert!(matches!(refused, StartError::NotWritable { .. }), "{refused:?}");
    }
    assert!(names_in(&closed).is_empty());
    let file = place.path().join("file");
    fs::write(&file, "").unwrap();
    let refused = refusal(&file.join("data"));
    assert!(matches!(refused, StartError::NotWritable { .. }), "{refused:?}");
}

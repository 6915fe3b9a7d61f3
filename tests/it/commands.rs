//! The commands from outside: what each says, where it says it, and the code it ends with.

use crate::support::service::{eventually, program, run};
use crate::support::{Database, Service, block_on};
use serde_json::Value;
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// What a failing command said: one sentence after the program's name.
fn failure(database: &str, args: &[&str]) -> String {
    let (code, out, err) = run(database, args, "");
    assert_eq!(code, 1, "{args:?}: {err}");
    assert_eq!(out, "", "{args:?}");
    let said = err.strip_prefix("hailong: ").unwrap_or_else(|| panic!("{args:?}: {err}")).trim_end();
    assert!(!said.contains('\n'), "{args:?}: {said}");
    said.to_owned()
}

fn success(database: &str, args: &[&str]) -> String {
    let (code, out, err) = run(database, args, "");
    assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    out
}

fn json(database: &str, args: &[&str]) -> Value {
    serde_json::from_str(&success(database, args)).unwrap()
}

const COMMANDS: [&[&str]; 19] = [
    &[],
    &["serve"],
    &["migrate"],
    &["check-forms"],
    &["forms", "import"],
    &["forms", "export"],
    &["units", "import"],
    &["procedures", "import"],
    &["survey", "open"],
    &["survey", "close"],
    &["survey", "list"],
    &["staff", "add"],
    &["staff", "token"],
    &["index"],
    &["estimate"],
    &["drivers"],
    &["score-766"],
    &["export"],
    &["demo"],
];

#[test]
fn every_option_has_an_environment_variable_and_says_what_it_is_for() {
    for command in COMMANDS {
        let (code, out, err) = run("", &[command, ["--help"].as_slice()].concat(), "");
        assert_eq!((code, err.as_str()), (0, ""), "{command:?}");
        let options = out.split_once("Options:\n").unwrap_or_else(|| panic!("{command:?}: {out}")).1;
        let mut found: Vec<String> = Vec::new();
        for line in options.lines() {
            if line.trim_start().starts_with('-') {
                found.push(String::new());
            }
            if let Some(option) = found.last_mut() {
                option.push_str(line.trim());
                option.push(' ');
            }
        }
        assert!(found.len() > 4, "{command:?}: {found:?}");
        for option in found.iter().filter(|o| !o.contains("--help") && !o.contains("--version")) {
            assert!(option.contains("[env:"), "{command:?}: {option}");
            let said = option.split("  ").filter(|part| !part.trim().is_empty()).nth(1);
            assert!(said.is_some_and(|said| said.len() > 15), "{command:?}: {option}");
        }
    }
}

#[test]
fn wrong_usage_is_told_apart_from_failure() {
    let wrong: [&[&str]; 16] = [
        &["dance"],
        &["--listen", "127.0.0.1:0", "migrate"],
        &["units"],
        &["units", "import"],
        &["survey", "open", "x"],
        &["survey", "open", "x", "--form", "counter/2026", "--from", "tomorrow"],
        &["survey", "open", "x", "--form", "counter/2026", "--channel", "fax"],
        &["staff", "add", "a@example.vn", "--role", "king"],
        &["staff", "add", "a@example.vn", "--role", "officer"],
        &["index", "--survey", "sipas", "--from", "2026-02-30"],
        &["index", "--survey", "sipas", "--from", "2026-02-02", "--to", "2026-02-01"],
        &["export", "everything", "--survey", "sipas", "-o", "/tmp/x.zip"],
        &["export", "index", "--survey", "sipas"],
        &["demo"],
        &["demo", "0"],
        &["demo", "5", "--remove"],
    ];
    for args in wrong {
        // No database is needed to see that something makes no sense.
        let (code, out, err) = run("postgres://nobody@127.0.0.1:9/none", args, "");
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(!err.is_empty(), "{args:?}");
    }
}

#[test]
fn a_database_that_leads_nowhere_is_told_with_the_remedy() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let database = Database::empty();
    let missing = database.url().replacen("/empty_", "/no_such_", 1);
    let leads = [
        ("postgres://u:geheim-7@127.0.0.1:9/x".to_owned(), "Connection refused; start PostgreSQL there"),
        ("postgres://u:geheim-7@no-such-host.invalid/x".to_owned(), "correct the host"),
        (format!("postgres://u:geheim-7@127.0.0.1:{port}/x?connect_timeout=2"), "timeout expired; check that the host"),
        (missing, "does not exist; create that database (createdb)"),
        ("geheim-7".to_owned(), "postgres://USER:PASSWORD@HOST:PORT/DATABASE"),
        ("postgres://u:geheim-7@127.0.0.1:99999/x".to_owned(), "postgres://USER:PASSWORD@HOST:PORT/DATABASE"),
    ];
    for (url, remedy) in leads {
        let start = Instant::now();
        for args in [["migrate"].as_slice(), &["serve", "--listen", "127.0.0.1:0"]] {
            let said = failure(&url, args);
            assert!(said.contains(remedy), "{url}: {said}");
            assert!(!said.contains("geheim"), "the password is not repeated: {said}");
        }
        assert!(start.elapsed() < Duration::from_secs(15), "{url}");
    }
}

#[test]
fn a_database_that_goes_away_in_the_middle_is_told_and_leaves_whole_batches() {
    use std::io::BufRead;
    let database = Database::new();
    let mut child =
        program(database.url()).args(["demo", "2000000"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufReader::new(child.stderr.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "adding demo submissions: 2000000");
    while database.number("select count(*) from submissions") == 0 {
        std::thread::yield_now();
    }
    database.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    let said = lines.last().unwrap().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{said}");
    assert!(said.starts_with("hailong: the database was lost: ") && said.contains("try again"), "{said}");
    assert_eq!(database.number("select count(*) % 1000 from submissions"), 0);
}

#[test]
fn a_port_in_use_leaves_the_database_alone() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let database = Database::empty();
    let said = failure(database.url(), &["serve", "--listen", &address]);
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
    assert_eq!(database.number("select count(*) from information_schema.tables where table_schema = 'public'"), 0);
}

#[test]
fn migrating_fills_an_empty_database_once() {
    let database = Database::empty();
    let first = success(database.url(), &["migrate"]);
    assert!(first.contains("applied 20261123000001") && first.contains("loaded the shipped catalogue"), "{first}");
    assert_eq!(success(database.url(), &["migrate"]), "the database was up to date\n");
    let surveys = json(database.url(), &["survey", "list", "--json"]);
    let listed: Vec<(&str, &str, &str)> = surveys
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["code"].as_str().unwrap(), s["form"].as_str().unwrap(), s["state"].as_str().unwrap()))
        .collect();
    assert_eq!(listed, [("counter", "counter/2026", "open"), ("sipas", "sipas_service/2022", "open")]);
    assert_eq!(database.number("select count(*) from units"), 8);
    assert_eq!(database.number("select count(*) from units where parent_id is not null"), 5);
    assert_eq!(database.number("select count(*) from audit_log where actor = 'command line'"), 4);
}

#[test]
fn several_first_starts_at_once_fill_it_once() {
    let database = Database::empty();
    let outcomes: Vec<i32> = std::thread::scope(|threads| {
        let starts: Vec<_> = (0..4).map(|_| threads.spawn(|| run(database.url(), &["survey", "list"], "").0)).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert_eq!(outcomes, [0; 4]);
    assert_eq!(database.number("select count(*) from units"), 8);
    assert_eq!(database.number("select count(*) from surveys"), 2);
}

#[test]
fn forms_are_checked_without_a_database_and_every_problem_is_told() {
    let good = success("postgres://nobody@127.0.0.1:9/none", &["check-forms"]);
    assert!(good.contains("forms sipas_service/2022") && good.contains("no problem found"), "{good}");
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("counter")).unwrap();
    std::fs::write(folder.path().join("counter/2026.toml"), "form = 7").unwrap();
    std::fs::write(folder.path().join("stray.toml"), "").unwrap();
    let path = folder.path().to_str().unwrap();
    let (code, out, err) = run("", &["check-forms", "--forms", path], "");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("counter/2026.toml") && err.contains("stray.toml"), "{err}");
    let gone = failure("", &["check-forms", "--forms", "/no/such/folder"]);
    assert!(gone.contains("/no/such/folder"), "{gone}");
}

#[test]
fn serving_says_where_to_click_and_ends_well() {
    let database = Database::empty();
    let start = |name: nix::sys::signal::Signal| {
        let mut command = program(database.url());
        command.args(["serve", "--listen", "127.0.0.1:0", "--public-url", "https://hai-long.example/"]);
        let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
        let mut printed = Vec::new();
        while printed.len() < 3 {
            printed.push(lines.next().expect("it prints where to click").unwrap());
        }
        let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
        nix::sys::signal::kill(pid, name).unwrap();
        printed.extend(lines.map(Result::unwrap));
        (child.wait().unwrap().code(), printed)
    };
    let (code, printed) = start(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(code, Some(0));
    assert!(printed[0].starts_with("listening on http://127.0.0.1:"), "{printed:?}");
    assert!(printed[1].ends_with(" https://hai-long.example/") && printed[2].ends_with("/staff"), "{printed:?}");
    let link = printed.last().unwrap().trim();
    assert!(link.starts_with("https://hai-long.example/staff/welcome/"), "{printed:?}");
    // Once an administrator has a password there is no link any more.
    database.execute("update staff set password_hash = 'x' where role = 'administrator'");
    let (code, printed) = start(nix::sys::signal::Signal::SIGINT);
    assert_eq!((code, printed.len()), (Some(0), 3), "{printed:?}");
}

#[test]
fn a_survey_opens_and_closes_while_the_service_runs() {
    let (database, service) = Service::fresh();
    let url = database.url();
    let open = ["survey", "open", "thu", "--form", "counter/2026", "--unit", "H19.26", "--title-vi", "Đợt thử"];
    assert!(success(url, &open).starts_with("thu takes answers to counter/2026 from "));
    let is_open = || async {
        let listed: Value = service.get("/api/v1/surveys").await.json().await.unwrap();
        listed.to_string().contains("\"thu\"")
    };
    block_on(eventually("the service knows the survey", || async { is_open().await.then_some(()) }));
    assert_eq!(success(url, &["survey", "close", "thu"]), "thu is closed\n");
    block_on(eventually("the service knows it is closed", || async { (!is_open().await).then_some(()) }));
    assert!(success(url, &["survey", "close", "thu"]).starts_with("thu was closed already, since "));
    let listed = json(url, &["survey", "list", "--json"]);
    let thu = listed.as_array().unwrap().iter().find(|s| s["code"] == "thu").unwrap();
    assert_eq!((&thu["state"], &thu["units"][0]), (&Value::from("closed"), &Value::from("H19.26")));
    assert_eq!(thu["title"]["vi"], "Đợt thử");
    assert_eq!(thu["title"]["en"], "Your last visit", "the form's own, where none is given");
    let table = success(url, &["survey", "list"]);
    assert!(table.starts_with("CODE ") && table.lines().count() == 4, "{table}");
}

#[test]
fn a_survey_has_its_times_and_cannot_be_opened_wrongly() {
    let database = Database::new();
    let url = database.url();
    let open = |code: &str, more: &[&str]| {
        let args = [["survey", "open", code, "--form", "counter/2026"].as_slice(), more].concat();
        run(url, &args, "")
    };
    assert_eq!(open("sau", &["--from", "2099-01-01T08:00:00+07:00", "--to", "2099-01-02T08:00:00+07:00"]).0, 0);
    let listed = json(url, &["survey", "list", "--json"]);
    let later = listed.as_array().unwrap().iter().find(|s| s["code"] == "sau").unwrap();
    assert_eq!(later["state"], "upcoming");
    assert_eq!(
        (&later["from"], &later["to"]),
        (&Value::from("2099-01-01T08:00:00+07:00"), &Value::from("2099-01-02T08:00:00+07:00"))
    );
    let surveys = database.number("select count(*) from surveys");
    let revision = database.number("select revision from catalogue_revision");
    for (code, more, why) in [
        ("sau", vec![], "there is a survey with this code already"),
        ("Sau!", vec![], "a survey's code is"),
        ("x", vec!["--unit", "H19.27"], "there is no unit H19.27; did you mean H19"),
        ("x", vec!["--from", "2026-05-05T00:00:00Z", "--to", "2026-05-05T00:00:00Z"], "the end does not come after"),
        ("x", vec!["--title-en", " "], "in both Vietnamese and English"),
    ] {
        let (exit, _, err) = open(code, &more);
        assert_eq!(exit, 1, "{code} {more:?}");
        assert!(err.contains(why), "{code} {more:?}: {err}");
    }
    let said = failure(url, &["survey", "open", "x", "--form", "counter/2027"]);
    assert!(said.contains("there is no form counter/2027; did you mean counter/2026?"), "{said}");
    let said = failure(url, &["survey", "close", "sipaz"]);
    assert!(said.contains("there is no survey sipaz; did you mean sipas?"), "{said}");
    assert_eq!(database.number("select count(*) from surveys"), surveys);
    assert_eq!(database.number("select revision from catalogue_revision"), revision, "nothing was half done");
}

#[test]
fn a_form_that_changed_after_it_was_asked_is_refused() {
    let database = Database::new();
    let folder = tempfile::tempdir().unwrap();
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("survey_forms/counter/2026.toml");
    let text = std::fs::read_to_string(source).unwrap().replace("Overall, how satisfied", "All in all, how satisfied");
    std::fs::create_dir_all(folder.path().join("counter")).unwrap();
    std::fs::write(folder.path().join("counter/2026.toml"), text).unwrap();
    let forms = folder.path().to_str().unwrap();
    let said = failure(database.url(), &["survey", "open", "x", "--form", "counter/2026", "--forms", forms]);
    assert!(said.contains("was changed after a survey had asked it") && said.contains("new version"), "{said}");
}

#[test]
fn the_index_command_knows_its_surveys_and_units() {
    let database = Database::new();
    let said = failure(database.url(), &["index", "--survey", "conter"]);
    assert!(said.contains("there is no survey conter; did you mean counter?"), "{said}");
    let said = failure(database.url(), &["index", "--survey", "sipas", "--unit", "H19.62"]);
    assert!(said.contains("there is no unit H19.62") && said.contains("H19.26"), "{said}");
    let empty = json(database.url(), &["index", "--survey", "counter", "--unit", "000.00.26.H19", "--json"]);
    assert_eq!(empty["code"], "counter");
    assert_eq!((&empty["n"], &empty["share"]), (&Value::from(0), &Value::Null), "no value where nobody answered");
    assert!(success(database.url(), &["index", "--survey", "sipas"]).contains("    access_1     0          0      -"));
}

//! `--json`: every command that has something to tell tells it to a script too.

use crate::support::Database;
use crate::support::service::run;
use serde_json::Value;

fn told(database: &Database, args: &[&str]) -> Value {
    let (code, out, error) = run(database.url(), &[args, &["--json"]].concat(), "");
    assert_eq!(code, 0, "{args:?}: {error}");
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{args:?}: {e}: {out}"))
}

#[test]
fn every_command_speaks_json() {
    let database = Database::empty();
    let migrated = told(&database, &["migrate"]);
    assert!(!migrated["applied"].as_array().unwrap().is_empty() && migrated["loaded_catalogue"] == true, "{migrated}");
    assert_eq!(told(&database, &["migrate"])["applied"], serde_json::json!([]));
    let forms = told(&database, &["check-forms"]);
    assert!(forms["versions"].as_array().unwrap().iter().any(|v| v["name"] == "sipas_service/2022"), "{forms}");
    let opened = told(&database, &["survey", "open", "second", "--form", "counter/2026"]);
    assert_eq!((&opened["code"], &opened["form"]), (&"second".into(), &"counter/2026".into()));
    let closed = told(&database, &["survey", "close", "second"]);
    assert!(closed["already"] == false && closed["closed_at"].as_str().unwrap().ends_with("+07:00"), "{closed}");
    let again = told(&database, &["survey", "close", "second"]);
    assert!(again["already"] == true && again["closed_at"] == closed["closed_at"], "{again}");
    assert_eq!(told(&database, &["demo", "60"])["added"], 60);
    assert_eq!(run(database.url(), &["staff", "add", "may@x.vn", "--role", "leader"], "").0, 0);
    let token = told(&database, &["staff", "token", "may@x.vn"]);
    assert!(token["email"] == "may@x.vn" && token["token"].as_str().unwrap().len() == 64, "{token}");
    let folder = tempfile::tempdir().unwrap();
    for what in ["submissions", "index"] {
        let file = folder.path().join(format!("{what}.zip"));
        let file = file.to_str().unwrap();
        let export = told(&database, &["export", what, "--survey", "sipas", "-o", file]);
        assert!(export["what"] == what && export["file"] == file && export["rows"].as_u64().unwrap() > 10, "{export}");
    }
    assert_eq!(told(&database, &["demo", "--remove"])["removed"], 60);
}

#[test]
fn an_address_without_a_port_is_explained() {
    let database = Database::new();
    for listen in ["localhost", "127.0.0.1", ":8080", "localhost:http"] {
        let (code, _, error) = run(database.url(), &["serve", "--listen", listen], "");
        assert!(
            code == 2 && error.contains("write an address and a port, such as 127.0.0.1:8080"),
            "{listen}: {error}"
        );
    }
}

//! `staff add` and `staff token`: the secrets they print work once told, and only as far as the role goes.

use crate::support::service::run;
use crate::support::{Database, Service, block_on};
use serde_json::Value;

#[test]
fn a_link_or_a_password_lets_somebody_in() {
    let (database, service) = Service::fresh();
    let add = |args: &[&str], stdin: &str| run(database.url(), &[["staff", "add"].as_slice(), args].concat(), stdin);
    let (code, out, err) = add(&["Lan@Example.vn", "--role", "leader", "--public-url", &service.url], "");
    assert_eq!((code, err.as_str()), (0, ""));
    let link = out.trim();
    assert!(link.starts_with(&format!("{}/staff/welcome/", service.url)) && link.lines().count() == 1, "{out}");
    assert_eq!(block_on(reqwest::get(link)).unwrap().status(), 200);

    let (code, out, _) =
        add(&["minh@example.vn", "--role", "province", "--password-stdin"], "ngọn-núi-xa-2026\nrest\n");
    assert_eq!((code, out.as_str()), (0, "minh@example.vn can sign in as province\n"));
    let (code, out, _) = add(&["an@example.vn", "--role", "officer", "--unit", "H19.26", "--json"], "");
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &said["email"], &said["role"]), (0, &Value::from("an@example.vn"), &Value::from("officer")));
    assert!(said["link"].as_str().unwrap().contains("/staff/welcome/"));
    assert_eq!(
        database.number("select count(*) from staff where password_hash is null"),
        3,
        "with the first administrator"
    );
}

#[test]
fn whoever_cannot_be_added_is_told_why() {
    let database = Database::new();
    let before = database.number("select count(*) from staff");
    for (args, stdin, why) in [
        (vec!["nobody", "--role", "leader"], "", "not an e-mail address"),
        (vec!["a@example.vn", "--role", "officer", "--unit", "H19.27"], "", "there is no unit H19.27; did you mean"),
        (vec!["a@example.vn", "--role", "leader", "--password-stdin"], "short\n", "fewer than 12 characters"),
        (vec!["a@example.vn", "--role", "leader", "--password-stdin"], "", "no password came"),
        (vec!["a@example.vn", "--role", "leader", "--password-stdin"], "a@example.vn\n", "e-mail address"),
    ] {
        let (code, out, err) = run(database.url(), &[["staff", "add"].as_slice(), &args].concat(), stdin);
        assert_eq!((code, out.as_str()), (1, ""), "{args:?}");
        assert!(err.contains(why), "{args:?}: {err}");
        assert!(stdin.is_empty() || !err.contains("short"), "a password is not repeated: {err}");
    }
    assert_eq!(database.number("select count(*) from staff"), before);
    assert_eq!(run(database.url(), &["staff", "add", "b@example.vn", "--role", "leader"], "").0, 0);
    let (code, _, err) = run(database.url(), &["staff", "add", "B@example.VN", "--role", "leader"], "");
    assert!(code == 1 && err.contains("already"), "{err}");
}

#[test]
fn a_token_reads_the_index() {
    let (database, service) = Service::fresh();
    assert_eq!(run(database.url(), &["staff", "add", "máy@example.vn", "--role", "leader"], "").0, 1, "ASCII only");
    assert_eq!(run(database.url(), &["staff", "add", "may@example.vn", "--role", "leader"], "").0, 0);
    let (code, token, err) = run(database.url(), &["staff", "token", "may@example.vn"], "");
    assert_eq!((code, err.as_str()), (0, ""));
    let asked = |token: &str| {
        let request = reqwest::Client::new().get(service.at("/api/v1/index?survey=sipas")).bearer_auth(token);
        block_on(request.send()).unwrap().status().as_u16()
    };
    assert_eq!(asked(token.trim()), 200);
    assert_eq!(asked(&"0".repeat(64)), 401);
    let (code, out, err) = run(database.url(), &["staff", "token", "who@example.vn"], "");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("there is nobody with the address who@example.vn"), "{err}");
}

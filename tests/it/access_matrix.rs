//! Every role x every route of the staff: who gets through, who is told no, who must sign in. The matrix is written out here; a
//! route that is registered and not listed fails the test, and so does one that is listed and gone.

use crate::office::{Clerk, employ, leads_to, open_session};
use crate::support::{Service, block_on};
use chrono::Utc;
use hailong::domain::access::Role;
use hailong::web::staff::guard::Needs;
use hailong::web::staff::table::{Verb, table};
use std::collections::BTreeSet;

/// Nobody needs to be signed in.
const ANYBODY: &str = "anybody";
/// Everybody who is signed in.
const ALL: &str = "administrator leader officer province";

const MATRIX: &[(&str, &str, &str)] = &[
    ("GET", "/staff/sign-in", ANYBODY),
    ("POST", "/staff/sign-in", ANYBODY),
    ("GET", "/staff/welcome/{token}", ANYBODY),
    ("POST", "/staff/welcome/{token}", ANYBODY),
    ("GET", "/staff", ALL),
    ("GET", "/staff/drivers", ALL),
    ("GET", "/staff/forms", ALL),
    ("GET", "/staff/forms/{form}/{version}", ALL),
    ("GET", "/staff/rounds", ALL),
    ("GET", "/staff/rounds/{survey}", ALL),
    ("GET", "/staff/comments", "administrator leader officer"),
    ("GET", "/staff/exclusions", "administrator"),
    ("POST", "/staff/exclusions", "administrator"),
    ("GET", "/staff/people", "administrator"),
    ("POST", "/staff/people", "administrator"),
    ("POST", "/staff/people/link", "administrator"),
    ("POST", "/staff/people/token", "administrator"),
    ("POST", "/staff/people/revoke-tokens", "administrator"),
    ("POST", "/staff/people/change", "administrator"),
    ("POST", "/staff/people/end", "administrator"),
    ("POST", "/staff/people/resume", "administrator"),
    ("GET", "/staff/account", ALL),
    ("POST", "/staff/account/password", ALL),
    ("POST", "/staff/account/revoke-tokens", ALL),
    ("POST", "/staff/sign-out", ALL),
    ("POST", "/staff/sign-out-everywhere", ALL),
    ("GET", "/staff/exports", ALL),
    ("GET", "/staff/exports/submissions.zip", ALL),
    ("GET", "/staff/exports/index.zip", ALL),
];

fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
    }
}

#[test]
fn every_registered_route_is_in_the_matrix() {
    let registered: BTreeSet<(&str, &str)> = table().iter().map(|r| (verb(r.verb), r.path)).collect();
    let listed: BTreeSet<(&str, &str)> = MATRIX.iter().map(|(verb, path, _)| (*verb, *path)).collect();
    assert_eq!(registered, listed);
    for route in table() {
        let open = MATRIX.iter().any(|(v, p, who)| (*v, *p, *who) == (verb(route.verb), route.path, ANYBODY));
        assert_eq!(route.needs == Needs::Nothing, open, "{}", route.path);
    }
}

#[test]
fn only_the_table_registers_routes() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/staff");
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let registers = ["config.route(", ".service(", "web::resource(", "web::scope(", "#[get(", "#[post("];
            let count = registers.iter().map(|r| text.matches(r).count()).sum::<usize>();
            let allowed = usize::from(path.ends_with("staff/mod.rs"));
            assert_eq!(count, allowed, "{} registers routes", path.display());
        }
    }
}

#[test]
fn every_role_at_every_route() {
    let (database, service) = Service::fresh();
    for role in Role::ALL {
        employ(&database, &format!("{}@x.vn", role.code()), role);
    }
    block_on(async {
        for (verb, pattern, who) in MATRIX {
            let path = pattern
                .replace("{token}", &"0".repeat(64))
                .replace("{form}/{version}", "counter/2026")
                .replace("{survey}", "sipas");
            let anonymous = match *verb {
                "GET" => service.get(&path).await,
                _ => service.post_form(&path, &[]).await,
            };
            let to_sign_in = leads_to(&anonymous).starts_with("/staff/sign-in");
            assert_eq!(to_sign_in, *who != ANYBODY, "anonymous at {verb} {path}: {}", anonymous.status());
            for role in Role::ALL {
                let email = format!("{}@x.vn", role.code());
                let clerk = Clerk::with(&service, &open_session(&database, &email, Utc::now()));
                let response = match *verb {
                    "GET" => clerk.ask(&path).await,
                    _ => clerk.send(&path, &[]).await,
                };
                let status = response.status();
                let may = *who == ANYBODY || who.split(' ').any(|w| w == role.code());
                assert!(!status.is_server_error(), "{role:?} at {verb} {path}: {status}");
                assert_eq!(status == 403, !may, "{role:?} at {verb} {path}: {status}");
                if *who != ANYBODY && *verb == "POST" {
                    let clerk = Clerk::of(&database, &service, &email);
                    assert_eq!(clerk.send_bare(&path, &[]).await.status(), 403, "without form token at {path}");
                }
            }
        }
    });
}

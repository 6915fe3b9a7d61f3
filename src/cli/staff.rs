//! `staff add` and `staff token`: what they print is a secret, and they print it once.

use super::{Failure, database, print, print_json, serve, surveys};
use crate::actions::add_staff::{AddStaffError, add_staff};
use crate::actions::make_token::make_token;
use crate::config::{AddStaffSettings, GlobalSettings, ServeSettings, TokenSettings};
use crate::domain::email::Email;
use crate::domain::password::{FEWEST_LEFT, LONGEST, PasswordFault, SHORTEST};
use crate::storage::audit_log::Actor;
use crate::storage::catalogue;
use chrono::Utc;
use std::io::BufRead;

/// `staff add`.
pub fn add(global: &GlobalSettings, serve: &ServeSettings, settings: &AddStaffSettings) -> Result<(), Failure> {
    let password = if settings.password_stdin { Some(first_line()?) } else { None };
    let opened = database::open(global, 1)?;
    let (actor, unit) = (Actor::command_line(), settings.unit.as_deref());
    let added = opened.db.run_blocking(|conn| {
        add_staff(conn, Utc::now(), &actor, &settings.email, settings.role, unit, password.as_deref())
    })?;
    let added = match (added, unit) {
        (Ok(added), _) => added,
        (Err(AddStaffError::NoSuchUnit), Some(unit)) => {
            return Err(surveys::no_such_unit(&opened.db.run_blocking(catalogue::load)?, unit));
        }
        (Err(error), _) => return Err(refusal(error, &settings.email).into()),
    };
    let public_url = settings.public_url.as_deref().or(serve.public_url.as_deref());
    let public_url =
        public_url.map_or_else(|| serve::url_of(&serve.listen), |url| url.trim_end_matches('/').to_owned());
    let link = added.link.map(|token| format!("{public_url}/staff/welcome/{}", token.reveal()));
    let (email, role) = (added.email.as_str(), settings.role.code());
    match link {
        _ if settings.output.json => print_json(&serde_json::json!({ "email": email, "role": role, "link": link })),
        Some(link) => print(&link),
        None => print(&format!("{email} can sign in as {role}")),
    }
}

/// `staff token`.
pub fn token(global: &GlobalSettings, settings: &TokenSettings) -> Result<(), Failure> {
    let Some(email) = Email::parse(&settings.email) else {
        return Err(refusal(AddStaffError::BadEmail, &settings.email).into());
    };
    let opened = database::open(global, 1)?;
    let actor = Actor::command_line();
    match opened.db.run_blocking(|conn| make_token(conn, Utc::now(), &actor, &email))? {
        Some(token) if settings.output.json => {
            print_json(&serde_json::json!({ "email": email.as_str(), "token": token.reveal() }))
        }
        Some(token) => print(token.reveal()),
        None => {
            Err(format!("there is nobody with the address {email} and access; add them with `hailong staff add`")
                .into())
        }
    }
}

/// The first line of standard input, without its end.
fn first_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|e| format!("cannot read the password: {e}"))?;
    let line = line.trim_end_matches(['\n', '\r']);
    if line.is_empty() {
        return Err("no password came on standard input: write it as the first line".into());
    }
    Ok(line.to_owned())
}

fn refusal(error: AddStaffError, email: &str) -> String {
    match error {
        AddStaffError::BadEmail => format!("{email} is not an e-mail address"),
        AddStaffError::EmailTaken => {
            format!(
                "there is somebody with the address {email} already; use another, or change their role and unit on the page \
                 /staff/people"
            )
        }
        AddStaffError::UnitMissing => "an officer needs a unit: name it with --unit".to_owned(),
        AddStaffError::NoSuchUnit => "there is no such unit".to_owned(),
        AddStaffError::BadPassword(fault) => {
            let why = match fault {
                PasswordFault::TooShort => format!("it has fewer than {SHORTEST} characters"),
                PasswordFault::TooLong => format!("it has more than {LONGEST} characters"),
                PasswordFault::IsName => "it is the e-mail address, or the name in it".to_owned(),
                PasswordFault::TooCommon => format!(
                    "beside common words, the office's name, the e-mail address and runs like 12345 or abcd it has fewer \
                     than {FEWEST_LEFT} different letters"
                ),
            };
            format!("the password is not taken, {why}: choose a longer, less usual one")
        }
    }
}

//! People of an office for the tests: accounts, signed-in clients, what they send.

use crate::support::{Database, Service, page};
use chrono::{DateTime, Utc};
use hailong::actions::add_staff::add_staff;
use hailong::actions::draw_secret::draw_token;
use hailong::domain::access::Role;
use hailong::domain::email::Email;
use hailong::domain::token::Token;
use hailong::storage::audit_log::Actor;
use hailong::storage::{sessions, staff};
use reqwest::{Client, Response, header};

/// The password of everybody here.
pub const PASSWORD: &str = "mùa xuân ở Đồng Nai";

/// A unit with units below it, in the shipped catalogue.
pub const DEPARTMENT: &str = "H19.26";

/// Adds somebody with the password, working in [`DEPARTMENT`].
pub fn employ(database: &Database, email: &str, role: Role) {
    employ_at(database, email, role, DEPARTMENT);
}

/// The same for a unit.
pub fn employ_at(database: &Database, email: &str, role: Role, unit: &str) {
    let mut conn = database.conn();
    add_staff(&mut conn, Utc::now(), &Actor::command_line(), email, role, Some(unit), Some(PASSWORD)).unwrap().unwrap();
}

/// Opens a session without the sign-in page; returns its token.
pub fn open_session(database: &Database, email: &str, at: DateTime<Utc>) -> Token {
    let mut conn = database.conn();
    let person = staff::by_email(&mut conn, &Email::parse(email).unwrap()).unwrap().unwrap();
    let token = draw_token();
    sessions::insert(&mut conn, at, person.id, &token.hash()).unwrap();
    token
}

/// Somebody signed in, whose client follows no redirect.
pub struct Clerk<'a> {
    service: &'a Service,
    client: Client,
}

impl<'a> Clerk<'a> {
    /// Somebody with a fresh session.
    pub fn of(database: &Database, service: &'a Service, email: &str) -> Self {
        Self::with(service, &open_session(database, email, Utc::now()))
    }

    /// Somebody who shows this token.
    pub fn with(service: &'a Service, token: &Token) -> Self {
        let mut headers = header::HeaderMap::new();
        let cookie = format!("hailong_session={}", token.reveal());
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        let client =
            Client::builder().default_headers(headers).redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { service, client }
    }

    /// Asks for a path.
    pub async fn ask(&self, path: &str) -> Response {
        self.client.get(self.service.at(path)).send().await.unwrap()
    }

    /// Opens a page, which is checked.
    pub async fn open(&self, path: &str) -> page::Page {
        page::page(self.ask(path).await).await
    }

    /// The token that forms of this session bear.
    pub async fn form_token(&self) -> String {
        self.open("/staff/account").await.value("form_token")
    }

    /// Sends a form without its token.
    pub async fn send_bare(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.client.post(self.service.at(path)).form(fields).send().await.unwrap()
    }

    /// Sends a form.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let token = self.form_token().await;
        let mut all = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        self.send_bare(path, &all).await
    }
}

/// Where a redirect leads; empty if it is none.
pub fn leads_to(response: &Response) -> String {
    response.headers().get(header::LOCATION).map_or("", |v| v.to_str().unwrap()).to_owned()
}

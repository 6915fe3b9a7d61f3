//! The people of the office: who has access, giving it, ending it, one-time links and tokens for programs.
//!
//! A link or a token is told once, on the page that answers; it is never stored and never part of another address.

use super::account::moment;
use super::exclusions::FieldProblem;
use super::filter_form::{Choice, unit_on};
use super::filters::encoded;
use super::frame::{Frame, role_key};
use super::guard::SignedIn;
use super::{page, see_other};
use crate::actions::add_staff::{AddStaffError, add_staff};
use crate::actions::change_staff::{Changed, change_staff};
use crate::actions::end_access::{self, Ended};
use crate::actions::make_link::{self, LINK_HOURS};
use crate::actions::make_token;
use crate::domain::access::Role;
use crate::domain::catalogue::Catalogue;
use crate::domain::email::Email;
use crate::domain::ids::StaffId;
use crate::domain::period::day_in_vietnam;
use crate::domain::token::Token;
use crate::i18n;
use crate::storage::staff::{self, Staff};
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use std::collections::HashMap;

/// Its path; adding somebody is sent there too.
pub(super) const PATH: &str = "/staff/people";
/// A new one-time link.
pub(super) const LINK_PATH: &str = "/staff/people/link";
/// A new token for programs.
pub(super) const TOKEN_PATH: &str = "/staff/people/token";
/// Taking all tokens of a person back.
pub(super) const REVOKE_PATH: &str = "/staff/people/revoke-tokens";
/// Ending a person's access.
pub(super) const END_PATH: &str = "/staff/people/end";
/// Changing a person's role and unit.
pub(super) const CHANGE_PATH: &str = "/staff/people/change";
/// Giving a person access again.
pub(super) const RESUME_PATH: &str = "/staff/people/resume";

/// What was done just before.
#[derive(Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    done: String,
    /// Whose role and unit are to be changed.
    #[serde(default)]
    change: String,
}

/// The form that adds somebody.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PersonInput {
    email: String,
    role: String,
    unit: String,
}

/// A form about one person.
#[derive(Deserialize)]
pub(super) struct WhichInput {
    #[serde(default)]
    email: String,
}

struct PersonLine {
    email: String,
    role: String,
    unit: String,
    change_href: String,
    since: String,
    ended: Option<String>,
    has_password: bool,
    tokens: i64,
    is_oneself: bool,
}

/// A secret that is told once.
struct Secret {
    heading: String,
    words: String,
    text: String,
}

/// What a page says about what was done.
#[derive(Default)]
struct News {
    note: Option<String>,
    trouble: Option<String>,
    secret: Option<Secret>,
    problem: Option<FieldProblem>,
    /// The form that changes somebody, and what is wrong with it.
    change: Option<(PersonInput, Option<FieldProblem>)>,
}

/// The form that changes a person's role and unit.
struct ChangeForm {
    email: String,
    roles: Vec<Choice>,
    units: Vec<Choice>,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/people.html")]
struct PeoplePage<'a> {
    view: &'a View,
    frame: &'a Frame,
    news: News,
    people: Vec<PersonLine>,
    change: Option<ChangeForm>,
    email: &'a str,
    roles: Vec<Choice>,
    units: Vec<Choice>,
}

impl PeoplePage<'_> {
    fn problem(&self, field: &str) -> Option<&str> {
        self.news.problem.as_ref().filter(|problem| problem.field == field).map(|problem| problem.words.as_str())
    }
}

/// Shows everybody.
pub(super) async fn show(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    done: Query<Done>,
) -> Result<HttpResponse, WebError> {
    let note = match done.done.as_str() {
        "ended" => Some("desk-people-ended"),
        "changed" => Some("desk-people-changed"),
        "revoked" => Some("desk-people-revoked"),
        _ => None,
    };
    let change = match Email::parse(&done.change) {
        Some(email) => app.db.run(move |conn| staff::by_email(conn, &email)).await?.filter(|p| p.ended_at.is_none()),
        None => None,
    };
    let change = change.map(|person| PersonInput {
        email: person.email,
        role: person.role.code().to_owned(),
        unit: person.unit_code.unwrap_or_default(),
    });
    let change = change.map(|input| (input, None));
    let news = News { note: note.map(|key| View::of(&request).t(key)), change, ..News::default() };
    show_with(&app, &request, &who, StatusCode::OK, news, PersonInput::default()).await
}

async fn show_with(
    app: &AppData,
    request: &HttpRequest,
    who: &SignedIn,
    status: StatusCode,
    mut news: News,
    kept: PersonInput,
) -> Result<HttpResponse, WebError> {
    let (frame, catalogue) = (Frame::of(app, request, who), app.shelf.get());
    let read = |conn: &mut _| Ok((staff::all(conn)?, staff::token_counts(conn)?));
    let (people, tokens) = app.db.run(read).await?;
    let view = &frame.view;
    let change = news.change.take().map(|(input, problem)| ChangeForm {
        roles: roles(view, &input.role),
        units: units(&catalogue, view, &input.unit),
        email: input.email,
        problem: problem.map(|problem| problem.words),
    });
    page(
        status,
        &PeoplePage {
            view,
            frame: &frame,
            news,
            people: people.iter().map(|person| line(person, who, &catalogue, view, &tokens)).collect(),
            change,
            email: &kept.email,
            roles: roles(view, &kept.role),
            units: units(&catalogue, view, &kept.unit),
        },
    )
}

fn line(
    person: &Staff,
    who: &SignedIn,
    catalogue: &Catalogue,
    view: &View,
    tokens: &HashMap<StaffId, i64>,
) -> PersonLine {
    let today = day_in_vietnam(Utc::now());
    let unit = person.unit_code.as_deref().map(|code| match unit_on(catalogue, code, today) {
        Some(unit) => view.pick(&unit.name).to_owned(),
        None => code.to_owned(),
    });
    PersonLine {
        email: person.email.clone(),
        role: view.t(&role_key(person.role)),
        unit: unit.unwrap_or_default(),
        change_href: format!("{PATH}?change={}#change", encoded(&person.email)),
        since: i18n::date(view.language, day_in_vietnam(person.created_at)),
        ended: person.ended_at.map(|at| moment(view, at)),
        has_password: person.has_password,
        tokens: tokens.get(&person.id).copied().unwrap_or(0),
        is_oneself: person.id == who.staff.id,
    }
}

/// All roles, that of a code chosen; the humblest where there is none of that code.
fn roles(view: &View, chosen: &str) -> Vec<Choice> {
    let chosen = Role::from_code(chosen).unwrap_or(Role::Officer);
    let choice = |of: Role| Choice { value: of.code().into(), label: view.t(&role_key(of)), is_chosen: of == chosen };
    Role::ALL.into_iter().map(choice).collect()
}

/// The units of today, those above before those below.
fn units(catalogue: &Catalogue, view: &View, chosen: &str) -> Vec<Choice> {
    let today = day_in_vietnam(Utc::now());
    let mut found: Vec<_> = catalogue.units().iter().filter(|unit| unit.is_valid_on(today)).collect();
    found.sort_by_key(|unit| unit.code.key().to_owned());
    let of = |unit: &crate::domain::unit::Unit| Choice {
        value: unit.code.as_typed().to_owned(),
        label: format!("{} ({})", view.pick(&unit.name), unit.code.as_typed()),
        is_chosen: unit.code.as_typed() == chosen,
    };
    let none = Choice { value: String::new(), label: view.t("desk-people-no-unit"), is_chosen: chosen.is_empty() };
    std::iter::once(none).chain(found.into_iter().map(of)).collect()
}

fn link_told(app: &AppData, view: &View, email: &str, token: &Token) -> News {
    let secret = Secret {
        heading: view.t1("desk-people-link-for", "email", email),
        words: view.t1("desk-people-link-words", "hours", &LINK_HOURS.to_string()),
        text: format!("{}/staff/welcome/{}", app.public_url, token.reveal()),
    };
    News { secret: Some(secret), ..News::default() }
}

/// Adds somebody.
pub(super) async fn add(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Form<PersonInput>,
) -> Result<HttpResponse, WebError> {
    let (view, input) = (View::of(&request), input.into_inner());
    let Some(role) = Role::from_code(&input.role) else { return Err(WebError::Invalid) };
    let (email, unit, actor) = (input.email.clone(), input.unit.clone(), who.staff.actor());
    let added = app.db.run(move |conn| add_staff(conn, Utc::now(), &actor, &email, role, Some(&unit), None)).await?;
    let (field, key) = match added {
        Ok(added) => {
            let news = match &added.link {
                Some(token) => link_told(&app, &view, added.email.as_str(), token),
                None => News::default(),
            };
            return show_with(&app, &request, &who, StatusCode::OK, news, PersonInput::default()).await;
        }
        Err(AddStaffError::BadEmail | AddStaffError::BadPassword(_)) => ("email", "desk-people-bad-email"),
        Err(AddStaffError::EmailTaken) => ("email", "desk-people-email-taken"),
        Err(AddStaffError::UnitMissing) => ("unit", "desk-people-unit-missing"),
        Err(AddStaffError::NoSuchUnit) => ("unit", "desk-people-no-such-unit"),
    };
    let news = News { problem: Some(FieldProblem { field, words: view.t(key) }), ..News::default() };
    show_with(&app, &request, &who, StatusCode::UNPROCESSABLE_ENTITY, news, input).await
}

/// The person a form is about; whoever does not exist is not found.
fn email_of(input: &WhichInput) -> Result<Email, WebError> {
    Email::parse(&input.email).ok_or(WebError::NotFound)
}

/// Makes a new one-time link and tells it.
pub(super) async fn make_link(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Form<WhichInput>,
) -> Result<HttpResponse, WebError> {
    let (email, actor) = (email_of(&input)?, who.staff.actor());
    let address = email.clone();
    let token = app.db.run(move |conn| make_link::make_link(conn, Utc::now(), &actor, &email)).await?;
    let news = link_told(&app, &View::of(&request), address.as_str(), &token.ok_or(WebError::NotFound)?);
    show_with(&app, &request, &who, StatusCode::OK, news, PersonInput::default()).await
}

/// Gives a person access again and tells the link.
pub(super) async fn resume_access(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Form<WhichInput>,
) -> Result<HttpResponse, WebError> {
    let (email, by) = (email_of(&input)?, who.staff.clone());
    let address = email.clone();
    let token = app.db.run(move |conn| end_access::resume_access(conn, Utc::now(), &by, &email)).await?;
    let news = link_told(&app, &View::of(&request), address.as_str(), &token.ok_or(WebError::NotFound)?);
    show_with(&app, &request, &who, StatusCode::OK, news, PersonInput::default()).await
}

/// Makes a token for programs and tells it.
pub(super) async fn make_token(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Form<WhichInput>,
) -> Result<HttpResponse, WebError> {
    let (email, actor, view) = (email_of(&input)?, who.staff.actor(), View::of(&request));
    let address = email.clone();
    let token = app.db.run(move |conn| make_token::make_token(conn, Utc::now(), &actor, &email)).await?;
    let secret = Secret {
        heading: view.t1("desk-people-token-for", "email", address.as_str()),
        words: view.t("desk-people-token-words"),
        text: token.ok_or(WebError::NotFound)?.reveal().to_owned(),
    };
    let news = News { secret: Some(secret), ..News::default() };
    show_with(&app, &request, &who, StatusCode::OK, news, PersonInput::default()).await
}

/// Takes all tokens of a person back.
pub(super) async fn revoke_tokens(
    app: AppData,
    who: SignedIn,
    input: Form<WhichInput>,
) -> Result<HttpResponse, WebError> {
    let email = email_of(&input)?;
    let revoke = move |conn: &mut _| match staff::by_email(conn, &email)? {
        Some(person) => end_access::revoke_tokens(conn, Utc::now(), &who.staff, &person).map(Some),
        None => Ok(None),
    };
    app.db.run(revoke).await?.ok_or(WebError::NotFound)?;
    Ok(see_other(&format!("{PATH}?done=revoked")))
}

/// Ends a person's access.
pub(super) async fn end_access(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Form<WhichInput>,
) -> Result<HttpResponse, WebError> {
    let (email, by) = (email_of(&input)?, who.staff.clone());
    let key = match app.db.run(move |conn| end_access::end_access(conn, Utc::now(), &by, &email)).await? {
        Ended::Done => return Ok(see_other(&format!("{PATH}?done=ended"))),
        Ended::NoSuchPerson => return Err(WebError::NotFound),
        Ended::Oneself => "desk-people-oneself",
        Ended::LastAdministrator => "desk-people-last",
    };
    let news = News { trouble: Some(View::of(&request).t(key)), ..News::default() };
    show_with(&app, &request, &who, StatusCode::UNPROCESSABLE_ENTITY, news, PersonInput::default()).await
}

/// Changes a person's role and unit.
pub(super) async fn change(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Form<PersonInput>,
) -> Result<HttpResponse, WebError> {
    let input = input.into_inner();
    let email = Email::parse(&input.email).ok_or(WebError::NotFound)?;
    let Some(role) = Role::from_code(&input.role) else { return Err(WebError::Invalid) };
    let (unit, by) = (input.unit.clone(), who.staff.clone());
    let change = move |conn: &mut _| change_staff(conn, Utc::now(), &by, &email, role, Some(&unit));
    let key = match app.db.run(change).await? {
        Changed::Done => return Ok(see_other(&format!("{PATH}?done=changed"))),
        Changed::NoSuchPerson => return Err(WebError::NotFound),
        Changed::UnitMissing => "desk-people-unit-missing",
        Changed::NoSuchUnit => "desk-people-no-such-unit",
        Changed::LastAdministrator => "desk-people-last",
    };
    let problem = FieldProblem { field: "change", words: View::of(&request).t(key) };
    let news = News { change: Some((input, Some(problem))), ..News::default() };
    show_with(&app, &request, &who, StatusCode::UNPROCESSABLE_ENTITY, news, PersonInput::default()).await
}

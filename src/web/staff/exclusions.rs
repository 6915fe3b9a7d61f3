//! Taking single submissions out of the index and putting them back: what was flagged, what is out, who decided, the form.
//!
//! Answers are never shown here, so that nobody decides by whether they like them.

use super::account::moment;
use super::frame::Frame;
use super::guard::SignedIn;
use super::paging::{PER_PAGE, Paging};
use super::{page, see_other};
use crate::actions::exclude_submission::{Direction, Excluded, exclude_submission};
use crate::domain::catalogue::Catalogue;
use crate::domain::ids::SubmissionId;
use crate::i18n;
use crate::storage::flagged::{self, Decision, Listed, Outline};
use crate::storage::submissions::{FLAG_FAST, FLAG_HONEYPOT, FLAG_UNTIMED};
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use uuid::Uuid;

/// Its path.
pub(super) const PATH: &str = "/staff/exclusions";
/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;
/// How many of the latest decisions are listed.
const LATEST: i64 = 20;

/// The address's parameters: which page of which list, which submission is to be decided about, what was done before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    page: String,
    out: String,
    id: String,
    direction: String,
    done: String,
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DecisionInput {
    id: String,
    direction: String,
    reason: String,
}

/// What is wrong with a field of a form.
pub(super) struct FieldProblem {
    /// Its name.
    pub field: &'static str,
    /// What is wrong, and what to do.
    pub words: String,
}

struct Line {
    id: String,
    short: String,
    what: String,
    flags: Vec<String>,
    /// Who, when; empty where nobody decided.
    by: String,
    reason: String,
    is_out: bool,
}

#[derive(Template)]
#[template(path = "staff/exclusions.html")]
struct ExclusionsPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    note: Option<String>,
    problems: Vec<FieldProblem>,
    input: &'a DecisionInput,
    longest: usize,
    flagged: Vec<Line>,
    flagged_title: String,
    flagged_paging: Paging,
    out: Vec<Line>,
    out_title: String,
    out_paging: Paging,
    latest: Vec<Line>,
}

impl ExclusionsPage<'_> {
    fn problem(&self, field: &str) -> Option<&str> {
        self.problems.iter().find(|problem| problem.field == field).map(|problem| problem.words.as_str())
    }

    fn is_back(&self) -> bool {
        self.input.direction == "back"
    }
}

/// Shows the page.
pub(super) async fn show(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    wish: Query<Wish>,
) -> Result<HttpResponse, WebError> {
    let wish = wish.into_inner();
    let input = DecisionInput { id: wish.id.clone(), direction: wish.direction.clone(), reason: String::new() };
    show_with(&app, &request, &who, StatusCode::OK, wish, input, Vec::new()).await
}

async fn show_with(
    app: &AppData,
    request: &HttpRequest,
    who: &SignedIn,
    status: StatusCode,
    wish: Wish,
    input: DecisionInput,
    problems: Vec<FieldProblem>,
) -> Result<HttpResponse, WebError> {
    let (frame, catalogue) = (Frame::of(app, request, who), app.shelf.get());
    let (view, scope) = (&frame.view, who.scope(&catalogue));
    let (at, out_at) = (Paging::number(&wish.page), Paging::number(&wish.out));
    let read = move |conn: &mut _| {
        let flagged = flagged::flagged(conn, &scope, PER_PAGE, |total| Paging::offset(Paging::within(at, total)))?;
        let out = flagged::out_now(conn, &scope, PER_PAGE, |total| Paging::offset(Paging::within(out_at, total)))?;
        Ok((flagged, out, flagged::latest(conn, &scope, LATEST)?))
    };
    let (flagged, out, latest) = app.db.run(read).await?;
    let paging = |name: &'static str, title: &str, number: i64, total: i64| {
        let address = |number| format!("{PATH}?{name}={number}");
        Paging::of(view, title, Paging::within(number, total), total, address)
    };
    let decided = |all: Vec<Decision>| all.into_iter().map(|d| decision_line(&d, &catalogue, view)).collect();
    let Listed { entries: flagged, total } = flagged;
    let Listed { entries: out, total: out_total } = out;
    let title = |key: &str, total| view.t1(key, "count", &i18n::count(view.language, total));
    let (flagged_title, out_title) = (title("desk-flagged-title", total), title("desk-out-title", out_total));
    page(
        status,
        &ExclusionsPage {
            view,
            frame: &frame,
            note: note_key(&wish.done).map(|key| view.t(key)),
            problems,
            input: &input,
            longest: LONGEST_REASON,
            flagged: flagged.iter().map(|outline| line(outline, &catalogue, view)).collect(),
            flagged_paging: paging("page", &flagged_title, at, total),
            flagged_title,
            out: decided(out),
            out_paging: paging("out", &out_title, out_at, out_total),
            out_title,
            latest: decided(latest),
        },
    )
}

fn note_key(done: &str) -> Option<&'static str> {
    match done {
        "out" => Some("desk-excluded"),
        "back" => Some("desk-put-back"),
        "already-out" => Some("desk-already-out"),
        "already-back" => Some("desk-already-back"),
        _ => None,
    }
}

fn line(outline: &Outline, catalogue: &Catalogue, view: &View) -> Line {
    let id = outline.id().0.to_string();
    let unit = catalogue.unit(outline.unit()).map_or("", |unit| view.pick(&unit.name));
    let survey = catalogue.survey_by_id(outline.survey()).map_or("", |survey| view.pick(&survey.title));
    let flags =
        [(FLAG_HONEYPOT, "desk-flag-honeypot"), (FLAG_FAST, "desk-flag-fast"), (FLAG_UNTIMED, "desk-flag-untimed")];
    Line {
        // The first digits tell the day; the last ones tell submissions apart.
        short: id.rsplit('-').next().unwrap_or_default().to_owned(),
        what: format!("{} · {unit} · {survey}", i18n::date(view.language, outline.day)),
        flags: flags.iter().filter(|(bit, _)| outline.flags & bit != 0).map(|(_, key)| view.t(key)).collect(),
        by: String::new(),
        reason: String::new(),
        is_out: false,
        id,
    }
}

fn decision_line(decision: &Decision, catalogue: &Catalogue, view: &View) -> Line {
    Line {
        by: format!("{}, {}", decision.actor, moment(view, decision.made_at)),
        reason: decision.reason.clone(),
        is_out: decision.is_out,
        ..line(&decision.submission, catalogue, view)
    }
}

/// Takes a submission out or puts it back.
pub(super) async fn decide(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Form<DecisionInput>,
) -> Result<HttpResponse, WebError> {
    let (view, input) = (View::of(&request), input.into_inner());
    let (id, direction, reason) = match read(&input, &view) {
        Ok(read) => read,
        Err(problems) => return again(&app, &request, &who, input, problems).await,
    };
    let (scope, actor) = (who.scope(&app.shelf.get()), who.staff.actor());
    let decide = move |conn: &mut _| {
        if flagged::by_id(conn, &scope, id)?.is_none() {
            return Ok(Excluded::NoSuchSubmission);
        }
        exclude_submission(conn, Utc::now(), &actor, id, direction, &reason)
    };
    let done = match (app.db.run(decide).await?, direction) {
        (Excluded::Done, Direction::Out) => "out",
        (Excluded::Done, Direction::Back) => "back",
        (Excluded::Already, Direction::Out) => "already-out",
        (Excluded::Already, Direction::Back) => "already-back",
        (Excluded::NoSuchSubmission, _) => {
            let unknown = FieldProblem { field: "id", words: view.t("desk-no-such-submission") };
            return again(&app, &request, &who, input, vec![unknown]).await;
        }
    };
    Ok(see_other(&format!("{PATH}?done={done}")))
}

async fn again(
    app: &AppData,
    request: &HttpRequest,
    who: &SignedIn,
    input: DecisionInput,
    problems: Vec<FieldProblem>,
) -> Result<HttpResponse, WebError> {
    show_with(app, request, who, StatusCode::UNPROCESSABLE_ENTITY, Wish::default(), input, problems).await
}

fn read(input: &DecisionInput, view: &View) -> Result<(SubmissionId, Direction, String), Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let id = Uuid::parse_str(input.id.trim()).map(SubmissionId);
    if id.is_err() {
        problems.push(FieldProblem { field: "id", words: view.t("desk-no-such-submission") });
    }
    let direction = match input.direction.as_str() {
        "out" => Some(Direction::Out),
        "back" => Some(Direction::Back),
        _ => None,
    };
    if direction.is_none() {
        problems.push(FieldProblem { field: "direction", words: view.t("desk-direction-missing") });
    }
    let reason = input.reason.trim();
    let length = reason.chars().count();
    if length == 0 {
        problems.push(FieldProblem { field: "reason", words: view.t("desk-reason-missing") });
    } else if length > LONGEST_REASON {
        let values = [("longest", &*LONGEST_REASON.to_string()), ("given", &*length.to_string())];
        problems.push(FieldProblem { field: "reason", words: view.tn("desk-reason-long", &values) });
    }
    match (id, direction) {
        (Ok(id), Some(direction)) if problems.is_empty() => Ok((id, direction, reason.to_owned())),
        _ => Err(problems),
    }
}

//! Files to take away: the page that offers them, and the files, streamed as they are made.
//!
//! What was wrong with a wish brings the page back. Files are made by `actions` and `documents`; how they reach the browser is
//! in `download`.

use super::download;
use super::filter_form::channel_name;
use super::filters::MIXED;
use super::frame::Frame;
use super::guard::Needs::Permit;
use super::guard::SignedIn;
use super::page;
use super::table::{StaffRoute, get};
use crate::actions::export_index::export_index;
use crate::actions::export_plan::{ExportError, ExportPlan, PlanError, plan};
use crate::actions::export_submissions::{Counting, export_submissions};
use crate::documents::csv::Flavour;
use crate::documents::datapackage::Asked;
use crate::documents::index_table;
use crate::documents::submissions::{SubmissionsArchive, flavour_of};
use crate::domain::access::{Permission, Role, Scope};
use crate::domain::catalogue::Catalogue;
use crate::domain::export::ExportWish;
use crate::domain::period::{Period, day_in_vietnam, parse_day};
use crate::domain::survey::{Basis, Channel, Mixing};
use crate::storage::audit_log::Actor;
use crate::storage::exports::{PastExport, recent};
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use std::collections::BTreeSet;
use validator::Validate;

/// The page.
pub(super) const PATH: &str = "/staff/exports";
/// The submissions.
const SUBMISSIONS_PATH: &str = "/staff/exports/submissions.zip";
/// The index.
const INDEX_PATH: &str = "/staff/exports/index.zip";

/// How many past exports the page lists.
const RECENT: i64 = 20;

/// The routes.
pub(super) fn table() -> Vec<StaffRoute> {
    vec![
        get(PATH, Permit(Permission::Export), || web::get().to(show)),
        get(SUBMISSIONS_PATH, Permit(Permission::Export), || web::get().to(submissions)),
        get(INDEX_PATH, Permit(Permission::Export), || web::get().to(index)),
    ]
}

/// What is wished, as the form sends it.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
pub(super) struct ExportInput {
    #[serde(default)]
    #[validate(length(max = 60))]
    survey: String,
    #[serde(default)]
    #[validate(length(max = 35))]
    unit: String,
    #[serde(default)]
    #[validate(length(max = 40))]
    procedure: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    #[validate(length(max = 10))]
    from: String,
    #[serde(default)]
    #[validate(length(max = 10))]
    to: String,
    #[serde(default)]
    flavour: String,
    #[serde(default)]
    texts: String,
    #[serde(default)]
    basis: String,
}

struct Choice {
    code: String,
    label: String,
    is_chosen: bool,
}

/// A filter that came with the wish and can be let go of.
struct Narrowed {
    name: &'static str,
    value: String,
    label: String,
}

struct PastLine {
    at: String,
    actor: String,
    what: String,
    about: String,
}

#[derive(Template)]
#[template(path = "staff/exports.html")]
struct ExportsPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    surveys: Vec<Choice>,
    units: Vec<Choice>,
    /// The procedure and the channel, where the wish came with them.
    narrowed: Vec<Narrowed>,
    input: ExportInput,
    is_excel: bool,
    may_read_texts: bool,
    has_sampled: bool,
    past: Vec<PastLine>,
    problem: Option<String>,
}

async fn show(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Query<ExportInput>,
) -> Result<HttpResponse, WebError> {
    show_with(&app, &request, &who, input.into_inner(), StatusCode::OK, None).await
}

async fn show_with(
    app: &AppData,
    request: &HttpRequest,
    who: &SignedIn,
    input: ExportInput,
    status: StatusCode,
    problem: Option<&str>,
) -> Result<HttpResponse, WebError> {
    let frame = Frame::of(app, request, who);
    let view = &frame.view;
    // The form's fields take days in one way only.
    let day = |text: String| parse_day(&text).map_or(text, |day| day.to_string());
    let input = ExportInput { from: day(input.from), to: day(input.to), ..input };
    // Administrators see what everybody took away, others their own.
    let of = (who.staff.role != Role::Administrator).then_some(who.staff.id);
    let past = app.db.run(move |conn| recent(conn, of, RECENT)).await?;
    let catalogue = app.shelf.get();
    let surveys = catalogue.surveys().iter().map(|survey| Choice {
        code: survey.code.clone(),
        label: view.pick(&survey.title).to_owned(),
        is_chosen: survey.code == input.survey,
    });
    let scope = who.scope(&catalogue);
    let mut seen = BTreeSet::new();
    // The newest name stands for all periods of validity of a code.
    let mut units: Vec<Choice> = (catalogue.units().iter().rev())
        .filter(|unit| scope.contains(unit.id) && seen.insert(unit.code.key().to_owned()))
        .map(|unit| Choice {
            code: unit.code.as_typed().to_owned(),
            label: format!("{} – {}", unit.code.as_typed(), view.pick(&unit.name)),
            is_chosen: unit.code.as_typed() == input.unit,
        })
        .collect();
    units.reverse();
    let page_struct = ExportsPage {
        view,
        frame: &frame,
        surveys: surveys.collect(),
        units,
        narrowed: narrowed(&catalogue, view, &input),
        is_excel: input.flavour != Flavour::Plain.code(),
        may_read_texts: who.may(Permission::ReadComments),
        has_sampled: catalogue.surveys().iter().any(|survey| survey.basis == Basis::Sampled),
        past: past.iter().map(|past| past_line(view, past)).collect(),
        problem: problem.map(|key| view.t(key)),
        input,
    };
    page(status, &page_struct)
}

fn narrowed(catalogue: &Catalogue, view: &View, input: &ExportInput) -> Vec<Narrowed> {
    let procedure = catalogue.procedures_of_code(&input.procedure).into_iter().next_back();
    let procedure = procedure.and_then(|id| catalogue.procedure(id)).map(|procedure| Narrowed {
        name: "procedure",
        value: procedure.code.clone(),
        label: view.t1("exports-only-procedure", "procedure", view.pick(&procedure.name)),
    });
    let channel = Channel::from_code(&input.channel).map(|channel| Narrowed {
        name: "channel",
        value: channel.code().to_owned(),
        label: view.t1("exports-only-channel", "channel", &channel_name(view, channel)),
    });
    procedure.into_iter().chain(channel).collect()
}

fn past_line(view: &View, past: &PastExport) -> PastLine {
    let given = |name: &str| past.detail[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let days = match (given("from"), given("to")) {
        (None, None) => None,
        (from, to) => Some(format!("{} … {}", from.unwrap_or_default(), to.unwrap_or_default())),
    };
    let texts = (past.detail["free_texts"] == true).then(|| view.t("exports-with-texts"));
    let narrowed = [given("procedure"), given("channel")];
    let about =
        [Some(past.subject.clone()), given("unit")].into_iter().chain(narrowed).chain([days, given("flavour"), texts]);
    PastLine {
        at: super::account::moment(view, past.at),
        actor: past.actor.clone(),
        what: view.t(if past.is_index { "exports-index" } else { "exports-submissions" }),
        about: about.flatten().collect::<Vec<_>>().join(", "),
    }
}

async fn submissions(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Query<ExportInput>,
) -> Result<HttpResponse, WebError> {
    let order = match order(&app, &who, &input) {
        Ok(order) => order,
        Err(refusal) => return refused(&app, &request, &who, input, refusal).await,
    };
    let name = file_name("submissions", &order.asked);
    let library = app.library.clone();
    download::zip(&app, &name, move |conns, body| {
        let Order { plan, asked, actor } = order;
        let (now, flavour) = (asked.now, asked.flavour.code());
        let definitions = plan.definitions(&library, day_in_vietnam(now));
        let mut archive = SubmissionsArchive::start(body, asked, definitions);
        export_submissions(conns, now, &actor, &plan, flavour, Counting::Skipped, |part| archive.take(part))
    })
    .await
}

async fn index(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Query<ExportInput>,
) -> Result<HttpResponse, WebError> {
    let order = match order(&app, &who, &input) {
        Ok(order) => order,
        Err(refusal) => return refused(&app, &request, &who, input, refusal).await,
    };
    let name = file_name("index", &order.asked);
    let library = app.library.clone();
    download::zip(&app, &name, move |conns, body| {
        let Order { plan, asked, actor } = order;
        let (tables, ending) = export_index(conns, asked.now, &actor, &plan, &library, asked.flavour.code())?;
        index_table::write(body, &asked, &tables, &ending).map_err(ExportError::from)
    })
    .await
}

async fn refused(
    app: &AppData,
    request: &HttpRequest,
    who: &SignedIn,
    input: Query<ExportInput>,
    refusal: Refusal,
) -> Result<HttpResponse, WebError> {
    match refusal {
        Refusal::NotFound => Err(WebError::NotFound),
        Refusal::Said(key) => {
            show_with(app, request, who, input.into_inner(), StatusCode::UNPROCESSABLE_ENTITY, Some(key)).await
        }
    }
}

/// Why no export is made.
enum Refusal {
    /// There is no such unit, procedure or channel, or the person may not know that there is.
    NotFound,
    /// The key of what is wrong.
    Said(&'static str),
}

impl From<&'static str> for Refusal {
    fn from(key: &'static str) -> Self {
        Self::Said(key)
    }
}

/// An export that can be made.
struct Order {
    plan: ExportPlan,
    asked: Asked,
    actor: Actor,
}

/// What the form asked for, within what the person may have; otherwise why not.
fn order(app: &AppData, who: &SignedIn, input: &ExportInput) -> Result<Order, Refusal> {
    input.validate().map_err(|_| "exports-not-understood")?;
    let with_texts = !input.texts.is_empty();
    if with_texts && !who.may(Permission::ReadComments) {
        return Err("exports-no-texts".into());
    }
    let day = |text: &str| match text.trim() {
        "" => Ok(None),
        text => parse_day(text).map(Some).ok_or("exports-no-day"),
    };
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let catalogue = app.shelf.get();
    let scope = who.scope(&catalogue);
    // Who sees a part gets that part, and the manifest says so.
    let own = who.staff.unit_code.clone().filter(|_| scope != Scope::All);
    let wish = ExportWish {
        survey: given(&input.survey),
        unit: given(&input.unit).or(own),
        procedure: given(&input.procedure),
        channel: match given(&input.channel) {
            None => None,
            Some(code) => Some(Channel::from_code(&code).ok_or(Refusal::NotFound)?),
        },
        period: Period { from: day(&input.from)?, to: day(&input.to)? },
        with_texts,
        mixing: if input.basis == MIXED { Mixing::Together } else { Mixing::Apart },
    };
    let plan = plan(&catalogue, scope, wish.clone()).map_err(|error| match error {
        PlanError::NoSuchSurvey => "exports-no-survey".into(),
        PlanError::NoSuchUnit | PlanError::OutOfScope | PlanError::NoSuchProcedure => Refusal::NotFound,
        PlanError::Backwards => "exports-backwards".into(),
    })?;
    let asked = Asked { now: Utc::now(), flavour: flavour_of(&input.flavour), wish };
    Ok(Order { plan, asked, actor: who.staff.actor() })
}

/// The name under which a browser keeps the file.
fn file_name(what: &str, asked: &Asked) -> String {
    let wish = &asked.wish;
    let days = [wish.period.from, wish.period.to].map(|day| day.map(|day| day.to_string()));
    let parts = [Some(what.to_owned()), wish.survey.clone(), wish.unit.clone()].into_iter().chain(days);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name = parts.flatten().collect::<Vec<_>>().join("_");
    format!("{}.zip", name.replace(|c| !is_plain(c), "-"))
}

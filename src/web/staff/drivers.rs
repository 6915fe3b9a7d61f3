//! What goes with satisfaction: how much each part of the index counts for people's overall satisfaction, next to how satisfied
//! they are with it, as a picture and a table. Association, not cause, and the page says so.
//!
//! Worked out from answers side by side ([`crate::domain::estimate::importance`]); shares are those of the dashboard, hidden where
//! they are hidden there.

use super::dashboard::{Subject, asked, definition_for};
use super::filter_form::{FilterForm, names_day};
use super::filters::{FilterInput, Filters};
use super::frame::{Frame, scope_name};
use super::freshness;
use super::guard::SignedIn;
use super::page;
use crate::documents::svg::{self, ImportancePoint, ImportanceWords};
use crate::domain::answer_row::place_of;
use crate::domain::estimate::{
    AnswerTable, FEWEST_PEOPLE, Importance, ImportanceFault, MOST_PARTS, PartImportance, REPLICATES, criteria_of,
    importance, parts_of,
};
use crate::domain::index::{Definition, Published, Share};
use crate::domain::period::day_in_vietnam;
use crate::i18n;
use crate::storage::figures::{Asked, Reader};
use crate::storage::{PgConnection, QueryResult, answer_levels, at_one_moment};
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Utc;

/// Its path.
pub(super) const PATH: &str = "/staff/drivers";
/// At most so many submissions are looked at, the latest: enough for intervals of a per cent or two.
const MOST_PEOPLE: i64 = 20_000;
/// The level of confidence of the intervals.
const CONFIDENCE: f64 = 0.95;
/// A part counts as clearly more important than average where even the low end of its interval is so many times the average.
const CLEARLY: f64 = 1.1;
/// The seed of the bootstrap; the page names it, so that anybody can repeat it.
const SEED: u64 = 2026;

struct PartRow {
    number: usize,
    title: String,
    importance: String,
    interval: String,
    share: String,
    n: String,
    alpha: String,
    stands_out: bool,
}

enum State {
    Parts {
        rows: Vec<PartRow>,
        picture: String,
        words: String,
        people: String,
        outcome: String,
    },
    /// Why there is nothing to see.
    Nothing(String),
}

#[derive(Template)]
#[template(path = "staff/drivers.html")]
struct DriversPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    filters: Option<FilterForm>,
    under: String,
    state: State,
    /// Until when the figures go, where they are not of this moment.
    as_of: Option<String>,
    version: String,
    method: String,
}

impl<'a> DriversPage<'a> {
    /// The page that says why there is nothing to see.
    fn empty(frame: &'a Frame, filters: Option<FilterForm>, why: String) -> Self {
        let (under, as_of, version, method) = Default::default();
        Self { view: &frame.view, frame, filters, under, state: State::Nothing(why), as_of, version, method }
    }
}

/// What was read: the shares, and the levels row by row.
type Found = (Published, Vec<u8>);

/// Shows the page.
pub(super) async fn show(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Query<FilterInput>,
) -> Result<HttpResponse, WebError> {
    let (now, catalogue, frame) = (Utc::now(), app.shelf.get(), Frame::of(&app, &request, &who));
    let (view, today, scope) = (&frame.view, day_in_vietnam(now), who.scope(&catalogue));
    let Some(filters) = Filters::read(&input, &catalogue, &scope, now)? else {
        return page(StatusCode::OK, &DriversPage::empty(&frame, None, view.t("staff-no-survey")));
    };
    let filter_form = FilterForm::of(&filters, &catalogue, &scope, view, now);
    if !filters.problems.is_empty() {
        let again = DriversPage::empty(&frame, Some(filter_form), view.t("staff-filter-problems"));
        return page(StatusCode::UNPROCESSABLE_ENTITY, &again);
    }
    let (Some(form), Some(definition)) = (catalogue.form(&filters.form), definition_for(&app, &filters, today)) else {
        return page(StatusCode::OK, &DriversPage::empty(&frame, Some(filter_form), view.t("staff-no-index")));
    };
    if parts_of(&definition).is_err() {
        let why = view.t1("drivers-no-parts", "most", &MOST_PARTS.to_string());
        return page(StatusCode::OK, &DriversPage::empty(&frame, Some(filter_form), why));
    }
    let mut questions = criteria_of(&definition);
    questions.extend(definition.overall.clone());
    let layout = app.library.counting().layout(form);
    let question = asked(&app, &catalogue, scope, &filters, layout, definition.clone());
    // A question that the form does not ask has no place, and nobody has answered it.
    let places: Vec<usize> = questions.iter().map(|code| place_of(form, code).unwrap_or(usize::MAX)).collect();
    let reading = app.db.read(move |conn| at_one_moment(conn, |conn| read(conn, question.clone(), &places))).await?;
    let as_of = freshness::note(view, now, reading.age);
    let found = match reading.value {
        Some((tree, levels)) => {
            let definition = definition.clone();
            let work = tokio::task::spawn_blocking(move || worked_out(&definition, questions, levels)).await;
            Some((tree, work.map_err(|panic| WebError::Internal(panic.to_string()))?))
        }
        None => None,
    };
    let day = names_day(filters.period, today);
    let scope_name = scope_name(&catalogue, &who, view, &[], day);
    let subject =
        Subject { catalogue: &catalogue, filters: &filters, form, definition: &definition, day, today, scope_name };
    let state = match found {
        Some((tree, Ok(importance))) => parts(&subject, view, &tree, &importance)?,
        Some((_, Err(fault))) => State::Nothing(why_not(view, fault)),
        None => State::Nothing(view.t1("staff-hidden-text", "smallest", &FEWEST_PEOPLE.to_string())),
    };
    let under = [subject.survey_title(&frame), subject.unit_name(&frame), subject.period_words(&frame)].join(" · ");
    let method = [("seed", SEED.to_string()), ("replicates", i18n::count(view.language, REPLICATES as i64))];
    let method = view.tn("drivers-method", &method.each_ref().map(|(name, value)| (*name, value.as_str())));
    let version = definition.name();
    page(
        StatusCode::OK,
        &DriversPage { view, frame: &frame, filters: Some(filter_form), under, state, as_of, version, method },
    )
}

/// The shares and the levels, where the group may be shown.
fn read(conn: &mut PgConnection, asked: Asked, places: &[usize]) -> QueryResult<Option<Found>> {
    let mut reader = Reader::new(conn, asked.clone())?;
    let whole = reader.whole(conn)?;
    if whole.submissions.is_none() {
        return Ok(None);
    }
    let mut levels = Vec::new();
    for filter in reader.filters() {
        levels.extend(answer_levels::latest(conn, &asked.scope, &filter, places, MOST_PEOPLE)?);
    }
    Ok(Some((whole.tree, levels)))
}

fn worked_out(definition: &Definition, questions: Vec<String>, levels: Vec<u8>) -> Result<Importance, ImportanceFault> {
    let answers = AnswerTable::new(questions, levels).map_err(|_| ImportanceFault::OtherQuestions)?;
    importance(definition, &answers, CONFIDENCE, SEED)
}

fn why_not(view: &View, fault: ImportanceFault) -> String {
    match fault {
        ImportanceFault::TooFewPeople(people) => {
            let [people, fewest] = [people, FEWEST_PEOPLE].map(|count| i18n::count(view.language, count as i64));
            view.tn("drivers-too-few", &[("people", people.as_str()), ("fewest", &fewest)])
        }
        ImportanceFault::AllAlike => view.t("drivers-all-alike"),
        ImportanceFault::OtherQuestions | ImportanceFault::Parts(_) => {
            view.t1("drivers-no-parts", "most", &MOST_PARTS.to_string())
        }
    }
}

/// The parts, the most important first, each with its share where that is shown.
fn parts(subject: &Subject<'_>, view: &View, tree: &Published, importance: &Importance) -> Result<State, WebError> {
    let figures = |code: &str| tree.walk().into_iter().find(|node| node.code == code)?.figures.clone();
    let share_of = |code: &str| figures(code).and_then(|figures| figures.share);
    let root = tree.figures.as_ref().and_then(|figures| figures.share.as_ref()).map_or(0.0, Share::rounded);
    let average = 1.0 / importance.parts.len().max(1) as f64;
    let stands_out = |part: &PartImportance| {
        part.interval.0 > CLEARLY * average && share_of(&part.code).is_some_and(|share| share.rounded() < root)
    };
    let mut sorted: Vec<&PartImportance> = importance.parts.iter().collect();
    sorted.sort_by(|a, b| b.importance.total_cmp(&a.importance));
    let row = |(place, part): (usize, &&PartImportance)| PartRow {
        number: place + 1,
        title: super::dashboard::title(subject, view, &part.code),
        importance: percent(view, part.importance),
        interval: format!("{}–{}", percent(view, part.interval.0), percent(view, part.interval.1)),
        share: share_of(&part.code).map_or_else(|| "–".to_owned(), |share| i18n::share(view.language, &share)),
        n: figures(&part.code).map_or_else(String::new, |figures| i18n::count(view.language, figures.n)),
        alpha: part.alpha.alpha.map_or_else(|| "–".to_owned(), |alpha| i18n::rounded(view.language, alpha, 2)),
        stands_out: stands_out(part),
    };
    let rows: Vec<PartRow> = sorted.iter().enumerate().map(row).collect();
    let names = rows.iter().filter(|row| row.stands_out).map(|row| row.title.as_str()).collect::<Vec<_>>();
    let words = match names.is_empty() {
        true => view.t("drivers-words-none"),
        false => view.t1("drivers-words", "parts", &names.join("; ")),
    };
    let point = |(place, part): (usize, &&PartImportance)| {
        Some(ImportancePoint {
            number: place + 1,
            importance: (part.importance, part.interval.0, part.interval.1),
            share: share_of(&part.code)?.rounded(),
            stands_out: stands_out(part),
        })
    };
    let points: Vec<ImportancePoint> = sorted.iter().enumerate().filter_map(point).collect();
    let picture = svg::importance(&points, root, &axes(view, importance, &words));
    let explained = percent(view, importance.explained);
    let outcome = match subject.definition.overall.as_ref().and_then(|code| subject.form.question(code)) {
        Some(question) => {
            let values = [("question", view.pick(&question.text)), ("explained", &explained)];
            view.tn("drivers-outcome-asked", &values)
        }
        None => view.t("drivers-outcome-own"),
    };
    let counts = [importance.people, importance.incomplete].map(|count| i18n::count(view.language, count as i64));
    let [people, incomplete] = counts.each_ref().map(String::as_str);
    let people = [("people", people), ("incomplete", incomplete)];
    Ok(State::Parts {
        picture: picture.map_err(|e| WebError::Internal(e.0))?,
        people: view.tn("drivers-people", &people),
        rows,
        words,
        outcome,
    })
}

fn axes(view: &View, importance: &Importance, words: &str) -> ImportanceWords {
    let widest = importance.parts.iter().map(|part| part.interval.1).fold(0.0, f64::max);
    let steps = (widest * 10.0).ceil().clamp(1.0, 10.0) as usize;
    let written = |tenths: usize| i18n::percent(view.language, tenths as f64 * 10.0, 0);
    ImportanceWords {
        importance: view.t("drivers-column-importance"),
        shares: [0, 5, 10].map(written),
        steps: (0..=steps).map(written).collect(),
        title: view.t("drivers-picture"),
        description: words.to_owned(),
    }
}

/// A share of 1 in per cent with one decimal.
fn percent(view: &View, share: f64) -> String {
    i18n::percent(view.language, share * 100.0, 1)
}

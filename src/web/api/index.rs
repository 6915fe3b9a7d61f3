//! `GET /api/v1/index`: the tree of figures for a program that shows the token of a member of staff.
//!
//! Small groups are hidden here; the operator's own command `index --json` shows them.

use super::problem::{FieldProblem, MEDIA_TYPE, Problem, ProblemDocument, language_of};
use super::submissions::fault_text;
use crate::actions::export_plan::definition_for;
use crate::documents::index_json::{self, About, IndexDocument};
use crate::domain::access::{Permission, Scope};
use crate::domain::catalogue::Catalogue;
use crate::domain::narrowing::Narrowing;
use crate::domain::period::{Calendar, Period, day_in_vietnam};
use crate::domain::survey::{Channel, Survey};
use crate::domain::text::Language;
use crate::domain::token::Token;
use crate::storage::figures::{Asked, Reader};
use crate::storage::replica::Reading;
use crate::storage::staff::{self, Staff};
use crate::storage::{PgConnection, at_one_moment};
use crate::web::{App, AppData};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{NaiveDate, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::IntoParams;
use validator::Validate;

/// What to count, as it was asked.
#[derive(Debug, Default, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IndexInput {
    /// The survey's code.
    #[validate(length(min = 1, code = "missing"))]
    #[param(example = "sipas")]
    pub survey: String,
    /// The code of a unit: it and all below it are counted. Without it: all that the token's owner may see.
    #[param(required = false, example = "H19.26")]
    pub unit: String,
    /// The code of a procedure.
    #[param(required = false)]
    pub procedure: String,
    /// A channel: `web`, `qr`, `invitation`, `kiosk`, `paper` or `import`.
    #[param(required = false)]
    pub channel: String,
    /// The first day, `2026-11-01`, or a period that begins with it: `2026-11`, `2026-Q4`, `2026-H2`, `2026`.
    #[param(required = false)]
    pub from: String,
    /// The last day, included, or a period that ends with it.
    #[param(required = false)]
    pub to: String,
    /// The language of problem texts: vi or en.
    #[param(required = false)]
    pub lang: String,
}

/// The figures of an index
///
/// Groups behind which fewer than five answers stand are hidden, and so is what would let them be worked out.
#[utoipa::path(
    get, path = "/api/v1/index", operation_id = "read_index", tag = "index",
    params(IndexInput),
    security(("token" = [])),
    responses(
        (
            status = 200, description = "The tree of figures", body = IndexDocument,
            headers(("Age" = u64, description = "How many seconds old the figures may be, where a replica gave them")),
        ),
        (status = 401, description = "No valid token", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such survey, or no unit of this code among those whose figures the token's owner may see", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 422, description = "Every wrong parameter, by its name", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = MEDIA_TYPE),
    ),
)]
pub async fn read(request: HttpRequest, app: AppData) -> Result<HttpResponse, Problem> {
    let language = language_of(&request);
    let staff = bearer(&request, &app, language).await?;
    if !staff.role.may(Permission::ReadIndex) {
        return Err(Problem::new(language, StatusCode::FORBIDDEN, "forbidden"));
    }
    let catalogue = app.shelf.get();
    let input = read_input(&request).map_err(|wrong| rejected(language, wrong))?;
    let survey = catalogue.survey(&input.survey);
    let survey = survey.ok_or_else(|| Problem::new(language, StatusCode::NOT_FOUND, "not-found"))?;
    let wish = read_wish(&input, &catalogue).map_err(|wrong| rejected(language, wrong))?;
    let scope = staff.scope(&catalogue);
    let units = wish.narrowing.unit.as_deref().map(|code| catalogue.subtree_of_code(code));
    // A unit that the owner may not see and one that does not exist get the same answer.
    if units.is_some_and(|units| units.is_empty() || units.iter().any(|unit| !scope.contains(*unit))) {
        return Err(Problem::new(language, StatusCode::NOT_FOUND, "not-found"));
    }
    // Without a wish an officer gets the own unit, and the answer says so.
    let own = staff.unit_code.filter(|_| scope != Scope::All);
    let question = Question { survey, scope, wish, own_unit: own.as_deref() };
    let Reading { value, age } = figures(&app, language, &catalogue, question).await?;
    let mut response = HttpResponse::Ok();
    if let Some(age) = age {
        response.insert_header((header::AGE, age.as_secs()));
    }
    Ok(response.json(value))
}

/// Whose token a request shows.
async fn bearer(request: &HttpRequest, app: &App, language: Language) -> Result<Staff, Problem> {
    let refused = || {
        let problem = Problem::new(language, StatusCode::UNAUTHORIZED, "unauthorized");
        problem.with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"hailong\"")
    };
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let (scheme, token) = shown.and_then(|v| v.split_once(' ')).ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused());
    }
    let hash = Token::parse(token.trim()).ok_or_else(refused)?.hash();
    let found = app.db.run(move |conn| staff::by_token(conn, &hash)).await;
    found.map_err(|error| Problem::of_database(language, error))?.ok_or_else(refused)
}

/// A wrong parameter: its name and the code of what is wrong.
type Wrong = (String, &'static str);

fn rejected(language: Language, wrong: Vec<Wrong>) -> Problem {
    let problem = |(field, code): Wrong| {
        let detail = fault_text(language, code, &[]);
        FieldProblem { field, code: code.to_owned(), detail }
    };
    Problem::rejected(language, wrong.into_iter().map(problem).collect())
}

/// Takes the address apart. A parameter that is not known is refused: a filter that is silently left out gives wrong figures.
fn read_input(request: &HttpRequest) -> Result<IndexInput, Vec<Wrong>> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    let pairs = pairs.map_err(|_| vec![("query".to_owned(), "wrong_type")])?.into_inner();
    let mut input = IndexInput::default();
    let mut wrong = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in pairs {
        let place = match name.as_str() {
            "survey" => &mut input.survey,
            "unit" => &mut input.unit,
            "procedure" => &mut input.procedure,
            "channel" => &mut input.channel,
            "from" => &mut input.from,
            "to" => &mut input.to,
            "lang" => &mut input.lang,
            _ => {
                wrong.push((name, "unknown_field"));
                continue;
            }
        };
        if seen.contains(&name) {
            wrong.push((name, "more_than_one"));
            continue;
        }
        *place = value.trim().to_owned();
        seen.push(name);
    }
    if let Err(found) = input.validate() {
        wrong.extend(found.field_errors().keys().map(|field| (field.to_string(), "missing")));
    }
    if wrong.is_empty() { Ok(input) } else { Err(wrong) }
}

/// What is to be counted.
struct Wish {
    narrowing: Narrowing,
    period: Period,
}

fn read_wish(input: &IndexInput, catalogue: &Catalogue) -> Result<Wish, Vec<Wrong>> {
    let mut wrong: BTreeMap<&str, &'static str> = BTreeMap::new();
    let given = |text: &str| !text.is_empty();
    let channel = Channel::from_code(&input.channel);
    for (field, is_unknown) in [
        ("procedure", given(&input.procedure) && catalogue.procedures_of_code(&input.procedure).is_empty()),
        ("channel", given(&input.channel) && channel.is_none()),
    ] {
        if is_unknown {
            wrong.insert(field, "unknown");
        }
    }
    let mut edge = |field: &'static str, text: &str, of: fn(Period) -> Option<NaiveDate>| {
        if text.is_empty() {
            return None;
        }
        let day = text.parse::<NaiveDate>().ok().or_else(|| Calendar::parse(text).and_then(|c| of(c.days())));
        if day.is_none() {
            wrong.insert(field, "not_a_day");
        }
        day
    };
    let period = Period { from: edge("from", &input.from, |p| p.from), to: edge("to", &input.to, |p| p.to) };
    if period.is_backwards() {
        wrong.insert("to", "before_from");
    }
    if wrong.is_empty() {
        let named = |code: &str| given(code).then(|| code.to_owned());
        let (unit, procedure) = (named(&input.unit), named(&input.procedure));
        Ok(Wish { narrowing: Narrowing { unit, procedure, channel, ..Narrowing::default() }, period })
    } else {
        Err(wrong.into_iter().map(|(field, code)| (field.to_owned(), code)).collect())
    }
}

/// What is asked, and by whom.
struct Question<'a> {
    survey: &'a Survey,
    scope: Scope,
    wish: Wish,
    own_unit: Option<&'a str>,
}

async fn figures(
    app: &App,
    language: Language,
    catalogue: &Arc<Catalogue>,
    question: Question<'_>,
) -> Result<Reading<IndexDocument>, Problem> {
    let Question { survey, scope, wish, own_unit } = question;
    let period = wish.period;
    let today = day_in_vietnam(Utc::now());
    let definition = definition_for(&app.library, survey, period, today);
    let (Some(definition), Some(form)) = (definition, catalogue.form(&survey.form)) else {
        return Err(Problem::internal(language, "the survey has no form or no index definition"));
    };
    let asked = Asked {
        catalogue: catalogue.clone(),
        kept: app.kept_sizes.clone(),
        scope,
        definition: definition.clone(),
        layout: app.library.counting().layout(form),
        survey: Some(survey.id),
        mixing: Default::default(),
        form_version: survey.form_version,
        narrowing: wish.narrowing.clone(),
        period,
    };
    let read = move |conn: &mut PgConnection| Reader::new(conn, asked.clone())?.whole(conn);
    let reading = app.db.read(move |conn| at_one_moment(conn, &read)).await;
    let Reading { value: shown, age } = reading.map_err(|error| Problem::of_database(language, error))?;
    let about = About {
        survey,
        definition,
        period,
        unit: wish.narrowing.unit.as_deref().or(own_unit),
        procedure: wish.narrowing.procedure.as_deref(),
        channel: wish.narrowing.channel,
        submissions: shown.submissions,
    };
    Ok(Reading { value: index_json::published(&about, &shown.tree), age })
}

//! `POST /api/v1/surveys/{survey}/submissions`: other systems hand in completed forms.
//!
//! Everything that is wrong is told at once, by the code of the question; a retry with the same id is harmless.

use super::body;
use super::problem::{FieldProblem, MEDIA_TYPE, Problem, ProblemDocument, language_of};
use crate::actions::submit_survey::{Desk, Noticed, SubmitError, submit_survey};
use crate::domain::answers::{Entries, RawAnswers, RawValue};
use crate::domain::catalogue::Catalogue;
use crate::domain::period::day_in_vietnam;
use crate::domain::submission::{self, Fault, RawSubmission};
use crate::domain::survey::SurveyState;
use crate::domain::text::Language;
use crate::i18n;
use crate::web::AppData;
use crate::web::public::limits;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

/// A submission as it is sent.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmissionInput<'a> {
    /// Made by the sender before sending. The same id with the same content counts once, however often it is sent.
    #[serde(borrow)]
    #[schema(value_type = String, format = Uuid)]
    pub id: Cow<'a, str>,
    /// The code of the unit that served, in either official order.
    #[serde(borrow)]
    #[schema(value_type = String, max_length = 35)]
    pub unit: Cow<'a, str>,
    /// The code of the procedure, where one is known.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub procedure: Cow<'a, str>,
    /// How the answers came: `web`, `qr`, `kiosk`, `paper` or `import`, as far as the survey takes it.
    #[validate(length(min = 1, code = "missing"), custom(function = "open_channel"))]
    #[serde(borrow)]
    #[schema(value_type = String, pattern = "^(web|qr|kiosk|paper|import)$")]
    pub channel: Cow<'a, str>,
    /// The language of the form: `vi` or `en`.
    #[validate(length(min = 1, code = "missing"))]
    #[serde(borrow)]
    #[schema(value_type = String, pattern = "^(vi|en)$")]
    pub language: Cow<'a, str>,
    /// The code of somebody who was drawn, where the survey asks such people; it says which unit served, whatever else is sent.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub code: Cow<'a, str>,
    /// Answers by question code: levels are numbers from 1, single choices option codes, multiple choices arrays of option
    /// codes, texts strings, numbers numbers, days strings like `2026-11-24`; absent, null and empty mean not answered.
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    #[serde(borrow)]
    pub answers: RawAnswers<'a>,
}

/// Invitations are answered with the link that was sent, never through the API.
fn open_channel(code: &str) -> Result<(), ValidationError> {
    if code == "invitation" { Err(ValidationError::new("unknown")) } else { Ok(()) }
}

/// What the sender gets.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptOutput {
    /// The receipt code, the same for every retry.
    #[schema(
        example = "7Q2K-M9ZD-4T0X",
        pattern = "^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$"
    )]
    pub receipt: String,
}

/// Hand in a completed form
///
/// Send it again with the same `id` when no answer came: it counts once and has one receipt.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/submissions", operation_id = "submit", tag = "surveys",
    params(
        ("survey" = String, Path, description = "The survey's code", example = "sipas"),
        ("lang" = Option<String>, Query, description = "The language of problem texts: vi or en"),
        ("x-device" = Option<String>, Header, description = "A token of the device, so that many behind one address are counted apart"),
    ),
    request_body(content = SubmissionInput<'_>, content_type = "application/json", example = json!({
        "id": "6f1e2b0c-5d3a-4c8e-9f27-0b1c2d3e4f50", "unit": "H19.26", "procedure": null, "channel": "import",
        "language": "vi", "answers": {"access_1": 4, "access_2": 5, "comment": "Nhanh, rõ ràng."}
    })),
    responses(
        (status = 201, description = "Stored", body = ReceiptOutput),
        (status = 200, description = "The same was stored before", body = ReceiptOutput),
        (status = 400, description = "No JSON object; the text says where reading failed", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 403, description = "The survey is not open yet", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such survey", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 409, description = "Other content was stored under this id; it stays", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 410, description = "The survey has closed", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 413, description = "More than 64 kB", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 415, description = "Not `application/json` in UTF-8", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 422, description = "Every wrong field and answer, by its code", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 429, description = "Too many; `Retry-After` says when to try again", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "The database is away; sending the same again is safe", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub async fn submit(
    request: HttpRequest,
    survey: web::Path<String>,
    payload: web::Payload,
    app: AppData,
) -> Result<HttpResponse, Problem> {
    let language = language_of(&request);
    limits::check_system(&app, &request).map_err(|seconds| Problem::too_many(language, seconds))?;
    let body = body::read(&request, payload, language).await?;
    let (input, mut errors) = read_input(body::object(&body, language)?);
    let language = Language::from_code(&input.language).unwrap_or(language);
    errors.extend(check_input(&input, &errors));
    let catalogue = app.shelf.get();
    let raw = raw_submission(input);
    let now = Utc::now();
    if !errors.is_empty() {
        return Err(refuse(&catalogue, &survey, &raw, errors, language, now));
    }
    let desk =
        Desk { catalogue: &catalogue, intake: &app.intake, db: &app.db, library: &app.library, secret: &app.secret };
    match submit_survey(desk, &survey, &raw, Noticed::default(), now).await {
        Ok(submitted) => {
            let status = if submitted.is_new { StatusCode::CREATED } else { StatusCode::OK };
            Ok(HttpResponse::build(status).json(ReceiptOutput { receipt: submitted.receipt.to_string() }))
        }
        Err(error) => Err(problem_of(error, language)),
    }
}

/// A field's value: what the fields take, or that it is something else.
pub(super) enum Field<'a> {
    Null,
    Text(Cow<'a, str>),
    Map(Entries<'a, RawValue<'a>>),
    Other,
}

impl<'de: 'a, 'a> Deserialize<'de> for Field<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or an object")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Field<'de>, E> {
        Ok(Field::Null)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Field<'de>, E> {
        Ok(Field::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Field<'de>, E> {
        Ok(Field::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Field<'de>, A::Error> {
        Entries::deserialize(MapAccessDeserializer::new(map)).map(Field::Map)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Field<'de>, E> {
        Ok(Field::Other)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Field<'de>, E> {
        Ok(Field::Other)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Field<'de>, E> {
        Ok(Field::Other)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Field<'de>, E> {
        Ok(Field::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Field<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Other)
    }
}

/// A wrong field before it has words: its name and the code of what is wrong.
type Wrong = (String, Cow<'static, str>);

/// Takes the fields apart: what can be read, and what is wrong already because of its name or type.
fn read_input<'a>(entries: Entries<'a, Field<'a>>) -> (SubmissionInput<'a>, Vec<Wrong>) {
    let mut input = SubmissionInput::default();
    let mut wrong: Vec<Wrong> = Vec::new();
    let (mut seen, mut strangers) = ([false; submission::FIELDS.len()], BTreeSet::new());
    for (name, field) in entries.0 {
        let is_again = match submission::FIELDS.iter().position(|known| *known == name) {
            Some(place) => std::mem::replace(&mut seen[place], true),
            None => !strangers.insert(name.clone()),
        };
        if is_again {
            wrong.push((name.into_owned(), Fault::MoreThanOne.code().into()));
            continue;
        }
        let place = match name.as_ref() {
            "id" => &mut input.id,
            "unit" => &mut input.unit,
            "procedure" => &mut input.procedure,
            "channel" => &mut input.channel,
            "language" => &mut input.language,
            "code" => &mut input.code,
            "answers" => {
                match field {
                    Field::Map(answers) => input.answers = RawAnswers(answers.0),
                    Field::Null => {}
                    _ => wrong.push((name.into_owned(), Fault::WrongType.code().into())),
                }
                continue;
            }
            _ => {
                wrong.push((name.into_owned(), "unknown_field".into()));
                continue;
            }
        };
        match field {
            Field::Text(text) => *place = text,
            Field::Null => {}
            Field::Map(_) | Field::Other => wrong.push((name.into_owned(), Fault::WrongType.code().into())),
        }
    }
    (input, wrong)
}

/// What the struct's own rules say, of fields that nothing was said about yet.
fn check_input(input: &SubmissionInput<'_>, known: &[Wrong]) -> Vec<Wrong> {
    let Err(found) = input.validate() else { return Vec::new() };
    let fields: BTreeMap<_, _> = found.field_errors().into_iter().collect();
    let first = |(field, errors): (Cow<'static, str>, &Vec<ValidationError>)| {
        errors.first().map(|error| (field.to_string(), error.code.clone()))
    };
    fields.into_iter().filter_map(first).filter(|(field, _)| known.iter().all(|(name, _)| name != field)).collect()
}

fn raw_submission(input: SubmissionInput<'_>) -> RawSubmission<'_> {
    RawSubmission {
        id: input.id,
        unit: input.unit,
        procedure: input.procedure,
        channel: input.channel,
        language: input.language,
        code: input.code,
        answers: input.answers,
    }
}

/// Refuses a submission whose fields are wrong, with whatever else is wrong with it.
fn refuse(
    catalogue: &Catalogue,
    survey: &str,
    raw: &RawSubmission<'_>,
    mut wrong: Vec<Wrong>,
    language: Language,
    now: DateTime<Utc>,
) -> Problem {
    let Some(survey) = catalogue.survey(survey) else { return problem_of(SubmitError::NoSuchSurvey, language) };
    match survey.state(now) {
        SurveyState::Upcoming => return problem_of(SubmitError::NotOpenYet, language),
        SurveyState::Closed => return problem_of(SubmitError::Closed, language),
        SurveyState::Open => {}
    }
    let mut errors: Vec<FieldProblem> = Vec::new();
    if let Some(form) = catalogue.form(&survey.form)
        && let Err(more) = submission::parse(raw, catalogue, survey, form, day_in_vietnam(now))
    {
        let known: BTreeSet<&str> = wrong.iter().map(|(field, _)| field.as_str()).collect();
        let is_new = |p: &&submission::Problem| !known.contains(p.field.as_str());
        errors = more.iter().filter(is_new).map(|p| field_problem(p, language)).collect();
    }
    let simple = wrong.drain(..).map(|(field, code)| {
        let detail = fault_text(language, &code, &[]);
        FieldProblem { field, code: code.into_owned(), detail }
    });
    Problem::rejected(language, simple.chain(errors).collect())
}

fn field_problem(problem: &submission::Problem, language: Language) -> FieldProblem {
    let code = problem.fault.code();
    let detail = match &problem.fault {
        Fault::TooLong { max, given } => {
            fault_text(language, code, &[("max", &max.to_string()), ("given", &given.to_string())])
        }
        _ => fault_text(language, code, &[]),
    };
    FieldProblem { field: problem.field.clone(), code: code.to_owned(), detail }
}

/// The words for a fault.
pub(super) fn fault_text(language: Language, code: &str, values: &[(&str, &str)]) -> String {
    i18n::text_with(language, &format!("api-fault-{}", code.replace('_', "-")), values)
}

fn code_problem(language: Language, fault: &str) -> Problem {
    let detail = fault_text(language, fault, &[]);
    Problem::rejected(language, vec![FieldProblem { field: "code".to_owned(), code: fault.to_owned(), detail }])
}

fn problem_of(error: SubmitError, language: Language) -> Problem {
    match error {
        SubmitError::NoSuchSurvey => Problem::new(language, StatusCode::NOT_FOUND, "not-found"),
        SubmitError::NotOpenYet => Problem::new(language, StatusCode::FORBIDDEN, "not-open-yet"),
        SubmitError::Closed => Problem::new(language, StatusCode::GONE, "gone"),
        SubmitError::Problems(problems) => {
            Problem::rejected(language, problems.iter().map(|p| field_problem(p, language)).collect())
        }
        SubmitError::NoCode => code_problem(language, "missing"),
        SubmitError::UnknownCode => code_problem(language, "unknown"),
        SubmitError::UsedCode => code_problem(language, "used"),
        SubmitError::Different => Problem::new(language, StatusCode::CONFLICT, "conflict"),
        SubmitError::TryAgain => Problem::unavailable(language),
        SubmitError::Internal(why) => Problem::internal(language, &why),
    }
}

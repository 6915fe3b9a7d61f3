//! `GET /api/v1/surveys` and `GET /api/v1/surveys/{survey}`: what can be answered, and the form with everything that a
//! submission may name.
//!
//! The shapes here are the API's own, so that the stored forms can change without it.

use super::problem::{MEDIA_TYPE, Problem, ProblemDocument, language_of};
use crate::domain::catalogue::Catalogue;
use crate::domain::form::{Choice, Condition, Form, Item, Section, SectionLayout};
use crate::domain::period::{day_in_vietnam, vietnam};
use crate::domain::survey::{Channel, Survey, SurveyState};
use crate::domain::text::Text;
use crate::web::AppData;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A text in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextOutput {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl From<&Text> for TextOutput {
    fn from(text: &Text) -> Self {
        Self { vi: text.vi.clone(), en: text.en.clone() }
    }
}

/// The open surveys.
#[derive(Debug, Serialize, ToSchema)]
pub struct SurveysOutput {
    /// The newest first.
    pub surveys: Vec<SurveyOutput>,
}

/// A survey.
#[derive(Debug, Serialize, ToSchema)]
pub struct SurveyOutput {
    /// Its code.
    pub code: String,
    /// The form version it asks, as `form/version`.
    #[schema(example = "sipas_service/2022")]
    pub form: String,
    /// Its title.
    pub title: TextOutput,
    /// A note for the respondent, to be shown before the first question.
    pub note: TextOutput,
    /// `upcoming`, `open` or `closed`.
    #[schema(pattern = "^(upcoming|open|closed)$")]
    pub state: String,
    /// The first moment of answering.
    #[schema(format = DateTime)]
    pub opens_at: String,
    /// The moment from which answers are refused; null while no end is set.
    #[schema(format = DateTime)]
    pub closes_at: Option<String>,
    /// The channels that the API may name for it.
    pub channels: Vec<String>,
    /// `self-selected`: everybody may answer; `sampled`: only people who were drawn, each with the `code` of a submission.
    #[schema(pattern = "^(self-selected|sampled)$")]
    pub basis: String,
}

/// A survey with its form and whatever a submission may name.
#[derive(Debug, Serialize, ToSchema)]
pub struct SurveyFormOutput {
    /// The survey.
    #[serde(flatten)]
    pub survey: SurveyOutput,
    /// The parts of the form, in order.
    pub sections: Vec<SectionOutput>,
    /// The units that can be named today.
    pub units: Vec<UnitOutput>,
    /// The procedures that can be named today.
    pub procedures: Vec<ProcedureOutput>,
}

/// A part of the form.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectionOutput {
    /// Its code.
    pub code: String,
    /// Its heading.
    pub title: TextOutput,
    /// What is asked, in plain words.
    pub lead: Option<TextOutput>,
    /// `matrix` where the questions are rows under the options that they share; null otherwise.
    #[schema(pattern = "^matrix$")]
    pub layout: Option<String>,
    /// Its questions, in order.
    pub questions: Vec<QuestionOutput>,
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionOutput {
    /// Its code, by which answers name it.
    pub code: String,
    /// Its number in the official form.
    pub number: Option<String>,
    /// `level` takes a number, `single` an option code, `multiple` an array of option codes, `text` a string, `integer` and
    /// `decimal` a number, `date` a string like `2026-11-24`; a `note` is only shown.
    #[schema(pattern = "^(level|single|multiple|text|integer|decimal|date|note)$")]
    pub kind: String,
    /// Its wording.
    pub text: TextOutput,
    /// A note under the wording.
    pub note: Option<TextOutput>,
    /// What can be chosen; a level's number is its code. Empty for a text.
    pub options: Vec<OptionOutput>,
    /// What not answering is called here; choosing it is sent as no answer.
    pub none: Option<TextOutput>,
    /// Asked only when another question was answered so; null where there is no such condition or `conditions` says more.
    pub show_when: Option<ConditionOutput>,
    /// Asked only when all of these hold. What was not answered opens nothing and closes nothing; an answer to a question that
    /// is not asked counts as not given.
    pub conditions: Vec<ConditionOutput>,
    /// The most characters of a text.
    pub max_length: Option<usize>,
    /// Whether it has to be answered by whoever is asked.
    pub required: bool,
    /// The least that a number or a day may be.
    #[schema(value_type = Option<serde_json::Value>)]
    pub minimum: Option<Value>,
    /// The most that a number or a day may be.
    #[schema(value_type = Option<serde_json::Value>)]
    pub maximum: Option<Value>,
    /// A number or a day has to be more than this.
    #[schema(value_type = Option<serde_json::Value>)]
    pub exclusive_minimum: Option<Value>,
    /// A number or a day has to be less than this.
    #[schema(value_type = Option<serde_json::Value>)]
    pub exclusive_maximum: Option<Value>,
    /// What to tell somebody whose answer is outside the limits, or too long.
    pub limits_message: Option<TextOutput>,
}

/// Something that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct OptionOutput {
    /// Its code.
    pub code: String,
    /// Its label.
    pub label: TextOutput,
}

/// The condition under which a question is asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionOutput {
    /// The other question.
    pub question: String,
    /// Asked only if one of these options was chosen; empty where that does not matter.
    pub any_of: Vec<String>,
    /// Asked unless one of these options was chosen; empty where that does not matter.
    pub none_of: Vec<String>,
}

/// A unit that can be named.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitOutput {
    /// Its code.
    pub code: String,
    /// The code of the unit above it.
    pub parent: Option<String>,
    /// Its name today.
    pub name: TextOutput,
    /// The codes of the procedures that it receives.
    pub procedures: Vec<String>,
}

/// A procedure that can be named.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureOutput {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: TextOutput,
    /// The field it belongs to.
    pub field: TextOutput,
}

/// The open surveys
#[utoipa::path(
    get, path = "/api/v1/surveys", operation_id = "list_surveys", tag = "surveys",
    responses((status = 200, description = "The surveys that take answers now", body = SurveysOutput)),
)]
pub async fn list(app: AppData) -> HttpResponse {
    let now = Utc::now();
    let catalogue = app.shelf.get();
    let open = catalogue.surveys().iter().filter(|s| s.state(now) == SurveyState::Open);
    HttpResponse::Ok().json(SurveysOutput { surveys: open.map(|s| survey_output(s, now)).collect() })
}

/// One survey with its form
///
/// Units and procedures are those of today. A closed survey can still be read.
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}", operation_id = "read_survey", tag = "surveys",
    params(
        ("survey" = String, Path, description = "The survey's code", example = "sipas"),
        ("lang" = Option<String>, Query, description = "The language of problem texts: vi or en"),
    ),
    responses(
        (status = 200, description = "The survey, its form, units and procedures", body = SurveyFormOutput),
        (status = 404, description = "No such survey", body = ProblemDocument, content_type = MEDIA_TYPE),
    ),
)]
pub async fn read(request: HttpRequest, survey: web::Path<String>, app: AppData) -> Result<HttpResponse, Problem> {
    let language = language_of(&request);
    let catalogue = app.shelf.get();
    let missing = || Problem::new(language, StatusCode::NOT_FOUND, "not-found");
    let survey = catalogue.survey(&survey).ok_or_else(missing)?;
    let form = catalogue.form(&survey.form).ok_or_else(|| Problem::internal(language, "form not loaded"))?;
    Ok(HttpResponse::Ok().json(survey_form(&catalogue, survey, form, Utc::now())))
}

fn survey_form(catalogue: &Catalogue, survey: &Survey, form: &Form, now: DateTime<Utc>) -> SurveyFormOutput {
    let today = day_in_vietnam(now);
    let units = catalogue
        .units()
        .iter()
        .filter(|u| u.is_valid_on(today) && catalogue.survey_covers(survey, u.id))
        .map(|u| UnitOutput {
            code: u.code.as_typed().to_owned(),
            parent: u.parent.and_then(|id| catalogue.unit(id)).map(|p| p.code.as_typed().to_owned()),
            name: (&u.name).into(),
            procedures: catalogue.procedures_of(u.id, today).iter().map(|p| p.code.clone()).collect(),
        })
        .collect();
    SurveyFormOutput {
        survey: survey_output(survey, now),
        sections: form.sections.iter().map(|s| section_output(form, s)).collect(),
        units,
        procedures: procedures_output(catalogue, today),
    }
}

fn procedures_output(catalogue: &Catalogue, today: NaiveDate) -> Vec<ProcedureOutput> {
    let valid = catalogue.procedures().iter().filter(|p| p.is_valid_on(today));
    valid.map(|p| ProcedureOutput { code: p.code.clone(), name: (&p.name).into(), field: (&p.field).into() }).collect()
}

fn survey_output(survey: &Survey, now: DateTime<Utc>) -> SurveyOutput {
    let moment = |at: DateTime<Utc>| at.with_timezone(&vietnam()).to_rfc3339();
    let state = match survey.state(now) {
        SurveyState::Upcoming => "upcoming",
        SurveyState::Open => "open",
        SurveyState::Closed => "closed",
    };
    let channels = survey.channels.iter().filter(|c| **c != Channel::Invitation);
    SurveyOutput {
        code: survey.code.clone(),
        form: survey.form.clone(),
        title: (&survey.title).into(),
        note: (&survey.note).into(),
        state: state.to_owned(),
        opens_at: moment(survey.opens_at),
        closes_at: survey.closes_at.map(moment),
        channels: channels.map(|c| c.code().to_owned()).collect(),
        basis: survey.basis.code().to_owned(),
    }
}

fn section_output(form: &Form, section: &Section) -> SectionOutput {
    SectionOutput {
        code: section.code.clone(),
        title: (&section.title).into(),
        lead: section.lead.as_ref().map(Into::into),
        layout: section.layout.map(|SectionLayout::Matrix| "matrix".to_owned()),
        questions: section.questions.iter().map(|question| question_output(form, Item { section, question })).collect(),
    }
}

fn condition_output(condition: &Condition) -> ConditionOutput {
    ConditionOutput {
        question: condition.question.clone(),
        any_of: condition.any_of.clone(),
        none_of: condition.none_of.clone(),
    }
}

fn question_output(form: &Form, item: Item<'_>) -> QuestionOutput {
    let question = item.question;
    let conditions: Vec<&Condition> = item.conditions().collect();
    let only = match conditions[..] {
        [condition] if condition.opens() => Some(condition),
        _ => None,
    };
    let limits = question.limits.clone().unwrap_or_default();
    let option = |o: &Choice| OptionOutput { code: o.code.clone(), label: (&o.label).into() };
    QuestionOutput {
        code: question.code.clone(),
        number: question.number.clone(),
        kind: question.kind.code().to_owned(),
        text: (&question.text).into(),
        note: question.note.as_ref().map(Into::into),
        options: form.options(question).iter().map(option).collect(),
        none: form.none_label(question).map(Into::into),
        show_when: only.map(condition_output),
        conditions: conditions.into_iter().map(condition_output).collect(),
        max_length: question.max_length,
        required: question.required,
        minimum: limits.min.map(|end| json!(end)),
        maximum: limits.max.map(|end| json!(end)),
        exclusive_minimum: limits.above.map(|end| json!(end)),
        exclusive_maximum: limits.below.map(|end| json!(end)),
        limits_message: limits.message.as_ref().map(Into::into),
    }
}

//! `/s/{survey}`: the form of a survey, and what is sent with it.
//!
//! Whatever comes back without a receipt comes back as the same page with everything still in it.

use super::choose::{Step, Way, form_address};
use super::fields::{self, Fields};
use super::form_page::{Again, FormPage, Sheet};
use super::kept_pages::{ID_MARK, KeptPage, PageKey, TIME_MARK};
use super::offer::{Offer, channel_of, survey_at_hand};
use super::time_token::{Out, Time};
use super::{by_code, limits, notice, page, receipts, see_other, time_token, with_language};
use crate::actions::submit_survey::{Desk, Noticed, SubmitError, Submitted, submit_survey};
use crate::domain::answers::RawValue;
use crate::domain::catalogue::Catalogue;
use crate::domain::form::Form;
use crate::domain::ids::SubmissionId;
use crate::domain::period::day_in_vietnam;
use crate::domain::survey::{Basis, Channel, Survey, SurveyState};
use crate::domain::text::Language;
use crate::storage::submissions::{FLAG_FAST, FLAG_HONEYPOT, FLAG_UNTIMED};
use crate::web::error::WebError;
use crate::web::view::{CarriedByForm, View};
use crate::web::{App, AppData};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use rand::Rng;
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

/// A retry after so many seconds finds the database back, as a rule.
const RETRY_SECONDS: u64 = 5;

/// What the address of a form may say.
#[derive(Deserialize)]
pub struct OpenInput {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    code: String,
}

/// `GET /s/{survey}`: the form; or choosing, where the address does not say what is rated.
pub async fn open(
    request: HttpRequest,
    view: View,
    app: AppData,
    code: web::Path<String>,
    mut input: web::Query<OpenInput>,
) -> Result<HttpResponse, WebError> {
    let catalogue = app.shelf.get();
    let now = Utc::now();
    let (survey, state) = survey_at_hand(&catalogue, &code, now)?;
    if state == SurveyState::Upcoming {
        return notice::not_open_yet(&view, survey, StatusCode::OK);
    }
    let channel = taken(survey, channel_of(&input.channel));
    let mut key = None;
    if survey.basis == Basis::Sampled {
        match by_code::place_of(&app, &catalogue, survey, &input.code, now).await? {
            Ok((unit, procedure)) => (input.unit, input.procedure) = (unit, procedure),
            Err(refusal) => return by_code::ask(&view, survey, &input.code, refusal),
        }
    } else {
        let address = [code.as_str(), &input.unit, &input.procedure, &input.channel];
        key = PageKey::of(catalogue.revision, day_in_vietnam(now), address, &view);
    }
    if let Some(kept) = key.as_ref().and_then(|key| app.public.kept_pages.get(key)) {
        return Ok(fresh_page(&request, &app, channel, &kept, now));
    }
    let offer = Offer::of(&catalogue, survey, now);
    let way = Way { survey: Some(survey), channel };
    if input.unit.trim().is_empty() {
        return Ok(see_other(&view, way.choosing(None, None)));
    }
    let step = Step { view: &view, catalogue: &catalogue, offer: &offer, way };
    let Some(unit) = offer.unit(&input.unit) else {
        if let Some(unit) = offer.successor(&input.unit) {
            let procedure = offer.procedure(unit, &input.procedure).map(|p| p.code.as_str());
            return Ok(see_other(&view, form_address(survey, Some(unit), procedure, channel)));
        }
        return step.units("", Some(view.t("choose-unit-unknown")), StatusCode::NOT_FOUND);
    };
    let procedure = match input.procedure.trim() {
        "" => None,
        code => match offer.procedure(unit, code) {
            Some(procedure) => Some(procedure),
            None => return step.procedures(unit, "", Some(view.t("choose-procedure-unknown")), StatusCode::NOT_FOUND),
        },
    };
    let sheet = Sheet {
        survey,
        form: form_of(&catalogue, survey)?,
        unit: Some(unit),
        office: Some(offer.office(unit)),
        contact: app.contact.as_deref(),
        units: Vec::new(),
        procedure,
        channel,
        time: TIME_MARK.to_owned(),
        id: ID_MARK.to_owned(),
        code: if survey.basis == Basis::Sampled { &input.code } else { "" },
        fields: &Fields::default(),
    };
    let rendered = FormPage::new(&view, &sheet, &Again::No).render()?;
    let page = KeptPage::of(rendered).ok_or_else(|| WebError::Internal("a form page without its marks".to_owned()))?;
    let page = Arc::new(page);
    if let Some(key) = key {
        app.public.kept_pages.keep(key, page.clone());
    }
    Ok(fresh_page(&request, &app, channel, &page, now))
}

/// The page of a fresh sheet for this visitor.
fn fresh_page(request: &HttpRequest, app: &App, channel: Channel, page: &KeptPage, now: DateTime<Utc>) -> HttpResponse {
    let id = new_id(now);
    let page = page.for_visitor(id, &time_token::issue(id, now, &app.secret));
    request.extensions_mut().insert(CarriedByForm);
    let mut response = HttpResponse::Ok();
    response.content_type("text/html; charset=utf-8");
    // Going back shows the same sheet with the same id, so that sending it again counts once; not on a device of the office.
    if channel != Channel::Kiosk {
        response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
    }
    response.body(page)
}

/// `POST /s/{survey}`: takes a submission, or switches the view of the page.
pub async fn send(
    request: HttpRequest,
    view: View,
    app: AppData,
    code: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, WebError> {
    if !request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Ok(HttpResponse::UnsupportedMediaType().finish());
    }
    let fields = Fields::read(&body).ok_or(WebError::Invalid)?;
    let catalogue = app.shelf.get();
    let now = Utc::now();
    let language = Language::from_code(fields.first("lang").trim()).unwrap_or(view.language);
    let view = view.in_language(language);
    let (survey, state) = survey_at_hand(&catalogue, &code, now)?;
    if state == SurveyState::Upcoming {
        return notice::not_open_yet(&view, survey, StatusCode::FORBIDDEN);
    }
    let sent =
        Sent { app: &app, catalogue: &catalogue, survey, form: form_of(&catalogue, survey)?, fields: &fields, now };
    if let Some(switched) = view.switched_by(fields.first(fields::SWITCH)) {
        let mut response = sent.page(&switched, StatusCode::OK, &Again::No)?;
        response.add_cookie(&switched.cookie(app.is_secure())).map_err(|e| WebError::Internal(e.to_string()))?;
        return Ok(response);
    }
    if let Err(seconds) = limits::check_request(&app, &request) {
        return sent.page(&view, StatusCode::TOO_MANY_REQUESTS, &Again::TooMany(seconds));
    }
    match sent.submit().await {
        Ok(submitted) => sent.accepted(&request, submitted),
        Err(SubmitError::Problems(problems)) => {
            sent.page(&view, StatusCode::UNPROCESSABLE_ENTITY, &Again::Problems(problems))
        }
        Err(SubmitError::TryAgain) => sent.page(&view, StatusCode::SERVICE_UNAVAILABLE, &Again::Unavailable),
        Err(SubmitError::Different) => notice::sent_before(&view, sent.fresh_form()),
        Err(SubmitError::NoCode) => by_code::ask(&view, survey, fields.first("code"), by_code::Refusal::Missing),
        Err(SubmitError::UnknownCode) => by_code::ask(&view, survey, fields.first("code"), by_code::Refusal::Unknown),
        Err(SubmitError::UsedCode) => by_code::ask(&view, survey, fields.first("code"), by_code::Refusal::Used),
        Err(SubmitError::NoSuchSurvey) => Err(WebError::NotFound),
        Err(SubmitError::Closed) => Err(WebError::Gone),
        Err(SubmitError::NotOpenYet) => notice::not_open_yet(&view, survey, StatusCode::FORBIDDEN),
        Err(SubmitError::Internal(why)) => Err(WebError::Internal(why)),
    }
}

/// What was sent, and what it is about.
struct Sent<'a> {
    app: &'a App,
    catalogue: &'a Catalogue,
    survey: &'a Survey,
    form: &'a Form,
    fields: &'a Fields<'a>,
    now: DateTime<Utc>,
}

impl Sent<'_> {
    async fn submit(&self) -> Result<Submitted, SubmitError> {
        let raw = self.fields.submission(self.form);
        let answered = raw.answers.0.iter().filter(|(_, value)| *value != RawValue::Null).count();
        let mut flags = 0;
        if !self.fields.first(fields::TRAP).trim().is_empty() {
            flags |= FLAG_HONEYPOT;
        }
        let time = self.fields.first(fields::TIME);
        // Without a good id nothing is stored anyway.
        let id = SubmissionId(Uuid::parse_str(raw.id.trim()).unwrap_or_default());
        let out = Out::of(time, id, self.now, &self.app.secret);
        match out.time(answered) {
            Time::Plausible => {}
            Time::TooShort => flags |= FLAG_FAST,
            Time::Unknown => flags |= FLAG_UNTIMED,
        }
        let App { intake, secret, db, library, .. } = self.app;
        let desk = Desk { catalogue: self.catalogue, intake, db, library, secret };
        submit_survey(desk, &self.survey.code, &raw, Noticed { flags, seconds: out.seconds() }, self.now).await
    }

    /// To the receipt; the device gets its token, now that there is a need for it.
    fn accepted(&self, request: &HttpRequest, submitted: Submitted) -> Result<HttpResponse, WebError> {
        let mut address = format!("{}?thanks=1", receipts::address(submitted.receipt));
        let remembered = View::remembered(request);
        if let Some(sent) = Language::from_code(self.fields.first("lang").trim())
            && sent != remembered.language
        {
            address = with_language(address, sent);
        }
        let mut response = see_other(&remembered, address);
        if limits::DeviceToken::of(request, &self.app.secret).is_none() {
            let cookie = limits::DeviceToken::fresh().cookie(self.app);
            response.add_cookie(&cookie).map_err(|e| WebError::Internal(e.to_string()))?;
        }
        Ok(response)
    }

    /// The same page again, with everything kept.
    fn page(&self, view: &View, status: StatusCode, again: &Again) -> Result<HttpResponse, WebError> {
        let offer = Offer::of(self.catalogue, self.survey, self.now);
        let unit = offer.unit(self.fields.first("unit"));
        let kept = Uuid::parse_str(self.fields.first("id").trim());
        let (id, time) = match kept {
            Ok(id) => (SubmissionId(id), self.fields.first(fields::TIME).to_owned()),
            Err(_) => {
                let id = new_id(self.now);
                (id, time_token::issue(id, self.now, &self.app.secret))
            }
        };
        let sheet = Sheet {
            survey: self.survey,
            form: self.form,
            unit,
            office: unit.map(|unit| offer.office(unit)),
            contact: self.app.contact.as_deref(),
            units: if unit.is_some() { Vec::new() } else { offer.selectable() },
            procedure: unit.and_then(|unit| offer.procedure(unit, self.fields.first("procedure"))),
            channel: taken(self.survey, channel_of(self.fields.first("channel"))),
            id: id.0.to_string(),
            time,
            code: if self.survey.basis == Basis::Sampled { self.fields.first("code") } else { "" },
            fields: self.fields,
        };
        let mut response = page(status, &FormPage::new(view, &sheet, again))?;
        let wait = match again {
            Again::Unavailable => Some(RETRY_SECONDS),
            Again::TooMany(seconds) => Some(*seconds),
            Again::No | Again::Problems(_) => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
        }
        Ok(response)
    }

    fn fresh_form(&self) -> String {
        let offer = Offer::of(self.catalogue, self.survey, self.now);
        let unit = offer.unit(self.fields.first("unit"));
        let procedure = unit.and_then(|unit| offer.procedure(unit, self.fields.first("procedure")));
        let channel = taken(self.survey, channel_of(self.fields.first("channel")));
        form_address(self.survey, unit, procedure.map(|p| p.code.as_str()), channel)
    }
}

fn form_of<'a>(catalogue: &'a Catalogue, survey: &Survey) -> Result<&'a Form, WebError> {
    let form = catalogue.form(&survey.form);
    form.map(AsRef::as_ref).ok_or_else(|| WebError::Internal(format!("form {} not loaded", survey.form)))
}

/// The channel itself if the survey takes it; otherwise the first that it takes.
fn taken(survey: &Survey, channel: Channel) -> Channel {
    if survey.channels.contains(&channel) { channel } else { survey.channels.first().copied().unwrap_or(channel) }
}

fn new_id(now: DateTime<Utc>) -> SubmissionId {
    let mut random = [0; 16];
    rand::rng().fill_bytes(&mut random);
    SubmissionId::for_day(day_in_vietnam(now), random)
}

//! `/`: from the unit over the procedure to the survey, by links and searches alone; each step is an address.
//!
//! Nothing is remembered between the steps but what stands in the address.

use super::offer::{Branch, Offer, channel_of, minutes, survey_at_hand};
use super::{notice, page, see_other};
use crate::domain::catalogue::Catalogue;
use crate::domain::procedure::Procedure;
use crate::domain::search::matches;
use crate::domain::survey::{Channel, Survey, SurveyState};
use crate::domain::text::Text;
use crate::domain::unit::Unit;
use crate::i18n;
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

/// What the address may say.
#[derive(Deserialize)]
pub struct ChooseInput {
    #[serde(default)]
    survey: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    unit: String,
    /// Absent: not chosen yet; empty: something else, or not remembered.
    procedure: Option<String>,
    #[serde(default)]
    q: String,
}

/// What every further address carries along.
#[derive(Clone, Copy)]
pub struct Way<'a> {
    /// The survey, where one was named.
    pub survey: Option<&'a Survey>,
    /// The channel.
    pub channel: Channel,
}

impl Way<'_> {
    /// The address of the step after these choices.
    pub fn choosing(self, unit: Option<&Unit>, procedure: Option<&str>) -> String {
        let mut pairs: Vec<String> = Vec::new();
        pairs.extend(self.survey.map(|s| format!("survey={}", s.code)));
        pairs.extend(unit.map(|u| format!("unit={}", u.code)));
        pairs.extend(procedure.map(|code| format!("procedure={code}")));
        if self.channel != Channel::Web {
            pairs.push(format!("channel={}", self.channel.code()));
        }
        if pairs.is_empty() { super::START.to_owned() } else { format!("{}?{}", super::START, pairs.join("&")) }
    }
}

/// The address of the form of a survey.
pub fn form_address(survey: &Survey, unit: Option<&Unit>, procedure: Option<&str>, channel: Channel) -> String {
    let mut pairs: Vec<String> = Vec::new();
    pairs.extend(unit.map(|u| format!("unit={}", u.code)));
    pairs.extend(procedure.filter(|code| !code.is_empty()).map(|code| format!("procedure={code}")));
    if channel != Channel::Web {
        pairs.push(format!("channel={}", channel.code()));
    }
    let question = if pairs.is_empty() { "" } else { "?" };
    format!("/s/{}{question}{}", survey.code, pairs.join("&"))
}

/// A thing to choose: a unit, or a procedure of a unit.
struct Item<'a> {
    name: &'a str,
    /// What stands under the name: the unit of a procedure.
    under: &'a str,
    /// Its code; empty where that is unverified, which helps nobody.
    code: &'a str,
    /// None for units that only stand above others.
    link: Option<String>,
    below: ItemList<'a>,
}

#[derive(Template, Default)]
#[template(path = "public/items.html")]
struct ItemList<'a> {
    items: Vec<Item<'a>>,
}

struct SurveyItem<'a> {
    title: &'a str,
    takes: String,
    closes: Option<String>,
    link: String,
}

#[derive(Template)]
#[template(path = "public/choose_unit.html")]
struct UnitPage<'a> {
    view: &'a View,
    way: Way<'a>,
    message: Option<String>,
    has_unverified: bool,
    query: &'a str,
    /// What the search found: units, then procedures; none while nothing is searched.
    found: Option<(ItemList<'a>, ItemList<'a>)>,
    units: ItemList<'a>,
    surveys: Vec<SurveyItem<'a>>,
}

#[derive(Template)]
#[template(path = "public/choose_procedure.html")]
struct ProcedurePage<'a> {
    view: &'a View,
    way: Way<'a>,
    message: Option<String>,
    has_unverified: bool,
    query: &'a str,
    unit: &'a Unit,
    /// Whether the search found nothing, so that all are listed.
    is_in_vain: bool,
    fields: Vec<(&'a str, ItemList<'a>)>,
    other: String,
    back: String,
}

#[derive(Template)]
#[template(path = "public/choose_survey.html")]
struct SurveyPage<'a> {
    view: &'a View,
    unit: &'a Unit,
    procedure: Option<&'a Procedure>,
    surveys: Vec<SurveyItem<'a>>,
    back: String,
}

/// `GET /`.
pub async fn open(view: View, app: AppData, input: web::Query<ChooseInput>) -> Result<HttpResponse, WebError> {
    let catalogue = app.shelf.get();
    let now = Utc::now();
    let channel = channel_of(&input.channel);
    let named = match input.survey.trim() {
        "" => None,
        code => match survey_at_hand(&catalogue, code, now)? {
            (survey, SurveyState::Upcoming) => return notice::not_open_yet(&view, survey, StatusCode::OK),
            (survey, _) => Some(survey),
        },
    };
    let offer = match named {
        Some(survey) => Offer::of(&catalogue, survey, now),
        None => Offer::all(&catalogue, channel, now),
    };
    let step = Step { view: &view, catalogue: &catalogue, offer: &offer, way: Way { survey: named, channel } };
    if input.unit.trim().is_empty() {
        return step.units(&input.q, None, StatusCode::OK);
    }
    let Some(unit) = offer.unit(&input.unit) else {
        if let Some(unit) = offer.successor(&input.unit) {
            let chosen = input.procedure.as_deref().and_then(|code| offer.procedure(unit, code));
            return Ok(see_other(&view, step.way.choosing(Some(unit), chosen.map(|p| p.code.as_str()))));
        }
        return step.units(&input.q, Some(view.t("choose-unit-unknown")), StatusCode::NOT_FOUND);
    };
    let chosen = match &input.procedure {
        None if offer.procedures(unit).is_empty() => None,
        None => return step.procedures(unit, &input.q, None, StatusCode::OK),
        Some(code) if code.trim().is_empty() => None,
        Some(code) => match offer.procedure(unit, code) {
            Some(procedure) => Some(procedure),
            None => {
                return step.procedures(
                    unit,
                    &input.q,
                    Some(view.t("choose-procedure-unknown")),
                    StatusCode::NOT_FOUND,
                );
            }
        },
    };
    step.surveys(unit, chosen)
}

/// One step of choosing.
pub struct Step<'a> {
    /// The visitor's view.
    pub view: &'a View,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// What can be rated.
    pub offer: &'a Offer<'a>,
    /// What is carried along.
    pub way: Way<'a>,
}

impl<'a> Step<'a> {
    /// The page for choosing a unit.
    pub fn units(&self, query: &str, message: Option<String>, status: StatusCode) -> Result<HttpResponse, WebError> {
        let query = query.trim();
        let surveys = match self.way.survey {
            Some(_) => Vec::new(),
            None => {
                self.survey_items(&self.offer.surveys, |s| Way { survey: Some(s), ..self.way }.choosing(None, None))
            }
        };
        let unit_page = UnitPage {
            view: self.view,
            way: self.way,
            message,
            has_unverified: self.offer.selectable().iter().any(|u| !u.status.is_empty()),
            query,
            found: (!query.is_empty()).then(|| (self.found_units(query), self.found_procedures(query))),
            units: self.tree_items(self.offer.tree()),
            surveys,
        };
        page(status, &unit_page)
    }

    /// The page for choosing a procedure of a unit.
    pub fn procedures(
        &self,
        unit: &'a Unit,
        query: &str,
        message: Option<String>,
        status: StatusCode,
    ) -> Result<HttpResponse, WebError> {
        let query = query.trim();
        let mut fields: Vec<(&str, ItemList<'a>)> = Vec::new();
        let all = self.offer.procedures(unit);
        let mut listed: Vec<&Procedure> = all.iter().copied().filter(|p| procedure_matches(p, query)).collect();
        let is_in_vain = listed.is_empty() && !query.is_empty();
        if is_in_vain {
            listed = all;
        }
        let has_unverified = listed.iter().any(|p| !p.status.is_empty());
        for procedure in listed {
            let field = self.view.pick(&procedure.field);
            let item = self.procedure_item(unit, procedure, "");
            match fields.last_mut().filter(|(last, _)| *last == field) {
                Some((_, list)) => list.items.push(item),
                None => fields.push((field, ItemList { items: vec![item] })),
            }
        }
        let procedure_page = ProcedurePage {
            view: self.view,
            way: self.way,
            message,
            has_unverified,
            query,
            unit,
            is_in_vain,
            fields,
            other: self.after_procedure(unit, ""),
            back: self.way.choosing(None, None),
        };
        page(status, &procedure_page)
    }

    /// The page for choosing a survey; straight to the form where there is one only.
    fn surveys(&self, unit: &'a Unit, procedure: Option<&'a Procedure>) -> Result<HttpResponse, WebError> {
        let surveys = self.offer.surveys_of(unit);
        let code = procedure.map(|p| p.code.as_str());
        if let [only] = surveys.as_slice() {
            return Ok(see_other(self.view, form_address(only, Some(unit), code, self.way.channel)));
        }
        let survey_page = SurveyPage {
            view: self.view,
            unit,
            procedure,
            surveys: self.survey_items(&surveys, |s| form_address(s, Some(unit), code, self.way.channel)),
            back: self.way.choosing(Some(unit), None),
        };
        page(StatusCode::OK, &survey_page)
    }

    /// Where a chosen procedure leads: to the form, or to the choice between surveys.
    fn after_procedure(&self, unit: &Unit, code: &str) -> String {
        match self.offer.surveys_of(unit).as_slice() {
            [only] => form_address(only, Some(unit), Some(code), self.way.channel),
            _ => self.way.choosing(Some(unit), Some(code)),
        }
    }

    fn tree_items(&self, branches: Vec<Branch<'a>>) -> ItemList<'a> {
        let items = branches.into_iter().map(|branch| Item {
            link: branch.is_selectable.then(|| self.way.choosing(Some(branch.unit), None)),
            below: self.tree_items(branch.below),
            ..self.unit_item(branch.unit)
        });
        ItemList { items: items.collect() }
    }

    fn unit_item(&self, unit: &'a Unit) -> Item<'a> {
        Item {
            name: self.view.pick(&unit.name),
            under: "",
            code: if unit.status.is_empty() { unit.code.as_typed() } else { "" },
            link: Some(self.way.choosing(Some(unit), None)),
            below: ItemList::default(),
        }
    }

    fn procedure_item(&self, unit: &Unit, procedure: &'a Procedure, under: &'a str) -> Item<'a> {
        Item {
            name: self.view.pick(&procedure.name),
            under,
            code: if procedure.status.is_empty() { &procedure.code } else { "" },
            link: Some(self.after_procedure(unit, &procedure.code)),
            below: ItemList::default(),
        }
    }

    fn found_units(&self, query: &str) -> ItemList<'a> {
        let units = self.offer.selectable().into_iter();
        let found = units.filter(|u| unit_matches(u, query)).map(|u| self.unit_item(u));
        ItemList { items: found.collect() }
    }

    fn found_procedures(&self, query: &str) -> ItemList<'a> {
        let day = self.offer.day;
        let today = self.catalogue.procedures().iter().filter(|p| p.is_valid_on(day));
        let found = today.flat_map(|procedure| {
            let units = procedure.units.iter().filter_map(|id| self.catalogue.unit(*id));
            let offered = units.filter(|u| u.is_valid_on(day) && !self.offer.surveys_of(u).is_empty());
            // People name the office along with what they did there.
            let offered = offered.filter(|u| matches(&format!("{} {}", of_procedure(procedure), of_unit(u)), query));
            let offered = offered.filter(|u| !matches(&of_unit(u), query) || procedure_matches(procedure, query));
            offered.map(move |unit| self.procedure_item(unit, procedure, self.view.pick(&unit.name)))
        });
        ItemList { items: found.collect() }
    }

    fn survey_items(&self, surveys: &[&'a Survey], link: impl Fn(&'a Survey) -> String) -> Vec<SurveyItem<'a>> {
        let item = |survey: &'a Survey| SurveyItem {
            title: self.view.pick(&survey.title),
            takes: match self.catalogue.form(&survey.form).and_then(|form| minutes(form)) {
                Some(minutes) => self.view.t1("takes-minutes", "minutes", &minutes.to_string()),
                None => self.view.t("takes-half-a-minute"),
            },
            closes: survey.closes_at.map(|end| {
                let end = end.with_timezone(&crate::domain::period::vietnam());
                let day = i18n::date(self.view.language, end.date_naive());
                self.view.tn("survey-closes", &[("day", &day), ("time", &end.format("%H:%M").to_string())])
            }),
            link: link(survey),
        };
        surveys.iter().map(|s| item(s)).collect()
    }
}

fn searched(name: &Text, code: &str) -> String {
    format!("{} {} {code}", name.vi, name.en)
}

/// A unit is found by its name in either language and by its code in either official order.
fn of_unit(unit: &Unit) -> String {
    format!("{} {}", searched(&unit.name, unit.code.as_typed()), unit.code.older_order().unwrap_or_default())
}

fn unit_matches(unit: &Unit, query: &str) -> bool {
    matches(&of_unit(unit), query)
}

fn of_procedure(procedure: &Procedure) -> String {
    let Text { vi, en } = &procedure.field;
    format!("{} {vi} {en}", searched(&procedure.name, &procedure.code))
}

fn procedure_matches(procedure: &Procedure, query: &str) -> bool {
    matches(&of_procedure(procedure), query)
}

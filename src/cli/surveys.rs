//! `survey open`, `survey close`, `survey list`.

use super::table::{Side, table};
use super::{Failure, database, near, print, print_json};
use crate::actions::close_survey::{Closed, close_survey};
use crate::actions::open_survey::{NotOpened, SurveyWish, open_survey};
use crate::catalog;
use crate::config::{CloseSurveySettings, GlobalSettings, OpenSurveySettings, Output};
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::period::vietnam;
use crate::domain::survey::{Basis, Survey, SurveyState};
use crate::domain::text::Text;
use crate::storage::audit_log::Actor;
use crate::storage::{catalogue, surveys};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

const NOTE_VI: &str = "Xin Ông/Bà tự trả lời theo suy nghĩ của mình. Không ai, dù là công chức hay người khác, được trả lời \
     thay hoặc gợi ý câu trả lời cho Ông/Bà.";
const NOTE_EN: &str = "Please answer for yourself, as you see it. Nobody, neither an official nor anybody else, may answer \
     for you or suggest answers to you.";

/// `survey open`.
pub fn open(global: &GlobalSettings, settings: &OpenSurveySettings) -> Result<(), Failure> {
    let library = catalog::load(global.forms().as_deref())?;
    let Some(form) = library.forms.get(&settings.form) else {
        let known: Vec<&str> = library.forms.keys().map(String::as_str).collect();
        let hint = near::hint(&settings.form, known.iter().copied());
        let known = known.join(", ");
        return Err(format!("there is no form {}{hint} (the forms are {known})", settings.form).into());
    };
    let or = |given: &Option<String>, otherwise: &str| given.clone().unwrap_or_else(|| otherwise.to_owned());
    let opened = database::open(global, 1)?;
    let now = Utc::now();
    let wish = SurveyWish {
        code: &settings.code,
        form,
        title: Text { vi: or(&settings.title_vi, &form.title.vi), en: or(&settings.title_en, &form.title.en) },
        note: Text { vi: or(&settings.note_vi, NOTE_VI), en: or(&settings.note_en, NOTE_EN) },
        opens_at: settings.from.unwrap_or(now),
        closes_at: settings.to,
        units: &settings.units,
        channels: &settings.channels,
        basis: if settings.sampled { Basis::Sampled } else { Basis::SelfSelected },
    };
    let actor = Actor::command_line();
    match opened.db.run_blocking(|conn| open_survey(conn, now, &actor, &wish))? {
        Ok(()) => {}
        Err(NotOpened::UnknownUnit(code)) => {
            let known = opened.db.run_blocking(catalogue::load)?;
            return Err(no_such_unit(&known, &code));
        }
        Err(refusal) => return Err(format!("{} was not opened: {refusal}", settings.code).into()),
    }
    if settings.output.json {
        return print_json(&serde_json::json!({
            "code": settings.code, "form": form.name(), "from": local(wish.opens_at), "to": settings.to.map(local),
        }));
    }
    let until = settings.to.map_or_else(String::new, |to| format!(" until {}", local(to)));
    print(&format!("{} takes answers to {} from {}{until}", settings.code, form.name(), local(wish.opens_at)))
}

/// `survey close`.
pub fn close(global: &GlobalSettings, settings: &CloseSurveySettings) -> Result<(), Failure> {
    let opened = database::open(global, 1)?;
    let (code, actor) = (&settings.code, Actor::command_line());
    let now = Utc::now();
    let closed = opened.db.run_blocking(|conn| close_survey(conn, now, &actor, code))?;
    let since = match &closed {
        Closed::Done => Some(now),
        Closed::Already(since) => Some(*since),
        Closed::NoSuchSurvey => None,
    };
    if let Some(since) = since.filter(|_| settings.output.json) {
        let already = matches!(closed, Closed::Already(_));
        let told = serde_json::json!({ "code": code, "closed_at": local(since), "already": already });
        return print_json(&told);
    }
    match closed {
        Closed::Done => print(&format!("{code} is closed")),
        Closed::Already(since) => print(&format!("{code} was closed already, since {}", local(since))),
        Closed::NoSuchSurvey => Err(no_such_survey(&opened.db.run_blocking(catalogue::load)?, code)),
    }
}

#[derive(Serialize)]
struct Listed<'a> {
    code: &'a str,
    form: &'a str,
    state: &'static str,
    from: String,
    to: Option<String>,
    units: Vec<&'a str>,
    channels: Vec<&'static str>,
    basis: &'static str,
    submissions: i64,
    title: &'a Text,
}

/// `survey list`.
pub fn list(global: &GlobalSettings, output: Output) -> Result<(), Failure> {
    let opened = database::open(global, 1)?;
    let known = opened.db.run_blocking(catalogue::load)?;
    let counts = opened.db.run_blocking(|conn| surveys::count_submissions(conn, &Scope::All))?;
    let now = Utc::now();
    let listed = known.surveys().iter().map(|survey| Listed {
        code: &survey.code,
        form: &survey.form,
        state: match survey.state(now) {
            SurveyState::Upcoming => "upcoming",
            SurveyState::Open => "open",
            SurveyState::Closed => "closed",
        },
        from: local(survey.opens_at),
        to: survey.closes_at.map(local),
        units: units_of(&known, survey),
        channels: survey.channels.iter().map(|c| c.code()).collect(),
        basis: survey.basis.code(),
        submissions: counts.get(&survey.id).copied().unwrap_or(0),
        title: &survey.title,
    });
    let listed: Vec<Listed<'_>> = listed.collect();
    if output.json {
        return print_json(&listed);
    }
    let row = |s: &Listed<'_>| {
        let units = if s.units.is_empty() { "all".to_owned() } else { s.units.join(",") };
        let to = s.to.clone().unwrap_or_else(|| "-".to_owned());
        vec![
            s.code.to_owned(),
            s.form.to_owned(),
            s.state.to_owned(),
            s.from.clone(),
            to,
            units,
            s.submissions.to_string(),
        ]
    };
    let words = ["CODE", "FORM", "STATE", "FROM", "TO", "UNITS"].map(|name| (name, Side::Left));
    let columns: Vec<(&str, Side)> = words.into_iter().chain([("SUBMISSIONS", Side::Right)]).collect();
    print(&table(&columns, &listed.iter().map(row).collect::<Vec<_>>()))
}

/// The codes of the units that a survey asks about, each once.
fn units_of<'a>(known: &'a Catalogue, survey: &Survey) -> Vec<&'a str> {
    let mut codes: Vec<&str> =
        survey.units.iter().filter_map(|id| known.unit(*id)).map(|unit| unit.code.as_typed()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// That there is no such survey, and which there are.
pub fn no_such_survey(known: &Catalogue, code: &str) -> Failure {
    let hint = near::hint(code, known.surveys().iter().map(|s| s.code.as_str()));
    format!("there is no survey {code}{hint} (`hailong survey list` lists them)").into()
}

/// That there is no such unit, and what was perhaps meant.
pub fn no_such_unit(known: &Catalogue, code: &str) -> Failure {
    let hint = near::hint(code, known.units().iter().map(|u| u.code.as_typed()));
    format!("there is no unit {code}{hint} (units come from `hailong units import`)").into()
}

fn local(moment: DateTime<Utc>) -> String {
    moment.with_timezone(&vietnam()).to_rfc3339_opts(SecondsFormat::Secs, false)
}

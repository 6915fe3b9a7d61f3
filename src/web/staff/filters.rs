//! What figures a member of staff asks for, as the address says it: survey, form version, unit, procedure, channel, period.
//!
//! Read strictly: what does not exist, or lies outside the person's scope, is not found; a period that makes no sense is a
//! problem beside its field, and nothing is shown in its place.

use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::ids::{FormVersionId, SurveyId};
use crate::domain::narrowing::Narrowing;
use crate::domain::period::{Calendar, Period, day_in_vietnam, parse_day};
use crate::domain::survey::{Channel, Mixing, Survey, SurveyState};
use crate::web::error::WebError;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;

/// The survey that is shown before anybody chooses.
const FIRST_SURVEY: &str = "sipas";
/// The name of the period without ends.
pub(super) const ALL_TIME: &str = "all";

/// The value of `basis` that asks for sampled and self-selected answers together.
pub(super) const MIXED: &str = "both";

/// The address's parameters.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct FilterInput {
    survey: Option<String>,
    form: String,
    basis: String,
    unit: String,
    procedure: String,
    channel: String,
    period: String,
    from: String,
    to: String,
    pub sort: String,
    pub units: String,
    pub page: String,
    by: String,
}

impl FilterInput {
    /// All answers to a survey.
    pub fn all_of(survey: &str) -> Self {
        Self { survey: Some(survey.to_owned()), period: ALL_TIME.to_owned(), ..Self::default() }
    }
}

/// The same, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filters {
    /// The survey; none: all that ask the form version.
    pub survey: Option<SurveyId>,
    /// Its code; empty: all.
    pub survey_code: String,
    /// Whether, where it is all, sampled and self-selected ones are added up.
    pub mixing: Mixing,
    /// The form version's name.
    pub form: String,
    /// The form version's number.
    pub form_version: FormVersionId,
    /// The unit's code as the catalogue has it; empty: all in scope.
    pub unit: String,
    /// The procedure's code; empty: all.
    pub procedure: String,
    /// The channel.
    pub channel: Option<Channel>,
    /// The days.
    pub period: Period,
    /// The period's name where it was chosen by name; empty where by days.
    pub period_name: String,
    /// The code of a question of the form, by whose options figures are wished for; empty: none in particular.
    pub by: String,
    /// What could not be taken as it was asked, as a text key.
    pub note: Option<&'static str>,
    /// What made no sense: the field and a text key.
    pub problems: Vec<(&'static str, &'static str)>,
    /// The days as they were sent.
    pub typed_days: [String; 2],
}

impl Filters {
    /// Reads the parameters; nothing where there is no survey at all.
    pub fn read(
        input: &FilterInput,
        catalogue: &Catalogue,
        scope: &Scope,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, WebError> {
        let Some(asked) = survey_of(input, catalogue, now)? else { return Ok(None) };
        let unit = unit_of(input.unit.trim(), catalogue, scope)?;
        let procedure = match input.procedure.trim() {
            "" => String::new(),
            code => {
                let id = catalogue.procedures_of_code(code).into_iter().next_back().ok_or(WebError::NotFound)?;
                catalogue.procedure(id).map(|p| p.code.clone()).ok_or(WebError::NotFound)?
            }
        };
        let channel = match input.channel.trim() {
            "" => None,
            code => Some(Channel::from_code(code).ok_or(WebError::NotFound)?),
        };
        let PeriodRead { period, name: period_name, problems } = period_of(input, day_in_vietnam(now));
        let typed_days = [&input.from, &input.to].map(|text| text.trim().to_owned());
        // Another form may have been chosen since.
        let question = catalogue.form(&asked.form).and_then(|form| form.question(input.by.trim()));
        let by = question.map(|question| question.code.clone()).unwrap_or_default();
        Ok(Some(Self { unit, procedure, channel, period, period_name, by, problems, typed_days, ..asked }))
    }

    /// Unit, procedure and channel.
    pub fn narrowing(&self) -> Narrowing {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Narrowing {
            unit: given(&self.unit),
            procedure: given(&self.procedure),
            channel: self.channel,
            ..Narrowing::default()
        }
    }

    /// The parameters that say all this, in order, with some changed; an empty change leaves one out.
    pub fn query(&self, changes: &[(&str, &str)]) -> String {
        let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        let by_days = self.period_name.is_empty();
        let mut pairs: Vec<(&str, String)> = vec![
            ("survey", self.survey_code.clone()),
            ("form", if self.survey_code.is_empty() { self.form.clone() } else { String::new() }),
            ("basis", if self.mixing == Mixing::Together { MIXED.to_owned() } else { String::new() }),
            ("unit", self.unit.clone()),
            ("procedure", self.procedure.clone()),
            ("channel", self.channel.map(|c| c.code().to_owned()).unwrap_or_default()),
            ("period", self.period_name.clone()),
            ("from", if by_days { day(self.period.from) } else { String::new() }),
            ("to", if by_days { day(self.period.to) } else { String::new() }),
            ("by", self.by.clone()),
        ];
        for (name, value) in changes {
            pairs.retain(|(known, _)| known != name);
            pairs.push((name, (*value).to_owned()));
        }
        let pooled = self.survey_code.is_empty();
        let kept = pairs.into_iter().filter(|(name, value)| !value.is_empty() || (*name == "survey" && pooled));
        kept.map(|(name, value)| format!("{name}={}", encoded(&value))).collect::<Vec<_>>().join("&")
    }
}

/// A value as it stands in an address.
pub(super) fn encoded(value: &str) -> String {
    match askama::filters::urlencode_strict(value) {
        Ok(encoded) => encoded.to_string(),
        Err(never) => match never {},
    }
}

fn survey_of(input: &FilterInput, catalogue: &Catalogue, now: DateTime<Utc>) -> Result<Option<Filters>, WebError> {
    let form = input.form.trim();
    let of = |survey: &Survey, is_pooled: bool, note| Filters {
        survey: (!is_pooled).then_some(survey.id),
        survey_code: if is_pooled { String::new() } else { survey.code.clone() },
        mixing: if is_pooled && input.basis.trim() == MIXED { Mixing::Together } else { Mixing::Apart },
        form: survey.form.clone(),
        form_version: survey.form_version,
        unit: String::new(),
        procedure: String::new(),
        channel: None,
        period: Period::default(),
        period_name: String::new(),
        by: String::new(),
        note,
        problems: Vec::new(),
        typed_days: Default::default(),
    };
    match input.survey.as_deref().map(str::trim) {
        Some("") | None if !form.is_empty() => {
            let survey = catalogue.surveys().iter().find(|s| s.form == form).ok_or(WebError::NotFound)?;
            Ok(Some(of(survey, true, None)))
        }
        Some(code) if !code.is_empty() => {
            let survey = catalogue.survey(code).ok_or(WebError::NotFound)?;
            let differs = !form.is_empty() && form != survey.form;
            Ok(Some(of(survey, false, differs.then_some("staff-filter-other-form"))))
        }
        _ => {
            let open = || catalogue.surveys().iter().find(|s| s.state(now) == SurveyState::Open);
            let first = catalogue.survey(FIRST_SURVEY).or_else(open).or_else(|| catalogue.surveys().first());
            Ok(first.map(|survey| of(survey, false, None)))
        }
    }
}

/// The code of a unit as the catalogue has it, if some period of its validity lies within the scope.
fn unit_of(code: &str, catalogue: &Catalogue, scope: &Scope) -> Result<String, WebError> {
    if code.is_empty() {
        return Ok(String::new());
    }
    let seen = catalogue.units_of_code(code).into_iter().rfind(|id| scope.contains(*id));
    let unit = seen.and_then(|id| catalogue.unit(id)).ok_or(WebError::NotFound)?;
    Ok(unit.code.as_typed().to_owned())
}

struct PeriodRead {
    period: Period,
    name: String,
    problems: Vec<(&'static str, &'static str)>,
}

/// The days that were asked for, else the period of that name, else this year. Problems are found all at once.
fn period_of(input: &FilterInput, today: NaiveDate) -> PeriodRead {
    let mut problems = Vec::new();
    let mut day = |field: &'static str, text: &str| {
        let day = parse_day(text);
        if day.is_none() && !text.trim().is_empty() {
            problems.push((field, "staff-filter-no-day"));
        }
        day
    };
    let by_days = Period { from: day("from", &input.from), to: day("to", &input.to) };
    if by_days.is_backwards() {
        problems.push(("to", "staff-filter-backwards"));
    }
    let name = input.period.trim();
    let named = match name {
        "" => Some(Calendar::Year(today.year())),
        name => Calendar::parse(name),
    };
    if named.is_none() && name != ALL_TIME {
        problems.push(("period", "staff-filter-no-period"));
    }
    let is_by_days = by_days != Period::default() || problems.iter().any(|(field, _)| *field != "period");
    let (period, name) = match named {
        _ if is_by_days => (by_days, Calendar::of(by_days).map(|c| c.to_string()).unwrap_or_default()),
        Some(calendar) => (calendar.days(), calendar.to_string()),
        None => (Period::default(), ALL_TIME.to_owned()),
    };
    PeriodRead { period, name, problems }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Text;
    use chrono::TimeZone;
    use std::collections::BTreeMap;

    fn survey(code: &str, id: i64) -> Survey {
        let text = || Text { vi: code.into(), en: code.into() };
        Survey {
            id: SurveyId(id),
            code: code.into(),
            form: "f/1".into(),
            form_version: FormVersionId(1),
            title: text(),
            note: text(),
            opens_at: Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap(),
            closes_at: None,
            units: vec![],
            channels: vec![],
            basis: Default::default(),
        }
    }

    fn read(query: &str) -> Result<Option<Filters>, WebError> {
        let input = actix_web::web::Query::<FilterInput>::from_query(query).unwrap();
        let catalogue = Catalogue::new(1, vec![], vec![], vec![survey("new", 2), survey("sipas", 1)], BTreeMap::new());
        Filters::read(&input, &catalogue, &Scope::All, Utc.with_ymd_and_hms(2026, 11, 23, 0, 0, 0).unwrap())
    }

    #[test]
    fn without_a_wish_it_is_the_main_survey_this_year() {
        let filters = read("lang=en").unwrap().unwrap();
        assert_eq!((filters.survey, filters.period_name.as_str()), (Some(SurveyId(1)), "2026"));
        assert_eq!(filters.query(&[]), "survey=sipas&period=2026");
    }

    #[test]
    fn the_address_says_it_again() {
        for query in [
            "survey=new&channel=qr&period=2026-Q4",
            "survey=&form=f%2F1&period=all",
            "survey=sipas&from=2026-01-02&to=2026-03-04",
            "survey=sipas&to=2026-03-04",
        ] {
            assert_eq!(read(query).unwrap().unwrap().query(&[]), query);
        }
        let filters = read("survey=new").unwrap().unwrap();
        assert_eq!(filters.query(&[("unit", "H19.26"), ("period", "")]), "survey=new&unit=H19.26");
    }

    #[test]
    fn nonsense_is_not_taken() {
        assert_eq!(read("survey=no"), Err(WebError::NotFound));
        assert_eq!(read("unit=H1"), Err(WebError::NotFound));
        assert_eq!(read("procedure=1.2"), Err(WebError::NotFound));
        assert_eq!(read("channel=pigeon"), Err(WebError::NotFound));
        let problems = |query: &str| read(query).unwrap().unwrap().problems;
        assert_eq!(problems("period=2026-13"), [("period", "staff-filter-no-period")]);
        let both = [("from", "staff-filter-no-day"), ("to", "staff-filter-no-day")];
        assert_eq!(problems("from=yesterday&to=31/02/2026"), both, "all at once");
        assert_eq!(problems("from=2026-03-01&to=2026-02-01"), [("to", "staff-filter-backwards")]);
        let typed = read("from=01%2F02%2F2026&to=yesterday").unwrap().unwrap().typed_days;
        assert_eq!(typed, ["01/02/2026", "yesterday"], "kept as typed");
        let days = read("from=24%2F11%2F2026").unwrap().unwrap();
        assert_eq!((days.problems.len(), days.query(&[]).as_str()), (0, "survey=sipas&from=2026-11-24"));
        let month = read("from=2026-02-01&to=2026-02-28").unwrap().unwrap();
        assert_eq!(month.period_name, "2026-02", "days that make a month are that month");
    }
}

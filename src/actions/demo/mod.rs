//! Demo submissions: made up, marked as such, and written as real ones are.
//!
//! The same seed on the same day and catalogue makes the same answers; ids are always fresh, so that more can be added.
//! Removing them is with `remove_demo`.

mod chance;
mod comments;
mod people;
mod places;

use crate::domain::catalogue::Catalogue;
use crate::domain::form::Form;
use crate::domain::ids::SubmissionId;
use crate::domain::submission::Submission;
use crate::domain::survey::{Basis, Channel, Survey, SurveyState};
use crate::domain::text::Language;
use crate::storage::audit_log::{self, Actor};
use crate::storage::batches::insert_batch;
use crate::storage::submissions::{FLAG_FAST, NewSubmission};
use crate::storage::{PgConnection, QueryResult, settings, transaction};
use chance::{happens, pick};
use chrono::{DateTime, NaiveDate, Utc};
use people::Visit;
use places::Day;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

/// How many go into one transaction.
const BATCH: usize = 1000;

/// What to make.
#[derive(Debug, Clone, Copy)]
pub struct DemoWish {
    /// How many submissions.
    pub count: u32,
    /// Where chance begins.
    pub seed: u64,
    /// The last day of the twelve months.
    pub today: NaiveDate,
}

/// Why nothing was made: no survey is open anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NothingOpen;

/// Adds demo submissions to the surveys that are open now, and calls `reached` with how many are stored.
pub fn add_demo(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    catalogue: &Catalogue,
    wish: &DemoWish,
    reached: &mut dyn FnMut(u64),
) -> QueryResult<Result<(), NothingOpen>> {
    let surveys = open_surveys(catalogue, now, wish);
    if surveys.is_empty() {
        return Ok(Err(NothingOpen));
    }
    let secret = settings::secret(conn)?;
    let detail = json!({ "count": wish.count, "seed": wish.seed });
    audit_log::insert(conn, now, actor, "add demo submissions", "submissions", detail)?;
    let mut random = StdRng::seed_from_u64(wish.seed);
    let mut left = wish.count as usize;
    while left > 0 {
        let many = left.min(BATCH);
        let mut batch: Vec<NewSubmission> = (0..many).map(|_| draw(&mut random, wish, &surveys, &secret)).collect();
        batch.sort_by_key(|new| new.submission.id);
        transaction(conn, |conn| insert_batch(conn, &batch.iter().collect::<Vec<_>>()))?;
        left -= many;
        reached(u64::from(wish.count) - left as u64);
    }
    Ok(Ok(()))
}

/// A survey with the days on which people answer it.
struct OpenSurvey<'a> {
    survey: &'a Survey,
    form: &'a Form,
    weight: f64,
    days: Vec<Day>,
}

/// The open surveys; long forms, which are the main work, get most of the answers.
fn open_surveys<'a>(catalogue: &'a Catalogue, now: DateTime<Utc>, wish: &DemoWish) -> Vec<OpenSurvey<'a>> {
    // Nobody is drawn by chance into a demonstration.
    let is_open = |s: &&Survey| s.state(now) == SurveyState::Open && s.basis == Basis::SelfSelected;
    let open = catalogue.surveys().iter().filter(is_open);
    open.filter_map(|survey| {
        let form = catalogue.form(&survey.form)?;
        let weight = if form.questions().count() > 10 { 7.0 } else { 3.0 };
        Some(OpenSurvey { survey, form, weight, days: places::days_of(catalogue, survey, wish.today, wish.seed) })
    })
    .filter(|survey| !survey.days.is_empty() && !survey.survey.channels.is_empty())
    .collect()
}

fn draw(random: &mut StdRng, wish: &DemoWish, surveys: &[OpenSurvey<'_>], secret: &[u8]) -> NewSubmission {
    let OpenSurvey { survey, form, days, .. } = &surveys[pick(random, surveys.iter().map(|s| s.weight))];
    let Day { day, places, .. } = &days[pick(random, days.iter().map(|day| day.weight))];
    let place = &places[pick(random, places.iter().map(|place| place.weight))];
    let channel = place.channels[pick(random, place.channels.iter().map(|(_, often)| *often))].0;
    let in_english = channel != Channel::Paper && happens(random, 0.04);
    let language = if in_english { Language::En } else { Language::Vi };
    let names_procedure = !place.procedures.is_empty() && happens(random, 0.85);
    let procedure =
        names_procedure.then(|| place.procedures[pick(random, place.procedures.iter().map(|(_, often)| *often))].0);
    let age = wish.today.signed_duration_since(*day).num_days() as f64 / 365.0;
    let visit = Visit { place, day: *day, age, channel, language };
    let answers = people::answer(random, wish.seed, form, visit);
    // Now and then somebody clicks through faster than one can read.
    let flags = if happens(random, 0.003) { FLAG_FAST } else { 0 };
    let mut fresh = [0u8; 16];
    rand::rng().fill_bytes(&mut fresh);
    let id = SubmissionId::for_day(*day, fresh);
    let submission = Submission {
        id,
        survey: survey.id,
        form_version: survey.form_version,
        unit: place.unit,
        procedure,
        channel,
        language,
        day: *day,
        answers,
    };
    NewSubmission { flags, is_demo: true, ..NewSubmission::new(submission, form, secret) }
}

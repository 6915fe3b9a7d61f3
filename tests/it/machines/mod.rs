//! What programs rely on: the JSON interface, its description, health and metrics, the files to take away.

mod conditions;
mod exports;
mod index;
mod openapi;
mod operation;
mod pages;
mod schema;
mod submissions;
mod tables;

use crate::support::Database;
use hailong::actions::fold_tallies::fold_all;
use hailong::actions::make_token::make_token;
use hailong::domain::answers::{Answer, Answers};
use hailong::domain::email::Email;
use hailong::domain::ids::SubmissionId;
use hailong::domain::submission::Submission;
use hailong::domain::survey::Channel;
use hailong::domain::text::Language;
use hailong::storage::audit_log::Actor;
use hailong::storage::batches::insert_batch;
use hailong::storage::catalogue;
use hailong::storage::submissions::NewSubmission;
use hailong::storage::waiting_facts::count_waiting;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;

/// Units of the shipped catalogue that people visit, with some that share one above them.
pub const VISITED: [&str; 4] = ["H19.26", "H19.26.01", "H19.26.02", "H19.26.03"];

/// A good submission to `sipas`.
pub fn good(id: Uuid) -> Value {
    json!({
        "id": id, "unit": "H19.26", "procedure": null, "channel": "import", "language": "vi",
        "answers": { "access_1": 4, "access_2": 5, "gender": "female", "ethnicity": "other", "comment": "Nhanh, rõ ràng." },
    })
}

/// A fresh id.
pub fn fresh_id() -> Uuid {
    Uuid::new_v4()
}

/// The token of somebody who is employed.
pub fn token_of(database: &Database, email: &str) -> String {
    let email = Email::parse(email).unwrap();
    let token = make_token(&mut database.conn(), chrono::Utc::now(), &Actor::command_line(), &email).unwrap();
    token.unwrap().reveal().to_owned()
}

/// Stores random submissions of the first half of 2026 to both shipped surveys, many to some units and few to others, and
/// folds them.
pub fn fill(database: &Database, count: usize, seed: u64) {
    let mut conn = database.conn();
    let catalogue = catalogue::load(&mut conn).unwrap();
    let mut random = StdRng::seed_from_u64(seed);
    let mut batch: Vec<NewSubmission> = (0..count)
        .map(|_| {
            let survey = catalogue.survey(if random.random_bool(0.8) { "sipas" } else { "counter" }).unwrap();
            let form = catalogue.form(&survey.form).unwrap();
            let place = (random.random::<f64>().powi(2) * VISITED.len() as f64) as usize;
            let unit = catalogue.unit_by_code(VISITED[place], day(2026, 5, 1)).unwrap();
            let submission = Submission {
                id: SubmissionId(Uuid::from_u128(random.random())),
                survey: survey.id,
                form_version: survey.form_version,
                unit: unit.id,
                procedure: None,
                channel: [Channel::Web, Channel::Qr, Channel::Paper][random.random_range(0..3)],
                language: Language::ALL[random.random_range(0..2)],
                day: day(2026, 1, 1) + chrono::Days::new(random.random_range(0..181)),
                answers: answers(form, &mut random),
            };
            NewSubmission::new(submission, form, b"secret")
        })
        .collect();
    batch.sort_by_key(|new| new.submission.id);
    for part in batch.chunks(1000) {
        assert_eq!(insert_batch(&mut conn, &part.iter().collect::<Vec<_>>()).unwrap().len(), part.len());
    }
    fold(database);
}

/// Folds until everything stored is in the figures; other tests' long transactions may hold it back for a while.
pub fn fold(database: &Database) {
    let mut conn = database.conn();
    let counting = hailong::catalog::load(None).unwrap().counting().clone();
    for _ in 0..10 {
        fold_all(&mut conn, chrono::Utc::now(), &counting).unwrap();
        if count_waiting(&mut conn).unwrap() == 0 {
            return;
        }
    }
    panic!("something holds the facts back");
}

/// Multiplies the stored submissions, in steps, so that no other test waits for one long transaction.
pub fn multiply(database: &Database, times: usize) {
    for _ in 0..times {
        database.execute(
            "insert into submissions (id, survey_id, form_version_id, unit_id, procedure_id, day, channel, \
                 language, answers) \
             select gen_random_uuid(), survey_id, form_version_id, unit_id, procedure_id, day, channel, language, \
                 answers from (select * from submissions limit 2000) as chosen",
        );
    }
}

fn answers(form: &hailong::domain::form::Form, random: &mut StdRng) -> Answers {
    use hailong::domain::form::QuestionKind::{Date, Decimal, Integer, Level, Multiple, Note, Single, Text};
    let mut answers = Answers::default();
    for question in form.questions() {
        if random.random_bool(0.3) {
            continue;
        }
        let options = form.options(question);
        let answer = match question.kind {
            Level => Answer::Level(random.random_range(1..=options.len() as u8)),
            Single => Answer::Choice(options[random.random_range(0..options.len())].code.as_str().into()),
            Multiple => {
                let chosen = options.iter().filter(|_| random.random_bool(0.4)).map(|o| o.code.as_str().into());
                Answer::Choices(chosen.collect())
            }
            Integer | Decimal | Date | Note => continue,
            Text => Answer::Text("=1+1, \"thật\"\ntốt".to_owned()),
        };
        if answer != Answer::Choices(vec![]) {
            answers.insert(&question.code, answer);
        }
    }
    answers
}

/// A day.
pub fn day(year: i32, month: u32, day: u32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

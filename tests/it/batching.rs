//! The batching writer by itself: exactly once within a batch and between writers, bounded, honest when Postgres is away.

use crate::support::service::eventually;
use crate::support::{Database, block_on};
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use hailong::domain::answers::Answer;
use hailong::domain::ids::SubmissionId;
use hailong::domain::submission::Submission;
use hailong::domain::survey::Channel;
use hailong::domain::text::Language;
use hailong::intake::{Intake, IntakeError, IntakeSettings, Outcome};
use hailong::storage::batches::insert_batch;
use hailong::storage::catalogue;
use hailong::storage::submissions::NewSubmission;
use std::sync::Arc;
use uuid::Uuid;

fn intake(url: &str, settings: IntakeSettings) -> Intake {
    Intake::start(url, settings, Arc::new(|_, _| {})).unwrap()
}

fn sample(database: &Database) -> NewSubmission {
    let catalogue = catalogue::load(&mut database.conn()).unwrap();
    let survey = catalogue.survey("sipas").unwrap();
    let submission = Submission {
        id: SubmissionId(Uuid::new_v4()),
        survey: survey.id,
        form_version: survey.form_version,
        unit: catalogue.units()[0].id,
        procedure: None,
        channel: Channel::Web,
        language: Language::Vi,
        day: NaiveDate::from_ymd_opt(2026, 11, 1).unwrap(),
        answers: [("access_1", Answer::Level(4))].into_iter().collect(),
    };
    NewSubmission::new(submission, catalogue.form(&survey.form).unwrap(), b"secret")
}

fn with_level(database: &Database, new: &NewSubmission, level: u8) -> NewSubmission {
    let catalogue = catalogue::load(&mut database.conn()).unwrap();
    let form = catalogue.form(&catalogue.survey("sipas").unwrap().form).unwrap().clone();
    let mut submission = new.submission.clone();
    submission.answers.insert("access_1", Answer::Level(level));
    NewSubmission::new(submission, &form, b"secret")
}

#[test]
fn many_senders_of_one_id_store_it_once() {
    let database = Database::new();
    let new = sample(&database);
    let intake = intake(database.url(), IntakeSettings { writers: 3, ..IntakeSettings::default() });
    let outcomes = block_on(async {
        let sends: Vec<_> = (0..60u8)
            .map(|n| {
                let (intake, new) = (intake.clone(), with_level(&database, &new, if n % 3 == 0 { 5 } else { 4 }));
                tokio::spawn(async move { intake.submit(new).await.unwrap() })
            })
            .collect();
        let mut outcomes = Vec::new();
        for send in sends {
            outcomes.push(send.await.unwrap());
        }
        outcomes
    });
    intake.stop();
    let count = |o| outcomes.iter().filter(|x| **x == o).count();
    assert_eq!(count(Outcome::Stored), 1);
    assert!(count(Outcome::Different) == 20 || count(Outcome::Different) == 40, "{outcomes:?}");
    assert_eq!(database.number("select count(*) from submissions"), 1);
}

#[test]
fn what_was_stored_before_is_told_beside_what_is_new() {
    let database = Database::new();
    let intake = intake(database.url(), IntakeSettings { writers: 1, ..IntakeSettings::default() });
    let before = sample(&database);
    let outcomes = block_on(async {
        let mut outcomes = vec![intake.submit(before.clone()).await.unwrap()];
        // The first of these batches is broken off by the retry; those after it expect others.
        for _ in 0..3 {
            let (new, retry, changed) = (sample(&database), before.clone(), with_level(&database, &before, 1));
            let (new, retry, changed) = tokio::join!(intake.submit(new), intake.submit(retry), intake.submit(changed));
            outcomes.extend([new.unwrap(), retry.unwrap(), changed.unwrap()]);
        }
        // So many that copying is tried again.
        for _ in 0..40 {
            assert_eq!(intake.submit(sample(&database)).await, Ok(Outcome::Stored));
        }
        outcomes.push(intake.submit(before.clone()).await.unwrap());
        outcomes
    });
    intake.stop();
    let each = [Outcome::Stored, Outcome::Repeated, Outcome::Different];
    assert_eq!(outcomes, [&[Outcome::Stored][..], &each.repeat(3), &[Outcome::Repeated]].concat());
    assert_eq!(database.number("select count(*) from submissions"), 44);
}

#[test]
fn one_refused_submission_does_not_take_its_batch_with_it() {
    let database = Database::new();
    let good = sample(&database);
    let mut bad = sample(&database);
    // A day that Postgres does not know; from outside it never comes this far.
    bad.submission.day = NaiveDate::MIN;
    let intake = intake(database.url(), IntakeSettings { writers: 1, ..IntakeSettings::default() });
    let (one, two) = block_on(async { tokio::join!(intake.submit(good), intake.submit(bad)) });
    intake.stop();
    assert_eq!(one, Ok(Outcome::Stored));
    assert!(matches!(two, Err(IntakeError::Refused(_))), "{two:?}");
}

#[test]
fn beyond_the_bound_it_says_busy_and_without_postgres_unavailable() {
    let database = Database::new();
    let new = sample(&database);
    let none = intake(database.url(), IntakeSettings { writers: 0, capacity: 1, ..IntakeSettings::default() });
    let away = intake("postgres:///x?host=/no/such/folder", IntakeSettings::default());
    block_on(async {
        let waiting = tokio::spawn({
            let (none, new) = (none.clone(), new.clone());
            async move { none.submit(new).await }
        });
        eventually("one waits", || async { (none.queued() == 1).then_some(()) }).await;
        assert_eq!(none.submit(new.clone()).await, Err(IntakeError::Busy));
        waiting.abort();
        assert_eq!(away.submit(new.clone()).await, Err(IntakeError::Unavailable));
    });
    away.stop();
}

#[test]
fn a_lost_connection_is_replaced_and_the_submission_stored_once() {
    let database = Database::new();
    let intake = intake(database.url(), IntakeSettings { writers: 1, ..IntakeSettings::default() });
    block_on(async {
        assert_eq!(intake.submit(sample(&database)).await, Ok(Outcome::Stored));
        database.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
        );
        assert_eq!(intake.submit(sample(&database)).await, Ok(Outcome::Stored));
    });
    intake.stop();
    assert_eq!(database.number("select count(*) from submissions"), 2);
}

#[test]
fn a_writer_that_hangs_holds_nobody_up() {
    let database = Database::new();
    let (held, other) = (sample(&database), sample(&database));
    let intake = intake(database.url(), IntakeSettings::default());
    let mut elsewhere = database.conn();
    elsewhere.batch_execute("begin").unwrap();
    insert_batch(&mut elsewhere, &[&held]).unwrap();
    block_on(async {
        let hanging = tokio::spawn({
            let (intake, held) = (intake.clone(), held.clone());
            async move { intake.submit(held).await }
        });
        eventually("a writer waits for the lock", || async {
            let waiting =
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'copy%'";
            (database.number(waiting) == 1).then_some(())
        })
        .await;
        assert_eq!(intake.submit(other).await, Ok(Outcome::Stored));
        elsewhere.batch_execute("rollback").unwrap();
        assert_eq!(hanging.await.unwrap(), Ok(Outcome::Stored));
    });
    intake.stop();
    assert_eq!(database.number("select count(*) from submissions"), 2);
}

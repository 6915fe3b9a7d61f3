//! The figures are what a plain recount finds, whatever the order of commits and whoever folds.

use crate::support::database::named_answers;
use crate::support::{Database, Service, block_on};
use chrono::Days;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use hailong::actions::exclude_submission::{Direction, exclude_submission};
use hailong::actions::fold_tallies::{fold_all, fold_tallies};
use hailong::domain::access::Scope;
use hailong::domain::answers::{Answer, Answers};
use hailong::domain::counting::Counting;
use hailong::domain::form::Form;
use hailong::domain::ids::{SubmissionId, UnitId};
use hailong::domain::period::Period;
use hailong::domain::submission::Submission;
use hailong::domain::survey::{Channel, Survey};
use hailong::domain::tally::Layout;
use hailong::domain::text::Language;
use hailong::storage::audit_log::Actor;
use hailong::storage::batches::insert_batch;
use hailong::storage::folding::{IfTaken, fold_about};
use hailong::storage::submissions::NewSubmission;
use hailong::storage::tallies::{Filter, Split, sums};
use hailong::storage::{catalogue, schema, transaction};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

pub fn counting() -> Counting {
    hailong::catalog::load(None).unwrap().counting().clone()
}

pub struct Place {
    pub survey: Survey,
    pub form: Arc<Form>,
    pub units: Vec<UnitId>,
}

pub fn place(conn: &mut PgConnection) -> Place {
    let catalogue = catalogue::load(conn).unwrap();
    let survey = catalogue.survey("sipas").unwrap().clone();
    let form = catalogue.form(&survey.form).unwrap().clone();
    Place { survey, form, units: catalogue.units().iter().map(|u| u.id).collect() }
}

pub fn new_submission(place: &Place, random: &mut StdRng) -> NewSubmission {
    let mut answers = Answers::default();
    for code in ["access_1", "procedure_2", "officer_5", "feedback_3"] {
        let level = random.random_range(0..=5u8);
        if level > 0 {
            answers.insert(code, Answer::Level(level));
        }
    }
    answers.insert("gender", Answer::Choice("female".into()));
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(random.random_range(0..400));
    let submission = Submission {
        id: SubmissionId(Uuid::from_u128(random.random())),
        survey: place.survey.id,
        form_version: place.survey.form_version,
        unit: place.units[random.random_range(0..place.units.len())],
        procedure: None,
        channel: Channel::ALL[random.random_range(0..6)],
        language: Language::Vi,
        day,
        answers,
    };
    NewSubmission::new(submission, &place.form, b"secret")
}

pub fn store(conn: &mut PgConnection, new: &NewSubmission) {
    assert_eq!(insert_batch(conn, &[new]).unwrap().len(), 1);
}

/// Counts answers straight from the stored rows: question, option -> how often; `""` is the number of submissions.
pub fn recount(conn: &mut PgConnection) -> BTreeMap<(String, String), i64> {
    let steps: Vec<(Uuid, Option<i16>)> = schema::exclusions::table
        .group_by(schema::exclusions::submission_id)
        .select((schema::exclusions::submission_id, diesel::dsl::max(schema::exclusions::step)))
        .load(conn)
        .unwrap();
    let mut counts = BTreeMap::new();
    for (id, answers) in named_answers(conn) {
        if steps.iter().any(|(out, step)| *out == id && step.unwrap() % 2 == 1) {
            continue;
        }
        *counts.entry((String::new(), String::new())).or_default() += 1;
        for (code, value) in answers.as_object().unwrap() {
            let option = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            *counts.entry((code.clone(), option)).or_default() += 1;
        }
    }
    counts
}

/// The same from the tallies.
pub fn tallied(conn: &mut PgConnection) -> BTreeMap<(String, String), i64> {
    let whole = tallied_in(conn, &[Period::default()]);
    // Periods that cut months read days beside whole months.
    let first = chrono::NaiveDate::from_ymd_opt(2025, 12, 20).unwrap();
    let mut parts = vec![Period { from: None, to: first.pred_opt() }];
    parts.extend(
        (0..17).map(|n| Period { from: Some(first + Days::new(n * 25)), to: Some(first + Days::new(n * 25 + 24)) }),
    );
    parts.push(Period { from: Some(first + Days::new(17 * 25)), to: None });
    assert_eq!(tallied_in(conn, &parts), whole, "months and days agree");
    whole
}

fn tallied_in(conn: &mut PgConnection, periods: &[Period]) -> BTreeMap<(String, String), i64> {
    let catalogue = catalogue::load(conn).unwrap();
    let survey = catalogue.survey("sipas").unwrap();
    let form = catalogue.form(&survey.form).unwrap();
    let layout = Layout::of(form);
    let mut counts = BTreeMap::new();
    for period in periods {
        let filter = Filter { survey: Some(survey.id), period: *period, ..Filter::default() };
        for tally in sums(conn, &layout, &Scope::All, &filter, Split::Whole).unwrap().values() {
            *counts.entry((String::new(), String::new())).or_default() += tally.submissions;
            for question in form.questions() {
                let (_, levels) = tally.levels(&layout, &question.code).unwrap();
                for (option, count) in form.options(question).iter().zip(levels) {
                    *counts.entry((question.code.clone(), option.code.clone())).or_default() += count;
                }
            }
        }
    }
    counts.retain(|_, count| *count != 0);
    counts
}

#[test]
fn a_random_history_by_several_connections_counts_like_a_recount() {
    let database = Database::new();
    let place = place(&mut database.conn());
    std::thread::scope(|threads| {
        for seed in 0..4u64 {
            let (database, place) = (&database, &place);
            threads.spawn(move || {
                let mut random = StdRng::seed_from_u64(seed);
                let mut conn = database.conn();
                let mut mine: Vec<SubmissionId> = Vec::new();
                for _ in 0..60 {
                    match random.random_range(0..10) {
                        0..=5 => {
                            let new = new_submission(place, &mut random);
                            mine.push(new.submission.id);
                            conn.transaction::<_, diesel::result::Error, _>(|conn| {
                                store(conn, &new);
                                // Some transactions linger, so that commits come out of order.
                                conn.batch_execute(&format!(
                                    "select pg_sleep({})",
                                    f64::from(random.random_range(0..8u8)) / 1000.0
                                ))
                            })
                            .unwrap();
                        }
                        6..=7 if !mine.is_empty() => {
                            let id = mine[random.random_range(0..mine.len())];
                            let way = if random.random() { Direction::Out } else { Direction::Back };
                            exclude_submission(&mut conn, now(), &Actor::command_line(), id, way, "thử").unwrap();
                        }
                        _ => {
                            fold_tallies(&mut conn, now(), &counting()).unwrap();
                        }
                    }
                }
            });
        }
    });
    let mut conn = database.conn();
    fold_all(&mut conn, now(), &counting()).unwrap();
    let expected = recount(&mut conn);
    assert!(expected[&(String::new(), String::new())] > 50, "the history was too thin to prove anything");
    assert!(database.number("select count(*) from exclusions") > 5);
    assert_eq!(tallied(&mut conn), expected);
    assert_eq!(fold_all(&mut conn, now(), &counting()).unwrap(), 0, "folding again finds nothing");
}

#[test]
fn a_commit_that_comes_late_is_not_passed_over() {
    let database = Database::new();
    let (mut early, mut late, mut folder) = (database.conn(), database.conn(), database.conn());
    let place = place(&mut folder);
    let mut random = StdRng::seed_from_u64(1);
    // The very first fold in a cluster counts from the beginning; this is about the folds after it.
    fold_all(&mut folder, now(), &counting()).unwrap();
    late.batch_execute("begin").unwrap();
    store(&mut late, &new_submission(&place, &mut random));
    store(&mut early, &new_submission(&place, &mut random));
    fold_all(&mut folder, now(), &counting()).unwrap();
    assert_eq!(tallied(&mut folder).len(), 0, "nothing above the oldest running transaction is folded yet");
    late.batch_execute("commit").unwrap();
    fold_all(&mut folder, now(), &counting()).unwrap();
    assert_eq!(tallied(&mut folder), recount(&mut folder));
    assert_eq!(tallied(&mut folder)[&(String::new(), String::new())], 2);
}

#[test]
fn another_cluster_counts_everything_anew() {
    let database = Database::new();
    let mut conn = database.conn();
    let place = place(&mut conn);
    let mut random = StdRng::seed_from_u64(2);
    for _ in 0..5 {
        store(&mut conn, &new_submission(&place, &mut random));
    }
    fold_all(&mut conn, now(), &counting()).unwrap();
    // As after a restore: transaction numbers of another cluster, far ahead of this one's.
    database.execute("update submissions set txid = txid + 1000000000");
    database.execute("update tally_watermark set cluster = 'another', folded_below = 2000000000");
    store(&mut conn, &new_submission(&place, &mut random));
    fold_all(&mut conn, now(), &counting()).unwrap();
    assert_eq!(tallied(&mut conn), recount(&mut conn));
    assert_eq!(tallied(&mut conn)[&(String::new(), String::new())], 6);
}

#[test]
fn two_servers_on_one_database_fold_each_fact_once() {
    let database = Database::new();
    let (one, two) = (Service::on(database.url()), Service::on(database.url()));
    let mut conn = database.conn();
    let place = place(&mut conn);
    let mut random = StdRng::seed_from_u64(3);
    for _ in 0..200 {
        store(&mut conn, &new_submission(&place, &mut random));
    }
    block_on(crate::support::service::eventually("both servers have folded", || async {
        let folded = database.number("select coalesce(sum(submissions), 0) from tallies");
        assert!(folded <= 200, "a fact was folded twice");
        (folded == 200).then_some(())
    }));
    drop((one, two));
    assert_eq!(tallied(&mut conn), recount(&mut conn));
}

#[test]
fn one_fold_takes_whole_transactions_until_it_is_enough() {
    let database = Database::new();
    let mut conn = database.conn();
    let place = place(&mut conn);
    let mut random = StdRng::seed_from_u64(4);
    fold_all(&mut conn, now(), &counting()).unwrap();
    for size in [2, 3, 1, 9, 9, 2] {
        conn.batch_execute("begin").unwrap();
        (0..size).for_each(|_| store(&mut conn, &new_submission(&place, &mut random)));
        conn.batch_execute("commit").unwrap();
    }
    block_on(crate::support::service::eventually("nobody holds them back", || async {
        let held =
            "select count(*) from submissions where txid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
        (database.number(held) == 0).then_some(())
    }));
    let mut fold = || transaction(&mut conn, |conn| fold_about(conn, now(), &counting(), IfTaken::Wait, 2)).unwrap();
    let folds: Vec<_> = (0..5).map(|_| fold()).map(|folded| (folded.facts, folded.more)).collect();
    // The fourth of the transactions is met while the third was not enough; the fifth begins a fold with more than thrice enough.
    assert_eq!(folds, [(2, true), (3, true), (10, true), (9, true), (2, false)]);
    assert_eq!(tallied(&mut conn), recount(&mut conn));
}

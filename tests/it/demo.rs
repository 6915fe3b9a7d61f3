//! Demo submissions look like real ones, count like real ones, and leave no trace when they are taken away.

use crate::support::Database;
use crate::support::service::run;
use chrono::{Days, Months, NaiveDate, Utc};
use diesel::prelude::*;
use hailong::actions::exclude_submission::{Direction, exclude_submission};
use hailong::domain::answers::RawAnswers;
use hailong::domain::ids::SubmissionId;
use hailong::domain::period::day_in_vietnam;
use hailong::domain::submission::parse_answers;
use hailong::storage::audit_log::Actor;
use hailong::storage::catalogue;
use hailong::storage::schema::submissions;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

type Outline = (Uuid, i64, i64, Option<i64>, NaiveDate, i16, bool);
type Row = (Uuid, i64, i64, Option<i64>, NaiveDate, i16, bool, Value);

fn rows(database: &Database) -> Vec<Row> {
    let mut answers = database.answers_by_question();
    let rows: Vec<Outline> = submissions::table
        .select((
            submissions::id,
            submissions::survey_id,
            submissions::unit_id,
            submissions::procedure_id,
            submissions::day,
            submissions::channel,
            submissions::is_demo,
        ))
        .load(&mut database.conn())
        .unwrap();
    let row = |(id, survey, unit, procedure, day, channel, is_demo)| {
        (id, survey, unit, procedure, day, channel, is_demo, answers.remove(&id).unwrap())
    };
    rows.into_iter().map(row).collect()
}

fn demo(database: &Database, args: &[&str]) -> String {
    let (code, out, err) = run(database.url(), &[["demo"].as_slice(), args].concat(), "");
    assert_eq!(code, 0, "{err}");
    out
}

fn counted(database: &Database, survey: &str) -> i64 {
    let (code, out, err) = run(database.url(), &["index", "--survey", survey, "--json"], "");
    assert_eq!((code, err.as_str()), (0, ""));
    serde_json::from_str::<Value>(&out).unwrap()["submissions"].as_i64().unwrap()
}

#[test]
fn as_many_are_stored_and_counted_as_were_asked_for() {
    let database = Database::new();
    assert!(demo(&database, &["1500"]).starts_with("1500 demo submissions added"));
    assert_eq!(database.number("select count(*) from submissions where is_demo"), 1500);
    assert_eq!(database.number("select sum(submissions) from tallies"), 1500);
    let (sipas, counter) = (counted(&database, "sipas"), counted(&database, "counter"));
    assert_eq!(sipas + counter, 1500);
    assert!(sipas > counter && counter > 300, "mostly the long form: {sipas}, {counter}");
    demo(&database, &["500", "--seed", "7"]);
    assert_eq!(counted(&database, "sipas") + counted(&database, "counter"), 2000, "more can be added");
}

#[test]
fn they_are_what_people_could_have_sent() {
    let database = Database::new();
    demo(&database, &["2000"]);
    let known = catalogue::load(&mut database.conn()).unwrap();
    let today = day_in_vietnam(Utc::now());
    let year_ago = today - Months::new(12) + Days::new(1);
    for (id, survey, unit, procedure, day, channel, is_demo, answers) in rows(&database) {
        let survey = known.surveys().iter().find(|s| s.id.0 == survey).unwrap();
        let raw = RawAnswers::deserialize(&answers).unwrap();
        parse_answers(&raw, known.form(&survey.form).unwrap()).unwrap_or_else(|bad| panic!("{id}: {bad:?}"));
        assert!(is_demo && (year_ago..=today).contains(&day), "{id}: {day}");
        assert!(day >= day_in_vietnam(survey.opens_at), "{id}: before the survey opened");
        assert!(survey.channels.iter().any(|c| c.number() == channel), "{id}: {channel}");
        let unit = known.units().iter().find(|u| u.id.0 == unit).unwrap();
        assert!(unit.is_valid_on(day), "{id}: the unit is not there on {day}");
        let procedures = known.procedures_of(unit.id, day);
        assert!(procedure.is_none_or(|p| procedures.iter().any(|known| known.id.0 == p)), "{id}: not at this unit");
    }
}

#[test]
fn units_months_and_people_differ_and_some_say_nothing() {
    let database = Database::new();
    demo(&database, &["4000"]);
    let known = catalogue::load(&mut database.conn()).unwrap();
    let sipas = known.survey("sipas").unwrap().id.0;
    let form = known.form("sipas_service/2022").unwrap();
    let items: Vec<&str> = form
        .questions()
        .map(|q| q.code.as_str())
        .filter(|c| c.contains('_') && !c.starts_with("priority"))
        .take(19)
        .collect();
    assert_eq!((items[0], items[18]), ("access_1", "feedback_3"));
    let mut by_unit: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    let mut months: BTreeMap<String, i64> = BTreeMap::new();
    let (mut asked, mut answered, mut satisfied, mut alike, mut pairs) = (0, 0, 0, 0, 0);
    let mut comments = BTreeSet::new();
    for (_, survey, unit, _, day, _, _, answers) in rows(&database) {
        if let Some(comment) = answers["comment"].as_str() {
            comments.insert(comment.to_owned());
        }
        if survey != sipas {
            continue;
        }
        *months.entry(day.format("%Y-%m").to_string()).or_default() += 1;
        let levels: Vec<i64> = items.iter().filter_map(|code| answers[*code].as_i64()).collect();
        let good = levels.iter().filter(|level| **level >= 4).count() as i64;
        asked += items.len() as i64;
        answered += levels.len() as i64;
        satisfied += good;
        let unit = by_unit.entry(unit).or_default();
        *unit = (unit.0 + good, unit.1 + levels.len() as i64);
        pairs += levels.len().saturating_sub(1);
        alike += levels.windows(2).filter(|two| (two[0] - two[1]).abs() <= 1).count();
    }
    let share = satisfied as f64 / answered as f64;
    assert!((0.72..0.90).contains(&share), "satisfied: {share}");
    let missing = 1.0 - answered as f64 / asked as f64;
    assert!((0.05..0.15).contains(&missing), "missing: {missing}");
    assert!(months.len() >= 12 && months.values().max() > months.values().min(), "{months:?}");
    let shares: Vec<f64> = by_unit.values().map(|(good, all)| *good as f64 / *all as f64).collect();
    assert!(shares.len() >= 4, "several units: {shares:?}");
    let spread = shares.iter().fold(0f64, |a, b| a.max(*b)) - shares.iter().fold(1f64, |a, b| a.min(*b));
    assert!(spread > 0.05, "units differ: {shares:?}");
    assert!(alike * 10 > pairs * 9, "one person's answers are alike: {alike} of {pairs}");
    assert!(comments.len() > 40, "people say different things: {}", comments.len());
}

#[test]
fn the_same_seed_says_the_same_with_other_ids() {
    let (one, two) = (Database::new(), Database::new());
    demo(&one, &["300"]);
    demo(&two, &["300"]);
    let said = |database: &Database| {
        let mut said: Vec<String> =
            rows(database).into_iter().map(|(_, s, u, p, d, c, _, a)| format!("{s} {u} {p:?} {d} {c} {a}")).collect();
        said.sort();
        said
    };
    assert_eq!(said(&one), said(&two));
    let ids = |database: &Database| rows(database).into_iter().map(|row| row.0).collect::<BTreeSet<_>>();
    assert!(ids(&one).is_disjoint(&ids(&two)));
    demo(&two, &["300", "--seed", "1"]);
    assert_ne!(said(&one), said(&two)[..300].to_vec());
}

#[test]
fn taking_them_away_leaves_what_is_real_and_nothing_else() {
    let database = Database::new();
    demo(&database, &["1200"]);
    // Some become real; of either kind one was taken out of the index.
    database.execute(
        "update submissions set is_demo = false where id in (select id from submissions order by id limit 10)",
    );
    let all = rows(&database);
    for kind in [true, false] {
        let id = SubmissionId(all.iter().find(|row| row.6 == kind).unwrap().0);
        exclude_submission(&mut database.conn(), Utc::now(), &Actor::command_line(), id, Direction::Out, "thử")
            .unwrap();
    }
    assert_eq!(counted(&database, "sipas") + counted(&database, "counter"), 1198);
    assert_eq!(demo(&database, &["--remove"]), "1190 demo submissions removed\n");
    assert_eq!(database.number("select count(*) from submissions"), 10);
    assert_eq!(database.number("select count(*) from exclusions"), 1);
    assert_eq!(database.number("select sum(submissions) from tallies"), 9);
    assert_eq!(counted(&database, "sipas") + counted(&database, "counter"), 9);
    assert_eq!(demo(&database, &["--remove"]), "0 demo submissions removed\n");
    assert_eq!(database.number("select count(*) from audit_log where action like '% demo submissions'"), 2);
}

#[test]
fn there_must_be_a_survey_to_answer() {
    let database = Database::new();
    for code in ["sipas", "counter"] {
        assert_eq!(run(database.url(), &["survey", "close", code], "").0, 0);
    }
    let (code, out, err) = run(database.url(), &["demo", "10"], "");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("no survey takes answers now: open one with"), "{err}");
    assert_eq!(database.number("select count(*) from submissions"), 0);
}

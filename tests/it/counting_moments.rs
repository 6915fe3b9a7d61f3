//! The second moments kept with the counts are what a plain recount finds, and counts that lack them are made anew.

use crate::machines::{fill, fold};
use crate::support::Database;
use diesel::prelude::*;
use hailong::actions::exclude_submission::{Direction, exclude_submission};
use hailong::domain::access::Scope;
use hailong::domain::ids::SubmissionId;
use hailong::domain::moments::Moments;
use hailong::domain::period::Period;
use hailong::domain::tally::{Layout, Tally};
use hailong::storage::audit_log::Actor;
use hailong::storage::tallies::{Filter, Split, sums};
use hailong::storage::{catalogue, schema};
use uuid::Uuid;

const INDEX: &str = "sipas_service/2022";
/// Factors, how many criteria each has, and 60 parted among them: what each criterion weighs in the whole.
const FACTORS: [(&str, usize, i64); 5] =
    [("access", 4, 15), ("procedure", 4, 15), ("officer", 5, 12), ("result", 3, 20), ("feedback", 3, 20)];

fn tally(database: &Database, period: Period) -> Tally {
    let mut conn = database.conn();
    let catalogue = catalogue::load(&mut conn).unwrap();
    let filter = Filter { survey: Some(catalogue.survey("sipas").unwrap().id), period, ..Filter::default() };
    let layout = layout(database);
    sums(&mut conn, &layout, &Scope::All, &filter, Split::Whole).unwrap().into_values().next().unwrap_or_default()
}

fn layout(database: &Database) -> Layout {
    let catalogue = catalogue::load(&mut database.conn()).unwrap();
    hailong::catalog::load(None).unwrap().counting().layout(catalogue.form(INDEX).unwrap())
}

fn moments(database: &Database, tally: &Tally, code: &str) -> Option<Moments> {
    tally.moments(&layout(database), INDEX, code)
}

/// The moments straight from the stored answers: of one factor, each criterion weighing 1, or of the whole.
fn recount(database: &Database, factor: Option<&str>) -> Moments {
    use schema::submissions::dsl::{id, submissions};
    let mut conn = database.conn();
    let survey = catalogue::load(&mut conn).unwrap().survey("sipas").unwrap().id.0;
    let all = database.answers_by_question();
    let rows: Vec<Uuid> =
        submissions.filter(schema::submissions::survey_id.eq(survey)).select(id).load(&mut conn).unwrap();
    let mut sum = Moments { unit: 1, ..Moments::default() };
    for (key, given) in rows.iter().map(|key| (key, &all[key])) {
        let steps = format!("select count(*) from exclusions where submission_id = '{key}'");
        if database.number(&steps) % 2 == 1 {
            continue;
        }
        let (mut y, mut m) = (0, 0);
        for (code, count, weight) in FACTORS.into_iter().filter(|(code, _, _)| factor.is_none_or(|f| f == *code)) {
            let weight = if factor.is_none() { weight } else { 1 };
            for level in (1..=count).filter_map(|i| given[format!("{code}_{i}")].as_i64()) {
                m += weight;
                y += if level >= 4 { weight } else { 0 };
            }
        }
        if m > 0 {
            sum = Moments {
                people: sum.people + 1,
                y: sum.y + y,
                m: sum.m + m,
                yy: sum.yy + y * y,
                ym: sum.ym + y * m,
                mm: sum.mm + m * m,
                ..sum
            };
        }
    }
    sum
}

#[test]
fn moments_are_those_of_a_recount_also_after_exclusions() {
    let database = Database::new();
    fill(&database, 300, 21);
    let ids: Vec<Uuid> =
        schema::submissions::table.select(schema::submissions::id).limit(40).load(&mut database.conn()).unwrap();
    for (place, id) in ids.iter().enumerate() {
        let ways = if place % 3 == 0 { &[Direction::Out, Direction::Back][..] } else { &[Direction::Out] };
        for way in ways {
            let (actor, id) = (Actor::command_line(), SubmissionId(*id));
            exclude_submission(&mut database.conn(), chrono::Utc::now(), &actor, id, *way, "thử").unwrap();
        }
    }
    fold(&database);
    let whole = tally(&database, Period::default());
    for factor in [None, Some("access"), Some("officer"), Some("feedback")] {
        let expected = recount(&database, factor);
        assert!(expected.people > 150 && expected.yy < expected.mm, "{expected:?}");
        assert_eq!(moments(&database, &whole, factor.unwrap_or("sipas_service")), Some(expected), "{factor:?}");
    }
    let day = |month, day| chrono::NaiveDate::from_ymd_opt(2026, month, day);
    let mut parts = tally(&database, Period { from: None, to: day(3, 15) });
    parts.merge(&tally(&database, Period { from: day(3, 16), to: None }));
    assert_eq!(parts, whole, "days and months add up");
}

#[test]
fn counts_made_in_another_way_are_made_anew_and_meanwhile_tell_no_moments() {
    let database = Database::new();
    fill(&database, 60, 22);
    let whole = tally(&database, Period::default());
    // As a program left them that kept other moments: under another mark, which is the first number of what is packed.
    for (table, column) in [("tallies", "whole"), ("tallies", "cells"), ("tally_sums", "counts")] {
        database.execute(&format!("update {table} set {column} = set_byte({column}, 0, get_byte({column}, 0) # 1)"));
    }
    database.execute("update tally_watermark set counted_by = ''");
    let old = tally(&database, Period::default());
    assert_eq!((old.submissions, moments(&database, &old, "sipas_service")), (whole.submissions, None));
    fold(&database);
    assert_eq!(tally(&database, Period::default()), whole);
    assert_eq!(moments(&database, &whole, "sipas_service"), Some(recount(&database, None)));
    // Rows of another layout among those of this one.
    let mut mixed = whole.clone();
    mixed.merge(&Tally { submissions: 3, counts: vec![1; whole.counts.len()] });
    assert_eq!(moments(&database, &mixed, "access"), None);
}

//! Figures by who answered are what a plain recount finds: while days are open, when they are closed, when something comes for a
//! closed day or is taken out, and after everything was counted anew.

use crate::counting::{counting, new_submission, place, store};
use crate::counting_rolled_up::{day, noon, units};
use crate::support::Database;
use crate::support::database::named_answers;
use chrono::NaiveDate;
use diesel::prelude::*;
use hailong::actions::exclude_submission::{Direction, exclude_submission};
use hailong::actions::fold_tallies::fold_all;
use hailong::domain::access::Scope;
use hailong::domain::answers::Answer;
use hailong::domain::ids::{SubmissionId, UnitId};
use hailong::domain::index::measure;
use hailong::domain::narrowing::Narrowing;
use hailong::domain::period::Period;
use hailong::domain::survey::Channel;
use hailong::domain::tally::{Layout, Tally};
use hailong::storage::audit_log::Actor;
use hailong::storage::figures::{Asked, Reader};
use hailong::storage::kept_sizes::KeptSizes;
use hailong::storage::submissions::NewSubmission;
use hailong::storage::{catalogue, schema};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// How many figures of groups must have been compared for it to prove anything.
const FEWEST: usize = 150;

fn add(conn: &mut PgConnection, count: usize, random: &mut StdRng) {
    let place = place(conn);
    for _ in 0..count {
        let mut submission = new_submission(&place, random).submission;
        for (code, options) in [
            ("gender", &["male", "female"][..]),
            ("age", &["18-24", "25-34", "35-49", "50-60", "over_60"]),
            ("ethnicity", &["kinh", "kinh", "kinh", "kinh", "kinh", "other"]),
        ] {
            submission.answers.remove(code);
            if let Some(option) = options.get(random.random_range(0..=options.len())) {
                submission.answers.insert(code, Answer::Choice((*option).into()));
            }
        }
        store(conn, &NewSubmission::new(submission, &place.form, b"secret"));
    }
}

/// A submission that counts.
struct Counted {
    unit: UnitId,
    day: NaiveDate,
    answers: serde_json::Value,
}

/// Every submission that is not taken out.
fn recount(conn: &mut PgConnection) -> Vec<Counted> {
    use schema::{exclusions, submissions};
    let steps: Vec<(Uuid, Option<i16>)> = exclusions::table
        .group_by(exclusions::submission_id)
        .select((exclusions::submission_id, diesel::dsl::max(exclusions::step)))
        .load(conn)
        .unwrap();
    let is_out = |id: &Uuid| steps.iter().any(|(out, step)| out == id && step.unwrap() % 2 == 1);
    let mut answers = named_answers(conn);
    let rows: Vec<(Uuid, i64, NaiveDate)> =
        submissions::table.select((submissions::id, submissions::unit_id, submissions::day)).load(conn).unwrap();
    let kept = rows.into_iter().filter(|(id, ..)| !is_out(id));
    kept.map(|(id, unit, day)| Counted { unit: UnitId(unit), day, answers: answers.remove(&id).unwrap_or_default() })
        .collect()
}

/// The recount by option of a question; none: not answered.
fn by_option(layout: &Layout, question: &str, counted: &[&Counted]) -> BTreeMap<String, Tally> {
    let mut tallies = BTreeMap::new();
    for one in counted {
        let option = one.answers.get(question).and_then(|answer| answer.as_str()).unwrap_or_default();
        let tally = tallies.entry(option.to_owned()).or_insert_with(|| Tally::empty(layout));
        tally.add(layout, &one.answers, 1);
    }
    tallies
}

/// Compares the reader's groups with the recount, and those judged by kept sizes with those by fresh ones; returns how many are shown,
/// and how many are hidden.
fn compare(conn: &mut PgConnection, kept: &Arc<KeptSizes>) -> (usize, usize) {
    let library = hailong::catalog::load(None).unwrap();
    let catalogue = Arc::new(catalogue::load(conn).unwrap());
    let survey = catalogue.survey("sipas").unwrap();
    let form = catalogue.form(&survey.form).unwrap();
    let definition = library.index_for_form(&survey.form, day("2026-06-01").unwrap()).unwrap();
    let layout = library.counting().layout(form);
    let all = recount(conn);
    let periods = [
        (None, None),
        (day("2026-01-01"), day("2026-12-31")),
        (day("2026-04-01"), day("2026-06-30")),
        (day("2026-09-01"), day("2026-09-30")),
        (day("2027-01-01"), day("2027-12-31")),
    ];
    let (mut shown_groups, mut hidden_groups) = (0, 0);
    for breakdown in library.counting().breakdowns(form, &layout) {
        let options: Vec<String> =
            form.options(form.question(&breakdown.question).unwrap()).iter().map(|o| o.code.clone()).collect();
        for (from, to) in periods {
            for unit in [None, Some("H19"), Some("H19.26"), Some("H19.27"), Some("H19.26.11")] {
                let period = Period { from, to };
                let asked = Asked {
                    catalogue: catalogue.clone(),
                    kept: kept.clone(),
                    scope: Scope::All,
                    definition: definition.clone(),
                    layout: layout.clone(),
                    survey: Some(survey.id),
                    mixing: Default::default(),
                    form_version: survey.form_version,
                    narrowing: Narrowing { unit: unit.map(str::to_owned), ..Narrowing::default() },
                    period,
                };
                let afresh = Asked { kept: Arc::default(), ..asked.clone() };
                let [of_fresh, of_kept] = [afresh, asked].map(|asked| {
                    let mut reader = Reader::new(conn, asked).unwrap();
                    reader.options(conn, (breakdown.place, &options)).unwrap().unwrap()
                });
                assert_eq!(of_kept, of_fresh, "{} {unit:?} {from:?}", breakdown.question);
                let groups = of_kept.groups;
                let units = unit.map(|code| catalogue.subtree_of_code(code));
                let is_asked = |one: &&Counted| {
                    units.as_ref().is_none_or(|units| units.contains(&one.unit)) && period.contains(one.day)
                };
                let counted: Vec<&Counted> = all.iter().filter(is_asked).collect();
                let mut expected = by_option(&layout, &breakdown.question, &counted);
                for (option, shown) in groups {
                    let what = format!("{} {option:?} {unit:?} {from:?}", breakdown.question);
                    let tally = expected.remove(&option).unwrap_or_else(|| panic!("{what}"));
                    let Some(submissions) = shown.submissions else {
                        hidden_groups += 1;
                        continue;
                    };
                    assert_eq!(submissions, tally.submissions, "{what}");
                    assert!(submissions >= 5, "{what}: {submissions}");
                    let measured = measure(definition, &layout, &tally).unwrap();
                    if let Some(figures) = &shown.tree.figures {
                        let found = (&figures.share, figures.precision);
                        assert_eq!(found, (&measured.share, measured.precision), "{what}");
                        shown_groups += 1;
                    }
                }
                assert!(expected.is_empty(), "{} {unit:?} {from:?}: {:?}", breakdown.question, expected.keys());
            }
        }
    }
    (shown_groups, hidden_groups)
}

#[test]
fn groups_are_those_of_a_recount_whatever_has_happened_to_the_days() {
    let database = Database::new();
    let mut conn = database.conn();
    let mut random = StdRng::seed_from_u64(7);
    let kept = Arc::default();
    let check = |conn: &mut PgConnection, what: &str| {
        let (shown, hidden) = compare(conn, &kept);
        assert!(shown > FEWEST && hidden > 0, "{what}: {shown} shown, {hidden} hidden");
    };
    fold_all(&mut conn, noon(2026, 6, 15), &counting()).unwrap();
    database.execute("update tally_watermark set closed_before = '2026-06-15'");
    units(&mut conn);
    add(&mut conn, 900, &mut random);
    fold_all(&mut conn, noon(2026, 6, 15), &counting()).unwrap();
    assert!(database.number("select count(*) from tally_group_days where day < '2026-06-15'") == 0);
    assert!(database.number("select count(*) from tally_group_days") > 50);
    check(&mut conn, "days before are closed at once, those after are open");
    add(&mut conn, 200, &mut random);
    let ids: Vec<Uuid> = schema::submissions::table.select(schema::submissions::id).limit(90).load(&mut conn).unwrap();
    for (at, id) in ids.into_iter().enumerate() {
        let id = SubmissionId(id);
        let mut decide = |direction| {
            exclude_submission(&mut conn, noon(2026, 7, 1), &Actor::command_line(), id, direction, "thử").unwrap();
        };
        decide(Direction::Out);
        if at % 3 == 0 {
            decide(Direction::Back);
        }
    }
    fold_all(&mut conn, noon(2026, 9, 20), &counting()).unwrap();
    check(&mut conn, "days are closed by many at once");
    fold_all(&mut conn, noon(2027, 3, 23), &counting()).unwrap();
    assert_eq!(database.number("select count(*) from tally_group_days"), 0);
    add(&mut conn, 60, &mut random);
    fold_all(&mut conn, noon(2027, 3, 23), &counting()).unwrap();
    assert_eq!(database.number("select count(*) from tally_group_days"), 0, "late ones go into the sums");
    check(&mut conn, "all is closed");
    database.execute("update tally_watermark set cluster = 'another', folded_below = 2000000000");
    fold_all(&mut conn, noon(2026, 9, 23), &counting()).unwrap();
    check(&mut conn, "everything is counted anew in another cluster");
}

#[test]
fn groups_are_not_counted_by_procedure_channel_or_days_chosen_by_hand() {
    let database = Database::new();
    let mut conn = database.conn();
    let library = hailong::catalog::load(None).unwrap();
    let catalogue = Arc::new(catalogue::load(&mut conn).unwrap());
    let survey = catalogue.survey("sipas").unwrap();
    let form = catalogue.form(&survey.form).unwrap();
    let layout = library.counting().layout(form);
    let mut reads = |narrowing: Narrowing, period: Period| {
        let asked = Asked {
            catalogue: catalogue.clone(),
            kept: Arc::default(),
            scope: Scope::All,
            definition: library.index_for_form(&survey.form, day("2026-06-01").unwrap()).unwrap().clone(),
            layout: layout.clone(),
            survey: Some(survey.id),
            mixing: Default::default(),
            form_version: survey.form_version,
            narrowing,
            period,
        };
        let place = library.counting().breakdowns(form, &layout)[0].place;
        Reader::new(&mut conn, asked).unwrap().options(&mut conn, (place, &[])).unwrap().is_some()
    };
    let year = Period { from: day("2026-01-01"), to: day("2026-12-31") };
    assert!(reads(Narrowing::default(), year) && reads(Narrowing::default(), Period::default()));
    assert!(!reads(Narrowing::default(), Period { from: day("2026-01-02"), to: None }));
    assert!(!reads(Narrowing { channel: Some(Channel::Web), ..Narrowing::default() }, year));
    assert!(!reads(Narrowing { procedure: Some("1.2".to_owned()), ..Narrowing::default() }, year));
}

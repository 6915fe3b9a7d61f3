//! What pages read, summed up by subtrees, months and years, is what the tallies of single days say: while days are open, when
//! they are closed, when something comes for a closed day, and after the tree of units has changed.

use crate::counting::{counting, new_submission, place, store};
use crate::support::Database;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use diesel::prelude::*;
use hailong::actions::exclude_submission::{Direction, exclude_submission};
use hailong::actions::fold_tallies::fold_all;
use hailong::actions::import_units::import_units;
use hailong::domain::access::Scope;
use hailong::domain::ids::SubmissionId;
use hailong::domain::index::measure;
use hailong::domain::narrowing::Narrowing;
use hailong::domain::period::Period;
use hailong::domain::survey::Channel;
use hailong::storage::audit_log::Actor;
use hailong::storage::figures::{Asked, Reader};
use hailong::storage::kept_sizes::KeptSizes;
use hailong::storage::tallies::{Filter, Split, sums};
use hailong::storage::{catalogue, schema};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;
use uuid::Uuid;

/// How many figures must have been compared for it to prove anything.
const FEWEST: usize = 40;

pub fn noon(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 5, 0, 0).unwrap()
}

pub fn units(conn: &mut PgConnection) {
    let rows = ["H19.26.11,H19.26", "H19.26.12,H19.26", "H19.27,H19", "H19.27.01,H19.27"];
    let row = |row: &&str| format!("{row},Đơn vị,Unit,office,2020-01-01,,,\n");
    let file = "code,parent,name_vi,name_en,kind,valid_from,valid_to,successor,status\n".to_owned();
    let file = file + &rows.iter().map(row).collect::<String>();
    import_units(conn, noon(2026, 1, 1), &Actor::command_line(), file.as_bytes()).unwrap().unwrap();
}

fn add(conn: &mut PgConnection, count: usize, random: &mut StdRng) {
    let place = place(conn);
    for _ in 0..count {
        let mut new = new_submission(&place, random);
        new.submission.channel = [Channel::Web, Channel::Qr, Channel::Kiosk][random.random_range(0..3)];
        store(conn, &new);
    }
}

pub fn day(text: &str) -> Option<NaiveDate> {
    Some(text.parse().unwrap())
}

/// Compares what the reader of figures shows with the tallies of single units, and what it judges by sizes that were kept with what it
/// judges by fresh ones; returns how much could be compared.
fn compare(conn: &mut PgConnection, kept: &Arc<KeptSizes>) -> usize {
    let library = hailong::catalog::load(None).unwrap();
    let catalogue = Arc::new(catalogue::load(conn).unwrap());
    let survey = catalogue.survey("sipas").unwrap();
    let form = catalogue.form(&survey.form).unwrap();
    let definition = library.index_for_form(&survey.form, day("2026-06-01").unwrap()).unwrap();
    let layout = library.counting().layout(form);
    let periods = [
        (None, None),
        (day("2026-01-01"), day("2026-12-31")),
        (day("2026-04-01"), day("2026-06-30")),
        (day("2026-02-10"), day("2026-08-25")),
        (day("2026-01-20"), day("2026-11-03")),
        (day("2026-03-03"), day("2026-03-28")),
        (None, day("2026-11-05")),
    ];
    let mut compared = 0;
    for (from, to) in periods {
        for unit in [None, Some("H19"), Some("H19.26"), Some("H19.27"), Some("H19.26.11")] {
            for channel in [None, Some(Channel::Web)] {
                let narrowing = Narrowing { unit: unit.map(str::to_owned), channel, ..Narrowing::default() };
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
                    narrowing,
                    period,
                };
                let afresh = Asked { kept: Arc::default(), ..asked.clone() };
                let (mut reader, mut afresh) = (Reader::new(conn, asked).unwrap(), Reader::new(conn, afresh).unwrap());
                let filter = reader.filters().remove(0);
                let expected = |conn: &mut PgConnection, filter: &Filter| {
                    let whole = sums(conn, &layout, &Scope::All, filter, Split::Whole).unwrap();
                    whole.into_values().next().unwrap_or_default()
                };
                let tally = expected(conn, &filter);
                let shown = reader.whole(conn).unwrap();
                let what = format!("{unit:?} {channel:?} {from:?} {to:?}");
                assert_eq!(shown, afresh.whole(conn).unwrap(), "{what}");
                assert_eq!(reader.units(conn).unwrap(), afresh.units(conn).unwrap(), "{what}");
                assert_eq!(reader.months(conn).unwrap(), afresh.months(conn).unwrap(), "{what}");
                let Some(submissions) = shown.submissions else { continue };
                assert_eq!(submissions, tally.submissions, "{what}");
                let measured = measure(definition, &layout, &tally).unwrap();
                if let Some(figures) = &shown.tree.figures {
                    assert_eq!((&figures.share, figures.precision), (&measured.share, measured.precision), "{what}");
                    compared += 1;
                }
                for (month, shown) in reader.months(conn).unwrap() {
                    let days = month.days();
                    let within =
                        Period { from: days.from.max(from), to: days.to.map(|d| to.map_or(d, |to| d.min(to))) };
                    let tally = expected(conn, &Filter { period: within, ..filter.clone() });
                    assert!(shown.submissions.is_none_or(|shown| shown == tally.submissions), "{what} {month}");
                    compared += usize::from(shown.submissions.is_some());
                }
                let groups = reader.units(conn).unwrap().side_by_side.groups;
                let parts: Option<i64> = groups.iter().map(|(_, shown)| shown.submissions).sum();
                assert!(parts.is_none_or(|parts| parts == submissions), "{what}: {parts:?} of {submissions}");
            }
        }
    }
    compared
}

#[test]
fn pages_read_what_the_days_say_whatever_has_happened_to_them() {
    let database = Database::new();
    let mut conn = database.conn();
    let mut random = StdRng::seed_from_u64(11);
    let kept = Arc::<KeptSizes>::default();
    fold_all(&mut conn, noon(2026, 6, 15), &counting()).unwrap();
    database.execute("update tally_watermark set closed_before = '2026-06-15'");
    units(&mut conn);
    add(&mut conn, 700, &mut random);
    fold_all(&mut conn, noon(2026, 6, 15), &counting()).unwrap();
    let compared = compare(&mut conn, &kept);
    assert!(compared > FEWEST, "days before are closed at once, those after are open: {compared}");
    add(&mut conn, 200, &mut random);
    fold_all(&mut conn, noon(2026, 6, 15), &counting()).unwrap();
    assert!(compare(&mut conn, &kept) > FEWEST, "many came for closed days");
    let ids: Vec<Uuid> = schema::submissions::table.select(schema::submissions::id).limit(90).load(&mut conn).unwrap();
    for id in ids {
        let id = SubmissionId(id);
        exclude_submission(&mut conn, noon(2026, 7, 1), &Actor::command_line(), id, Direction::Out, "thử").unwrap();
    }
    fold_all(&mut conn, noon(2026, 9, 20), &counting()).unwrap();
    assert_eq!(database.number("select sum(submissions) from tallies"), 810);
    assert!(database.number("select count(*) from tally_watermark where closed_before = '2026-09-20'") == 1);
    assert!(compare(&mut conn, &kept) > FEWEST, "days closed by many at once");
    fold_all(&mut conn, noon(2026, 9, 23), &counting()).unwrap();
    add(&mut conn, 1, &mut random);
    fold_all(&mut conn, noon(2026, 9, 23), &counting()).unwrap();
    assert!(compare(&mut conn, &kept) > FEWEST, "days closed by few at once");
    // A unit is put under another one.
    let before = database.text("select tree from tally_watermark");
    database.execute(
        "update units set parent_id = (select id from units where code = 'H19.27') where code = 'H19.26.12'; \
         update catalogue_revision set revision = revision + 1",
    );
    assert!(compare(&mut conn, &kept) > FEWEST, "sums of another tree are not read");
    add(&mut conn, 1, &mut random);
    fold_all(&mut conn, noon(2026, 9, 23), &counting()).unwrap();
    assert_ne!(database.text("select tree from tally_watermark"), before);
    assert!(database.number("select count(*) from tally_subtrees") > 100);
    assert!(compare(&mut conn, &kept) > FEWEST, "they are summed up anew");
    database.execute("update tally_watermark set cluster = 'another', folded_below = 2000000000");
    fold_all(&mut conn, noon(2026, 9, 23), &counting()).unwrap();
    assert!(compare(&mut conn, &kept) > FEWEST, "everything is counted anew in another cluster");
    assert_eq!(database.number("select sum(submissions) from tallies"), 812);
}

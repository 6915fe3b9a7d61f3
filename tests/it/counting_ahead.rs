//! What may be shown is the same whether it is found out ahead, on threads of their own, or when it is asked.

use crate::counting::{counting, new_submission, place, store};
use crate::counting_rolled_up::{day, noon, units};
use crate::support::Database;
use chrono::Days;
use hailong::actions::fold_tallies::fold_all;
use hailong::domain::access::Scope;
use hailong::domain::narrowing::Narrowing;
use hailong::domain::period::Period;
use hailong::domain::survey::Channel;
use hailong::storage::catalogue;
use hailong::storage::figures::{Asked, Reader};
use hailong::storage::kept_sizes::KeptSizes;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;

#[test]
fn looking_ahead_shows_and_hides_the_same() {
    let database = Database::new();
    let mut conn = database.conn();
    let conn = &mut conn;
    let mut random = StdRng::seed_from_u64(23);
    units(conn);
    let codes = ["9.000101", "9.000102", "9.000103"];
    for code in codes {
        database.execute(&format!(
            "insert into procedures (code, name_vi, name_en, field_vi, field_en, valid_from) \
             values ('{code}', 'Thủ tục', 'Procedure', 'Lĩnh vực', 'Field', '2020-01-01')"
        ));
    }
    let (at, known) = (place(conn), catalogue::load(conn).unwrap());
    for _ in 0..1_500 {
        let mut new = new_submission(&at, &mut random);
        new.submission.procedure = known.procedures_of_code(codes[random.random_range(0..3)]).first().copied();
        new.submission.channel = [Channel::Web, Channel::Qr][random.random_range(0..2)];
        // Three years, so that there are more months than one thread takes.
        new.submission.day = new.submission.day - Days::new(365 * random.random_range(0..3));
        store(conn, &new);
    }
    fold_all(conn, noon(2027, 3, 1), &counting()).unwrap();
    let library = hailong::catalog::load(None).unwrap();
    let catalogue = Arc::new(known);
    let definition = library.index_for_form(&at.survey.form, day("2026-06-01").unwrap()).unwrap();
    let periods = [(None, None), (day("2026-01-01"), day("2026-12-31")), (day("2024-04-10"), day("2026-11-20"))];
    let (mut shown, mut hidden) = (0, 0);
    let kept = Arc::<KeptSizes>::default();
    for (from, to) in periods {
        for unit in [None, Some("H19.26"), Some("H19.27.01")] {
            for channel in [None, Some(Channel::Qr)] {
                let (unit, procedure) = (unit.map(str::to_owned), Some("9.000102".to_owned()));
                let asked = Asked {
                    catalogue: catalogue.clone(),
                    kept: kept.clone(),
                    scope: Scope::All,
                    definition: definition.clone(),
                    layout: library.counting().layout(&at.form),
                    survey: Some(at.survey.id),
                    mixing: Default::default(),
                    form_version: at.survey.form_version,
                    narrowing: Narrowing { unit, procedure, channel, ..Narrowing::default() },
                    period: Period { from, to },
                };
                let (is_wide, what) =
                    (asked.narrowing.unit.is_none(), format!("{:?} {from:?} {to:?}", asked.narrowing));
                // Sizes that were kept say what fresh ones say.
                let afresh = Asked { kept: Arc::default(), ..asked.clone() };
                let [mut then, mut ahead] = [afresh, asked].map(|asked| Reader::new(conn, asked).unwrap());
                ahead.look_ahead();
                assert_eq!(ahead.whole(conn).unwrap(), then.whole(conn).unwrap(), "{what}");
                assert_eq!(ahead.units(conn).unwrap(), then.units(conn).unwrap(), "{what}");
                let months = then.months(conn).unwrap();
                assert_eq!(ahead.months(conn).unwrap(), months, "{what}");
                assert_eq!(ahead.channels(conn).unwrap(), then.channels(conn).unwrap(), "{what}");
                shown += months.iter().filter(|(_, month)| month.submissions.is_some()).count();
                hidden += months.iter().filter(|(_, month)| month.submissions.is_none()).count();
                if from.is_none() && is_wide {
                    assert!(months.len() > 30, "{what}: {} are too few to be shared among threads", months.len());
                }
            }
        }
    }
    assert!(shown > 40 && hidden > 40, "{shown} months shown, {hidden} hidden");
}

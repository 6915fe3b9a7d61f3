//! Which narrowings are shown, on a small office.

use super::*;
use crate::domain::text::Text;
use crate::domain::unit::{Unit, UnitCode};
use std::collections::BTreeMap;

fn unit(id: i64, code: &str, parent: Option<i64>) -> Unit {
    Unit {
        id: UnitId(id),
        code: UnitCode::parse(code).unwrap(),
        parent: parent.map(UnitId),
        name: Text { vi: code.into(), en: code.into() },
        kind: "office".into(),
        valid_from: NaiveDate::MIN,
        valid_to: None,
        successor: None,
        status: String::new(),
    }
}

/// H1 with H1.1 (H1.1.1, H1.1.2) and H1.2.
fn office() -> Catalogue {
    let units = vec![
        unit(1, "H1", None),
        unit(2, "H1.1", Some(1)),
        unit(3, "H1.1.1", Some(2)),
        unit(4, "H1.1.2", Some(2)),
        unit(5, "H1.2", Some(1)),
    ];
    Catalogue::new(1, units, vec![], vec![], BTreeMap::new())
}

fn size(unit: i64, channel: Channel, month: u32, submissions: i64) -> Size {
    let month = NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
    Size { unit: UnitId(unit), procedure: None, channel, month, side: Side::Within, submissions }
}

fn year() -> Period {
    Calendar::Year(2026).days()
}

fn of_unit(code: &str) -> Narrowing {
    Narrowing { unit: Some(code.to_owned()), ..Narrowing::default() }
}

#[test]
fn a_small_unit_takes_its_neighbour_along_and_all_below() {
    let sizes = [size(3, Channel::Web, 1, 6), size(4, Channel::Web, 1, 20), size(5, Channel::Web, 1, 3)];
    let mut judge = Disclosure::new(&office(), &Scope::All, year(), &sizes);
    assert!(judge.may_show(&Narrowing::default()) && judge.may_show(&of_unit("H1")));
    for hidden in ["H1.2", "H1.1", "H1.1.1", "H1.1.2"] {
        assert!(!judge.may_show(&of_unit(hidden)), "{hidden}");
    }
    let own = Scope::Units(vec![UnitId(2), UnitId(3), UnitId(4)]);
    let mut judge = Disclosure::new(&office(), &own, year(), &sizes[..2]);
    assert!(judge.may_show(&of_unit("H1.1.1")), "who cannot see the neighbour cannot subtract");
}

#[test]
fn what_was_sent_to_a_unit_itself_is_a_group_beside_those_below() {
    let sizes = [size(2, Channel::Web, 1, 2), size(3, Channel::Web, 1, 30), size(4, Channel::Web, 1, 20)];
    let mut judge = Disclosure::new(&office(), &Scope::All, year(), &sizes);
    assert!(judge.may_show(&of_unit("H1.1")) && judge.may_show(&of_unit("H1.1.1")));
    assert!(!judge.may_show(&of_unit("H1.1.2")), "else the two would be H1.1 without those below");
    assert!(!judge.may_show(&Narrowing { is_direct: true, ..of_unit("H1.1") }));
    assert!(judge.may_show(&Narrowing { is_direct: true, ..of_unit("H1.1.1") }));
}

#[test]
fn a_small_month_hides_within_its_quarter() {
    let sizes =
        [4, 5, 6, 7].map(|month| size(5, Channel::Web, month, if month == 4 { 3 } else { 10 + i64::from(month) }));
    let month = |m| Narrowing { month: Some(Calendar::Month(2026, m)), ..Narrowing::default() };
    let mut judge = Disclosure::new(&office(), &Scope::All, year(), &sizes);
    assert!(!judge.may_show(&month(4)) && !judge.may_show(&month(5)));
    assert!(judge.may_show(&month(6)) && judge.may_show(&month(7)));
    assert!(judge.may_show(&month(1)), "nobody answered in January");
    let mut judge = Disclosure::new(&office(), &Scope::All, Calendar::Month(2026, 5).days(), &sizes);
    assert!(!judge.may_show(&Narrowing::default()), "the same month asked for by itself");
}

#[test]
fn days_chosen_by_hand_are_compared_with_the_rest_of_the_year() {
    let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d);
    let period = Period { from: day(1, 1), to: day(11, 20) };
    let mut sizes = vec![size(5, Channel::Web, 3, 40), size(5, Channel::Web, 11, 10), size(5, Channel::Web, 11, 2)];
    sizes[2].side = Side::After;
    let mut judge = Disclosure::new(&office(), &Scope::All, period, &sizes);
    assert!(!judge.may_show(&Narrowing::default()), "two came after: the year would tell them");
    sizes[2].submissions = 9;
    assert!(Disclosure::new(&office(), &Scope::All, period, &sizes).may_show(&Narrowing::default()));
    let whole = window(period);
    assert_eq!((whole.from, whole.to), (day(1, 1), day(12, 31)));
}

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
    Size { unit: UnitId(unit), procedure: None, channel, day: month, submissions }
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

fn on(unit: i64, month: u32, day: u32, submissions: i64) -> Size {
    Size { day: NaiveDate::from_ymd_opt(2026, month, day).unwrap(), ..size(unit, Channel::Web, month, submissions) }
}

#[test]
fn days_chosen_by_hand_are_compared_with_the_rest_of_the_year() {
    let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d);
    let period = Period { from: day(1, 1), to: day(11, 20) };
    assert_eq!(cut_months(period), [day(11, 1).unwrap()]);
    let mut sizes = vec![size(5, Channel::Web, 3, 40), on(5, 11, 9, 10), on(5, 11, 27, 2)];
    let mut judge = Disclosure::new(&office(), &Scope::All, period, &sizes);
    assert!(!judge.may_show(&Narrowing::default()), "two came after: the year would tell them");
    sizes[2].submissions = 9;
    assert!(Disclosure::new(&office(), &Scope::All, period, &sizes).may_show(&Narrowing::default()));
    let whole = window(period);
    assert_eq!((whole.from, whole.to), (day(1, 1), day(12, 31)));
}

#[test]
fn a_year_is_compared_with_all_time() {
    let last_year = |submissions| Size {
        day: NaiveDate::from_ymd_opt(2025, 12, 1).unwrap(),
        ..size(5, Channel::Web, 12, submissions)
    };
    let all = Period::default();
    for (few, shown) in [(2, false), (9, true)] {
        let sizes = [size(5, Channel::Web, 3, 40), last_year(few)];
        let judge = |period| Disclosure::new(&office(), &Scope::All, period, &sizes).may_show(&Narrowing::default());
        assert!(judge(all));
        assert_eq!(judge(year()), shown, "all time less this year would be {few}");
        assert_eq!(judge(Calendar::Year(2025).days()), shown);
    }
    let siblings = siblings_of_period(year()).unwrap();
    assert_eq!((siblings.0, siblings.1.len()), (1, 3));
}

#[test]
fn two_periods_that_differ_by_a_day_tell_nothing_about_few() {
    let day = |d| NaiveDate::from_ymd_opt(2026, 3, d);
    let sizes = [size(5, Channel::Web, 1, 40), on(5, 3, 2, 6), on(5, 3, 4, 3), on(5, 3, 5, 3), on(5, 3, 9, 7)];
    let until = |d| {
        let period = Period { from: NaiveDate::from_ymd_opt(2026, 1, 1), to: day(d) };
        Disclosure::new(&office(), &Scope::All, period, &sizes).may_show(&Narrowing::default())
    };
    assert!(until(2) && until(3), "nobody answered on the third");
    assert!(!until(4), "three more than on the third");
    assert!(until(5) && until(8), "six more");
    assert!(until(9) && until(30));
}

proptest::proptest! {
    #[test]
    fn between_two_possible_ends_there_are_none_or_at_least_five(days in proptest::collection::vec(0i64..9, 0..31)) {
        let total: i64 = days.iter().sum();
        let ends: Vec<i64> = possible_ends(days.into_iter()).into_iter().collect();
        proptest::prop_assert!(ends.contains(&0) && ends.contains(&total));
        for pair in ends.windows(2) {
            proptest::prop_assert!(pair[1] - pair[0] >= SMALLEST_SHOWN || ends == [0, total]);
        }
    }
}

#[test]
fn a_procedure_is_hidden_under_each_way_of_writing_its_code() {
    let procedure = crate::domain::procedure::Procedure {
        id: ProcedureId(1),
        code: "2.002311".to_owned(),
        name: Text::default(),
        field: Text::default(),
        units: vec![UnitId(5)],
        valid_from: NaiveDate::MIN,
        valid_to: None,
        status: String::new(),
    };
    let units = office().units().to_vec();
    let catalogue = Catalogue::new(1, units, vec![procedure], vec![], BTreeMap::new());
    let few = Size { procedure: Some(ProcedureId(1)), ..size(5, Channel::Web, 3, 3) };
    let sizes = [size(5, Channel::Web, 3, 40), few];
    let mut judge = Disclosure::new(&catalogue, &Scope::All, year(), &sizes);
    for code in ["2.002311", "2.002311.000.00.00.H19", "2.002311.000.00.00.h19"] {
        let narrowing = Narrowing { procedure: Some(code.to_owned()), ..Narrowing::default() };
        assert!(!judge.may_show(&narrowing), "{code}: three people");
    }
}

/// The judge of a question with two options over packed sizes of units: by unit, no answer and each option.
fn judge_of_options(sizes: &[(i64, [i64; 3])]) -> Disclosure {
    let (catalogue, options) = (office(), ["a".to_owned(), "b".to_owned()]);
    let mut sizing = Sizing::by_option(&catalogue, &Scope::All, year(), &options);
    for (unit, of_options) in sizes {
        let of_unit = of_options.iter().zip(0..).map(|(size, option)| ((1, option, 0), *size)).collect();
        let packed = crate::domain::tally_pack::pack_sizes(&of_unit);
        let months = [None, NaiveDate::from_ymd_opt(2026, 1, 1)];
        sizing.add_packed(UnitId(*unit), &months, &packed).unwrap();
    }
    sizing.judge()
}

fn of_option(unit: Option<&str>, option: &str) -> Narrowing {
    Narrowing { unit: unit.map(str::to_owned), procedure: Some(option.to_owned()), ..Narrowing::default() }
}

#[test]
fn a_small_option_takes_the_smallest_other_along() {
    let mut judge = judge_of_options(&[(2, [30, 3, 20])]);
    assert!(!judge.may_show(&of_option(None, "a")) && !judge.may_show(&of_option(None, "b")));
    assert!(judge.may_show(&of_option(None, "")), "the largest stays");
    let mut judge = judge_of_options(&[(2, [30, 9, 20])]);
    assert!(["", "a", "b"].iter().all(|option| judge.may_show(&of_option(None, option))));
}

#[test]
fn a_small_option_of_an_office_is_not_what_is_left_of_the_one_above() {
    let mut judge = judge_of_options(&[(3, [20, 3, 40]), (4, [20, 30, 40])]);
    assert!(judge.may_show(&of_option(Some("H1.1"), "a")), "33 of the two");
    for office in ["H1.1.1", "H1.1.2"] {
        assert!(!judge.may_show(&of_option(Some(office), "a")), "{office}: else the other follows");
    }
}

/// An office with three procedures, codes `P1` to `P3`.
fn office_of_procedures() -> Catalogue {
    let procedure = |id: i64| procedure::Procedure {
        id: ProcedureId(id),
        code: format!("P{id}"),
        name: Text::default(),
        field: Text::default(),
        units: vec![],
        valid_from: NaiveDate::MIN,
        valid_to: None,
        status: String::new(),
    };
    Catalogue::new(1, office().units().to_vec(), (1..=3).map(procedure).collect(), vec![], BTreeMap::new())
}

proptest::proptest! {
    #[test]
    fn a_judge_of_one_procedure_says_what_a_judge_of_all_says_of_it(
        groups in proptest::collection::vec((2i64..=5, 1i64..=3, 0usize..2, 1u32..=3, 1u32..=28, 1i64..30), 1..60)
    ) {
        let catalogue = office_of_procedures();
        let until = |day| Period { from: NaiveDate::from_ymd_opt(2026, 1, 1), to: NaiveDate::from_ymd_opt(2026, 3, day) };
        for period in [Period::default(), year(), until(15)] {
            let judge = |of_procedures| {
                let mut sizing = Sizing::new(&catalogue, &Scope::All, period, of_procedures);
                for (unit, procedure, channel, month, day, submissions) in &groups {
                    let channel = [Channel::Web, Channel::Qr][*channel];
                    let procedure = Some(ProcedureId(*procedure));
                    sizing.add_size(&Size { procedure, channel, ..on(*unit, *month, *day, *submissions) });
                }
                sizing.judge()
            };
            let (mut of_all, mut of_one) = (judge(OfProcedures::Each), judge(OfProcedures::One(procedure::key_of("P2"))));
            for unit in [None, Some("H1"), Some("H1.1"), Some("H1.1.2"), Some("H1.2")] {
                for channel in [None, Some(Channel::Web)] {
                    let (unit, procedure) = (unit.map(str::to_owned), Some("P2".to_owned()));
                    let narrowing = Narrowing { unit, channel, procedure, ..Narrowing::default() };
                    proptest::prop_assert_eq!(of_one.may_show(&narrowing), of_all.may_show(&narrowing), "{:?}", narrowing);
                    proptest::prop_assert_eq!(of_one.with_data(&narrowing), of_all.with_data(&narrowing));
                    for other in [None, Some("P1".to_owned())] {
                        let asked = Narrowing { procedure: other, ..narrowing.clone() };
                        proptest::prop_assert!(!of_one.may_show(&asked), "it knows nothing of others");
                    }
                }
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn sizes_gathered_for_many_judges_say_what_those_of_one_say(
        closed in proptest::collection::vec((2i64..=5, 1i64..=3, 0usize..2, 1u32..=5, 1u32..=28, 1i64..30), 0..60),
        open in proptest::collection::vec((2i64..=5, 1i64..=3, 0usize..2, 5u32..=6, 1u32..=28, 1i64..30), 0..10)
    ) {
        let catalogue = office_of_procedures();
        let size = |(unit, procedure, channel, month, day, submissions): &(i64, i64, usize, u32, u32, i64)| {
            let (procedure, channel) = (Some(ProcedureId(*procedure)), [Channel::Web, Channel::Qr][*channel]);
            Size { procedure, channel, ..on(*unit, *month, *day, *submissions) }
        };
        let (closed, open): (Vec<Size>, Vec<Size>) = (closed.iter().map(size).collect(), open.iter().map(size).collect());
        let gathered = |of_procedures| {
            let mut sizing = Sizing::new(&catalogue, &Scope::All, Period::default(), of_procedures);
            closed.iter().for_each(|size| sizing.add_size(size));
            sizing.gathered()
        };
        let (together, each) = (gathered(OfProcedures::Together), gathered(OfProcedures::Each));
        let from = |month, day| NaiveDate::from_ymd_opt(2026, month, day);
        let by_hand = [(None, from(3, 15)), (from(2, 10), from(2, 20)), (from(2, 10), from(5, 20)), (from(2, 1), from(4, 30))];
        let calendar = [Period::default(), year(), Calendar::Quarter(2026, 1).days(), Calendar::Month(2026, 5).days()];
        for period in by_hand.map(|(from, to)| Period { from, to }).into_iter().chain(calendar) {
            for procedure in [None, Some("P2")] {
                let key = procedure.map(procedure::key_of);
                let of_procedures = key.clone().map_or(OfProcedures::Together, OfProcedures::One);
                let mut plain = Sizing::new(&catalogue, &Scope::All, period, of_procedures);
                closed.iter().chain(&open).for_each(|size| plain.add_size(size));
                let gathered = if procedure.is_some() { &each } else { &together };
                let of_procedures = key.clone().map_or(OfProcedures::Together, OfProcedures::One);
                let mut sizing = Sizing::new(&catalogue, &Scope::All, period, of_procedures);
                sizing.begin_with(gathered);
                let cut: Vec<NaiveDate> = sizing.cut_months().collect();
                let of_days = |size: &&Size| size.day.with_day(1).is_some_and(|month| cut.contains(&month));
                closed.iter().filter(of_days).chain(&open).for_each(|size| sizing.add_size(size));
                let (mut plain, mut judge) = (plain.judge(), sizing.judge());
                for unit in [None, Some("H1"), Some("H1.1"), Some("H1.1.2"), Some("H1.2")] {
                    for (channel, month) in [(None, None), (Some(Channel::Web), None), (None, Some(Calendar::Month(2026, 3)))] {
                        let (unit, procedure) = (unit.map(str::to_owned), procedure.map(str::to_owned));
                        let narrowing = Narrowing { unit, channel, procedure, month, is_direct: false };
                        let (said, expected) = (judge.may_show(&narrowing), plain.may_show(&narrowing));
                        proptest::prop_assert_eq!(said, expected, "{:?} {:?}", period, narrowing);
                        proptest::prop_assert_eq!(judge.with_data(&narrowing), plain.with_data(&narrowing));
                    }
                }
            }
        }
    }
}

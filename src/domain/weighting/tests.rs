//! Weighting against numbers worked out elsewhere, and what must hold whatever comes.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn margin(name: &str, rows: &[&str], totals: &[(&str, f64)]) -> Margin {
    Margin {
        name: name.to_owned(),
        rows: rows.iter().map(|r| (*r).to_owned()).collect(),
        totals: totals.iter().map(|(category, total)| ((*category).to_owned(), *total)).collect(),
    }
}

const SEX: [&str; 8] = ["m", "m", "m", "f", "f", "f", "f", "f"];
const AREA: [&str; 8] = ["u", "u", "r", "u", "r", "r", "r", "u"];
const WEIGHTS: [f64; 8] = [10.0, 10.0, 20.0, 10.0, 20.0, 20.0, 30.0, 5.0];

#[test]
fn post_stratification_meets_its_totals() {
    let found = post_stratify(&WEIGHTS, &margin("sex", &SEX, &[("m", 80.0), ("f", 120.0)])).unwrap();
    let f = 120.0 / 85.0;
    let expected = [20.0, 20.0, 40.0, 10.0 * f, 20.0 * f, 20.0 * f, 30.0 * f, 5.0 * f];
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
}

/// The numbers are those of iterative proportional fitting in numpy, run until nothing changed.
#[test]
fn raking_comes_to_the_numbers_of_another_program() {
    let margins =
        [margin("sex", &SEX, &[("m", 80.0), ("f", 120.0)]), margin("area", &AREA, &[("u", 90.0), ("r", 110.0)])];
    let raked = rake(&WEIGHTS, &margins).unwrap();
    let expected = [
        26.804090772,
        26.804090772,
        26.391818457,
        24.261212304,
        23.888051870,
        23.888051870,
        35.832077804,
        12.130606152,
    ];
    assert!(raked.weights.iter().zip(expected).all(|(a, b): (&f64, f64)| (a - b).abs() < 1e-6), "{raked:?}");
    assert!(raked.rounds < 30, "{}", raked.rounds);
}

#[test]
fn margins_that_cannot_be_met_name_themselves() {
    let sex = |totals: &[(&str, f64)]| margin("sex", &SEX, totals);
    let area = margin("area", &AREA, &[("u", 90.0), ("r", 110.0)]);
    let fault = |margins: &[Margin]| rake(&WEIGHTS, margins).unwrap_err();
    let name = |text: &str| text.to_owned();
    assert_eq!(fault(&[sex(&[("m", 80.0)])]), CalibrationFault::NoTotal(name("sex"), name("f")));
    let third = sex(&[("m", 80.0), ("f", 100.0), ("x", 20.0)]);
    assert_eq!(fault(&[third]), CalibrationFault::NobodyOf(name("sex"), name("x")));
    let zero = sex(&[("m", 80.0), ("f", 0.0)]);
    assert_eq!(fault(&[zero]), CalibrationFault::BadTotal(name("sex"), name("f"), 0.0));
    let more = sex(&[("m", 80.0), ("f", 130.0)]);
    assert_eq!(fault(&[area, more]), CalibrationFault::SumsDiffer(name("area"), 200.0, name("sex"), 210.0));
    let blank = margin("sex", &["m", "", "m", "f", "f", "f", "f", ""], &[("m", 1.0), ("f", 1.0)]);
    assert_eq!(fault(&[blank]), CalibrationFault::Blank(name("sex"), 2));
    // All men are in town and all women are not: no weights give half of each and a third of the other.
    let rows = ["a", "a", "b", "b"];
    let one = margin("one", &rows, &[("a", 50.0), ("b", 50.0)]);
    let other = margin("other", &rows, &[("a", 30.0), ("b", 70.0)]);
    let CalibrationFault::NoEnd(margin, category, off) = rake(&[1.0; 4], &[one, other]).unwrap_err() else { panic!() };
    assert!(margin == "one" && ["a", "b"].contains(&category.as_str()), "{margin}, {category}");
    assert!((off - 0.4).abs() < 1e-9, "{off}");
}

#[test]
fn trimming_cuts_shares_out_and_tells() {
    let trimmed = trim(&[1.0, 1.0, 2.0, 16.0], Cap::At(8.0)).unwrap();
    assert_eq!((trimmed.weights, trimmed.cut, trimmed.moved), (vec![3.0, 3.0, 6.0, 8.0], 1, 8.0));
    let again = trim(&[1.0, 1.0, 7.0, 11.0], Cap::At(8.0)).unwrap();
    assert_eq!(again.cut, 2, "the second round cuts too");
    assert!(again.weights.iter().zip([2.0, 2.0, 8.0, 8.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{again:?}");
    assert_eq!(trim(&[1.0, 2.0, 3.0], Cap::TimesMedian(2.0)).unwrap().cut, 0);
    assert_eq!(trim(&[1.0, 1.0, 10.0], Cap::TimesMedian(3.0)), Err(TrimFault { cap: 3.0, mean: 4.0 }));
    assert!(trim(&[], Cap::TimesMedian(3.0)).is_ok());
}

#[test]
fn the_effective_size_is_kish_s() {
    assert_eq!(effective_size(&[2.0; 50]), 50.0);
    assert!((effective_size(&[1.0, 3.0]) - 1.6).abs() < 1e-12);
    let weighed = Weighed::of(&[1.0, 3.0]).unwrap();
    assert_eq!((weighed.n, weighed.people, weighed.smallest, weighed.largest), (2, 4.0, 1.0, 3.0));
    assert!((weighed.design_effect() - 1.25).abs() < 1e-12);
    assert_eq!((effective_size(&[]), Weighed::of(&[])), (0.0, None));
}

fn row(stratum: &str, cluster: Option<&str>, weight: f64, fpc: Option<f64>) -> Returned {
    Returned { stratum: stratum.to_owned(), cluster: cluster.map(str::to_owned), weight, fpc }
}

fn class(stratum: &str, cluster: Option<&str>, weight: f64) -> Class {
    Class { stratum: stratum.to_owned(), cluster: cluster.map(str::to_owned), weight }
}

#[test]
fn those_who_answered_speak_for_those_drawn_with_them() {
    let issued = [class("a", None, 100.0), class("b", None, 60.0), class("c", None, 9.0), class("d", None, 40.0)];
    let rows = [
        row("a", None, 10.0, Some(100.0)),
        row("a", None, 10.0, Some(100.0)),
        row("b", None, 2.0, Some(60.0)),
        row("d", None, 4.0, Some(40.0)),
    ];
    let found = for_non_response(&issued, &rows);
    assert_eq!(found.weights, [50.0, 50.0, 60.0, 40.0]);
    assert_eq!((found.unrepresented, found.unrepresented_people), (vec!["c".to_owned()], 9.0));
    assert_eq!(found.strata, ["a+b+d"; 4], "two single answers need company");
    assert_eq!(found.fpc, Some(vec![200.0; 4]));
}

#[test]
fn a_cluster_that_is_silent_is_spoken_for_within_its_stratum() {
    let issued = [class("*", Some("x"), 30.0), class("*", Some("y"), 30.0), class("*", Some("z"), 40.0)];
    let rows = [row("*", Some("x"), 1.0, None), row("*", Some("x"), 1.0, None), row("*", Some("y"), 5.0, None)];
    let found = for_non_response(&issued, &rows);
    assert_eq!(found.weights, [25.0, 25.0, 50.0]);
    assert_eq!((&found.fpc, found.joined.len(), found.unrepresented.len()), (&None, 0, 0));
    let design = found.design(found.weights.clone()).unwrap();
    assert_eq!((design.clusters(), design.degrees_of_freedom()), (2, 1));
}

#[test]
fn a_whole_stratum_of_one_person_stands_alone() {
    let rows = [row("a", None, 1.0, Some(1.0)), row("b", None, 2.0, Some(4.0)), row("b", None, 2.0, Some(4.0))];
    let found = for_non_response(&[class("a", None, 1.0), class("b", None, 4.0)], &rows);
    assert_eq!((found.strata.as_slice(), found.joined.len()), (["a", "b", "b"].map(str::to_owned).as_slice(), 0));
    assert!(found.design(found.weights.clone()).is_ok());
}

proptest! {
    #[test]
    fn whatever_came_back_has_a_design_and_the_weight_of_its_strata(
        strata in proptest::collection::vec((1usize..5, 0usize..5), 1..8)
    ) {
        let (mut issued, mut rows) = (Vec::new(), Vec::new());
        for (at, (extra, answered)) in strata.iter().enumerate() {
            let (name, all) = (format!("s{at}"), (answered + extra) as f64 * 3.0);
            issued.push(class(&name, None, all));
            rows.extend((0..*answered).map(|_| row(&name, None, 3.0, Some(all))));
        }
        let found = for_non_response(&issued, &rows);
        let people: f64 = found.weights.iter().sum();
        let all: f64 = issued.iter().map(|class| class.weight).sum();
        prop_assert!((people + found.unrepresented_people - all).abs() < 1e-9);
        if rows.len() > 1 {
            prop_assert!(found.design(found.weights.clone()).is_ok());
        }
    }

    #[test]
    fn raked_weights_meet_every_margin(weights in proptest::collection::vec(0.5f64..20.0, 12), m in 20.0f64..180.0, u in 20.0f64..180.0) {
        let sex: Vec<&str> = (0..12).map(|n| if n % 2 == 0 { "m" } else { "f" }).collect();
        let area: Vec<&str> = (0..12).map(|n| if n % 3 == 0 { "u" } else { "r" }).collect();
        let margins = [margin("sex", &sex, &[("m", m), ("f", 200.0 - m)]), margin("area", &area, &[("u", u), ("r", 200.0 - u)])];
        let raked = rake(&weights, &margins).unwrap();
        for margin in &margins {
            let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
            for (category, weight) in margin.rows.iter().zip(&raked.weights) {
                *sums.entry(category).or_insert(0.0) += weight;
            }
            prop_assert!(sums.iter().all(|(category, sum)| (sum - margin.totals[*category]).abs() < 1e-6));
        }
        prop_assert!(raked.weights.iter().all(|weight| *weight > 0.0));
    }

    #[test]
    fn trimming_keeps_the_sum_and_the_cap(weights in proptest::collection::vec(0.1f64..50.0, 1..30), times in 1.2f64..5.0) {
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        let trimmed = trim(&weights, Cap::At(mean * times)).unwrap();
        let (before, after): (f64, f64) = (weights.iter().sum(), trimmed.weights.iter().sum());
        prop_assert!((before - after).abs() < 1e-6 * before);
        prop_assert!(trimmed.weights.iter().all(|weight| *weight <= trimmed.cap * (1.0 + 1e-12)));
    }
}

//! Sizes against published tables, chance against another implementation, draws against their stated probabilities.

use super::*;
use proptest::prelude::*;

fn list(units: &[usize]) -> Vec<Listed> {
    let of = |(at, people): (usize, &usize)| {
        let unit = format!("U{at:02}");
        (0..*people).map(move |n| Listed {
            unit: unit.clone(),
            order: [format!("p{}", n % 3), String::new(), format!("{n:05}")],
        })
    };
    units.iter().enumerate().flat_map(of).collect()
}

fn plan(method: Method, size: u64, least: u64, seed: u64) -> DrawPlan {
    DrawPlan { method, size, least, seed }
}

const BY_SIZE: Method = Method::TwoStage { units: 3, first: FirstStage::BySize };
const SIMPLE: Method = Method::TwoStage { units: 3, first: FirstStage::Simple };

#[test]
fn sizes_are_those_of_the_tables() {
    for (population, error, size) in [(1000, 0.05, 286), (10_000, 0.05, 385), (400, 0.05, 200), (36_525, 0.03, 1079)] {
        assert_eq!(slovin(population, error), size, "{population} at {error}");
    }
    assert_eq!(slovin(20, 0.01), 20);
    let precise = Precision::default();
    for (population, size) in [(100, 80), (500, 218), (1000, 278), (10_000, 370), (100_000, 383), (1_000_000_000, 385)]
    {
        assert_eq!(for_margin(population, &precise), size, "{population}");
    }
    let harder = Precision { margin: 0.03, confidence: 0.99, design_effect: 1.5, response_rate: 0.6, ..precise };
    assert_eq!(for_margin(50_000, &harder), 4444, "1777.54 times 1.5 by 0.6");
    assert_eq!(for_margin(30, &harder), 30, "never more than there are");
}

/// The numbers are those of Python's `hashlib` by the rule in `chance.rs`.
#[test]
fn chance_is_the_same_for_ever() {
    let mut chance = Chance::of(2026, "H19.26");
    let found: Vec<u64> = (0..5).map(|_| chance.number()).collect();
    assert_eq!(found, GOLDEN_NUMBERS);
    let mut chance = Chance::of(2026, "H19.26");
    assert_eq!((0..8).map(|_| chance.below(100)).collect::<Vec<_>>(), GOLDEN_BELOW);
    assert_eq!(Chance::of(2026, "H19.26").without_repetition(40, 6), GOLDEN_SIX);
    assert_ne!(Chance::of(2027, "H19.26").number(), found[0]);
    assert_ne!(Chance::of(2026, "H19.27").number(), found[0]);
}

const GOLDEN_NUMBERS: [u64; 5] = [
    6_959_210_532_491_005_477,
    11_061_731_558_354_439_738,
    8_467_627_088_385_667_602,
    15_199_545_921_570_469_307,
    2_010_700_071_365_290_503,
];
const GOLDEN_BELOW: [u64; 8] = [77, 38, 2, 7, 3, 96, 25, 7];
const GOLDEN_SIX: [usize; 6] = [10, 19, 26, 31, 32, 37];

#[test]
fn small_units_are_asked_whole_and_the_rest_in_proportion() {
    assert_eq!(allocate(&[1000, 500, 12], 160, 30), [99, 49, 12]);
    assert_eq!(allocate(&[1000, 500, 12], 10, 30), [30, 30, 12], "the least of each need more");
    assert_eq!(allocate(&[40, 40], 500, 30), [40, 40], "no more than there are");
    assert_eq!(allocate(&[300, 200, 100], 60, 0), [30, 20, 10]);
    assert_eq!(allocate(&[], 60, 30), Vec::<u64>::new());
}

#[test]
fn what_makes_no_sense_is_refused() {
    assert_eq!(draw(&[], &plan(Method::Stratified, 10, 30, 1)), Err(DrawFault::EmptyList));
    assert_eq!(draw(&list(&[5]), &plan(Method::Stratified, 0, 30, 1)), Err(DrawFault::NoSize));
    assert_eq!(draw(&list(&[5, 5]), &plan(BY_SIZE, 4, 0, 1)), Err(DrawFault::Units(2)));
}

/// Over many seeds everybody is drawn as often as stated: within five standard errors.
#[test]
fn people_are_drawn_as_often_as_their_probability_says() {
    const SEEDS: u64 = 1500;
    let list = list(&[7, 11, 19, 4, 40, 13]);
    for method in [Method::Stratified, Method::Systematic, BY_SIZE, SIMPLE] {
        let mut counts = vec![0u32; list.len()];
        let mut stated = vec![0.0; list.len()];
        for seed in 0..SEEDS {
            for drawn in draw(&list, &plan(method, 18, 2, seed)).unwrap() {
                counts[drawn.place] += 1;
                assert!(stated[drawn.place] == 0.0 || stated[drawn.place] == drawn.probability, "always the same");
                stated[drawn.place] = drawn.probability;
                assert!((drawn.weight * drawn.probability - 1.0).abs() < 1e-12);
            }
        }
        for (place, count) in counts.into_iter().enumerate() {
            let (p, seeds) = (stated[place], SEEDS as f64);
            assert!(p > 0.0, "everybody can be drawn");
            let spread = (p * (1.0 - p) / seeds).sqrt();
            let off = f64::from(count) / seeds - p;
            assert!(off.abs() <= 5.0 * spread + 1e-12, "{method:?} {place}: {count} of {SEEDS}, stated {p}");
        }
    }
}

#[test]
fn even_steps_go_through_the_whole_list() {
    let list = list(&[30]);
    let drawn = draw(&list, &plan(Method::Systematic, 10, 0, 7)).unwrap();
    let by = |kind: &str| drawn.iter().filter(|d| list[d.place].order[0] == kind).count();
    assert!((3..=4).contains(&by("p0")) && (3..=4).contains(&by("p1")) && (3..=4).contains(&by("p2")));
}

#[test]
fn a_unit_that_is_sure_to_be_drawn_is_a_stratum() {
    let list = list(&[5, 5, 5, 500]);
    let drawn = draw(&list, &plan(BY_SIZE, 90, 3, 1)).unwrap();
    let sure: Vec<&Drawn> = drawn.iter().filter(|d| d.stratum == "U03").collect();
    assert_eq!(sure.len(), 30);
    assert!(sure.iter().all(|d| d.cluster.is_none() && (d.weight - 500.0 / 30.0).abs() < 1e-9 && d.fpc.is_none()));
    let others: Vec<&Drawn> = drawn.iter().filter(|d| d.stratum == "*").collect();
    assert_eq!(others.len(), 10, "two units of five");
    assert!(others.iter().all(|d| d.cluster.as_deref() == Some(&list[d.place].unit) && (d.weight - 1.5).abs() < 1e-9));
}

proptest! {
    #[test]
    fn weights_add_up_to_the_list_and_nobody_is_drawn_twice(
        units in proptest::collection::vec(1usize..90, 1..9), size in 1u64..200, seed in any::<u64>(), even in any::<bool>()
    ) {
        let list = list(&units);
        let method = if even { Method::Systematic } else { Method::Stratified };
        let drawn = draw(&list, &plan(method, size, LEAST_OF_A_UNIT, seed)).unwrap();
        let weight: f64 = drawn.iter().map(|d| d.weight).sum();
        prop_assert!((weight - list.len() as f64).abs() < 1e-6);
        prop_assert!(drawn.windows(2).all(|two| two[0].place < two[1].place));
        prop_assert_eq!(&drawn, &draw(&list, &plan(method, size, LEAST_OF_A_UNIT, seed)).unwrap());
        for (at, people) in units.iter().enumerate() {
            let name = format!("U{at:02}");
            let here = drawn.iter().filter(|d| d.stratum == name).count();
            prop_assert!(here >= (*people).min(30) && here <= *people);
        }
    }

    #[test]
    fn an_allocation_keeps_its_bounds(people in proptest::collection::vec(0u64..300, 1..12), size in 0u64..900, least in 0u64..40) {
        let given = allocate(&people, size, least);
        let all: u64 = people.iter().sum();
        let floor: u64 = people.iter().map(|p| least.min(*p)).sum();
        prop_assert_eq!(given.iter().sum::<u64>(), size.min(all).max(floor));
        prop_assert!(given.iter().zip(&people).all(|(g, p)| g <= p && *g >= least.min(*p)));
    }
}

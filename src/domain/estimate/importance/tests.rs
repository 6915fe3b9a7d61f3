//! Importances against numbers that other code computed: all orders of the parts gone through one by one, each with a least
//! squares fit of its own (numpy), over the sample in `tests/golden`.

use super::super::criteria_of;
use super::*;
use crate::domain::estimate::answer_table::LEVELS;
use proptest::prelude::*;

const SAMPLE: &str = include_str!("../../../../tests/golden/survey_sample.csv");

fn definition() -> Definition {
    toml::from_str(include_str!("../../../../survey_forms/indices/sipas_service/2022.toml")).unwrap()
}

/// The sample's answers; with an outcome made of three of them where those are given.
fn sample(outcome: bool) -> AnswerTable {
    let mut codes = criteria_of(&definition());
    let mut lines = SAMPLE.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let place = |code: &str| header.iter().position(|name| *name == code).unwrap();
    let places: Vec<usize> = codes.iter().map(|code| place(code)).collect();
    let [a, b, c] = ["access_1", "officer_2", "result_1"].map(place);
    let mut levels = Vec::new();
    for line in lines {
        let level = |place: usize| line[place].parse::<u8>().unwrap_or(0);
        levels.extend(places.iter().map(|place| level(*place)));
        if outcome {
            let [a, b, c] = [a, b, c].map(level);
            levels.push(if a.min(b).min(c) == 0 { 0 } else { (2 * a + b + 3 * c) / 6 });
        }
    }
    codes.extend(outcome.then(|| "overall".to_owned()));
    AnswerTable::new(codes, levels).unwrap()
}

fn close(found: impl Iterator<Item = f64>, expected: &[f64]) {
    let found: Vec<f64> = found.collect();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
}

#[test]
fn importances_are_those_of_all_orders_of_the_parts() {
    let own = importance(&definition(), &sample(false), 0.95, 1).unwrap();
    assert_eq!((own.people, own.incomplete), (446, 9));
    close([own.explained].into_iter(), &[1.0]);
    let expected =
        [0.19451556952389865, 0.20544079128293047, 0.2062863802051085, 0.18923185931069939, 0.20452539967736383];
    close(own.parts.iter().map(|part| part.importance), &expected);
    let asked = importance(&definition(), &sample(true), 0.95, 1).unwrap();
    assert_eq!(asked.people, 415);
    close([asked.explained].into_iter(), &[0.6692745710099095]);
    let lmg = [0.12545392641910802, 0.10109917246502141, 0.13950790263397284, 0.23317807309348285, 0.07003549639832432];
    close(asked.parts.iter().map(|part| part.importance * asked.explained), &lmg);
}

#[test]
fn each_part_has_its_own_alpha() {
    let found = importance(&definition(), &sample(false), 0.95, 1).unwrap();
    let cases: Vec<u64> = found.parts.iter().map(|part| part.alpha.complete_cases).collect();
    assert_eq!(cases, [438, 400, 413, 405, 163]);
    let expected = [0.6900613823188563, 0.6816218164193666, 0.7467364713561814, 0.6461846250787646, 0.6816518257460429];
    close(found.parts.iter().filter_map(|part| part.alpha.alpha), &expected);
}

#[test]
fn a_seed_gives_the_same_intervals_and_they_hold_the_figures() {
    let one = importance(&definition(), &sample(true), 0.95, 7).unwrap();
    assert_eq!(one, importance(&definition(), &sample(true), 0.95, 7).unwrap());
    let other = importance(&definition(), &sample(true), 0.95, 8).unwrap();
    assert_ne!(one.parts[0].interval, other.parts[0].interval);
    let narrow = importance(&definition(), &sample(true), 0.5, 7).unwrap();
    for (part, narrow) in one.parts.iter().zip(&narrow.parts) {
        assert!(part.interval.0 < part.importance && part.importance < part.interval.1, "{part:?}");
        assert!(part.interval.0 < narrow.interval.0 && narrow.interval.1 < part.interval.1);
    }
    let width = one.parts[3].interval.1 - one.parts[3].interval.0;
    assert!((0.05..0.25).contains(&width), "some hundred people: {width}");
}

#[test]
fn blocks_of_people_tell_about_as_much_as_people() {
    let sample = sample(true);
    let rows: Vec<u8> = (0..sample.rows()).flat_map(|row| sample.row(row).to_vec()).collect();
    let ten = AnswerTable::new(sample.codes().to_vec(), rows.repeat(10)).unwrap();
    let (one, ten) =
        (importance(&definition(), &sample, 0.95, 3).unwrap(), importance(&definition(), &ten, 0.95, 3).unwrap());
    assert!(ten.people > 2 * MOST_BLOCKS);
    for (one, ten) in one.parts.iter().zip(&ten.parts) {
        assert!((one.importance - ten.importance).abs() < 1e-9);
        let ratio = (one.interval.1 - one.interval.0) / (ten.interval.1 - ten.interval.0);
        assert!((2.4..4.2).contains(&ratio), "ten times the people: about the root of ten, {ratio}");
    }
}

#[test]
fn what_cannot_be_compared_is_said() {
    let definition = definition();
    let codes = criteria_of(&definition);
    let alike = AnswerTable::new(codes.clone(), vec![4; 200 * codes.len()]).unwrap();
    assert_eq!(importance(&definition, &alike, 0.95, 1), Err(ImportanceFault::AllAlike));
    let few = AnswerTable::new(codes.clone(), vec![4; 99 * codes.len()]).unwrap();
    assert_eq!(importance(&definition, &few, 0.95, 1), Err(ImportanceFault::TooFewPeople(99)));
    let other = AnswerTable::new(vec!["x".into()], vec![4; 200]).unwrap();
    assert_eq!(importance(&definition, &other, 0.95, 1), Err(ImportanceFault::OtherQuestions));
    let counter: Definition =
        toml::from_str(include_str!("../../../../survey_forms/indices/counter/2026.toml")).unwrap();
    assert_eq!(parts_of(&counter), Err(PartsFault::One));
}

#[test]
fn parts_weigh_as_the_definition_weighs_them() {
    let full: Definition =
        toml::from_str(include_str!("../../../../survey_forms/indices/sipas_full/2022.toml")).unwrap();
    let parts = parts_of(&full).unwrap();
    assert!((parts.iter().map(|part| part.weight).sum::<f64>() - 1.0).abs() < 1e-12);
    let governance: Definition =
        toml::from_str(include_str!("../../../../survey_forms/indices/citizen_governance/2023.toml")).unwrap();
    let parts = parts_of(&governance).unwrap();
    assert!(parts.iter().all(|part| part.items.len() == 1 && (part.weight - 1.0 / parts.len() as f64).abs() < 1e-12));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn importances_are_shares_of_a_whole(rows in proptest::collection::vec(proptest::collection::vec(0u8..=LEVELS as u8, 20), 150..200)) {
        let mut codes = criteria_of(&definition());
        codes.push("overall".into());
        let answers = AnswerTable::new(codes, rows.concat()).unwrap();
        if let Ok(found) = importance(&definition(), &answers, 0.9, 1) {
            prop_assert!((found.parts.iter().map(|part| part.importance).sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(found.parts.iter().all(|part| part.importance >= -1e-9));
            prop_assert!((0.0..=1.0).contains(&found.explained));
        }
    }
}

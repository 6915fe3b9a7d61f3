//! The mathematics of the index on small hand-made tallies.

use super::*;
use crate::domain::answers::{Answer, Answers};
use crate::domain::form::Form;
use crate::domain::moments::Moments;

const FORM: &str = r#"
form = "f"
version = "1"
title = { vi = "F", en = "F" }
source = { vi = "F", en = "F" }
valid_from = "2026-01-01"
[scales.s]
options = [
  { code = "1", label = { vi = "1", en = "1" } }, { code = "2", label = { vi = "2", en = "2" } },
  { code = "3", label = { vi = "3", en = "3" } }, { code = "4", label = { vi = "4", en = "4" } },
  { code = "5", label = { vi = "5", en = "5" } },
]
[[sections]]
code = "s"
title = { vi = "S", en = "S" }
[[sections.questions]]
code = "a_1"
kind = "level"
scale = "s"
text = { vi = "1", en = "1" }
[[sections.questions]]
code = "a_2"
kind = "level"
scale = "s"
text = { vi = "2", en = "2" }
[[sections.questions]]
code = "b_1"
kind = "level"
scale = "s"
text = { vi = "3", en = "3" }
"#;

const INDEX: &str = r#"
index = "i"
version = "1"
form = "f/1"
title = { vi = "I", en = "I" }
formula = { vi = "I", en = "I" }
source = { vi = "I", en = "I" }
valid_from = "2026-01-01"
satisfied_from = 4
nodes = [
  { code = "i", aggregation = "mean_of_factors" },
  { code = "a", parent = "i", aggregation = "mean_of_criteria", weight = 3, title = { vi = "A", en = "A" } },
  { code = "a_1", parent = "a", aggregation = "share" },
  { code = "a_2", parent = "a", aggregation = "share" },
  { code = "b", parent = "i", aggregation = "pooled", weight = 2, title = { vi = "B", en = "B" } },
  { code = "b_1", parent = "b", aggregation = "share" },
]
"#;

fn measured(rows: &[[u8; 3]]) -> Measured {
    let form: Form = toml::from_str(FORM).unwrap();
    let definition: Definition = toml::from_str(INDEX).unwrap();
    assert_eq!(definition.problems(Some(&form)), []);
    let layout = Layout::with(&form, std::iter::once(&definition));
    measure(&definition, &layout, &tally(&layout, rows)).unwrap()
}

fn tally(layout: &Layout, rows: &[[u8; 3]]) -> Tally {
    let mut tally = Tally::empty(layout);
    for row in rows {
        let given = ["a_1", "a_2", "b_1"].into_iter().zip(row).filter(|(_, level)| **level > 0);
        let answers = given.map(|(code, level)| (code, Answer::Level(*level))).collect::<Answers>();
        tally.add(layout, &serde_json::to_value(answers).unwrap(), 1);
    }
    tally
}

fn share(tree: &Measured, code: &str) -> Option<i64> {
    tree.find(code).unwrap().share.as_ref().map(Share::hundredths)
}

#[test]
fn levels_four_and_five_over_answered() {
    let tree = measured(&[[4, 5, 1], [3, 4, 0], [5, 0, 5]]);
    let a1 = tree.find("a_1").unwrap();
    assert_eq!((a1.n, a1.satisfied), (3, 2));
    assert_eq!(a1.levels, [0, 0, 1, 1, 1]);
    assert_eq!(share(&tree, "a_1"), Some(6667));
    assert_eq!(share(&tree, "a_2"), Some(10000));
    assert_eq!(share(&tree, "a"), Some(8333));
    assert_eq!(share(&tree, "b"), Some(5000));
    // (3 x 83 1/3 + 2 x 50) / 5 = 70
    assert_eq!(share(&tree, "i"), Some(7000));
    assert_eq!((tree.n, tree.satisfied), (7, 5));
}

#[test]
fn people_are_those_of_what_is_measured() {
    let form: Form = toml::from_str(FORM).unwrap();
    let definition: Definition = toml::from_str(INDEX).unwrap();
    let layout = Layout::with(&form, std::iter::once(&definition));
    for rows in [&[[4, 5, 1], [3, 0, 0], [5, 0, 5]][..], &[]] {
        let tally = tally(&layout, rows);
        let tree = measure(&definition, &layout, &tally).unwrap();
        let of_tree: Vec<i64> = definition.nodes.iter().map(|node| tree.find(&node.code).unwrap().people()).collect();
        assert_eq!(people(&definition, &layout, &tally), of_tree);
        let expected = if rows.is_empty() { [0; 6] } else { [3, 3, 3, 1, 2, 2] };
        assert_eq!(of_tree, expected);
    }
}

#[test]
fn what_nobody_answered_has_no_value_and_weighs_nothing() {
    let tree = measured(&[[4, 0, 0], [2, 0, 0]]);
    assert_eq!(share(&tree, "a_2"), None);
    assert_eq!(share(&tree, "b"), None);
    assert_eq!(share(&tree, "a"), Some(5000));
    assert_eq!(share(&tree, "i"), Some(5000), "the absent factor is left out, not counted as zero");
    assert_eq!(share(&measured(&[]), "i"), None);
}

#[test]
fn faults_of_a_definition_are_found() {
    let form: Form = toml::from_str(FORM).unwrap();
    let fault = |from: &str, to: &str| {
        let definition: Definition = toml::from_str(&INDEX.replacen(from, to, 1)).unwrap();
        definition.problems(Some(&form)).first().map(|p| p.fault)
    };
    use super::super::DefinitionFault::*;
    assert_eq!(fault(r#""a_2", parent"#, r#""a_9", parent"#), Some(NotALevelQuestion));
    assert_eq!(fault(r#"parent = "b""#, r#"parent = "zzz""#), Some(WrongShape));
    assert_eq!(fault("satisfied", "overall = \"a_9\"\nsatisfied"), Some(NotALevelQuestion));
    assert_eq!(fault("satisfied", "overall = \"a_2\"\nsatisfied"), Some(NotALevelQuestion), "it is a criterion");
    assert_eq!(fault("weight = 2", "weight = 0"), Some(NoWeight));
    assert_eq!(fault("from = 4", "from = 6"), Some(NoSuchLevel));
    assert_eq!(fault("from = 4", "from = 1"), Some(NoSuchLevel));
    assert_eq!(fault("satisfied", "valid_to = \"2025-12-31\"\nsatisfied"), Some(EndsBeforeStart));
    assert_eq!(fault(r#"code = "i", agg"#, r#"code = "i", parent = "a", agg"#), Some(NotOneRoot));
    assert_eq!(fault(r#"form = "f/1""#, ""), Some(WrongForm));
    assert_eq!(fault("version", "kind = \"record\"\nversion"), Some(WrongForm));
    assert_eq!(
        fault(r#"parent = "b", aggregation = "share""#, r#"parent = "b", aggregation = "recorded""#),
        Some(WrongKind)
    );
    assert_eq!(
        fault(r#"parent = "b", aggregation = "share""#, r#"parent = "b", aggregation = "points""#),
        Some(NoPoints)
    );
    assert_eq!(
        fault("satisfied", "bands = [{ code = \"x\", from = 5, title = { vi = \"X\", en = \"X\" } }]\nsatisfied"),
        Some(BandsOutOfOrder)
    );
}

proptest::proptest! {
    #[test]
    fn shares_stay_within_bounds_and_ignore_order(mut rows in proptest::collection::vec([0u8..6, 0u8..6, 0u8..6], 0..40)) {
        let tree = measured(&rows);
        for node in tree.walk() {
            proptest::prop_assert!(node.satisfied <= node.n);
            proptest::prop_assert_eq!(node.precision.is_some(), node.n > 0);
            proptest::prop_assert!(node.share.as_ref().is_none_or(|s| (0..=10000).contains(&s.hundredths())));
            proptest::prop_assert_eq!(node.share.is_none(), node.n == 0);
        }
        rows.reverse();
        proptest::prop_assert_eq!(measured(&rows), tree);
    }
}

/// The rows as a tally, and the moments of the root straight from them: `a` weighs 3 with two criteria, `b` 2 with one, so c is
/// 3, 3 and 4.
fn moments(rows: &[[u8; 3]]) -> (Option<Moments>, Moments) {
    let form: Form = toml::from_str(FORM).unwrap();
    let definition: Definition = toml::from_str(INDEX).unwrap();
    let layout = Layout::with(&form, std::iter::once(&definition));
    let mut plain = Moments { unit: 1, ..Moments::default() };
    for row in rows.iter().filter(|row| **row != [0; 3]) {
        let each = || row.iter().zip([3, 3, 4]);
        let m: i64 = each().filter(|(level, _)| **level > 0).map(|(_, c)| c).sum();
        let y: i64 = each().filter(|(level, _)| **level >= 4).map(|(_, c)| c).sum();
        let sums = [plain.y + y, plain.m + m, plain.yy + y * y, plain.ym + y * m, plain.mm + m * m];
        let people = plain.people + 1;
        plain = Moments { unit: 1, people, y: sums[0], m: sums[1], yy: sums[2], ym: sums[3], mm: sums[4] };
    }
    (tally(&layout, rows).moments(&layout, "i/1", "i"), plain)
}

proptest::proptest! {
    #[test]
    fn moments_are_those_of_a_plain_recount(rows in proptest::collection::vec([0u8..6, 0u8..6, 0u8..6], 0..40)) {
        let (kept, plain) = moments(&rows);
        proptest::prop_assert_eq!(kept, Some(plain));
    }
}

#[test]
fn points_have_the_spread_of_points_also_in_a_composite() {
    let points = |text: &str| {
        [("1", 0), ("2", 20), ("3", 60), ("4", 80), ("5", 100)].iter().fold(text.to_owned(), |text, (code, points)| {
            text.replace(&format!("{{ code = \"{code}\", "), &format!("{{ code = \"{code}\", points = {points}, "))
        })
    };
    let form: Form = toml::from_str(&points(FORM)).unwrap();
    let by_points = INDEX.replace("aggregation = \"share\"", "aggregation = \"points\"");
    let definition: Definition = toml::from_str(&by_points).unwrap();
    assert_eq!(definition.problems(Some(&form)), []);
    let layout = Layout::with(&form, std::iter::once(&definition));
    let rows = [[3, 5, 3], [4, 3, 2], [5, 5, 4], [2, 3, 3], [4, 4, 5]];
    let tally = tally(&layout, &rows);
    // `b` pools answers, which counts levels even where its criterion has points.
    let value = |level: u8| [0.0, 0.2, 0.6, 0.8, 1.0][usize::from(level) - 1];
    let each: Vec<f64> =
        rows.iter().map(|[a, b, c]| 0.3 * value(*a) + 0.3 * value(*b) + if *c >= 4 { 0.4 } else { 0.0 }).collect();
    let mean = each.iter().sum::<f64>() / 5.0;
    let se = (each.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / 4.0 / 5.0).sqrt();
    let found = tally.moments(&layout, "i/1", "i").unwrap().standard_error().unwrap();
    assert!((found - se).abs() < 1e-12, "{found} for {se}");
    let measured = measure(&definition, &layout, &tally).unwrap();
    let effective = mean * (1.0 - mean) / (se * se);
    assert!((measured.precision.unwrap().effective - effective).abs() < 1e-6, "{measured:?}");
}

const RECORD: &str = r#"
index = "r"
version = "1"
kind = "record"
title = { vi = "R", en = "R" }
formula = { vi = "R", en = "R" }
source = { vi = "R", en = "R" }
valid_from = "2026-01-01"
point_sources = [{ code = "s", points = 10, title = { vi = "S", en = "S" } }]
nodes = [
  { code = "r", aggregation = "sum", max_points = 10, title = { vi = "R", en = "R" } },
  { code = "x", parent = "r", aggregation = "recorded", max_points = 6, full_from = 90, title = { vi = "X", en = "X" } },
  { code = "y", parent = "r", aggregation = "recorded", min_points = 1, max_points = 4, title = { vi = "Y", en = "Y" } },
]
"#;

#[test]
fn a_record_is_checked_and_measures_nothing() {
    let faults = |from: &str, to: &str| -> Vec<_> {
        let definition: Definition = toml::from_str(&RECORD.replacen(from, to, 1)).unwrap();
        definition.problems(None).into_iter().map(|p| (p.place, p.fault)).collect()
    };
    use super::super::DefinitionFault::*;
    assert_eq!(faults("", ""), []);
    assert_eq!(faults("max_points = 6", "max_points = 7"), [("r".to_owned(), PointsDoNotAddUp)]);
    assert_eq!(faults("max_points = 6, ", ""), [], "what is not known adds up to nothing");
    assert_eq!(faults("points = 10", "points = 9"), [("r/1".to_owned(), PointsDoNotAddUp)]);
    assert_eq!(faults("full_from = 90", "full_from = 101"), [("x".to_owned(), PointsDoNotAddUp)]);
    assert_eq!(faults("min_points = 1", "min_points = 4"), [("y".to_owned(), PointsDoNotAddUp)]);
    assert_eq!(faults(r#""recorded", min"#, r#""sum", min"#), [("y".to_owned(), WrongShape)]);
    assert_eq!(faults(", title = { vi = \"Y\", en = \"Y\" }", ""), [("y".to_owned(), IncompleteText)]);
    let definition: Definition = toml::from_str(RECORD).unwrap();
    let layout = Layout::of(&toml::from_str(FORM).unwrap());
    let tree = measure(&definition, &layout, &Tally::empty(&layout)).unwrap();
    assert!(tree.walk().iter().all(|node| node.share.is_none() && node.n == 0));
}

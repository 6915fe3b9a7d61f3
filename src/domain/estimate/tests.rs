//! Estimates on samples worked out by hand, and what must hold of every sample.

use super::*;
use crate::domain::index::Definition;
use proptest::prelude::*;
use std::sync::Arc;

/// An index of two factors of two criteria each: halves of 60 and 40 per cent.
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
  { code = "a", parent = "i", aggregation = "mean_of_criteria", weight = 3 },
  { code = "a_1", parent = "a", aggregation = "share" },
  { code = "a_2", parent = "a", aggregation = "share" },
  { code = "b", parent = "i", aggregation = "pooled", weight = 2 },
  { code = "b_1", parent = "b", aggregation = "share" },
  { code = "b_2", parent = "b", aggregation = "share" },
]
"#;

fn definition() -> Definition {
    toml::from_str(INDEX).unwrap()
}

/// A row: stratum, cluster, weight, answers.
type Row = (u8, u8, f64, [u8; 4]);

#[derive(Clone, Copy, PartialEq)]
enum Use {
    All,
    NoStrata,
    NoWeights,
}

fn estimated(rows: &[Row], columns: Use) -> Estimates {
    let words = |of: fn(&Row) -> u8| {
        let cells: Vec<String> = rows.iter().map(|row| of(row).to_string()).collect();
        Arc::new(Labels::of(cells.iter().map(String::as_str)))
    };
    let definition = definition();
    let design = Design::new(DesignColumns {
        rows: rows.len(),
        stratum: (columns != Use::NoStrata).then(|| words(|row| row.0)),
        cluster: Some(words(|row| row.1)),
        weight: (columns != Use::NoWeights).then(|| rows.iter().map(|row| row.2).collect()),
        fpc: None,
    });
    let levels = rows.iter().flat_map(|row| row.3).collect();
    let answers = AnswerTable::new(criteria_of(&definition), levels).unwrap();
    let groups = vec![("s".to_owned(), words(|row| row.0)), ("half".to_owned(), words(|row| row.3[0] % 2))];
    estimate(&definition, &answers, &design.unwrap(), &Wish { confidence: 0.95, groups, halves: true }).unwrap()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1e-3), "{found} for {expected}");
}

fn all_close(found: &Estimates, expected: &Estimates) {
    let figures = |e: &Estimates| -> Vec<Option<Estimate>> {
        let composites = e.composites.iter().chain(e.groups.iter().flat_map(|(_, g)| g).flat_map(|g| &g.composites));
        let composites = composites.flat_map(|c| [c.defined, c.mean_of_criteria, c.mean_of_factors, c.pooled]);
        let criteria = e.criteria.iter().flat_map(|c| [c.figures.map(|f| f.share), c.figures.map(|f| f.mean)]);
        criteria.chain(composites).collect()
    };
    let (found, expected) = (figures(found), figures(expected));
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found.is_some(), expected.is_some());
        if let (Some(found), Some(expected)) = (found, expected) {
            close(found.value, expected.value);
            // A variance of nought is nought but for rounding.
            assert!((found.se - expected.se).abs() <= 1e-7 * expected.se.max(1e-3), "{found:?} for {expected:?}");
        }
    }
}

#[test]
fn six_rows_by_hand() {
    // Five of six satisfied, each row a cluster: the textbook's sqrt(p (1 - p) / (n - 1)).
    let rows: Vec<Row> = (0..6).map(|at| (0, at, 1.0, [if at == 0 { 2 } else { 5 }, 4, 0, 0])).collect();
    let found = estimated(&rows, Use::NoStrata);
    let a_1 = &found.criteria[0];
    assert_eq!((a_1.n, a_1.satisfied, a_1.counts), (6, 5, [0, 1, 0, 0, 5]));
    let figures = a_1.figures.unwrap();
    close(figures.share.value, 5.0 / 6.0);
    close(figures.share.se, (5.0f64 / 36.0 / 5.0).sqrt());
    close(figures.mean.value, 27.0 / 6.0);
    assert_eq!(figures.deff, None, "six people stand for six: nothing is left to chance in a simple sample");
    assert_eq!(found.criteria[2].figures, None);
    let a = &found.composites[1];
    close(a.defined.unwrap().value, 11.0 / 12.0);
    close(a.defined.unwrap().se, (5.0f64 / 36.0 / 5.0).sqrt() / 2.0);
    assert_eq!(found.composites[2].defined, None);
    // What nobody answered weighs nothing.
    close(found.composites[0].defined.unwrap().value, a.defined.unwrap().value);
    assert_eq!(found.degrees_of_freedom, 5);
}

#[test]
fn halves_weigh_what_the_definition_says() {
    let rows: [Row; 2] = [(0, 0, 1.0, [5, 1, 5, 1]), (0, 1, 1.0, [5, 1, 0, 1])];
    let index = &estimated(&rows, Use::All).composites[0];
    close(index.defined.unwrap().value, (3.0 * 0.5 + 2.0 / 3.0) / 5.0);
    close(index.mean_of_criteria.unwrap().value, 0.5);
    close(index.mean_of_factors.unwrap().value, 0.5);
    close(index.pooled.unwrap().value, 3.0 / 7.0);
}

#[test]
fn what_does_not_fit_is_refused() {
    let definition = definition();
    let design = |rows| Design::new(DesignColumns { rows, ..DesignColumns::default() }).unwrap();
    let answers = |codes: Vec<String>| AnswerTable::new(codes, vec![5; 8]).unwrap();
    let wish = |groups| Wish { confidence: 0.95, groups, halves: false };
    let fault =
        |answers: &AnswerTable, rows, groups| estimate(&definition, answers, &design(rows), &wish(groups)).unwrap_err();
    let good = answers(criteria_of(&definition));
    assert_eq!(fault(&answers(vec!["x".into(); 4]), 2, vec![]), EstimateFault::OtherQuestions);
    assert_eq!(fault(&good, 3, vec![]), EstimateFault::Length);
    let short = Arc::new(Labels::of(["x"]));
    assert_eq!(fault(&good, 2, vec![("g".into(), short)]), EstimateFault::Length);
    let rows = MOST_GROUPS + 1;
    let many = AnswerTable::new(criteria_of(&definition), vec![5; 4 * rows]).unwrap();
    let words: Vec<String> = (0..rows).map(|row| row.to_string()).collect();
    let column = Arc::new(Labels::of(words.iter().map(String::as_str)));
    assert_eq!(fault(&many, rows, vec![("g".into(), column)]), EstimateFault::TooManyGroups("g".into(), rows));
}

#[test]
fn a_group_is_estimated_within_the_whole_design() {
    // The group is in one cluster of each stratum: the other clusters count as noughts, so there is a variance.
    let rows: Vec<Row> =
        (0..8).map(|at| (at / 4, at / 2, 1.0, [if at % 4 < 2 { 5 - 2 * (at % 2) } else { 4 }, 4, 4, 4])).collect();
    let found = estimated(&rows, Use::All);
    let odd = &found.groups[1].1[1];
    assert_eq!((odd.name.as_str(), odd.n, odd.degrees_of_freedom), ("1", 4, 0));
    let share = odd.criteria[0].share.unwrap();
    // z of the touched cluster: (1 - 0.5 - 0.5) / 4 = 0.
    assert_eq!((share.value, share.se, share.interval), (0.5, 0.0, None));
    let whole = found.groups[0].1.iter().map(|g| g.n).sum::<u64>();
    assert_eq!(whole, 8);
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0u8..3, 0u8..4, 0.1f64..9.0, [0u8..6, 0u8..6, 0u8..6, 0u8..6]);
    proptest::collection::vec(row, 1..60).prop_map(|mut rows| {
        // Each stratum that is there has two clusters.
        for stratum in 0..3 {
            if rows.iter().any(|row| row.0 == stratum) {
                rows.extend([(stratum, 8, 1.0, [5, 0, 1, 4]), (stratum, 9, 2.0, [1, 5, 0, 4])]);
            }
        }
        rows
    })
}

proptest! {
    #[test]
    fn figures_keep_their_bounds_and_intervals_hold_them(rows in rows()) {
        let found = estimated(&rows, Use::All);
        for criterion in &found.criteria {
            let Some(figures) = criterion.figures else { continue };
            let share = figures.share.value;
            prop_assert!((0.0..=1.0).contains(&share) && figures.share.se >= 0.0);
            prop_assert!((1.0 - 1e-12..=5.0 + 1e-12).contains(&figures.mean.value) && figures.mean.se >= 0.0);
            prop_assert_eq!(criterion.counts.iter().sum::<u64>(), criterion.n);
            let (low, high) = figures.wilson.unwrap();
            prop_assert!(0.0 <= low && low <= figures.unweighted_share && figures.unweighted_share <= high && high <= 1.0);
            if let Some((low, high)) = figures.logit {
                prop_assert!(0.0 <= low && low <= share * (1.0 + 1e-12) && share <= high * (1.0 + 1e-12) && high <= 1.0);
            }
            prop_assert!(figures.deff.is_none_or(|deff| deff >= 0.0));
        }
        for composite in &found.composites {
            for estimate in [composite.defined, composite.mean_of_criteria, composite.pooled].into_iter().flatten() {
                prop_assert!((0.0..=1.0 + 1e-12).contains(&estimate.value) && estimate.se >= 0.0);
            }
        }
        let halves = found.halves.unwrap();
        for ((p, holm), step_up) in halves.p_values.iter().zip(&halves.holm).zip(&halves.benjamini_hochberg) {
            if let (Some(p), Some(holm), Some(step_up)) = (p, holm, step_up) {
                prop_assert!(0.0 <= *p && p <= step_up && step_up <= holm && *holm <= 1.0);
            }
        }
        prop_assert!(found.alpha.alpha.is_none_or(|alpha| alpha <= 1.0));
    }

    #[test]
    fn the_order_of_rows_does_not_matter((rows, shuffled) in rows().prop_flat_map(|rows| {
        (Just(rows.clone()), Just(rows).prop_shuffle())
    })) {
        all_close(&estimated(&shuffled, Use::All), &estimated(&rows, Use::All));
    }

    #[test]
    fn only_the_proportions_of_weights_matter(rows in rows(), times in 0.001f64..1000.0) {
        let scaled: Vec<Row> = rows.iter().map(|row| (row.0, row.1, row.2 * times, row.3)).collect();
        all_close(&estimated(&scaled, Use::All), &estimated(&rows, Use::All));
    }

    #[test]
    fn equal_weights_are_no_weights(rows in rows(), weight in 0.1f64..9.0) {
        let equal: Vec<Row> = rows.iter().map(|row| (row.0, row.1, weight, row.3)).collect();
        let (found, plain) = (estimated(&equal, Use::All), estimated(&rows, Use::NoWeights));
        all_close(&found, &plain);
        for criterion in &found.criteria {
            if let Some(figures) = criterion.figures {
                close(figures.share.value, figures.unweighted_share);
            }
        }
    }

    #[test]
    fn one_stratum_is_no_strata(rows in rows()) {
        let one: Vec<Row> = rows.iter().map(|row| (0, row.1, row.2, row.3)).collect();
        let (with, without) = (estimated(&one, Use::All), estimated(&one, Use::NoStrata));
        prop_assert_eq!(with, without);
    }

    #[test]
    fn a_group_of_everybody_is_the_whole(rows in rows()) {
        let one: Vec<Row> = rows.iter().map(|row| (0, row.1, row.2, row.3)).collect();
        let found = estimated(&one, Use::All);
        let group = &found.groups[0].1[0];
        prop_assert_eq!(&group.composites, &found.composites);
        prop_assert_eq!(group.degrees_of_freedom, found.degrees_of_freedom);
    }

    #[test]
    fn one_more_satisfied_never_lowers_a_share(rows in rows(), at in any::<proptest::sample::Index>(), item in 0usize..4) {
        let at = at.index(rows.len());
        prop_assume!((1..4).contains(&rows[at].3[item]));
        let mut better = rows.clone();
        better[at].3[item] = 4;
        let (before, after) = (estimated(&rows, Use::All), estimated(&better, Use::All));
        let shares = |e: &Estimates| -> Vec<f64> {
            let composites = e.composites.iter().flat_map(|c| [c.defined, c.mean_of_criteria, c.pooled]);
            e.criteria.iter().map(|c| c.figures.map(|f| f.share)).chain(composites).flatten().map(|e| e.value).collect()
        };
        for (before, after) in shares(&before).into_iter().zip(shares(&after)) {
            prop_assert!(after >= before - 1e-12, "{} {}", before, after);
        }
    }
}

//! Standard errors from rolled-up moments against those that the estimation of a sample works out row by row, which agrees with
//! R's `survey` (`golden_estimates`): the same rows, without weights and clusters.

use hailong::catalog;
use hailong::documents::sample_csv::{self, SampleColumns};
use hailong::domain::answers::{Answer, Answers};
use hailong::domain::estimate::{Design, Estimates, Wish, criteria_of, estimate};
use hailong::domain::tally::{Layout, Tally};

const INDEX: &str = "sipas_service/2022";
const COMPOSITES: [&str; 6] = ["sipas_service", "access", "procedure", "officer", "result", "feedback"];

/// The golden sample's answers alone, as CSV; with the rows in which something is blank, or without.
fn sample(questions: &[String], with_blanks: bool) -> String {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/survey_sample.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let places: Vec<usize> = questions.iter().map(|q| head.iter().position(|name| name == q).unwrap()).collect();
    let rows = lines.map(|cells| places.iter().map(|place| cells[*place].trim()).collect::<Vec<_>>());
    let kept = rows.filter(|row| with_blanks || row.iter().all(|cell| !cell.is_empty()));
    let rows: Vec<String> = kept.map(|row| row.join(",")).collect();
    format!("{}\n{}\n", questions.join(","), rows.join("\n"))
}

/// For each composite the error by rows and the one from moments.
fn errors(with_blanks: bool) -> (usize, Vec<(f64, f64)>) {
    let library = catalog::load(None).unwrap();
    let (definition, form) = (&library.indices[INDEX], &library.forms[INDEX]);
    let questions = criteria_of(definition);
    let wanted =
        SampleColumns { questions: &questions, stratum: None, cluster: None, weight: None, fpc: None, groups: &[] };
    let file = sample_csv::read(sample(&questions, with_blanks).as_bytes(), &wanted).unwrap();
    let layout: Layout = library.counting().layout(form);
    let mut tally = Tally::empty(&layout);
    for row in 0..file.answers.rows() {
        let given = questions.iter().zip(file.answers.row(row)).filter(|(_, level)| **level > 0);
        let answers = given.map(|(code, level)| (code, Answer::Level(*level))).collect::<Answers>();
        tally.add(&layout, &serde_json::to_value(answers).unwrap(), 1);
    }
    let design = Design::new(file.design).unwrap();
    let wish = Wish { confidence: 0.95, groups: Vec::new(), halves: false };
    let found: Estimates = estimate(definition, &file.answers, &design, &wish).unwrap();
    let pair = |code: &&str| {
        let by_rows = found.composites.iter().find(|composite| composite.code == **code).unwrap().defined.unwrap().se;
        (by_rows, tally.moments(&layout, INDEX, code).unwrap().standard_error().unwrap())
    };
    (found.rows, COMPOSITES.iter().map(pair).collect())
}

#[test]
fn where_everybody_answered_everything_the_errors_are_the_same() {
    let (rows, errors) = errors(false);
    assert!(rows > 20, "{rows} whole rows");
    for ((by_rows, from_moments), code) in errors.iter().zip(COMPOSITES) {
        assert!((from_moments / by_rows - 1.0).abs() < 1e-9, "{code}: {from_moments} for {by_rows}");
    }
}

#[test]
fn where_answers_are_missing_they_are_close() {
    let (rows, errors) = errors(true);
    assert_eq!(rows, 455);
    let off = errors.iter().map(|(by_rows, from_moments)| (from_moments / by_rows - 1.0).abs());
    let worst = off.fold(0.0, f64::max);
    println!("worst relative difference of a standard error: {worst:.4}");
    assert!(worst < 0.05, "{worst}: {errors:?}");
}

//! Estimates and scores against numbers that no code of this project computed (`tests/golden`): R's `survey` on a stratified cluster
//! sample, and the national portal's published table. Both the library and the commands are held to them.

use crate::support::service::run;
use hailong::catalog;
use hailong::documents::estimate_json;
use hailong::documents::sample_csv::{self, SampleColumns};
use hailong::domain::estimate::{Design, Wish, criteria_of, estimate};
use hailong::domain::portal_766::{Hundredths, Metric, score};
use serde_json::Value;
use std::path::PathBuf;

fn golden(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/golden", name].iter().collect()
}

fn text(name: &str) -> String {
    std::fs::read_to_string(golden(name)).unwrap()
}

fn expected() -> Value {
    serde_json::from_str(&text("survey_sample_expected.json")).unwrap()
}

/// Holds every number of the expected tree against the found one: 1e-9 relative, 1e-7 where R iterates (logit intervals). What is
/// found beside it is not looked at. Returns how many numbers were compared.
fn hold(path: &str, expected: &Value, found: &Value) -> usize {
    match expected {
        Value::Object(fields) => fields.iter().map(|(name, e)| hold(&format!("{path}/{name}"), e, &found[name])).sum(),
        Value::Array(items) => {
            assert_eq!(items.len(), found.as_array().map_or(0, Vec::len), "{path}");
            items.iter().enumerate().map(|(at, e)| hold(&format!("{path}/{at}"), e, &found[at])).sum()
        }
        Value::Number(number) => {
            let (e, f) = (number.as_f64().unwrap(), found.as_f64().unwrap_or(f64::NAN));
            let tolerance = if path.contains("/logit_") { 1e-7 } else { 1e-9 };
            assert!((f - e).abs() <= tolerance * e.abs(), "{path}: {found} for {expected}");
            1
        }
        _ if path == "/source" => 0,
        other => {
            assert_eq!(found, other, "{path}");
            0
        }
    }
}

#[test]
fn the_library_finds_what_r_finds() {
    let library = catalog::load(None).unwrap();
    let definition = &library.indices["sipas_service/2022"];
    let (questions, groups) = (criteria_of(definition), ["stratum".to_owned(), "gender".to_owned()]);
    let wanted = SampleColumns {
        questions: &questions,
        stratum: Some("stratum"),
        cluster: Some("cluster"),
        weight: Some("weight"),
        fpc: Some("fpc"),
        groups: &groups,
    };
    let file = sample_csv::read(text("survey_sample.csv").as_bytes(), &wanted).unwrap();
    let design = Design::new(file.design).unwrap();
    assert_eq!((design.clusters(), design.degrees_of_freedom()), (22, 16));
    let wish = Wish { confidence: 0.95, groups: file.groups, halves: true };
    let estimates = estimate(definition, &file.answers, &design, &wish).unwrap();
    let found = estimate_json::document(definition, Some("stratum"), &estimates);
    assert_eq!(hold("", &expected(), &found), 19 * 19 + 5 * 4 + 6 + 6 * 5 + 2 * 3 + 3 + 3 + 3 * 19 + 1);
}

#[test]
fn the_command_prints_what_r_finds() {
    let file = golden("survey_sample.csv");
    let design = ["--stratum", "stratum", "--cluster", "cluster", "--weight", "weight", "--fpc", "fpc"];
    let more = ["--by", "stratum", "--by", "gender", "--halves"];
    let args =
        [&["estimate", file.to_str().unwrap(), "--index", "sipas_service/2022"], &design[..], &more[..]].concat();
    let (code, out, err) = run("postgres://nobody@127.0.0.1:9/none", &[&args[..], &["--json"]].concat(), "");
    assert_eq!((code, err.as_str()), (0, ""), "no database is needed");
    hold("", &expected(), &serde_json::from_str(&out).unwrap());
    let (code, table, err) = run("", &args, "");
    assert_eq!((code, err.as_str()), (0, ""));
    for line in [
        "CODE                     N  SATISFIED  SHARE    SE    LOW   HIGH  DEFF  MEAN",
        "sipas_service                          74.52  2.01  70.27  78.78",
        "    access_1           453        367  81.40  2.68  75.71  87.09  2.20  4.17",
        "by all answers pooled                  75.87  1.97  71.70  80.04",
        "H19.01     74  78.44  4.33  59.79  97.09   80.25  4.29",
        "access_1     0.2054  1.0000              0.9918",
        "Cronbach's alpha over 112 complete rows: 0.9151",
        "Satisfied with everything they answered, unweighted: 18.90 %",
    ] {
        assert!(table.lines().any(|l| l.starts_with(line)), "{line}\n in\n{table}");
    }
}

#[test]
fn the_portal_shows_the_ratios_and_scores_worked_out_here() {
    let mut compared = 0;
    let mut told_apart = 0;
    for row in csv::Reader::from_reader(text("portal_766_phu_tho_2026.csv").as_bytes()).records() {
        let row = row.unwrap();
        let metric = Metric::from_code(&row[1]).unwrap();
        let scored = score(metric, row[2].parse().unwrap(), row[3].parse().unwrap()).unwrap();
        assert_eq!(scored.ratio.plain(), row[4], "{row:?}");
        assert_eq!(scored.score.map(Hundredths::short).unwrap_or_default(), row[5], "{row:?}");
        assert_eq!(metric.max_score().map(Hundredths::short).unwrap_or_default(), row[6], "{row:?}");
        if let Some(exact) = scored.score {
            // The same from the rounded ratio.
            let target = if metric == Metric::DossierReceivingSatisfaction { 90 } else { 100 };
            let rounded = (scored.ratio.0 * 600 * 2 + target * 100) / (target * 100 * 2);
            told_apart += u32::from(rounded.min(600) != exact.0);
        }
        compared += 1;
    }
    assert_eq!((compared, told_apart), (11, 0), "the table does not tell which ratio the portal scores");
}

#[test]
fn the_command_gives_the_portal_s_table_back() {
    let table = text("portal_766_phu_tho_2026.csv");
    let bare: String = table.lines().map(|l| l.split(',').take(4).collect::<Vec<_>>().join(",") + "\n").collect();
    for given in [&bare, &table] {
        let (code, out, err) = run("", &["score-766", "-"], given);
        assert_eq!((code, err.as_str(), out.as_str()), (0, "", table.as_str()));
    }
    let (code, out, _) = run("", &["score-766", "-", "--json"], &bare);
    let rows: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, rows.as_array().unwrap().len()), (0, 11));
    assert_eq!((&rows[0]["ratio_percent"], &rows[0]["score"]), (&Value::from(88.38), &Value::from(5.89)));
    assert_eq!(rows[3]["score"], Value::Null);
}

//! `estimate` and `score-766` from outside: what they refuse, and how they tell it.

use crate::support::service::run;

const ITEMS: &str = "access_1,access_2,access_3,access_4,procedure_1,procedure_2,procedure_3,procedure_4,officer_1,\
                     officer_2,officer_3,officer_4,officer_5,result_1,result_2,result_3,feedback_1,feedback_2,feedback_3";

/// A file of rows that answer everything with 4, with these cells before.
fn file(columns: &str, rows: &[&str]) -> String {
    let answers = ["4"; 19].join(",");
    rows.iter().fold(format!("{columns},{ITEMS}\n"), |file, row| format!("{file}{row},{answers}\n"))
}

fn estimate(content: &str, more: &[&str]) -> (i32, String, String) {
    run("", &[&["estimate", "-", "--index", "sipas_service/2022"], more].concat(), content)
}

fn refused(content: &str, more: &[&str], expected: &[&str]) {
    let (code, out, err) = estimate(content, more);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert_eq!(err.lines().count(), expected.len() + 1, "{err}");
    for line in expected {
        assert!(err.contains(line), "{line} in {err}");
    }
    assert!(err.lines().last().unwrap().starts_with("hailong: nothing was estimated, "), "{err}");
}

#[test]
fn bad_cells_and_columns_are_all_told() {
    let one = |a: &str, b: &str| format!("access_1,access_2\n{a},{b}\n");
    let (code, _, err) = estimate(&one("1", "2"), &[]);
    assert_eq!((code, err.lines().count()), (1, 18), "each missing column: {err}");
    assert!(err.contains("-: line 1, column officer_5: this column is missing"), "{err}");
    let bad = file("w", &["1", "1"]).replacen("4,4", "6,x", 1);
    let expected = ["-: row 1 (line 2), column access_1: \"6\"", "-: row 1 (line 2), column access_2: \"x\""];
    refused(&bad, &[], &expected);
    refused(&file("w", &["1", "một"]), &["--weight", "w"], &["row 2 (line 3), column w: \"một\" is not a number"]);
}

#[test]
fn a_design_that_gives_no_variance_is_told_by_row_or_stratum() {
    let weight = file("w", &["1", "0", "-2", "NaN"]);
    let rows = ["row 2 (line 3), column w: 0 is", "row 3 (line 4), column w: -2", "row 4 (line 5), column w: NaN"];
    refused(&weight, &["--weight", "w"], &rows);
    let strata = file("s,c", &["a,1", "a,2", "b,3", "b,3"]);
    let design = ["--stratum", "s", "--cluster", "c"];
    refused(&strata, &design, &["the stratum b has one cluster"]);
    refused(&file("s,c", &["a,1", ",2"]), &design, &["row 2 (line 3), column s: this cell must not be empty"]);
    let fpc = file("s,n", &["a,1", "a,1", "b,9", "b,8"]);
    let with_fpc = ["--stratum", "s", "--fpc", "n"];
    refused(&fpc, &with_fpc, &["row 4 (line 5), column n: 8 clusters in the stratum b, which had 9"]);
    refused(&file("s,n", &["a,1", "a,1"]), &with_fpc, &["the stratum a has 2 clusters, more than the 1"]);
    refused(&file("s", &[]), &[], &["there is no row"]);
}

#[test]
fn wrong_usage_failures_and_empty_figures() {
    let two = file("g", &["x", "y"]);
    for more in [["--level", "95"], ["--by", "index"], ["--level", "1"]] {
        assert_eq!(estimate(&two, &more).0, 2, "{more:?}");
    }
    assert_eq!(run("", &["estimate", "x.csv"], "").0, 2, "an index has to be named");
    let (code, _, err) = run("", &["estimate", "-", "--index", "sipas_servise/2022"], &two);
    assert!(code == 1 && err.contains("did you mean sipas_service/2022?"), "{err}");
    let (code, _, err) = run("", &["estimate", "no/such.csv", "--index", "counter/2026"], "");
    assert!(code == 1 && err.contains("cannot read no/such.csv"), "{err}");
    let (code, out, err) = run("", &["estimate", "-", "--index", "counter/2026", "--json"], "overall,g\n,x\n ,y\n");
    assert_eq!((code, err.as_str()), (0, ""));
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&found["rows"], &found["criteria"][0]["share"]), (&2.into(), &serde_json::Value::Null));
    let (code, out, _) = estimate(&two, &["--by", "g", "--halves", "--level", "0.9"]);
    assert!(code == 0 && out.contains("Student t interval, 90 %") && out.contains("By g: "), "{out}");
}

#[test]
fn bad_lines_of_the_portal_s_measures_are_all_told() {
    let bad = "unit,metric,numerator,denominator\nA,X,1,2\nA,PETITION_PROCESSING_ON_TIME,3,2\n";
    let (code, out, err) = run("", &["score-766", "-"], bad);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("-: line 2, column metric: no such measure; the measures are DOSSIER_"), "{err}");
    assert!(err.contains("-: line 3, column numerator: the numerator is more than the denominator"), "{err}");
    assert!(
        err.ends_with("hailong: nothing was scored, 2 problems in -: correct the file and score it again\n"),
        "{err}"
    );
}

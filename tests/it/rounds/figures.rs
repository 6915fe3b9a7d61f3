//! What a round says of everybody on its frame, on the command line and on the staff's pages, and that it is never added up with
//! answers of people who came by themselves.

use super::{UNITS, draw, office, ok, refused, submission};
use crate::office::{Clerk, employ, employ_at};
use crate::support::service::run;
use crate::support::{Database, block_on};
use hailong::domain::access::Role;
use serde_json::Value;

/// The rows of the round as they leave the house.
fn exported(database: &Database) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.zip");
    let (code, _, err) =
        run(database.url(), &["export", "submissions", "--survey", "tron", "-o", file.to_str().unwrap()], "");
    assert_eq!(code, 0, "{err}");
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&file).unwrap()).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("submissions_counter_2026.csv").unwrap(), &mut text).unwrap();
    text
}

/// What `estimate` makes of such rows.
fn from_rows(rows: &str) -> Value {
    let design = ["--stratum", "stratum", "--weight", "weight", "--fpc", "fpc", "--json"];
    let (code, out, err) = run("", &[&["estimate", "-", "--index", "counter/2026"], &design[..]].concat(), rows);
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&out).unwrap()
}

/// Everybody of the frame answers: the estimate is the plain share, without any error.
#[test]
fn a_whole_frame_that_answers_has_no_error_and_a_part_has_the_one_worked_out_by_hand() {
    let (database, _service) = office([30, 10]);
    let (people, ..) = draw(&database, &["--size", "40", "--least", "2"]);
    assert_eq!(people.len(), 40);
    let level = |at: usize| if at.is_multiple_of(4) { 2 } else { 5 };
    let sheets = |range: std::ops::Range<usize>| {
        range.fold("code,overall\n".to_owned(), |file, at| format!("{file}{},{}\n", people[at].code, level(at)))
    };
    let estimate = |more: &[&str]| -> Value {
        let args = [&["survey", "estimate", "tron", "--json"], more].concat();
        serde_json::from_str(&ok(&database, &args, "")).unwrap()
    };
    let near = |value: &Value, wanted: f64| {
        assert!((value.as_f64().unwrap() - wanted).abs() < 1e-9, "{value} is not {wanted}");
    };
    // Of the first unit 20 of 30 answer, 15 of them satisfied; of the second all 10, 8 of them satisfied.
    assert!(people[..30].iter().all(|person| person.unit == UNITS[0]));
    ok(&database, &["survey", "returns", "tron", "-"], &sheets(0..20));
    let second = (30..40).fold("code,overall\n".to_owned(), |file, at| {
        format!("{file}{},{}\n", people[at].code, if at < 32 { 1 } else { 4 })
    });
    ok(&database, &["survey", "returns", "tron", "-"], &second);
    let part = estimate(&["--by", "unit"]);
    near(&part["index"]["as_defined"]["share"], (0.75 * 30.0 + 0.8 * 10.0) / 40.0);
    // V = (30/40)² (1 - 20/30) s²/20 with s² = 20/19 0.75 0.25; the second unit is known whole.
    let variance: f64 = 0.75 * 0.75 * (1.0 - 20.0 / 30.0) * (20.0 / 19.0 * 0.75 * 0.25) / 20.0;
    near(&part["index"]["as_defined"]["se"], variance.sqrt());
    near(&part["weights"]["people"], 40.0);
    near(&part["weights"]["effective_size"], 40.0 * 40.0 / (20.0 * 2.25 + 10.0));
    assert_eq!(part["by_unit"].as_array().unwrap().len(), 2);
    assert_eq!(from_rows(&exported(&database))["index"], part["index"], "the rows that leave say the same");
    let raked = "variable,category,total\nunit,H19.26,90\nunit,H19.26.01,10\n";
    let folder = tempfile::tempdir().unwrap();
    let margins = folder.path().join("m.csv");
    std::fs::write(&margins, raked).unwrap();
    let weighed = estimate(&["--poststratify", margins.to_str().unwrap()]);
    near(&weighed["index"]["as_defined"]["share"], 0.75 * 0.9 + 0.8 * 0.1);
    // Weights 1/2 of twenty and 9 of ten, cut at 8 medians: 50 people's worth goes to the twenty, which then weigh 3 each.
    std::fs::write(&margins, "variable,category,total\nunit,H19.26,10\nunit,H19.26.01,90\n").unwrap();
    let cut = estimate(&["--rake", margins.to_str().unwrap(), "--trim", "8"]);
    near(&cut["index"]["as_defined"]["share"], 0.75 * 0.6 + 0.8 * 0.4);
    let trimmed = &cut["weights"]["trimmed"];
    assert_eq!((trimmed["cap"].as_f64(), trimmed["cut"].as_u64()), (Some(4.0), Some(10)), "{trimmed}");
    near(&trimmed["moved"], 50.0);
    std::fs::write(&margins, format!("{raked}channel,paper,99\n")).unwrap();
    let args = ["survey", "estimate", "tron", "--rake", margins.to_str().unwrap()];
    refused(&database, &args, "", "unit adds up to 100 people and channel to 99");
    ok(&database, &["survey", "returns", "tron", "-"], &sheets(20..30));
    let whole = estimate(&[]);
    near(&whole["index"]["as_defined"]["se"], 0.0);
}

#[test]
fn sizes_are_told_without_a_database() {
    let size = |more: &[&str]| run("", &[&["survey", "size"], more].concat(), "");
    assert_eq!(size(&["--population", "1000", "--error", "0.05"]).1, "286 of 1000 people\n");
    let (code, out, _) = size(&["--population", "10000", "--margin", "0.05", "--json"]);
    assert_eq!((code, serde_json::from_str::<Value>(&out).unwrap()["size"].as_u64()), (0, Some(370)));
    assert_eq!(size(&["--population", "1000"]).0, 2, "an error or a margin");
    assert_eq!(size(&["--population", "1000", "--error", "5"]).0, 2);
}

#[test]
fn the_staff_s_pages_tell_the_round_within_the_scope() {
    let (database, service) = office([30, 30]);
    employ(&database, "lanh.dao@x.vn", Role::Leader);
    employ_at(&database, "can.bo@x.vn", Role::Officer, UNITS[1]);
    let (people, ..) = draw(&database, &["--size", "60", "--least", "30"]);
    let sheets = people.iter().enumerate().filter(|(at, _)| *at < 20 || (30..33).contains(at));
    let file = sheets.fold("code,overall\n".to_owned(), |file, (at, person)| {
        format!("{file}{},{}\n", person.code, if at.is_multiple_of(5) { 3 } else { 4 })
    });
    ok(&database, &["survey", "returns", "tron", "-"], &file);
    hailong::actions::fold_tallies::fold_all(&mut database.conn(), chrono::Utc::now(), &crate::counting::counting())
        .unwrap();
    block_on(async {
        let leader = Clerk::of(&database, &service, "lanh.dao@x.vn");
        let list = leader.open("/staff/rounds").await;
        assert_eq!(list.count("main a[href='/staff/rounds/tron']"), 1, "{}", list.html);
        let round = leader.open("/staff/rounds/tron").await;
        for words in ["Phát ra 60", "38,33", "chưa kiểm chứng"] {
            assert!(round.sees(words), "{words}: {}", round.text());
        }
        assert!(round.sees("ẩn"), "three of the second unit: {}", round.text());
        assert_eq!(leader.ask("/staff/rounds/sipas").await.status(), 404, "no round");
        let officer = Clerk::of(&database, &service, "can.bo@x.vn");
        let own = officer.open("/staff/rounds/tron").await;
        assert!(own.sees("Phát ra 30") && own.sees("Số liệu được ẩn"), "{}", own.text());
        let dashboard = leader.open("/staff?survey=tron&period=all").await;
        assert_eq!(dashboard.count("a[href='/staff/rounds/tron']"), 1, "it leads to the weighted figures");
    });
}

/// What was drawn and what came by itself are added up only where a reader asks for it, and then the page says so.
#[test]
fn drawn_and_self_selected_are_never_mixed_unasked() {
    let (database, service) = office([30, 30]);
    employ(&database, "lanh.dao@x.vn", Role::Leader);
    let (people, ..) = draw(&database, &["--size", "60", "--least", "30"]);
    let file = people.iter().fold("code,overall\n".to_owned(), |file, person| format!("{file}{},1\n", person.code));
    ok(&database, &["survey", "returns", "tron", "-"], &file);
    block_on(async {
        for id in 100..120u128 {
            let mut own = submission(id, "", 5);
            own.as_object_mut().unwrap().remove("code");
            let sent = service.post_json("/api/v1/surveys/counter/submissions", &own).await;
            assert_eq!(sent.status(), 201);
        }
    });
    hailong::actions::fold_tallies::fold_all(&mut database.conn(), chrono::Utc::now(), &crate::counting::counting())
        .unwrap();
    block_on(async {
        let leader = Clerk::of(&database, &service, "lanh.dao@x.vn");
        let all = "/staff?survey=&form=counter%2F2026&period=all";
        let alone = leader.open(all).await;
        assert!(alone.text().contains("100,00") && !alone.sees("25,00"), "{}", alone.text());
        let both = leader.open(&format!("{all}&basis=both")).await;
        assert!(both.sees("25,00") && both.sees("chọn mẫu"), "{}", both.text());
        assert!(both.sees("gộp chung"), "the page says so: {}", both.text());
        for (wish, drawn, basis) in [("", 0, Value::Null), ("&basis=both", 60, Value::from("both"))] {
            let file = leader.ask(&format!("/staff/exports/submissions.zip?survey=&flavour=plain{wish}")).await;
            let bytes = file.bytes().await.unwrap();
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
            let mut text = |name: &str| {
                let mut text = String::new();
                std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
                text
            };
            let rows = text("submissions_counter_2026.csv");
            assert_eq!(rows.matches(",tron,").count(), drawn, "{wish}: {rows:.300}");
            assert_eq!(rows.matches(",counter,").count(), 20, "{wish}");
            let manifest: Value = serde_json::from_str(&text("datapackage.json")).unwrap();
            assert_eq!(manifest["filters"]["basis"], basis, "the manifest says so");
        }
    });
    let text = exported(&database);
    assert!(text.lines().next().unwrap().contains("excluded,stratum,cluster,weight,fpc,overall"), "{text:.200}");
    assert_eq!(from_rows(&text)["rows"], 60);
}

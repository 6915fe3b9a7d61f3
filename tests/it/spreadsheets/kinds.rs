//! A form with every kind of question on its whole way: out of a spreadsheet, answered on a page and by a program, into a table.

use super::{EVERY_KIND, argument, forms, put};
use crate::citizen::in_a_browser::check_narrow;
use crate::support::page::page;
use crate::support::service::program;
use crate::support::{Browser, Database, Service, block_on};
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;
use uuid::Uuid;

/// The shipped forms and the imported one, in a folder; a survey of it, open; and a service.
fn stage() -> (tempfile::TempDir, Database, Service) {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("forms");
    std::fs::create_dir(&library).unwrap();
    let file = put(folder.path(), "every_kind.csv", EVERY_KIND);
    let (code, _, err) = forms(&library, &["import", &file]);
    assert_eq!(code, 0, "{err}");
    let database = Database::new();
    let (code, _, err) = command(&database, &library, &["survey", "open", "kinds", "--form", "every_kind/2026"]);
    assert_eq!(code, 0, "{err}");
    let environment = [
        ("HAILONG_FORMS", argument(&library)),
        ("HAILONG_LIMIT_PER_DEVICE", "0".to_owned()),
        ("HAILONG_LIMIT_PER_ADDRESS", "0".to_owned()),
    ];
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let service = Service::with(database.url(), &environment);
    (folder, database, service)
}

fn command(database: &Database, library: &Path, args: &[&str]) -> (i32, String, String) {
    let output = program(database.url()).env("HAILONG_FORMS", library).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

const PAGE: &str = "/s/kinds?unit=H19.26";

/// The fields of a page with these answers.
fn fields<'a>(id: &'a str, answers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [[("id", id), ("unit", "H19.26"), ("channel", "web"), ("lang", "vi")].as_slice(), answers].concat()
}

#[test]
fn every_kind_is_asked_answered_and_exported() {
    let (folder, database, service) = stage();
    let id = Uuid::new_v4().to_string();
    block_on(async {
        let asked = page(service.get(PAGE).await).await;
        assert_eq!(asked.status, 200);
        assert!(asked.sees("Xin Ông/Bà trả lời theo thực tế."));
        assert!(asked.sees("Câu nào ghi “Cần trả lời”") && !asked.sees("câu nào cũng có thể bỏ qua"));
        assert_eq!(asked.one("#q-people").value().attr("inputmode"), Some("numeric"));
        assert_eq!(asked.one("#q-hours").value().attr("inputmode"), Some("decimal"));
        let day = asked.one("#q-handed_in").value();
        assert_eq!(
            (day.attr("type"), day.attr("min"), day.attr("max")),
            (Some("date"), Some("2026-01-01"), Some("2026-12-31"))
        );
        assert_eq!(asked.count("section.matrix fieldset"), 2);
        assert_eq!(asked.count("[aria-required=true]"), 3, "{}", asked.html);
        assert_eq!(asked.count("input[name=officer]"), 5, "what is required offers no way round");
        assert_eq!(asked.count("input[name=result]"), 6);

        let bad = [("people", "mười"), ("hours", "100"), ("handed_in", "31/02/2026"), ("who", "organisation")];
        let refused = page(service.post_form(PAGE, &fields(&id, &bad)).await).await;
        assert_eq!(refused.status, 422);
        let at = |code: &str| refused.one(&format!("#e-{code}")).text().collect::<String>();
        assert_eq!(at("officer"), "Ông/Bà vui lòng trả lời câu này.");
        assert!(at("people").starts_with("“mười” không phải là số"), "{}", at("people"));
        assert_eq!(at("hours"), "Số giờ phải từ 0 đến dưới 100.");
        assert!(at("handed_in").starts_with("“31/02/2026” không phải là một ngày"), "{}", at("handed_in"));
        assert_eq!(refused.count(".error[id]"), 4);
        for (name, value) in bad.into_iter().take(3) {
            assert_eq!(refused.value(name), value, "what was typed is kept");
        }
        assert_eq!(refused.one("#q-handed_in").value().attr("type"), Some("text"), "a field for days would lose it");
        let late = page(service.post_form(PAGE, &fields(&id, &[("handed_in", "2027-01-01")])).await).await;
        let told = late.one("#e-handed_in").text().collect::<String>();
        assert_eq!(told, "“2027-01-01” nằm ngoài giới hạn. Từ ngày 01/01/2026 đến hết ngày 31/12/2026.");

        let good = [
            ("officer", "2"),
            ("who", "organisation"),
            ("people", "35"),
            ("hours", "1,5"),
            ("handed_in", "2026-11-20"),
        ];
        for _ in 0..2 {
            let sent = service.post_form(PAGE, &fields(&id, &good)).await;
            assert_eq!(sent.status(), 303, "and again, which counts once");
        }
        by_program(&service).await;
    });
    assert_eq!(
        database.text("select string_agg(answers::text, ' ' order by answers->>'hours') from \
             (select jsonb_object_agg(question, answer) as answers from answers_by_question group by submission_id) as each"),
        r#"{"who": "person", "hours": 0.000001, "officer": 5, "handed_in": "2026-01-01"} {"who": "organisation", "hours": 1.5, "people": 35, "officer": 2, "handed_in": "2026-11-20"}"#
    );
    exported(&folder, &database);
}

/// What a program reads and sends.
async fn by_program(service: &Service) {
    let survey: Value = service.get("/api/v1/surveys/kinds").await.json().await.unwrap();
    let questions: Vec<&Value> =
        survey["sections"].as_array().unwrap().iter().flat_map(|s| s["questions"].as_array().unwrap()).collect();
    let question = |code: &str| *questions.iter().find(|q| q["code"] == code).unwrap();
    assert_eq!(survey["sections"][1]["layout"], "matrix");
    let people = question("people");
    assert_eq!(
        (&people["kind"], &people["required"], &people["minimum"], &people["maximum"]),
        (&json!("integer"), &json!(true), &json!(1), &json!(5000))
    );
    assert_eq!(question("hours")["exclusive_maximum"], 100);
    assert_eq!(question("handed_in")["minimum"], "2026-01-01");
    let submission = |answers: Value| json!({ "id": Uuid::new_v4(), "unit": "H19.26", "channel": "import", "language": "vi", "answers": answers });
    let path = "/api/v1/surveys/kinds/submissions";
    let bad = submission(
        json!({ "who": "organisation", "officer": 9, "people": 1.5, "hours": "2", "handed_in": "1/1/2026", "hello": "x" }),
    );
    let refused: Value = service.post_json(path, &bad).await.json().await.unwrap();
    let told: Vec<String> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{} {}", e["field"], e["code"]).replace('"', ""))
        .collect();
    assert_eq!(
        told,
        [
            "hello unknown_question",
            "officer not_an_option",
            "people not_a_whole_number",
            "hours wrong_type",
            "handed_in not_a_date"
        ]
    );
    let good = submission(json!({ "officer": 5, "who": "person", "hours": 0.000001, "handed_in": "2026-01-01" }));
    assert_eq!(service.post_json(path, &good).await.status(), 201);
    assert_eq!(service.post_json(path, &good).await.status(), 200, "a retry is the same");
}

fn exported(folder: &tempfile::TempDir, database: &Database) {
    let file = folder.path().join("x.zip");
    let library = folder.path().join("forms");
    let args = ["export", "submissions", "--survey", "kinds", "-o", file.to_str().unwrap()];
    let (code, _, err) = command(database, &library, &args);
    assert_eq!(code, 0, "{err}");
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&file).unwrap()).unwrap();
    let mut read = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let table = read("submissions_every_kind_2026.csv");
    let header = "excluded,officer,result,who,people,hours,handed_in,reasons__time,reasons__attitude\r\n";
    assert!(table.contains(header), "{table}");
    assert!(table.contains("false,2,,organisation,35,1.5,2026-11-20,,\r\n"), "{table}");
    assert!(table.contains("false,5,,person,,0.000001,2026-01-01,,\r\n"), "{table}");
    let manifest: Value = serde_json::from_str(&read("datapackage.json")).unwrap();
    let described = manifest["resources"][0]["schema"]["fields"].as_array().unwrap();
    let of = |name: &str| described.iter().find(|f| f["name"] == name).unwrap();
    assert_eq!(
        (&of("people")["type"], &of("people")["constraints"]),
        (&json!("integer"), &json!({ "minimum": 1, "maximum": 5000 }))
    );
    assert_eq!(
        (&of("hours")["type"], &of("hours")["constraints"]),
        (&json!("number"), &json!({ "minimum": 0, "exclusiveMaximum": 100 }))
    );
    assert_eq!(
        (&of("handed_in")["type"], &of("handed_in")["constraints"]["maximum"]),
        (&json!("date"), &json!("2026-12-31"))
    );
}

#[test]
fn the_page_of_every_kind_works_in_a_browser() {
    let (_folder, database, service) = stage();
    block_on(async {
        let browser = Browser::open(1280, true).await;
        browser.goto(&service.at(PAGE)).await;
        browser.picture("kinds-wide").await;
        browser.check_accessibility().await;
        let side_by_side = "const q = document.querySelector('.matrix fieldset'); const l = q.querySelector('legend').getBoundingClientRect(); \
             const o = q.querySelector('.five').getBoundingClientRect(); return l.right <= o.left + 1 && Math.abs(l.top - o.top) < 40";
        assert_eq!(browser.client.execute(side_by_side, vec![]).await.unwrap(), true, "a row of the matrix");
        browser.client.set_window_size(500, 1600).await.unwrap();
        browser.picture("kinds-narrow").await;
        browser.check_accessibility().await;
        check_narrow(&browser).await;
        browser.fill("#q-hours", "ba").await;
        browser.click("#send").await;
        browser.sees("Ông/Bà vui lòng trả lời câu này.").await;
        browser.picture("kinds-errors").await;
        browser.check_accessibility().await;
        browser.client.set_window_size(1280, 1600).await.unwrap();
        browser.picture("kinds-errors-wide").await;
        browser.click("input[name=officer][value='5']").await;
        browser.click("input[name=who][value=organisation]").await;
        browser.fill("#q-people", "12").await;
        let hours = browser.client.find(fantoccini::Locator::Css("#q-hours")).await.unwrap();
        hours.clear().await.unwrap();
        hours.send_keys("0,25").await.unwrap();
        browser.click("#send").await;
        browser.sees("Cảm ơn Ông/Bà").await;
    });
    assert_eq!(
        database.text("select jsonb_object_agg(question, answer)::text from answers_by_question"),
        r#"{"who": "organisation", "hours": 0.25, "people": 12, "officer": 5}"#
    );
}

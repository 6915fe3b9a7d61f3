//! Rounds: a frame is imported, a sample drawn, its people answer once each with their codes, on the web, through the API and on
//! paper; the account adds up, the estimate agrees with a count by hand, and nothing leads from an answer to a person.

use crate::support::service::run;
use crate::support::{Database, Service, block_on, page};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

mod figures;
mod shown;

const UNITS: [&str; 2] = ["H19.26", "H19.26.01"];

/// A frame of so many people at each of the units.
fn frame(people: [usize; 2]) -> String {
    let mut file = "dossier,unit,procedure,kind,contact\n".to_owned();
    for (unit, people) in UNITS.iter().zip(people) {
        (0..people).for_each(|n| file.push_str(&format!("HS-{unit}-{n},{unit},,online,09{n:08}\n")));
    }
    file
}

/// A service with an open sampled survey `tron` of the counter's form, and its frame.
fn office(people: [usize; 2]) -> (Database, Service) {
    office_asking("counter/2026", people)
}

/// The same with another form.
fn office_asking(form: &str, people: [usize; 2]) -> (Database, Service) {
    let database = Database::new();
    ok(&database, &["survey", "open", "tron", "--form", form, "--sampled"], "");
    let out = ok(&database, &["survey", "frame", "import", "tron", "-"], &frame(people));
    assert!(out.contains(&format!("{} people", people.iter().sum::<usize>())), "{out}");
    // From its start on it knows the survey.
    let service = Service::on(database.url());
    (database, service)
}

fn ok(database: &Database, args: &[&str], stdin: &str) -> String {
    let (code, out, err) = run(database.url(), args, stdin);
    assert_eq!((code, err.as_str()), (0, ""), "{args:?}: {out}");
    out
}

fn refused(database: &Database, args: &[&str], stdin: &str, why: &str) {
    let (code, out, err) = run(database.url(), args, stdin);
    assert!(code != 0 && err.contains(why), "{args:?}: {code} {out} {err}");
}

/// Somebody who was drawn.
#[derive(Debug, Clone)]
struct Person {
    code: String,
    unit: String,
    weight: f64,
}

/// Draws, and reads the sheet.
fn draw(database: &Database, more: &[&str]) -> (Vec<Person>, tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let sheet = folder.path().join("sheet.csv");
    let args = [&["survey", "draw", "tron", "-o", sheet.to_str().unwrap()], more].concat();
    ok(database, &args, "");
    (people(&sheet), folder, sheet)
}

fn people(sheet: &Path) -> Vec<Person> {
    let text = std::fs::read_to_string(sheet).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let of = |row: csv::StringRecord| Person {
        code: row[1].to_owned(),
        unit: row[3].to_owned(),
        weight: row[9].parse().unwrap(),
    };
    reader.records().map(|row| of(row.unwrap())).collect()
}

fn submission(id: u128, code: &str, level: u8) -> Value {
    json!({
        "id": uuid::Uuid::from_u128(id).to_string(), "unit": "H19.26", "channel": "import", "language": "vi", "code": code,
        "answers": { "overall": level },
    })
}

const PATH: &str = "/api/v1/surveys/tron/submissions";

fn account(database: &Database) -> Value {
    serde_json::from_str(&ok(database, &["survey", "response", "tron", "--json"], "")).unwrap()
}

#[test]
fn a_draw_repeats_from_its_seed_and_its_weights_add_up_to_the_frame() {
    let (first, _service) = office([40, 25]);
    let (second, _other) = office([40, 25]);
    let wish = ["--error", "0.1", "--seed", "7", "--least", "10", "--contacts"];
    let (people, _folder, sheet) = draw(&first, &wish);
    let (again, _folder_too, _) = draw(&second, &wish);
    assert_eq!(people.len(), 40, "65/(1 + 65 0.01), rounded up");
    let weight: f64 = people.iter().map(|person| person.weight).sum();
    assert!((weight - 65.0).abs() < 1e-9, "{weight}");
    let numbers =
        |database: &Database| database.text("select string_agg(number::text, ',' order by number) from drawn");
    assert_eq!(numbers(&first), numbers(&second));
    assert!(people.iter().zip(&again).all(|(a, b)| a.code != b.code), "codes are by chance all the same");
    assert_eq!(first.number("select seed from draws"), 7);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&sheet).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "for its owner's eyes only");
    let text = std::fs::read_to_string(&sheet).unwrap();
    assert!(text.contains(&format!("/s/tron?code={}", people[0].code)) && text.contains(",HS-H19.26-"), "{text}");
    for person in &people {
        assert_eq!(
            first.number(&format!("select count(*) from drawn where code_hash::text like '%{}%'", person.code)),
            0
        );
    }
    let other = ["survey", "draw", "tron", "--size", "9", "-o", sheet.to_str().unwrap()];
    refused(&first, &other, "", "drawn already, with seed 7");
    assert_eq!(people, self::people(&sheet).as_slice(), "the sheet stays");
    refused(&first, &["survey", "frame", "import", "tron", "-"], &frame([3, 3]), "drawn from its frame already");
}

impl PartialEq for Person {
    fn eq(&self, other: &Self) -> bool {
        (&self.code, &self.unit) == (&other.code, &other.unit)
    }
}

#[test]
fn a_frame_is_taken_whole_or_not_at_all() {
    let (database, _service) = office([3, 3]);
    let bad = "dossier,unit,procedure,kind\nA,H19.26,,\nA,H99,9.999999,\n,H19.26,,\n";
    let (code, _, err) = run(database.url(), &["survey", "frame", "import", "tron", "-"], bad);
    assert_eq!(code, 1);
    for line in [
        "line 3, column dossier: the same dossier stands on line 2",
        "line 3, column unit: there is no unit H99 about which this survey asks",
        "line 3, column procedure: there is no procedure 9.999999",
        "line 4, column dossier: this cell must not be empty",
        "nothing was imported, 4 problems",
    ] {
        assert!(err.contains(line), "{line}: {err}");
    }
    assert_eq!(database.number("select count(*) from frame_people"), 6, "the old one stays");
    ok(&database, &["survey", "frame", "import", "tron", "-"], &frame([5, 2]));
    assert_eq!(database.number("select count(*) from frame_people"), 7, "a new one takes its place");
    refused(&database, &["survey", "frame", "import", "sipas", "-"], &frame([1, 1]), "opened with --sampled");
}

#[test]
fn a_code_sent_to_two_servers_at_once_is_taken_once() {
    let (database, one) = office([12, 12]);
    let two = Service::on(database.url());
    let (people, ..) = draw(&database, &["--size", "8", "--least", "4"]);
    block_on(async {
        for (number, person) in (0..).zip(&people) {
            let [here, there] = [2 * number, 2 * number + 1].map(|id| submission(id, &person.code, 4));
            let (a, b) = tokio::join!(one.post_json(PATH, &here), two.post_json(PATH, &there));
            let mut answered = [a.status().as_u16(), b.status().as_u16()];
            answered.sort_unstable();
            assert_eq!(answered, [201, 422]);
        }
    });
    assert_eq!(database.number("select count(*) from submissions"), 8);
    assert_eq!(account(&database)["invalid"]["duplicate"], 8);
}

#[test]
fn a_code_is_good_for_one_answer_however_often_it_is_sent() {
    let (database, service) = office([12, 12]);
    let (people, ..) = draw(&database, &["--size", "8", "--least", "4"]);
    block_on(async {
        let first = service.post_json(PATH, &submission(1, &people[0].code, 4)).await;
        assert_eq!(first.status(), 201);
        let receipt: Value = first.json().await.unwrap();
        let again = service.post_json(PATH, &submission(1, &people[0].code, 4)).await;
        assert_eq!(again.status(), 200);
        assert_eq!(again.json::<Value>().await.unwrap(), receipt);
        assert_eq!(service.post_json(PATH, &submission(1, &people[0].code, 5)).await.status(), 409, "other answers");
        for _ in 0..2 {
            let used = service.post_json(PATH, &submission(2, &people[0].code, 5)).await;
            assert_eq!(used.status(), 422);
            let problem: Value = used.json().await.unwrap();
            assert_eq!(
                (&problem["errors"][0]["field"], &problem["errors"][0]["code"]),
                (&json!("code"), &json!("used"))
            );
        }
        for (code, fault) in [("", "missing"), ("0000-0000-0000", "unknown")] {
            let problem: Value = service.post_json(PATH, &submission(3, code, 5)).await.json().await.unwrap();
            assert_eq!(problem["errors"][0]["code"], fault);
        }
    });
    let told = account(&database);
    let expected = json!({
        "issued": 8, "returned": 2, "valid": 1, "invalid": { "duplicate": 1 }, "flagged": {}, "response_rate": 0.125,
    });
    assert_eq!(told, expected);
    assert_eq!(
        database.number("select count(*) from submissions s join sampled_submissions m on m.submission_id = s.id"),
        1
    );
    assert_eq!(database.text("select u.code from submissions s join units u on u.id = s.unit_id"), people[0].unit);
}

/// Many at once with one code: one is stored, the others are told, nobody twice.
#[test]
fn a_race_for_one_code_has_one_winner() {
    let (database, service) = office([6, 6]);
    let (people, ..) = draw(&database, &["--size", "4", "--least", "2"]);
    let statuses = block_on(async {
        let all = (10..22).map(|id| submission(id, &people[0].code, 5)).collect::<Vec<_>>();
        let sent = all.iter().map(|one| service.post_json(PATH, one));
        let statuses: Vec<u16> =
            futures_util::future::join_all(sent).await.iter().map(|answer| answer.status().as_u16()).collect();
        statuses
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 11, "{statuses:?}");
    assert_eq!(database.number("select count(*) from submissions"), 1);
    assert_eq!(account(&database)["invalid"]["duplicate"], 11);
}

#[test]
fn a_drawn_person_answers_with_the_link_and_finds_it_used_afterwards() {
    let (database, service) = office([6, 6]);
    let (people, ..) = draw(&database, &["--size", "4", "--least", "2"]);
    block_on(async {
        assert!(!page::page(service.get("/").await).await.html.contains("/s/tron"), "not offered to everybody");
        let ask = page::page(service.get("/s/tron").await).await;
        assert!(ask.status == 200 && ask.count("input[name=code]") == 1, "{}", ask.html);
        let unknown = page::page(service.get("/s/tron?code=0000-0000-0000&lang=en").await).await;
        assert!(unknown.status == 404 && unknown.sees("No code of this survey"), "{}", unknown.html);
        let link = format!("/s/tron?code={}", people[0].code.to_lowercase().replace('-', "+"));
        let form = page::page(service.get(&link).await).await;
        assert_eq!((form.status, form.value("unit")), (200, people[0].unit.clone()));
        let (id, time, code) = (form.value("id"), form.value("form-time"), form.value("code"));
        let send = async |id: &str| {
            let fields = [
                ("id", id),
                ("unit", "H19.26"),
                ("channel", "web"),
                ("form-time", &time),
                ("code", &code),
                ("overall", "4"),
            ];
            service.post_form("/s/tron", &fields).await
        };
        let first = send(&id).await;
        assert_eq!(first.status(), 303);
        assert_eq!(send(&id).await.headers()["location"], first.headers()["location"], "the same receipt");
        let used = page::page(send("9d5d5b3e-2f0f-4c09-9f4b-6f5a2f1c7e11").await).await;
        assert!(used.status == 409 && used.sees("Mã này đã được dùng"), "{}", used.html);
        assert_eq!(service.get(&link).await.status(), 409, "the link is used up");
    });
    assert_eq!(account(&database)["returned"], 2);
}

#[test]
fn paper_sheets_count_by_named_rules_and_once() {
    let (database, _service) = office([20, 20]);
    let (people, ..) = draw(&database, &["--size", "12", "--least", "6", "--method", "systematic"]);
    let code = |at: usize| people[at].code.as_str();
    let file = format!(
        "code,overall,reason,comment,seconds\n{},4,,,\n{},2,time;offices,Lâu,\n{},,,,\n{},4;5,,,\n{},5,,,1\nLẠ,3,,,\n{},3,,,\n",
        code(0),
        code(1),
        code(2),
        code(3),
        code(4),
        code(0),
    );
    let told: Value =
        serde_json::from_str(&ok(&database, &["survey", "returns", "tron", "-", "--json"], &file)).unwrap();
    assert_eq!((&told["valid"], &told["repeated"]), (&json!(3), &json!(0)), "{told}");
    assert_eq!(told["invalid"], json!({ "empty": 1, "two_marks": 1, "outside_frame": 1, "duplicate": 1 }));
    let account = account(&database);
    let counts = ["issued", "returned", "valid"].map(|name| account[name].as_i64().unwrap());
    assert_eq!((counts, &account["response_rate"]), ([12, 7, 3], &json!(0.25)));
    let again: Value =
        serde_json::from_str(&ok(&database, &["survey", "returns", "tron", "-", "--json"], &file)).unwrap();
    assert_eq!((&again["valid"], &again["repeated"], &again["invalid"]), (&json!(0), &json!(7), &json!({})));
    assert_eq!(again["account"], account, "keying it in again changes nothing");
    assert_eq!(database.number("select count(*) from submissions where channel = 5"), 3);
    refused(
        &database,
        &["survey", "returns", "tron", "-"],
        &format!("code,overall\n{},9\n", code(5)),
        "nothing was taken",
    );
    let table = ok(&database, &["survey", "response", "tron"], "");
    assert!(table.contains("two_marks") && table.contains("25.00 %"), "{table}");
}

/// One level everywhere in less time than reading takes: the sheet counts, and is counted apart.
#[test]
fn what_was_ticked_through_in_no_time_counts_and_is_flagged() {
    let (database, service) = office_asking("sipas_service/2022", [6, 6]);
    let (people, ..) = draw(&database, &["--size", "8", "--least", "4"]);
    let parts = [("access", 4), ("procedure", 4), ("officer", 5), ("result", 3), ("feedback", 3)];
    let items: Vec<String> =
        parts.iter().flat_map(|(part, items)| (1..=*items).map(move |n| format!("{part}_{n}"))).collect();
    let fives = vec!["5"; items.len()].join(",");
    let file = format!(
        "code,seconds,{}\n{},4,{fives}\n{},240,{fives}\n{},,{fives}\n",
        items.join(","),
        people[0].code,
        people[1].code,
        people[2].code,
    );
    let told = ok(&database, &["survey", "returns", "tron", "-"], &file);
    assert!(told.contains("3 valid (1 flagged)"), "{told}");
    block_on(async {
        let form = page::page(service.get(&format!("/s/tron?code={}", people[3].code)).await).await;
        let (id, time, code) = (form.value("id"), form.value("form-time"), form.value("code"));
        let mut fields = vec![("id", id.as_str()), ("form-time", &time), ("code", &code), ("unit", "H19.26")];
        fields.extend(items.iter().map(|item| (item.as_str(), "5")));
        assert_eq!(service.post_form("/s/tron", &fields).await.status(), 303);
    });
    let account = account(&database);
    assert_eq!((&account["valid"], &account["flagged"]), (&json!(4), &json!({ "uniform_and_fast": 2 })));
    assert_eq!(database.number("select count(*) from sampled_submissions where rules = '2026'"), 4);
}

/// Nothing stored beside the answers says who answered, and what could have is gone when the survey closes.
#[test]
fn contacts_go_when_the_round_closes_and_answers_lead_to_nobody() {
    let (database, _service) = office([8, 8]);
    let (people, ..) = draw(&database, &["--size", "8", "--least", "4"]);
    let file = people.iter().fold("code,overall\n".to_owned(), |file, person| format!("{file}{},4\n", person.code));
    ok(&database, &["survey", "returns", "tron", "-"], &file);
    assert_eq!(database.number("select count(*) from frame_contacts"), 16);
    let columns = "select string_agg(column_name, ',' order by ordinal_position) from information_schema.columns \
                   where table_name = 'sampled_submissions'";
    assert_eq!(database.text(columns), "submission_id,draw_id,stratum,cluster,weight,fpc,flagged_by,rules");
    database.execute("update drawn set returned_on = returned_on - 1");
    let shared = "select count(distinct d.xmin::text) from drawn d";
    ok(&database, &["survey", "close", "tron"], "");
    assert_eq!(database.number("select count(*) from frame_contacts"), 0);
    assert_eq!(database.number("select count(*) from drawn where sheet_key is not null"), 0);
    hailong::actions::forget_expired::forget_expired(&mut database.conn(), chrono::Utc::now()).unwrap();
    assert_eq!(database.number(shared), 1, "one transaction wrote them all");
    assert_eq!(database.number("select count(*) from drawn where is_mixed"), 8);
}

//! Rounds as people see them: the code's page and the staff's pages, in a browser, on a phone and on a wide screen; and a draw in
//! two stages from beginning to end.

use super::{draw, office, ok};
use crate::office::{PASSWORD, employ};
use crate::support::{Browser, block_on};
use hailong::domain::access::Role;
use serde_json::Value;

#[test]
fn pages_of_a_round_suit_everybody_and_the_code_works_without_script() {
    let (database, service) = office([30, 30]);
    employ(&database, "lanh.dao@x.vn", Role::Leader);
    let (people, ..) = draw(&database, &["--size", "60", "--least", "30"]);
    let file = people[1..45]
        .iter()
        .enumerate()
        .fold("code,overall\n".to_owned(), |file, (at, person)| format!("{file}{},{}\n", person.code, 1 + at % 5));
    ok(&database, &["survey", "returns", "tron", "-"], &file);
    hailong::actions::fold_tallies::fold_all(&mut database.conn(), chrono::Utc::now(), &crate::counting::counting())
        .unwrap();
    block_on(async {
        let phone = Browser::open(500, false).await;
        phone.goto(&service.at("/s/tron")).await;
        phone.fill("#code", "0000").await;
        phone.choose("Mở phiếu").await;
        phone.sees("Không có mã này").await;
        phone.goto(&service.at("/s/tron")).await;
        phone.fill("#code", &people[0].code.to_lowercase()).await;
        phone.choose("Mở phiếu").await;
        phone.sees("Nhìn chung, Ông/Bà hài lòng ở mức nào").await;
        phone.choose("Hài lòng").await;
        phone.click("#send").await;
        phone.sees("Cảm ơn").await;
        for width in [360, 1280] {
            let browser = Browser::open(width, true).await;
            let look = async |name: &str, path: &str| {
                for view in ["lang=vi&contrast=normal&size=normal", "lang=en&contrast=high&size=large"] {
                    let both = if path.contains('?') { "&" } else { "?" };
                    browser.goto(&service.at(&format!("{path}{both}{view}"))).await;
                    browser.check_accessibility().await;
                    browser.check_fits_width().await;
                    browser.picture(&format!("round-{name}-{width}-{}", &view[5..7])).await;
                }
            };
            look("code", "/s/tron").await;
            look("used", &format!("/s/tron?code={}", people[0].code)).await;
            browser.goto(&service.at("/staff/sign-in?lang=vi")).await;
            browser.fill("#email", "lanh.dao@x.vn").await;
            browser.fill("#password", PASSWORD).await;
            browser.choose("Đăng nhập").await;
            browser.sees("Chọn mẫu").await;
            look("list", "/staff/rounds").await;
            look("round", "/staff/rounds/tron").await;
            look("dashboard", "/staff?survey=tron&period=all").await;
            look("mixed", "/staff?survey=&form=counter%2F2026&period=all&basis=both").await;
            look("exports", "/staff/exports").await;
        }
    });
    assert_eq!(database.number("select count(*) from drawn where returned_on is not null"), 45);
}

#[test]
fn two_stages_are_drawn_and_estimated_with_their_clusters() {
    let (database, _service) = office([30, 30]);
    let units = ["H19.26", "H19.26.01", "H19.26.02", "H19.26.03"];
    let people = units.iter().flat_map(|unit| (0..20).map(move |n| format!("{unit}-{n},{unit}\n")));
    let file = people.fold("dossier,unit\n".to_owned(), |file, line| file + &line);
    ok(&database, &["survey", "frame", "import", "tron", "-"], &file);
    let more = ["--method", "two-stage", "--units", "2", "--size", "20", "--least", "5", "--seed", "3"];
    let (people, ..) = draw(&database, &more);
    assert_eq!(people.len(), 20, "two units, ten people each");
    assert!(people.iter().all(|person| (person.weight - 4.0).abs() < 1e-9), "half the units, half their people");
    let file = people.iter().enumerate().fold("code,overall\n".to_owned(), |file, (at, person)| {
        format!("{file}{},{}\n", person.code, if (7..15).contains(&at) { 2 } else { 4 })
    });
    ok(&database, &["survey", "returns", "tron", "-"], &file);
    let told: Value = serde_json::from_str(&ok(&database, &["survey", "estimate", "tron", "--json"], "")).unwrap();
    let number = |value: &Value| value.as_f64().unwrap();
    // Seven of the first ten satisfied, five of the second: 12 of 20. V = 2 ((7 - 6)² + (5 - 6)²)/20² = 0.01.
    assert!((number(&told["index"]["as_defined"]["share"]) - 0.6).abs() < 1e-9, "{told}");
    assert!((number(&told["index"]["as_defined"]["se"]) - 0.1).abs() < 1e-9, "{told}");
    assert_eq!((&told["design_df"], &told["weights"]["people"]), (&Value::from(1), &Value::from(80.0)));
    assert_eq!(database.text("select parameters->>'first_stage' from draws"), "by-size");
}

//! The long form of both halves: what somebody has not experienced is not asked, with script and without; a question that is named
//! like a field of the form keeps to itself.

use super::{Citizen, stored};
use crate::support::service::run;
use crate::support::{Browser, Database, Service, block_on};
use fantoccini::Locator;
use serde_json::{Value, json};

const PATH: &str = "/s/full?unit=H19.26&procedure=2.002311";

/// A service that also asks the long form.
fn with_full_form() -> (Database, Service) {
    let database = Database::new();
    let (code, _, error) = run(
        database.url(),
        &["survey", "open", "full", "--form", "sipas_full/2022", "--from", "2026-01-01T00:00:00Z"],
        "",
    );
    assert_eq!(code, 0, "{error}");
    let service = Service::on(database.url());
    (database, service)
}

fn answers(database: &Database) -> Value {
    serde_json::from_str(&stored(database)).unwrap()
}

#[test]
fn a_browser_that_cannot_hide_is_told_in_words() {
    let (_database, service) = with_full_form();
    block_on(async {
        let citizen = Citizen::opens(&service, PATH).await;
        citizen.sees("Phần 1 trên 14");
        citizen.sees(
            "Xin bỏ qua phần này nếu Ông/Bà chọn “Chưa từng / Không có” ở câu “Ông/Bà đã từng giải quyết thủ tục",
        );
        citizen.sees("Xin bỏ qua câu này nếu Ông/Bà chọn “Chưa từng / Không có” ở câu “Ông/Bà có người thân đang học");
    });
}

#[test]
fn the_answers_left_are_those_that_were_asked() {
    let (database, service) = with_full_form();
    block_on(async {
        let mut citizen = Citizen::opens(&service, &format!("{PATH}&channel=qr&lang=en")).await;
        citizen.ticks("Policy on medical care.", "Very interested");
        citizen.ticks("Where do you learn about policies?", "The internet");
        citizen.ticks("Where do you learn about policies?", "Radio, television and newspapers");
        citizen.ticks("In your view, do officials", "None");
        citizen.ticks("In your view, do people", "Don’t know / Prefer not to say");
        citizen.ticks("There is enough equipment", "Satisfied");
        citizen.ticks("The office receives and handles", "Satisfied");
        citizen.ticks("The local policy on medical care", "Neutral");
        citizen.ticks("The local policy on general education", "Neutral");
        citizen.ticks("Is a member of your family at school", "No");
        citizen.ticks("Have you ever gone through", "No");
        citizen.presses("Larger text").await;
        citizen.sees_chosen("answer-channel", "internet");
        citizen.sees_chosen("harassment", "none");
        citizen.sees_chosen("bribery", ".");
        assert_eq!(citizen.page.value("channel"), "qr", "the field of the form is not the question");
        citizen.presses("Send rating").await;
        citizen.sees("Thank you");
    });
    let expected = json!({
        "interest_2": 3, "channel": ["media", "internet"], "harassment": "none", "policy_2": 3,
        "experience_1": "no", "experience_4": "no",
    });
    assert_eq!(answers(&database), expected);
    assert_eq!(database.text("select channel::text from submissions"), "2", "it came by QR code");
}

#[test]
fn a_wrong_answer_is_named_at_its_question_and_not_at_the_field() {
    let (database, service) = with_full_form();
    block_on(async {
        let fields = [("id", "6f9619ff-8b86-4011-b42d-00c04fc964ff"), ("unit", "H19.26"), ("answer-channel", "fax")];
        let page = crate::support::page::page(service.post_form("/s/full", &fields).await).await;
        assert_eq!(page.status, 422);
        assert!(page.sees("“Ông/Bà biết thông tin về các chính sách qua những kênh nào?”: Ông/Bà vui lòng chọn"));
        assert_eq!(page.count(".summary a[href='#q-answer-channel']"), 1);
        assert_eq!(page.count("input#q-answer-channel"), 1);
        assert!(!page.sees("không nhận phiếu theo cách này"));
    });
    assert_eq!(database.number("select count(*) from submissions"), 0);
}

async fn tick(browser: &Browser, name: &str, value: &str) {
    browser.click(&format!("input[name='{name}'][value='{value}']")).await;
}

/// Which of some questions can be seen.
async fn seen(browser: &Browser, names: &[&str]) -> Vec<bool> {
    let mut all = Vec::new();
    for name in names {
        let input = browser.client.find(Locator::Css(&format!("#q-{name}"))).await.unwrap();
        all.push(input.is_displayed().await.unwrap());
    }
    all
}

#[test]
fn the_page_hides_what_was_not_experienced_without_script() {
    let (database, service) = with_full_form();
    block_on(async {
        let browser = Browser::open(500, false).await;
        browser.goto(&service.at(PATH)).await;
        let asked = ["policy_2", "policy_3", "involvement_1", "access_1", "result_3", "feedback_1"];
        assert_eq!(seen(&browser, &asked).await, [true; 6], "what was left open hides nothing");
        assert!(!browser.text().await.contains("Xin bỏ qua"), "the page follows, so nobody has to be told");
        for (name, expected) in [
            ("experience_2", [false, true, true, true, true, true]),
            ("experience_5", [false, true, true, true, true, false]),
            ("experience_6", [false, true, false, true, true, false]),
            ("experience_4", [false, true, false, false, false, false]),
        ] {
            tick(&browser, name, "no").await;
            assert_eq!(seen(&browser, &asked).await, expected, "{name}");
        }
        assert!(!browser.text().await.contains("Công chức trực tiếp giải quyết công việc"), "headings go along");
        browser.picture("citizen-full-skipped").await;
        tick(&browser, "experience_4", "yes").await;
        assert_eq!(seen(&browser, &asked).await, [false, true, false, true, true, false], "both conditions must hold");
        tick(&browser, "experience_5", "yes").await;
        tick(&browser, "feedback_1", "5").await;
        tick(&browser, "experience_5", "no").await;
        tick(&browser, "access_1", "4").await;
        browser.click("#send").await;
        browser.sees("Cảm ơn Ông/Bà").await;
    });
    let expected = json!({
        "experience_2": "no", "experience_4": "yes", "experience_5": "no", "experience_6": "no", "access_1": 4,
    });
    assert_eq!(answers(&database), expected, "what was ticked and then hidden is not kept");
}

#[test]
fn the_long_form_suits_everybody() {
    let (_database, service) = with_full_form();
    block_on(async {
        let browser = Browser::open(1280, true).await;
        for language in ["vi", "en"] {
            browser.goto(&service.at(&format!("{PATH}&lang={language}"))).await;
            browser.check_accessibility().await;
            tick(&browser, "experience_4", "no").await;
            browser.check_accessibility().await;
            browser.client.set_window_size(500, 1600).await.unwrap();
            browser.check_fits_width().await;
            browser.client.set_window_size(1280, 1600).await.unwrap();
        }
        browser.picture("citizen-full-wide").await;
    });
}

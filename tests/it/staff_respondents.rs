//! The dashboard by who answered: option by option of one question, small groups hidden, of the own units only.

use crate::office::{Clerk, employ, employ_at};
use crate::staff_dashboard::{counted, row};
use crate::support::{Service, block_on, page::Page, page::css};
use hailong::domain::access::Role;
use serde_json::{Value, json};

/// Sends some submissions of people who say this of themselves.
async fn answer(service: &Service, unit: &str, level: u8, about: Value, times: usize) {
    let mut answers = about;
    answers["access_1"] = level.into();
    answers["officer_1"] = level.into();
    for _ in 0..times {
        let body = json!({
            "id": uuid::Uuid::new_v4(), "unit": unit, "channel": "web", "language": "vi", "answers": answers,
        });
        let answer = service.post_json("/api/v1/surveys/sipas/submissions", &body).await;
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    }
}

fn link(page: &Page, words: &str) -> String {
    let links = css("section[aria-labelledby=by] a");
    let mut found = page.tree.select(&links).filter(|link| link.text().collect::<String>() == words);
    found.next().unwrap_or_else(|| panic!("no link {words}")).value().attr("href").unwrap().to_owned()
}

fn is_there(page: &Page, name: &str) -> bool {
    let heads = css("section[aria-labelledby=by] tbody th");
    page.tree.select(&heads).any(|head| head.text().collect::<String>() == name)
}

#[test]
fn the_index_is_told_by_who_answered_and_further_filters_are_declined() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        answer(&service, "H19.26.02", 5, json!({ "gender": "female", "age": "18-24" }), 6).await;
        answer(&service, "H19.26.02", 1, json!({ "gender": "male", "age": "18-24" }), 7).await;
        answer(&service, "H19.26.03", 5, json!({ "gender": "male", "age": "over_60" }), 7).await;
        answer(&service, "H19.26.03", 4, json!({}), 8).await;
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let page = leader.open("/staff?units=low").await;
        assert_eq!(page.count("section[aria-labelledby=by] .sorting strong"), 1, "the first question is chosen");
        let by_gender = link(&page, "Giới tính");
        assert!(by_gender.contains("by=gender") && by_gender.contains("units=low"), "{by_gender}");
        let page = leader.open(&by_gender).await;
        assert_eq!(row(&page, "by", "Nam")[1..3], ["14", "50,00 %"]);
        assert_eq!(row(&page, "by", "Nữ")[1..3], ["6", "100,00 %"]);
        assert_eq!(row(&page, "by", "Không trả lời câu này")[1..3], ["8", "100,00 %"]);
        assert_eq!(page.one("form input[name=by]").value().attr("value").unwrap(), "gender", "the form keeps it");
        let unit = page.one("section[aria-labelledby=units] tbody a").value().attr("href").unwrap().to_owned();
        assert!(unit.contains("by=gender"), "{unit}");
        let office = leader.open("/staff?unit=H19.26.02&by=gender").await;
        assert_eq!(row(&office, "by", "Nam")[1..3], ["7", "0,00 %"]);
        assert!(!is_there(&office, "Không trả lời câu này"), "nobody there left it out");
        let by_age = leader.open("/staff?by=age").await;
        assert_eq!(row(&by_age, "by", "18–24")[1..3], ["13", "46,15 %"]);
        assert!(by_age.sees("Độ tuổi: chưa kiểm chứng"), "what is recalled is called so");
        let english = leader.open("/staff?by=gender&lang=en").await;
        assert_eq!(row(&english, "by", "Female")[1], "6");
        for query in ["channel=web", "from=2026-01-02&to=2026-12-30", "channel=web&unit=H19.26.02"] {
            let page = leader.open(&format!("/staff?by=gender&{query}")).await;
            assert!(page.sees("các nhóm sẽ quá nhỏ"), "{query}");
            let wider = leader.open(&link(&page, "Bỏ các lựa chọn đó để xem theo người trả lời")).await;
            assert_eq!(row(&wider, "by", "Nữ")[1], "6", "{query}");
        }
        for stale in ["nothing", "access_1", ""] {
            let page = leader.open(&format!("/staff?by={stale}")).await;
            assert!(page.count("section[aria-labelledby=by] tbody tr") > 1, "{stale}: as if nothing had been chosen");
        }
    });
}

#[test]
fn small_groups_of_people_are_hidden_and_cannot_be_worked_out() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    employ_at(&database, "lan@x.vn", Role::Officer, "H19.26.02");
    block_on(async {
        answer(&service, "H19.26.02", 5, json!({ "gender": "female" }), 3).await;
        answer(&service, "H19.26.02", 1, json!({ "gender": "male" }), 9).await;
        answer(&service, "H19.26.02", 1, json!({}), 20).await;
        answer(&service, "H19.26.03", 4, json!({ "gender": "female" }), 30).await;
        answer(&service, "H19.26.03", 4, json!({ "gender": "male" }), 40).await;
        answer(&service, "H19.26.03", 4, json!({}), 50).await;
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let whole = leader.open("/staff?by=gender").await;
        assert_eq!(row(&whole, "by", "Nữ")[1], "33", "together they are many");
        let office = leader.open("/staff?by=gender&unit=H19.26.02").await;
        assert_eq!(row(&office, "by", "Nữ")[1..3], ["", "ẩn"]);
        assert_eq!(row(&office, "by", "Nam")[1..3], ["", "ẩn"], "32 less the others would be three");
        assert_eq!(row(&office, "by", "Không trả lời câu này")[1], "20");
        let other = leader.open("/staff?by=gender&unit=H19.26.03").await;
        assert_eq!(row(&other, "by", "Nữ")[1..3], ["", "ẩn"], "33 less these would be three");
        let lan = Clerk::of(&database, &service, "lan@x.vn");
        let own = lan.open("/staff?by=gender").await;
        assert_eq!(row(&own, "by", "Nữ")[1..3], ["", "ẩn"], "three are three for their own officer too");
        assert_eq!(row(&own, "by", "Không trả lời câu này")[1], "20", "and nobody of the neighbours is among them");
    });
}

//! A citizen answers: the whole way, in both languages, by hand and by link; once however often it is sent.

use super::{Citizen, stored};
use crate::support::service::eventually;
use crate::support::{Service, block_on};

#[test]
fn from_the_start_page_to_the_receipt() {
    let (database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/").await;
        citizen.follows("Sở Ngoại vụ Đồng Nai").await;
        citizen.sees("Ông/Bà đã làm thủ tục nào?");
        citizen.follows("Cho phép sử dụng thẻ đi lại của doanh nhân APEC (thẻ ABTC)").await;
        citizen.sees("Mất chừng nửa phút.");
        citizen.sees("Mất khoảng 5 phút.");
        citizen.follows("Khảo sát sự hài lòng đối với sự phục vụ của cơ quan hành chính nhà nước").await;
        assert!(citizen.headers.get("set-cookie").is_none());
        citizen.sees("Phần 1 trên 7");
        citizen.sees("Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15");
        citizen.sees("Không ai, dù là công chức hay người khác, được trả lời thay");
        citizen.ticks("Cơ quan cung cấp thông tin", "Rất hài lòng");
        citizen.ticks("Thành phần hồ sơ", "Không hài lòng");
        citizen.ticks("Công chức có thái độ", "Không áp dụng / Không biết");
        citizen.ticks("Nâng cao hơn nữa chất lượng cung cấp thông tin", "Rất nhiều");
        citizen.ticks("Độ tuổi", "Trên 60");
        citizen.writes("Ý kiến khác", "\nCán bộ tận tình.\nCảm ơn <b>Sở</b> & mọi người.");
        citizen.presses("Gửi đánh giá").await;
        citizen.sees("Cảm ơn Ông/Bà");
        citizen.sees("Phiếu đánh giá đã được ghi nhận.");
        assert_eq!(citizen.receipt().len(), 14);
        let address = citizen.url.path().to_owned();
        eventually("the form is counted", async || {
            let seen = Citizen::opens(&service, &address).await;
            seen.page.sees("Tính vào kết quả Đã tính").then_some(())
        })
        .await;
        citizen.follows("Đánh giá một việc khác").await;
        citizen.sees("Ông/Bà đã làm việc với cơ quan nào?");
    });
    let expected = r#"{"age": "over_60", "comment": "Cán bộ tận tình.\nCảm ơn <b>Sở</b> & mọi người.", "access_1": 5, "priority_1": 3, "procedure_2": 2}"#;
    assert_eq!(stored(&database), expected);
    let row = "select concat_ws(' ', u.code, p.code, s.channel, s.language) from submissions s \
         join units u on u.id = s.unit_id join procedures p on p.id = s.procedure_id";
    assert_eq!(database.text(row), "H19.26 SNGV-ABTC 1 1");
}

#[test]
fn by_a_qr_code_in_english() {
    let (database, service) = Service::fresh();
    block_on(async {
        // The older order of the unit's code, and a procedure in small letters, lead to the same form.
        let link = "/s/counter?unit=000.00.26.H19&procedure=sngv-abtc&channel=qr&lang=en";
        let mut citizen = Citizen::opens(&service, link).await;
        assert!(citizen.headers.get("set-cookie").is_none(), "a link needs no cookie");
        citizen.sees("Permission to use the APEC Business Travel Card (ABTC)");
        citizen.ticks("Overall", "Neutral");
        citizen.ticks("What should have been better?", "Something else");
        citizen.ticks("What should have been better?", "How I was treated");
        citizen.presses("Send rating").await;
        citizen.sees("Thank you");
        citizen.follows("Rate something else").await;
        citizen.sees("Which office served you?");
    });
    assert_eq!(stored(&database), r#"{"reason": ["attitude", "other"], "overall": 3}"#);
    assert_eq!(database.text("select concat_ws(' ', channel, language) from submissions"), "2 2");
}

#[test]
fn an_answer_that_another_closes_is_dropped() {
    let (database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/counter?unit=H19.26").await;
        citizen.ticks("Nhìn chung", "Hài lòng");
        citizen.ticks("Theo Ông/Bà", "Thái độ ứng xử");
        citizen.presses("Gửi đánh giá").await;
        citizen.sees("Cảm ơn Ông/Bà");
    });
    assert_eq!(stored(&database), r#"{"overall": 4}"#);
    assert_eq!(database.number("select count(*) from submissions where procedure_id is not null"), 0);
}

#[test]
fn sent_twice_it_counts_once_and_with_other_answers_the_first_stays() {
    let (database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/counter?unit=H19.26&procedure=SNGV-ABTC").await;
        let fields = |citizen: &Citizen, overall: &str| {
            let mut fields = citizen.fields(citizen.page.one("form"));
            fields.push(("overall".to_owned(), overall.to_owned()));
            fields
        };
        let (same, other) = (fields(&citizen, "5"), fields(&citizen, "1"));
        let send = async |fields: &[(String, String)]| {
            service.client.post(service.at("/s/counter")).form(fields).send().await.unwrap()
        };
        let (first, second) = (send(&same).await, send(&same).await);
        assert_eq!((first.status().as_u16(), second.status().as_u16()), (303, 303));
        assert_eq!(first.headers()["location"], second.headers()["location"]);
        let (left, right) = tokio::join!(send(&same), send(&same));
        assert_eq!((left.status().as_u16(), right.status().as_u16()), (303, 303));
        let page = crate::support::page::page(send(&other).await).await;
        assert_eq!(page.status, 409);
        assert!(page.sees("Phiếu này đã được gửi với nội dung khác"));
        // The way on is a fresh form for the same visit.
        citizen.goes_to(page.one("main a").value().attr("href").unwrap()).await;
        citizen.sees("Cho phép sử dụng thẻ đi lại");
        assert!(!same.contains(&("id".to_owned(), citizen.page.value("id"))));
    });
    assert_eq!(database.number("select count(*) from submissions"), 1);
    assert_eq!(stored(&database), r#"{"overall": 5}"#);
}

#[test]
fn the_fields_of_the_contract_are_enough() {
    let (database, service) = Service::fresh();
    block_on(async {
        let id = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
        let fields = [("id", id), ("unit", "H19.26"), ("overall", "4"), ("channel", "kiosk"), ("lang", "en")];
        let response = service.post_form("/s/counter", &fields).await;
        assert_eq!(response.status(), 303);
        assert!(response.headers()["location"].to_str().unwrap().starts_with("/receipts/"));
    });
    assert_eq!(database.text("select concat_ws(' ', channel, language, flags) from submissions"), "4 2 4");
}

#[test]
fn what_looks_like_a_machine_is_flagged_and_counted() {
    let (database, service) = Service::fresh();
    block_on(async {
        let mut bot = Citizen::opens(&service, "/s/counter?unit=H19.26").await;
        bot.ticks("Nhìn chung", "Hài lòng");
        bot.writes("Xin để trống ô này", "http://spam.example");
        bot.presses("Gửi đánh giá").await;
        bot.sees("Cảm ơn Ông/Bà");
        let fields = [("id", "6f9619ff-8b86-4011-b42d-00c04fc964f0"), ("unit", "H19.26"), ("overall", "4")];
        let trapped = [fields.as_slice(), &[("home-page", "x"), ("form-time", "1.0000000000000000")]].concat();
        assert_eq!(service.post_form("/s/counter", &trapped).await.status(), 303);
    });
    assert_eq!(database.number("select count(*) from submissions where flags = 3"), 1, "trapped and too fast");
    assert_eq!(
        database.number("select count(*) from submissions where flags = 5"),
        1,
        "trapped, and a forged time is none"
    );
}

#[test]
fn the_sheet_can_be_gone_back_to_but_not_on_a_device_of_the_office() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let kept = service.get("/s/counter?unit=H19.26").await;
        assert_eq!(kept.headers()["cache-control"], "private, no-cache");
        let kiosk = service.get("/s/counter?unit=H19.26&channel=kiosk").await;
        assert_eq!(kiosk.headers()["cache-control"], "no-store");
    });
}

/// The measure of the form page: what a slow connection must carry before somebody can answer.
#[test]
fn the_form_and_its_style_fit_into_14_kilobytes() {
    let (_database, service) = Service::fresh();
    block_on(async {
        for language in ["vi", "en"] {
            let path = format!("/s/sipas?unit=H19.26&procedure=2.002311&lang={language}");
            let citizen = Citizen::opens(&service, &path).await;
            let style = citizen.page.one("link[rel=stylesheet]").value().attr("href").unwrap();
            let mut sum = 0;
            for address in [path.as_str(), style] {
                let asked = service.client.get(service.at(address)).header("accept-encoding", "br");
                let response = asked.send().await.unwrap();
                assert_eq!(response.headers()["content-encoding"], "br", "{address}");
                sum += response.bytes().await.unwrap().len();
            }
            assert!(sum <= 14 * 1024, "{language}: {sum} bytes");
            assert!(sum > 2 * 1024, "{language}: {sum} bytes is no form");
        }
    });
}

/// Some browsers without pictures choose the first option of a question where the page chooses none: then it must be no answer.
#[test]
fn a_browser_that_shows_text_only_answers_nothing_by_itself() {
    let (database, service) = Service::fresh();
    block_on(async {
        let client = reqwest::Client::builder().user_agent("Lynx/2.9.0dev.12 libwww-FM/2.14").build().unwrap();
        let page = client.get(service.at("/s/sipas?unit=H19.26")).send().await.unwrap().text().await.unwrap();
        let page = scraper::Html::parse_document(&page);
        let buttons: Vec<_> = page.select(&super::css("button")).map(super::text_of).collect();
        assert_eq!(buttons.iter().position(|b| b == "Gửi đánh giá"), Some(buttons.len() - 1), "one, at the end");
        let mut sent = vec![("unit".to_owned(), "H19.26".to_owned())];
        let mut asked = std::collections::BTreeSet::new();
        for radio in page.select(&super::css("input[type=radio]")) {
            let attribute = |name| radio.value().attr(name).unwrap_or_default().to_owned();
            asked.insert(attribute("name"));
            if radio.value().attr("checked").is_some() {
                sent.push((attribute("name"), attribute("value")));
            }
        }
        assert_eq!(sent.len() - 1, asked.len(), "each question has one option that is chosen");
        let id = page.select(&super::css("input[name=id]")).next().unwrap().value().attr("value").unwrap();
        sent.push(("id".to_owned(), id.to_owned()));
        let response = client.post(service.at("/s/sipas")).form(&sent).send().await.unwrap();
        assert_eq!(response.status(), 422, "nothing was answered");
    });
    assert_eq!(database.number("select count(*) from submissions"), 0);
}

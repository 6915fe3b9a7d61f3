//! Choosing what to rate: the tree, the search, links that lead astray, surveys that are not open.

use super::Citizen;
use crate::support::{Service, block_on};

#[test]
fn only_what_serves_people_today_can_be_chosen() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let citizen = Citizen::opens(&service, "/").await;
        citizen.sees("Ủy ban nhân dân thành phố Đồng Nai");
        citizen.sees("chưa được kiểm chứng với danh mục chính thức");
        assert!(!citizen.page.sees("Bình Phước"), "a unit that is no more");
        let links: Vec<_> = citizen.page.tree.select(&super::css("main a")).map(super::text_of).collect();
        assert!(!links.contains(&"Ủy ban nhân dân thành phố Đồng Nai".to_owned()), "it stands above others only");
        assert!(links.contains(&"Sở Ngoại vụ Đồng Nai".to_owned()));
        assert!(links.contains(&"Phòng Hợp tác quốc tế".to_owned()));
    });
}

#[test]
fn the_search_needs_no_diacritics() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/").await;
        citizen.writes("Tìm cơ quan", "hop phap hoa lanh su");
        citizen.presses("Tìm").await;
        citizen.follows("Tiếp nhận hồ sơ, trả kết quả hợp pháp hóa lãnh sự").await;
        citizen.sees("Ông/Bà chọn một phiếu");
        citizen.goes_to("/").await;
        citizen.writes("Tìm cơ quan", "phong lanh su");
        citizen.presses("Tìm").await;
        citizen.follows("Phòng Lãnh sự và Người Việt Nam ở nước ngoài").await;
        citizen.writes("Tìm thủ tục", "THE DI LAI");
        citizen.presses("Tìm").await;
        citizen.sees("thẻ ABTC");
        assert!(!citizen.page.sees("hội nghị"), "not searched for");
        citizen.writes("Tìm thủ tục", "không có đâu");
        citizen.presses("Tìm").await;
        citizen.sees("Không tìm thấy.");
        citizen.follows("Việc khác / không nhớ rõ").await;
        citizen.follows("Đánh giá nhanh sau khi giải quyết công việc").await;
        citizen.sees("Phòng Lãnh sự và Người Việt Nam ở nước ngoài");
        citizen.sees("Việc khác / không nhớ rõ");
        citizen.follows("Đổi cơ quan hoặc thủ tục").await;
        citizen.sees("Ông/Bà đã làm thủ tục nào?");
    });
}

#[test]
fn a_survey_that_was_named_stays_named() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/counter?channel=qr").await;
        assert_eq!(citizen.url.query(), Some("survey=counter&channel=qr"));
        citizen.writes("Tìm cơ quan", "so ngoai vu");
        citizen.presses("Tìm").await;
        citizen.follows("Sở Ngoại vụ Đồng Nai").await;
        citizen.follows("Việc khác / không nhớ rõ").await;
        assert_eq!(citizen.url.path(), "/s/counter");
        assert_eq!(citizen.page.value("channel"), "qr");
    });
}

#[test]
fn a_link_with_a_wrong_code_asks_again() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/counter?unit=H99").await;
        assert_eq!(citizen.page.status, 404);
        citizen.sees("một cơ quan không có trong đợt khảo sát");
        citizen.follows("Sở Ngoại vụ Đồng Nai").await;
        citizen.goes_to("/s/counter?unit=H19.26&procedure=9.999999").await;
        assert_eq!(citizen.page.status, 404);
        citizen.sees("một thủ tục mà cơ quan không tiếp nhận");
        citizen.follows("Cho phép sử dụng thẻ đi lại của doanh nhân APEC (thẻ ABTC)").await;
        assert_eq!(citizen.page.value("procedure"), "SNGV-ABTC");
        citizen.goes_to("/?unit=%22%3E%3Cscript%3E&q=%3Cb%3E").await;
        citizen.sees("một cơ quan không có trong đợt khảo sát");
        assert!(!citizen.page.html.contains("<script") && !citizen.page.html.contains("<b>"));
    });
}

#[test]
fn a_survey_takes_answers_in_its_time_only() {
    let (database, service) = Service::fresh();
    database.execute(
        "update surveys set closes_at = '2026-02-01 00:00+07' where code = 'counter'; \
         update surveys set opens_at = '2999-03-04 05:06+07' where code = 'sipas'; \
         update catalogue_revision set revision = revision + 1",
    );
    let restarted = Service::on(database.url());
    drop(service);
    block_on(async {
        let fields = [("id", "6f9619ff-8b86-4011-b42d-00c04fc964ff"), ("unit", "H19.26"), ("overall", "4")];
        for (path, get, post, words) in [
            ("/s/counter", 410, 410, "Đợt khảo sát đã kết thúc"),
            ("/s/sipas", 200, 403, "từ 05:06 ngày 04/03/2999 (giờ Việt Nam)"),
            ("/s/nothing", 404, 404, "Không tìm thấy trang"),
        ] {
            let citizen = Citizen::opens(&restarted, &format!("{path}?unit=H19.26")).await;
            assert_eq!(citizen.page.status, get, "{path}");
            citizen.sees(words);
            let page = crate::support::page::page(restarted.post_form(path, &fields).await).await;
            assert_eq!(page.status, post, "{path}");
            assert!(page.sees(words));
        }
        let citizen = Citizen::opens(&restarted, "/").await;
        citizen.sees("Hiện không có đợt khảo sát nào đang mở.");
        assert_eq!(Citizen::opens(&restarted, "/?survey=counter").await.page.status, 410);
    });
    assert_eq!(database.number("select count(*) from submissions"), 0);
}

#[test]
fn text_browsers_and_link_checkers_are_served_as_well() {
    use std::io::{Read, Write};
    let (_database, service) = Service::fresh();
    block_on(async {
        for path in ["/", "/s/sipas?unit=H19.26", "/receipts", "/receipts/x"] {
            let (head, get) = (service.client.head(service.at(path)).send().await.unwrap(), service.get(path).await);
            assert_eq!(head.status(), get.status(), "{path}");
            assert!(head.bytes().await.unwrap().is_empty());
        }
    });
    let mut connection = std::net::TcpStream::connect(service.url.trim_start_matches("http://")).unwrap();
    connection.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("a whole page, neither compressed nor in chunks");
    assert!(!answer.to_lowercase().contains("transfer-encoding"), "{answer}");
    assert!(answer.trim_end().ends_with("</html>"), "{answer}");
}

#[test]
fn links_printed_long_ago_lead_to_the_office_of_today() {
    let (_database, service) = Service::fresh();
    block_on(async {
        for (old, new) in [
            ("/s/counter?unit=H10.17", "/s/counter?unit=H19.26"),
            ("/s/counter?unit=000.00.17.H10&channel=qr", "/s/counter?unit=H19.26&channel=qr"),
            ("/s/counter?unit=H10.17&procedure=2.002311.000.00.00.H10", "/s/counter?unit=H19.26&procedure=2.002311"),
            ("/?unit=H10.17", "/?unit=H19.26"),
        ] {
            let response = service.get(old).await;
            assert_eq!(response.status(), 303, "{old}");
            assert_eq!(response.headers()["location"], new, "{old}");
        }
        let citizen = Citizen::opens(&service, "/s/counter?unit=H10.17&procedure=2.002311.000.00.00.H10").await;
        citizen.sees("Sở Ngoại vụ Đồng Nai");
        citizen.sees("Cho phép tổ chức hội nghị, hội thảo quốc tế");
        assert_eq!(service.get("/s/counter?unit=H99").await.status(), 404);
    });
}

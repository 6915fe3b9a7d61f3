//! What cannot be taken comes back with everything still in it: mistakes, too many, an outage. What is no form is refused.

use super::{Citizen, stored};
use crate::support::{Database, Service, block_on};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

#[test]
fn a_mistake_brings_the_page_back_with_what_was_typed() {
    let (database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/sipas?unit=H19.26").await;
        let id = citizen.page.value("id");
        citizen.ticks("Mức phí/lệ phí", "Rất không hài lòng");
        citizen.ticks("Giới tính", "Không muốn trả lời");
        let long = format!("{}<&>", "dài ".repeat(510));
        citizen.writes("Ý kiến khác", &long);
        citizen.presses("Gửi đánh giá").await;
        assert_eq!(citizen.page.status, 422);
        assert!(citizen.page.one("title").inner_html().starts_with("Lỗi: "));
        citizen.sees("Phiếu chưa gửi được");
        let link = citizen.page.one(".summary a").value().attr("href").unwrap();
        let field = citizen.page.one(&format!("[id=\"{}\"]", link.trim_start_matches('#'))).value();
        assert_eq!((field.name(), field.attr("aria-invalid")), ("textarea", Some("true")));
        let message = field.attr("aria-describedby").unwrap().split(' ').next().unwrap();
        let beside = super::text_of(citizen.page.one(&format!("[id=\"{message}\"]")));
        assert_eq!(beside, "Phần này dài 2.043 ký tự, tối đa là 2.000. Ông/Bà vui lòng rút ngắn 43 ký tự.");
        assert_eq!(citizen.page.value("id"), id);
        citizen.sees_chosen("procedure_3", "1");
        citizen.sees_chosen("gender", "none");
        let fields = citizen.fields(citizen.page.one("form"));
        assert!(fields.contains(&("comment".to_owned(), long)), "the text is not kept");
        citizen.writes("Ý kiến khác", "ngắn");
        citizen.presses("Gửi đánh giá").await;
        citizen.sees("Cảm ơn Ông/Bà");
    });
    assert_eq!(stored(&database), r#"{"comment": "ngắn", "procedure_3": 1}"#);
}

#[test]
fn an_empty_form_is_sent_back_in_the_visitors_language() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/sipas?unit=H19.26&lang=en").await;
        citizen.ticks("Gender", "Prefer not to say");
        citizen.presses("Send rating").await;
        assert_eq!(citizen.page.status, 422);
        assert!(citizen.page.one("title").inner_html().starts_with("Error: "));
        citizen.sees("Nothing has been answered yet.");
        assert_eq!(citizen.page.one(".summary a").value().attr("href"), Some("#q-access_1"));
        let beside = super::text_of(citizen.page.one("#e-access_1"));
        assert!(beside.starts_with("Nothing has been answered yet."), "{beside}");
    });
}

#[test]
fn a_procedure_that_the_office_does_not_handle_is_told_beside_it() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let fields = [("id", "6f9619ff-8b86-4011-b42d-00c04fc964fe"), ("unit", "H19.26"), ("procedure", "9.999999")];
        let response = service.post_form("/s/counter", &[fields.as_slice(), &[("overall", "4")]].concat()).await;
        let page = crate::support::page::page(response).await;
        assert_eq!(page.status, 422);
        assert_eq!(page.one(".summary a").value().attr("href"), Some("#q-procedure"));
        let beside = super::text_of(page.one("#q-procedure .error"));
        assert!(beside.starts_with("Cơ quan này không tiếp nhận thủ tục đã ghi."), "{beside}");
    });
}

#[test]
fn fields_that_no_page_sends_are_named_and_can_be_put_right() {
    let (database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/counter?unit=H19.26").await;
        let odd = [
            ("id", "x"),
            ("unit", "H99"),
            ("channel", "fax"),
            ("lang", "vi"),
            ("overall", "6"),
            ("reason", "nothing"),
            ("nothing", "1"),
            ("comment", "giữ lại"),
        ];
        citizen.page = crate::support::page::page(service.post_form("/s/counter", &odd).await).await;
        assert_eq!(citizen.page.status, 422);
        for words in ["Phiếu bị thiếu mã số", "Ông/Bà vui lòng chọn cơ quan.", "không có câu hỏi “nothing”"]
        {
            citizen.sees(words);
        }
        assert_eq!(citizen.page.count(".summary a"), 5, "{}", citizen.page.text());
        assert_eq!(citizen.page.one("fieldset[role=radiogroup]").value().attr("aria-invalid"), Some("true"));
        citizen.writes("Cơ quan", "H19.26");
        citizen.ticks("Nhìn chung", "Rất hài lòng");
        citizen.presses("Gửi đánh giá").await;
        citizen.sees("Cảm ơn Ông/Bà");
    });
    assert_eq!(stored(&database), r#"{"comment": "giữ lại", "overall": 5}"#);
}

#[test]
fn what_is_no_form_is_refused() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let post = async |kind: &'static str, body: Vec<u8>| {
            let sent = service.client.post(service.at("/s/counter")).header("content-type", kind).body(body);
            crate::support::page::page(sent.send().await.unwrap()).await.status
        };
        let form = "application/x-www-form-urlencoded";
        assert_eq!(post(form, b"comment=%ff".to_vec()).await, 400);
        assert_eq!(post("application/json", b"{}".to_vec()).await, 415);
        assert_eq!(post(form, vec![b'a'; 300 * 1024]).await, 413);
        assert_eq!(post(form, b"".to_vec()).await, 422);
        let deleted = service.client.delete(service.at("/s/counter")).send().await.unwrap();
        assert_eq!(crate::support::page::page(deleted).await.status, 405);
    });
}

#[test]
fn one_device_is_slowed_down_and_its_neighbours_are_not() {
    let database = Database::new();
    let limits = [("HAILONG_LIMIT_PER_DEVICE", "2"), ("HAILONG_LIMIT_PER_ADDRESS", "6")];
    let service = Service::with(database.url(), &limits);
    block_on(async {
        let mut busy = Citizen::opens(&service, "/s/counter?unit=H19.26").await;
        // The first is not known as a device yet; then it may send twice in the minute.
        for time in 0..4 {
            busy.goes_to("/s/counter?unit=H19.26").await;
            busy.ticks("Nhìn chung", "Hài lòng");
            busy.writes("Ông/Bà muốn nói thêm", "giữ lại");
            busy.presses("Gửi đánh giá").await;
            assert_eq!(busy.page.status, if time < 3 { 200 } else { 429 }, "time {time}");
        }
        let wait: u64 = busy.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        busy.sees("Các câu trả lời của Ông/Bà vẫn còn nguyên dưới đây.");
        busy.sees_chosen("overall", "4");
        assert_eq!(super::text_of(busy.page.one("textarea")), "giữ lại");
        // Others behind the same address go on, until the address as a whole has had enough of first visits.
        let mut known = None;
        for time in 0..6 {
            let mut neighbour = Citizen::opens(&service, "/s/counter?unit=H19.26").await;
            neighbour.ticks("Nhìn chung", "Hài lòng");
            neighbour.presses("Gửi đánh giá").await;
            assert_eq!(neighbour.page.status, if time < 5 { 200 } else { 429 }, "neighbour {time}");
            known.get_or_insert(neighbour);
        }
        // Who was here before is not held up by that.
        let mut known = known.unwrap();
        known.goes_to("/s/counter?unit=H19.26").await;
        known.ticks("Nhìn chung", "Hài lòng");
        known.presses("Gửi đánh giá").await;
        assert_eq!(known.page.status, 200);
    });
    assert_eq!(database.number("select count(*) from submissions"), 9);
}

#[test]
fn an_outage_keeps_the_answers_and_the_retry_counts_once() {
    let (database, service) = Service::fresh();
    let name = database.text("select current_database()");
    // From another database of the same cluster: one cannot close the door one stands in.
    let mut conn = PgConnection::establish(&database.url().replace(&name, "postgres")).unwrap();
    let mut as_administrator = |sql: String| conn.batch_execute(&sql).unwrap();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/counter?unit=H19.26").await;
        citizen.ticks("Nhìn chung", "Hài lòng");
        citizen.writes("Ông/Bà muốn nói thêm", "giữ lại");
        as_administrator(format!("alter database {name} with allow_connections false"));
        as_administrator(format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"));
        citizen.presses("Gửi đánh giá").await;
        assert_eq!(citizen.page.status, 503);
        assert!(citizen.headers.contains_key("retry-after"));
        citizen.sees("Phiếu chưa gửi được vì hệ thống đang gián đoạn");
        citizen.sees_chosen("overall", "4");
        citizen.goes_to("/s/counter?unit=H19.26").await;
        citizen.sees("Nhìn chung, Ông/Bà hài lòng ở mức nào");
        citizen.ticks("Nhìn chung", "Hài lòng");
        citizen.presses("Gửi đánh giá").await;
        as_administrator(format!("alter database {name} with allow_connections true"));
        citizen.presses("Gửi lại").await;
        citizen.sees("Cảm ơn Ông/Bà");
    });
    assert_eq!(database.number("select count(*) from submissions"), 1);
}

//! Language, text size and contrast: switched on each page, kept afterwards, and never at the cost of what was filled in.

use super::Citizen;
use crate::support::{Service, block_on};

#[test]
fn switching_on_a_form_keeps_what_was_filled_in() {
    let (database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/counter?unit=H19.26&procedure=SNGV-ABTC").await;
        let id = citizen.page.value("id");
        citizen.ticks("Nhìn chung", "Không hài lòng");
        citizen.ticks("Theo Ông/Bà", "Thái độ ứng xử");
        citizen.writes("Ông/Bà muốn nói thêm", "\n\nHai dòng trống ở trên\n");
        citizen.presses("English").await;
        assert_eq!(citizen.page.status, 200);
        assert_eq!(citizen.page.one("html").value().attr("lang"), Some("en"));
        citizen.sees("Overall, how satisfied are you");
        citizen.sees_chosen("overall", "2");
        citizen.sees_chosen("reason", "attitude");
        citizen.presses("Larger text").await;
        citizen.presses("High contrast").await;
        assert_eq!(citizen.page.one("html").value().attr("class"), Some("large contrast"));
        assert_eq!(citizen.page.value("id"), id);
        let cookie = citizen.headers["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("hailong_view=en.large.high"), "{cookie}");
        citizen.presses("Send rating").await;
        citizen.sees("Thank you");
        assert_eq!(citizen.page.one("html").value().attr("class"), Some("large contrast"));
    });
    assert_eq!(
        super::stored(&database),
        r#"{"reason": ["attitude"], "comment": "Hai dòng trống ở trên", "overall": 2}"#
    );
    assert_eq!(database.text("select language from submissions"), "2");
}

#[test]
fn switching_elsewhere_is_remembered_and_nothing_else_sets_a_cookie() {
    let (_database, service) = Service::fresh();
    block_on(async {
        for path in
            ["/", "/?unit=H19.26", "/receipts", "/s/sipas?unit=H19.26", "/s/sipas?unit=H19.26&lang=en", "/nowhere"]
        {
            assert!(service.get(path).await.headers().get("set-cookie").is_none(), "{path}");
        }
        let mut citizen = Citizen::opens(&service, "/?unit=H19.26&q=the").await;
        citizen.follows("English").await;
        citizen.sees("What did you come for?");
        assert_eq!(citizen.page.value("q"), "the");
        citizen.goes_to("/receipts").await;
        citizen.sees("Look up a form that you sent");
        citizen.follows("Tiếng Việt").await;
        citizen.goes_to("/").await;
        citizen.sees("Ông/Bà đã làm việc với cơ quan nào?");
    });
}

#[test]
fn a_language_that_a_link_asks_for_goes_along() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/counter?lang=en").await;
        citizen.sees("Which office served you?");
        citizen.follows("Department of Foreign Affairs of Đồng Nai").await;
        citizen.sees("What did you come for?");
        let lost = Citizen::opens(&service, "/s/counter?unit=H99&lang=en").await;
        lost.sees("The link names an office");
        assert!(lost.headers["set-cookie"].to_str().unwrap().starts_with("hailong_view=en"));
        // What is refused is refused in the language of the form, which is in its address, too.
        let form = Citizen::opens(&service, "/s/counter?unit=H19.26&lang=en").await;
        let action = form.page.one("form").value().attr("action").unwrap();
        let post = service.client.post(service.at(action)).header("content-type", "application/x-www-form-urlencoded");
        let refused = crate::support::page::page(post.body(vec![b'a'; 300 * 1024]).send().await.unwrap()).await;
        assert_eq!((refused.status, refused.one("html").value().attr("lang")), (413, Some("en")));
    });
}

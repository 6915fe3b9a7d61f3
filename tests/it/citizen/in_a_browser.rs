//! The same in a real browser: with script off, with the keyboard alone, on a small screen, and before axe-core's eyes.

use crate::support::{Browser, Service, block_on};
use fantoccini::Locator;
use fantoccini::key::Key;

#[test]
fn the_whole_way_without_script_on_a_phone() {
    let (database, service) = Service::fresh();
    block_on(async {
        let browser = Browser::open(500, false).await;
        browser.goto(&service.at("/")).await;
        browser.picture("citizen-start").await;
        browser.choose("Sở Ngoại vụ Đồng Nai").await;
        browser.sees("Ông/Bà đã làm thủ tục nào?").await;
        browser.picture("citizen-procedure").await;
        browser.choose("Việc khác / không nhớ rõ").await;
        browser.sees("Ông/Bà chọn một phiếu").await;
        browser.choose("Đánh giá nhanh sau khi giải quyết công việc").await;
        browser.sees("Nhìn chung, Ông/Bà hài lòng ở mức nào").await;
        assert!(
            !browser.text().await.contains("Theo Ông/Bà, điều gì cần làm tốt hơn?"),
            "asked before there is a reason"
        );
        browser.choose("Không hài lòng").await;
        browser.sees("Theo Ông/Bà, điều gì cần làm tốt hơn?").await;
        browser.choose("Thái độ ứng xử").await;
        browser.fill("textarea", "Chờ lâu").await;
        browser.choose("English").await;
        browser.sees("What should have been better?").await;
        browser.picture("citizen-form").await;
        browser.click("#send").await;
        browser.sees("Thank you").await;
        browser.picture("citizen-thanks").await;
    });
    assert_eq!(super::stored(&database), r#"{"reason": ["attitude"], "comment": "Chờ lâu", "overall": 2}"#);
}

#[test]
fn with_the_keyboard_alone() {
    let (database, service) = Service::fresh();
    block_on(async {
        let browser = Browser::open(1280, true).await;
        browser.goto(&service.at("/s/counter?unit=H19.26&procedure=SNGV-ABTC")).await;
        let press = async |keys: &str| browser.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
        let tab = Key::Tab.to_string();
        let focused = async || {
            let script = "const e = document.activeElement; return e.name ? e.name + '=' + e.value : e.id || e.tagName";
            let name = browser.client.execute(script, vec![]).await.unwrap();
            name.as_str().unwrap().to_owned()
        };
        let body = browser.client.find(Locator::Css("body")).await.unwrap();
        body.send_keys(&tab).await.unwrap();
        let mut stops = Vec::new();
        while focused().await != "overall=1" {
            stops.push(focused().await);
            assert!(stops.len() < 20, "the questions are not reached: {stops:?}");
            press(&tab).await;
        }
        assert!(!stops.iter().any(|s| s.starts_with("home-page")), "a trap in the way: {stops:?}");
        press(" ").await;
        for _ in 0..4 {
            press(&Key::Down.to_string()).await;
        }
        assert_eq!(focused().await, "overall=5");
        press(&tab).await;
        assert_eq!(focused().await, "comment=");
        press("Rất tốt").await;
        press(&tab).await;
        assert_eq!(focused().await, "send");
        press(&Key::Enter.to_string()).await;
        browser.sees("Cảm ơn Ông/Bà").await;
    });
    assert_eq!(super::stored(&database), r#"{"comment": "Rất tốt", "overall": 5}"#);
}

#[test]
fn every_page_is_accessible_and_fits_a_small_screen() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let browser = Browser::open(1280, true).await;
        let look = async |name: &str| {
            browser.picture(&format!("citizen-{name}-wide")).await;
            browser.check_accessibility().await;
            browser.client.set_window_size(500, 1600).await.unwrap();
            browser.check_accessibility().await;
            check_narrow(&browser).await;
            browser.client.set_window_size(1280, 1600).await.unwrap();
        };
        for (name, path) in [
            ("start", "/"),
            ("found", "/?q=lanh%20su"),
            ("procedures", "/?unit=H19.26"),
            ("surveys", "/?unit=H19.26&procedure="),
            ("sipas", "/s/sipas?unit=H19.26&procedure=2.002311"),
            ("counter", "/s/counter?unit=H19.26&lang=en"),
            ("receipts", "/receipts"),
            ("receipt-unknown", "/receipts/0000-0000-0000"),
            ("unit-unknown", "/s/sipas?unit=H10.17"),
            ("start-contrast", "/?size=large&contrast=high"),
            ("sipas-contrast", "/s/sipas?unit=H19.26"),
            ("start-plain", "/?size=normal&contrast=normal"),
        ] {
            browser.goto(&service.at(path)).await;
            look(name).await;
        }
        browser.goto(&service.at("/s/counter?unit=H19.26")).await;
        browser.click("#send").await;
        browser.sees("Phiếu chưa có câu trả lời nào.").await;
        look("empty").await;
        browser.choose("Không hài lòng").await;
        browser.fill("textarea", &"dài ".repeat(501)).await;
        browser.click("#send").await;
        browser.sees("Phần này dài 2.003 ký tự").await;
        let focused = browser.client.active_element().await.unwrap();
        assert_eq!(focused.attr("class").await.unwrap().as_deref(), Some("summary"), "the summary has the focus");
        look("errors").await;
        browser.click(".summary a").await;
        assert_eq!(
            browser.client.active_element().await.unwrap().attr("name").await.unwrap().as_deref(),
            Some("comment")
        );
        browser.client.active_element().await.unwrap().clear().await.unwrap();
        browser.click("#send").await;
        browser.sees("Cảm ơn Ông/Bà").await;
        look("thanks").await;
    });
}

/// A frame of 320 pixels: what 400 % zoom makes of a wide screen.
pub(crate) async fn check_narrow(browser: &Browser) {
    let script = "const done = arguments[arguments.length - 1]; const root = document.documentElement; \
         root.style.width = '320px'; document.body.style.width = '320px'; \
         requestAnimationFrame(() => { const wide = [...document.querySelectorAll('body *')] \
           .filter(e => e.getBoundingClientRect().right > 320.5 && !e.closest('.away')).map(e => e.outerHTML.slice(0, 120)); \
           root.style.width = ''; document.body.style.width = ''; done(wide); })";
    let wide = browser.client.execute_async(script, vec![]).await.unwrap();
    assert_eq!(wide, serde_json::json!([]), "on {}", browser.client.current_url().await.unwrap());
}

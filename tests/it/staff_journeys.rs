//! The staff's way in a real browser: an officer without script, a leader with it, on a phone and on a desk, by day and by
//! night; every page without a violation of WCAG 2.2 AA.

use crate::office::{PASSWORD, employ, employ_at};
use crate::support::service::{eventually, run};
use crate::support::{Browser, Database, Service, block_on};
use chrono::Utc;
use fantoccini::Locator;
use hailong::actions::make_link::ensure_first_administrator;
use hailong::domain::access::Role;

async fn sign_in(browser: &Browser, service: &Service, email: &str) {
    browser.goto(&service.at("/staff")).await;
    browser.fill("#email", email).await;
    browser.fill("#password", PASSWORD).await;
    browser.choose("Đăng nhập").await;
    browser.sees(email).await;
}

/// Chooses an option by its visible text.
async fn select(browser: &Browser, field: &str, label: &str) {
    let found = browser.client.find(Locator::Css(field)).await.unwrap();
    found.select_by_label(label).await.unwrap_or_else(|e| panic!("{label} in {field}: {e}"));
}

/// Waits until the browser is at an address that contains a text.
async fn arrives(browser: &Browser, part: &str) {
    eventually(&format!("the browser is at {part}"), async || {
        browser.client.current_url().await.unwrap().as_str().contains(part).then_some(())
    })
    .await;
}

async fn fill_with_demo(database: &Database) {
    let (code, _, error) = run(database.url(), &["demo", "600"], "");
    assert_eq!(code, 0, "{error}");
    eventually("everything is counted", async || {
        let counted = "select count(*) from submissions where txid >= (select folded_below from tally_watermark)";
        (database.number(counted) == 0).then_some(())
    })
    .await;
}

#[test]
fn an_officer_reads_the_index_without_script() {
    let (database, service) = Service::fresh();
    employ_at(&database, "lan@x.vn", Role::Officer, "H19.26");
    block_on(async {
        fill_with_demo(&database).await;
        let browser = Browser::open(1280, false).await;
        browser.goto(&service.at("/staff?period=all")).await;
        browser.fill("#email", "lan@x.vn").await;
        browser.fill("#password", "không phải mật khẩu").await;
        browser.choose("Đăng nhập").await;
        browser.sees("chưa đúng").await;
        assert_eq!(
            browser.client.find(Locator::Css("#email")).await.unwrap().prop("value").await.unwrap().unwrap(),
            "lan@x.vn"
        );
        browser.fill("#password", PASSWORD).await;
        browser.choose("Đăng nhập").await;
        arrives(&browser, "/staff?period=all").await;
        browser.sees("Sở Ngoại vụ Đồng Nai").await;
        browser.sees("Những điểm thấp nhất").await;
        select(&browser, "#f-channel", "Mã QR").await;
        browser.choose("Xem").await;
        arrives(&browser, "channel=qr").await;
        browser.choose("thấp trước").await;
        arrives(&browser, "sort=low").await;
        arrives(&browser, "channel=qr").await;
        browser.choose("English").await;
        browser.sees("Where it is lowest").await;
        browser.choose("Account").await;
        browser.sees("This device").await;
        browser.choose("Sign out").await;
        arrives(&browser, "/staff/sign-in").await;
        browser.goto(&service.at("/staff")).await;
        arrives(&browser, "/staff/sign-in").await;
    });
}

#[test]
fn the_first_administrator_comes_by_the_link() {
    let (database, service) = Service::fresh();
    let link = ensure_first_administrator(&mut database.conn(), Utc::now()).unwrap().unwrap();
    block_on(async {
        let browser = Browser::open(360, true).await;
        browser.goto(&service.at(&format!("/staff/welcome/{}", link.reveal()))).await;
        browser.check_accessibility().await;
        browser.check_fits_width().await;
        browser.picture("staff-welcome-360").await;
        browser.fill("#password", PASSWORD).await;
        browser.fill("#again", PASSWORD).await;
        browser.choose("Đặt mật khẩu và đăng nhập").await;
        browser.sees("Chưa có câu trả lời nào").await;
        browser.check_accessibility().await;
        browser.goto(&service.at(&format!("/staff/welcome/{}", link.reveal()))).await;
        browser.sees("Liên kết không còn dùng được").await;
        browser.check_accessibility().await;
    });
}

#[test]
fn every_page_of_the_staff_suits_everybody() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        fill_with_demo(&database).await;
        let pages = [
            ("dashboard", "/staff?period=all"),
            ("sorted", "/staff?period=all&sort=low&units=size"),
            ("counter", "/staff?survey=counter&period=all"),
            ("empty", "/staff?period=2020"),
            ("account", "/staff/account"),
            ("not-found", "/staff?unit=H99"),
        ];
        for width in [360, 1280] {
            let browser = Browser::open(width, true).await;
            browser.goto(&service.at("/staff/sign-in")).await;
            browser.check_accessibility().await;
            browser.check_fits_width().await;
            browser.picture(&format!("staff-sign-in-{width}")).await;
            sign_in(&browser, &service, "leader@x.vn").await;
            for (name, path) in pages {
                let both = if path.contains('?') { "&" } else { "?" };
                for view in ["lang=vi&contrast=normal&size=normal", "lang=en&contrast=high&size=large"] {
                    browser.goto(&service.at(&format!("{path}{both}{view}"))).await;
                    browser.check_accessibility().await;
                    browser.check_fits_width().await;
                }
                browser.goto(&service.at(&format!("{path}{both}lang=vi&contrast=normal&size=normal"))).await;
                browser.picture(&format!("staff-{name}-{width}")).await;
            }
        }
    });
}

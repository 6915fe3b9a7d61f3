//! The pages around the machine interface in a real browser: readable for everybody, also on a small screen.

use super::fill;
use crate::office::{PASSWORD, employ};
use crate::support::{Browser, Service, block_on};
use hailong::domain::access::Role;

#[test]
fn the_pages_are_accessible_and_fit_a_small_screen() {
    let (database, service) = Service::fresh();
    employ(&database, "l@x.vn", Role::Leader);
    fill(&database, 50, 1);
    block_on(async {
        let browser = Browser::open(1280, true).await;
        browser.goto(&service.at("/staff/sign-in")).await;
        browser.fill("[name=email]", "l@x.vn").await;
        browser.fill("[name=password]", PASSWORD).await;
        browser.click("main button").await;
        for (name, path) in [
            ("docs", "/api/docs"),
            ("docs-english", "/api/docs?lang=en"),
            ("exports", "/staff/exports?lang=vi"),
            ("exports-refused", "/staff/exports/index.zip?from=x"),
        ] {
            for width in [1280, 500] {
                browser.client.set_window_size(width, 1600).await.unwrap();
                browser.goto(&service.at(path)).await;
                browser.picture(&format!("machines-{name}-{width}")).await;
                browser.check_accessibility().await;
                browser.check_fits_width().await;
            }
        }
    });
}

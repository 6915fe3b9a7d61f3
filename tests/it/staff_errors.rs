//! Errors under the staff's addresses: somebody signed in keeps the way to the other pages, nobody else is shown it.

use crate::office::{Clerk, employ};
use crate::support::{Service, block_on, page};
use hailong::domain::access::Role;

#[test]
fn an_error_keeps_the_frame_of_whoever_is_signed_in() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        for (path, status) in [
            ("/staff/people", 403),
            ("/staff/nowhere", 404),
            ("/staff?unit=H99", 404),
            ("/staff?from=2026-01-01&from=2026-01-02", 400),
        ] {
            let page = leader.open(path).await;
            assert_eq!(page.status, status, "{path}");
            assert_eq!(page.count("nav.pages a[href=\"/staff\"]"), 1, "the way to the figures: {path}");
            assert!(page.sees("leader@x.vn · Lãnh đạo") && page.sees("Sở Ngoại vụ Đồng Nai"), "{path}");
            assert_eq!(page.count("form[action=\"/staff/sign-out\"]"), 1, "{path}");
            assert_eq!(page.count("a[href=\"/receipts\"]"), 0, "nothing of the citizens' footer: {path}");
        }
        let english = leader.open("/staff/people?lang=en").await;
        assert!(english.status == 403 && english.sees("Back to the figures"));
        let stranger = page::page(service.get("/staff/nowhere").await).await;
        assert!(stranger.status == 404 && stranger.count("nav.pages") == 0);
        let outside = leader.open("/staffing").await;
        assert!(outside.status == 404 && outside.count("nav.pages") == 0);
    });
}

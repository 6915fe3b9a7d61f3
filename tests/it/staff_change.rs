//! Changing role and unit of a person: at once everywhere, written down, and never so that nobody is left to look after it.

use crate::office::{Clerk, employ, employ_at, leads_to};
use crate::support::service::run;
use crate::support::{Service, block_on, page};
use hailong::domain::access::Role;

#[test]
fn a_change_of_role_and_unit_holds_at_once_everywhere() {
    let (database, service) = Service::fresh();
    employ(&database, "quan@x.vn", Role::Administrator);
    employ_at(&database, "lan@x.vn", Role::Leader, "H19.26");
    let (_, token, _) = run(database.url(), &["staff", "token", "lan@x.vn"], "");
    block_on(async {
        let (quan, lan) = (Clerk::of(&database, &service, "quan@x.vn"), Clerk::of(&database, &service, "lan@x.vn"));
        assert_eq!(lan.ask("/staff?unit=H19.26.03").await.status(), 200);
        let by_program = async || {
            let asked = service.client.get(service.at("/api/v1/index?survey=sipas&unit=H19.26.03"));
            asked.bearer_auth(token.trim()).send().await.unwrap().status().as_u16()
        };
        assert_eq!(by_program().await, 200);
        let people = quan.open("/staff/people").await;
        assert_eq!(people.count("a[href=\"/staff/people?change=lan%40x.vn#change\"]"), 1, "{}", people.html);
        let form = quan.open("/staff/people?change=lan%40x.vn").await;
        assert_eq!(form.one("#new-role option[selected]").value().attr("value").unwrap(), "leader");
        assert_eq!(form.one("#new-unit option[selected]").value().attr("value").unwrap(), "H19.26");
        let to = async |fields: &[(&str, &str)]| quan.send("/staff/people/change", fields).await;
        let bare = page::page(to(&[("email", "lan@x.vn"), ("role", "officer"), ("unit", "")]).await).await;
        assert!(bare.status == 422 && bare.sees("Vui lòng chọn đơn vị"), "{}", bare.text());
        assert_eq!(bare.one("#new-role option[selected]").value().attr("value").unwrap(), "officer", "kept as chosen");
        assert_eq!(to(&[("email", "no@x.vn"), ("role", "officer"), ("unit", "H19.26")]).await.status(), 404);
        let done = to(&[("email", "lan@x.vn"), ("role", "officer"), ("unit", "H19.26.02")]).await;
        assert_eq!(leads_to(&done), "/staff/people?done=changed");
        assert!(quan.open("/staff/people?done=changed").await.sees("Đã đổi vai trò và đơn vị"));
        assert_eq!(lan.ask("/staff?unit=H19.26.03").await.status(), 404, "the open session follows");
        assert_eq!(lan.ask("/staff?unit=H19.26.02").await.status(), 200);
        assert_ne!(by_program().await, 200, "so does the token");
        let logged = "select detail->>'role_before' || ' ' || (detail->>'role') || ' ' || (detail->>'unit') \
                      from audit_log where action = 'change role and unit' and actor = 'quan@x.vn' and subject = 'lan@x.vn'";
        assert_eq!(database.text(logged), "leader officer H19.26.02");
    });
    let (code, _, error) = run(database.url(), &["staff", "add", "lan@x.vn", "--role", "leader"], "");
    assert!(code == 1 && error.contains("/staff/people"), "{error}");
}

#[test]
fn the_last_administrator_stays_one() {
    let (database, service) = Service::fresh();
    employ(&database, "quan@x.vn", Role::Administrator);
    block_on(async {
        let quan = Clerk::of(&database, &service, "quan@x.vn");
        let demote = [("email", "quan@x.vn"), ("role", "leader"), ("unit", "")];
        let refused = page::page(quan.send("/staff/people/change", &demote).await).await;
        assert!(refused.status == 422 && refused.sees("quản trị viên cuối cùng"));
        let moved = [("email", "quan@x.vn"), ("role", "administrator"), ("unit", "H19.26.01")];
        assert_eq!(quan.send("/staff/people/change", &moved).await.status(), 303, "the unit may change");
        employ(&database, "hai@x.vn", Role::Administrator);
        let hai = Clerk::of(&database, &service, "hai@x.vn");
        let tokens = (quan.form_token().await, hai.form_token().await);
        let demote = async |clerk: &Clerk<'_>, token: &str, email: &str| {
            let fields = [("form_token", token), ("email", email), ("role", "leader"), ("unit", "")];
            clerk.send_bare("/staff/people/change", &fields).await.status()
        };
        // Both at the same moment: one of them stays.
        let both = tokio::join!(demote(&quan, &tokens.0, "hai@x.vn"), demote(&hai, &tokens.1, "quan@x.vn"));
        let left = database.number("select count(*) from staff where role = 'administrator' and email like '%@x.vn'");
        assert_eq!(left, 1, "{both:?}");
    });
}

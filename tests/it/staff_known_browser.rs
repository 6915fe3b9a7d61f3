//! Who knows a name can slow strangers down, not its owner at a browser that is known.

use crate::office::{PASSWORD, employ};
use crate::support::{Service, block_on};
use hailong::domain::access::Role;
use reqwest::{Response, header};

async fn try_sign_in(service: &Service, cookie: &str, name: &str, password: &str) -> Response {
    let sent = service.client.post(service.at("/staff/sign-in")).header(header::COOKIE, cookie);
    sent.form(&[("email", name), ("password", password)]).send().await.unwrap()
}

fn set_cookie(response: &Response, name: &str) -> Option<String> {
    let cookies = response.headers().get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap().to_owned());
    cookies.into_iter().find(|cookie| cookie.starts_with(&format!("{name}=")))
}

#[test]
fn strangers_cannot_keep_a_known_browser_out() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    employ(&database, "minh@x.vn", Role::Leader);
    block_on(async {
        let first = try_sign_in(&service, "", "lan@x.vn", PASSWORD).await;
        assert_eq!(first.status(), 303);
        let set = set_cookie(&first, "hailong_known").unwrap();
        for part in ["HttpOnly", "SameSite=Strict", "Path=/staff/sign-in", "Max-Age=34560000"] {
            assert!(set.contains(part), "{part}: {set}");
        }
        assert!(!set.contains("Secure") && !set.contains("lan"), "{set}");
        let known = set.split(';').next().unwrap().to_owned();
        for name in ["lan@x.vn", "nobody@x.vn"] {
            for _ in 0..5 {
                let wrong = try_sign_in(&service, "", name, "not the password").await;
                assert!(wrong.status() == 422 && set_cookie(&wrong, "hailong_known").is_none());
            }
            assert_eq!(try_sign_in(&service, "", name, PASSWORD).await.status(), 429, "a stranger waits: {name}");
            let made_up = format!("hailong_known={}-1-{}", "0".repeat(32), "0".repeat(64));
            assert_eq!(try_sign_in(&service, &made_up, name, PASSWORD).await.status(), 429, "{name}");
        }
        let elsewhere = try_sign_in(&service, &known, "nobody@x.vn", PASSWORD).await;
        assert_eq!(elsewhere.status(), 429, "known to one name is a stranger to all others");
        let back = try_sign_in(&service, &known, "LAN@x.vn", PASSWORD).await;
        assert_eq!(back.status(), 303, "the owner gets in all the same");
        assert_eq!(try_sign_in(&service, "", "lan@x.vn", PASSWORD).await.status(), 429, "strangers gain nothing by it");
        // Whoever has got hold of a known browser is slowed down as well, for itself.
        for _ in 0..5 {
            assert_eq!(try_sign_in(&service, &known, "lan@x.vn", "not the password").await.status(), 422);
        }
        assert_eq!(try_sign_in(&service, &known, "lan@x.vn", PASSWORD).await.status(), 429);
        let other = set_cookie(&try_sign_in(&service, &known, "minh@x.vn", PASSWORD).await, "hailong_known").unwrap();
        assert!(other.split(';').next().unwrap().contains(known.split_once('=').unwrap().1), "two people, one machine");
    });
}

#[test]
fn behind_https_the_mark_is_kept_to_https() {
    let database = crate::support::Database::new();
    let service = Service::with(database.url(), &[("HAILONG_PUBLIC_URL", "https://khaosat.example.vn")]);
    employ(&database, "lan@x.vn", Role::Leader);
    block_on(async {
        let set = set_cookie(&try_sign_in(&service, "", "lan@x.vn", PASSWORD).await, "__Secure-hailong_known").unwrap();
        assert!(set.contains("; Secure") && set.contains("Path=/staff/sign-in"), "{set}");
    });
}

//! Signing in and out: passwords, sessions, one-time links, guessing, forged forms.

use crate::office::{Clerk, PASSWORD, employ, leads_to, open_session};
use crate::support::{Database, Service, block_on, page};
use chrono::{TimeDelta, Utc};
use hailong::actions::make_link::{FIRST_ADMINISTRATOR, ensure_first_administrator, make_link};
use hailong::domain::access::Role;
use hailong::domain::email::Email;
use hailong::storage::audit_log::Actor;
use reqwest::header;
use std::time::{Duration, Instant};

async fn try_sign_in(service: &Service, email: &str, password: &str) -> reqwest::Response {
    service.post_form("/staff/sign-in", &[("email", email), ("password", password)]).await
}

fn session_cookie(response: &reqwest::Response) -> Option<String> {
    let cookies = response.headers().get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap().to_owned());
    cookies.into_iter().find(|c| c.starts_with("hailong_session="))
}

#[test]
fn a_person_signs_in_reads_and_signs_out() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Officer);
    block_on(async {
        let away = service.get("/staff/account?done=x").await;
        assert_eq!(leads_to(&away), "/staff/sign-in?next=/staff/account%3Fdone%3Dx");
        let form = page::page(service.get("/staff/sign-in?next=/staff/account%3Fdone%3Dx").await).await;
        assert_eq!(form.value("next"), "/staff/account?done=x");
        let visitor = service.visitor();
        let fields = [("email", " LAN@x.vn "), ("password", PASSWORD), ("next", "/staff/account?done=x")];
        let answer = visitor.post(service.at("/staff/sign-in")).form(&fields).send().await.unwrap();
        assert_eq!(answer.url().path(), "/staff/account");
        let account = page::page(answer).await;
        assert!(account.sees("lan@x.vn") && account.sees("Thiết bị này"));
        let token = account.value("form_token");
        let out = visitor.post(service.at("/staff/sign-out")).form(&[("form_token", &token)]).send().await.unwrap();
        assert_eq!(out.url().path(), "/staff/sign-in");
        let again = visitor.get(service.at("/staff/account")).send().await.unwrap();
        assert_eq!(again.url().path(), "/staff/sign-in");
    });
    assert_eq!(database.number("select count(*) from staff_sessions"), 0);
    assert_eq!(database.number("select count(*) from audit_log where actor = 'lan@x.vn' and action like 'sign %'"), 2);
}

#[test]
fn the_session_cookie_is_out_of_reach_and_only_its_hash_is_kept() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    block_on(async {
        let cookie = session_cookie(&try_sign_in(&service, "lan@x.vn", PASSWORD).await).unwrap();
        for part in ["HttpOnly", "SameSite=Strict", "Path=/staff"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Secure") && !cookie.contains("Max-Age"), "{cookie}");
        let token = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
        let as_is = format!("select count(*) from staff_sessions s where s::text like '%{token}%'");
        assert_eq!(database.number(&as_is), 0);
        assert_eq!(
            database
                .number(&format!("select count(*) from staff_sessions where token_hash = sha256('{token}'::bytea)")),
            1
        );
        // Another sign-in from the same browser replaces the session: a planted one is of no use.
        let second = service
            .client
            .post(service.at("/staff/sign-in"))
            .header(header::COOKIE, format!("hailong_session={token}"))
            .form(&[("email", "lan@x.vn"), ("password", PASSWORD)]);
        assert!(session_cookie(&second.send().await.unwrap()).is_some_and(|c| !c.contains(&token)));
        assert_eq!(database.number("select count(*) from staff_sessions"), 1);
    });
}

#[test]
fn behind_https_the_cookie_is_bound_to_the_host() {
    let database = Database::new();
    employ(&database, "lan@x.vn", Role::Leader);
    let service = Service::with(database.url(), &[("HAILONG_PUBLIC_URL", "https://hailong.example")]);
    block_on(async {
        let answer = try_sign_in(&service, "lan@x.vn", PASSWORD).await;
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with("__Host-hailong_session="), "{cookie}");
        assert!(cookie.contains("Secure") && cookie.split("; ").any(|part| part == "Path=/"), "{cookie}");
    });
}

/// Far below what argon2id needs with 19 MiB and two passes, far above what an answer without it takes.
const WORK_OF_HASHING: Duration = Duration::from_millis(8);

#[test]
fn a_wrong_name_and_a_wrong_password_look_alike() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    employ(&database, "gone@x.vn", Role::Leader);
    database.execute("update staff set ended_at = now(), password_hash = null where email = 'gone@x.vn'");
    block_on(async {
        let mut pages = Vec::new();
        let mut times = Vec::new();
        for name in ["lan@x.vn", "nobody@x.vn", "gone@x.vn", "no address"] {
            let mut fastest = Duration::MAX;
            for _ in 0..3 {
                let start = Instant::now();
                let answer = try_sign_in(&service, name, "not the password").await;
                assert_eq!(answer.status(), 422);
                assert!(session_cookie(&answer).is_none());
                let page = page::page(answer).await;
                fastest = fastest.min(start.elapsed());
                pages.push(page.html.replace(name, ""));
            }
            times.push(fastest);
        }
        assert!(pages.windows(2).all(|w| w[0] == w[1]), "the answers differ");
        // A busy machine makes any of them slower; only an answer without the work of hashing could be this fast.
        assert!(times.iter().all(|time| *time > WORK_OF_HASHING), "the times tell the names apart: {times:?}");
    });
}

#[test]
fn guessing_is_slowed_down_for_any_name_and_does_not_last() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    block_on(async {
        for name in ["lan@x.vn", "nobody@x.vn"] {
            for _ in 0..5 {
                assert_eq!(try_sign_in(&service, name, "not the password").await.status(), 422);
            }
            let refused = try_sign_in(&service, name, PASSWORD).await;
            assert_eq!(refused.status(), 429, "{name}");
            let wait: u64 = refused.headers()[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!((1..=30).contains(&wait), "{wait}");
            assert!(page::page(refused).await.sees("Vui lòng thử lại sau 1 phút"));
        }
        assert_eq!(
            database.number("select count(*) from sign_in_failures where position('lan'::bytea in name_hash) > 0"),
            0
        );
        database.execute("update sign_in_failures set failed_at = failed_at - interval '31 seconds'");
        assert_eq!(try_sign_in(&service, "lan@x.vn", "not the password").await.status(), 422);
        let refused = try_sign_in(&service, "lan@x.vn", PASSWORD).await;
        let wait: u64 = refused.headers()[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert!((31..=60).contains(&wait), "it grows: {wait}");
        database.execute("update sign_in_failures set failed_at = failed_at - interval '61 seconds'");
        assert_eq!(try_sign_in(&service, "lan@x.vn", PASSWORD).await.status(), 303);
        assert_eq!(
            try_sign_in(&service, "lan@x.vn", "not the password").await.status(),
            422,
            "forgotten after success"
        );
    });
}

#[test]
fn many_guesses_at_once_gain_nothing() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    block_on(async {
        let tries = (0..30).map(|_| try_sign_in(&service, "lan@x.vn", "not the password"));
        let answers = futures_util::future::join_all(tries).await;
        let looked_at = answers.iter().filter(|a| a.status() == 422).count();
        assert_eq!(looked_at, 5);
    });
}

#[test]
fn a_session_ends_by_idleness_and_by_age() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    let now = Utc::now();
    block_on(async {
        let status = async |token: &_| Clerk::with(&service, token).ask("/staff/account").await.status();
        let idle = open_session(&database, "lan@x.vn", now - TimeDelta::minutes(31));
        assert_eq!(status(&idle).await, 303);
        let fresh = open_session(&database, "lan@x.vn", now - TimeDelta::minutes(29));
        assert_eq!(status(&fresh).await, 200);
        assert_eq!(
            database.number("select count(*) from staff_sessions where seen_at > now() - interval '1 minute'"),
            1,
            "its use was noted"
        );
        let old = open_session(&database, "lan@x.vn", now - TimeDelta::hours(12) - TimeDelta::seconds(1));
        database.execute("update staff_sessions set seen_at = now()");
        assert_eq!(status(&old).await, 303, "twelve hours are the end, used or not");
        assert_eq!(status(&fresh).await, 200);
    });
}

#[test]
fn signing_out_everywhere_ends_every_session() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    employ(&database, "hoa@x.vn", Role::Leader);
    block_on(async {
        let (here, there) = (Clerk::of(&database, &service, "lan@x.vn"), Clerk::of(&database, &service, "lan@x.vn"));
        let other = Clerk::of(&database, &service, "hoa@x.vn");
        assert_eq!(here.send("/staff/sign-out-everywhere", &[]).await.status(), 303);
        assert_eq!(there.ask("/staff/account").await.status(), 303);
        assert_eq!(here.ask("/staff/account").await.status(), 303);
        assert_eq!(other.ask("/staff/account").await.status(), 200);
    });
}

#[test]
fn changing_the_password_asks_for_the_old_one_and_ends_other_sessions() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    const NEW: &str = "mùa thu ở Bình Phước";
    block_on(async {
        let (here, there) = (Clerk::of(&database, &service, "lan@x.vn"), Clerk::of(&database, &service, "lan@x.vn"));
        let change = async |old: &str, new: &str, again: &str| {
            let fields = [("old", old), ("password", new), ("again", again)];
            here.send("/staff/account/password", &fields).await
        };
        assert_eq!(change("wrong", NEW, NEW).await.status(), 422);
        assert_eq!(change(PASSWORD, NEW, "other").await.status(), 422);
        let short = page::page(change(PASSWORD, "ngắn", "ngắn").await).await;
        assert!(short.sees("ít nhất 12 ký tự"));
        assert_eq!(there.ask("/staff/account").await.status(), 200);
        let done = change(PASSWORD, NEW, NEW).await;
        assert_eq!(leads_to(&done), "/staff/account?done=password");
        assert!(session_cookie(&done).is_some());
        assert_eq!(there.ask("/staff/account").await.status(), 303);
        assert_eq!(try_sign_in(&service, "lan@x.vn", PASSWORD).await.status(), 422);
        assert_eq!(try_sign_in(&service, "lan@x.vn", NEW).await.status(), 303);
    });
}

#[test]
fn a_one_time_link_sets_a_password_once() {
    let (database, service) = Service::fresh();
    let mut conn = database.conn();
    let first = ensure_first_administrator(&mut conn, Utc::now()).unwrap().unwrap();
    let link = ensure_first_administrator(&mut conn, Utc::now()).unwrap().unwrap();
    block_on(async {
        let path = format!("/staff/welcome/{}", link.reveal());
        let replaced = service.get(&format!("/staff/welcome/{}", first.reveal())).await;
        assert_eq!(replaced.status(), 404, "a new link replaces the one before");
        let looked = service.get(&path).await;
        assert_eq!(looked.headers()[header::REFERRER_POLICY], "strict-origin");
        assert!(page::page(looked).await.sees(FIRST_ADMINISTRATOR));
        let set = async |password: &str| service.post_form(&path, &[("password", password), ("again", password)]).await;
        assert_eq!(set("ngắn quá").await.status(), 422);
        let done = set(PASSWORD).await;
        assert_eq!((done.status().as_u16(), leads_to(&done).as_str()), (303, "/staff"));
        assert!(session_cookie(&done).is_some());
        assert_eq!(set("mật khẩu khác dài").await.status(), 404, "it works once");
        assert_eq!(service.get(&path).await.status(), 404);
        assert_eq!(try_sign_in(&service, FIRST_ADMINISTRATOR, PASSWORD).await.status(), 303);
    });
    assert_eq!(ensure_first_administrator(&mut conn, Utc::now()).unwrap(), None, "there is an administrator now");
    let email = Email::parse(FIRST_ADMINISTRATOR).unwrap();
    let old = Utc::now() - TimeDelta::hours(72);
    let late = make_link(&mut conn, old, &Actor::command_line(), &email).unwrap().unwrap();
    block_on(async {
        assert_eq!(
            service.get(&format!("/staff/welcome/{}", late.reveal())).await.status(),
            404,
            "three days are over"
        );
    });
}

#[test]
fn forms_of_other_sites_are_refused() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    block_on(async {
        let (lan, other) = (Clerk::of(&database, &service, "lan@x.vn"), Clerk::of(&database, &service, "lan@x.vn"));
        let foreign = other.form_token().await;
        let answer = lan.send_bare("/staff/sign-out", &[("form_token", foreign.as_str())]).await;
        assert_eq!(answer.status(), 403, "the token of another session");
        let sign_in = [("email", "lan@x.vn"), ("password", PASSWORD)];
        let from = async |name: &str, value: &str| {
            let request = service.client.post(service.at("/staff/sign-in")).header(name, value).form(&sign_in);
            request.send().await.unwrap().status().as_u16()
        };
        assert_eq!(from("origin", "https://evil.example").await, 403);
        assert_eq!(from("origin", "null").await, 403);
        assert_eq!(from("sec-fetch-site", "cross-site").await, 403);
        assert_eq!(from("sec-fetch-site", "same-site").await, 403);
        assert_eq!(from("origin", &service.url).await, 303);
        assert_eq!(from("sec-fetch-site", "same-origin").await, 303);
    });
    assert_eq!(database.number("select count(*) from audit_log where action = 'sign out'"), 0);
}

//! Several servers on one database: what is signed in, sent, changed or ended at one of them is so at the others.

use crate::office::{Clerk, employ, leads_to, open_session};
use crate::support::service::{eventually, run};
use crate::support::{Database, Service, block_on};
use chrono::Utc;
use diesel::connection::SimpleConnection;
use hailong::actions::fold_tallies::{fold_all, fold_tallies_if_free};
use hailong::domain::access::Role;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

fn body(id: Uuid, level: u8) -> Value {
    let answers = json!({"access_1": level, "procedure_2": 5});
    json!({"id": id, "unit": "H19.26", "channel": "web", "language": "vi", "answers": answers})
}

const SUBMISSIONS: &str = "/api/v1/surveys/sipas/submissions";

async fn receipt(response: reqwest::Response) -> String {
    assert!(response.status().is_success(), "{}", response.status());
    response.json::<Value>().await.unwrap()["receipt"].as_str().unwrap().to_owned()
}

#[test]
fn two_servers_are_one_service() {
    let (database, folder) = (Database::new(), tempfile::tempdir().unwrap());
    let logs = [folder.path().join("one.log"), folder.path().join("two.log")];
    let [one, two] = logs.each_ref().map(|log| Service::logging(database.url(), &[], log));
    employ(&database, "lan@x.vn", Role::Leader);
    let token = run(database.url(), &["staff", "token", "lan@x.vn"], "").1.trim().to_owned();
    block_on(async {
        // Signed in at one, and out at the other.
        let session = open_session(&database, "lan@x.vn", Utc::now());
        let (here, there) = (Clerk::with(&one, &session), Clerk::with(&two, &session));
        for clerk in [&here, &there] {
            assert_eq!(clerk.ask("/staff/account").await.status(), 200);
        }
        assert_eq!(leads_to(&there.send("/staff/sign-out", &[]).await), "/staff/sign-in");
        assert!(leads_to(&here.ask("/staff/account").await).starts_with("/staff/sign-in"));
        // Sent to both at once.
        for _ in 0..40 {
            let same = body(Uuid::new_v4(), 4);
            let (a, b) = tokio::join!(one.post_json(SUBMISSIONS, &same), two.post_json(SUBMISSIONS, &same));
            assert_eq!(
                [a.status().as_u16(), b.status().as_u16()].iter().sum::<u16>(),
                401,
                "one stored it, the other knows it"
            );
            assert_eq!(receipt(a).await, receipt(b).await);
        }
        let id = Uuid::new_v4();
        let (low, high) = (body(id, 1), body(id, 2));
        let (a, b) = tokio::join!(one.post_json(SUBMISSIONS, &low), two.post_json(SUBMISSIONS, &high));
        let mut answered = [a.status().as_u16(), b.status().as_u16()];
        answered.sort_unstable();
        assert_eq!(answered, [201, 409], "of two under one id, one stands");
        assert_eq!(database.number("select count(*) from submissions"), 41);
        // Counted once, and the same wherever one asks.
        let figures = async |service: &Service| {
            let asked = service.client.get(service.at("/api/v1/index?survey=sipas")).bearer_auth(&token);
            asked.send().await.unwrap().json::<Value>().await.unwrap()
        };
        eventually("all are counted", async || (figures(&one).await["submissions"] == 41).then_some(())).await;
        assert_eq!(figures(&one).await, figures(&two).await);
        // Changed by a command, known to both.
        assert_eq!(run(database.url(), &["survey", "open", "thu", "--form", "counter/2026"], "").0, 0);
        for service in [&one, &two] {
            eventually("the new survey is open", async || {
                (service.get("/s/thu?unit=H19.26").await.status() == 200).then_some(())
            })
            .await;
        }
    });
    let mut conn = database.conn();
    assert_eq!(crate::counting::tallied(&mut conn), crate::counting::recount(&mut conn));
    for (service, log) in [one, two].iter().zip(&logs) {
        assert_eq!(service.stop(), Some(0));
        assert_eq!(std::fs::read_to_string(log).unwrap(), "", "nothing that an operator would have to read");
    }
    assert_eq!(database.number("select count(*) from servers"), 0, "who stops says so");
}

#[test]
fn servers_that_start_at_once_on_an_empty_database_all_serve() {
    let database = Database::empty();
    let services: Vec<Service> = std::thread::scope(|threads| {
        let starts: Vec<_> = (0..3).map(|_| threads.spawn(|| Service::on(database.url()))).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    block_on(async {
        for service in &services {
            assert_eq!(service.post_json(SUBMISSIONS, &body(Uuid::new_v4(), 4)).await.status(), 201);
        }
    });
    assert_eq!(database.number("select count(*) from staff where role = 'administrator'"), 1);
}

#[test]
fn servers_share_the_limits() {
    let database = Database::new();
    database.execute("insert into servers values (gen_random_uuid(), now() - interval '1 hour')");
    let limits = [("HAILONG_LIMIT_PER_DEVICE", "0"), ("HAILONG_LIMIT_PER_ADDRESS", "12")];
    let [one, two, three] = std::array::from_fn(|_| Service::with(database.url(), &limits));
    let number_is = async |service: &Service, number: f64| {
        eventually("the servers know of each other", async || {
            (service.metric("hailong_servers").await == Some(number)).then_some(())
        })
        .await;
    };
    block_on(async {
        for service in [&one, &two, &three] {
            number_is(service, 3.0).await;
        }
        let mut taken = 0;
        for _ in 0..12 {
            for service in [&one, &two, &three] {
                let answer = service.post_json(SUBMISSIONS, &body(Uuid::new_v4(), 4)).await;
                assert!([201, 429].contains(&answer.status().as_u16()), "{}", answer.status());
                taken += usize::from(answer.status() == 201);
            }
        }
        assert_eq!(taken, 12, "the limit is that of all of them together");
        assert_eq!((two.stop(), three.stop()), (Some(0), Some(0)));
        number_is(&one, 1.0).await;
    });
    assert_eq!(database.number("select count(*) from servers"), 1, "what was not heard of for long is forgotten");
}

#[test]
fn who_finds_somebody_folding_leaves_it_to_them() {
    let database = Database::new();
    let (mut holder, mut other) = (database.conn(), database.conn());
    let counting = crate::counting::counting();
    fold_all(&mut other, Utc::now(), &counting).unwrap();
    database.execute(
        "insert into submissions (id, survey_id, form_version_id, unit_id, day, channel, language, flags, is_demo, answers) \
         select gen_random_uuid(), s.id, s.form_version_id, u.id, current_date, 1, 1, 0, false, '[4]' \
         from surveys s, units u where s.code = 'sipas' and u.code = 'H19.26'",
    );
    holder.batch_execute("begin; select from tally_watermark for update").unwrap();
    other.batch_execute("set lock_timeout = '3s'").unwrap();
    let start = Instant::now();
    let folded = fold_tallies_if_free(&mut other, Utc::now(), &counting).unwrap();
    assert_eq!((folded.facts, folded.more), (0, false));
    assert!(start.elapsed() < Duration::from_secs(2), "it waited for {:?}", start.elapsed());
    holder.batch_execute("rollback").unwrap();
    // A transaction of another test may hold the fact back for a moment.
    assert_eq!(fold_all(&mut other, Utc::now(), &counting).unwrap(), 1);
}

#[test]
fn connections_that_have_become_read_only_are_thrown_away() {
    let database = Database::new();
    let service = Service::logging(database.url(), &[], std::path::Path::new("/dev/null"));
    let ended = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    let of_database = |change: &str| {
        database
            .execute(&format!("do $$ begin execute format('alter database %I {change}', current_database()); end $$"))
    };
    employ(&database, "lan@x.vn", Role::Leader);
    block_on(async {
        let sign_in = async || {
            let fields = [("email", "lan@x.vn"), ("password", crate::office::PASSWORD)];
            service.post_form("/staff/sign-in", &fields).await
        };
        assert_eq!(service.post_json(SUBMISSIONS, &body(Uuid::new_v4(), 4)).await.status(), 201);
        // As after a switch-over: every connection there is leads to a server that takes no writes.
        of_database("set default_transaction_read_only = on");
        database.execute(ended);
        for _ in 0..3 {
            let answer = service.post_json(SUBMISSIONS, &body(Uuid::new_v4(), 4)).await;
            assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (503, "5"));
        }
        assert_eq!(sign_in().await.status(), 503);
        let mut admin = database.conn();
        admin.batch_execute("set default_transaction_read_only = off").unwrap();
        admin.batch_execute("do $$ begin execute format('alter database %I reset default_transaction_read_only', current_database()); end $$").unwrap();
        eventually("submissions are taken again", async || {
            (service.post_json(SUBMISSIONS, &body(Uuid::new_v4(), 4)).await.status() == 201).then_some(())
        })
        .await;
        eventually("people can sign in again", async || (sign_in().await.status() == 303).then_some(())).await;
    });
}

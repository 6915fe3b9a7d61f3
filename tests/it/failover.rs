//! A real primary, a real synchronous standby, and a power cut: nothing acknowledged is lost, and the service goes on by itself.

use crate::counting::{recount, tallied};
use crate::office::{Clerk, employ, open_session};
use crate::support::postgres::url;
use crate::support::service::eventually;
use crate::support::{Database, Postgres, Service, block_on, page};
use chrono::Utc;
use hailong::domain::access::Role;
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use uuid::Uuid;

const SUBMISSIONS: &str = "/api/v1/surveys/sipas/submissions";

/// What several senders met with.
#[derive(Default)]
struct Met {
    /// The receipt of each submission that was acknowledged.
    receipts: Mutex<BTreeMap<Uuid, String>>,
    /// When a submission was refused for the last time.
    refused: Mutex<Option<Instant>>,
    stop: AtomicBool,
}

impl Met {
    fn acknowledged(&self) -> usize {
        self.receipts.lock().unwrap().len()
    }
}

fn body(id: Uuid) -> Value {
    json!({"id": id, "unit": "H19.26", "channel": "web", "language": "vi", "answers": {"access_1": 4}})
}

/// Sends submissions, each again and again under the same id until it is acknowledged, as integrators do.
async fn keep_sending(url: String, met: Arc<Met>) {
    let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    while !met.stop.load(Ordering::SeqCst) {
        let id = Uuid::new_v4();
        loop {
            let answer = client.post(format!("{url}{SUBMISSIONS}")).json(&body(id)).send().await.unwrap();
            if answer.status().is_success() {
                let answer: Value = answer.json().await.unwrap();
                met.receipts.lock().unwrap().insert(id, answer["receipt"].as_str().unwrap().to_owned());
                break;
            }
            assert_eq!(answer.status(), 503, "under a failover only 503 may be answered");
            assert_eq!(answer.headers()["retry-after"], "5");
            *met.refused.lock().unwrap() = Some(Instant::now());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn until_acknowledged(met: &Met, more: usize) {
    let before = met.acknowledged();
    eventually("submissions are acknowledged", async || (met.acknowledged() >= before + more).then_some(())).await;
}

/// A standby without which the primary acknowledges nothing.
fn synchronous_pair() -> (Postgres, Postgres) {
    let primary = Postgres::fresh();
    let standby = primary.standby("one");
    let database = primary.database();
    database.execute("alter system set synchronous_standby_names = 'one'");
    database.execute("select pg_reload_conf()");
    block_on(eventually("the standby is synchronous", async || {
        let number = database.number("select count(*) from pg_stat_replication where sync_state = 'sync'");
        (number == 1).then_some(())
    }));
    (primary, standby)
}

/// What a citizen sees while no server takes writes: the form with everything in it, and when to try again.
async fn check_citizen_is_told(service: &Service) {
    assert_eq!(service.get("/s/sipas?unit=H19.26").await.status(), 200, "the form needs no database");
    let id = Uuid::new_v4().to_string();
    let fields = [("id", id.as_str()), ("unit", "H19.26"), ("channel", "web"), ("lang", "vi"), ("access_1", "4")];
    let answer = service.post_form("/s/sipas", &fields).await;
    assert_eq!(answer.headers()["retry-after"], "5");
    let form = page::page(answer).await;
    assert_eq!(form.status, 503);
    assert!(form.html.contains(&id) && form.html.contains("checked"), "the answers are still there, under the same id");
    assert!(form.sees("Phiếu chưa gửi được vì hệ thống đang gián đoạn") && form.sees("Gửi lại"), "{}", form.html);
}

async fn check_all_is_there(service: &Service, database: &Database, receipts: &BTreeMap<Uuid, String>) {
    let stored = database.text("select coalesce(string_agg(id::text, ' '), '') from submissions");
    let stored: Vec<Uuid> = stored.split(' ').map(|id| id.parse().unwrap()).collect();
    for id in receipts.keys() {
        assert_eq!(
            stored.iter().filter(|there| *there == id).count(),
            1,
            "{id} was acknowledged and is not stored once"
        );
    }
    for (id, receipt) in receipts.iter().take(20) {
        let again: Value = service.post_json(SUBMISSIONS, &body(*id)).await.json().await.unwrap();
        assert_eq!(again["receipt"], *receipt);
    }
    let all = stored.len() as i64;
    eventually("everything is counted", async || {
        (database.number("select coalesce(sum(submissions), 0) from tallies") == all).then_some(())
    })
    .await;
    let mut conn = database.conn();
    assert_eq!(tallied(&mut conn), recount(&mut conn));
}

#[test]
fn a_failover_loses_nothing_and_takes_seconds() {
    let (primary, standby) = synchronous_pair();
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let service = Service::logging(&url(&[&primary, &standby]), &[], &log);
    employ(&primary.database(), "lan@x.vn", Role::Leader);
    let session = open_session(&primary.database(), "lan@x.vn", Utc::now());
    block_on(async {
        let met = Arc::new(Met::default());
        let senders: Vec<_> = (0..6).map(|_| tokio::spawn(keep_sending(service.url.clone(), met.clone()))).collect();
        until_acknowledged(&met, 200).await;
        eventually("some are counted before", async || {
            (primary.database().number("select count(*) from tallies") > 0).then_some(())
        })
        .await;
        let killed = Instant::now();
        primary.kill();
        check_citizen_is_told(&service).await;
        standby.database().execute("select pg_promote()");
        let promoted = Instant::now();
        until_acknowledged(&met, 200).await;
        let taken_again = promoted.elapsed();
        met.stop.store(true, Ordering::SeqCst);
        for sender in senders {
            sender.await.unwrap();
        }
        let last = met.refused.lock().unwrap().expect("the power cut was noticed").duration_since(killed);
        eprintln!(
            "failover: last refusal {last:?} after the kill, 200 more acknowledged {taken_again:?} after the promotion, {} in all",
            met.acknowledged()
        );
        assert!(last < Duration::from_secs(15), "errors lasted {last:?}");
        assert_eq!(
            Clerk::with(&service, &session).ask("/staff/account").await.status(),
            200,
            "who was signed in still is"
        );
        let receipts = met.receipts.lock().unwrap().clone();
        check_all_is_there(&service, &standby.database(), &receipts).await;
        assert_eq!(service.get("/readyz").await.status(), 200);
    });
    let log = std::fs::read_to_string(log).unwrap();
    assert!(!log.contains("geheim"), "{log}");
    assert!(log.lines().count() < 200, "an outage is no reason to fill the log: {log}");
}

#[test]
fn what_the_server_asks_of_its_standby_is_kept() {
    let (primary, standby) = synchronous_pair();
    let database = primary.database();
    database.execute("alter database hailong set synchronous_commit = remote_apply");
    let service = Service::on(&url(&[&primary, &standby]));
    standby.database().execute("select pg_wal_replay_pause()");
    block_on(async {
        let (at, body) = (service.at(SUBMISSIONS), body(Uuid::new_v4()));
        let sending = tokio::spawn(service.client.post(at).json(&body).send());
        // Under mere `on` it would be acknowledged once the standby has written it down.
        let waits =
            "select count(*) from pg_stat_activity where wait_event = 'SyncRep' and query ilike 'copy %submissions%'";
        eventually("the writer waits for the standby", async || (database.number(waits) == 1).then_some(())).await;
        assert!(!sending.is_finished());
        standby.database().execute("select pg_wal_replay_resume()");
        assert_eq!(sending.await.unwrap().unwrap().status(), 201);
        assert_eq!(
            standby.database().number("select count(*) from submissions"),
            1,
            "what is acknowledged is seen there"
        );
    });
}

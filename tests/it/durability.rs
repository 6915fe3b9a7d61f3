//! Nothing acknowledged is lost and nothing is counted twice, whatever is killed the next instant.

use crate::support::service::{Service, eventually};
use crate::support::{Database, block_on};
use diesel::prelude::*;
use hailong::local_postgres::Cluster;
use hailong::storage::schema::submissions;
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// What was sent and what was answered, by id: nothing, or the receipt.
type Ledger = Arc<Mutex<BTreeMap<Uuid, Option<String>>>>;

fn body(id: Uuid) -> Value {
    json!({"id": id, "unit": "H19.26", "channel": "web", "language": "vi", "answers": {"access_1": 4, "comment": "ổn"}})
}

/// Sends submissions until told to stop and notes each answer.
async fn keep_sending(url: String, ledger: Ledger, stop: Arc<AtomicBool>) {
    let client = Client::builder().timeout(Duration::from_secs(5)).build().unwrap();
    while !stop.load(Ordering::SeqCst) {
        let id = Uuid::new_v4();
        ledger.lock().unwrap().insert(id, None);
        let sent = client.post(format!("{url}/api/v1/surveys/sipas/submissions")).json(&body(id)).send().await;
        match sent {
            Ok(response) if response.status().is_success() => {
                let answer: Value = response.json().await.unwrap();
                let receipt = answer["receipt"].as_str().unwrap().to_owned();
                ledger.lock().unwrap().insert(id, Some(receipt));
            }
            Ok(response) => assert_eq!(response.status(), 503, "under a crash only 503 may be answered"),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Runs a load, does something terrible in the middle, and returns what was sent.
async fn load_while(url: &str, terrible: impl FnOnce() + Send + 'static) -> BTreeMap<Uuid, Option<String>> {
    let (ledger, stop) = (Ledger::default(), Arc::new(AtomicBool::new(false)));
    let senders: Vec<_> =
        (0..8).map(|_| tokio::spawn(keep_sending(url.to_owned(), ledger.clone(), stop.clone()))).collect();
    tokio::time::sleep(Duration::from_millis(600)).await;
    tokio::task::spawn_blocking(terrible).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::SeqCst);
    for sender in senders {
        sender.await.unwrap();
    }
    let sent = ledger.lock().unwrap().clone();
    assert!(sent.values().flatten().count() > 20, "too little was acknowledged to prove anything");
    sent
}

/// Every acknowledged submission is stored once; sending everything again gives the same receipts and stores nothing twice.
async fn check(url: &str, database_url: &str, sent: &BTreeMap<Uuid, Option<String>>) {
    let stored =
        |conn: &mut PgConnection| -> Vec<Uuid> { submissions::table.select(submissions::id).load(conn).unwrap() };
    let mut conn = PgConnection::establish(database_url).unwrap();
    let there = stored(&mut conn);
    for (id, receipt) in sent {
        assert!(receipt.is_none() || there.contains(id), "{id} was acknowledged and is lost");
    }
    let client = Client::new();
    for (id, receipt) in sent {
        let again =
            client.post(format!("{url}/api/v1/surveys/sipas/submissions")).json(&body(*id)).send().await.unwrap();
        assert!(again.status().is_success(), "{}", again.status());
        let answer: Value = again.json().await.unwrap();
        assert!(receipt.as_ref().is_none_or(|r| answer["receipt"] == **r), "another receipt for {id}");
    }
    assert_eq!(stored(&mut conn).len(), sent.len(), "each submission is stored once");
    let counted = sent.len() as i64;
    eventually("everything is counted once", || async {
        let mut conn = PgConnection::establish(database_url).unwrap();
        let total: Option<i64> = diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>>(
            "select sum(submissions)::bigint from tallies",
        )
        .get_result(&mut conn)
        .unwrap();
        (total == Some(counted)).then_some(())
    })
    .await;
}

#[test]
fn killing_the_program_loses_nothing() {
    let database = Database::new();
    block_on(async {
        let service = Arc::new(Service::on(database.url()));
        let victim = service.clone();
        let sent = load_while(&service.url.clone(), move || victim.kill()).await;
        let restarted = Service::on(database.url());
        check(&restarted.url, database.url(), &sent).await;
    });
}

/// Kills every process of a cluster at once, as a power cut would.
fn kill_postgres(data: &Path) {
    let pid = std::fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    let pid = pid.lines().next().unwrap().to_owned();
    let children = std::process::Command::new("pgrep").args(["-P", &pid]).output().unwrap();
    let mut all = vec![pid];
    all.extend(String::from_utf8(children.stdout).unwrap().lines().map(str::to_owned));
    assert!(all.len() > 3, "postgres has no processes to kill");
    std::process::Command::new("kill").arg("-9").args(&all).status().unwrap();
}

#[test]
fn killing_postgres_and_then_the_program_loses_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::Builder::new().prefix("hailong-kill-").tempdir_in("/var/tmp").unwrap();
    std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    block_on(async {
        let service = Service::private(data.path());
        let folder = data.path().to_owned();
        let sent = load_while(&service.url, move || kill_postgres(&folder)).await;
        service.kill();
        let restarted = Service::private(data.path());
        let cluster = Cluster::start(data.path()).unwrap_or_else(|e| panic!("{e}"));
        check(&restarted.url, &cluster.url(), &sent).await;
        restarted.stop();
        cluster.stop();
    });
}

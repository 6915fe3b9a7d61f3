//! Figures from a replica: while it is fresh, and from the primary by itself when it is not, is away, or is no replica at all.

use crate::office::{Clerk, employ, open_session};
use crate::support::postgres::url;
use crate::support::service::{eventually, run};
use crate::support::{Database, Postgres, Service, block_on, page};
use chrono::Utc;
use hailong::domain::access::Role;
use serde_json::{Value, json};
use std::io::{Cursor, Read};
use std::path::Path;
use uuid::Uuid;

const SUBMISSIONS: &str = "/api/v1/surveys/sipas/submissions";

async fn send(service: &Service, number: usize) {
    for _ in 0..number {
        let answers = json!({"access_1": 4});
        let body =
            json!({"id": Uuid::new_v4(), "unit": "H19.26", "channel": "web", "language": "vi", "answers": answers});
        assert_eq!(service.post_json(SUBMISSIONS, &body).await.status(), 201);
    }
}

async fn is_folded(database: &Database, all: i64) {
    eventually("all are counted", async || {
        (database.number("select coalesce(sum(submissions), 0) from tallies") == all).then_some(())
    })
    .await;
}

async fn reads_replica(service: &Service, is_read: f64) {
    eventually("the service knows how the replica stands", async || {
        (service.metric("hailong_replica_read").await == Some(is_read)).then_some(())
    })
    .await;
}

/// The number of submissions that the index tells, and whether a replica told it.
async fn index(service: &Service, token: &str) -> (i64, bool) {
    let asked = service.client.get(service.at("/api/v1/index?survey=sipas")).bearer_auth(token);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let is_of_replica = answer.headers().contains_key("age");
    (answer.json::<Value>().await.unwrap()["submissions"].as_i64().unwrap(), is_of_replica)
}

/// The rows of an export.
async fn exported(clerk: &Clerk<'_>) -> usize {
    let answer = clerk.ask("/staff/exports/submissions.zip?survey=sipas").await;
    assert_eq!(answer.status(), 200);
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes().await.unwrap())).unwrap();
    let mut csv = String::new();
    zip.by_index(0).unwrap().read_to_string(&mut csv).unwrap();
    assert!(csv.contains("id,survey,form,unit"), "{csv}");
    csv.lines().count() - 1
}

#[test]
fn figures_come_from_the_replica_while_it_is_fresh() {
    let primary = Postgres::fresh();
    let replica = primary.standby("reading");
    let database = primary.database();
    let at_replica = url(&[&replica]);
    let settings = [("DATABASE_REPLICA_URL", at_replica.as_str()), ("HAILONG_REPLICA_LAG", "8")];
    let service = Service::logging(database.url(), &settings, Path::new("/dev/null"));
    employ(&database, "lan@x.vn", Role::Leader);
    let token = run(database.url(), &["staff", "token", "lan@x.vn"], "").1.trim().to_owned();
    block_on(async {
        send(&service, 6).await;
        is_folded(&database, 6).await;
        eventually("the replica gives the figures", async || {
            (index(&service, &token).await == (6, true)).then_some(())
        })
        .await;
        assert!(service.metric("hailong_replica_lag_seconds").await.unwrap() < 8.0);

        // Behind, within the bound: old figures, which say so; but people and what they do are looked up where they are.
        replica.database().execute("select pg_wal_replay_pause()");
        send(&service, 5).await;
        is_folded(&database, 11).await;
        let session = open_session(&database, "lan@x.vn", Utc::now());
        let clerk = Clerk::with(&service, &session);
        let note = "Số liệu đến";
        assert_eq!(exported(&clerk).await, 6, "the export is the replica's");
        assert_eq!(database.number("select count(*) from audit_log where action = 'export submissions'"), 1);
        eventually("the page says until when its figures go", async || {
            let dashboard = clerk.open("/staff?survey=sipas").await;
            dashboard.sees(note).then(|| assert!(dashboard.sees("6 phiếu") && !dashboard.sees("11 phiếu")))
        })
        .await;
        // Beyond the bound.
        reads_replica(&service, 0.0).await;
        assert_eq!(index(&service, &token).await, (11, false));
        let dashboard = clerk.open("/staff?survey=sipas").await;
        assert!(dashboard.sees("11 phiếu") && !dashboard.sees(note), "{}", dashboard.html);
        assert_eq!(exported(&clerk).await, 11);

        replica.database().execute("select pg_wal_replay_resume()");
        eventually("the replica has caught up", async || (index(&service, &token).await == (11, true)).then_some(()))
            .await;
        // Away: whoever asks in that moment gets an answer all the same.
        replica.kill();
        assert_eq!(index(&service, &token).await, (11, false));
        assert_eq!(page::page(clerk.ask("/staff?survey=sipas").await).await.status, 200);
        reads_replica(&service, 0.0).await;
        assert_eq!(exported(&clerk).await, 11);
    });
}

#[test]
fn what_is_no_replica_of_the_database_is_not_read_from() {
    let (database, other) = (Database::new(), Postgres::fresh());
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let service = Service::logging(database.url(), &[("DATABASE_REPLICA_URL", &url(&[&other]))], &log);
    block_on(async {
        reads_replica(&service, 0.0).await;
        let says = async |what: &str| {
            let said = async || std::fs::read_to_string(&log).unwrap().contains(what).then_some(());
            eventually("the log says why", said).await;
        };
        says("it belongs to another cluster").await;
        other.kill();
        says("looking at the replica").await;
    });
    assert!(!std::fs::read_to_string(&log).unwrap().contains("geheim"));
    let (code, _, said) =
        run(database.url(), &["serve", "--listen", "127.0.0.1:0", "--database-replica-url", "geheim-7"], "");
    assert_eq!(code, 1);
    assert!(said.contains("the address of the replica cannot be understood") && !said.contains("geheim"), "{said}");
}

#[test]
fn after_a_failover_the_replica_is_read_from_once_it_follows() {
    let primary = Postgres::fresh();
    let (standby, replica) = (primary.standby("one"), primary.standby("reading"));
    let hosts = url(&[&primary, &standby]);
    let service = Service::logging(&hosts, &[("DATABASE_REPLICA_URL", &url(&[&replica]))], Path::new("/dev/null"));
    let database = primary.database();
    employ(&database, "lan@x.vn", Role::Leader);
    let token = run(&hosts, &["staff", "token", "lan@x.vn"], "").1.trim().to_owned();
    block_on(async {
        send(&service, 6).await;
        is_folded(&database, 6).await;
        eventually("the replica gives the figures", async || {
            (index(&service, &token).await == (6, true)).then_some(())
        })
        .await;
        let written = database.text("select pg_current_wal_lsn()");
        let arrived = format!("select pg_last_wal_replay_lsn() >= '{written}'");
        eventually("the standby has it all", async || (standby.database().text(&arrived) == "true").then_some(()))
            .await;
        primary.kill();
        standby.database().execute("select pg_promote()");
        let promoted = standby.database();
        eventually("submissions are taken again", async || {
            let answers = json!({"access_1": 4});
            let body = json!({"id": Uuid::from_u128(1), "unit": "H19.26", "channel": "web", "language": "vi", "answers": answers});
            service.post_json(SUBMISSIONS, &body).await.status().is_success().then_some(())
        })
        .await;
        is_folded(&promoted, 7).await;
        reads_replica(&service, 0.0).await;
        assert_eq!(index(&service, &token).await, (7, false), "the replica still stands where the old primary ended");

        let follow = format!("alter system set primary_conninfo = '{} application_name=reading'", standby.conninfo());
        replica.database().execute(&follow);
        replica.database().execute("select pg_reload_conf()");
        let follows = "select count(*) from pg_stat_replication where application_name = 'reading'";
        eventually("the replica follows", async || (promoted.number(follows) == 1).then_some(())).await;
        eventually("the replica has made a restart point", async || {
            promoted.execute("checkpoint");
            replica.database().execute("checkpoint");
            (index(&service, &token).await == (7, true)).then_some(())
        })
        .await;
    });
}

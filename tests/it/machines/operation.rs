//! What monitoring asks: is it alive, is it ready, how does it do.

use super::{fresh_id, good};
use crate::support::{Service, block_on};
use diesel::connection::SimpleConnection;
use std::time::{Duration, Instant};

/// The value of one line of the metrics.
fn value(metrics: &str, line: &str) -> Option<f64> {
    metrics.lines().find_map(|l| l.strip_prefix(line)?.trim().parse().ok())
}

#[test]
fn metrics_count_requests_by_route_and_never_by_address() {
    let (_database, service) = Service::fresh();
    block_on(async {
        for _ in 0..3 {
            service.get("/api/v1/surveys/sipas?secret=1").await;
        }
        service.get("/api/v1/surveys/nobody-knows-this").await;
        service.get("/nobody-knows-this-either").await;
        assert_eq!(service.post_json("/api/v1/surveys/sipas/submissions", &good(fresh_id())).await.status(), 201);
        let response = service.get("/metrics").await;
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
        let metrics = response.text().await.unwrap();
        let requests = |route: &str, status: u16| {
            let line = format!("hailong_http_requests_total{{method=\"GET\",route=\"{route}\",status=\"{status}\"}}");
            value(&metrics, &line)
        };
        assert_eq!(requests("/api/v1/surveys/{survey}", 200), Some(3.0));
        assert_eq!(requests("/api/v1/surveys/{survey}", 404), Some(1.0));
        assert_eq!(requests("none", 404), Some(1.0));
        for told in ["secret", "nobody-knows", "127.0.0.1"] {
            assert!(!metrics.contains(told), "{told}");
        }
        let name = "hailong_http_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/surveys/{survey}\"}";
        assert_eq!(value(&metrics, name), Some(4.0));
        assert_eq!(value(&metrics, "hailong_intake_batch_size_sum"), Some(1.0));
        assert_eq!(value(&metrics, "hailong_intake_batch_duration_seconds_count"), Some(1.0));
        assert_eq!(value(&metrics, "hailong_intake_queue"), Some(0.0));
        assert_eq!(value(&metrics, "hailong_database_up"), Some(1.0));
        assert!(value(&metrics, "hailong_fold_lag_seconds").unwrap() < 60.0);
        assert!(value(&metrics, "hailong_fold_waiting_facts").unwrap() <= 1.0);
        assert!(value(&metrics, "process_resident_memory_bytes").unwrap() > 1e6);
    });
}

#[test]
fn it_is_not_ready_before_its_schema_is() {
    let (database, service) = Service::fresh();
    block_on(async {
        assert_eq!(service.get("/readyz").await.text().await.unwrap(), "ready\n");
        assert_eq!(service.client.head(service.at("/healthz")).send().await.unwrap().status(), 200);
        database.execute("delete from __diesel_schema_migrations where version = (select max(version) from __diesel_schema_migrations)");
        assert_eq!(super::submissions::refusal(service.get("/readyz").await).await.0, 503);
        assert_eq!(service.get("/healthz").await.text().await.unwrap(), "ok\n");
    });
}

#[test]
fn monitoring_is_answered_while_the_database_stands_still() {
    let (database, service) = Service::fresh();
    let mut holder = database.conn();
    holder
        .batch_execute("begin; lock table tally_watermark, __diesel_schema_migrations in access exclusive mode")
        .unwrap();
    block_on(async {
        let start = Instant::now();
        assert_eq!(super::submissions::refusal(service.get("/readyz").await).await.0, 503);
        let metrics = service.get("/metrics").await.text().await.unwrap();
        assert_eq!(value(&metrics, "hailong_database_up"), Some(0.0));
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    });
}

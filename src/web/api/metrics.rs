//! `/metrics`: figures about the running program for a monitoring system. Routes by pattern, never an address somebody asked
//! for; nothing about who asked.

use crate::intake::BatchObserver;
use crate::storage::waiting_facts;
use crate::web::{App, AppData};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::borrow::Cow;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: Cow<'static, str>,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: Cow<'static, str>,
}

/// The pattern of a resource, as data of its own: to learn it otherwise its path is matched a second time.
pub struct Pattern(pub &'static str);

type Seconds = Gauge<f64, AtomicU64>;

/// The figures of this process.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    batch_sizes: Histogram,
    batch_durations: Histogram,
    intake_queue: Gauge,
    waiting_facts: Gauge,
    fold_lag: Seconds,
    database_up: Gauge,
    servers: Gauge,
    replica_read: Gauge,
    replica_lag: Seconds,
    memory: Gauge,
    waiting_since: Mutex<Option<Instant>>,
}

/// From a millisecond to half a minute.
fn duration_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 16))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let requests = Family::default();
        let durations = Family::<Route, Histogram, fn() -> Histogram>::new_with_constructor(duration_histogram);
        let batch_sizes = Histogram::new(exponential_buckets(1.0, 2.0, 10));
        let batch_durations = duration_histogram();
        let [intake_queue, waiting_facts, database_up, servers, replica_read, memory] =
            std::array::from_fn(|_| Gauge::default());
        let (fold_lag, replica_lag) = (Seconds::default(), Seconds::default());
        registry.register("hailong_http_requests", "Requests answered, by route and status", requests.clone());
        let name = "hailong_http_request_duration";
        let help = "Time to the beginning of the answer, by route";
        registry.register_with_unit(name, help, Unit::Seconds, durations.clone());
        registry.register("hailong_intake_queue", "Submissions waiting to be written", intake_queue.clone());
        registry.register("hailong_intake_batch_size", "Submissions written in one transaction", batch_sizes.clone());
        let help = "Time to write a batch";
        registry.register_with_unit("hailong_intake_batch_duration", help, Unit::Seconds, batch_durations.clone());
        let help = "Facts that are stored and not in the figures yet";
        registry.register("hailong_fold_waiting_facts", help, waiting_facts.clone());
        let help = "How long facts have been waiting to be folded, as far as this process can tell";
        registry.register_with_unit("hailong_fold_lag", help, Unit::Seconds, fold_lag.clone());
        registry.register("hailong_database_up", "1 while the database answers", database_up.clone());
        registry.register("hailong_servers", "Servers of this database, as this one last heard", servers.clone());
        let help = "1 while figures are read from the replica, 0 while they are not, -1 where there is none";
        registry.register("hailong_replica_read", help, replica_read.clone());
        let help = "How far the replica is behind at the most; NaN while that is not known";
        registry.register_with_unit("hailong_replica_lag", help, Unit::Seconds, replica_lag.clone());
        registry.register_with_unit("process_resident_memory", "Memory in use", Unit::Bytes, memory.clone());
        Self {
            registry,
            requests,
            durations,
            batch_sizes,
            batch_durations,
            intake_queue,
            waiting_facts,
            fold_lag,
            database_up,
            servers,
            replica_read,
            replica_lag,
            memory,
            waiting_since: Mutex::new(None),
        }
    }
}

impl Metrics {
    fn answered(&self, method: &'static str, route: Cow<'static, str>, status: StatusCode, took: Duration) {
        self.durations.get_or_create(&Route { method, route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answered { method, route, status: status.as_u16() }).inc();
    }

    fn batch(&self, size: usize, took: Duration) {
        self.batch_sizes.observe(f64::from(u32::try_from(size).unwrap_or(u32::MAX)));
        self.batch_durations.observe(took.as_secs_f64());
    }

    /// How long facts have been waiting: since the last fold or since they were first seen here, whichever is later. Facts
    /// bear no time of their own.
    fn lag(&self, waiting: i64, folded_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> f64 {
        let mut since = self.waiting_since.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting == 0 {
            *since = None;
            return 0.0;
        }
        let seen = since.get_or_insert_with(Instant::now).elapsed().as_secs_f64();
        let unfolded = folded_at.map(|at| (now - at).as_seconds_f64().max(0.0));
        unfolded.map_or(seen, |unfolded| unfolded.min(seen))
    }
}

/// Tells the metrics of each batch that the intake writes.
pub fn batch_observer(metrics: &Arc<Metrics>) -> BatchObserver {
    let metrics = metrics.clone();
    Arc::new(move |size, took| metrics.batch(size, took))
}

/// Takes note of an answer: to what method it was, with what status, after how long, and by which route where one is known.
pub fn note(app: &App, method: &Method, request: Option<&HttpRequest>, status: StatusCode, took: Duration) {
    let method = match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    };
    let route = request.and_then(route_of).unwrap_or(Cow::Borrowed("none"));
    app.api.metrics.answered(method, route, status, took);
}

fn route_of(request: &HttpRequest) -> Option<Cow<'static, str>> {
    let known = request.app_data::<Pattern>().map(|Pattern(pattern)| Cow::Borrowed(*pattern));
    known.or_else(|| request.match_pattern().map(Cow::Owned))
}

/// Figures about the running program
#[utoipa::path(
    get, path = "/metrics", operation_id = "metrics", tag = "operation",
    responses((
        status = 200, description = "In the text format of Prometheus, or OpenMetrics where that is accepted", body = String,
        content_type = "text/plain; version=0.0.4; charset=utf-8",
    )),
)]
pub async fn show(request: HttpRequest, app: AppData) -> HttpResponse {
    refresh(&app).await;
    let mut text = String::new();
    if encode(&mut text, &app.api.metrics.registry).is_err() {
        return HttpResponse::InternalServerError().finish();
    }
    let accepted = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("");
    let content_type = if accepted.contains("application/openmetrics-text") {
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    } else {
        "text/plain; version=0.0.4; charset=utf-8"
    };
    HttpResponse::Ok().content_type(content_type).body(text)
}

async fn refresh(app: &App) {
    let metrics = &app.api.metrics;
    metrics.intake_queue.set(i64::try_from(app.intake.queued()).unwrap_or(i64::MAX));
    metrics.servers.set(app.presence.servers().get().into());
    metrics.replica_read.set(app.db.reads_replica().map_or(-1, i64::from));
    metrics.replica_lag.set(app.db.replica_lag().map_or(f64::NAN, |lag| lag.as_secs_f64()));
    metrics.memory.set(resident_bytes().unwrap_or(0));
    match app.db.run_within(super::health::PATIENCE, waiting_facts::waiting).await {
        Ok((waiting, folded_at)) => {
            metrics.database_up.set(1);
            metrics.waiting_facts.set(waiting);
            metrics.fold_lag.set(metrics.lag(waiting, folded_at, Utc::now()));
        }
        Err(error) => {
            tracing::debug!(%error, "metrics without the database");
            metrics.database_up.set(0);
        }
    }
}

/// The memory of this process; nothing where the system does not tell.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lag_is_nothing_while_nothing_waits_and_never_longer_than_what_was_seen() {
        let metrics = Metrics::default();
        let now = Utc::now();
        let long_ago = Some(now - chrono::TimeDelta::hours(1));
        assert!(metrics.lag(0, long_ago, now) == 0.0);
        assert!(metrics.lag(5, long_ago, now) < 5.0, "an idle hour before the first fact is no lag");
        *metrics.waiting_since.lock().unwrap() = Instant::now().checked_sub(Duration::from_secs(90));
        let stuck = metrics.lag(5, long_ago, now);
        assert!((90.0..100.0).contains(&stuck), "{stuck}");
        assert!(metrics.lag(5, Some(now), now) < 5.0, "a fold just now means that these facts are new");
        assert!(metrics.lag(0, long_ago, now) == 0.0);
    }
}

//! The end-to-end load bench: the release program on a private, durable Postgres, fed over loopback from this process.
//!
//! `cargo bench --bench load [-- --quick]` prints a table and JSON: start time, memory, page sizes, acknowledged submissions a
//! second with their latencies, and in the same run what the machine itself does: single-row prepared inserts by pgbench with
//! 32 clients. It checks that every acknowledged submission is stored once. Figures on shared machines are noisy: compare ratios.
#![allow(clippy::unwrap_used, reason = "in a bench a panic is the message")]

mod client;
mod dashboard;
mod fill;
mod reference;
mod service;

use client::{Kind, Run};
use std::time::Duration;

fn main() {
    let quick = std::env::args().any(|a| a == "--quick");
    // `cargo test --benches` runs this too; it is not a test.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    if let Some(wanted) = filled().filter(|_| std::env::args().any(|a| a == "--dashboards")) {
        return dashboard::run(wanted);
    }
    let seconds = Duration::from_secs(if quick { 3 } else { 10 });
    let service = service::Service::start();
    let idle = service.memory_mb();
    let sizes = service.page_sizes();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client::load(&service.address, Kind::Json, 16, Duration::from_secs(1)));
    let json = runtime.block_on(client::load(&service.address, Kind::Json, 64, seconds));
    let form = runtime.block_on(client::load(&service.address, Kind::Form, 64, seconds));
    let page = runtime.block_on(client::load(&service.address, Kind::Page, 64, seconds));
    let noop = runtime.block_on(client::load(&service.address, Kind::Noop, 64, seconds));
    let loaded = service.memory_mb();
    let stored = reference::check_stored(&service.database_url(), &[&json, &form]);
    let inserts = reference::single_row_inserts(&service, seconds);
    let report = serde_json::json!({
        "binary_mb": service.binary_mb(),
        "start_ms": service.start_ms,
        "restart_ms": service.restart_ms,
        "memory_idle_mb": idle,
        "memory_loaded_mb": loaded,
        "form_page_brotli_bytes": sizes,
        "submissions_per_second_json": json.rate(),
        "submissions_p50_ms": json.percentile(50.0),
        "submissions_p99_ms": json.percentile(99.0),
        "submissions_per_second_form": form.rate(),
        "form_pages_per_second": page.rate(),
        "noop_gets_per_second": noop.rate(),
        "single_row_inserts_per_second": inserts,
        "json_to_single_row": json.rate() / inserts,
        "form_to_single_row": form.rate() / inserts,
        "page_to_noop": page.rate() / noop.rate(),
        "acknowledged_and_stored_once": stored,
    });
    for (name, value) in report.as_object().unwrap() {
        println!("{name:<36} {value}");
    }
    println!("{report}");
    for (what, run) in [("json", &json), ("form", &form), ("page", &page)] {
        assert_eq!(run.failures, 0, "{what}: answers other than expected");
    }
}

/// How many submissions the database is to be filled with first: `--fill N`.
fn filled() -> Option<i64> {
    std::env::args().skip_while(|a| a != "--fill").nth(1)?.parse().ok()
}

impl Run {
    fn rate(&self) -> f64 {
        (self.latencies.len() as f64 / self.elapsed.as_secs_f64()).round()
    }

    fn percentile(&self, per_cent: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let place = ((sorted.len() as f64 * per_cent / 100.0) as usize).min(sorted.len().saturating_sub(1));
        sorted.get(place).map_or(0.0, |d| (d.as_secs_f64() * 100_000.0).round() / 100.0)
    }
}

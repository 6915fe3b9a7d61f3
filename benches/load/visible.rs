//! From acknowledged to visible: under full load single submissions are sent, and the index is asked for until it has counted them.
//!
//! They come by a channel of their own, so that the count that must rise is known; the asking itself is part of the time.

use crate::bench::{Bench, SENDERS};
use crate::client::{Load, Pace, Run, Until, run as load};
use crate::report::{Floor, Report, median};
use crate::requests::{Kind, json_body};
use crate::service::Service;
use reqwest::Client;
use std::cell::Cell;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The channel of what is watched.
const CHANNEL: &str = "kiosk";

/// So many are sent before: fewer than five are hidden.
const BEFORE: usize = 20;

/// How long one may take at the most.
const PATIENCE: Duration = Duration::from_secs(120);

/// Who asks for figures.
pub struct Reader {
    client: Client,
    address: String,
    token: String,
}

impl Reader {
    /// With a token that the program's own commands make.
    pub fn new(service: &Service, email: &str) -> Self {
        service.command(&["staff", "add", email, "--role", "leader"]);
        let token = service.command(&["staff", "token", email]);
        Self { client: Client::new(), address: service.at(""), token }
    }

    /// Reads the index; how many submissions it is of.
    pub async fn submissions(&self, filter: &str) -> i64 {
        let address = format!("{}/api/v1/index?survey=sipas{filter}", self.address);
        let answer = self.client.get(address).bearer_auth(&self.token).send().await.unwrap();
        let answer: serde_json::Value = answer.error_for_status().unwrap().json().await.unwrap();
        answer["submissions"].as_i64().unwrap_or(0)
    }

    async fn counted(&self) -> i64 {
        self.submissions(&format!("&channel={CHANNEL}")).await
    }

    async fn send(&self, turn: usize) {
        let body = json_body(Uuid::new_v4(), turn, CHANNEL);
        let address = format!("{}/api/v1/surveys/sipas/submissions", self.address);
        self.client.post(address).json(&body).send().await.unwrap().error_for_status().unwrap();
    }

    /// How long it takes until so many are counted.
    async fn wait_for(&self, count: i64) -> Duration {
        let start = Instant::now();
        while self.counted().await < count {
            assert!(start.elapsed() < PATIENCE, "not visible after {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        start.elapsed()
    }
}

/// Measures it.
pub fn run(bench: &mut Bench, report: &mut Report) {
    let reader = Reader::new(&bench.service, "visible@example.vn");
    let times = if bench.wish.quick { 10 } else { 30 };
    let address = bench.service.address.clone();
    let told = Cell::new(false);
    let senders = Load { kind: Kind::Json, connections: SENDERS, pace: Pace::Closed, until: Until::Told(&told) };
    let probes = async {
        let seen = probe(&reader, times).await;
        told.set(true);
        seen
    };
    let mut seen = Vec::new();
    let beside: Run = bench.watched("visible", async {
        let (run, found) = tokio::join!(load(&address, senders), probes);
        seen = found;
        run
    });
    report.add("visible_beside_per_second", beside.rate());
    report.add("visible_after_median_s", median(&seen));
    report.judge("visible_after_worst_s", seen.iter().copied().fold(0.0, f64::max), Floor::AtMost(2.0));
}

async fn probe(reader: &Reader, times: usize) -> Vec<f64> {
    let mut count = reader.counted().await;
    for turn in 0..BEFORE {
        reader.send(turn).await;
        count += 1;
    }
    reader.wait_for(count).await;
    let mut seen = Vec::with_capacity(times);
    for turn in 0..times {
        reader.send(turn).await;
        count += 1;
        seen.push(reader.wait_for(count).await.as_secs_f64());
    }
    seen
}

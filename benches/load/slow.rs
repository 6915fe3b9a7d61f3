//! Normal senders beside 500 connections that keep a server waiting: some say nothing, some send a head, some a body, a byte a
//! second. Whoever is closed comes back at once. And how long the server bears with one of each sort.

use crate::bench::{Bench, SENDERS};
use crate::client::{Load, Pace, Run, Until, run as load};
use crate::report::{Floor, Report};
use crate::requests::Kind;
use futures_util::future::join_all;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How many there are.
const SLOW: usize = 500;

/// Between two bytes.
const STEP: Duration = Duration::from_secs(1);

/// How one keeps a server waiting.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sort {
    Silent,
    Head,
    Body,
}

const SORTS: [Sort; 3] = [Sort::Silent, Sort::Head, Sort::Body];

const HEAD: &[u8] =
    b"POST /api/v1/surveys/sipas/submissions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
    content-length: 600\r\n\r\n";

impl Sort {
    /// What is sent at once, and what byte by byte after it.
    fn parts(self) -> (&'static [u8], &'static [u8]) {
        match self {
            Sort::Silent => (b"", b""),
            Sort::Head => (b"", HEAD),
            Sort::Body => {
                (HEAD, b"{\"id\": \"                                                                            ")
            }
        }
    }

    fn figure(self) -> &'static str {
        match self {
            Sort::Silent => "slow_silent_closed_after_s",
            Sort::Head => "slow_head_closed_after_s",
            Sort::Body => "slow_body_closed_after_s",
        }
    }
}

/// Measures senders without the slow ones and with them.
pub fn run(bench: &mut Bench, report: &mut Report) {
    let time = bench.wish.time();
    let address = bench.service.address.clone();
    let alone = bench.load(Kind::Json, Pace::Closed, time);
    let told = Cell::new(false);
    let closed = Cell::new(0_usize);
    let senders = Load { kind: Kind::Json, connections: SENDERS, pace: Pace::Closed, until: Until::After(time) };
    // At least as long as the server may wait for a head.
    let longest = Duration::from_secs(if bench.wish.quick { 8 } else { 60 });
    let limits = RefCell::new(Vec::new());
    let beside: Run = bench.watched("slow", async {
        let run = async {
            // All of them are there before the first sender comes.
            tokio::time::sleep(STEP).await;
            let run = load(&address, senders).await;
            told.set(true);
            run
        };
        let crowd = join_all((0..SLOW).map(|number| stay(&address, SORTS[number % 3], &told, &closed)));
        let lone = join_all(SORTS.map(|sort| endure(&address, sort, longest)));
        let (run, _, found) = tokio::join!(run, crowd, lone);
        limits.replace(found);
        run
    });
    report.add("slow_without_p99_ms", alone.percentile(99.0));
    report.add("slow_with_p99_ms", beside.percentile(99.0));
    report.judge("slow_with_to_without_p99", beside.percentile(99.0) / alone.percentile(99.0), Floor::AtMost(2.0));
    report.add("slow_with_to_without_rate", beside.rate() / alone.rate());
    report.add("slow_closed_by_server", closed.get() as f64);
    for (sort, limit) in SORTS.into_iter().zip(limits.into_inner()) {
        match limit {
            Some(limit) => report.add(sort.figure(), limit.as_secs_f64()),
            None => report.note(sort.figure(), format!("still open after {} s", longest.as_secs())),
        }
    }
}

/// Keeps a connection of a sort open until told otherwise, a new one whenever one is closed.
async fn stay(address: &str, sort: Sort, told: &Cell<bool>, closed: &Cell<usize>) {
    while !told.get() {
        let is_over = async {
            while !told.get() {
                tokio::time::sleep(STEP / 4).await;
            }
        };
        tokio::select! {
            () = keep_waiting(address, sort) => closed.set(closed.get() + 1),
            () = is_over => return,
        }
    }
}

/// How long the server bears with one, if not as long as we do.
async fn endure(address: &str, sort: Sort, longest: Duration) -> Option<Duration> {
    let start = Instant::now();
    tokio::time::timeout(longest, keep_waiting(address, sort)).await.ok().map(|()| start.elapsed())
}

/// Opens a connection, sends slowly, and ends when the server has closed it.
async fn keep_waiting(address: &str, sort: Sort) {
    let Ok(stream) = TcpStream::connect(address).await else {
        return tokio::time::sleep(STEP).await;
    };
    let (mut reader, mut writer) = stream.into_split();
    let (first, rest) = sort.parts();
    let write = async {
        let _sent = writer.write_all(first).await;
        for byte in rest {
            tokio::time::sleep(STEP).await;
            if writer.write_all(&[*byte]).await.is_err() {
                return;
            }
        }
        std::future::pending::<()>().await;
    };
    let read = async {
        let mut answer = [0; 1024];
        while matches!(reader.read(&mut answer).await, Ok(count) if count > 0) {}
    };
    tokio::select! {
        () = write => {},
        () = read => {},
    }
}

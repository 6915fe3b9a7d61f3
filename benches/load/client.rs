//! A small HTTP client that keeps its connections open, so that the generator takes as little of the machine as it can.

use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

/// What is asked.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// A submission as JSON.
    Json,
    /// A submission as a web form sends it.
    Form,
    /// The form page.
    Page,
    /// The cheapest request the server knows.
    Noop,
}

/// What came of it.
#[derive(Default)]
pub struct Run {
    /// How long each expected answer took.
    pub latencies: Vec<Duration>,
    /// Answers other than expected.
    pub failures: usize,
    /// How long the run took.
    pub elapsed: Duration,
    /// The ids that were acknowledged.
    pub acknowledged: Vec<Uuid>,
}

/// Keeps `connections` busy for some time.
pub async fn load(address: &str, kind: Kind, connections: usize, time: Duration) -> Run {
    let start = Instant::now();
    let workers: Vec<_> =
        (0..connections).map(|n| tokio::spawn(work(address.to_owned(), kind, n, start + time))).collect();
    let mut all = Run::default();
    for worker in workers {
        let part = worker.await.unwrap();
        all.latencies.extend(part.latencies);
        all.failures += part.failures;
        all.acknowledged.extend(part.acknowledged);
    }
    all.elapsed = start.elapsed();
    all
}

async fn work(address: String, kind: Kind, number: usize, end: Instant) -> Run {
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut run = Run::default();
    let mut buffer = vec![0u8; 256 * 1024];
    // Made once: the generator is to take as little of the machine as it can.
    let mut requests: Vec<(Vec<u8>, usize)> = (0..KINDS_OF_ANSWERS).map(|turn| prepared(kind, turn)).collect();
    let mut turn = number;
    while Instant::now() < end {
        let id = Uuid::new_v4();
        let (request, place) = &mut requests[turn % KINDS_OF_ANSWERS];
        if matches!(kind, Kind::Json | Kind::Form) {
            id.as_hyphenated().encode_lower(&mut request[*place..*place + 36]);
        }
        turn += 1;
        let start = Instant::now();
        stream.write_all(request).await.unwrap();
        let status = answer(&mut stream, &mut buffer).await;
        let expected = match kind {
            Kind::Json => 201,
            Kind::Form => 303,
            Kind::Page | Kind::Noop => 200,
        };
        if status != expected {
            run.failures += 1;
            continue;
        }
        run.latencies.push(start.elapsed());
        if matches!(kind, Kind::Json | Kind::Form) {
            run.acknowledged.push(id);
        }
    }
    run
}

/// Levels repeat after so many submissions.
const KINDS_OF_ANSWERS: usize = 5;

/// A request, and where its id stands.
fn prepared(kind: Kind, turn: usize) -> (Vec<u8>, usize) {
    let request = request(kind, Uuid::nil(), turn);
    let place = find(&request, Uuid::nil().to_string().as_bytes()).unwrap_or(0);
    (request, place)
}

const QUESTIONS: [(&str, usize); 5] = [("access", 4), ("procedure", 4), ("officer", 5), ("result", 3), ("feedback", 3)];

fn request(kind: Kind, id: Uuid, turn: usize) -> Vec<u8> {
    let head = |method: &str, path: &str| format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    let levels = QUESTIONS
        .iter()
        .flat_map(|(factor, count)| (1..=*count).map(move |n| (format!("{factor}_{n}"), 1 + (turn * 7 + n * 3) % 5)));
    match kind {
        Kind::Page => format!("{}\r\n", head("GET", "/s/sipas?unit=H19.26")).into_bytes(),
        Kind::Noop => format!("{}\r\n", head("GET", "/healthz")).into_bytes(),
        Kind::Json => {
            let mut answers: serde_json::Map<String, serde_json::Value> =
                levels.map(|(code, level)| (code, level.into())).collect();
            for (code, option) in [("gender", "female"), ("age", "35-49"), ("area", "urban")] {
                answers.insert(code.to_owned(), option.into());
            }
            let body = serde_json::json!({
                "id": id, "unit": "H19.26", "channel": "web", "language": "vi", "answers": answers,
            });
            with_body(&head("POST", "/api/v1/surveys/sipas/submissions"), "application/json", &body.to_string())
        }
        Kind::Form => {
            let answers: String = levels.map(|(code, level)| format!("&{code}={level}")).collect();
            let body = format!("id={id}&unit=H19.26&channel=web&lang=vi&gender=female&age=35-49&area=urban{answers}");
            with_body(&head("POST", "/s/sipas"), "application/x-www-form-urlencoded", &body)
        }
    }
}

fn with_body(head: &str, kind: &str, body: &str) -> Vec<u8> {
    format!("{head}content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Reads one answer and returns its status.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> u16 {
    let mut filled = 0;
    loop {
        let count = stream.read(&mut buffer[filled..]).await.unwrap();
        assert!(count > 0, "the server closed the connection");
        filled += count;
        let Some(end) = find(&buffer[..filled], b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).unwrap().to_ascii_lowercase();
        let status = head[9..12].parse().unwrap();
        let is_chunked = head.contains("transfer-encoding: chunked");
        let length: usize =
            head.lines().find_map(|l| l.strip_prefix("content-length: ")).map_or(0, |l| l.trim().parse().unwrap());
        let done = if is_chunked { buffer[..filled].ends_with(b"0\r\n\r\n") } else { filled >= end + 4 + length };
        if done {
            return status;
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}

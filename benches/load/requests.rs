//! What is sent: requests made once, into which only a fresh id is written for each sending.

use chrono::NaiveDate;
use hailong::domain::ids::SubmissionId;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A submission as JSON.
    Json,
    /// A submission as a web form sends it.
    Form,
    /// The form page.
    Page,
    /// The cheapest request the server knows.
    NoopGet,
    /// A submission to a survey that does not exist: the server reads it and refuses it. (A method that is refused is answered
    /// before the body is read, and the connection closed.)
    NoopPost,
}

impl Kind {
    /// The status of the answer, if all is well.
    pub fn expected(self) -> u16 {
        match self {
            Kind::Json => 201,
            Kind::Form => 303,
            Kind::Page | Kind::NoopGet => 200,
            Kind::NoopPost => 404,
        }
    }

    /// Whether it stores something.
    pub fn submits(self) -> bool {
        matches!(self, Kind::Json | Kind::Form)
    }
}

/// Levels repeat after so many submissions.
const VARIANTS: usize = 5;

const QUESTIONS: [(&str, usize); 5] = [("access", 4), ("procedure", 4), ("officer", 5), ("result", 3), ("feedback", 3)];

/// The requests of one connection, in turns.
pub struct Requests {
    kind: Kind,
    variants: Vec<(Vec<u8>, usize)>,
    turn: usize,
    random: StdRng,
    today: NaiveDate,
}

impl Requests {
    /// The requests of a connection of some number.
    pub fn new(kind: Kind, number: usize) -> Self {
        let variants = (0..VARIANTS).map(|turn| prepared(kind, turn)).collect();
        let random = StdRng::seed_from_u64(rand::random());
        Self { kind, variants, turn: number, random, today: chrono::Utc::now().date_naive() }
    }

    /// The next request, with an id of its own where it submits something.
    pub fn next(&mut self) -> (&[u8], Uuid) {
        self.turn = (self.turn + 1) % VARIANTS;
        let id = if self.kind.submits() { self.draw() } else { Uuid::nil() };
        let (request, place) = &mut self.variants[self.turn];
        if self.kind.submits() {
            id.as_hyphenated().encode_lower(&mut request[*place..*place + 36]);
        }
        (request, id)
    }

    /// Pages hand out ids that begin with the day; other systems send what they have: whatever is hardest for the index.
    fn draw(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.random.fill_bytes(&mut bytes);
        match self.kind {
            Kind::Form => SubmissionId::for_day(self.today, bytes).0,
            _ => uuid::Builder::from_random_bytes(bytes).into_uuid(),
        }
    }
}

/// A request, and where its id stands.
fn prepared(kind: Kind, turn: usize) -> (Vec<u8>, usize) {
    let request = request(kind, turn);
    let nil = Uuid::nil().to_string();
    let place = request.windows(nil.len()).position(|part| part == nil.as_bytes()).unwrap_or(0);
    (request, place)
}

fn request(kind: Kind, turn: usize) -> Vec<u8> {
    let json = || json_body(Uuid::nil(), turn, "web").to_string();
    match kind {
        Kind::Page => b"GET /s/sipas?unit=H19.26 HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(),
        Kind::NoopGet => b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(),
        Kind::NoopPost => post("/api/v1/surveys/none/submissions", "application/json", &json()),
        Kind::Json => post("/api/v1/surveys/sipas/submissions", "application/json", &json()),
        Kind::Form => {
            let answers: String = levels(turn).map(|(code, level)| format!("&{code}={level}")).collect();
            let id = Uuid::nil();
            // In the order of the page, in which browsers send them.
            let body = format!("id={id}&unit=H19.26&channel=web&lang=vi{answers}&gender=female&age=35-49&area=urban");
            post("/s/sipas", "application/x-www-form-urlencoded", &body)
        }
    }
}

/// A full submission for the API.
pub fn json_body(id: Uuid, turn: usize, channel: &str) -> Value {
    let mut answers: Map<String, Value> = levels(turn).map(|(code, level)| (code, level.into())).collect();
    for (code, option) in [("gender", "female"), ("age", "35-49"), ("area", "urban")] {
        answers.insert(code.to_owned(), option.into());
    }
    json!({ "id": id, "unit": "H19.26", "channel": channel, "language": "vi", "answers": answers })
}

fn levels(turn: usize) -> impl Iterator<Item = (String, usize)> {
    QUESTIONS.iter().flat_map(move |(factor, count)| {
        (1..=*count).map(move |n| (format!("{factor}_{n}"), 1 + (turn * 7 + n * 3) % 5))
    })
}

fn post(path: &str, kind: &str, body: &str) -> Vec<u8> {
    let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\n");
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

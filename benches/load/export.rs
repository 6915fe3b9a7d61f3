//! The CSV export as staff get it, over HTTP and zipped, against `COPY TO STDOUT` of the same rows without zipping.
//!
//! The program is started anew before, so that what it needs shows as growth. The session is made beside it: to check a password
//! takes memory of its own.

use crate::bench::Bench;
use crate::memory::{Watch, highest};
use crate::reference::copy;
use crate::report::{Floor, Report, median};
use crate::service::Service;
use crate::stored::{connect, grow_to, number};
use chrono::Utc;
use diesel::PgConnection;
use hailong::actions::draw_secret::draw_token;
use hailong::domain::email::Email;
use hailong::storage::{sessions, staff};
use reqwest::Client;
use std::io::{BufReader, Cursor};
use std::time::{Duration, Instant};

const EMAIL: &str = "export@example.vn";

/// Measures rate and memory.
pub fn run(bench: &mut Bench, report: &mut Report) {
    let url = bench.service.database_url();
    grow_to(&url, bench.wish.rows());
    bench.service.command(&["staff", "add", EMAIL, "--role", "leader"]);
    let mut conn = connect(&url);
    let (from, rows) = newest(&mut conn, if bench.wish.quick { 50_000 } else { 1_000_000 });
    let same = format!(
        "select s.id, s.survey_id, s.unit_id, s.procedure_id, s.channel, s.language, s.day, s.answers from submissions s \
         join surveys v on v.id = s.survey_id where v.code = 'sipas' and s.day >= '{from}'"
    );
    let (mut rates, mut copies, mut grown, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..bench.wish.rounds() {
        copies.push(rows / copy(&bench.service, &same).0.as_secs_f64());
        bench.service.restart();
        let cookie = sign_in(&mut conn);
        let (archive, taken, growth) = bench.block_on(take(&bench.service, &cookie, &from));
        rates.push(rows / taken.as_secs_f64());
        grown.push(growth);
        bytes = archive.len();
        let found = lines(archive) as f64;
        if found != rows {
            bench.failures.push(format!("export: {found} rows of {rows}"));
        }
    }
    report.add("export_rows", rows);
    report.add("export_zip_bytes_per_row", bytes as f64 / rows);
    report.add("export_rows_per_second", median(&rates));
    report.add("copy_rows_per_second", median(&copies));
    report.judge("export_to_copy", median(&rates) / median(&copies), Floor::AtLeast(0.6));
    report.judge("export_memory_growth_mb", grown.into_iter().fold(0.0, f64::max), Floor::AtMost(32.0));
}

/// The day from which on there are about so many submissions, and how many there are.
fn newest(conn: &mut PgConnection, wished: i64) -> (String, f64) {
    let of = "from submissions s join surveys v on v.id = s.survey_id where v.code = 'sipas'";
    let look = format!(
        "select (coalesce(max(day) filter (where so_far >= {wished}), min(day)) - date '1970-01-01')::bigint as number \
         from (select s.day, sum(count(*)) over (order by s.day desc) as so_far {of} group by s.day) days"
    );
    let from = chrono::NaiveDate::default() + chrono::TimeDelta::days(number(conn, &look));
    let rows = number(conn, &format!("select count(*) as number {of} and s.day >= '{from}'"));
    (from.to_string(), rows as f64)
}

/// Opens a session; the cookie that shows it.
fn sign_in(conn: &mut PgConnection) -> String {
    let person = staff::by_email(conn, &Email::parse(EMAIL).unwrap()).unwrap().unwrap();
    let token = draw_token();
    sessions::insert(conn, Utc::now(), person.id, &token.hash()).unwrap();
    format!("hailong_session={}", token.reveal())
}

/// Takes the archive: its bytes, the time, and by how many MB the program grew meanwhile.
async fn take(service: &Service, cookie: &str, from: &str) -> (Vec<u8>, Duration, f64) {
    let client = Client::new();
    let ask = |path: &str| client.get(service.at(path)).header("cookie", cookie).send();
    // Whatever a first page needs is there before.
    ask("/staff/exports").await.unwrap().error_for_status().unwrap();
    let watch = Watch::start(service.pid(), Duration::from_millis(20));
    let start = Instant::now();
    let path = format!("/staff/exports/submissions.zip?survey=sipas&from={from}");
    let mut answer = ask(&path).await.unwrap().error_for_status().unwrap();
    let mut archive = Vec::new();
    while let Some(piece) = answer.chunk().await.unwrap() {
        archive.extend_from_slice(&piece);
    }
    let taken = start.elapsed();
    let samples = watch.stop();
    (archive, taken, highest(&samples) - samples[0].1)
}

/// The rows of the tables in an archive, without their headers.
fn lines(archive: Vec<u8>) -> usize {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut rows = 0;
    for place in 0..archive.len() {
        let file = archive.by_index(place).unwrap();
        if file.is_file() && file.name().unwrap().ends_with(".csv") {
            let mut reader = csv::Reader::from_reader(BufReader::new(file));
            let mut record = csv::ByteRecord::new();
            while reader.read_byte_record(&mut record).unwrap() {
                rows += 1;
            }
        }
    }
    rows
}

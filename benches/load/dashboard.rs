//! How long the dashboard takes: pages with every kind of filter, asked for by somebody signed in, beside plain SQL that counts the
//! same answers.
//!
//! `cargo bench --bench load -- --fill 1000000 --dashboards`. With `HAILONG_BENCH_DATA` the filled folder is kept for the next run.

use crate::fill::{self, DAYS, departments, office, procedure};
use crate::wish::Wish;
use chrono::{Datelike, Days, NaiveDate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use hailong::local_postgres::Cluster;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hailong");
const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "mot mat khau du dai cho bench";
/// How many pages of each kind are asked for.
const PAGES: usize = 60;

/// Fills, asks, and prints.
pub fn run(wish: &Wish) -> ExitCode {
    let wanted = wish.rows();
    let kept = std::env::var_os("HAILONG_BENCH_DATA").map(PathBuf::from);
    let folder = tempfile::Builder::new().prefix("hailong-bench-").tempdir_in("/var/tmp").unwrap();
    let data = kept.clone().unwrap_or_else(|| folder.path().to_owned());
    std::fs::create_dir_all(&data).unwrap();
    open_to_all(&data);
    let cluster = Cluster::start(&data).unwrap_or_else(|e| panic!("{e}"));
    program(&data).arg("migrate").status().unwrap();
    let (filled, counted) = fill::fill(&cluster.url(), wanted);
    println!("filled in {:.0} s, counted in {:.0} s", filled.as_secs_f64(), counted.as_secs_f64());
    storage(&cluster.url());
    let mut server = serve(&data);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let report = runtime.block_on(ask(&server.1, server.0.id()));
    crate::service::stop(&mut server.0);
    let plain = plain(&cluster.url());
    cluster.stop();
    println!("{}", serde_json::json!({ "submissions": wanted, "pages_ms": report, "plain_sql_ms": plain }));
    ExitCode::SUCCESS
}

fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn program(data: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.env_remove("DATABASE_URL").env("HAILONG_DATA", data).env("HAILONG_LOG", "warn");
    command
}

fn serve(data: &Path) -> (Child, String) {
    let staff = ["staff", "add", EMAIL, "--role", "leader", "--password-stdin"];
    let mut adding = program(data).args(staff).stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    adding.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    // It fails where the person is there already.
    let _added = adding.wait().unwrap();
    let mut child = program(data)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("HAILONG_PUBLIC_URL", "http://localhost")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().expect("the service listens").unwrap();
        if let Some(address) = line.strip_prefix("listening on http://") {
            break address.to_owned();
        }
    };
    std::thread::spawn(move || lines.for_each(drop));
    (child, address)
}

/// The kinds of filter, and one of each kind by chance.
fn filters(random: &mut StdRng) -> Vec<(&'static str, String)> {
    let today = chrono::Utc::now().date_naive();
    let year = today.year() - random.random_range(0..5);
    let calendar = match random.random_range(0..4) {
        0 => format!("{year}"),
        1 => format!("{year}-H{}", random.random_range(1..3)),
        2 => format!("{year}-Q{}", random.random_range(1..5)),
        _ => format!("{year}-{:02}", random.random_range(1..13)),
    };
    let day = |random: &mut StdRng| today - Days::new(random.random_range(0..DAYS as u64));
    let mut hand = [day(random), day(random)];
    hand.sort();
    let short = hand[0].min(today - Days::new(40)) + Days::new(random.random_range(3..40));
    let by_hand = |from: NaiveDate, to: NaiveDate| format!("from={from}&to={to}");
    let department = departments()[random.random_range(0..departments().len())].clone();
    let office = office(random.random_range(0..99), random.random_range(0..99));
    let unit = if random.random() { department.clone() } else { office.clone() };
    let procedure = procedure(random.random_range(0..99));
    let channel = ["web", "qr", "kiosk", "paper"][random.random_range(0..4)];
    let question = ["gender", "age", "area", "ethnicity", "education"][random.random_range(0..5)];
    let any = match random.random_range(0..4) {
        0 => "period=all".to_owned(),
        1 => by_hand(hand[0], hand[1]),
        _ => format!("period={calendar}"),
    };
    vec![
        ("all units, all time", "period=all".to_owned()),
        ("all units, calendar", format!("period={calendar}")),
        ("all units, days by hand", by_hand(hand[0], hand[1])),
        ("all units, some days", by_hand(hand[0].min(short), hand[0].max(short))),
        ("department", format!("unit={department}&{any}")),
        ("office", format!("unit={office}&{any}")),
        ("channel", format!("channel={channel}&{any}")),
        ("procedure", format!("procedure={procedure}&{any}")),
        ("procedure, days by hand", format!("procedure={procedure}&{}", by_hand(hand[0], hand[1]))),
        ("unit and procedure", format!("unit={unit}&procedure={procedure}&{any}")),
        ("unit, procedure, channel", format!("unit={unit}&procedure={procedure}&channel={channel}&{any}")),
        ("the same, all time", format!("unit={unit}&procedure={procedure}&channel={channel}&period=all")),
        ("by respondents, all time", format!("by={question}&period=all")),
        ("unit, by respondents", format!("unit={unit}&by={question}&period={calendar}")),
    ]
}

async fn ask(address: &str, process: u32) -> serde_json::Value {
    let client = reqwest::Client::builder().cookie_store(true).build().unwrap();
    let url = |path: &str| format!("http://{address}{path}");
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let origin = format!("http://{address}");
    let signed_in = client.post(url("/staff/sign-in")).header("origin", origin).form(&form).send().await.unwrap();
    assert!(signed_in.status().is_success(), "{}", signed_in.status());
    let mut random = StdRng::seed_from_u64(1);
    let mut times: Vec<(&str, Vec<(Duration, String)>)> = Vec::new();
    for turn in 0..PAGES + 3 {
        for (place, (kind, filter)) in filters(&mut random).into_iter().enumerate() {
            let start = Instant::now();
            let page = client.get(url(&format!("/staff?survey=sipas&{filter}"))).send().await.unwrap();
            let status = page.status();
            let text = page.text().await.unwrap();
            let elapsed = start.elapsed();
            assert!(status.is_success() && text.contains("<h1>"), "{filter}: {status}");
            // The first ones warm up.
            if turn < 3 {
                continue;
            }
            if times.len() <= place {
                times.push((kind, Vec::new()));
            }
            times[place].1.push((elapsed, filter));
        }
    }
    let mut report = serde_json::Map::new();
    let all: Vec<_> = times.iter().flat_map(|(_, times)| times.clone()).collect();
    for (kind, mut times) in std::iter::once(("all kinds", all)).chain(times) {
        times.sort();
        let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)].clone();
        let [p50, p90, p99] = [0.5, 0.9, 0.99].map(|share| (at(share).0.as_secs_f64() * 10_000.0).round() / 10.0);
        println!("{kind:<28} p50 {p50:>7} p90 {p90:>7} p99 {p99:>7} ms   slowest {}", at(1.0).1);
        report.insert(kind.to_owned(), serde_json::json!({ "p50": p50, "p90": p90, "p99": p99 }));
    }
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM")).for_each(|l| println!("{l}"));
    report.into()
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    bytes: i64,
    #[diesel(sql_type = diesel::sql_types::Double)]
    each: f64,
}

fn storage(url: &str) {
    let mut conn = PgConnection::establish(url).unwrap();
    let sizes: Vec<Size> = diesel::sql_query(
        "select c.relname::text as name, pg_total_relation_size(c.oid) as bytes, \
             pg_total_relation_size(c.oid)::float8 / (select count(*) from submissions) as each \
         from pg_class c where c.relkind = 'r' and (c.relname like 'tall%' or c.relname = 'submissions') order by bytes desc",
    )
    .load(&mut conn)
    .unwrap();
    for Size { name, bytes, each } in sizes {
        println!("{name:<20} {:>9.1} MB {each:>7.1} bytes a submission", bytes as f64 / 1_048_576.0);
    }
}

/// Plain SQL that counts each answer of the same submissions as the page does: of all, by the units below, by month, by channel and by
/// gender, and of the period before. Of all time it counts them only once, without any groups, which takes long enough.
fn plain(url: &str) -> serde_json::Value {
    let mut conn = PgConnection::establish(url).unwrap();
    let mut report = serde_json::Map::new();
    let year = |year: i32| format!("day between '{year}-01-01' and '{year}-12-31'");
    let last = chrono::Utc::now().year() - 1;
    let all = "u.code like 'H19%'";
    let department = "u.code like 'H19.41%'";
    for (kind, unit, length, periods) in [
        ("all units, all time, no groups", all, 6, vec!["true".to_owned()]),
        ("all units, a year", all, 6, vec![year(last), year(last - 1)]),
        ("department, a year", department, 9, vec![year(last), year(last - 1)]),
    ] {
        let start = Instant::now();
        for (number, period) in periods.iter().enumerate() {
            let groups: &[&str] = match periods.len() {
                2 if number == 0 => &["", ", below", ", month", ", channel", ", gender"],
                _ => &[""],
            };
            for group in groups {
                conn.batch_execute(&format!(
                    "select place, value::text{group}, count(*)
                     from (select answers, channel, left(u.code, {length}) as below, date_trunc('month', day) as month,
                             answers ->> (select (place - 1)::int from form_questions q join surveys v using (form_version_id)
                                 where v.code = 'sipas' and q.code = 'gender') as gender
                         from submissions join units u on u.id = unit_id
                         where survey_id = (select id from surveys where code = 'sipas') and {unit} and {period}) as chosen,
                         json_array_elements(answers) with ordinality as answer (value, place)
                     group by 1, 2{}",
                    if group.is_empty() { "" } else { ", 3" }
                ))
                .unwrap();
            }
        }
        let elapsed = (start.elapsed().as_secs_f64() * 1000.0).round();
        println!("plain SQL, {kind:<32} {elapsed} ms");
        report.insert(kind.to_owned(), elapsed.into());
    }
    report.into()
}

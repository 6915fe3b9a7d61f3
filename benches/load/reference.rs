//! What the machine itself does: PostgreSQL's own programs and plain SQL on the same rows.

use crate::service::Service;
use crate::stored::connect;
use diesel::connection::SimpleConnection;
use hailong::local_postgres::programs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Answers to one question counted by plain SQL: the third of the form.
pub const ONE_QUESTION: &str = "select s.answers ->> 2, count(*) from submissions s \
     join surveys v on v.id = s.survey_id where v.code = 'sipas' group by 1";

/// What the whole index is made of, counted by plain SQL: answers to the nineteen criteria, the first questions of the form. Of
/// the ways to say it this was the fastest.
pub const WHOLE_INDEX: &str = "select place, s.answers ->> place, count(*) from submissions s \
     join surveys v on v.id = s.survey_id, generate_series(0, 18) as place where v.code = 'sipas' group by 1, 2";

fn program(name: &str) -> Command {
    Command::new(programs().unwrap_or_else(|e| panic!("{e}")).folder().join(name))
}

/// Single-row prepared inserts a second by pgbench, 32 clients, into an empty table like ours.
pub fn single_row_inserts(service: &Service, time: Duration) -> f64 {
    let url = service.database_url();
    let mut conn = connect(&url);
    conn.batch_execute(
        "drop table if exists reference, sample; \
         create table reference (like submissions including defaults including indexes); \
         create table sample as select * from submissions limit 1",
    )
    .unwrap();
    let script = tempfile::NamedTempFile::new().unwrap();
    let insert = "insert into reference (id, survey_id, form_version_id, unit_id, procedure_id, day, channel, language, \
         flags, is_demo, answers) select gen_random_uuid(), survey_id, form_version_id, unit_id, procedure_id, day, channel, language, \
         flags, is_demo, answers from sample;";
    std::fs::write(script.path(), insert).unwrap();
    let output = program("pgbench")
        .args(["-n", "-M", "prepared", "-c", "32", "-j", "2", "-T", &time.as_secs().to_string(), "-f"])
        .arg(script.path())
        .arg(&url)
        .output()
        .unwrap();
    conn.batch_execute("drop table reference, sample").unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let tps = text.lines().find_map(|l| l.strip_prefix("tps = ")).and_then(|l| l.split(' ').next()).map(str::parse);
    match tps {
        Some(Ok(rate)) => rate,
        _ => panic!("pgbench says: {text} {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// How long `COPY TO STDOUT` of a query takes, and how many bytes it gives.
pub fn copy(service: &Service, query: &str) -> (Duration, usize) {
    let start = Instant::now();
    let mut child = program("psql")
        .args([
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            &format!("copy ({query}) to stdout"),
            &service.database_url(),
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut buffer = vec![0; 256 * 1024];
    let mut bytes = 0;
    loop {
        match out.read(&mut buffer).unwrap() {
            0 => break,
            count => bytes += count,
        }
    }
    assert!(child.wait().unwrap().success(), "psql could not copy");
    (start.elapsed(), bytes)
}

/// How long a statement takes, its answer read: the median of so many.
pub fn statement(service: &Service, text: &str, times: usize) -> Duration {
    let mut conn = connect(&service.database_url());
    let once = |_| {
        let start = Instant::now();
        conn.batch_execute(text).unwrap();
        start.elapsed()
    };
    let mut taken: Vec<Duration> = (0..times).map(once).collect();
    taken.sort();
    taken[taken.len() / 2]
}

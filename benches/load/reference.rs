//! What the machine itself does, and whether everything acknowledged is there.

use crate::client::Run;
use crate::service::Service;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use hailong::local_postgres::programs;
use hailong::storage::schema::submissions;
use std::collections::HashSet;
use std::process::Command;
use std::time::Duration;
use uuid::Uuid;

/// How many acknowledged submissions are stored exactly once; panics if one is missing.
pub fn check_stored(url: &str, runs: &[&Run]) -> usize {
    let mut conn = PgConnection::establish(url).unwrap();
    let stored: HashSet<Uuid> =
        submissions::table.select(submissions::id).load(&mut conn).unwrap().into_iter().collect();
    let acknowledged: Vec<Uuid> = runs.iter().flat_map(|r| r.acknowledged.iter().copied()).collect();
    let missing = acknowledged.iter().filter(|id| !stored.contains(id)).count();
    assert_eq!(missing, 0, "acknowledged and not stored");
    acknowledged.len()
}

/// Single-row prepared inserts a second by pgbench, 32 clients, into a table like ours.
pub fn single_row_inserts(service: &Service, time: Duration) -> f64 {
    let url = service.database_url();
    let mut conn = PgConnection::establish(&url).unwrap();
    conn.batch_execute(
        "create table reference (like submissions including defaults including indexes); \
         create table sample as select * from submissions limit 1",
    )
    .unwrap();
    let script = tempfile::NamedTempFile::new().unwrap();
    let insert = "insert into reference (id, survey_id, form_version_id, unit_id, procedure_id, receipt_key, day, channel, \
         language, flags, is_demo, answers) select gen_random_uuid(), survey_id, form_version_id, unit_id, procedure_id, \
         (random() * 1e15)::bigint, day, channel, language, flags, is_demo, answers from sample;";
    std::fs::write(script.path(), insert).unwrap();
    let output = Command::new(programs().unwrap_or_else(|e| panic!("{e}")).folder().join("pgbench"))
        .args(["-n", "-M", "prepared", "-c", "32", "-j", "2", "-T", &time.as_secs().to_string(), "-f"])
        .arg(script.path())
        .arg(&url)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let tps = text.lines().find_map(|l| l.strip_prefix("tps = ")).and_then(|l| l.split(' ').next()).map(str::parse);
    match tps {
        Some(Ok(rate)) => rate,
        _ => panic!("pgbench says: {text} {}", String::from_utf8_lossy(&output.stderr)),
    }
}

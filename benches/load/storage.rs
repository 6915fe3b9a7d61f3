//! Bytes a submission: the table of submissions with its indexes, and what is counted from it.

use crate::bench::Bench;
use crate::report::{Floor, Report};
use crate::stored::{connect, grow_to, number, rows, wait_until_counted};
use diesel::connection::SimpleConnection;

/// Measures it.
pub fn run(bench: &mut Bench, report: &mut Report) {
    let url = bench.service.database_url();
    grow_to(&url, bench.wish.rows());
    let mut conn = connect(&url);
    wait_until_counted(&mut conn);
    conn.batch_execute("vacuum analyze").unwrap();
    let mut size = |tables: &str| {
        let look = format!(
            "select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint as number from pg_class \
             where relkind = 'r' and relnamespace = 'public'::regnamespace and relname {tables}"
        );
        number(&mut conn, &look) as f64
    };
    let (submissions, tallies) = (size("= 'submissions'"), size("like 'tall%'"));
    let rows = rows(&mut conn) as f64;
    report.add("stored_rows", rows);
    report.add("bytes_in_submissions", submissions / rows);
    report.add("bytes_in_tallies", tallies / rows);
    report.judge("bytes_per_submission", (submissions + tallies) / rows, Floor::AtMost(700.0));
}

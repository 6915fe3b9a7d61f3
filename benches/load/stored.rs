//! What is in the database: whether everything acknowledged is there, more rows where a part needs more, and when all is counted.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Uuid as SqlUuid};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Ids looked up at a time.
const SLICE: usize = 50_000;

/// Rows copied at a time: the facts of one transaction are counted together.
const COPIED: i64 = 50_000;

/// How long counting may take at the most.
const PATIENCE: Duration = Duration::from_secs(3600);

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    truth: bool,
}

/// A connection.
pub fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).unwrap()
}

/// A number that a statement, which calls it `number`, gives.
pub fn number(conn: &mut PgConnection, text: &str) -> i64 {
    diesel::sql_query(text).get_result::<Number>(conn).unwrap().number
}

/// How many rows there are of these ids. The ids are all different, so one row each gives their number and no more.
pub fn count(url: &str, ids: &[Uuid]) -> usize {
    let mut conn = connect(url);
    let look = "select count(*) as number from unnest($1) as sent (id) join submissions s on s.id = sent.id";
    let mut found = 0;
    for slice in ids.chunks(SLICE) {
        let query = diesel::sql_query(look).bind::<Array<SqlUuid>, _>(slice);
        found += query.get_result::<Number>(&mut conn).unwrap().number;
    }
    usize::try_from(found).unwrap()
}

/// How many submissions are stored.
pub fn rows(conn: &mut PgConnection) -> i64 {
    number(conn, "select count(*) as number from submissions")
}

/// Copies submissions until there are so many, spread over all units and the days since the survey opened, and waits until they
/// are counted.
pub fn grow_to(url: &str, wished: i64) {
    let mut conn = connect(url);
    let mut missing = wished - rows(&mut conn);
    while missing > 0 {
        let copied = diesel::sql_query(
            "insert into submissions (id, survey_id, form_version_id, unit_id, procedure_id, day, channel, language, \
                 flags, is_demo, answers) \
             select gen_random_uuid(), s.survey_id, s.form_version_id, u.ids[1 + floor(random() * cardinality(u.ids))::int], \
                 s.procedure_id, \
                 v.opens_at::date + 1 + floor(random() * (current_date - v.opens_at::date))::int, \
                 s.channel, s.language, s.flags, s.is_demo, s.answers \
             from (select * from submissions limit $1) s \
             join surveys v on v.id = s.survey_id, (select array_agg(id) as ids from units) u",
        )
        .bind::<BigInt, _>(missing.min(COPIED))
        .execute(&mut conn)
        .unwrap();
        missing -= i64::try_from(copied).unwrap();
    }
    wait_until_counted(&mut conn);
    // What so many rows at once leave to be tidied is not what is to be measured.
    conn.batch_execute("vacuum analyze").unwrap();
    conn.batch_execute("checkpoint").unwrap();
}

/// Waits until the tallies hold everything that is stored.
pub fn wait_until_counted(conn: &mut PgConnection) {
    let start = Instant::now();
    let look =
        "select coalesce((select max(txid) from submissions) >= folded_below, false) as truth from tally_watermark";
    while diesel::sql_query(look).get_result::<Truth>(conn).unwrap().truth {
        assert!(start.elapsed() < PATIENCE, "counting does not end");
        std::thread::sleep(Duration::from_millis(100));
    }
}

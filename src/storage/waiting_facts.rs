//! Facts that no fold has taken yet.

use super::schema::{exclusions, submissions, tally_watermark};
use crate::domain::counting::Counting;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Whether a fold would find anything: a look that writes nothing.
pub fn is_behind(conn: &mut PgConnection, counting: &Counting) -> QueryResult<bool> {
    // The highest number is one look into the index; whether any is higher may be answered by reading all rows.
    let is_behind = "catalogue_revision <> (select revision from catalogue_revision) \
             or cluster <> (select system_identifier::text from pg_control_system()) \
             or coalesce((select max(txid) from submissions) >= folded_below, false) \
             or coalesce((select max(txid) from exclusions) >= folded_below, false)";
    let is_behind = diesel::dsl::sql::<diesel::sql_types::Bool>(is_behind);
    tally_watermark::table.select(tally_watermark::counted_by.ne(counting.name()).or(is_behind)).first(conn)
}

/// How many facts wait to be folded, and when the last fold ended: for monitoring.
pub fn waiting(conn: &mut PgConnection) -> QueryResult<(i64, Option<DateTime<Utc>>)> {
    let folded_at = tally_watermark::table.select(tally_watermark::folded_at).first(conn)?;
    Ok((count_waiting(conn)?, folded_at))
}

/// How many facts wait to be folded.
pub fn count_waiting(conn: &mut PgConnection) -> QueryResult<i64> {
    let below: i64 = tally_watermark::table.select(tally_watermark::folded_below).first(conn)?;
    let new: i64 = submissions::table.filter(submissions::txid.ge(below)).count().get_result(conn)?;
    let decided: i64 = exclusions::table.filter(exclusions::txid.ge(below)).count().get_result(conn)?;
    Ok(new + decided)
}

//! The levels that people chose, row by row and without anything else of them: for figures that need answers side by side, which
//! tallies do not keep.

use super::exports::within;
use super::tallies::Filter;
use crate::domain::access::Scope;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, SmallInt};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Array<SmallInt>)]
    levels: Vec<i16>,
}

/// The levels of some questions, by their places in the form version that the filter names, in the latest submissions that count, at
/// most so many: row after row, 0 for no answer.
pub fn latest(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    places: &[usize],
    most: i64,
) -> QueryResult<Vec<u8>> {
    let text = "select array(select coalesce((s.answers->>place)::smallint, 0::smallint) \
             from unnest($9) with ordinality as asked (place, number) order by number) as levels \
         from submissions s";
    let rest = "and coalesce((select max(e.step) from exclusions e where e.submission_id = s.id), 0) % 2 = 0 \
         order by s.day desc, s.id desc limit $10";
    let places: Vec<i32> = places.iter().map(|place| i32::try_from(*place).unwrap_or(i32::MAX)).collect();
    let rows: Vec<Row> = within(text, scope, filter, rest)
        .bind::<Array<Integer>, _>(places)
        .bind::<diesel::sql_types::BigInt, _>(most)
        .load(conn)?;
    Ok(rows.into_iter().flat_map(|row| row.levels).map(|level| u8::try_from(level).unwrap_or(0)).collect())
}

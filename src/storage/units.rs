//! Units: written by the import, many at once. Reading them is with the whole catalogue.

use super::schema::units;
use crate::domain::ids::UnitId;
use crate::domain::import::UnitRow;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable};

/// Writes periods of validity: a new one for a code and first day that are not there, the given words over the old ones
/// otherwise. What stands above them is left to [`mark_parents`].
pub fn upsert(conn: &mut PgConnection, rows: &[&UnitRow]) -> QueryResult<usize> {
    use diesel::upsert::excluded;
    let values: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                units::code.eq(row.code.as_typed()),
                units::code_key.eq(row.code.key()),
                units::name_vi.eq(&row.name.vi),
                units::name_en.eq(&row.name.en),
                units::kind.eq(&row.kind),
                units::valid_from.eq(row.valid_from),
                units::valid_to.eq(row.valid_to),
                units::successor.eq(row.successor.as_ref().map(|code| code.as_typed())),
                units::status.eq(&row.status),
            )
        })
        .collect();
    let mut written = 0;
    // A statement takes at most 65,535 values.
    for part in values.chunks(5000) {
        written += diesel::insert_into(units::table)
            .values(part.to_vec())
            .on_conflict((units::code_key, units::valid_from))
            .do_update()
            .set((
                units::code.eq(excluded(units::code)),
                units::name_vi.eq(excluded(units::name_vi)),
                units::name_en.eq(excluded(units::name_en)),
                units::kind.eq(excluded(units::kind)),
                units::valid_to.eq(excluded(units::valid_to)),
                units::successor.eq(excluded(units::successor)),
                units::status.eq(excluded(units::status)),
            ))
            .execute(conn)?;
    }
    Ok(written)
}

/// Hangs units under others, or under none.
pub fn mark_parents(conn: &mut PgConnection, links: &[(UnitId, Option<UnitId>)]) -> QueryResult<usize> {
    diesel::sql_query(
        "update units set parent_id = n.parent from unnest($1, $2) as n (id, parent) where units.id = n.id",
    )
    .bind::<Array<BigInt>, _>(links.iter().map(|(unit, _)| unit.0).collect::<Vec<_>>())
    .bind::<Array<Nullable<BigInt>>, _>(links.iter().map(|(_, parent)| parent.map(|p| p.0)).collect::<Vec<_>>())
    .execute(conn)
}

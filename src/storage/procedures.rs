//! Procedures and the units that receive them: written by the import, many at once. Reading them is with the whole catalogue.

use super::schema::procedures;
use crate::domain::import::ProcedureRow;
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Text};

/// Writes periods of validity: a new one for a code and first day that are not there, the given words over the old ones
/// otherwise. Who receives them is left to [`replace_units`].
pub fn upsert(conn: &mut PgConnection, rows: &[&ProcedureRow]) -> QueryResult<usize> {
    use diesel::upsert::excluded;
    let values: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                procedures::code.eq(&row.code),
                procedures::name_vi.eq(&row.name.vi),
                procedures::name_en.eq(&row.name.en),
                procedures::field_vi.eq(&row.field.vi),
                procedures::field_en.eq(&row.field.en),
                procedures::valid_from.eq(row.valid_from),
                procedures::valid_to.eq(row.valid_to),
                procedures::status.eq(&row.status),
            )
        })
        .collect();
    let mut written = 0;
    // A statement takes at most 65,535 values.
    for part in values.chunks(5000) {
        written += diesel::insert_into(procedures::table)
            .values(part.to_vec())
            .on_conflict((procedures::code, procedures::valid_from))
            .do_update()
            .set((
                procedures::name_vi.eq(excluded(procedures::name_vi)),
                procedures::name_en.eq(excluded(procedures::name_en)),
                procedures::field_vi.eq(excluded(procedures::field_vi)),
                procedures::field_en.eq(excluded(procedures::field_en)),
                procedures::valid_to.eq(excluded(procedures::valid_to)),
                procedures::status.eq(excluded(procedures::status)),
            ))
            .execute(conn)?;
    }
    Ok(written)
}

/// Sets the units that receive these procedures: every period of validity of each named code, and no other unit.
pub fn replace_units(conn: &mut PgConnection, rows: &[&ProcedureRow]) -> QueryResult<()> {
    let pairs: Vec<(&ProcedureRow, &str)> =
        rows.iter().flat_map(|row| row.units.iter().map(|unit| (*row, unit.key()))).collect();
    diesel::sql_query(
        "delete from procedure_units using procedures p, unnest($1, $2) as n (code, valid_from) \
         where procedure_units.procedure_id = p.id and p.code = n.code and p.valid_from = n.valid_from",
    )
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.code.as_str()).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(rows.iter().map(|row| row.valid_from).collect::<Vec<_>>())
    .execute(conn)?;
    diesel::sql_query(
        "insert into procedure_units (procedure_id, unit_id) \
         select p.id, u.id from unnest($1, $2, $3) as n (code, valid_from, unit_key) \
             join procedures p on p.code = n.code and p.valid_from = n.valid_from \
             join units u on u.code_key = n.unit_key",
    )
    .bind::<Array<Text>, _>(pairs.iter().map(|(row, _)| row.code.as_str()).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(pairs.iter().map(|(row, _)| row.valid_from).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(pairs.iter().map(|(_, key)| *key).collect::<Vec<_>>())
    .execute(conn)?;
    Ok(())
}

/// Has procedures received by a unit's code be received in all its periods of validity, those that came later too.
pub fn extend_to_new_periods(conn: &mut PgConnection) -> QueryResult<usize> {
    diesel::sql_query(
        "insert into procedure_units (procedure_id, unit_id) \
         select distinct p.procedure_id, new.id from procedure_units p join units old on old.id = p.unit_id \
             join units new on new.code_key = old.code_key \
         on conflict do nothing",
    )
    .execute(conn)
}

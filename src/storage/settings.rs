//! Secrets that all servers on one database share.

use super::schema::settings;
use diesel::prelude::*;
use rand::Rng;

/// The name of the secret behind receipts, form tokens and keyed hashes.
const SECRET: &str = "secret";

/// Makes the secrets that are missing; harmless when repeated.
pub fn ensure_secrets(conn: &mut PgConnection) -> QueryResult<()> {
    let mut value = [0u8; 32];
    rand::rng().fill_bytes(&mut value);
    diesel::insert_into(settings::table)
        .values((settings::name.eq(SECRET), settings::value.eq(value.to_vec())))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// The secret.
pub fn secret(conn: &mut PgConnection) -> QueryResult<Vec<u8>> {
    settings::table.find(SECRET).select(settings::value).first(conn)
}

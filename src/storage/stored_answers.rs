//! Answers as Postgres sends them: the JSON text of a row, to be read without being taken apart first.

use diesel::deserialize::{FromSql, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::Json;

/// The text.
#[derive(Debug, FromSqlRow)]
pub(super) struct StoredAnswers(pub Vec<u8>);

impl FromSql<Json, Pg> for StoredAnswers {
    fn from_sql(sent: PgValue<'_>) -> diesel::deserialize::Result<Self> {
        Ok(Self(sent.as_bytes().to_vec()))
    }
}

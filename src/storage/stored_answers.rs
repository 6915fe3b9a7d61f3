//! Answers as Postgres sends them: the JSON text of a row, to be read without being taken apart first.

use diesel::deserialize::{FromSql, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::Jsonb;

/// The text.
#[derive(Debug, FromSqlRow)]
pub(super) struct StoredAnswers(pub Vec<u8>);

impl FromSql<Jsonb, Pg> for StoredAnswers {
    fn from_sql(sent: PgValue<'_>) -> diesel::deserialize::Result<Self> {
        match sent.as_bytes() {
            // The version of the format, then the text.
            [1, text @ ..] => Ok(Self(text.to_vec())),
            _ => Err("answers in a format of jsonb that is not known".into()),
        }
    }
}

//! Submissions as `COPY` hands them out: row after row in Postgres's binary format, read where they lie.
//!
//! In the answer to a query libpq describes all columns again for each row, which takes longer than all else that is done with it
//! here; a copied row is one piece of memory. `COPY` takes no parameters. What is wanted goes as parameters into settings of the
//! transaction, from which the statement, always the same text, reads it: once, not for every row.

use super::schema::submissions;
use super::submissions::language_of_number;
use super::tallies::Filter;
use crate::domain::access::Scope;
use crate::domain::ids::{ProcedureId, SurveyId, UnitId};
use crate::domain::survey::{Basis, Channel};
use crate::domain::text::Language;
use chrono::{Days, NaiveDate};
use diesel::connection::SimpleConnection;
use diesel::pg::{CopyFormat, CopyTarget, Pg};
use diesel::prelude::*;
use diesel::query_builder::{AsQuery, AstPass};
use diesel::result::Error;
use diesel::sql_types::Text;
use std::fmt::Display;
use std::io::BufRead;
use std::sync::LazyLock;
use uuid::Uuid;

/// Rows asked for at a time. They are read as they arrive; who stops reading still waits for the last of them.
const BATCH: usize = 50_000;

/// A stored submission.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSubmission<'r> {
    /// Its id.
    pub id: Uuid,
    /// Its survey.
    pub survey: SurveyId,
    /// Its unit.
    pub unit: UnitId,
    /// Its procedure.
    pub procedure: Option<ProcedureId>,
    /// How it came.
    pub channel: Channel,
    /// The language of the form.
    pub language: Language,
    /// The day.
    pub day: NaiveDate,
    /// The answers as they are stored, a JSON array in the order of the form version's questions.
    pub answers: &'r str,
}

/// The settings, in the order of the parameters of [`SET`]. An empty one means all.
const SETTINGS: [&str; 9] =
    ["survey", "version", "units", "procedures", "channels", "first_day", "last_day", "basis", "first_id"];

/// The statement that gives the settings their values, until the transaction ends. Without sorting, rows are read by the index of
/// ids; of conditions whose values it does not see, the planner may think that hardly a row is left, and sort a million.
static SET: LazyLock<String> = LazyLock::new(|| {
    let set = |(name, place): (&str, usize)| format!("set_config('hailong.export_{name}', ${place}, true)");
    format!(
        "select set_config('enable_sort', 'off', true), {}",
        SETTINGS.into_iter().zip(1..).map(set).collect::<Vec<_>>().join(", ")
    )
});

/// The query of the next rows. Lists are looked up by hash: a province has thousands of units.
static NEXT: LazyLock<String> = LazyLock::new(|| {
    let value = |name: &str, kind: &str| format!("nullif(current_setting('hailong.export_{name}'), '')::{kind}");
    let compared = |name: &str, kind: &str, condition: &str| {
        let value = value(name, kind);
        format!("((select {value}) is null or {condition} (select {value}))")
    };
    let among = |name: &str, kind: &str, column: &str| {
        let value = value(name, kind);
        format!("((select {value}) is null or {column} in (select unnest({value})))")
    };
    let basis = value("basis", "smallint");
    let conditions = [
        compared("survey", "bigint", "s.survey_id ="),
        compared("version", "bigint", "s.form_version_id ="),
        among("units", "bigint[]", "s.unit_id"),
        among("procedures", "bigint[]", "s.procedure_id"),
        among("channels", "smallint[]", "s.channel"),
        compared("first_day", "date", "s.day >="),
        compared("last_day", "date", "s.day <="),
        format!("((select {basis}) is null or s.survey_id in (select v.id from surveys v where v.basis = {basis}))"),
        format!("s.id >= (select {})", value("first_id", "uuid")),
    ];
    let conditions = conditions.join(" and ");
    format!(
        "(select s.id, s.survey_id, s.unit_id, s.procedure_id, s.channel, s.language, s.day, s.answers \
         from submissions s where {conditions} order by s.id limit {BATCH})"
    )
});

/// What [`NEXT`] gives, as something to copy.
struct NextRows;

impl CopyTarget for NextRows {
    type Table = submissions::table;
    type SqlType = <submissions::table as AsQuery>::SqlType;

    fn walk_target(mut pass: AstPass<'_, '_, Pg>) -> QueryResult<()> {
        pass.push_sql(&NEXT);
        Ok(())
    }
}

/// A list as Postgres writes arrays.
fn array<T: Display>(values: impl IntoIterator<Item = T>) -> String {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    format!("{{{}}}", values.join(","))
}

fn shown<T: Display>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Sets what is wanted of the submissions within a scope, from an id on.
fn set(conn: &mut PgConnection, scope: &Scope, filter: &Filter, first: Uuid) -> QueryResult<()> {
    let units = match scope.narrowed(filter.units.as_deref()) {
        Scope::All => None,
        Scope::Units(units) => Some(units),
    };
    let values: [String; SETTINGS.len()] = [
        shown(filter.survey.map(|survey| survey.0)),
        shown(filter.form_version.map(|version| version.0)),
        shown(units.map(|units| array(units.iter().map(|unit| unit.0)))),
        shown(filter.procedures.as_ref().map(|all| array(all.iter().map(|procedure| procedure.0)))),
        shown(filter.channels.as_ref().map(|all| array(all.iter().map(|channel| channel.number())))),
        shown(filter.period.from),
        shown(filter.period.to),
        shown(filter.basis.map(Basis::number)),
        first.to_string(),
    ];
    let set = diesel::sql_query(SET.as_str()).into_boxed();
    values.into_iter().fold(set, |set, value| set.bind::<Text, _>(value)).execute(conn).map(drop)
}

/// Hands every submission within a scope over, by id; stops at the first refusal. Ids of our own making begin with the day, and
/// within a day they tell nothing of the order in which people came. Rows are read as they arrive. Only within a transaction.
pub(super) fn each<E: From<Error>>(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    mut take: impl FnMut(StoredSubmission<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut first = Uuid::nil();
    loop {
        set(conn, scope, filter, first)?;
        let (mut rows, mut last) = (0, first);
        let read = copy(conn, |stored| {
            (rows, last) = (rows + 1, stored.id);
            take(stored)
        });
        // Takes in what Postgres says after the last row, and the rows that nobody read; where it broke off, this fails as well,
        // and knows better whether the connection is lost.
        conn.batch_execute("select 1")?;
        read?;
        match last.as_u128().checked_add(1) {
            Some(next) if rows == BATCH => first = Uuid::from_u128(next),
            _ => return Ok(()),
        }
    }
}

/// What stands before the first row: a signature, flags and the length of what follows them, which is nothing.
const HEADER: usize = 11 + 4 + 4;

fn copy<E: From<Error>>(
    conn: &mut PgConnection,
    mut take: impl FnMut(StoredSubmission<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut sent = diesel::copy_to(NextRows).with_format(CopyFormat::Binary).load_raw(conn)?;
    let mut skipped = HEADER;
    loop {
        let piece = sent.fill_buf().map_err(|error| Error::DeserializationError(error.into()))?;
        let length = piece.len();
        // The header comes together with the first row or before it.
        let row = piece.get(skipped..).ok_or_else(broken)?;
        if !row.is_empty() {
            let mut row = CopiedRow(row);
            match row.columns()? {
                END => return Ok(()),
                COLUMNS => take(row.read()?)?,
                _ => return Err(broken().into()),
            }
        } else if skipped == 0 {
            // Without the trailer, Postgres broke off; why, is said by what comes after.
            return Err(broken().into());
        }
        skipped = 0;
        sent.consume(length);
    }
}

/// The number of columns of [`NEXT`].
const COLUMNS: i16 = 8;
/// What stands in place of a number of columns after the last row.
const END: i16 = -1;

fn broken() -> Error {
    Error::DeserializationError("copied rows that are not as they should be".into())
}

/// What is left of a row: a length and the value for each column, big-endian.
struct CopiedRow<'r>(&'r [u8]);

impl<'r> CopiedRow<'r> {
    fn bytes<const N: usize>(&mut self) -> QueryResult<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or_else(broken)?;
        self.0 = rest;
        Ok(*bytes)
    }

    fn columns(&mut self) -> QueryResult<i16> {
        self.bytes().map(i16::from_be_bytes)
    }

    /// The next value; none where it is null.
    fn value(&mut self) -> QueryResult<Option<&'r [u8]>> {
        let length = i32::from_be_bytes(self.bytes()?);
        let Ok(length) = usize::try_from(length) else { return Ok(None) };
        let (value, rest) = self.0.split_at_checked(length).ok_or_else(broken)?;
        self.0 = rest;
        Ok(Some(value))
    }

    fn fixed<const N: usize>(&mut self) -> QueryResult<Option<[u8; N]>> {
        self.value()?.map(|value| value.try_into().map_err(|_| broken())).transpose()
    }

    fn some<const N: usize>(&mut self) -> QueryResult<[u8; N]> {
        self.fixed()?.ok_or_else(broken)
    }

    /// The row, by the columns of [`NEXT`].
    fn read(mut self) -> QueryResult<StoredSubmission<'r>> {
        let id = Uuid::from_bytes(self.some()?);
        let odd = |what: &str| Error::DeserializationError(format!("{what} of {id}").into());
        Ok(StoredSubmission {
            id,
            survey: SurveyId(i64::from_be_bytes(self.some()?)),
            unit: UnitId(i64::from_be_bytes(self.some()?)),
            procedure: self.fixed()?.map(|number| ProcedureId(i64::from_be_bytes(number))),
            channel: Channel::from_number(i16::from_be_bytes(self.some()?)).ok_or_else(|| odd("channel"))?,
            language: language_of_number(i16::from_be_bytes(self.some()?)).ok_or_else(|| odd("language"))?,
            day: day(i32::from_be_bytes(self.some()?)).ok_or_else(|| odd("day"))?,
            answers: str::from_utf8(self.value()?.ok_or_else(broken)?).map_err(|_| odd("answers"))?,
        })
    }
}

/// A day, which Postgres counts from the first of 2000.
fn day(number: i32) -> Option<NaiveDate> {
    let epoch = NaiveDate::from_ymd_opt(2000, 1, 1)?;
    let days = Days::new(number.unsigned_abs().into());
    if number < 0 { epoch.checked_sub_days(days) } else { epoch.checked_add_days(days) }
}

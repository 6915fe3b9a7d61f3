//! Submissions as `COPY` hands them out: row after row in Postgres's binary format, read where they lie.
//!
//! In the answer to a query that is read row by row, libpq describes all columns again for each row; a copied row is one piece of
//! memory. `COPY` takes no parameters. What is wanted goes as parameters into settings of the
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
use diesel::sql_types::{BigInt, Text};
use std::fmt::Display;
use std::io::BufRead;
use std::ops::Range;
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{self, Builder};
use uuid::Uuid;

/// Pages of the table asked for at a time, 8 MiB. Who stops reading still waits for the last of them.
const PAGES: i64 = 1024;

/// Bytes of rows handed on at a time, several thousand rows, and fewer only at the end. Three pieces are in hand at the most. To take rows by id from larger ones is slower: they no longer lie in the processor's own memory.
const PIECE: usize = 1536 * 1024;

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
const SETTINGS: [&str; 10] =
    ["survey", "version", "units", "procedures", "channels", "first_day", "last_day", "basis", "first_page", "end"];

/// The statement that gives the settings their values, until the transaction ends.
static SET: LazyLock<String> = LazyLock::new(|| {
    let set = |(name, place): (&str, usize)| format!("set_config('hailong.export_{name}', ${place}, true)");
    format!("select {}", SETTINGS.into_iter().zip(1..).map(set).collect::<Vec<_>>().join(", "))
});

/// The query of the rows of some pages. Lists are looked up by hash: a province has thousands of units.
static ROWS: LazyLock<String> = LazyLock::new(|| {
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
        format!("s.ctid >= {}", value("first_page", "tid")),
        format!("s.ctid < {}", value("end", "tid")),
    ];
    let conditions = conditions.join(" and ");
    format!(
        "(select s.id, s.survey_id, s.unit_id, s.procedure_id, s.channel, s.language, s.day, s.answers \
         from submissions s where {conditions})"
    )
});

/// What [`ROWS`] gives, as something to copy; meant for tables and their columns, the trait takes a query as well.
struct Rows;

impl CopyTarget for Rows {
    type Table = submissions::table;
    type SqlType = <submissions::table as AsQuery>::SqlType;

    fn walk_target(mut pass: AstPass<'_, '_, Pg>) -> QueryResult<()> {
        pass.push_sql(&ROWS);
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

/// What is wanted of the submissions within a scope, without the pages.
fn wanted(scope: &Scope, filter: &Filter) -> Vec<String> {
    let units = match scope.narrowed(filter.units.as_deref()) {
        Scope::All => None,
        Scope::Units(units) => Some(units),
    };
    vec![
        shown(filter.survey.map(|survey| survey.0)),
        shown(filter.form_version.map(|version| version.0)),
        shown(units.map(|units| array(units.iter().map(|unit| unit.0)))),
        shown(filter.procedures.as_ref().map(|all| array(all.iter().map(|procedure| procedure.0)))),
        shown(filter.channels.as_ref().map(|all| array(all.iter().map(|channel| channel.number())))),
        shown(filter.period.from),
        shown(filter.period.to),
        shown(filter.basis.map(Basis::number)),
    ]
}

/// Hands every submission within a scope over; stops at the first refusal. Only within a transaction.
///
/// The table is read from front to back, which is the order in which people came, and only its whole days are for readers to know:
/// so rows are handed over by id, and ids tell nothing within a day. Of an export of more than several thousand rows that holds for
/// each piece of so many. While one piece is taken, another thread reads the next.
pub(super) fn each<E: From<Error>>(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    mut take: impl FnMut(StoredSubmission<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let wanted = wanted(scope, filter);
    let (full, pieces) = sync_channel(1);
    let (give_back, empty) = channel();
    let mut desk = Desk { full, empty, piece: Piece::default() };
    thread::scope(|scope| {
        let reading =
            Builder::new().name("read".to_owned()).spawn_scoped(scope, move || read(conn, &wanted, &mut desk));
        let reading = reading.map_err(|error| Error::QueryBuilderError(error.into()))?;
        for piece in pieces {
            piece.each(&mut take)?;
            // At the end nobody fills it again.
            let _last = give_back.send(piece);
        }
        Ok(reading.join().unwrap_or_else(|panicked| std::panic::resume_unwind(panicked))?)
    })
}

/// Some rows as they came.
#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    /// The id of each, and where it lies.
    rows: Vec<(Uuid, Range<usize>)>,
}

impl Piece {
    fn add(&mut self, row: &[u8]) -> QueryResult<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(row);
        self.rows.push((CopiedRow(row).id()?, start..self.bytes.len()));
        Ok(())
    }

    fn each<E: From<Error>>(&self, take: &mut impl FnMut(StoredSubmission<'_>) -> Result<(), E>) -> Result<(), E> {
        for (_, range) in &self.rows {
            take(CopiedRow(self.bytes.get(range.clone()).ok_or_else(broken)?).read()?)?;
        }
        Ok(())
    }
}

/// Where pieces are filled and handed on.
struct Desk {
    full: SyncSender<Piece>,
    /// Pieces that were taken, to be filled again.
    empty: Receiver<Piece>,
    piece: Piece,
}

/// Whether anybody still takes pieces.
#[derive(Clone, Copy, PartialEq)]
enum Taker {
    Waits,
    IsGone,
}

impl Desk {
    /// Hands on what there is, by id.
    fn hand_on(&mut self) -> Taker {
        if self.piece.rows.is_empty() {
            return Taker::Waits;
        }
        self.piece.rows.sort_unstable_by_key(|(id, _)| *id);
        let mut next = self.empty.try_recv().unwrap_or_default();
        next.bytes.clear();
        next.rows.clear();
        let piece = std::mem::replace(&mut self.piece, next);
        if self.full.send(piece).is_ok() { Taker::Waits } else { Taker::IsGone }
    }
}

/// Reads all pages.
fn read(conn: &mut PgConnection, wanted: &[String], desk: &mut Desk) -> QueryResult<()> {
    let size = "select pg_relation_size('submissions') / current_setting('block_size')::bigint as pages";
    let Size { pages } = diesel::sql_query(size).get_result(conn)?;
    let mut first = 0;
    loop {
        // To the last there is no end: where the table lies on other machines, its pages cannot be counted here.
        let end = if first + PAGES < pages { first + PAGES } else { i64::from(u32::MAX) };
        let ends = [first, end].map(|page| format!("({page},0)"));
        let set = diesel::sql_query(SET.as_str()).into_boxed();
        wanted.iter().chain(&ends).fold(set, |set, value| set.bind::<Text, _>(value)).execute(conn)?;
        let copied = copy(conn, desk);
        // Takes in what Postgres says after the last row, and the rows that nobody read; where it broke off, this fails as well,
        // and knows better whether the connection is lost.
        conn.batch_execute("select 1")?;
        if copied? == Taker::IsGone {
            return Ok(());
        }
        if end >= pages {
            // Not after each of the statements: of a small unit hardly a row may be in its pages.
            desk.hand_on();
            return Ok(());
        }
        first = end;
    }
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = BigInt)]
    pages: i64,
}

/// What stands before the first row: a signature, flags and the length of what follows them, which is nothing.
const HEADER: usize = 11 + 4 + 4;

/// Reads the pages that were set.
fn copy(conn: &mut PgConnection, desk: &mut Desk) -> QueryResult<Taker> {
    let mut sent = diesel::copy_to(Rows).with_format(CopyFormat::Binary).load_raw(conn)?;
    let mut skipped = HEADER;
    loop {
        let piece = sent.fill_buf().map_err(|error| Error::DeserializationError(error.into()))?;
        let length = piece.len();
        // The header comes together with the first row or before it.
        let row = piece.get(skipped..).ok_or_else(broken)?;
        let is_header = skipped > 0 && row.is_empty();
        skipped = 0;
        if !is_header {
            let mut row = CopiedRow(row);
            match row.columns()? {
                COLUMNS => desk.piece.add(row.0)?,
                END => return Ok(Taker::Waits),
                _ => return Err(broken()),
            }
        }
        sent.consume(length);
        if desk.piece.bytes.len() >= PIECE && desk.hand_on() == Taker::IsGone {
            return Ok(Taker::IsGone);
        }
    }
}

/// The number of columns of [`ROWS`].
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

    fn id(&mut self) -> QueryResult<Uuid> {
        self.some().map(Uuid::from_bytes)
    }

    /// The row, by the columns of [`ROWS`].
    fn read(mut self) -> QueryResult<StoredSubmission<'r>> {
        let id = self.id()?;
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

//! Drawing a sample from a survey's frame: once, recorded with its seed, each person with a code that only the draw sheet tells.
//!
//! The sheet is written before anything is stored for good: codes that nobody has would ask nobody.

use super::draw_secret::draw_code;
use crate::domain::catalogue::Catalogue;
use crate::domain::sample_code::{CodeHash, SampleCode};
use crate::domain::sampling::{
    DrawFault, DrawPlan, Drawn, FirstStage, Listed, Method, Precision, draw, for_margin, slovin,
};
use crate::storage::audit_log::{self, Actor};
use crate::storage::draws::{self, DrawRecord};
use crate::storage::frames::{self, FramePerson};
use crate::storage::{PgConnection, QueryError, catalogue, settings, transaction};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io;

/// How many people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SizeWish {
    /// So many.
    People(u64),
    /// As many as Slovin's formula says for an error.
    Error(f64),
    /// As many as a margin of error needs.
    Margin(Precision),
}

impl SizeWish {
    /// The size from a list of so many people.
    pub fn of(&self, population: u64) -> u64 {
        match self {
            SizeWish::People(people) => *people,
            SizeWish::Error(error) => slovin(population, *error),
            SizeWish::Margin(precision) => for_margin(population, precision),
        }
    }
}

/// What to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawWish {
    /// How.
    pub method: Method,
    /// How many.
    pub size: SizeWish,
    /// As many of each unit at least, where there are as many.
    pub least: u64,
    /// What chance begins with.
    pub seed: u64,
}

/// A line of the draw sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetLine {
    /// The place on the frame, from 1.
    pub number: usize,
    /// The code.
    pub code: SampleCode,
    /// The unit's code.
    pub unit: String,
    /// The procedure's code; empty where none is named.
    pub procedure: String,
    /// The person as the frame has it.
    pub person: FramePerson,
    /// How the person was drawn.
    pub drawn: Drawn,
}

/// Why nothing was drawn.
#[derive(Debug)]
pub enum DrawError {
    /// No such survey.
    NoSuchSurvey,
    /// The survey has no frame.
    NoFrame,
    /// A sample was drawn already, with this seed.
    AlreadyDrawn(i64),
    /// The wish makes no sense.
    Fault(DrawFault),
    /// The sheet could not be written.
    Io(io::Error),
    /// The database.
    Query(QueryError),
}

impl From<QueryError> for DrawError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl std::fmt::Display for DrawError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSuchSurvey => f.write_str("there is no such survey"),
            Self::NoFrame => f.write_str("the survey has no frame; import one with survey frame import"),
            Self::AlreadyDrawn(seed) => {
                write!(f, "its sample was drawn already, with seed {seed}; open another survey for another sample")
            }
            Self::Fault(fault) => fault.fmt(f),
            Self::Io(error) => write!(f, "the draw sheet cannot be written: {error}"),
            Self::Query(error) => write!(f, "the database refused: {error}"),
        }
    }
}
impl std::error::Error for DrawError {}

/// Draws and hands the sheet over; how many people, in all and drawn. Whatever fails undoes everything.
pub fn draw_sample(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    survey: &str,
    wish: &DrawWish,
    write: impl FnOnce(&[SheetLine]) -> io::Result<()>,
) -> Result<(usize, usize), DrawError> {
    let mut failed = None;
    let done = transaction(conn, |conn| {
        draw_within(conn, now, actor, survey, wish, write).map_err(|error| match error {
            DrawError::Query(error) => error,
            other => {
                failed = Some(other);
                QueryError::RollbackTransaction
            }
        })
    });
    match (done, failed) {
        (Ok(counts), _) => Ok(counts),
        (Err(_), Some(error)) => Err(error),
        (Err(error), None) => Err(error.into()),
    }
}

fn draw_within(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    code: &str,
    wish: &DrawWish,
    write: impl FnOnce(&[SheetLine]) -> io::Result<()>,
) -> Result<(usize, usize), DrawError> {
    catalogue::lock(conn)?;
    let known = catalogue::load(conn)?;
    let survey = known.survey(code).ok_or(DrawError::NoSuchSurvey)?;
    let (frame, _) = frames::of_survey(conn, survey.id)?.ok_or(DrawError::NoFrame)?;
    if let Some((_, record)) = draws::of_survey(conn, survey.id)? {
        return Err(DrawError::AlreadyDrawn(record.seed));
    }
    let people = frames::people(conn, frame)?;
    let list: Vec<Listed> = people.iter().map(|person| listed(&known, person)).collect();
    let size = wish.size.of(list.len() as u64);
    let plan = DrawPlan { method: wish.method, size, least: wish.least, seed: wish.seed };
    let drawn = draw(&list, &plan).map_err(DrawError::Fault)?;
    let secret = settings::secret(conn)?;
    let codes = codes(drawn.len());
    let record = DrawRecord {
        method: wish.method.code().to_owned(),
        seed: i64::try_from(wish.seed).unwrap_or(i64::MAX),
        parameters: parameters(wish, size),
        people: i64::try_from(drawn.len()).unwrap_or(i64::MAX),
        made_at: now,
        actor: actor.name.clone(),
    };
    let hashed: Vec<(Drawn, CodeHash)> =
        drawn.iter().zip(&codes).map(|(drawn, code)| (drawn.clone(), code.hash(&secret))).collect();
    draws::insert(conn, frame, &record, &hashed)?;
    let detail = json!({ "method": record.method, "seed": record.seed, "parameters": record.parameters, "people": record.people });
    audit_log::insert(conn, now, actor, "draw a sample", code, detail)?;
    let line = |(drawn, code): (Drawn, SampleCode)| SheetLine {
        number: drawn.place + 1,
        code,
        unit: list[drawn.place].unit.clone(),
        procedure: list[drawn.place].order[0].clone(),
        person: people[drawn.place].clone(),
        drawn,
    };
    let lines: Vec<SheetLine> = drawn.into_iter().zip(codes).map(line).collect();
    write(&lines).map_err(DrawError::Io)?;
    Ok((list.len(), lines.len()))
}

fn listed(known: &Catalogue, person: &FramePerson) -> Listed {
    let unit = known.unit(person.unit).map(|unit| unit.code.key().to_owned()).unwrap_or_default();
    let procedure = person.procedure.and_then(|id| known.procedure(id)).map(|p| p.code.clone()).unwrap_or_default();
    Listed { unit, order: [procedure, person.kind.clone(), person.dossier.clone()] }
}

/// Codes, none twice.
fn codes(wanted: usize) -> Vec<SampleCode> {
    let mut seen = BTreeSet::new();
    let mut codes = Vec::with_capacity(wanted);
    while codes.len() < wanted {
        let code = draw_code();
        if seen.insert(code.to_string()) {
            codes.push(code);
        }
    }
    codes
}

fn parameters(wish: &DrawWish, size: u64) -> Value {
    let mut parameters = json!({ "size": size, "least": wish.least });
    match wish.size {
        SizeWish::People(_) => {}
        SizeWish::Error(error) => parameters["error"] = json!(error),
        SizeWish::Margin(p) => {
            parameters["margin"] = json!(p.margin);
            parameters["confidence"] = json!(p.confidence);
            parameters["share"] = json!(p.share);
            parameters["design_effect"] = json!(p.design_effect);
            parameters["response_rate"] = json!(p.response_rate);
        }
    }
    if let Method::TwoStage { units, first } = wish.method {
        let first = match first {
            FirstStage::Simple => "simple",
            FirstStage::BySize => "by-size",
        };
        parameters["units"] = json!(units);
        parameters["first_stage"] = json!(first);
    }
    parameters
}

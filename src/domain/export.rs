//! What leaves the house as files: submissions row by row, and the index by unit and month.
//!
//! Codes only, no row numbers; how the files look is for `documents` to say.

use super::form::Form;
use super::index::{Definition, Published};
use super::period::{Calendar, Period};
use super::survey::{Channel, Survey};
use super::text::{Language, Text};
use super::unit::Unit;
use chrono::NaiveDate;
use std::sync::Arc;
use uuid::Uuid;

/// What somebody wants to take away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportWish {
    /// The survey's code; none: all surveys.
    pub survey: Option<String>,
    /// The unit's code, with all below it; none: all units of the scope.
    pub unit: Option<String>,
    /// The days.
    pub period: Period,
    /// Whether free texts are wanted; the caller has checked that the asker may read them.
    pub with_texts: bool,
}

/// One submission on its way out.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported<'a> {
    /// Its id.
    pub id: Uuid,
    /// The survey's code.
    pub survey: &'a str,
    /// The unit's code.
    pub unit: &'a str,
    /// The procedure's code; empty where none was named.
    pub procedure: &'a str,
    /// How it came.
    pub channel: Channel,
    /// The language of the form.
    pub language: Language,
    /// The day.
    pub day: NaiveDate,
    /// Whether it is out of the index now.
    pub is_excluded: bool,
    /// The answers as they are stored.
    pub answers: serde_json::Value,
}

/// The parts of an export of submissions, in this order: for each form version a table and its rows, then the end.
#[derive(Debug)]
pub enum Part<'a> {
    /// A form version begins, with at most so many rows.
    Table(&'a Form, i64),
    /// A row of it.
    Row(&'a Exported<'a>),
    /// All rows were given.
    End(&'a Ending),
}

/// What was true of the rows when they were read, for the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ending {
    /// How many of the submissions asked about are out of the index now, by the reason given.
    pub exclusions: Vec<Exclusions>,
    /// How many of them are synthetic.
    pub demo: i64,
}

/// How many submissions are out of the index for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusions {
    /// The reason.
    pub reason: String,
    /// How many.
    pub count: i64,
}

/// The index of one survey by unit and month.
#[derive(Debug, Clone)]
pub struct IndexTable {
    /// The survey.
    pub survey: Survey,
    /// The definition it was measured by.
    pub definition: Arc<Definition>,
    /// The cells, by unit, then month.
    pub cells: Vec<IndexCell>,
}

/// What one unit reached in one month; submissions to the units below it are in their own cells.
#[derive(Debug, Clone)]
pub struct IndexCell {
    /// The unit's code.
    pub unit: String,
    /// Its name.
    pub name: Text,
    /// The month.
    pub month: Calendar,
    /// The tree, as far as it may be shown.
    pub tree: Published,
}

impl IndexCell {
    /// The cell of a unit.
    pub fn of(unit: &Unit, month: Calendar, tree: Published) -> Self {
        Self { unit: unit.code.as_typed().to_owned(), name: unit.name.clone(), month, tree }
    }
}

//! What leaves the house as files: submissions row by row, and the index by unit and period.
//!
//! Codes only, no row numbers; how the files look is for `documents` to say.

use super::form::Form;
use super::index::{Definition, Published};
use super::period::Period;
use super::survey::{Channel, Mixing, Survey};
use super::text::{Language, Text};
use super::unit::Unit;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// What somebody wants to take away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportWish {
    /// The survey's code; none: all surveys.
    pub survey: Option<String>,
    /// The unit's code, with all below it; none: all units of the scope.
    pub unit: Option<String>,
    /// The procedure's code; none: all.
    pub procedure: Option<String>,
    /// The channel; none: all.
    pub channel: Option<Channel>,
    /// The days.
    pub period: Period,
    /// Whether sampled and self-selected surveys may stand in one file, where no survey is named.
    pub mixing: Mixing,
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
    /// The answers as they are stored: a JSON array in the order of the form's questions, null or nothing where not answered.
    pub answers: &'a str,
    /// The place in the draw, where somebody was drawn and the answers count.
    pub design: Option<ExportedDesign>,
}

/// What estimation has to know of an answer of somebody who was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedDesign {
    /// The stratum, joined with others where one answer came from it.
    pub stratum: String,
    /// The cluster; empty where people were drawn alone.
    pub cluster: String,
    /// How many people it stands for, those who did not answer made up for.
    pub weight: f64,
    /// Clusters of the stratum in the population; none where units were drawn first.
    pub fpc: Option<f64>,
}

/// Whether a table has the columns of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DesignColumns {
    /// It has: some of its surveys are sampled.
    Present,
    /// It has not.
    Absent,
}

/// Whether a file may pass the 4 GiB to which the older layout of archives is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// It cannot.
    IsSmall,
    /// It may: the newer layout is used, which not everything can read.
    MayBeLarge,
}

/// The parts of an export of submissions, in this order: for each form version a table and its rows, then the end.
#[derive(Debug)]
pub enum Part<'a> {
    /// A form version begins.
    Table {
        /// The form.
        form: &'a Form,
        /// How many rows there will be, where they were counted.
        rows: Option<i64>,
        /// How large it may become.
        size: Size,
        /// Whether it has the columns of a draw.
        design: DesignColumns,
    },
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

/// The index of one survey by unit and period.
#[derive(Debug, Clone)]
pub struct IndexTable {
    /// The survey.
    pub survey: Survey,
    /// The definition it was measured by.
    pub definition: Arc<Definition>,
    /// The names of its nodes by their codes.
    pub titles: BTreeMap<String, Text>,
    /// The cells: by unit, then month; by unit; by month for all units together; all together.
    pub cells: Vec<IndexCell>,
}

/// What stands in place of a unit's code where all units that were asked about are counted together.
pub const ALL_UNITS: &str = "*";

/// What one unit, or all together, reached in one month or the whole period. Submissions to the units below a unit are in cells of
/// their own.
#[derive(Debug, Clone)]
pub struct IndexCell {
    /// The unit's code, or [`ALL_UNITS`].
    pub unit: String,
    /// Its name.
    pub name: Text,
    /// The month, `2026-11`, or the whole period, see [`whole_period`].
    pub period: String,
    /// The tree, as far as it may be shown.
    pub tree: Published,
}

impl IndexCell {
    /// The cell of a unit.
    pub fn of(unit: &Unit, period: String, tree: Published) -> Self {
        Self { unit: unit.code.as_typed().to_owned(), name: unit.name.clone(), period, tree }
    }

    /// The cell of all units together.
    pub fn of_all(period: String, tree: Published) -> Self {
        let name =
            Text { vi: "Tất cả đơn vị được chọn".to_owned(), en: "All units asked about".to_owned() };
        Self { unit: ALL_UNITS.to_owned(), name, period, tree }
    }
}

/// A whole period as files name it: its first and last day, `2026-01-01/2026-11-24`, with `..` for an open end. A month of the table
/// is named otherwise, so that the two are never taken for each other.
pub fn whole_period(period: Period) -> String {
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "..".to_owned(), |day| day.to_string());
    format!("{}/{}", day(period.from), day(period.to))
}

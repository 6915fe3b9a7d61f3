//! What is wished on the command line: which parts, how long, on how many stored submissions.

use clap::{Parser, ValueEnum};
use serde::Serialize;
use std::time::Duration;

/// The end-to-end load bench. Without options every part runs, on what the load itself stores.
#[derive(Debug, Parser, Serialize)]
#[command(name = "cargo bench --bench load --")]
pub struct Wish {
    /// Short times, and single runs instead of medians: the whole ends within a minute
    #[arg(long)]
    pub quick: bool,
    /// Only these parts
    #[arg(long, value_enum, value_delimiter = ',')]
    pub only: Vec<Part>,
    /// Store so many submissions, after a first measure of `submit` and before everything else
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub fill: usize,
    /// Measure the dashboards
    #[arg(long)]
    pub dashboards: bool,
    /// Half of the load for so long at the end, with the program's memory sampled
    #[arg(long, value_name = "MINUTES")]
    pub soak: Option<u64>,
    /// What cargo adds; without it the bench is not meant
    #[arg(long, hide = true)]
    #[serde(skip)]
    pub bench: bool,
}

/// A part of the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Start times, and the sizes of program and form page
    Start,
    /// Memory idle and under load
    Memory,
    /// Submissions a second as JSON and as forms, and single-row inserts by pgbench
    Submit,
    /// Latencies at half of the top rate
    Half,
    /// Form pages against requests that do nothing
    Page,
    /// From acknowledged to visible under load
    Visible,
    /// Normal senders beside 500 slow ones
    Slow,
    /// The index against plain SQL
    Read,
    /// The CSV export against COPY
    Export,
    /// Bytes a submission
    Storage,
}

impl Wish {
    /// Whether a part is to run.
    pub fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// How long one measure takes.
    pub fn time(&self) -> Duration {
        Duration::from_secs(if self.quick { 2 } else { 10 })
    }

    /// How often what is compared is measured, in turns.
    pub fn rounds(&self) -> usize {
        if self.quick { 1 } else { 3 }
    }

    /// How long each of the short turns takes in which submissions are compared, and how many there are.
    pub fn turns(&self) -> (Duration, usize) {
        if self.quick { (self.time(), 1) } else { (Duration::from_secs(4), 9) }
    }

    /// How many submissions are to lie in the database where they are read.
    pub fn rows(&self) -> i64 {
        let default = if self.quick { 50_000 } else { 1_000_000 };
        if self.fill > 0 { i64::try_from(self.fill).unwrap_or(i64::MAX) } else { default }
    }
}

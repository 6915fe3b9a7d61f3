//! Options of the commands beside `serve`. What they do is with `cli`.

use super::values;
use crate::domain::access::Role;
use crate::domain::survey::Channel;
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How a command prints what it has to say.
#[derive(Debug, Clone, Copy, Args)]
pub struct Output {
    /// Print JSON for a script.
    #[arg(long, env = "HAILONG_JSON", value_parser = clap::builder::BoolishValueParser::new(), default_value_t = false)]
    pub json: bool,
}

/// Which file to import.
#[derive(Debug, Clone, Args)]
pub struct ImportSettings {
    /// CSV file in UTF-8, its first line naming the columns; `-` reads standard input.
    #[arg(value_name = "F.csv")]
    pub file: PathBuf,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// A survey to open.
#[derive(Debug, Clone, Args)]
pub struct OpenSurveySettings {
    /// The survey's code, in addresses and files: a-z, 0-9, dashes and underscores.
    pub code: String,
    /// The form version it asks, such as sipas_service/2022.
    #[arg(long, env = "HAILONG_OPEN_FORM", value_name = "FORM/VERSION")]
    pub form: String,
    /// Vietnamese title [default: the form's].
    #[arg(long, env = "HAILONG_OPEN_TITLE_VI", value_name = "TEXT")]
    pub title_vi: Option<String>,
    /// English title [default: the form's].
    #[arg(long, env = "HAILONG_OPEN_TITLE_EN", value_name = "TEXT")]
    pub title_en: Option<String>,
    /// Vietnamese note to the respondent [default: that nobody may answer for them].
    #[arg(long, env = "HAILONG_OPEN_NOTE_VI", value_name = "TEXT")]
    pub note_vi: Option<String>,
    /// English note to the respondent [default: that nobody may answer for them].
    #[arg(long, env = "HAILONG_OPEN_NOTE_EN", value_name = "TEXT")]
    pub note_en: Option<String>,
    /// First moment of answering, RFC 3339 [default: now].
    #[arg(long, env = "HAILONG_OPEN_FROM", value_name = "TIME", value_parser = values::moment)]
    pub from: Option<DateTime<Utc>>,
    /// Moment from which answers are refused, RFC 3339 [default: none].
    #[arg(long, env = "HAILONG_OPEN_TO", value_name = "TIME", value_parser = values::moment)]
    pub to: Option<DateTime<Utc>>,
    /// Code of a unit asked about, with all below it; may be repeated [default: all units].
    #[arg(long = "unit", env = "HAILONG_OPEN_UNITS", value_name = "CODE", value_delimiter = ',')]
    pub units: Vec<String>,
    /// A channel taken; may be repeated.
    #[arg(
        long = "channel",
        env = "HAILONG_OPEN_CHANNELS",
        value_name = "CHANNEL",
        value_delimiter = ',',
        value_parser = values::channel(),
        default_value = "web,qr,kiosk,paper,import"
    )]
    pub channels: Vec<Channel>,
    /// Only for people drawn from a frame, each with a code (survey frame, survey draw).
    #[arg(long, env = "HAILONG_OPEN_SAMPLED", value_parser = clap::builder::BoolishValueParser::new(), default_value_t = false)]
    pub sampled: bool,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// A survey to close.
#[derive(Debug, Clone, Args)]
pub struct CloseSurveySettings {
    /// The survey's code.
    pub code: String,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// Somebody to add to the staff.
#[derive(Debug, Clone, Args)]
pub struct AddStaffSettings {
    /// The person's e-mail address, the name for signing in.
    pub email: String,
    /// What the person may do.
    #[arg(long, env = "HAILONG_STAFF_ROLE", value_name = "ROLE", value_parser = values::role())]
    pub role: Role,
    /// Code of the person's unit; an officer sees it and all below it, and needs one [default: none].
    #[arg(long, env = "HAILONG_STAFF_UNIT", value_name = "CODE", required_if_eq("role", "officer"))]
    pub unit: Option<String>,
    /// Take the first line of standard input for the password, instead of printing a one-time link that sets one.
    #[arg(long, env = "HAILONG_PASSWORD_STDIN", value_parser = clap::builder::BoolishValueParser::new(), default_value_t = false)]
    pub password_stdin: bool,
    /// Address at which people reach the service, for the link [default: where `serve` listens].
    #[arg(long, env = "HAILONG_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// Whose token to make.
#[derive(Debug, Clone, Args)]
pub struct TokenSettings {
    /// The person's e-mail address.
    pub email: String,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// Which answers to read.
#[derive(Debug, Clone, Args)]
pub struct Selection {
    /// The survey's code (`hailong survey list` tells them).
    #[arg(long, env = "HAILONG_SURVEY", value_name = "CODE")]
    pub survey: String,
    /// Code of a unit, with all below it [default: all units].
    #[arg(long, env = "HAILONG_UNIT", value_name = "CODE")]
    pub unit: Option<String>,
    /// First day, such as 2026-01-01 [default: the first there is].
    #[arg(long, env = "HAILONG_FROM", value_name = "DATE", value_parser = values::day)]
    pub from: Option<NaiveDate>,
    /// Last day, included [default: the last there is].
    #[arg(long, env = "HAILONG_TO", value_name = "DATE", value_parser = values::day)]
    pub to: Option<NaiveDate>,
}

/// What to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportKind {
    /// One row a submission, questions as columns.
    Submissions,
    /// One row for each unit, period and node of the index.
    Index,
}

/// An export to a file.
#[derive(Debug, Clone, Args)]
pub struct ExportSettings {
    /// What to export.
    pub what: ExportKind,
    #[command(flatten)]
    /// Which answers.
    pub selection: Selection,
    /// The flavour that opens well in Excel: with a byte order mark, cells safe from formulas.
    #[arg(long, env = "HAILONG_EXCEL", value_parser = clap::builder::BoolishValueParser::new(), default_value_t = false)]
    pub excel: bool,
    /// File to write; it is made anew and appears only when it is whole.
    #[arg(short = 'o', long = "output", env = "HAILONG_OUTPUT", value_name = "F.zip")]
    pub file: PathBuf,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// The index, printed.
#[derive(Debug, Clone, Args)]
pub struct IndexSettings {
    #[command(flatten)]
    /// Which answers.
    pub selection: Selection,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// Demo submissions.
#[derive(Debug, Clone, Args)]
pub struct DemoSettings {
    /// How many to add.
    #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub count: Option<u32>,
    /// Remove all demo submissions instead.
    #[arg(long, env = "HAILONG_DEMO_REMOVE", value_parser = clap::builder::BoolishValueParser::new(), default_value_t = false)]
    pub remove: bool,
    /// The same seed on the same day makes the same answers.
    #[arg(long, env = "HAILONG_DEMO_SEED", value_name = "NUMBER", default_value_t = 2026)]
    pub seed: u64,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// A sample to estimate from.
#[derive(Debug, Clone, Args)]
pub struct EstimateSettings {
    /// CSV file in UTF-8, one row a person, questions as columns named by their codes, levels 1 to 5, empty for no answer;
    /// `-` reads standard input.
    #[arg(value_name = "DATA.csv")]
    pub file: PathBuf,
    /// The index definition to estimate by, such as sipas_service/2022.
    #[arg(long, env = "HAILONG_ESTIMATE_INDEX", value_name = "INDEX/VERSION")]
    pub index: String,
    /// Column with the stratum (tầng) that a row was drawn in [default: one stratum].
    #[arg(long, env = "HAILONG_ESTIMATE_STRATUM", value_name = "COL")]
    pub stratum: Option<String>,
    /// Column with the cluster (cụm) that a row was drawn with, named within its stratum [default: each row for itself].
    #[arg(long, env = "HAILONG_ESTIMATE_CLUSTER", value_name = "COL")]
    pub cluster: Option<String>,
    /// Column with the number of people that a row stands for (trọng số) [default: equal, or from --fpc].
    #[arg(long, env = "HAILONG_ESTIMATE_WEIGHT", value_name = "COL")]
    pub weight: Option<String>,
    /// Column with the number of clusters that the row's stratum has in the population [default: without end].
    #[arg(long, env = "HAILONG_ESTIMATE_FPC", value_name = "COL")]
    pub fpc: Option<String>,
    /// Column to group by; may be repeated [default: none].
    #[arg(long, env = "HAILONG_ESTIMATE_BY", value_name = "COL", value_delimiter = ',')]
    pub by: Vec<String>,
    /// Level of confidence of the intervals.
    #[arg(long, env = "HAILONG_ESTIMATE_LEVEL", value_name = "LEVEL", value_parser = values::confidence, default_value = "0.95")]
    pub level: f64,
    /// Test the first half of the rows against the second, criterion by criterion.
    #[arg(long, env = "HAILONG_ESTIMATE_HALVES", value_parser = clap::builder::BoolishValueParser::new(), default_value_t = false)]
    pub halves: bool,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// What goes with satisfaction.
#[derive(Debug, Clone, Args)]
pub struct DriversSettings {
    /// CSV file in UTF-8, one row a person, questions as columns named by their codes, levels 1 to 5, empty for no answer;
    /// `-` reads standard input.
    #[arg(value_name = "DATA.csv")]
    pub file: PathBuf,
    /// The index definition whose parts are compared, such as sipas_service/2022.
    #[arg(long, env = "HAILONG_DRIVERS_INDEX", value_name = "INDEX/VERSION")]
    pub index: String,
    /// Column with the overall satisfaction, levels 1 to 5 [default: the definition's question, else each person's own index].
    #[arg(long, env = "HAILONG_DRIVERS_OUTCOME", value_name = "COL")]
    pub outcome: Option<String>,
    /// Level of confidence of the intervals.
    #[arg(long, env = "HAILONG_DRIVERS_LEVEL", value_name = "LEVEL", value_parser = values::confidence, default_value = "0.95")]
    pub level: f64,
    /// Seed of the bootstrap: the same seed gives the same intervals.
    #[arg(long, env = "HAILONG_DRIVERS_SEED", value_name = "N", default_value_t = 2026)]
    pub seed: u64,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// Satisfaction figures of the national portal to score.
#[derive(Debug, Clone, Args)]
pub struct ScoreSettings {
    /// CSV file in UTF-8 with the columns unit, metric, numerator and denominator; `-` reads standard input.
    #[arg(value_name = "F.csv")]
    pub file: PathBuf,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

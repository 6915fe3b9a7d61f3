//! Options of the commands about samples: `survey frame`, `size`, `draw`, `returns`, `response`, `estimate`.

use super::commands::Output;
use super::values;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// A frame to import.
#[derive(Debug, Clone, Args)]
pub struct FrameSettings {
    /// The survey's code; it was opened with --sampled.
    pub survey: String,
    /// CSV file in UTF-8 with the columns dossier, unit, procedure, kind, contact; `-` reads standard input.
    #[arg(value_name = "F.csv")]
    pub file: PathBuf,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// How exact a share is to become.
#[derive(Debug, Clone, Args)]
pub struct Exactness {
    /// Error of Slovin's formula n = N/(1 + N e²), as a fraction.
    #[arg(long, env = "HAILONG_SAMPLE_ERROR", value_name = "E", value_parser = values::fraction)]
    pub error: Option<f64>,
    /// Margin of error: half the width of the interval, as a fraction.
    #[arg(long, env = "HAILONG_SAMPLE_MARGIN", value_name = "D", value_parser = values::fraction, conflicts_with = "error")]
    pub margin: Option<f64>,
    /// Level of confidence for --margin.
    #[arg(long, env = "HAILONG_SAMPLE_CONFIDENCE", value_name = "LEVEL", value_parser = values::confidence, default_value = "0.95")]
    pub confidence: f64,
    /// Share that is expected, for --margin; 0.5 needs the most people.
    #[arg(long, env = "HAILONG_SAMPLE_SHARE", value_name = "P", value_parser = values::fraction, default_value = "0.5")]
    pub share: f64,
    /// Design effect that is expected, for --margin: how many times the variance of simple random sampling.
    #[arg(long, env = "HAILONG_SAMPLE_DEFF", value_name = "DEFF", value_parser = values::at_least_one, default_value = "1")]
    pub deff: f64,
    /// Part of those asked who are expected to answer, for --margin.
    #[arg(long, env = "HAILONG_SAMPLE_RESPONSE", value_name = "RATE", value_parser = values::fraction, default_value = "1")]
    pub response_rate: f64,
}

/// A size to work out.
#[derive(Debug, Clone, Args)]
pub struct SizeSettings {
    /// How many people there are.
    #[arg(long, env = "HAILONG_SAMPLE_POPULATION", value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub population: u64,
    #[command(flatten)]
    /// How exact.
    pub exactness: Exactness,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MethodName {
    /// At random within each unit.
    Stratified,
    /// At even steps within each unit, from a start by chance.
    Systematic,
    /// Units first, then people within them.
    TwoStage,
}

/// How units are drawn first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StageName {
    /// As likely as they have people.
    BySize,
    /// Each as likely as the others.
    Simple,
}

/// A sample to draw.
#[derive(Debug, Clone, Args)]
pub struct DrawSettings {
    /// The survey's code.
    pub survey: String,
    /// How to draw.
    #[arg(long, env = "HAILONG_DRAW_METHOD", value_enum, default_value = "stratified")]
    pub method: MethodName,
    /// How many people in all; instead of --error or --margin.
    #[arg(long, env = "HAILONG_DRAW_SIZE", value_name = "N", value_parser = clap::value_parser!(u64).range(1..), conflicts_with_all = ["error", "margin"])]
    pub size: Option<u64>,
    #[command(flatten)]
    /// How exact.
    pub exactness: Exactness,
    /// As many of each unit at least, where there are as many.
    #[arg(long, env = "HAILONG_DRAW_LEAST", value_name = "N", value_parser = clap::value_parser!(u64).range(2..), default_value = "30")]
    pub least: u64,
    /// How many units are drawn first, for two-stage.
    #[arg(long, env = "HAILONG_DRAW_UNITS", value_name = "M", required_if_eq("method", "two-stage"))]
    pub units: Option<usize>,
    /// How units are drawn first, for two-stage.
    #[arg(long, env = "HAILONG_DRAW_FIRST_STAGE", value_enum, default_value = "by-size")]
    pub first_stage: StageName,
    /// What chance begins with: the same seed draws the same people from the same frame [default: by chance; it is recorded].
    #[arg(long, env = "HAILONG_DRAW_SEED", value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(..=i64::MAX.unsigned_abs()))]
    pub seed: Option<u64>,
    /// File to write the draw sheet to. The codes stand nowhere else.
    #[arg(short = 'o', long = "output", env = "HAILONG_OUTPUT", value_name = "F.csv")]
    pub file: PathBuf,
    /// Write dossiers and contacts too, for sending the invitations.
    #[arg(long, env = "HAILONG_DRAW_CONTACTS", value_parser = clap::builder::BoolishValueParser::new(), default_value_t = false)]
    pub contacts: bool,
    /// Address at which people reach the service, for the links [default: where `serve` listens].
    #[arg(long, env = "HAILONG_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// Paper sheets to take.
#[derive(Debug, Clone, Args)]
pub struct ReturnsSettings {
    /// The survey's code.
    pub survey: String,
    /// CSV file in UTF-8: a column code and one for each question; two marks in a cell as 4;5; `-` reads standard input.
    #[arg(value_name = "F.csv")]
    pub file: PathBuf,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// Which account to tell.
#[derive(Debug, Clone, Args)]
pub struct ResponseSettings {
    /// The survey's code.
    pub survey: String,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// An estimate from a round.
#[derive(Debug, Clone, Args)]
pub struct RoundEstimateSettings {
    /// The survey's code.
    pub survey: String,
    /// What to group by: unit, procedure, channel, or the code of a question with one answer; may be repeated.
    #[arg(long, env = "HAILONG_ESTIMATE_BY", value_name = "WHAT", value_delimiter = ',')]
    pub by: Vec<String>,
    /// CSV file (variable,category,total) with the known totals of one variable that weights are to agree with.
    #[arg(long, env = "HAILONG_ESTIMATE_POSTSTRATIFY", value_name = "F.csv", conflicts_with = "rake")]
    pub poststratify: Option<PathBuf>,
    /// The same with the totals of several variables.
    #[arg(long, env = "HAILONG_ESTIMATE_RAKE", value_name = "F.csv")]
    pub rake: Option<PathBuf>,
    /// Cut weights at so many times their median.
    #[arg(long, env = "HAILONG_ESTIMATE_TRIM", value_name = "TIMES", value_parser = values::at_least_one)]
    pub trim: Option<f64>,
    /// Level of confidence of the intervals.
    #[arg(long, env = "HAILONG_ESTIMATE_LEVEL", value_name = "LEVEL", value_parser = values::confidence, default_value = "0.95")]
    pub level: f64,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

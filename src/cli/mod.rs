//! The command line: wires everything together. Exit codes: 0 done; 1 it failed, the reason on stderr; 2 wrong usage.

mod address;
mod check_forms;
mod database;
mod demo;
mod drivers;
mod estimate;
mod estimate_table;
mod exports;
mod forms;
mod imports;
mod index;
mod migrate;
mod near;
mod progress;
mod rounds;
mod sampling;
mod score_766;
mod selection;
mod serve;
mod staff;
mod stop_signal;
mod surveys;
mod table;

use crate::config::{
    AddStaffSettings, CloseSurveySettings, DemoSettings, DrawSettings, DriversSettings, EstimateSettings,
    ExportFormSettings, ExportSettings, FrameSettings, GlobalSettings, ImportFormSettings, ImportSettings,
    IndexSettings, OpenSurveySettings, Output, ResponseSettings, ReturnsSettings, RoundEstimateSettings, ScoreSettings,
    ServeSettings, SizeSettings, TokenSettings,
};
use crate::storage::DbError;
use crate::telemetry::{self, Reader};
use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

/// Why a command failed, as one sentence for the operator.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What the command line asks for makes no sense, though each option alone does.
#[derive(Debug)]
pub struct WrongUsage(pub String);

impl std::fmt::Display for WrongUsage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for WrongUsage {}

#[derive(Parser)]
#[command(name = "hailong", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: GlobalSettings,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeSettings,
}

#[derive(Subcommand)]
enum Command {
    /// Migrate the database, then serve until Ctrl-C (the default).
    Serve(ServeSettings),
    /// Bring the database up to date; an empty one gets the shipped catalogue and its surveys.
    Migrate(Output),
    /// Check the folder of forms, indices and catalogue, and list every problem.
    CheckForms(Output),
    /// Questionnaires (mẫu phiếu) as spreadsheets in the XLSForm standard. Needs no database.
    #[command(subcommand)]
    Forms(FormsCommand),
    /// Units (cơ quan, đơn vị).
    #[command(subcommand)]
    Units(ImportCommand),
    /// Procedures (thủ tục hành chính).
    #[command(subcommand)]
    Procedures(ImportCommand),
    /// Surveys (đợt khảo sát).
    #[command(subcommand)]
    Survey(SurveyCommand),
    /// People of the office who sign in (cán bộ).
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Export submissions or the index of a survey into a zip: CSV and a manifest. Free texts and ethnicity stay here.
    Export(ExportSettings),
    /// Print the index (chỉ số) of a survey. Small groups are not hidden here, as they are on pages and from programs.
    Index(IndexSettings),
    /// Estimate an index (ước lượng) from a sample in a CSV file, with standard errors and intervals. Needs no database.
    Estimate(EstimateSettings),
    /// What goes with overall satisfaction (điều đi cùng sự hài lòng): the importance of each part of an index. Needs no database.
    Drivers(DriversSettings),
    /// Score the satisfaction measures of the national portal (Decision 766/QĐ-TTg) in a CSV file. Needs no database.
    #[command(name = "score-766")]
    Score766(ScoreSettings),
    /// Add N synthetic submissions over the last twelve months, or remove them all.
    Demo(DemoSettings),
}

#[derive(Subcommand)]
enum ImportCommand {
    /// Import a CSV file, all of it or nothing; repeating it changes nothing.
    Import(ImportSettings),
}

#[derive(Subcommand)]
enum FormsCommand {
    /// Import a spreadsheet into the folder of forms; what cannot be taken is told by its cell.
    Import(ImportFormSettings),
    /// Export a form version as a spreadsheet.
    Export(ExportFormSettings),
}

#[derive(Subcommand)]
enum SurveyCommand {
    /// Open a form version for answers.
    Open(OpenSurveySettings),
    /// Close a survey now; what was answered stays.
    Close(CloseSurveySettings),
    /// List all surveys.
    List(Output),
    /// The frame (khung mẫu): the people served from whom a sampled survey draws.
    #[command(subcommand)]
    Frame(FrameCommand),
    /// Work out how many people to ask (cỡ mẫu). Needs no database.
    Size(SizeSettings),
    /// Draw a sample from the frame, once, and write the draw sheet with everybody's code.
    Draw(DrawSettings),
    /// Take paper sheets that were keyed in, all of a file or none; repeating it changes nothing.
    Returns(ReturnsSettings),
    /// Tell how many sheets were issued, returned, valid, invalid by which rule, flagged, and the response rate.
    Response(ResponseSettings),
    /// Estimate the index of a sampled survey from its draw, with weights for non-response. Small groups are not hidden here.
    Estimate(RoundEstimateSettings),
}

#[derive(Subcommand)]
enum FrameCommand {
    /// Import a CSV file with the columns dossier, unit, procedure, kind, contact; all of it or nothing.
    Import(FrameSettings),
}

#[derive(Subcommand)]
enum StaffCommand {
    /// Add a person; without a password, print a one-time link that sets one.
    Add(AddStaffSettings),
    /// Make a token by which a program reads the index on behalf of a person, and print it this once.
    Token(TokenSettings),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = parse();
    let serves = matches!(cli.command, None | Some(Command::Serve(_)));
    telemetry::start(cli.global.log.as_deref(), if serves { Reader::Operator } else { Reader::Typist });
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("hailong: {}", told(&failure));
            if failure.is::<WrongUsage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

/// Reads the command line. What belongs to `serve` and stands before another command would be ignored, so it is refused.
fn parse() -> Cli {
    let matches = Cli::command().get_matches();
    if let Some(command) = matches.subcommand_name() {
        for option in ServeSettings::augment_args(clap::Command::new("serve")).get_arguments() {
            if matches.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine) {
                let option = option.get_long().unwrap_or_default();
                let wrong = format!(
                    "--{option} belongs to serve; write `hailong serve --{option} ...`, not before {command}\n"
                );
                Cli::command().error(clap::error::ErrorKind::ArgumentConflict, wrong).exit();
            }
        }
    }
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// A failure as the operator is told it.
fn told(failure: &Failure) -> String {
    match failure.downcast_ref::<DbError>() {
        Some(DbError::Unavailable(said)) => address::lost(said),
        Some(DbError::Query(_)) => failure.to_string().lines().map(str::trim).collect::<Vec<_>>().join(" "),
        None => failure.to_string(),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let global = &cli.global;
    let Some(command) = cli.command else { return serve::run(global, &cli.serve) };
    match command {
        Command::Serve(settings) => serve::run(global, &settings),
        Command::Migrate(output) => migrate::run(global, output),
        Command::CheckForms(output) => check_forms::run(global, output),
        Command::Forms(FormsCommand::Import(settings)) => forms::import(global, &settings),
        Command::Forms(FormsCommand::Export(settings)) => forms::export(global, &settings),
        Command::Units(ImportCommand::Import(settings)) => imports::units(global, &settings),
        Command::Procedures(ImportCommand::Import(settings)) => imports::procedures(global, &settings),
        Command::Survey(SurveyCommand::Open(settings)) => surveys::open(global, &settings),
        Command::Survey(SurveyCommand::Close(settings)) => surveys::close(global, &settings),
        Command::Survey(SurveyCommand::List(output)) => surveys::list(global, output),
        Command::Survey(SurveyCommand::Frame(FrameCommand::Import(settings))) => sampling::frame(global, &settings),
        Command::Survey(SurveyCommand::Size(settings)) => sampling::size(&settings),
        Command::Survey(SurveyCommand::Draw(settings)) => sampling::draw(global, &cli.serve, &settings),
        Command::Survey(SurveyCommand::Returns(settings)) => rounds::returns(global, &settings),
        Command::Survey(SurveyCommand::Response(settings)) => rounds::response(global, &settings),
        Command::Survey(SurveyCommand::Estimate(settings)) => rounds::estimate(global, &settings),
        Command::Staff(StaffCommand::Add(settings)) => staff::add(global, &cli.serve, &settings),
        Command::Staff(StaffCommand::Token(settings)) => staff::token(global, &settings),
        Command::Demo(settings) => demo::run(global, &settings),
        Command::Export(settings) => exports::run(global, &settings),
        Command::Index(settings) => index::run(global, &settings),
        Command::Estimate(settings) => estimate::run(global, &settings),
        Command::Drivers(settings) => drivers::run(global, &settings),
        Command::Score766(settings) => score_766::run(&settings),
    }
}

/// Prints a result to stdout. A reader that has gone away has read enough.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("cannot print: {error}").into()),
        _ => Ok(()),
    }
}

/// Prints a result as JSON.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    print(&serde_json::to_string_pretty(value)?)
}

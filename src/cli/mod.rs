//! The command line: wires everything together. Exit codes: 0 done; 1 it failed, the reason on stderr; 2 wrong usage.

mod address;
mod database;
mod serve;
mod stop_signal;

use crate::actions::load_shipped::Loaded;
use crate::config::{GlobalSettings, ServeSettings};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Why a command failed, as one sentence for the operator.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

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
    /// Migrate the database, then serve (the default).
    Serve(ServeSettings),
    /// Bring the database up to date.
    Migrate,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    crate::telemetry::start(&cli.global.log);
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("hailong: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(settings) => serve::run(&cli.global, &settings),
        Command::Migrate => {
            let prepared = database::connect(&cli.global, 2)?.prepare(&cli.global)?;
            for version in &prepared.applied {
                println!("applied {version}");
            }
            if prepared.applied.is_empty() {
                println!("the database was up to date");
            }
            if prepared.filled == Loaded::Done {
                println!("loaded the shipped catalogue and its surveys");
            }
            Ok(())
        }
    }
}

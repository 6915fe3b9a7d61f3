//! Logging, to stderr: what a service tells its operator, or what a command tells whoever typed it.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Parts whose own lines would only repeat ours: the pool cries at every attempt to reconnect, the server tells its start.
const QUIET: &str = "r2d2=off,actix_server=warn";

/// Who reads the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The operator of a service: readable on a terminal, one JSON object a line otherwise.
    Operator,
    /// Whoever typed a command: readable, and only what they have to know.
    Typist,
}

impl Reader {
    fn filter(self) -> &'static str {
        match self {
            Self::Operator => "info",
            Self::Typist => "warn,hailong::local_postgres=info",
        }
    }
}

/// Starts logging with a level or filter, else with what suits the reader. Later calls change nothing.
pub fn start(filter: Option<&str>, reader: Reader) {
    let filter = filter.unwrap_or(reader.filter());
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}"))
        .unwrap_or_else(|_| EnvFilter::new(format!("{QUIET},{}", reader.filter())));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let is_terminal = std::io::stderr().is_terminal();
    let started = if is_terminal || reader == Reader::Typist {
        builder.with_target(false).with_ansi(is_terminal).try_init()
    } else {
        builder.json().try_init()
    };
    if started.is_err() {
        tracing::debug!("logging had started before");
    }
}

//! Logging: to stderr, readable on a terminal, one JSON object a line otherwise.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging with a level or filter. Later calls change nothing.
pub fn start(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started =
        if std::io::stderr().is_terminal() { builder.with_target(false).try_init() } else { builder.json().try_init() };
    if started.is_err() {
        tracing::debug!("logging had started before");
    }
}

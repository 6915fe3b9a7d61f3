//! Logging: to stderr, readable on a terminal, one JSON object a line otherwise.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Parts whose own lines would only repeat ours: the pool cries at every attempt to reconnect, the server tells its start.
const QUIET: &str = "r2d2=off,actix_server=warn";

/// Starts logging with a level or filter. Later calls change nothing.
pub fn start(filter: &str) {
    let filter =
        EnvFilter::try_new(format!("{QUIET},{filter}")).unwrap_or_else(|_| EnvFilter::new(format!("{QUIET},info")));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started =
        if std::io::stderr().is_terminal() { builder.with_target(false).try_init() } else { builder.json().try_init() };
    if started.is_err() {
        tracing::debug!("logging had started before");
    }
}

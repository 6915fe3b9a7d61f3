//! Ctrl-C and SIGTERM, the two ways to ask the program to end. What is then to be done is for whoever listens.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Either signal, not missed from the moment that somebody listens. Everyone who listens gets it.
pub struct StopSignal {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignal {
    /// Starts listening; inside a runtime.
    pub fn listen() -> io::Result<StopSignal> {
        Ok(StopSignal { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the next one.
    pub async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

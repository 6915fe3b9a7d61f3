//! Looks after the server while a program uses it: should the server die, it is started again, so that the service
//! comes back by itself. It never stops anything, and it keeps trying when a start fails.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use super::locks;
use super::server::Server;

const LOOK_EVERY: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A thread that keeps the server running; ends when dropped.
#[derive(Debug)]
pub(super) struct Keeper {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn watch(server: Arc<Server>) -> Keeper {
        let (end, ended) = mpsc::channel();
        let look = move || {
            let mut pause = LOOK_EVERY;
            while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(pause) {
                pause = match bring_back(&server) {
                    Looked::Running => LOOK_EVERY,
                    Looked::Failed => (pause * 2).min(LONGEST_PAUSE),
                };
            }
        };
        // Without a thread the server still serves; it is only not brought back.
        let thread = std::thread::Builder::new().name("postgres-keeper".to_owned()).spawn(look).ok();
        Keeper { end: Some(end), thread }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

enum Looked {
    Running,
    Failed,
}

fn bring_back(server: &Server) -> Looked {
    if server.process().is_some() {
        return Looked::Running;
    }
    let back = locks::starting(server.data()).and_then(|_starting| {
        // Another program that uses the cluster may have been quicker.
        if server.process().is_none() {
            tracing::warn!("the private database server has died and is being started again");
        }
        server.bring_up()
    });
    match back {
        Ok(()) => Looked::Running,
        Err(error) => {
            tracing::error!(%error, "the private database server could not be started again");
            Looked::Failed
        }
    }
}

//! Keeps the intake's writers on the processor that the disk interrupts.
//!
//! Measured on two machines of two processors: with the writers on that one, 64 senders had 4 to 10 % more submissions acknowledged;
//! on the other a tenth fewer, so the processor is looked up again and again. Supposed why: when the disk has written a commit,
//! PostgreSQL goes on where it interrupts and answers a writer, and the writer its senders; where all of this stays on one
//! processor, the other is left to requests, and neither waits to be woken by the other. With more than two the system has room to
//! choose, and is left to.

use crate::intake::Intake;
use std::time::Duration;

/// Interrupts move, if at all, every ten seconds where a program spreads them.
const PAUSE: Duration = Duration::from_secs(5);

/// Runs for as long as the service does; `core_of_disk` looks the processor up.
pub async fn run(intake: Intake, core_of_disk: impl Fn() -> Option<usize>) {
    loop {
        let are_two = std::thread::available_parallelism().is_ok_and(|cores| cores.get() == 2);
        intake.keep_writers_on(if are_two { core_of_disk() } else { None });
        tokio::time::sleep(PAUSE).await;
    }
}

//! How senders hear of the commit: all of one thread in one piece.
//!
//! To wake a task of another thread is a write to the kernel each time, and a batch may hold dozens. So a thread that submits keeps a
//! task that takes the answers to its senders batch by batch; what that task wakes is on its own thread and costs next to nothing.

use super::{IntakeError, Outcome};
use std::cell::RefCell;
use tokio::sync::{mpsc, oneshot};

/// What becomes of a submission, on its way to the sender.
type Answer = (oneshot::Sender<Result<Outcome, IntakeError>>, Result<Outcome, IntakeError>);

/// The way to the senders of one thread.
type Desk = mpsc::UnboundedSender<Vec<Answer>>;

thread_local! {
    /// The way to the senders of this thread, if any has submitted.
    static DESK: RefCell<Option<Desk>> = const { RefCell::new(None) };
}

/// One sender, and the way there.
pub(super) struct Sender {
    desk: Desk,
    sender: oneshot::Sender<Result<Outcome, IntakeError>>,
}

/// Where a sender of this thread hears what became of its submission. Must be called within a runtime.
pub(super) fn sender() -> (Sender, oneshot::Receiver<Result<Outcome, IntakeError>>) {
    let desk = DESK.with_borrow_mut(|kept| match kept {
        Some(desk) if !desk.is_closed() => desk.clone(),
        // The first of the thread, or of a runtime that came after another.
        _ => kept.insert(opened()).clone(),
    });
    let (sender, receiver) = oneshot::channel();
    (Sender { desk, sender }, receiver)
}

fn opened() -> Desk {
    let (desk, mut answers) = mpsc::unbounded_channel::<Vec<Answer>>();
    tokio::spawn(async move {
        while let Some(answers) = answers.recv().await {
            for (sender, answer) in answers {
                // One that has gone away asks again with the same id.
                let _gone = sender.send(answer);
            }
        }
    });
    desk
}

/// Answers the senders of a batch.
pub(super) fn answer(all: impl IntoIterator<Item = (Sender, Result<Outcome, IntakeError>)>) {
    let mut by_desk: Vec<(Desk, Vec<Answer>)> = Vec::new();
    for (Sender { desk, sender }, answer) in all {
        match by_desk.iter_mut().find(|(known, _)| known.same_channel(&desk)) {
            Some((_, answers)) => answers.push((sender, answer)),
            None => by_desk.push((desk, vec![(sender, answer)])),
        }
    }
    for (desk, answers) in by_desk {
        // Without its runtime there is nobody to tell.
        let _gone = desk.send(answers);
    }
}

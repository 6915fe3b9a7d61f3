//! The judge of what may be shown, and a thread on which it finds out ahead what a page will ask while its counts are read: where
//! a procedure is asked about, that takes about a third as long as reading.

use crate::domain::narrowing::{Disclosure, Narrowing, WithData};
use crate::domain::period::Calendar;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// From so many on a second thread saves more time than it takes.
const ENOUGH_FOR_TWO: usize = 24;

type Said = (Narrowing, bool);

/// A judge, and what it has said.
pub(super) struct Judging {
    /// Held by its thread for as long as that finds out ahead.
    judge: Arc<Mutex<Disclosure>>,
    /// What is found out ahead, as it comes.
    ahead: Option<Receiver<Said>>,
    said: HashMap<Narrowing, bool>,
}

impl Judging {
    /// By a judge who has said nothing yet.
    pub fn by(judge: Disclosure) -> Self {
        Self { judge: Arc::new(Mutex::new(judge)), ahead: None, said: HashMap::new() }
    }

    /// Finds out about these, in their order, while the caller does something else; `many` of one kind are shared among two.
    pub fn look_ahead(&mut self, few: &[Narrowing], many: &[Narrowing]) {
        let (tell, ahead) = channel();
        let (judge, few, many) = (self.judge.clone(), few.to_vec(), many.to_vec());
        let thread = thread::Builder::new().name("judge".to_owned()).spawn(move || {
            let mut judge = held(&judge);
            find_out(&mut judge, &few, &tell);
            // What is added up for the first of them serves them all.
            let (first, rest) = many.split_at(many.len().min(1));
            find_out(&mut judge, first, &tell);
            let (mine, others) = rest.split_at(if rest.len() < ENOUGH_FOR_TWO { rest.len() } else { rest.len() / 2 });
            thread::scope(|scope| {
                if !others.is_empty() {
                    let (mut judge, tell) = (judge.clone(), tell.clone());
                    scope.spawn(move || find_out(&mut judge, others, &tell));
                }
                find_out(&mut judge, mine, &tell);
            });
        });
        // Where no thread can be had, it is found out when it is asked.
        self.ahead = thread.ok().map(|_| ahead);
    }

    /// Whether the figures of a narrowing may be shown.
    pub fn may_show(&mut self, narrowing: &Narrowing) -> bool {
        loop {
            if let Some(may_show) = self.said.get(narrowing) {
                return *may_show;
            }
            match self.ahead.as_ref().map(Receiver::recv) {
                Some(Ok((narrowing, may_show))) => self.said.insert(narrowing, may_show),
                Some(Err(_)) | None => {
                    let may_show = self.held().may_show(narrowing);
                    self.said.insert(narrowing.clone(), may_show)
                }
            };
        }
    }

    /// Judges another period of the calendar from now on.
    pub fn turn_to(&mut self, calendar: Calendar) {
        self.held().turn_to(calendar);
        self.said.clear();
    }

    /// See [`Disclosure::with_data`].
    pub fn with_data(&mut self, narrowing: &Narrowing) -> WithData {
        self.held().with_data(narrowing)
    }

    /// The judge itself; what it was finding out ahead is given up.
    fn held(&mut self) -> MutexGuard<'_, Disclosure> {
        self.ahead = None;
        held(&self.judge)
    }
}

/// A judge keeps only what it has found out to the end, so that one whose thread has failed can go on.
fn held(judge: &Mutex<Disclosure>) -> MutexGuard<'_, Disclosure> {
    judge.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Until all is told, or nobody wants to know any more.
fn find_out(judge: &mut Disclosure, all: &[Narrowing], tell: &Sender<Said>) {
    for narrowing in all {
        if tell.send((narrowing.clone(), judge.may_show(narrowing))).is_err() {
            return;
        }
    }
}

//! One writer thread: takes batches, writes each in one transaction, answers after the commit.

use super::place::Place;
use super::{BatchObserver, IntakeError, Job, Outcome, Queue, Writing, answering};
use crate::domain::ids::SubmissionId;
use crate::storage::batches::{copy_batch, insert_batch};
use crate::storage::submissions::{Content, NewSubmission, contents_by_id};
use crate::storage::{PgConnection, QueryError, QueryResult, SESSION_SETTINGS, is_disconnect};
use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::result::DatabaseErrorKind;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

/// Every acknowledged submission must survive a crash, whatever the server's default is.
const DURABLE: &str = "select set_config('synchronous_commit', 'on', false) \
     where current_setting('synchronous_commit') in ('off', 'local')";

/// A batch that holds something stored before breaks off a copy. Where one did, others follow: so many batches are then written
/// carefully, so that retries, however many, cost little.
const CAREFUL_BATCHES: u32 = 32;

pub(super) struct Writer {
    url: String,
    most: usize,
    queue: Arc<Queue>,
    observer: BatchObserver,
    conn: Option<PgConnection>,
    /// Whether the log has been told that Postgres is away.
    is_away: bool,
    /// How many batches are still to be written carefully.
    careful: u32,
}

impl Writer {
    pub(super) fn new(url: String, most: usize, queue: Arc<Queue>, observer: BatchObserver) -> Self {
        Self { url, most, queue, observer, conn: None, is_away: false, careful: 0 }
    }

    pub(super) fn run(mut self) {
        let mut place = Place::of_this_thread();
        while let Some(mut jobs) = self.queue.take(self.most) {
            place.keep(self.queue.core());
            let start = Instant::now();
            // Stable: of two with one id the first that came is first.
            jobs.sort_by_key(|job| job.new.submission.id);
            let queue = self.queue.clone();
            let writing = Writing { queue: &queue, count: jobs.len() };
            let outcomes = self.write(&jobs);
            drop(writing);
            (self.observer)(jobs.len(), start.elapsed());
            answering::answer(jobs.into_iter().map(|job| job.sender).zip(outcomes));
        }
    }

    fn write(&mut self, jobs: &[Job]) -> Vec<Result<Outcome, IntakeError>> {
        let all: Vec<&NewSubmission> = jobs.iter().map(|job| &job.new).collect();
        match self.attempt(&all) {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(IntakeError::Refused(why)) if all.len() > 1 => {
                tracing::warn!(why, "a batch was refused; writing its submissions one by one");
                all.iter().map(|one| self.attempt(&[*one]).map(|outcome| outcome[0])).collect()
            }
            Err(error) => vec![Err(error); all.len()],
        }
    }

    /// Writes a batch, on a fresh connection once more if the old one turns out to be lost.
    fn attempt(&mut self, batch: &[&NewSubmission]) -> Result<Vec<Outcome>, IntakeError> {
        let had_connection = self.conn.is_some();
        match self.write_once(batch) {
            Err(IntakeError::Unavailable) if had_connection => self.write_once(batch),
            result => result,
        }
    }

    fn write_once(&mut self, batch: &[&NewSubmission]) -> Result<Vec<Outcome>, IntakeError> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.connect()?,
        };
        // One statement is one transaction, and is answered after its commit: no round trips to begin and to end another.
        let result = write(&mut conn, batch, &mut self.careful);
        match result {
            Ok(outcomes) => {
                self.conn = Some(conn);
                Ok(outcomes)
            }
            Err(error) if is_disconnect(&error) => {
                tracing::warn!(%error, "the intake lost its connection");
                self.is_away = true;
                Err(IntakeError::Unavailable)
            }
            Err(error) => {
                self.conn = Some(conn);
                Err(IntakeError::Refused(error.to_string()))
            }
        }
    }

    /// A fresh connection. An outage is logged when it begins and when it ends, not with every batch.
    fn connect(&mut self) -> Result<PgConnection, IntakeError> {
        let open = || -> Result<PgConnection, String> {
            let mut conn = PgConnection::establish(&self.url).map_err(|e| e.to_string())?;
            conn.batch_execute(&format!("{SESSION_SETTINGS}; {DURABLE}")).map_err(|e| e.to_string())?;
            Ok(conn)
        };
        match open() {
            Ok(conn) => {
                if std::mem::take(&mut self.is_away) {
                    tracing::info!("the intake reaches the database again");
                }
                Ok(conn)
            }
            Err(why) => {
                if !std::mem::replace(&mut self.is_away, true) {
                    tracing::warn!(why, "the intake cannot reach the database");
                }
                Err(IntakeError::Unavailable)
            }
        }
    }
}

/// Writes a batch sorted by id; one outcome each, in the same order.
fn write(conn: &mut PgConnection, batch: &[&NewSubmission], careful: &mut u32) -> QueryResult<Vec<Outcome>> {
    let id = |n: &NewSubmission| n.submission.id;
    let mut firsts: Vec<&NewSubmission> = batch.to_vec();
    firsts.dedup_by_key(|n| id(n));
    let are_new = copy(conn, &firsts, careful)?;
    let mut fresh: HashSet<SubmissionId> =
        if are_new { firsts.iter().map(|n| id(n)).collect() } else { insert_batch(conn, &firsts)? };
    if fresh.len() == batch.len() {
        return Ok(vec![Outcome::Stored; batch.len()]);
    }
    let others: Vec<SubmissionId> = batch.iter().map(|n| id(n)).collect();
    let stored = contents_by_id(conn, &others)?;
    batch
        .iter()
        .map(|new| {
            if fresh.remove(&id(new)) {
                return Ok(Outcome::Stored);
            }
            let there = stored.get(&id(new)).ok_or(QueryError::NotFound)?;
            Ok(if *there == Content::of(new) { Outcome::Repeated } else { Outcome::Different })
        })
        .collect()
}

/// Copies a batch, which stores all of it or, where Postgres refuses any, nothing; says whether it is stored.
fn copy(conn: &mut PgConnection, firsts: &[&NewSubmission], careful: &mut u32) -> QueryResult<bool> {
    if *careful > 0 {
        *careful -= 1;
        return Ok(false);
    }
    match copy_batch(conn, firsts) {
        Ok(()) => Ok(true),
        Err(error) if is_disconnect(&error) => Err(error),
        Err(error) => {
            if !matches!(error, QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) {
                tracing::warn!(%error, "a batch could not be copied; inserting it");
            }
            *careful = CAREFUL_BATCHES;
            Ok(false)
        }
    }
}

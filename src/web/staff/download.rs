//! Sending a file while it is being made: a thread of its own writes, the answer reads, a short queue lies between.
//!
//! Memory stays the same whatever the size. Whoever goes away, or stops reading for a minute, ends the work. The first piece
//! is awaited before anything is answered, so that an early failure is a page and not half a file.

use crate::actions::export_plan::{Connections, ExportError};
use crate::storage::{DbError, is_disconnect};
use crate::web::App;
use crate::web::error::WebError;
use actix_web::HttpResponse;
use actix_web::http::header;
use bytes::Bytes;
use futures_util::StreamExt;
use std::io::{self, Write};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;

/// How many files are made at one time; each holds a connection of its own.
static PLACES: Semaphore = Semaphore::const_new(3);

/// How long one waits for a place.
const WAIT_FOR_PLACE: Duration = Duration::from_secs(10);

/// How long a reader may stand still.
const WAIT_FOR_READER: Duration = Duration::from_secs(60);

/// Bytes in one piece.
const PIECE: usize = 64 * 1024;

/// Pieces that may lie between writer and reader.
const PIECES: usize = 4;

/// Why there is no more of a file.
#[derive(Debug)]
enum Broken {
    /// The database is away.
    Away,
    /// Anything else; it has been logged.
    Failed,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the file could not be finished")
    }
}
impl std::error::Error for Broken {}

type Piece = Result<Bytes, Broken>;

/// Answers with a zip file that `work` writes, with connections of its own.
pub(super) async fn zip<F>(app: &App, name: &str, work: F) -> Result<HttpResponse, WebError>
where
    F: FnOnce(Connections<'_>, Body) -> Result<(), ExportError> + Send + 'static,
{
    let place = tokio::time::timeout(WAIT_FOR_PLACE, PLACES.acquire()).await;
    let Ok(Ok(place)) = place else { return Err(WebError::Unavailable) };
    let (sender, mut pieces) = mpsc::channel::<Piece>(PIECES);
    let (db, runtime) = (app.db.clone(), Handle::current());
    tokio::task::spawn_blocking(move || {
        let _place = place;
        let body =
            Body { sender: sender.clone(), runtime: runtime.clone(), piece: Vec::with_capacity(PIECE), is_over: false };
        let result = db.connect_apart().map_err(broken_by_database).and_then(|mut primary| {
            // Dropping the connections ends whatever they were still reading.
            let mut replica = db.connect_to_replica();
            work(Connections { primary: &mut primary, replica: replica.as_mut() }, body).map_err(broken)
        });
        if let Err(broken) = result {
            // An answer that just ended would look whole. Nobody may be there any more to be told.
            let told = async { tokio::time::timeout(WAIT_FOR_READER, sender.send(Err(broken))).await };
            let _gone = runtime.block_on(told);
        }
    });
    let first = match pieces.recv().await {
        Some(Ok(first)) => first,
        Some(Err(Broken::Away)) => return Err(WebError::Unavailable),
        Some(Err(Broken::Failed)) => return Err(WebError::Internal("the export failed".to_owned())),
        None => return Err(WebError::Internal("the export wrote nothing".to_owned())),
    };
    let body = tokio_stream::once(Ok(first)).chain(ReceiverStream::new(pieces));
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        // It is compressed already.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .streaming(body))
}

fn broken_by_database(error: DbError) -> Broken {
    match error {
        DbError::Unavailable(why) => {
            tracing::warn!(why, "no connection for an export");
            Broken::Away
        }
        DbError::Query(error) => {
            tracing::error!(%error, "no connection for an export");
            Broken::Failed
        }
    }
}

fn broken(error: ExportError) -> Broken {
    match error {
        ExportError::Query(error) if is_disconnect(&error) => {
            tracing::warn!(%error, "an export lost the database");
            Broken::Away
        }
        ExportError::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            tracing::info!("a reader left before the end of an export");
            Broken::Failed
        }
        error => {
            tracing::error!(%error, "an export failed");
            Broken::Failed
        }
    }
}

/// The body of the answer, for the thread that writes it.
pub(super) struct Body {
    sender: mpsc::Sender<Piece>,
    runtime: Handle,
    piece: Vec<u8>,
    is_over: bool,
}

impl Body {
    fn send(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE)));
        let sent = async { tokio::time::timeout(WAIT_FOR_READER, self.sender.send(Ok(piece))).await };
        let sent = self.runtime.block_on(sent);
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => {
                self.is_over = true;
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
    }
}

impl Write for Body {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // An archive that is given up still writes its end; that may go nowhere.
        if !self.is_over {
            self.piece.extend_from_slice(bytes);
            if self.piece.len() >= PIECE {
                self.send()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_over { Ok(()) } else { self.send() }
    }
}

//! Writing on a thread of its own: what is given to it is pressed and sent while the next rows are read.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Pieces that may wait to be written.
const WAITING: usize = 2;

/// A writer whose work another thread does. An error shows at one of the next pieces, at the latest at the end.
pub(super) struct Apart<W> {
    pieces: Option<SyncSender<Vec<u8>>>,
    /// Pieces that were written, to be filled again.
    empty: Receiver<Vec<u8>>,
    thread: Option<JoinHandle<(W, io::Result<()>)>>,
}

impl<W: Write + Send + 'static> Apart<W> {
    /// Begins; fails where no thread can be had.
    pub(super) fn start(mut inner: W) -> io::Result<Self> {
        let (pieces, waiting) = sync_channel::<Vec<u8>>(WAITING);
        let (give_back, empty) = channel();
        let work = move || {
            for piece in waiting {
                if let Err(error) = inner.write_all(&piece) {
                    return (inner, Err(error));
                }
                // At the end nobody fills it again.
                let _last = give_back.send(piece);
            }
            (inner, Ok(()))
        };
        let thread = Builder::new().name("press".to_owned()).spawn(work)?;
        Ok(Self { pieces: Some(pieces), empty, thread: Some(thread) })
    }

    /// Waits until everything is written, and gives the writer back.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.end()
    }
}

impl<W> Apart<W> {
    fn end(&mut self) -> io::Result<W> {
        self.pieces = None;
        let thread = self.thread.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (inner, written) = thread.join().map_err(|_| io::Error::other("the thread that writes has panicked"))?;
        written.map(|()| inner)
    }
}

impl<W> Write for Apart<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut piece = self.empty.try_recv().unwrap_or_default();
        piece.clear();
        piece.extend_from_slice(bytes);
        let sent = self.pieces.as_ref().is_some_and(|pieces| pieces.send(piece).is_ok());
        if sent { Ok(bytes.len()) } else { Err(self.end().err().unwrap_or(io::ErrorKind::BrokenPipe.into())) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Who gives up waits as well, so that nothing is written after that.
impl<W> Drop for Apart<W> {
    fn drop(&mut self) {
        if self.thread.is_some() {
            let _given_up = self.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then is full.
    struct Short(Vec<u8>, usize);

    impl Write for Short {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.len() + bytes.len() > self.1 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn everything_is_written_in_order() {
        let mut apart = Apart::start(Vec::new()).unwrap();
        for number in 0..1000 {
            apart.write_all(format!("{number},").as_bytes()).unwrap();
        }
        let expected: String = (0..1000).map(|number| format!("{number},")).collect();
        assert_eq!(apart.finish().unwrap(), expected.into_bytes());
    }

    #[test]
    fn an_error_is_told_as_it_is() {
        let mut apart = Apart::start(Short(Vec::new(), 100)).unwrap();
        let error = (0..1000).find_map(|_| apart.write_all(b"0123456789").err()).unwrap();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(apart.write_all(b"more").unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        let mut apart = Apart::start(Short(Vec::new(), 5)).unwrap();
        apart.write_all(b"0123456789").unwrap();
        assert_eq!(apart.finish().map(|_| ()).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}

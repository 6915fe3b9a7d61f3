//! A zip archive written from front to back: tables first, the manifest that describes them last.
//!
//! Nothing is kept in memory but the entry being compressed; the writer below may be a file or the body of an answer.

use super::csv::{CsvFile, Flavour, Written};
use std::io::{self, Write};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// The name of the manifest in the archive.
pub const MANIFEST: &str = "datapackage.json";

/// From so many rows on a table may pass 4 GiB, and the newer layout is used for it.
const ROWS_OF_A_LARGE_FILE: i64 = 1_000_000;

type Inner<W> = ZipWriter<StreamWriter<W>>;

/// An archive being written.
pub struct Archive<W: Write> {
    zip: Inner<W>,
}

/// A table of an archive being written; finishing it gives the archive back.
pub struct Table<W: Write> {
    file: CsvFile<Inner<W>>,
}

impl<W: Write> Archive<W> {
    /// Begins an archive.
    pub fn start(inner: W) -> Self {
        Self { zip: ZipWriter::new_stream(inner) }
    }

    /// Begins a table of about so many rows.
    pub fn table<S: AsRef<str>>(
        mut self,
        path: &str,
        flavour: Flavour,
        header: &[S],
        rows: i64,
    ) -> io::Result<Table<W>> {
        self.zip.start_file(path, options().large_file(rows >= ROWS_OF_A_LARGE_FILE))?;
        Ok(Table { file: CsvFile::start(self.zip, flavour, header)? })
    }

    /// Writes the manifest and ends the archive.
    pub fn finish(mut self, manifest: &str) -> io::Result<W> {
        self.zip.start_file(MANIFEST, options())?;
        self.zip.write_all(manifest.as_bytes())?;
        Ok(self.zip.finish()?.into_inner())
    }
}

impl<W: Write> Table<W> {
    /// Writes a row.
    pub fn row<S: AsRef<str>>(&mut self, cells: &[S]) -> io::Result<()> {
        self.file.row(cells)
    }

    /// Ends the table.
    pub fn finish(self) -> io::Result<(Archive<W>, Written)> {
        let (zip, written) = self.file.finish()?;
        Ok((Archive { zip }, written))
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o644)
}

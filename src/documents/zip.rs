//! A zip archive written from front to back: tables first, the manifest that describes them last.
//!
//! Nothing is kept in memory but the entry being compressed; the writer below may be a file or the body of an answer.

use super::apart::Apart;
use super::csv::{Counted, CsvFile, Flavour, Written};
use crate::domain::export::Size;
use crate::domain::period::vietnam;
use chrono::{DateTime, Utc};
use std::io::{self, Write};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// The name of the manifest in the archive.
pub const MANIFEST: &str = "datapackage.json";

/// How hard files are pressed: a step harder saved a quarter of the bytes, and two processors no longer kept up with the database.
const LEVEL: i64 = 1;

type Inner<W> = ZipWriter<StreamWriter<W>>;

/// An archive being written.
pub struct Archive<W: Write> {
    zip: Inner<W>,
    options: SimpleFileOptions,
}

/// A table of an archive being written; finishing it gives the archive back.
pub struct Table<W: Write + Send + 'static> {
    file: CsvFile<Apart<Counted<Inner<W>>>>,
    options: SimpleFileOptions,
}

impl<W: Write + Send + 'static> Archive<W> {
    /// Begins an archive whose files bear this moment.
    pub fn start(inner: W, now: DateTime<Utc>) -> Self {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .last_modified_time(zip_time(now))
            .unix_permissions(0o644);
        Self { zip: ZipWriter::new_stream(inner), options }
    }

    /// Begins a table.
    pub fn table(mut self, path: &str, flavour: Flavour, header: &[&str], size: Size) -> io::Result<Table<W>> {
        self.zip.start_file(path, self.options.large_file(size == Size::MayBeLarge))?;
        let file = CsvFile::start(Apart::start(Counted::start(self.zip))?, flavour, header)?;
        Ok(Table { file, options: self.options })
    }

    /// Writes the manifest and ends the archive.
    pub fn finish(mut self, manifest: &str) -> io::Result<W> {
        self.zip.start_file(MANIFEST, self.options)?;
        self.zip.write_all(manifest.as_bytes())?;
        Ok(self.zip.finish()?.into_inner())
    }
}

impl<W: Write + Send + 'static> Table<W> {
    /// Writes a row.
    pub fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S, IntoIter: Clone>) -> io::Result<()> {
        self.file.row(cells)
    }

    /// Ends the table.
    pub fn finish(self) -> io::Result<(Archive<W>, Written)> {
        let (apart, rows) = self.file.finish()?;
        let (zip, written) = apart.finish()?.finish(rows);
        Ok((Archive { zip, options: self.options }, written))
    }
}

/// A moment as zip files write it: the clock of Vietnam, to two seconds; their first day where they cannot.
fn zip_time(now: DateTime<Utc>) -> zip::DateTime {
    zip::DateTime::try_from(now.with_timezone(&vietnam()).naive_local()).unwrap_or_default()
}

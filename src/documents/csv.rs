//! CSV as RFC 4180 has it: UTF-8, comma, CRLF, quotes where needed. A flavour for Excel adds a byte order mark and puts an
//! apostrophe before whatever a spreadsheet would take for a formula; separator and figures are the same in both.
//!
//! `sep=` lines are not written: with one, Excel no longer reads the file as UTF-8.

use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::io::{self, Write};

/// For whom a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flavour {
    /// For programs: exactly the data.
    #[default]
    Plain,
    /// For spreadsheets: byte order mark, no cell that is a formula.
    Excel,
}

impl Flavour {
    /// Its name in addresses and manifests.
    pub fn code(self) -> &'static str {
        match self {
            Flavour::Plain => "plain",
            Flavour::Excel => "excel",
        }
    }

    /// A cell as this flavour writes it.
    pub fn cell(self, text: &str) -> Cow<'_, str> {
        if self == Flavour::Excel && is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
    }
}

/// Whether a spreadsheet could take a cell for a formula. Byte order marks, spaces and other invisible characters before the
/// sign do not help it; the wide forms of the signs count as well.
fn is_formula(text: &str) -> bool {
    // Most cells are a code or a digit, and are not looked at any closer.
    if text.as_bytes().first().is_none_or(u8::is_ascii_alphanumeric) {
        return false;
    }
    let is_invisible =
        |c: char| c.is_whitespace() || c.is_control() || ('\u{200b}'..='\u{200f}').contains(&c) || c == '\u{feff}';
    let is_sign = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_invisible).starts_with(is_sign)
}

/// What was written of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Rows without the header.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// A CSV file being written.
pub struct CsvFile<W: Write> {
    inner: W,
    flavour: Flavour,
    rows: u64,
    /// Whole rows that were not passed on yet.
    buffer: Vec<u8>,
}

/// Bytes gathered before they are passed on.
const BUFFER: usize = 64 * 1024;

impl<W: Write> CsvFile<W> {
    /// Begins a file with its header.
    pub fn start(inner: W, flavour: Flavour, header: &[&str]) -> io::Result<Self> {
        let mut file = Self { inner, flavour, rows: 0, buffer: Vec::with_capacity(BUFFER) };
        if flavour == Flavour::Excel {
            file.buffer.extend_from_slice("\u{feff}".as_bytes());
        }
        file.record(header)?;
        Ok(file)
    }

    /// Writes a row.
    pub fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S, IntoIter: Clone>) -> io::Result<()> {
        self.rows += 1;
        self.record(cells)
    }

    /// Cells are put beside each other as they are; a row in which more commas come out of that than lie between its cells, or
    /// anything else that asks for quotes, is written anew by the rules for those. Codes, numbers and days hardly ever do.
    fn record<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S, IntoIter: Clone>) -> io::Result<()> {
        let cells = cells.into_iter();
        let start = self.buffer.len();
        let mut count = 0;
        // Chained cells are gone through faster this way than by a loop.
        cells.clone().for_each(|cell| {
            match (self.flavour, cell.as_ref().as_bytes()) {
                // A level, as most cells are.
                (_, [digit @ b'0'..=b'9']) => self.buffer.push(*digit),
                (Flavour::Plain, bytes) => self.buffer.extend_from_slice(bytes),
                (Flavour::Excel, _) => self.buffer.extend_from_slice(self.flavour.cell(cell.as_ref()).as_bytes()),
            }
            self.buffer.push(b',');
            count += 1;
        });
        let row = &self.buffer[start..];
        let marks = row.iter().filter(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')).count();
        self.buffer.pop();
        if marks == count && self.buffer.len() > start {
            self.buffer.extend_from_slice(b"\r\n");
        } else {
            self.buffer.truncate(start);
            self.quoted(cells)?;
        }
        if self.buffer.len() >= BUFFER { self.pass_on() } else { Ok(()) }
    }

    fn quoted<S: AsRef<str>>(&mut self, cells: impl Iterator<Item = S>) -> io::Result<()> {
        let mut record = csv::ByteRecord::new();
        for cell in cells {
            record.push_field(self.flavour.cell(cell.as_ref()).as_bytes());
        }
        let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut self.buffer);
        csv.write_byte_record(&record).map_err(io_error)?;
        csv.flush()
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.inner.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Ends the file; the writer, and how many rows there are.
    pub fn finish(mut self) -> io::Result<(W, u64)> {
        self.pass_on()?;
        Ok((self.inner, self.rows))
    }
}

/// The error below an error of the writer, so that its kind is kept.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Counts and hashes what goes through.
pub(super) struct Counted<W> {
    inner: W,
    bytes: u64,
    hash: Sha256,
}

impl<W> Counted<W> {
    /// Begins with nothing.
    pub(super) fn start(inner: W) -> Self {
        Self { inner, bytes: 0, hash: Sha256::new() }
    }

    /// What went through, a file of so many rows.
    pub(super) fn finish(self, rows: u64) -> (W, Written) {
        (self.inner, Written { rows, bytes: self.bytes, sha256: hex::encode(self.hash.finalize()) })
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(flavour: Flavour, header: &[&str], rows: &[Vec<String>]) -> (Vec<u8>, Written) {
        let mut file = CsvFile::start(Counted::start(Vec::new()), flavour, header).unwrap();
        for row in rows {
            file.row(row).unwrap();
        }
        let (counted, rows) = file.finish().unwrap();
        counted.finish(rows)
    }

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_plain_file_is_rfc_4180() {
        let rows = vec![vec!["1".to_owned(), "Nhanh, \"rõ\"\nràng".to_owned()], vec!["2".to_owned(), String::new()]];
        let (bytes, written) = file(Flavour::Plain, &["id", "comment"], &rows);
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), "id,comment\r\n1,\"Nhanh, \"\"rõ\"\"\nràng\"\r\n2,\r\n");
        assert_eq!((written.rows, written.bytes), (2, bytes.len() as u64));
        assert_eq!(written.sha256, hex::encode(Sha256::digest(&bytes)));
    }

    #[test]
    fn excel_finds_no_formula_in_cells_or_headers() {
        let bad = ["=1+1", "+84", "-2", "@a", "\tx", "\rx", "\n=x", "\u{feff}=1", " =1", "\u{200b}+1", "＝1"];
        for text in bad {
            let rows = vec![vec![text.to_owned()]];
            let (bytes, _) = file(Flavour::Excel, &[text], &rows);
            let text_after_mark = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
            assert_eq!(read(text_after_mark), vec![vec![format!("'{text}")], vec![format!("'{text}")]], "{text:?}");
        }
        for good in ["", "a=b", "83.94", "1-2", "Tốt", "'=1"] {
            assert_eq!(Flavour::Excel.cell(good), good);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(rows in proptest::collection::vec(proptest::collection::vec(".*", 3), 0..8)) {
            let (bytes, written) = file(Flavour::Plain, &["a", "b", "c"], &rows);
            let back = read(&bytes);
            prop_assert_eq!(&back[1..], &rows[..]);
            prop_assert_eq!(written.rows as usize, rows.len());
        }

        #[test]
        fn no_cell_for_excel_begins_like_a_formula(text in "[\u{feff}\u{200b} \t\r\n]{0,3}[=+@＝a1-].{0,6}") {
            let cell = Flavour::Excel.cell(&text);
            let first = cell.chars().find(|c| !c.is_whitespace() && *c != '\u{feff}' && *c != '\u{200b}').unwrap();
            prop_assert!(!"=+-@＝".contains(first), "{cell:?}");
            prop_assert!(cell == text || cell.strip_prefix('\'') == Some(text.as_str()));
        }
    }
}

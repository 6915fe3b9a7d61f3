//! Rows of a CSV as they come, each with the line it begins on: cells without copies, one buffer for all rows.
//!
//! Lines without a quotation mark, which is nearly all there is in files of answers, are split here; from the first one with a
//! quotation mark on the `csv` crate reads, which is slower. Both take the same rows out of a file, as a test proves.

use csv::ByteRecord;
use std::io::{self, BufRead, BufReader, Cursor, Read};

/// Where rows come from.
enum Source<R: Read> {
    Lines(BufReader<R>),
    Records(Box<csv::Reader<Quotes<Rest<R>>>>),
    End,
}

/// The line at hand, what follows it, and an end of line, which the last one may lack.
type Rest<R> = io::Chain<io::Chain<Cursor<Vec<u8>>, BufReader<R>>, &'static [u8]>;

/// The rows of a file, the header being the first.
pub(super) struct CsvRows<R: Read> {
    source: Source<R>,
    delimiter: Option<u8>,
    /// Whether lines end with two signs: the csv reader ends a record before the second.
    ends_with_two: bool,
    row: CsvRow,
    record: ByteRecord,
    /// Lines before those that the csv reader reads.
    before: u64,
    passed: u64,
    last: u64,
    spans_lines: bool,
}

/// A row.
#[derive(Default)]
pub(super) struct CsvRow {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// What stands between two cells: one byte, or nothing.
    gap: usize,
    /// The line it begins on, from 1.
    pub line: u64,
}

impl CsvRow {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell; empty where there is none.
    #[inline]
    pub fn cell(&self, at: usize) -> &[u8] {
        let Some(end) = self.ends.get(at) else { return &[] };
        let start = if at == 0 { 0 } else { self.ends[at - 1] + self.gap };
        &self.bytes[start..*end]
    }

    /// Whether all cells are empty.
    pub fn is_blank(&self) -> bool {
        self.bytes.len() == self.gap * self.ends.len().saturating_sub(1)
    }

    /// Splits the line that the bytes are; false where it takes more than that.
    fn split(&mut self, delimiter: u8) -> bool {
        let is_special = self.bytes.iter().fold(false, |found, b| found | (*b == b'"') | (*b == b'\r'));
        if is_special {
            return false;
        }
        // Each place is written and kept only where a cell ends: nothing for the processor to guess.
        self.ends.resize(self.bytes.len() + 1, 0);
        let (bytes, ends) = (self.bytes.as_slice(), self.ends.as_mut_slice());
        let mut found = 0;
        for (place, byte) in bytes.iter().enumerate() {
            ends[found] = place;
            found += usize::from(*byte == delimiter);
        }
        ends[found] = bytes.len();
        self.ends.truncate(found + 1);
        self.gap = 1;
        true
    }
}

impl<R: Read> CsvRows<R> {
    pub fn new(input: R) -> Self {
        Self {
            source: Source::Lines(BufReader::with_capacity(1 << 16, input)),
            delimiter: None,
            ends_with_two: false,
            row: CsvRow::default(),
            record: ByteRecord::new(),
            before: 0,
            passed: 0,
            last: 0,
            spans_lines: false,
        }
    }

    /// The next row that has any bytes; none at the end.
    pub fn next(&mut self) -> io::Result<Option<&CsvRow>> {
        while let Source::Lines(input) = &mut self.source {
            self.row.bytes.clear();
            if input.read_until(b'\n', &mut self.row.bytes)? == 0 {
                return Ok(None);
            }
            if self.row.line == 0 && self.row.bytes.starts_with("\u{feff}".as_bytes()) {
                self.row.bytes.drain(..3);
            }
            self.row.line += 1;
            let whole = self.row.bytes.len();
            let ends =
                [b'\n', b'\r'].into_iter().filter(|end| self.row.bytes.pop_if(|last| last == end).is_some()).count();
            if self.row.bytes.is_empty() {
                continue;
            }
            let delimiter = *self.delimiter.get_or_insert_with(|| {
                self.ends_with_two = ends == 2;
                delimiter_of(&self.row.bytes)
            });
            if self.row.split(delimiter) {
                return Ok(Some(&self.row));
            }
            self.row.bytes.extend(&b"\r\n"[if ends == 2 { 0..2 } else { 1..2 }]);
            self.row.bytes.truncate(whole);
            self.hand_over(delimiter);
        }
        self.next_record()
    }

    /// Lets the csv reader read on from the line at hand.
    fn hand_over(&mut self, delimiter: u8) {
        if let Source::Lines(input) = std::mem::replace(&mut self.source, Source::End) {
            self.before = self.row.line - 1;
            let inner = Cursor::new(std::mem::take(&mut self.row.bytes)).chain(input).chain(if self.ends_with_two {
                b"\r\n".as_slice()
            } else {
                b"\n"
            });
            let mut builder = csv::ReaderBuilder::new();
            let builder = builder.has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(1 << 16);
            self.source = Source::Records(Box::new(builder.from_reader(Quotes { inner, odd: false })));
        }
    }

    fn next_record(&mut self) -> io::Result<Option<&CsvRow>> {
        let Source::Records(reader) = &mut self.source else { return Ok(None) };
        let read = reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })?;
        if !read {
            return Ok(None);
        }
        let passed = reader.position().line();
        // Most records end with the one line end that was passed; one that a quotation mark leaves open may hold it inside.
        let is_plain = passed == self.passed + 1 && !reader.get_ref().odd;
        let inside = |record: &ByteRecord| record.as_slice().iter().filter(|b| **b == b'\n').count() as u64;
        let inside = if is_plain { 0 } else { inside(&self.record) };
        let end = passed.saturating_sub(u64::from(!self.ends_with_two));
        let first = end.saturating_sub(inside).max(self.last + 1);
        (self.passed, self.last, self.spans_lines) = (passed, first + inside, inside > 0);
        let row = &mut self.row;
        row.line = self.before + first;
        row.bytes.clear();
        row.bytes.extend_from_slice(self.record.as_slice());
        row.ends.clear();
        row.ends.extend((0..self.record.len()).filter_map(|cell| self.record.range(cell)).map(|range| range.end));
        row.gap = 0;
        Ok(Some(row))
    }

    /// At the end: whether the last row swallowed lines after a quotation mark that nothing closes.
    pub fn ends_in_quotes(&self) -> bool {
        matches!(&self.source, Source::Records(reader) if reader.get_ref().odd) && self.spans_lines
    }
}

/// A semicolon where the header has more of them than commas: a spreadsheet with a decimal comma wrote it.
fn delimiter_of(header: &[u8]) -> u8 {
    let count = |sign: u8| header.iter().filter(|b| **b == sign).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}

/// Whether the quotation marks that went by are odd in number.
struct Quotes<R> {
    inner: R,
    odd: bool,
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.odd ^= bytes[..read].iter().filter(|b| **b == b'"').count() % 2 == 1;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Lines and cells of all rows, blank ones left out.
    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut rows = CsvRows::new(text.as_bytes());
        let mut out = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells = (0..row.len()).map(|at| String::from_utf8_lossy(row.cell(at)).into_owned());
            out.extend((!row.is_blank()).then(|| (row.line, cells.collect())));
        }
        out
    }

    #[test]
    fn lines_are_counted_through_blank_ones_and_quoted_ends() {
        for end in ["\n", "\r\n"] {
            let text = "\u{feff}a,b\n\n1,2\n\"x\ny\",\"\"\"\"\n\n,\n3,4".replace('\n', end);
            let lines: Vec<(u64, usize)> = rows(&text).into_iter().map(|(line, cells)| (line, cells.len())).collect();
            assert_eq!(lines, [(1, 2), (3, 2), (4, 2), (8, 2)], "{end:?}");
            assert_eq!(rows(&text)[2].1, [format!("x{end}y"), "\"".to_owned()]);
        }
        assert_eq!(rows("a\rb\r").len(), 2, "a lone carriage return ends a line too");
        assert_eq!(rows("").len(), 0);
    }

    proptest! {
        #[test]
        fn both_ways_of_reading_find_the_same(cells in proptest::collection::vec(proptest::collection::vec("[a-z0-9 .é]{0,4}", 1..5), 1..9), two in any::<bool>(), last in any::<bool>()) {
            let end = if two { "\r\n" } else { "\n" };
            let lines: Vec<String> = cells.iter().map(|row| row.join(",")).collect();
            let text = format!("head,er{end}{}{}", lines.join(end), if last { end } else { "" });
            let quoted = text.replacen("head", "\"head\"", 1);
            prop_assert_eq!(rows(&text), rows(&quoted));
        }
    }
}

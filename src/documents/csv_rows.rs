//! Rows of a CSV as they come, each with the line it begins on: cells without copies, one buffer for all rows.
//!
//! Lines without a quotation mark, which is nearly all there is in files of answers, are split here, if wished only their first
//! cells; from the first line with a quotation mark on the `csv` crate reads, which is slower. Both take the same rows out of a
//! file, as a test proves.

use super::csv_row::CsvRow;
use csv::ByteRecord;
use memchr::{memchr, memchr2};
use std::io::{self, Cursor, ErrorKind, Read};

/// How much is read at once.
const CAPACITY: usize = 1 << 16;

/// Where rows come from.
enum Source<R: Read> {
    Lines(R),
    Records(Box<csv::Reader<Quotes<Rest<R>>>>),
    End,
}

/// What was read from the line at hand on, what follows it, and an end of line, which the last one may lack.
type Rest<R> = io::Chain<io::Chain<Cursor<Vec<u8>>, R>, &'static [u8]>;

/// The rows of a file, the header being the first.
pub(super) struct CsvRows<R: Read> {
    source: Source<R>,
    delimiter: Option<u8>,
    /// Whether lines end with two signs: the csv reader ends a record before the second.
    ends_with_two: bool,
    row: CsvRow,
    /// How many cells of a line are split at first.
    lead: usize,
    /// Where the next line begins, and how far the row's bytes are filled.
    next: usize,
    filled: usize,
    record: ByteRecord,
    /// Lines before those that the csv reader reads.
    before: u64,
    passed: u64,
    last: u64,
    spans_lines: bool,
}

impl<R: Read> CsvRows<R> {
    pub fn new(input: R) -> Self {
        Self {
            source: Source::Lines(input),
            delimiter: None,
            ends_with_two: false,
            row: CsvRow::within(CAPACITY),
            lead: usize::MAX,
            next: 0,
            filled: 0,
            record: ByteRecord::new(),
            before: 0,
            passed: 0,
            last: 0,
            spans_lines: false,
        }
    }

    /// From the next row on only so many cells are split off at first, where that saves time.
    pub fn split_only(&mut self, cells: usize) {
        self.lead = cells;
    }

    /// The next row that has any bytes; none at the end.
    pub fn next(&mut self) -> io::Result<Option<&mut CsvRow>> {
        while matches!(self.source, Source::Lines(_)) {
            let Some((mut start, whole)) = self.next_line()? else { return Ok(None) };
            if self.row.line == 0 && self.row.bytes[start..whole].starts_with("\u{feff}".as_bytes()) {
                start += 3;
            }
            self.row.line += 1;
            let mut end = whole;
            for sign in [b'\n', b'\r'] {
                end -= usize::from(self.row.bytes[start..end].last() == Some(&sign));
            }
            if start == end {
                continue;
            }
            let delimiter = *self.delimiter.get_or_insert_with(|| {
                self.ends_with_two = whole - end == 2;
                delimiter_of(&self.row.bytes[start..end])
            });
            if memchr2(b'"', b'\r', &self.row.bytes[start..end]).is_some() {
                self.hand_over(start, delimiter);
                break;
            }
            self.row.become_line(start, end, delimiter, self.lead);
            return Ok(Some(&mut self.row));
        }
        self.next_record()
    }

    /// Where the next line begins and ends, its end of line included; none at the end.
    fn next_line(&mut self) -> io::Result<Option<(usize, usize)>> {
        let mut looked_at = self.next;
        loop {
            if let Some(place) = memchr(b'\n', &self.row.bytes[looked_at..self.filled]) {
                let line = (self.next, looked_at + place + 1);
                self.next = line.1;
                return Ok(Some(line));
            }
            looked_at = self.filled - self.next;
            if self.read_more()? == 0 {
                let line = (self.next, self.filled);
                self.next = self.filled;
                return Ok((line.0 < line.1).then_some(line));
            }
        }
    }

    /// Reads on behind the line at hand, which comes to stand first.
    fn read_more(&mut self) -> io::Result<usize> {
        let Source::Lines(input) = &mut self.source else { return Ok(0) };
        let bytes = &mut self.row.bytes;
        bytes.copy_within(self.next..self.filled, 0);
        (self.next, self.filled) = (0, self.filled - self.next);
        if self.filled == bytes.len() {
            bytes.resize(2 * bytes.len(), 0);
        }
        loop {
            match input.read(&mut bytes[self.filled..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => {
                    let read = read?;
                    self.filled += read;
                    return Ok(read);
                }
            }
        }
    }

    /// Lets the csv reader read on from the line at hand.
    fn hand_over(&mut self, start: usize, delimiter: u8) {
        if let Source::Lines(input) = std::mem::replace(&mut self.source, Source::End) {
            self.before = self.row.line - 1;
            let read = self.row.bytes[start..self.filled].to_vec();
            let inner =
                Cursor::new(read).chain(input).chain(if self.ends_with_two { b"\r\n".as_slice() } else { b"\n" });
            let mut builder = csv::ReaderBuilder::new();
            let builder = builder.has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(CAPACITY);
            self.source = Source::Records(Box::new(builder.from_reader(Quotes { inner, odd: false })));
        }
    }

    fn next_record(&mut self) -> io::Result<Option<&mut CsvRow>> {
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
        row.become_record(&self.record);
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

    #[test]
    fn rows_are_whole_where_the_buffer_ends() {
        for size in [10, CAPACITY / 3, CAPACITY - 3, 3 * CAPACITY + 1] {
            let lines: Vec<String> = (0..9).map(|row| format!("{row},{},{row}", "x".repeat(size + row))).collect();
            let found = rows(&lines.join("\n"));
            let cells: Vec<String> = found.iter().map(|(_, cells)| cells.join(",")).collect();
            assert_eq!(cells, lines, "{size}");
            assert!(found.iter().map(|(line, _)| *line).eq(1..=9));
        }
    }

    proptest! {
        #[test]
        fn cells_of_a_byte_are_read_as_they_would_be_split(line in "(([a-e1-5]|[1-5]{0,2}),){0,14}[1-5]{0,2}", lead in 0usize..5, slots in 0usize..12) {
            let mut all = CsvRows::new(line.as_bytes());
            let mut some = CsvRows::new(line.as_bytes());
            some.split_only(lead);
            let (Some(all), Some(some)) = (all.next().unwrap(), some.next().unwrap()) else { return Ok(()) };
            let mut found = vec![b'x'; slots];
            let cells: Vec<&[u8]> = (0..all.len()).map(|at| all.cell(at)).collect();
            let rest = cells.get(lead..).unwrap_or_default();
            let is_simple = rest.len() == slots && slots > 0 && rest.iter().all(|cell| cell.len() < 2);
            prop_assert_eq!(some.rest_as_bytes(&mut found), is_simple);
            if is_simple {
                let bytes: Vec<u8> = rest.iter().map(|cell| cell.first().copied().unwrap_or(0)).collect();
                prop_assert_eq!(found, bytes);
            }
            prop_assert_eq!(some.is_blank(), all.is_blank());
            some.split_rest();
            prop_assert_eq!((0..some.len()).map(|at| some.cell(at)).collect::<Vec<_>>(), cells);
        }

        #[test]
        fn signs_are_found_wherever_they_stand(line in "[,;a+\\-é\u{2c}\u{ac}]{0,40}") {
            let found = rows(&format!("a,b\n.{line}"));
            let expected: Vec<String> = format!(".{line}").split(',').map(str::to_owned).collect();
            prop_assert_eq!(&found[1].1, &expected);
        }

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

//! Rows of a CSV as they come, each with the line it begins on: cells without copies, one buffer for all rows.
//!
//! Lines without a quotation mark, which is nearly all there is in files of answers, are split here; from the first one with a
//! quotation mark on the `csv` crate reads, which is slower. Both take the same rows out of a file, as a test proves.

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

/// A row.
#[derive(Default)]
pub(super) struct CsvRow {
    /// What was read; the row is a part of it.
    bytes: Vec<u8>,
    start: usize,
    /// Where cells end; only the first `len` are of this row.
    ends: Vec<usize>,
    len: usize,
    /// What stands between two cells: one byte, or nothing.
    gap: usize,
    /// The line it begins on, from 1.
    pub line: u64,
}

impl CsvRow {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// A cell; empty where there is none.
    #[inline]
    pub fn cell(&self, at: usize) -> &[u8] {
        if at >= self.len {
            return &[];
        }
        &self.bytes[self.start_of(at)..self.ends[at]]
    }

    #[inline]
    fn start_of(&self, at: usize) -> usize {
        if at == 0 { self.start } else { self.ends[at - 1] + self.gap }
    }

    /// The first byte of each of some neighbouring cells, and its length; of an empty one the byte says nothing. Nothing where
    /// the row has not that many cells.
    #[inline]
    pub fn first_bytes(&self, first: usize, count: usize) -> Option<impl Iterator<Item = (u8, usize)>> {
        let ends = self.ends[..self.len].get(first..first + count)?;
        let mut start = self.start_of(first);
        Some(ends.iter().map(move |end| {
            let found = (self.bytes.get(start).copied().unwrap_or_default(), *end - start);
            start = *end + self.gap;
            found
        }))
    }

    /// Whether all cells are empty.
    pub fn is_blank(&self) -> bool {
        let end = if self.len == 0 { self.start } else { self.ends[self.len - 1] };
        end - self.start == self.gap * self.len.saturating_sub(1)
    }

    /// Splits the line that some of the bytes are; false where it takes more than that.
    fn split(&mut self, start: usize, end: usize, delimiter: u8) -> bool {
        let line = &self.bytes[start..end];
        if memchr2(b'"', b'\r', line).is_some() {
            return false;
        }
        let room = line.len() + EIGHT + 1;
        if self.ends.len() < room {
            self.ends.resize(room, 0);
        }
        let (words, rest) = line.as_chunks::<EIGHT>();
        let (mut found, mut place) = (0, start);
        for word in words {
            found += note_ends(signs(u64::from_le_bytes(*word), delimiter), place, &mut self.ends[found..]);
            place += EIGHT;
        }
        for byte in rest {
            self.ends[found] = place;
            found += usize::from(*byte == delimiter);
            place += 1;
        }
        self.ends[found] = end;
        (self.start, self.len, self.gap) = (start, found + 1, 1);
        true
    }
}

/// Bytes in a word.
const EIGHT: usize = 8;

/// The highest bit of each byte that is the sign (Warren, Hacker's Delight, 6-1, without its false finds).
#[inline]
fn signs(word: u64, sign: u8) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let other = word ^ u64::from_le_bytes([sign; EIGHT]);
    !(((other & LOW) + LOW) | other | LOW)
}

/// Notes the places of the signs that were found in a word, and gives back how many. Four are noted whether they are there
/// or not, so that the processor has nothing to guess: in files of answers it is mostly four.
#[inline]
fn note_ends(mut signs: u64, place: usize, ends: &mut [usize]) -> usize {
    let found = ((signs >> 7).wrapping_mul(0x0101_0101_0101_0101) >> 56) as usize;
    let Some(slots) = ends.first_chunk_mut::<EIGHT>() else { return 0 };
    let (first, rest) = slots.split_at_mut(EIGHT / 2);
    let mut note = |slot: &mut usize| {
        *slot = place + (signs.trailing_zeros() / 8) as usize;
        signs &= signs.wrapping_sub(1);
    };
    first.iter_mut().for_each(&mut note);
    if found > EIGHT / 2 {
        rest.iter_mut().for_each(note);
    }
    found
}

impl<R: Read> CsvRows<R> {
    pub fn new(input: R) -> Self {
        Self {
            source: Source::Lines(input),
            delimiter: None,
            ends_with_two: false,
            row: CsvRow { bytes: vec![0; CAPACITY], ..CsvRow::default() },
            next: 0,
            filled: 0,
            record: ByteRecord::new(),
            before: 0,
            passed: 0,
            last: 0,
            spans_lines: false,
        }
    }

    /// The next row that has any bytes; none at the end.
    pub fn next(&mut self) -> io::Result<Option<&CsvRow>> {
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
            if self.row.split(start, end, delimiter) {
                return Ok(Some(&self.row));
            }
            self.hand_over(start, delimiter);
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
        (row.start, row.len, row.gap) = (0, row.ends.len(), 0);
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

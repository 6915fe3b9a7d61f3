//! A row of a CSV: its bytes, and where its cells end. Cells are split off when they are needed; those of a single byte, as levels
//! are, need not be.

use csv::ByteRecord;
use std::ops::Range;

/// A row.
#[derive(Default)]
pub(super) struct CsvRow {
    /// What was read, the row being a part of it.
    pub bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Where cells end; only the first `len` are of this row.
    ends: Vec<usize>,
    len: usize,
    /// Where the part begins that is not split yet.
    rest: Option<usize>,
    /// The byte that stands between two cells, if one does.
    delimiter: Option<u8>,
    /// The line it begins on, from 1.
    pub line: u64,
}

impl CsvRow {
    /// None yet, in a buffer of so many bytes.
    pub fn within(bytes: usize) -> Self {
        Self { bytes: vec![0; bytes], ..Self::default() }
    }

    /// How many cells were split off.
    pub fn len(&self) -> usize {
        self.len
    }

    /// A cell; empty where there is none, or none that was split off.
    #[inline]
    pub fn cell(&self, at: usize) -> &[u8] {
        &self.bytes[self.place(at)]
    }

    #[inline]
    fn place(&self, at: usize) -> Range<usize> {
        if at >= self.len {
            return 0..0;
        }
        let gap = usize::from(self.delimiter.is_some());
        let start = if at == 0 { self.start } else { self.ends[at - 1] + gap };
        start..self.ends[at]
    }

    /// Some bytes, and which of them are a cell without spaces around it.
    #[inline]
    pub fn trimmed(&self, at: usize) -> (&[u8], Range<usize>) {
        let Range { mut start, mut end } = self.place(at);
        while start < end && self.bytes[start].is_ascii_whitespace() {
            start += 1;
        }
        while start < end && self.bytes[end - 1].is_ascii_whitespace() {
            end -= 1;
        }
        (&self.bytes, start..end)
    }

    /// Whether all cells are empty.
    pub fn is_blank(&self) -> bool {
        self.bytes[self.start..self.end].iter().all(|byte| Some(*byte) == self.delimiter)
    }

    /// The bytes of the cells that are not split off, 0 for an empty one. False where one has more than a byte, or where they are
    /// not as many as the slots, which then hold nothing of use.
    pub fn rest_as_bytes(&self, slots: &mut [u8]) -> bool {
        let (Some(rest), Some(delimiter)) = (self.rest, self.delimiter) else { return false };
        let mut bytes = &self.bytes[rest..self.end];
        let mut free = slots.iter_mut();
        loop {
            // Four cells of a byte each, as nearly all are, with what stands behind them.
            while free.len() > 4
                && let Some((word, after)) = bytes.split_first_chunk::<EIGHT>()
                && signs(u64::from_le_bytes(*word), delimiter) == EVERY_OTHER
            {
                let [a, _, b, _, c, _, d, _] = *word;
                free.by_ref().zip([a, b, c, d]).for_each(|(slot, byte)| *slot = byte);
                bytes = after;
            }
            let Some(slot) = free.next() else { return false };
            bytes = match bytes {
                [] => {
                    *slot = 0;
                    return free.len() == 0;
                }
                [byte, after @ ..] if *byte == delimiter => {
                    *slot = 0;
                    after
                }
                [byte] => {
                    *slot = *byte;
                    return free.len() == 0;
                }
                [byte, next, after @ ..] if *next == delimiter => {
                    *slot = *byte;
                    after
                }
                _ => return false,
            };
        }
    }

    /// Splits off what is not split yet.
    pub fn split_rest(&mut self) {
        if let (Some(_), Some(delimiter)) = (self.rest, self.delimiter) {
            self.split(delimiter, usize::MAX);
        }
    }

    /// Becomes the line from `start` to `end`, whose first cells are split off; what follows them is the rest.
    pub fn become_line(&mut self, start: usize, end: usize, delimiter: u8, lead: usize) {
        (self.start, self.end) = (start, end);
        self.split(delimiter, lead);
    }

    /// Becomes a record that somebody else has split.
    pub fn become_record(&mut self, record: &ByteRecord) {
        self.bytes.clear();
        self.bytes.extend_from_slice(record.as_slice());
        self.ends.clear();
        self.ends.extend((0..record.len()).filter_map(|cell| record.range(cell)).map(|range| range.end));
        (self.start, self.end, self.len) = (0, self.bytes.len(), self.ends.len());
        (self.rest, self.delimiter) = (None, None);
    }

    fn split(&mut self, delimiter: u8, most: usize) {
        let line = &self.bytes[self.start..self.end];
        let room = line.len() + EIGHT + 1;
        if self.ends.len() < room {
            self.ends.resize(room, 0);
        }
        let (words, last) = line.as_chunks::<EIGHT>();
        let (mut found, mut place) = (0, self.start);
        for word in words {
            if found >= most {
                break;
            }
            found += note_ends(signs(u64::from_le_bytes(*word), delimiter), place, &mut self.ends[found..]);
            place += EIGHT;
        }
        if found < most {
            for byte in last {
                self.ends[found] = place;
                found += usize::from(*byte == delimiter);
                place += 1;
            }
        }
        self.ends[found] = if found < most { self.end } else { self.ends[found] };
        (self.len, self.rest) = match most.checked_sub(1) {
            None => (0, Some(self.start)),
            Some(before) if found >= most => (most, Some(self.ends[before] + 1)),
            Some(_) => (found + 1, None),
        };
        self.delimiter = Some(delimiter);
    }
}

/// Bytes in a word.
const EIGHT: usize = 8;

/// What [`signs`] finds where every other byte, from the second on, is the sign.
const EVERY_OTHER: u64 = 0x8000_8000_8000_8000;

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

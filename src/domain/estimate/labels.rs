//! A column of words, such as strata or clusters, kept as small numbers: four bytes a row and each word once.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// The id of an empty cell.
const BLANK: u32 = u32::MAX;

/// A column of words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    pub(super) ids: Vec<u32>,
    names: Vec<Box<str>>,
}

impl Labels {
    /// The column of these cells; an empty one is blank.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a str>) -> Self {
        let mut builder = LabelsBuilder::default();
        for cell in cells {
            builder.push_str(cell);
        }
        builder.finish()
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.ids.len()
    }

    /// The different words, in the order in which they first come.
    pub fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// The number of a row's word among the names; nothing where the cell is blank.
    pub fn at(&self, row: usize) -> Option<usize> {
        self.ids.get(row).filter(|id| **id != BLANK).map(|id| *id as usize)
    }

    /// The numbers of all rows, with a number beyond all names for a blank cell.
    pub(super) fn ids(&self) -> &[u32] {
        &self.ids
    }
}

/// A column of words being read.
#[derive(Debug, Clone, Default)]
pub struct LabelsBuilder {
    ids: Vec<u32>,
    /// Words of up to fifteen bytes, as codes mostly are, packed into numbers: found without a comparison of bytes.
    short: FxHashMap<u128, u32>,
    long: FxHashMap<Box<[u8]>, u32>,
    names: Vec<Box<str>>,
}

/// A word of up to fifteen bytes as a number, another one for each word: its bytes and, at the top, its length. What follows the
/// word is read along where there is enough of it, so that words of all lengths are read alike.
#[inline]
fn packed(bytes: &[u8], word: &Range<usize>) -> Option<u128> {
    const ROOM: usize = size_of::<u128>();
    let length = word.len();
    if length >= ROOM {
        return None;
    }
    let read = match bytes.get(word.start..).and_then(|from| from.first_chunk::<ROOM>()) {
        Some(read) => u128::from_le_bytes(*read),
        None => bytes[word.clone()].iter().rev().fold(0, |number, byte| number << 8 | u128::from(*byte)),
    };
    let own = read & !(u128::MAX << (8 * length));
    Some(own | (length as u128) << 120)
}

impl LabelsBuilder {
    /// Adds a row's cell, a part of some bytes, in UTF-8; gives back whether it was.
    pub fn push(&mut self, bytes: &[u8], cell: Range<usize>) -> bool {
        if cell.is_empty() {
            self.ids.push(BLANK);
            return true;
        }
        let short = packed(bytes, &cell);
        let cell = &bytes[cell];
        let known = match short {
            Some(number) => self.short.get(&number),
            None => self.long.get(cell),
        };
        let id = match known {
            Some(id) => *id,
            None => {
                let Ok(name) = std::str::from_utf8(cell) else { return false };
                let id = u32::try_from(self.names.len()).unwrap_or(BLANK);
                self.names.push(name.into());
                match short {
                    Some(number) => self.short.insert(number, id),
                    None => self.long.insert(cell.into(), id),
                };
                id
            }
        };
        self.ids.push(id);
        true
    }

    /// Adds a row's cell.
    pub fn push_str(&mut self, cell: &str) {
        self.push(cell.as_bytes(), 0..cell.len());
    }

    /// The column.
    pub fn finish(self) -> Labels {
        Labels { ids: self.ids, names: self.names }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_one_number_whatever_its_length() {
        let cells = [
            "a",
            "",
            "H19.02-01",
            "a",
            "phường Trấn Biên, thành phố Đồng Nai",
            "\0",
            "\0a",
            "H19.02-01",
            "aaaaaaaa",
            "aaaaaaaaa",
            "aaaa",
            "aaaaa",
            "aaa",
            "aaa\0",
            "aaaaaaaaaaaaaaa",
            "aaaaaaaaaaaaaaaa",
        ];
        let labels = Labels::of(cells.into_iter().chain([cells[4]]));
        let found: Vec<Option<usize>> = (0..labels.rows()).map(|row| labels.at(row)).collect();
        let mut expected = vec![Some(0), None, Some(1), Some(0), Some(2), Some(3), Some(4), Some(1)];
        expected.extend((5..13).chain([2]).map(Some));
        assert_eq!(found, expected);
        assert_eq!(&*labels.names()[2], cells[4]);
        assert!(!LabelsBuilder::default().push(b"n\xf9", 0..2));
    }

    #[test]
    fn what_stands_around_a_word_does_not_count() {
        let (mut within, mut alone) = (LabelsBuilder::default(), LabelsBuilder::default());
        let text = "age,H19.02-01,a,a\0,phường Trấn Biên, thành phố Đồng Nai,a";
        let mut start = 0;
        for word in text.split(',') {
            assert!(within.push(text.as_bytes(), start..start + word.len()));
            alone.push_str(word);
            start += word.len() + 1;
        }
        assert_eq!(within.finish(), alone.finish());
    }
}

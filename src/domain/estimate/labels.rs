//! A column of words, such as strata or clusters, kept as small numbers: four bytes a row and each word once.

use rustc_hash::FxHashMap;

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

/// A word of up to fifteen bytes as a number, another one for each word: its bytes and, at the top, its length. Read as two
/// halves that may overlap, of the second what the first has not.
fn packed(cell: &[u8]) -> Option<u128> {
    let length = cell.len();
    let (first, rest, place) = match length {
        0..4 => (cell.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), 0, 0),
        4..8 => (half(cell.first_chunk()), half(cell.last_chunk()).unbounded_shr(8 * (8 - length as u32)), 32),
        8..16 => {
            let eight = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
            (eight(cell.first_chunk()), eight(cell.last_chunk()).unbounded_shr(8 * (16 - length as u32)), 64)
        }
        _ => return None,
    };
    Some(u128::from(first) | u128::from(rest) << place | (length as u128) << 120)
}

fn half(bytes: Option<&[u8; 4]>) -> u64 {
    bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)))
}

impl LabelsBuilder {
    /// Adds a row's cell, in UTF-8; gives back whether it was.
    pub fn push(&mut self, cell: &[u8]) -> bool {
        if cell.is_empty() {
            self.ids.push(BLANK);
            return true;
        }
        let short = packed(cell);
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
        self.push(cell.as_bytes());
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
        assert!(!LabelsBuilder::default().push(b"n\xf9"));
    }
}

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
    /// Words of up to sixteen bytes, as codes mostly are, packed into numbers: found without a comparison of bytes.
    short: FxHashMap<Packed, u32>,
    long: FxHashMap<Box<[u8]>, u32>,
    names: Vec<Box<str>>,
}

/// A word of up to sixteen bytes as numbers: its first and last eight bytes, which may overlap, and its length.
type Packed = (u64, u64, usize);

fn packed(cell: &[u8]) -> Option<Packed> {
    match (cell.first_chunk(), cell.last_chunk()) {
        (Some(first), Some(last)) if cell.len() <= 16 => {
            Some((u64::from_le_bytes(*first), u64::from_le_bytes(*last), cell.len()))
        }
        (Some(_), Some(_)) => None,
        _ => Some((cell.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), 0, cell.len())),
    }
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
        ];
        let labels = Labels::of(cells.into_iter().chain([cells[4]]));
        let found: Vec<Option<usize>> = (0..labels.rows()).map(|row| labels.at(row)).collect();
        let expected = [Some(0), None, Some(1), Some(0), Some(2), Some(3), Some(4), Some(1), Some(5), Some(6), Some(2)];
        assert_eq!(found, expected);
        assert_eq!(&*labels.names()[2], cells[4]);
        assert!(!LabelsBuilder::default().push(b"n\xf9"));
    }
}

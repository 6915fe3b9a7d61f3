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
    known: FxHashMap<Box<[u8]>, u32>,
    names: Vec<Box<str>>,
    last: u32,
}

impl LabelsBuilder {
    /// Adds a row's cell, in UTF-8; gives back whether it was.
    pub fn push(&mut self, cell: &[u8]) -> bool {
        if cell.is_empty() {
            self.ids.push(BLANK);
            return true;
        }
        // Rows of one stratum or cluster often stand together.
        if self.names.get(self.last as usize).is_some_and(|name| name.as_bytes() == cell) {
            self.ids.push(self.last);
            return true;
        }
        self.last = match self.known.get(cell) {
            Some(id) => *id,
            None => match std::str::from_utf8(cell) {
                Ok(name) => {
                    let id = u32::try_from(self.names.len()).unwrap_or(BLANK);
                    self.names.push(name.into());
                    self.known.insert(cell.into(), id);
                    id
                }
                Err(_) => return false,
            },
        };
        self.ids.push(self.last);
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

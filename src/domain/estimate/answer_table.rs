//! The answers to estimate from: one row a submission, one byte an answer.
//!
//! A level is 1 to 5; 0 is no answer, which is counted nowhere.

/// How many levels a scale has.
pub const LEVELS: usize = 5;

/// Rows of answers to some questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerTable {
    codes: Vec<String>,
    levels: Vec<u8>,
}

/// What can be wrong with answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFault {
    /// No question is named, or the levels do not fill the last row.
    Ragged,
    /// A level that the scale does not have: row and question, both from 1.
    NoSuchLevel(usize, usize),
}

impl AnswerTable {
    /// The answers to questions, row after row.
    pub fn new(codes: Vec<String>, levels: Vec<u8>) -> Result<Self, AnswerFault> {
        if codes.is_empty() || !levels.len().is_multiple_of(codes.len()) {
            return Err(AnswerFault::Ragged);
        }
        // The highest of all is found much faster than the first that is too high.
        if usize::from(levels.iter().fold(0u8, |highest, level| highest.max(*level))) <= LEVELS {
            return Ok(Self { codes, levels });
        }
        let place = levels.iter().position(|level| usize::from(*level) > LEVELS).unwrap_or(0);
        Err(AnswerFault::NoSuchLevel(place / codes.len() + 1, place % codes.len() + 1))
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.levels.len() / self.codes.len()
    }

    /// The codes of the questions.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// The answers of a row, in the order of the codes.
    pub fn row(&self, row: usize) -> &[u8] {
        let width = self.codes.len();
        &self.levels[row * width..(row + 1) * width]
    }

    /// All rows, one after the other.
    pub(super) fn each(&self) -> std::slice::ChunksExact<'_, u8> {
        self.levels.chunks_exact(self.codes.len())
    }
}

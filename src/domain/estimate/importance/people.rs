//! People's scores: the outcome and one score for each part of an index, of those who answered enough.

use super::super::answer_table::AnswerTable;
use super::super::tree::Tree;
use crate::domain::index::Definition;

/// With more parts than this there are too many subsets of them.
pub const MOST_PARTS: usize = 12;

/// What is wrong with an index's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartsFault {
    /// Fewer than two: nothing to compare.
    One,
    /// More than [`MOST_PARTS`].
    TooMany,
    /// The index is not made of shares of satisfied answers.
    NotShares,
}

/// A part of an index whose importance is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its node's code.
    pub code: String,
    /// Its criteria's places among all criteria.
    pub items: Vec<usize>,
    /// What it weighs in the index where every criterion has a value; all parts together 1.
    pub weight: f64,
}

/// The parts of an index: the nodes directly above criteria, or the criteria themselves where only the root is above them.
pub fn parts_of(definition: &Definition) -> Result<Vec<Part>, PartsFault> {
    let tree = Tree::of(definition);
    let weight = |items: &[usize]| {
        let total = |item: usize| [1.0, f64::from(u8::from(items.contains(&item))), 0.0, 1.0];
        tree.defined(0, &(0..tree.items.len()).map(total).collect::<Vec<_>>()).map(|figure| figure.value)
    };
    let part = |(code, items): (String, Vec<usize>)| {
        weight(&items).map(|weight| Part { code, items, weight }).ok_or(PartsFault::NotShares)
    };
    let groups = tree.groups();
    match groups.len() {
        0 | 1 => Err(PartsFault::One),
        2..=MOST_PARTS => groups.into_iter().map(part).collect(),
        _ => Err(PartsFault::TooMany),
    }
}

/// The people who count.
pub(super) struct People {
    /// For each the outcome, then the parts.
    scores: Vec<f64>,
    width: usize,
}

impl People {
    /// The people of some rows; nothing where the rows do not have the criteria, with or without an outcome.
    pub fn of(parts: &[Part], answers: &AnswerTable) -> Option<Self> {
        let items: usize = parts.iter().map(|part| part.items.len()).sum();
        let has_outcome = answers.codes().len() == items + 1;
        if !has_outcome && answers.codes().len() != items {
            return None;
        }
        let width = parts.len() + 1;
        let mut scores = Vec::with_capacity(answers.rows() * width);
        let mut row_scores = Vec::with_capacity(width);
        for row in answers.each() {
            row_scores.clear();
            row_scores.extend(parts.iter().filter_map(|part| mean_level(row, &part.items)));
            let own = || parts.iter().zip(&row_scores).map(|(part, score)| part.weight * score).sum();
            let outcome = match row.get(items).filter(|_| has_outcome) {
                Some(0) => None,
                Some(level) => Some(f64::from(*level)),
                None => Some(own()),
            };
            if let Some(outcome) = outcome.filter(|_| row_scores.len() == parts.len()) {
                scores.push(outcome);
                scores.extend_from_slice(&row_scores);
            }
        }
        Some(Self { scores, width })
    }

    pub fn count(&self) -> usize {
        self.scores.len() / self.width
    }

    /// How many scores a person has.
    pub fn width(&self) -> usize {
        self.width
    }

    pub fn each(&self) -> impl Iterator<Item = &[f64]> {
        self.scores.chunks_exact(self.width)
    }
}

/// The mean level of the items answered; nothing where none is.
fn mean_level(row: &[u8], items: &[usize]) -> Option<f64> {
    let (sum, count) = items.iter().fold((0u32, 0u32), |(sum, count), item| {
        let level = row[*item];
        (sum + u32::from(level), count + u32::from(level > 0))
    });
    (count > 0).then(|| f64::from(sum) / f64::from(count))
}

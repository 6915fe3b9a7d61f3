//! What goes with overall satisfaction: how much of its differences from person to person each part of an index accounts for.
//!
//! Formula (Lindeman, Merenda, Gold 1980; Shapley 1953; Grömping 2007): with `R²(S)` the share of the outcome's variance that the
//! parts in S explain by least squares, `LMG_j = Σ_{S without j} |S|! (p-1-|S|)!/p! (R²(S and j) - R²(S))`. The parts' LMG add up to
//! `R²` of all; an importance is `LMG_j / R²`. Intervals: percentiles of a bootstrap of people with a fixed, stated seed
//! (Efron 1979); beyond [`MOST_BLOCKS`] people, of as many random blocks of them.
//!
//! Missing values: a person counts who answered at least one criterion of every part, and the outcome where it is a question; a
//! part's score is the mean level of the criteria answered. Where no question asks for overall satisfaction the outcome is the
//! person's own index, the parts weighed as the definition weighs them: then all of it is explained, and importances tell in
//! which parts people differ. Unweighted. Importance is association, not cause.

mod bootstrap;
mod people;
mod shares;

pub use bootstrap::{MOST_BLOCKS, REPLICATES};
pub use people::{MOST_PARTS, PartsFault, parts_of};

use super::answer_table::AnswerTable;
use super::counts::{Alpha, cronbach_alpha_of};
use super::interval::Interval;
use crate::domain::index::Definition;

/// Nothing is said of fewer people.
pub const FEWEST_PEOPLE: usize = 100;

/// What a part contributes.
#[derive(Debug, Clone, PartialEq)]
pub struct PartImportance {
    /// The code of the part's node.
    pub code: String,
    /// Its share of what all parts explain, 0 to 1; all parts' add up to 1.
    pub importance: f64,
    /// The same, with the level of confidence that was asked for.
    pub interval: Interval,
    /// How well its criteria hang together; over the people who answered all of them.
    pub alpha: Alpha,
}

/// What the parts of an index contribute to overall satisfaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// How many people it rests on.
    pub people: usize,
    /// How many rows were left out because a part or the outcome was not answered.
    pub incomplete: usize,
    /// How much of the outcome's variance all parts explain, 0 to 1.
    pub explained: f64,
    /// The level of confidence of the intervals.
    pub confidence: f64,
    /// The parts, in the definition's order.
    pub parts: Vec<PartImportance>,
}

/// Why nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportanceFault {
    /// The answers are not those to the definition's criteria, in its order, with the outcome after them where there is one.
    OtherQuestions,
    /// The index has no parts to compare, or too many.
    Parts(PartsFault),
    /// Fewer than [`FEWEST_PEOPLE`] people: how many.
    TooFewPeople(usize),
    /// All people say the same: there are no differences to explain.
    AllAlike,
}

/// Works out importances. The answers are those to [`super::criteria_of`], followed by the outcome where a question asks for it.
pub fn importance(
    definition: &Definition,
    answers: &AnswerTable,
    confidence: f64,
    seed: u64,
) -> Result<Importance, ImportanceFault> {
    let parts = parts_of(definition).map_err(ImportanceFault::Parts)?;
    let people = people::People::of(&parts, answers).ok_or(ImportanceFault::OtherQuestions)?;
    if people.count() < FEWEST_PEOPLE {
        return Err(ImportanceFault::TooFewPeople(people.count()));
    }
    let blocks = bootstrap::Blocks::of(&people);
    let whole = shares::shares(&blocks.whole()).ok_or(ImportanceFault::AllAlike)?;
    let intervals = blocks.intervals(confidence, seed).ok_or(ImportanceFault::AllAlike)?;
    let figures = parts.iter().zip(&whole.parts).zip(intervals);
    let parts = figures.map(|((part, importance), interval)| PartImportance {
        code: part.code.clone(),
        importance: *importance,
        interval,
        alpha: cronbach_alpha_of(answers, &part.items),
    });
    Ok(Importance {
        people: people.count(),
        incomplete: answers.rows() - people.count(),
        explained: whole.explained,
        confidence,
        parts: parts.collect(),
    })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

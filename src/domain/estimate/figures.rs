//! What an estimation finds. A figure that does not exist, because nobody answered, is none and never nought.

use super::answer_table::LEVELS;
use super::counts::Alpha;
use super::halves::Halves;
use super::interval::Interval;

/// An estimated figure: 0 to 1 for shares, 1 to 5 for levels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Its standard error, by Taylor linearisation in the whole design.
    pub se: f64,
    /// `value ± t(df) se`; none without degrees of freedom.
    pub interval: Option<Interval>,
}

/// A criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct CriterionEstimate {
    /// Its question's code.
    pub code: String,
    /// How many answered, unweighted.
    pub n: u64,
    /// How many of them are satisfied, unweighted.
    pub satisfied: u64,
    /// How many chose each level, from 1, unweighted.
    pub counts: [u64; LEVELS],
    /// Its figures; none where nobody answered.
    pub figures: Option<CriterionFigures>,
}

/// The figures of a criterion that somebody answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CriterionFigures {
    /// The weighted share of the satisfied among those who answered.
    pub share: Estimate,
    /// How many times the variance is that of simple random sampling without replacement of as many from as many people;
    /// none where that has no variance.
    pub deff: Option<f64>,
    /// The share's interval on the logit scale.
    pub logit: Option<Interval>,
    /// The weighted mean of the levels.
    pub mean: Estimate,
    /// The share without weights.
    pub unweighted_share: f64,
    /// Wilson's interval of the share without weights.
    pub wilson: Option<Interval>,
}

/// A factor, a half or the index, by its definition and by the formulas that are in use elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositeEstimate {
    /// Its code.
    pub code: String,
    /// As the definition has it.
    pub defined: Option<Estimate>,
    /// The plain mean of its criteria.
    pub mean_of_criteria: Option<Estimate>,
    /// The plain mean of the factors below it, each the plain mean of its criteria; none for a factor.
    pub mean_of_factors: Option<Estimate>,
    /// Satisfied answers over answers.
    pub pooled: Option<Estimate>,
    /// Whether it has factors below it.
    pub is_above_factors: bool,
}

/// One group of people within the whole design.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupEstimates {
    /// The word that they share in the group's column.
    pub name: String,
    /// How many rows.
    pub n: u64,
    /// Clusters less strata, of those with a row of the group.
    pub degrees_of_freedom: usize,
    /// The criteria.
    pub criteria: Vec<GroupCriterion>,
    /// The index and what is between it and the criteria, the index first.
    pub composites: Vec<CompositeEstimate>,
}

/// A criterion within a group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupCriterion {
    /// Its question's code.
    pub code: String,
    /// How many answered, unweighted.
    pub n: u64,
    /// How many of them are satisfied, unweighted.
    pub satisfied: u64,
    /// The weighted share; none where nobody answered.
    pub share: Option<Estimate>,
}

/// Everything.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// How many rows.
    pub rows: usize,
    /// Clusters less strata.
    pub degrees_of_freedom: usize,
    /// The level of confidence of all intervals.
    pub confidence: f64,
    /// The criteria.
    pub criteria: Vec<CriterionEstimate>,
    /// The index and what is between it and the criteria, the index first.
    pub composites: Vec<CompositeEstimate>,
    /// For each column asked for, its groups by name.
    pub groups: Vec<(String, Vec<GroupEstimates>)>,
    /// Cronbach's alpha.
    pub alpha: Alpha,
    /// The share of people whose every given answer is satisfied, unweighted.
    pub all_satisfied_share: Option<f64>,
    /// The first half of the rows against the second, where asked for.
    pub halves: Option<Halves>,
}

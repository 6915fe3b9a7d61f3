//! Estimates from a sample: shares, means and indices with their standard errors, as R's `survey` computes them.
//!
//! Formulas. With weights `w` and, for a criterion, `a = 1` where a row answers it and `s = 1` where the answer is satisfied:
//! `share = Σws/Σwa`; composites as [`crate::domain::index`] has them. Variance by Taylor linearisation with replacement at the
//! first stage (Särndal, Swensson, Wretman 1992; Lumley 2010): for a share `z = w (s - share a)/Σwa`, summed to `z_hc` over cluster c
//! of stratum h; `V = Σ_h (1 - n_h/N_h) n_h/(n_h - 1) Σ_c (z_hc - z̄_h)²`, without the first factor where the population's
//! number of clusters `N_h` is not given. A group is a domain of the whole design: rows outside score 0, their clusters count.
//! Intervals: `± t(df) se` with df = clusters - strata (for a group: of those it has rows in), logit, Wilson (1927). Design effect
//! (Kish 1965): `V / (p (1 - p)/(n - 1) (1 - n/Σwa))`.
//!
//! Missing values: a missing answer is in neither sum of its criterion, and its row still counts for the design and for other
//! criteria. A criterion that nobody answered has no figure and weighs nothing in the means above it. A row with a blank cell in
//! a group's column belongs to no group.
//!
//! Example: five of six answers satisfied, equal weights, six clusters, no population: share 0.8333, se 0.1667.

mod answer_table;
mod counts;
mod design;
mod figures;
mod halves;
mod importance;
mod interval;
mod labels;
mod run;
mod spread;
mod tree;

pub use answer_table::{AnswerFault, AnswerTable, LEVELS};
pub use counts::{Alpha, all_satisfied_share, cronbach_alpha, cronbach_alpha_of};
pub use design::{Design, DesignColumn, DesignColumns, DesignFault};
pub use figures::{
    CompositeEstimate, CriterionEstimate, CriterionFigures, Estimate, Estimates, GroupCriterion, GroupEstimates,
};
pub use halves::{Halves, benjamini_hochberg, holm, two_proportions};
pub use importance::{
    FEWEST_PEOPLE, Importance, ImportanceFault, MOST_BLOCKS, MOST_PARTS, PartImportance, PartsFault, REPLICATES,
    importance, parts_of,
};
pub use interval::{Interval, logit, normal, student_t, two_tails, wilson, wilson_share};
pub use labels::{Labels, LabelsBuilder};
pub use run::{EstimateFault, MOST_GROUPS, Wish, criteria_of, estimate};

#[cfg(test)]
mod coverage_tests;
#[cfg(test)]
mod tests;

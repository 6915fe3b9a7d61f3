//! Weighting: how many people an answer stands for, once it is known who answered and what the population looks like.
//!
//! Formulas. Non-response within a class c of the design (stratum and cluster): `w' = w Σ_issued w / Σ_returned w`. Post-stratification
//! to known totals T_g: `w' = w T_g / Σ_g w`. Raking (Deming and Stephan 1940): post-stratification to one margin after the other
//! until all hold. Trimming: no weight above a cap, what is cut off goes to the others in proportion, so that the sum stays. Effective
//! sample size (Kish 1965): `(Σw)²/Σw²`; the design effect of weighting is n over that.
//!
//! Units: people. Missing values: a row without a category belongs to none, keeps its weight and is counted apart. Standard errors do
//! not count what is won by knowing the totals, so intervals are rather too wide than too narrow.

mod calibrate;
mod response;
mod trim;

pub use calibrate::{CalibrationFault, Margin, Raked, post_stratify, rake};
pub use response::{Class, Responses, Returned, Weighed, for_non_response};
pub use trim::{Cap, TrimFault, Trimmed, trim};

/// Kish's effective sample size; 0 where there are no weights.
pub fn effective_size(weights: &[f64]) -> f64 {
    let (sum, squares) = weights.iter().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

#[cfg(test)]
mod tests;

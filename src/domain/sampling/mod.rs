//! Sampling: how many people to ask, how many of each unit, and whom. Pure: whoever calls brings the list and the seed.
//!
//! Sizes. `n = N/(1 + N e²)` (Slovin, an error of `e` at roughly 95 % for a share of one half), rounded up; or, for a margin of
//! error `d` at a confidence: `n₀ = z² p (1 - p)/d²`, `n = n₀/(1 + (n₀ - 1)/N)`, times the design effect, divided by the expected
//! response rate (Cochran 1977, 4.4 and 4.7), never more than N. Units: people. Missing values: there are none here.
//!
//! Draws. Everybody on the list has a known probability `π` of being drawn and, when drawn, stands for `1/π` people: within strata
//! `π = n_h/N_h`; in two stages `π = π₁ n_i/N_i` with `π₁ = M/A` of A units or `M N_i/N` by size (Madow 1949). The same list, plan
//! and seed give the same draw for ever, see [`Chance`].

mod allocation;
mod chance;
mod draw;
mod size;
mod two_stage;

pub use allocation::allocate;
pub use chance::Chance;
pub use draw::{DrawFault, DrawPlan, Drawn, FirstStage, Listed, Method, draw};
pub use size::{Precision, for_margin, slovin};

/// As many of each unit at least, where there are as many.
pub const LEAST_OF_A_UNIT: u64 = 30;

#[cfg(test)]
mod tests;

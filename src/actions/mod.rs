//! Every write, one verb phrase per file: an action owns the transaction and the audit row.
//!
//! Reading needs no action; pages read storage directly.

pub mod exclude_submission;
pub mod fold_tallies;
pub mod submit_survey;

//! Hài Lòng: a public office asks the people it served how they were served, and counts what they say.
//!
//! The levels of the house, each importing only what stands above it: [`domain`]; `i18n`, `catalog`, `storage`;
//! `documents`, `intake`, `actions`; `jobs`, `web`; `cli`. A test (`tests/it/tidy.rs`) holds the code to this.

pub mod domain;
pub mod local_postgres;

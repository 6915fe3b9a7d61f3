//! Hài Lòng: a public office asks the people it served how they were served, and counts what they say.
//!
//! The levels of the house, each importing only what stands above it: [`domain`]; [`i18n`], [`catalog`], [`storage`];
//! [`intake`], [`actions`]; [`jobs`], [`web`]; [`cli`]. A test (`tests/it/tidy.rs`) holds the code to this.

pub mod actions;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod documents;
pub mod domain;
pub mod i18n;
pub mod intake;
pub mod jobs;
pub mod local_postgres;
pub mod storage;
pub mod telemetry;
pub mod web;

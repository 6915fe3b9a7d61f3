//! The service from outside: one binary for every test that needs a database, a server or a browser.
//! Rules of the core are tested where they stand, in `src/domain`.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod access_matrix;
mod batching;
mod catalogue;
mod citizen;
mod commands;
mod commands_export;
mod commands_figures;
mod commands_json;
mod commands_newer;
mod commands_private;
mod commands_staff;
mod counting;
mod counting_ahead;
mod counting_beside;
mod counting_groups;
mod counting_moments;
mod counting_rolled_up;
mod demo;
mod desk;
mod drivers;
mod durability;
mod failover;
mod golden_estimates;
mod golden_precision;
mod machines;
mod office;
mod paper;
mod private_cluster;
mod replica;
mod rounds;
mod schema;
mod servers;
mod spread;
mod spreadsheets;
mod staff_change;
mod staff_dashboard;
mod staff_errors;
mod staff_journeys;
mod staff_known_browser;
mod staff_precision;
mod staff_respondents;
mod staff_sign_in;
mod support;
mod tidy;

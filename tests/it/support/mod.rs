//! What the tests stand on: a real Postgres, the real program on a port of its own, a real browser.
//!
//! One private cluster a test process; each test has a database of its own, cloned from a template and dropped at the end.
#![allow(dead_code, unused_imports, reason = "each test uses the part it needs")]

pub mod browser;
pub mod database;
pub mod page;
pub mod postgres;
pub mod service;

pub use browser::Browser;
pub use database::Database;
pub use postgres::Postgres;
pub use service::{Service, block_on};

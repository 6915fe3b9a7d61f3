//! Values become documents: JSON, CSV, zip archives with their manifest. No database, no HTTP, no clock.

pub mod index_json;

//! Values become documents: JSON, CSV, zip archives with their manifest. No database, no HTTP, no clock.

pub mod csv;
pub mod datapackage;
pub mod index_json;
pub mod index_table;
pub mod submissions;
pub mod svg;
pub mod zip;

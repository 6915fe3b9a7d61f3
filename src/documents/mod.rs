//! Values become documents: JSON, CSV, zip archives with their manifest; and long CSV files become values. No database, no HTTP,
//! no clock.

mod apart;
mod compound_file;
pub mod csv;
mod csv_row;
mod csv_rows;
pub mod datapackage;
pub mod draw_sheet;
pub mod estimate_json;
pub mod form_file;
pub mod index_json;
pub mod index_table;
pub mod portal_766_table;
pub mod sample_csv;
pub mod sample_fault;
mod stored_value;
pub mod submissions;
pub mod svg;
pub mod workbook;
pub mod zip;

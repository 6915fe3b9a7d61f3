//! The core: values and total functions, no clock, no database, no HTTP, no files.

//! The private PostgreSQL cluster under the data folder.

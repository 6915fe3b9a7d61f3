//! Every write, one verb phrase per file: an action owns the transaction and the audit row.
//!
//! Reading needs no action; pages read storage directly.

pub mod add_staff;
pub mod change_staff;
pub mod close_survey;
pub mod demo;
pub mod draw_sample;
pub mod draw_secret;
pub mod end_access;
pub mod exclude_submission;
pub mod export_index;
pub mod export_plan;
pub mod export_submissions;
pub mod fold_tallies;
pub mod forget_expired;
pub mod import_frame;
pub mod import_procedures;
pub mod import_units;
pub mod known_browser;
pub mod load_shipped;
pub mod make_link;
pub mod make_token;
pub mod open_survey;
pub mod remove_demo;
pub mod resume_session;
pub mod return_papers;
pub mod return_sheet;
pub mod set_password;
pub mod sign_in;
pub mod sign_out;
pub mod submit_survey;

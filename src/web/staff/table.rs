//! Every route of the staff's pages with the permission it needs. Nothing is registered that does not stand here, and nothing
//! can stand here without saying what it needs.

use super::guard::Needs::{self, Nothing, Permit};
use super::{account, comments, dashboard, drivers, exclusions, exports, forms, people, rounds, sign_in, welcome};
use crate::domain::access::Permission::{Exclude, ManageStaff, OwnAccount, ReadComments, ReadForms, ReadIndex};
use actix_web::{Route, web};

/// The method of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reading; changes nothing.
    Get,
    /// Writing; needs the form token of the session.
    Post,
}

/// One route.
pub struct StaffRoute {
    /// Its method.
    pub verb: Verb,
    /// Its path, as a pattern.
    pub path: &'static str,
    /// What it needs.
    pub needs: Needs,
    /// Makes its handler.
    pub(super) route: fn() -> Route,
}

/// A route that reads.
pub(super) const fn get(path: &'static str, needs: Needs, route: fn() -> Route) -> StaffRoute {
    StaffRoute { verb: Verb::Get, path, needs, route }
}

/// A route that writes.
pub(super) const fn post(path: &'static str, needs: Needs, route: fn() -> Route) -> StaffRoute {
    StaffRoute { verb: Verb::Post, path, needs, route }
}

/// All of them.
pub fn table() -> Vec<StaffRoute> {
    let mut all = vec![
        get(sign_in::PATH, Nothing, || web::get().to(sign_in::show)),
        post(sign_in::PATH, Nothing, || web::post().to(sign_in::send)),
        get(welcome::PATH, Nothing, || web::get().to(welcome::show)),
        post(welcome::PATH, Nothing, || web::post().to(welcome::send)),
        get(dashboard::PATH, Permit(ReadIndex), || web::get().to(dashboard::show)),
        get(drivers::PATH, Permit(ReadIndex), || web::get().to(drivers::show)),
        get(forms::PATH, Permit(ReadForms), || web::get().to(forms::list)),
        get(forms::PAPER_PATH, Permit(ReadForms), || web::get().to(forms::paper)),
        get(rounds::PATH, Permit(ReadIndex), || web::get().to(rounds::list)),
        get(rounds::ROUND_PATH, Permit(ReadIndex), || web::get().to(rounds::show)),
        get(comments::PATH, Permit(ReadComments), || web::get().to(comments::show)),
        get(exclusions::PATH, Permit(Exclude), || web::get().to(exclusions::show)),
        post(exclusions::PATH, Permit(Exclude), || web::post().to(exclusions::decide)),
        get(people::PATH, Permit(ManageStaff), || web::get().to(people::show)),
        post(people::PATH, Permit(ManageStaff), || web::post().to(people::add)),
        post(people::LINK_PATH, Permit(ManageStaff), || web::post().to(people::make_link)),
        post(people::TOKEN_PATH, Permit(ManageStaff), || web::post().to(people::make_token)),
        post(people::REVOKE_PATH, Permit(ManageStaff), || web::post().to(people::revoke_tokens)),
        post(people::CHANGE_PATH, Permit(ManageStaff), || web::post().to(people::change)),
        post(people::END_PATH, Permit(ManageStaff), || web::post().to(people::end_access)),
        post(people::RESUME_PATH, Permit(ManageStaff), || web::post().to(people::resume_access)),
        get(account::PATH, Permit(OwnAccount), || web::get().to(account::show)),
        post(account::PASSWORD_PATH, Permit(OwnAccount), || web::post().to(account::change_password)),
        post(account::TOKENS_PATH, Permit(OwnAccount), || web::post().to(account::revoke_tokens)),
        post(account::SIGN_OUT_PATH, Permit(OwnAccount), || web::post().to(account::sign_out)),
        post(account::EVERYWHERE_PATH, Permit(OwnAccount), || web::post().to(account::sign_out_everywhere)),
    ];
    all.extend(exports::table());
    all
}

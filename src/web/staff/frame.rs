//! What every page of somebody signed in shows around its content: the letterhead with the unit's name, the way to the other
//! pages, who is signed in.

use super::filter_form::unit_on;
use super::guard::SignedIn;
use super::{account, comments, dashboard, exclusions, exports, forms, people, rounds, table};
use crate::domain::access::{Permission, Role};
use crate::domain::catalogue::Catalogue;
use crate::domain::common_unit::common_unit;
use crate::domain::ids::UnitId;
use crate::domain::period::day_in_vietnam;
use crate::web::App;
use crate::web::view::View;
use actix_web::HttpRequest;
use chrono::{NaiveDate, Utc};

/// The frame of a page.
pub(super) struct Frame {
    /// The view of the request.
    pub view: View,
    /// The name in the letterhead.
    pub unit: String,
    /// Who is signed in.
    pub email: String,
    /// As what.
    pub role: String,
    /// The token that every form bears.
    pub form_token: String,
    /// The ways to the other pages.
    pub links: Vec<NavLink>,
}

/// A way to another page.
pub(super) struct NavLink {
    /// Its address.
    pub href: &'static str,
    /// Its name.
    pub label: String,
    /// Whether one is there.
    pub is_current: bool,
}

/// The key of a role's name.
pub(super) fn role_key(role: Role) -> String {
    format!("staff-role-{}", role.code())
}

impl Frame {
    /// The frame around a page of a signed-in person.
    pub fn of(app: &App, request: &HttpRequest, who: &SignedIn) -> Self {
        let view = View::of(request);
        let places = [
            (dashboard::PATH, Permission::ReadIndex, "staff-nav-figures"),
            (rounds::PATH, Permission::ReadIndex, "round-nav"),
            (comments::PATH, Permission::ReadComments, "desk-nav-comments"),
            (forms::PATH, Permission::ReadForms, "paper-nav"),
            (exports::PATH, Permission::Export, "exports-nav"),
            (exclusions::PATH, Permission::Exclude, "desk-nav-exclusions"),
            (people::PATH, Permission::ManageStaff, "desk-nav-people"),
            (account::PATH, Permission::OwnAccount, "staff-nav-account"),
        ];
        let known: Vec<&str> = table::table().iter().map(|route| route.path).collect();
        let links = places
            .into_iter()
            .filter(|(path, permission, _)| who.may(*permission) && known.contains(path))
            .map(|(href, _, key)| NavLink { href, label: view.t(key), is_current: request.path() == href })
            .collect();
        Self {
            unit: letterhead(&app.shelf.get(), who, &view),
            email: who.staff.email.clone(),
            role: view.t(&role_key(who.staff.role)),
            form_token: who.form_token.clone(),
            links,
            view,
        }
    }

    /// Whether the person may go to a page.
    pub fn leads_to(&self, path: &str) -> bool {
        self.links.iter().any(|link| link.href == path)
    }
}

/// The own unit's name today; without one, the name of all that the person sees; else the service's.
fn letterhead(catalogue: &Catalogue, who: &SignedIn, view: &View) -> String {
    let today = day_in_vietnam(Utc::now());
    let code = who.staff.unit_code.clone().or_else(|| common_unit(catalogue, &[], today));
    let unit = code.and_then(|code| unit_on(catalogue, &code, today));
    unit.map_or_else(|| view.t("site-name"), |unit| view.pick(&unit.name).to_owned())
}

/// The name of all that a person sees on a day: an officer's own unit, of everybody else the unit that all of it belongs to.
/// `with_data` are the units with data in the question.
pub(super) fn scope_name(
    catalogue: &Catalogue,
    who: &SignedIn,
    view: &View,
    with_data: &[UnitId],
    day: NaiveDate,
) -> String {
    let code = match who.staff.role {
        Role::Officer => who.staff.unit_code.clone(),
        Role::Administrator | Role::Leader | Role::Province => common_unit(catalogue, with_data, day),
    };
    let unit = code.and_then(|code| unit_on(catalogue, &code, day));
    unit.map_or_else(|| view.t("staff-all-units"), |unit| view.pick(&unit.name).to_owned())
}

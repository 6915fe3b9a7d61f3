//! `/method` and `/method/{index}/{version}`: how each index is computed, printed from its definition, for whoever wants to know.
//!
//! Nothing is explained twice: text, tree and limits are those of the definition, the example is measured by the code that
//! measures the figures.

mod example;
mod page;
mod tree;

use super::page as respond;
use crate::domain::index::{Definition, Kind};
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "public/method/list.html")]
struct ListPage<'a> {
    view: &'a View,
    groups: Vec<Group<'a>>,
}

/// The indices of one kind.
struct Group<'a> {
    title: String,
    lead: String,
    indices: Vec<Line<'a>>,
}

struct Line<'a> {
    title: &'a str,
    href: String,
    name: String,
    validity: String,
    status: String,
}

/// `GET /method`: all indices.
pub async fn list(view: View, app: AppData) -> Result<HttpResponse, WebError> {
    let group = |kind: Kind, key: &str| {
        let of_kind = app.library.indices.values().filter(|definition| definition.kind == kind);
        Group {
            title: view.t(&format!("method-kind-{key}")),
            lead: view.t(&format!("method-kind-{key}-lead")),
            indices: of_kind.map(|definition| line(&view, definition)).collect(),
        }
    };
    let groups = [group(Kind::Survey, "survey"), group(Kind::Portal, "portal"), group(Kind::Record, "record")];
    let groups = groups.into_iter().filter(|group| !group.indices.is_empty()).collect();
    respond(StatusCode::OK, &ListPage { view: &view, groups })
}

fn line<'a>(view: &View, definition: &'a Definition) -> Line<'a> {
    Line {
        title: view.pick(&definition.title),
        href: format!("{}/{}", super::METHODS, definition.name()),
        name: definition.name(),
        validity: page::validity(view, definition),
        status: page::status(view, &definition.status),
    }
}

/// `GET /method/{index}/{version}`: one index.
pub async fn show(view: View, app: AppData, path: web::Path<(String, String)>) -> Result<HttpResponse, WebError> {
    let (index, version) = path.into_inner();
    let definition = app.library.indices.get(&format!("{index}/{version}")).ok_or(WebError::NotFound)?;
    let form = definition.form.as_ref().and_then(|name| app.library.forms.get(name));
    respond(StatusCode::OK, &page::MethodPage::of(&view, definition, form.map(AsRef::as_ref))?)
}

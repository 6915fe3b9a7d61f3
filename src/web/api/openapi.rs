//! The description of the machine routes in OpenAPI 3.1, generated from the handlers and the types they answer with.
//!
//! It speaks English; in Vietnamese every description is replaced by its translation from a table beside the other texts.

use super::{docs, health, index, metrics, submissions, surveys};
use crate::domain::text::Language;
use crate::web::AppData;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::OnceLock;
use utoipa::openapi::Server;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hài Lòng",
        description = "Hand in completed forms from another system, read the surveys that are open, read the figures of an \
            index. Every refusal is a problem document (RFC 9457) in the language that is asked for.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(
        surveys::list,
        surveys::read,
        submissions::submit,
        index::read,
        show,
        docs::show,
        health::lives,
        health::is_ready,
        metrics::show
    ),
    modifiers(&Token),
    tags(
        (name = "surveys", description = "Surveys and submissions"),
        (name = "index", description = "Figures"),
        (name = "description", description = "This description"),
        (name = "operation", description = "Operation"),
    ),
)]
struct Description;

/// Tokens for programs.
struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some(
            "A token of a member of staff, made with the command `staff token`: 64 hexadecimal digits.".to_owned(),
        );
        openapi.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The Vietnamese of each English description, one a line, separated by a tab.
const VIETNAMESE: &str = include_str!("../../i18n/vi/openapi.tsv");

fn vietnamese() -> &'static HashMap<&'static str, &'static str> {
    static TABLE: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    TABLE.get_or_init(|| VIETNAMESE.lines().filter_map(|line| line.split_once('\t')).collect())
}

/// The description as JSON, for a service that is reached at an address.
pub fn document(public_url: &str, language: Language) -> Value {
    let mut description = Description::openapi();
    description.servers = Some(vec![Server::new(public_url)]);
    let mut document = serde_json::to_value(description).unwrap_or_default();
    if language == Language::Vi {
        translate(&mut document);
    }
    document
}

/// Replaces descriptions and summaries. Examples and names stay.
fn translate(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match member {
                    Value::String(text) if name == "description" || name == "summary" => {
                        if let Some(translated) = vietnamese().get(one_line(text).as_str()) {
                            *text = (*translated).to_owned();
                        }
                    }
                    Value::Object(_) | Value::Array(_) if name != "example" => translate(member),
                    _ => {}
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(translate),
        _ => {}
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// This description in OpenAPI
#[utoipa::path(
    get, path = "/api/openapi.json", operation_id = "openapi", tag = "description",
    params(("lang" = Option<String>, Query, description = "The language of the descriptions: vi or en")),
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)),
)]
pub async fn show(request: HttpRequest, app: AppData) -> HttpResponse {
    let asks_vietnamese = request.query_string().split('&').any(|pair| pair == "lang=vi");
    let language = if asks_vietnamese { Language::Vi } else { Language::En };
    HttpResponse::Ok().json(document(&app.public_url, language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn texts(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text) if name == "description" || name == "summary" => {
                            found.insert(one_line(text));
                        }
                        Value::Object(_) | Value::Array(_) if name != "example" => texts(member, found),
                        _ => {}
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_description_has_a_translation_and_none_is_left_over() {
        let mut used = BTreeSet::new();
        texts(&document("http://localhost", Language::En), &mut used);
        let missing: Vec<&String> = used.iter().filter(|text| !vietnamese().contains_key(text.as_str())).collect();
        assert!(
            missing.is_empty(),
            "without translation:\n{}",
            missing.into_iter().cloned().collect::<Vec<_>>().join("\n")
        );
        let idle: Vec<&&str> = vietnamese().keys().filter(|text| !used.contains(**text)).collect();
        assert!(idle.is_empty(), "translations of nothing: {idle:?}");
        assert_eq!(vietnamese().len(), VIETNAMESE.lines().count(), "a line without a tab, or twice the same");
    }
}

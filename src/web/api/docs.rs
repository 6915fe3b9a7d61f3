//! `/api/docs`: the description of the machine routes as a page to read, in both languages, without script.

use super::openapi::document;
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::HttpResponse;
use askama::Template;
use serde_json::Value;

#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage {
    view: View,
    intro: Prose,
    token: Prose,
    operations: Vec<OperationPart>,
    schemas: Vec<SchemaPart>,
}

struct OperationPart {
    id: String,
    method: String,
    path: String,
    summary: Prose,
    text: Prose,
    needs_token: bool,
    parameters: Vec<ParameterPart>,
    body: Option<BodyPart>,
    answers: Vec<AnswerPart>,
}

struct ParameterPart {
    name: String,
    place: String,
    is_required: bool,
    kind: Kind,
    text: Prose,
}

struct BodyPart {
    content_type: String,
    kind: Kind,
    example: String,
}

struct AnswerPart {
    status: String,
    text: Prose,
    content_type: String,
    kind: Kind,
}

struct SchemaPart {
    name: String,
    text: Prose,
    fields: Vec<FieldPart>,
}

struct FieldPart {
    name: String,
    is_required: bool,
    kind: Kind,
    text: Prose,
}

/// A text in which some words are code.
struct Prose(Vec<Word>);

struct Word {
    text: String,
    is_code: bool,
}

impl Prose {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What kind of value: words, and the schema it names, if any.
struct Kind {
    words: String,
    schema: Option<String>,
}

/// The description of the machine routes as a page
#[utoipa::path(
    get, path = "/api/docs", operation_id = "docs", tag = "description",
    params(("lang" = Option<String>, Query, description = "The language of the page: vi or en")),
    responses((status = 200, description = "A page to read", body = String, content_type = "text/html; charset=utf-8")),
)]
pub async fn show(view: View, app: AppData) -> Result<HttpResponse, WebError> {
    let document = document(&app.public_url, view.language);
    let schemas = members(&document["components"]["schemas"]).map(|(name, schema)| schema_part(name, schema)).collect();
    let page = DocsPage {
        intro: prose(&document["info"]["description"]),
        token: prose(&document["components"]["securitySchemes"]["token"]["description"]),
        operations: operations(&document),
        schemas,
        view,
    };
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.render()?))
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A description: what stands between backticks is code.
fn prose(value: &Value) -> Prose {
    let parts = value.as_str().unwrap_or_default().split('`').enumerate();
    let words = parts.map(|(place, part)| Word { text: part.to_owned(), is_code: place % 2 == 1 });
    Prose(words.filter(|word| !word.text.is_empty()).collect())
}

fn operations(document: &Value) -> Vec<OperationPart> {
    let mut parts = Vec::new();
    for (path, methods) in members(&document["paths"]) {
        for (method, operation) in members(methods) {
            parts.push(OperationPart {
                id: text(&operation["operationId"]),
                method: method.to_uppercase(),
                path: path.clone(),
                summary: prose(&operation["summary"]),
                text: prose(&operation["description"]),
                needs_token: operation.get("security").is_some(),
                parameters: items(&operation["parameters"]).map(parameter_part).collect(),
                body: members(&operation["requestBody"]["content"]).next().map(|(kind, body)| body_part(kind, body)),
                answers: members(&operation["responses"]).map(|(status, answer)| answer_part(status, answer)).collect(),
            });
        }
    }
    parts
}

fn parameter_part(parameter: &Value) -> ParameterPart {
    ParameterPart {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        is_required: parameter["required"] == Value::Bool(true),
        kind: kind(&parameter["schema"]),
        text: prose(&parameter["description"]),
    }
}

fn body_part(content_type: &str, body: &Value) -> BodyPart {
    BodyPart {
        content_type: content_type.to_owned(),
        kind: kind(&body["schema"]),
        example: serde_json::to_string_pretty(&body["example"]).unwrap_or_default(),
    }
}

fn answer_part(status: &str, answer: &Value) -> AnswerPart {
    let content = members(&answer["content"]).next();
    AnswerPart {
        status: status.to_owned(),
        text: prose(&answer["description"]),
        content_type: content.map(|(kind, _)| kind.clone()).unwrap_or_default(),
        kind: content.map_or_else(|| kind(&Value::Null), |(_, body)| kind(&body["schema"])),
    }
}

/// A schema with its fields; what it takes over from others is named, not repeated.
fn schema_part(name: &str, schema: &Value) -> SchemaPart {
    let own = items(&schema["allOf"]).chain([schema]);
    let fields = own.flat_map(|part| {
        members(&part["properties"]).map(|(name, field)| FieldPart {
            name: name.clone(),
            is_required: items(&part["required"]).any(|r| r == name.as_str()),
            kind: kind(field),
            text: prose(&field["description"]),
        })
    });
    let taken_over = items(&schema["allOf"]).filter(|part| part.get("$ref").is_some()).map(|part| FieldPart {
        name: "…".to_owned(),
        is_required: true,
        kind: kind(part),
        text: Prose(Vec::new()),
    });
    SchemaPart {
        name: name.to_owned(),
        text: prose(&schema["description"]),
        fields: fields.chain(taken_over).collect(),
    }
}

/// What kind of value a schema describes, in the words of JSON Schema.
fn kind(schema: &Value) -> Kind {
    let one = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
        return Kind { words: name.clone(), schema: Some(name) };
    }
    for word in ["oneOf", "anyOf"] {
        if schema.get(word).is_some() {
            let kinds: Vec<Kind> = items(&schema[word]).map(kind).collect();
            let words = kinds.iter().map(|k| k.words.as_str()).collect::<Vec<_>>().join(" | ");
            return Kind { words, schema: kinds.into_iter().find_map(|k| k.schema) };
        }
    }
    let words = match &schema["type"] {
        Value::Array(types) => types.iter().map(one).collect::<Vec<_>>().join(" | "),
        other => one(other),
    };
    if words == "array" {
        let of = kind(&schema["items"]);
        return Kind { words: format!("array: {}", of.words), schema: of.schema };
    }
    let words = match schema["format"].as_str() {
        Some(format) if !format.starts_with("int") => format!("{words} ({format})"),
        _ => words,
    };
    Kind { words, schema: None }
}

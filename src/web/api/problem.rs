//! Problem documents (RFC 9457): how the API says no, in the language asked for, with every wrong field at once.
//!
//! Pages have errors of their own in `web::error`; what the framework refuses under `/api` is rendered from there by this.

use crate::domain::text::Language;
use crate::i18n;
use crate::storage::DbError;
use crate::web::error::WebError;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of problem documents.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a problem document says.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// A stable name of the kind of problem: `urn:hailong:problem:` and a word.
    #[serde(rename = "type")]
    #[schema(example = "urn:hailong:problem:rejected")]
    pub kind: String,
    /// The kind of problem in words.
    pub title: String,
    /// The HTTP status once more.
    #[schema(example = 422)]
    pub status: u16,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub detail: Option<String>,
    /// Every field or answer that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
}

/// One field or answer that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The name of the field, or the code of the question.
    #[schema(example = "access_1")]
    pub field: String,
    /// What is wrong with it, as a stable word.
    #[schema(example = "not_an_option")]
    pub code: String,
    /// The same in words.
    pub detail: String,
}

/// Why the API says no.
#[derive(Debug)]
pub struct Problem {
    word: &'static str,
    status: StatusCode,
    language: Language,
    detail: Option<String>,
    errors: Vec<FieldProblem>,
    header: Option<Box<(header::HeaderName, String)>>,
}

impl Problem {
    /// A problem of a kind; its texts are `problem-WORD-title` and `problem-WORD-text`.
    pub fn new(language: Language, status: StatusCode, word: &'static str) -> Self {
        Self { word, status, language, detail: None, errors: Vec::new(), header: None }
    }

    /// The same with another text.
    pub fn saying(mut self, detail: String) -> Self {
        self.detail = Some(detail);
        self
    }

    /// The same with a header.
    pub fn with_header(mut self, name: header::HeaderName, value: &str) -> Self {
        self.header = Some(Box::new((name, value.to_owned())));
        self
    }

    /// Fields or answers that are wrong.
    pub fn rejected(language: Language, errors: Vec<FieldProblem>) -> Self {
        Self { errors, ..Self::new(language, StatusCode::UNPROCESSABLE_ENTITY, "rejected") }
    }

    /// Too many requests; again after so many seconds.
    pub fn too_many(language: Language, seconds: u64) -> Self {
        Self::new(language, StatusCode::TOO_MANY_REQUESTS, "too-many")
            .with_header(header::RETRY_AFTER, &seconds.to_string())
    }

    /// The database is away; sending the same again is safe.
    pub fn unavailable(language: Language) -> Self {
        Self::new(language, StatusCode::SERVICE_UNAVAILABLE, "unavailable").with_header(header::RETRY_AFTER, "5")
    }

    /// A fault of ours; the text goes to the log and nowhere else.
    pub fn internal(language: Language, why: &str) -> Self {
        tracing::error!(why, "internal error");
        Self::new(language, StatusCode::INTERNAL_SERVER_ERROR, "internal")
    }

    /// A question to the database that failed.
    pub fn of_database(language: Language, error: DbError) -> Self {
        match error {
            DbError::Unavailable(why) => {
                tracing::warn!(why, "database away");
                Self::unavailable(language)
            }
            DbError::Query(error) => Self::internal(language, &error.to_string()),
        }
    }

    /// An error of the web as a problem.
    pub fn of_error(language: Language, error: &WebError, status: StatusCode) -> Self {
        Self::new(language, status, error.word())
    }

    /// The document.
    pub fn document(&self) -> ProblemDocument {
        let text = |part: &str| i18n::text(self.language, &format!("problem-{}-{part}", self.word));
        ProblemDocument {
            kind: format!("urn:hailong:problem:{}", self.word),
            title: text("title"),
            status: self.status.as_u16(),
            detail: Some(self.detail.clone().unwrap_or_else(|| text("text"))),
            errors: self.errors.clone(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.content_type(MEDIA_TYPE).insert_header((header::CONTENT_LANGUAGE, self.language.code()));
        if let Some((name, value)) = self.header.as_deref() {
            response.insert_header((name.clone(), value.as_str()));
        }
        response.body(serde_json::to_string(&self.document()).unwrap_or_default())
    }
}

/// The language in which a request wants to be answered: `lang` in the address, else what it accepts, else Vietnamese.
pub fn language_of(request: &HttpRequest) -> Language {
    let named = request.query_string().split('&').find_map(|pair| pair.strip_prefix("lang="));
    if let Some(language) = named.and_then(Language::from_code) {
        return language;
    }
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("");
    accepted_language(accepted)
}

fn accepted_language(header: &str) -> Language {
    let mut best = (Language::Vi, 0.0);
    for range in header.split(',') {
        let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
        let primary = tag.trim().split('-').next().unwrap_or("").to_ascii_lowercase();
        let weight = weight.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse::<f64>().unwrap_or(0.0));
        if let Some(language) = Language::from_code(&primary).filter(|_| weight > best.1) {
            best = (language, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_accepted_language_wins_and_vietnamese_is_the_rest() {
        assert_eq!(accepted_language(""), Language::Vi);
        assert_eq!(accepted_language("fr, de;q=0.9"), Language::Vi);
        assert_eq!(accepted_language("en-GB,en;q=0.8,vi;q=0.5"), Language::En);
        assert_eq!(accepted_language("en;q=0.4, vi-VN;q=0.9"), Language::Vi);
        assert_eq!(accepted_language("en;q=0"), Language::Vi);
        assert_eq!(accepted_language("en;q=junk"), Language::Vi);
    }

    #[test]
    fn a_document_has_texts_in_both_languages() {
        for language in Language::ALL {
            for word in WORDS {
                let document = Problem::new(language, StatusCode::BAD_REQUEST, word).document();
                let texts = [document.title, document.detail.unwrap_or_default()].concat();
                assert!(!texts.contains(i18n::MISSING.0), "{word}");
            }
        }
    }

    const WORDS: [&str; 16] = [
        "not-found",
        "gone",
        "forbidden",
        "invalid",
        "conflict",
        "too-many",
        "unavailable",
        "internal",
        "rejected",
        "malformed",
        "not-open-yet",
        "too-large",
        "unsupported-type",
        "unauthorized",
        "method-not-allowed",
        "not-ready",
    ];
}

//! Reading a JSON body: its type, its size, and an object with every entry it had.
//!
//! What the entries mean is for the handlers to say.

use super::problem::Problem;
use crate::domain::answers::Entries;
use crate::domain::text::Language;
use crate::i18n;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use serde::Deserialize;

/// The most bytes a body may have.
pub const MOST: usize = 64 * 1024;

/// Reads a body of type `application/json`.
pub async fn read(request: &HttpRequest, payload: web::Payload, language: Language) -> Result<Bytes, Problem> {
    if !is_plain_json(request) {
        return Err(Problem::new(language, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-type"));
    }
    let too_large = || Problem::new(language, StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MOST) {
        return Err(too_large());
    }
    let mut payload = payload;
    let mut body = Bytes::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::new(language, StatusCode::BAD_REQUEST, "malformed"))?;
        if body.len() + chunk.len() > MOST {
            return Err(too_large());
        }
        // Most bodies come in one piece, which stays where it was received.
        body = if body.is_empty() { chunk } else { joined(body, &chunk) };
    }
    Ok(body)
}

fn joined(body: Bytes, chunk: &[u8]) -> Bytes {
    let mut body = BytesMut::from(body);
    body.extend_from_slice(chunk);
    body.freeze()
}

fn is_plain_json(request: &HttpRequest) -> bool {
    let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_json = header(header::CONTENT_TYPE).is_some_and(|value| {
        let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
        kind.trim().eq_ignore_ascii_case("application/json") && is_utf8(parameters.trim())
    });
    is_json && header(header::CONTENT_ENCODING).is_none_or(|encoding| encoding.eq_ignore_ascii_case("identity"))
}

/// Whether parameters of a type name no other character set.
fn is_utf8(parameters: &str) -> bool {
    let parameters = parameters.to_ascii_lowercase();
    !parameters.starts_with("charset=") || parameters.contains("utf-8")
}

/// Reads a JSON object; a body that is none is refused with the place where reading failed.
pub fn object<'a, T: Deserialize<'a>>(body: &'a [u8], language: Language) -> Result<Entries<'a, T>, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let place = [("line", error.line().to_string()), ("column", error.column().to_string())];
        let place: Vec<(&str, &str)> = place.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let key = if error.is_data() { "problem-malformed-no-object" } else { "problem-malformed-at" };
        Problem::new(language, StatusCode::BAD_REQUEST, "malformed").saying(i18n::text_with(language, key, &place))
    })
}

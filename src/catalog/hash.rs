//! Hashes of versions: a published version is frozen, and its hash shows that it still is.
//!
//! Hashed is what respondents read and what answers and figures mean. Not hashed are `source`, `status`, `valid_from` and
//! `valid_to`: notes about a version, which may be completed when more becomes known.

use crate::domain::form::Form;
use crate::domain::index::Definition;
use crate::domain::non_response::RuleSet;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const NOTES: [&str; 4] = ["source", "status", "valid_from", "valid_to"];

/// The hash of a form version: SHA-256 of its canonical JSON, in hexadecimal.
pub fn form_hash(form: &Form) -> String {
    hash(form)
}

/// The hash of an index definition, made in the same way.
pub fn definition_hash(definition: &Definition) -> String {
    hash(definition)
}

/// The hash of a version of the rules for returned sheets, made in the same way.
pub fn rules_hash(rules: &RuleSet) -> String {
    hash(rules)
}

fn hash(version: &impl Serialize) -> String {
    let value = serde_json::to_value(version).unwrap_or(Value::Null);
    hex::encode(Sha256::digest(canonical(value).to_string().as_bytes()))
}

/// Keys in order, no notes, and nothing that says no more than its absence (null, false, empty), so that a field which forms
/// get in future changes no hash of today.
fn canonical(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(key, _)| !NOTES.contains(&key.as_str()));
            let sorted: BTreeMap<String, Value> =
                kept.map(|(key, value)| (key, canonical(value))).filter(|(_, value)| says_something(value)).collect();
            Value::Object(sorted.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(canonical).collect()),
        plain => plain,
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}

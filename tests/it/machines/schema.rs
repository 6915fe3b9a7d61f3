//! A small checker of JSON against the schemas of the description: enough for what it uses, and strict about the rest. What a
//! schema does not name must not be there.

use serde_json::Value;
use std::collections::BTreeSet;

/// Checks a value; returns what is wrong.
pub fn check(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    Checker { document, wrong: &mut wrong }.check(schema, value, "$");
    wrong
}

/// Words of a schema that the checker knows; any other makes it fail.
const KNOWN: [&str; 21] = [
    "$ref",
    "allOf",
    "oneOf",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "items",
    "enum",
    "pattern",
    "format",
    "minimum",
    "maxLength",
    "description",
    "example",
    "title",
    "nullable",
    "default",
    "maximum",
    "minLength",
];

struct Checker<'a> {
    document: &'a Value,
    wrong: &'a mut Vec<String>,
}

impl<'a> Checker<'a> {
    fn report(&mut self, place: &str, what: &str) {
        self.wrong.push(format!("{place}: {what}"));
    }

    fn resolve(&self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(path) => self.document.pointer(path.trim_start_matches('#')).unwrap_or(&Value::Null),
            None => schema,
        }
    }

    fn check(&mut self, schema: &'a Value, value: &Value, place: &str) {
        let schema = self.resolve(schema);
        let Some(words) = schema.as_object() else { return self.report(place, "a schema that is not there") };
        for word in words.keys().filter(|w| !KNOWN.contains(&w.as_str())) {
            self.report(place, &format!("the checker does not know {word}"));
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let fitting = choices.iter().filter(|choice| check(self.document, choice, value).is_empty()).count();
            if fitting != 1 {
                self.report(place, &format!("{fitting} of the choices fit {value}"));
            }
        }
        self.check_type(schema, value, place);
        self.check_text(schema, value, place);
        if let Some(items) = value.as_array() {
            for (number, item) in items.iter().enumerate() {
                self.check(&schema["items"], item, &format!("{place}[{number}]"));
            }
        }
        if value.is_object() && schema.get("oneOf").is_none() && schema.get("additionalProperties").is_none() {
            self.check_members(schema, value, place);
        }
    }

    fn check_type(&mut self, schema: &Value, value: &Value, place: &str) {
        let own = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.is_i64() || n.is_u64() => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let allowed: Vec<&str> = match &schema["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            Value::String(one) => vec![one],
            _ => return,
        };
        if !allowed.iter().any(|a| *a == own || (*a == "number" && own == "integer")) {
            self.report(place, &format!("{own} instead of {allowed:?}"));
        }
        if let (Some(least), Some(number)) = (schema["minimum"].as_f64(), value.as_f64())
            && number < least
        {
            self.report(place, "less than the minimum");
        }
    }

    fn check_text(&mut self, schema: &Value, value: &Value, place: &str) {
        let Some(text) = value.as_str() else { return };
        let is_good = match schema["format"].as_str() {
            Some("date") => text.parse::<chrono::NaiveDate>().is_ok(),
            Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
            Some("uuid") => uuid::Uuid::parse_str(text).is_ok(),
            _ => true,
        };
        if !is_good {
            self.report(place, &format!("{text} is no {}", schema["format"]));
        }
        if let Some(pattern) = schema["pattern"].as_str()
            && !fits(pattern, text)
        {
            self.report(place, &format!("{text} does not fit {pattern}"));
        }
    }

    fn check_members(&mut self, schema: &'a Value, value: &Value, place: &str) {
        let mut parts: Vec<&'a Value> = vec![schema];
        let mut next = 0;
        while let Some(part) = parts.get(next).copied() {
            let more = part["allOf"].as_array().into_iter().flatten();
            parts.extend(more.map(|part| self.resolve(part)).collect::<Vec<_>>());
            next += 1;
        }
        let mut named = BTreeSet::new();
        for part in parts {
            for (name, member) in part["properties"].as_object().into_iter().flatten() {
                named.insert(name.as_str());
                if let Some(found) = value.get(name) {
                    self.check(member, found, &format!("{place}.{name}"));
                }
            }
            for name in part["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if value.get(name).is_none() {
                    self.report(place, &format!("{name} is missing"));
                }
            }
        }
        for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
            if !named.contains(name.as_str()) {
                self.report(place, &format!("{name} is not described"));
            }
        }
    }
}

/// The patterns that the description uses: `^(a|b)$`, and the one of receipts.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.strip_prefix("^(").and_then(|p| p.strip_suffix(")$")) {
        Some(words) => words.split('|').any(|word| word == text),
        None => hailong::domain::receipt::Receipt::parse(text).is_some_and(|receipt| receipt.to_string() == text),
    }
}

#[test]
fn the_checker_sees_what_is_wrong() {
    use serde_json::json;
    let document =
        json!({ "a": { "type": "object", "required": ["n"], "properties": { "n": { "type": "integer" } } } });
    let schema = json!({ "allOf": [{ "$ref": "#/a" }, { "type": "object", "properties": {
        "day": { "oneOf": [{ "type": "null" }, { "type": "string", "format": "date" }] },
    } }] });
    assert!(check(&document, &schema, &json!({ "n": 1, "day": "2026-01-31" })).is_empty());
    for bad in [json!({}), json!({ "n": "1" }), json!({ "n": 1, "x": 1 }), json!({ "n": 1, "day": "2026-02-31" })] {
        assert!(!check(&document, &schema, &bad).is_empty(), "{bad}");
    }
    assert!(!check(&document, &json!({ "$ref": "#/b" }), &json!(1)).is_empty());
}

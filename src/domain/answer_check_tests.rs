//! Numbers and days as people type them and as programs send them.

use super::*;
use crate::domain::answers::{Answers, RawAnswers};
use crate::domain::submission::{parse_answers, without_unasked};
use serde::Deserialize;
use serde_json::json;

const FORM: &str = r#"
form = "kinds"
version = "1"
title = { vi = "Các loại", en = "Kinds" }
source = { vi = "Thử", en = "Test" }
valid_from = "2026-01-01"
[[sections]]
code = "one"
title = { vi = "Một", en = "One" }
questions = [
  { code = "hello", kind = "note", text = { vi = "Chào", en = "Hello" } },
  { code = "kind", kind = "single", required = true, text = { vi = "A", en = "A" }, options = [
    { code = "person", label = { vi = "A", en = "A" } }, { code = "firm", label = { vi = "B", en = "B" } } ] },
  { code = "age", kind = "integer", required = true, limits = { min = 0, max = 120 }, text = { vi = "B", en = "B" },
    show_when = { question = "kind", any_of = ["person"] } },
  { code = "hours", kind = "decimal", limits = { above = 0 }, text = { vi = "C", en = "C" } },
  { code = "day", kind = "date", limits = { min = "2026-01-01" }, text = { vi = "D", en = "D" } },
  { code = "comment", kind = "text", text = { vi = "E", en = "E" } },
]
"#;

fn form() -> Form {
    let form: Form = toml::from_str(FORM).unwrap();
    assert_eq!(form.problems(), []);
    form
}

fn outcome(raw: &RawAnswers<'_>) -> Result<serde_json::Value, String> {
    let told = |answers: Answers| serde_json::to_value(answers).unwrap();
    parse_answers(raw, &form()).map(told).map_err(|problems| {
        problems.iter().map(|p| format!("{} {}", p.field, p.fault.code())).collect::<Vec<_>>().join(", ")
    })
}

fn sent(value: serde_json::Value) -> Result<serde_json::Value, String> {
    outcome(&RawAnswers::deserialize(&value).unwrap())
}

fn typed(fields: &[(&str, &str)], language: Language) -> Result<serde_json::Value, String> {
    let form = form();
    let raw = fields.iter().map(|(code, value)| {
        ((*code).into(), raw_from_fields(std::iter::once(*value), &form, form.question(code), language))
    });
    outcome(&without_unasked(RawAnswers(raw.collect()), &form))
}

#[test]
fn programs_send_numbers_and_days_in_one_way() {
    let good = json!({"kind": "person", "age": 30, "hours": 1.25, "day": "2026-02-28"});
    assert_eq!(sent(good.clone()), Ok(good));
    assert_eq!(sent(json!({"kind": "firm", "hours": 2.0})), Ok(json!({"kind": "firm", "hours": 2})));
    let refused = |code: &str, value: serde_json::Value| {
        let mut given = json!({"kind": "person", "age": 30});
        given[code] = value;
        sent(given).unwrap_err()
    };
    assert_eq!(refused("age", json!("30")), "age wrong_type");
    assert_eq!(refused("age", json!(30.5)), "age not_a_whole_number");
    assert_eq!(refused("age", json!(121)), "age out_of_range");
    assert_eq!(refused("age", json!(-1)), "age out_of_range");
    assert_eq!(refused("hours", json!(0)), "hours out_of_range");
    assert_eq!(refused("hours", json!(1e300)), "hours not_a_number");
    assert_eq!(refused("hours", json!(0.123_456_7)), "hours not_a_number");
    assert_eq!(refused("hours", json!(["1", "2"])), "hours more_than_one");
    assert_eq!(refused("day", json!("28/02/2026")), "day not_a_date");
    assert_eq!(refused("day", json!("2026-02-30")), "day not_a_date");
    assert_eq!(refused("day", json!("2025-12-31")), "day out_of_range");
    assert_eq!(refused("hello", json!("x")), "hello unknown_question");
}

#[test]
fn people_type_them_in_theirs() {
    let vi = |fields: &[(&str, &str)]| typed(fields, Language::Vi);
    let good = vi(&[("kind", "person"), ("age", " 30 "), ("hours", "1,5"), ("day", "1/2/2026")]);
    assert_eq!(good, Ok(json!({"kind": "person", "age": 30, "hours": 1.5, "day": "2026-02-01"})));
    assert_eq!(vi(&[("kind", "firm"), ("hours", "none")]), Err("hours not_a_number".to_owned()));
    assert_eq!(vi(&[("kind", "firm"), ("comment", "none")]), Ok(json!({"kind": "firm", "comment": "none"})));
    assert_eq!(vi(&[("kind", "person"), ("age", "ba mươi")]), Err("age not_a_number".to_owned()));
    assert_eq!(vi(&[("kind", "person"), ("age", "1.000")]), Err("age not_a_number".to_owned()));
    assert_eq!(vi(&[("kind", "firm"), ("day", "31/02/2026")]), Err("day not_a_date".to_owned()));
    assert_eq!(typed(&[("kind", "firm"), ("hours", "1,5")], Language::En), Err("hours not_a_number".to_owned()));
}

#[test]
fn what_is_required_is_missed_only_where_it_is_asked() {
    assert_eq!(sent(json!({"comment": "x"})), Err("kind missing".to_owned()));
    assert_eq!(sent(json!({"kind": "person"})), Err("age missing".to_owned()));
    assert_eq!(sent(json!({"kind": "firm"})), Ok(json!({"kind": "firm"})));
    assert_eq!(sent(json!({"kind": "person", "age": "x"})), Err("age wrong_type".to_owned()), "told once");
    assert_eq!(sent(json!({})), Err("kind missing".to_owned()));
}

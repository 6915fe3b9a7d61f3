//! What is taken, what is refused, and that nothing becomes an answer by itself.

use super::*;
use crate::domain::form::tests_support::SMALL as FORM;
use serde::Deserialize;
use serde_json::json;

fn form() -> Form {
    toml::from_str(FORM).unwrap()
}

fn answers(value: serde_json::Value) -> Result<serde_json::Value, Vec<(String, &'static str)>> {
    let raw = RawAnswers::deserialize(&value).unwrap();
    parse_answers(&raw, &form())
        .map(|a| serde_json::to_value(a).unwrap())
        .map_err(|p| p.into_iter().map(|p| (p.field, p.fault.code())).collect())
}

#[test]
fn takes_what_the_form_asks() {
    let given = json!({"overall": 2, "reason": ["other", "time"], "comment": " chậm ", "gender": null});
    assert_eq!(answers(given).unwrap(), json!({"overall": 2, "reason": ["time", "other"], "comment": "chậm"}));
}

#[test]
fn lists_every_problem_at_once() {
    let given = json!({"overall": 6, "gender": "x", "comment": "mười một chữ", "zzz": 1});
    let expected: Vec<(String, &str)> = [
        ("overall", "not_an_option"),
        ("comment", "too_long"),
        ("gender", "not_an_option"),
        ("zzz", "unknown_question"),
    ]
    .map(|(f, c)| (f.to_owned(), c))
    .to_vec();
    assert_eq!(answers(given).unwrap_err(), expected);
}

#[test]
fn what_is_sent_twice_is_refused() {
    let given = r#"{"zzz": 1, "overall": 2, "comment": "x", "overall": 2, "zzz": 1}"#;
    let problems = parse_answers(&serde_json::from_str(given).unwrap(), &form()).unwrap_err();
    let told: Vec<_> = problems.iter().map(|p| (p.field.as_str(), p.fault.code())).collect();
    assert_eq!(told, [("zzz", "unknown_question"), ("overall", "more_than_one")]);
    let given = r#"{"overall": 9, "overall": 2, "overall": 3}"#;
    let problems = parse_answers(&serde_json::from_str(given).unwrap(), &form()).unwrap_err();
    assert_eq!(problems, [Problem { field: "overall".to_owned(), fault: Fault::MoreThanOne }], "told once");
}

#[test]
fn levels_are_whole_numbers_of_the_scale() {
    for bad in [json!(0), json!(3.5), json!(-1), json!(6), json!(1e9)] {
        assert_eq!(answers(json!({"overall": bad})).unwrap_err()[0].1, "not_an_option", "{bad}");
    }
    for bad in [json!("5"), json!(true), json!({"a": 1})] {
        assert_eq!(answers(json!({"overall": bad})).unwrap_err()[0].1, "wrong_type", "{bad}");
    }
    assert_eq!(answers(json!({"overall": ["1", "2"]})).unwrap_err()[0].1, "more_than_one");
}

#[test]
fn an_empty_form_is_refused_and_a_missing_answer_is_no_answer() {
    for nothing in [json!({}), json!({"overall": null}), json!({"comment": "  "}), json!({"overall": 2, "reason": []})]
    {
        match answers(nothing.clone()) {
            Ok(stored) => assert_eq!(stored, json!({"overall": 2})),
            Err(problems) => assert_eq!(problems, [("answers".to_owned(), "nothing_answered")], "{nothing}"),
        }
    }
}

#[test]
fn a_closed_question_takes_no_answer_and_a_page_drops_it() {
    assert_eq!(answers(json!({"overall": 5, "reason": ["time"]})).unwrap_err(), [("reason".to_owned(), "not_asked")]);
    let given = json!({"overall": 5, "reason": ["time"]});
    let raw = RawAnswers::deserialize(&given).unwrap();
    let kept = without_unasked(raw.clone(), &form());
    assert_eq!(kept.codes().collect::<Vec<_>>(), ["overall"]);
    let given = json!({"overall": 3, "reason": ["time"]});
    let raw = RawAnswers::deserialize(&given).unwrap();
    assert_eq!(without_unasked(raw, &form()).0.len(), 2);
}

#[test]
fn fields_of_a_page_become_values() {
    fn of<'a>(code: &str, values: &[&'a str]) -> RawValue<'a> {
        let form = form();
        raw_from_fields(values.iter().copied(), &form, form.question(code), Language::Vi)
    }
    assert_eq!(of("overall", &["4"]), RawValue::Number(4.0));
    assert_eq!(of("overall", &["none"]), RawValue::Null);
    assert_eq!(of("overall", &["", "4"]), RawValue::Number(4.0));
    assert_eq!(of("overall", &["1", "4"]), RawValue::List(vec!["1".into(), "4".into()]));
    assert_eq!(of("reason", &["time"]), RawValue::List(vec!["time".into()]));
    assert_eq!(of("nothing", &["x"]), RawValue::Text("x".into()));
}

#[test]
fn an_option_called_none_is_an_answer() {
    let none = r#"options = [{ code = "none", label = { vi = "Không có", en = "None" } },"#;
    let form: Form =
        toml::from_str(&FORM.replacen("options = [\n  { code = \"male\"", &format!("{none}\n  {{ code = \"male\""), 1))
            .unwrap();
    let of = |value| raw_from_fields(std::iter::once(value), &form, form.question("gender"), Language::Vi);
    assert_eq!((of("none"), of(".")), (RawValue::Text("none".into()), RawValue::Null));
    assert_eq!(no_answer(&form, form.question("overall").unwrap()), "none");
}

/// `a` closes `b`, `b` opens `c`; `channel` is named like a field.
const CHAIN: &str = r#"
form = "chain"
version = "1"
title = { vi = "Chuỗi", en = "Chain" }
source = { vi = "Thử", en = "Test" }
valid_from = "2026-01-01"
scales = { yes_no = { options = [
  { code = "yes", label = { vi = "Có", en = "Yes" } }, { code = "no", label = { vi = "Không", en = "No" } } ] } }
[[sections]]
code = "one"
title = { vi = "Một", en = "One" }
questions = [
  { code = "a", kind = "single", scale = "yes_no", text = { vi = "A", en = "A" } },
  { code = "channel", kind = "single", scale = "yes_no", text = { vi = "K", en = "K" } },
]
[[sections]]
code = "two"
title = { vi = "Hai", en = "Two" }
show_when = { question = "a", none_of = ["no"] }
questions = [
  { code = "b", kind = "single", scale = "yes_no", text = { vi = "B", en = "B" } },
  { code = "c", kind = "text", text = { vi = "C", en = "C" }, show_when = [
    { question = "b", any_of = ["yes"] }, { question = "channel", none_of = ["no"] } ] },
]
"#;

#[test]
fn rules_reach_through_one_another() {
    let form: Form = toml::from_str(CHAIN).unwrap();
    assert_eq!(form.problems(), []);
    let outcome = |given: serde_json::Value| {
        let raw = RawAnswers::deserialize(&given).unwrap();
        let refused = match parse_answers(&raw, &form) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.into_iter().map(|p| (p.field, p.fault.code())).collect(),
        };
        let kept = without_unasked(raw, &form);
        (
            kept.codes().collect::<Vec<_>>().join(" "),
            refused.iter().map(|(field, code)| format!("{field} {code}")).collect::<Vec<_>>().join(", "),
        )
    };
    let all = |kept: &str, refused: &str| (kept.to_owned(), refused.to_owned());
    assert_eq!(outcome(json!({"a": "yes", "b": "yes", "c": "x"})), all("a b c", ""));
    assert_eq!(outcome(json!({"b": "yes", "c": "x"})), all("b c", ""), "what was left open closes nothing");
    assert_eq!(outcome(json!({"a": "no", "b": "yes", "c": "x"})), all("a", "b not_asked, c not_asked"));
    assert_eq!(outcome(json!({"b": "no", "c": "x"})), all("b", "c not_asked"));
    assert_eq!(outcome(json!({"b": "yes", "channel": "no", "c": "x"})), all("b channel", "c not_asked"));
    assert_eq!(outcome(json!({"channel": "maybe"})).1, "answers.channel not_an_option", "apart from the field");
}

proptest::proptest! {
    #[test]
    fn whatever_is_stored_was_given(overall in 0u8..8, gender in "(male|female|x)?", comment in ".{0,14}") {
        let given = json!({"overall": overall, "gender": gender, "comment": comment});
        if let Ok(stored) = answers(given) {
            proptest::prop_assert_eq!(stored["overall"].as_u64(), Some(u64::from(overall)));
            proptest::prop_assert!((1..=5).contains(&overall));
            proptest::prop_assert!(stored.get("gender").is_none_or(|g| g.as_str() == Some(gender.as_str())));
        }
    }
}

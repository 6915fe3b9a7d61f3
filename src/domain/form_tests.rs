//! What a form must and must not say.

use super::*;

pub(crate) const SMALL: &str = r#"
form = "small"
version = "2026"
title = { vi = "Nhỏ", en = "Small" }
source = { vi = "Thử", en = "Test" }
valid_from = "2026-01-01"

[scales.satisfaction5]
none = { vi = "Không áp dụng", en = "Not applicable" }
options = [
  { code = "1", label = { vi = "a", en = "a" } },
  { code = "2", label = { vi = "b", en = "b" } },
  { code = "3", label = { vi = "c", en = "c" } },
  { code = "4", label = { vi = "d", en = "d" } },
  { code = "5", label = { vi = "e", en = "e" } },
]

[[sections]]
code = "one"
title = { vi = "Một", en = "One" }

[[sections.questions]]
code = "overall"
kind = "level"
scale = "satisfaction5"
text = { vi = "Ông/Bà hài lòng?", en = "Satisfied?" }

[[sections.questions]]
code = "reason"
kind = "multiple"
text = { vi = "Vì sao?", en = "Why?" }
show_when = { question = "overall", any_of = ["1", "2", "3"] }
options = [
  { code = "time", label = { vi = "Thời gian", en = "Time" } },
  { code = "other", label = { vi = "Khác", en = "Other" } },
]

[[sections.questions]]
code = "comment"
kind = "text"
max_length = 10
text = { vi = "Ý kiến", en = "Comment" }

[[sections.questions]]
code = "gender"
kind = "single"
text = { vi = "Giới tính", en = "Gender" }
options = [
  { code = "male", label = { vi = "Nam", en = "Male" } },
  { code = "female", label = { vi = "Nữ", en = "Female" } },
]
"#;

fn form(change: impl Fn(&mut Form)) -> Vec<(String, FormFault)> {
    let mut form: Form = toml::from_str(SMALL).unwrap();
    change(&mut form);
    form.problems().into_iter().map(|p| (p.place, p.fault)).collect()
}

#[test]
fn a_good_form_has_no_problems() {
    assert_eq!(form(|_| {}), []);
}

#[test]
fn each_fault_is_found_where_it_is() {
    let q = |f: &mut Form, i: usize, change: &dyn Fn(&mut Question)| change(&mut f.sections[0].questions[i]);
    let at = |place: &str, fault| vec![(place.to_owned(), fault)];
    assert_eq!(form(|f| q(f, 3, &|q| q.text.en.clear())), at("gender", FormFault::IncompleteText));
    assert_eq!(form(|f| q(f, 3, &|q| q.options.clear())), at("gender", FormFault::NoOptions));
    assert_eq!(form(|f| q(f, 3, &|q| q.code = "Giới".into())), at("Giới", FormFault::BadCode));
    assert_eq!(form(|f| f.version = "2026/1".into()), at("small/2026/1", FormFault::BadCode));
    assert_eq!(form(|f| f.sections[0].code = "Một".into()), at("Một", FormFault::BadCode));
    assert_eq!(form(|f| q(f, 3, &|q| q.code = "comment".into())), at("comment", FormFault::DuplicateCode));
    assert_eq!(form(|f| q(f, 0, &|q| q.scale = Some("x".into())))[0].1, FormFault::UnknownScale("x".into()));
    assert_eq!(
        form(|f| f.scales.get_mut("satisfaction5").unwrap().options.swap(0, 1)),
        at("overall", FormFault::LevelsNotNumbered)
    );
}

#[test]
fn conditions_look_back_at_what_can_be_chosen() {
    let on = |question: &str, any_of: &[&str], none_of: &[&str]| {
        let codes = |codes: &[&str]| codes.iter().map(|c| (*c).to_owned()).collect();
        Condition { question: question.to_owned(), any_of: codes(any_of), none_of: codes(none_of) }
    };
    // The questions are overall, reason (opened by overall 1 to 3), comment, gender.
    let with = |at: usize, show_when: Vec<Condition>| {
        form(move |f| f.sections[0].questions[at].show_when.clone_from(&show_when))
    };
    let fault = |at: usize, show_when: Vec<Condition>| with(at, show_when).remove(0).1;
    assert_eq!(fault(3, vec![on("nothing", &["1"], &[])]), FormFault::ConditionOnUnknown("nothing".into()));
    assert_eq!(fault(3, vec![on("gender", &["male"], &[])]), FormFault::ConditionOnItself);
    assert_eq!(fault(0, vec![on("gender", &["male"], &[])]), FormFault::ConditionNotEarlier("gender".into()));
    assert_eq!(fault(3, vec![on("comment", &["x"], &[])]), FormFault::ConditionOnText("comment".into()));
    assert_eq!(fault(3, vec![on("overall", &[], &[])]), FormFault::ConditionUnclear("overall".into()));
    assert_eq!(fault(3, vec![on("overall", &["1"], &["2"])]), FormFault::ConditionUnclear("overall".into()));
    assert_eq!(fault(3, vec![on("overall", &[], &["6"])]), FormFault::UnknownOption("6".into()));
    assert_eq!(fault(3, vec![on("reason", &[], &["time"])]), FormFault::ConditionOnAsked("reason".into()));
    let in_a_circle = form(|f| {
        f.sections[0].questions[0].show_when = vec![on("reason", &["time"], &[])];
    });
    assert_eq!(in_a_circle, [("overall".to_owned(), FormFault::ConditionNotEarlier("reason".into()))]);
    let section = form(|f| f.sections[0].show_when = vec![on("gender", &["male"], &[])]);
    assert_eq!(section, [("one".to_owned(), FormFault::ConditionOnItself)]);
    assert_eq!(with(3, vec![on("overall", &["4"], &[]), on("overall", &[], &["1"])]), []);
    assert_eq!(with(3, vec![on("reason", &["time"], &[]), on("reason", &["other"], &[])]), [], "both can be chosen");
}

#[test]
fn what_no_answers_can_open_is_found() {
    let on = |question: &str, any_of: &[&str], none_of: &[&str]| {
        let codes = |codes: &[&str]| codes.iter().map(|c| (*c).to_owned()).collect();
        Condition { question: question.to_owned(), any_of: codes(any_of), none_of: codes(none_of) }
    };
    let never = |conditions: Vec<Condition>| {
        let found = form(move |f| f.sections[0].questions[3].show_when.clone_from(&conditions));
        found == [("gender".to_owned(), FormFault::NeverAsked)]
    };
    assert!(never(vec![on("overall", &["4"], &[]), on("overall", &["5"], &[])]));
    assert!(never(vec![on("overall", &["4"], &[]), on("overall", &[], &["4", "5"])]));
    assert!(
        never(vec![on("reason", &["time"], &[]), on("overall", &["5"], &[])]),
        "a reason is asked after 1 to 3 only"
    );
    assert!(!never(vec![on("overall", &[], &["1", "2", "3", "4", "5"])]), "asked where nothing was chosen");
    let chain = form(|f| {
        let questions = &mut f.sections[0].questions;
        questions[1].show_when.push(on("overall", &["5"], &[]));
        questions[3].show_when = vec![on("reason", &["time"], &[])];
    });
    let places: Vec<&str> = chain.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["reason", "gender"], "what hangs on a question that is never asked is never asked");
}

#[test]
fn points_are_for_all_options_or_for_none() {
    let points = |given: [Option<u8>; 2]| {
        form(move |f| f.sections[0].questions[3].options.iter_mut().zip(given).for_each(|(o, p)| o.points = p))
    };
    assert_eq!(points([Some(0), Some(100)]), []);
    assert_eq!(points([Some(0), None]), [("gender".to_owned(), FormFault::BadPoints)]);
    assert_eq!(points([Some(0), Some(101)]), [("gender".to_owned(), FormFault::BadPoints)]);
}

#[test]
fn limits_and_needed_answers_fit_their_questions() {
    let with = |at: usize, more: &str| {
        let more: Question = toml::from_str(&format!("code = 'x'\ntext = {{ vi = 'X', en = 'X' }}\n{more}")).unwrap();
        form(move |f| f.sections[0].questions[at] = more.clone())
            .into_iter()
            .map(|(_, fault)| fault)
            .collect::<Vec<_>>()
    };
    assert_eq!(with(3, "kind = 'integer'\nrequired = true\nlimits = { min = 0, below = 10 }"), []);
    assert_eq!(with(3, "kind = 'text'\nlimits = { message = { vi = 'a', en = 'a' } }"), []);
    assert_eq!(with(3, "kind = 'note'\nrequired = true"), [FormFault::RequiredNote]);
    assert_eq!(with(3, "kind = 'date'\nrequired = true\nnone = { vi = 'a', en = 'a' }"), [FormFault::RequiredWithNone]);
    for misplaced in [
        "kind = 'integer'\nlimits = { min = 0.5 }",
        "kind = 'date'\nlimits = { min = 1 }",
        "kind = 'note'\nlimits = {}",
    ] {
        assert_eq!(with(3, misplaced), [FormFault::LimitsMisplaced], "{misplaced}");
    }
    assert_eq!(with(3, "kind = 'decimal'\nlimits = { above = 1, max = 1 }"), [FormFault::LimitsUnclear]);
    assert_eq!(with(3, "kind = 'decimal'\nscale = 'satisfaction5'"), [FormFault::OptionsOnText]);
    let half = "kind = 'text'\nlimits = { message = { vi = 'a', en = '' } }";
    assert_eq!(with(3, half), [FormFault::IncompleteText]);
    let matrix = |kinds: usize| {
        form(move |f| {
            f.sections[0].layout = Some(SectionLayout::Matrix);
            f.sections[0].questions.truncate(kinds);
        })
    };
    assert_eq!(matrix(1), []);
    assert_eq!(matrix(2), [("one".to_owned(), FormFault::MatrixMixed)]);
}

#[test]
fn a_needed_answer_leaves_no_word_for_none() {
    let mut form: Form = toml::from_str(SMALL).unwrap();
    assert!(form.none_label(&form.sections[0].questions[0]).is_some() && !form.requires_answers());
    form.sections[0].questions[0].required = true;
    assert!(form.none_label(&form.sections[0].questions[0]).is_none() && form.requires_answers());
}

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
        form(|f| f.sections[0].questions.swap(0, 1)),
        at("reason", FormFault::BadCondition("overall".into())),
        "a condition looks back only"
    );
    assert_eq!(
        form(|f| q(f, 1, &|q| q.show_when.as_mut().unwrap().any_of.push("6".into()))),
        at("reason", FormFault::UnknownOption("6".into()))
    );
    assert_eq!(
        form(|f| f.scales.get_mut("satisfaction5").unwrap().options.swap(0, 1)),
        at("overall", FormFault::LevelsNotNumbered)
    );
}

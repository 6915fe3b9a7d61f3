//! Workbooks of others and of ours: what becomes of them, cell by cell.

use super::*;
use crate::domain::form::{Condition, Form, QuestionKind, SectionLayout};
use proptest::prelude::*;

/// A workbook of sheets as `name: cell | cell` lines, one row a line.
fn workbook(sheets: &[(&str, &str)]) -> Workbook {
    let row = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let sheet = |(name, text): &(&str, &str)| super::read::sheet(name, text.trim().lines().map(row).collect());
    Workbook { sheets: sheets.iter().map(sheet).collect() }
}

fn origin() -> Origin {
    Origin { name: "My Form".to_owned(), day: "2026-11-24".parse().unwrap() }
}

/// The form and what was told, as `place code`.
fn taken(sheets: &[(&str, &str)], taking: Taking) -> (Option<Form>, Vec<String>) {
    let outcome = read(&workbook(sheets), &origin(), taking);
    let told = outcome.findings.iter().map(|f| format!("{} {}", f.place, f.what.code())).collect();
    (outcome.form, told)
}

const CHOICES: &str = "list_name | name | label::vi | label::en
satisfied | 1 | Kém | Bad
satisfied | 2 | Vừa | Fair
satisfied | 3 | Tốt | Good
why | Time | Thời gian | Time
why | other | Khác | Other";

const SETTINGS: &str = "form_title | form_id | version
Phiếu thử | Test-Form | 2";

#[test]
fn a_form_with_all_kinds_is_taken() {
    let survey = "type | name | label::Vietnamese (vi) | label:en | hint::vi | hint::en | required | relevant | constraint | constraint_message::vi | constraint_message::en | appearance
begin group | visit | Lần này | This visit | Ngắn thôi | Short | | | | | |
select_one satisfied | overall | Hài lòng? | Satisfied? | | | yes | | | | | likert
select_multiple why | why | Vì sao? | Why? | | | | ${overall} <= 2 | | | |
end group | | | | | | | | | | |
note | hello | Xin chào | Hello | | | | | | | |
integer | age | Tuổi | Age | | | true() | | . >= 0 and . <= 120 | Sai tuổi | Wrong age |
decimal | hours | Giờ | Hours | | | | | . > 0 | | |
date | day | Ngày | Day | | | | | . >= date('2026-01-01') | | |
text | comment | Ý kiến | Comment | | | | selected(${why}, 'Time') | string-length(.) <= 200 | | |";
    let (form, told) = taken(&[("Survey", survey), ("choices", CHOICES), ("settings", SETTINGS)], Taking::Everything);
    let form = form.unwrap_or_else(|| panic!("{told:?}"));
    assert_eq!(
        told,
        ["settings!A2 one-language", "settings!B2 renamed", "choices!B5 renamed", "survey!B6 assumed"],
        "the title, two names, and the heading of what stands in no group"
    );
    assert_eq!((form.name().as_str(), form.sections.len()), ("test_form/2", 2));
    assert_eq!(form.problems(), []);
    let kinds: Vec<QuestionKind> = form.questions().map(|q| q.kind).collect();
    use QuestionKind::{Date, Decimal, Integer, Level, Multiple, Note, Text};
    assert_eq!(kinds, [Level, Multiple, Note, Integer, Decimal, Date, Text]);
    let question = |code: &str| form.question(code).unwrap();
    assert!(question("overall").required && question("age").required && !question("why").required);
    assert_eq!(question("why").show_when[0].any_of, ["1", "2"]);
    assert_eq!(question("comment").show_when[0].any_of, ["time"]);
    assert_eq!(question("comment").max_length, Some(200));
    let limits = question("age").limits.as_ref().unwrap();
    assert_eq!(limits.message.as_ref().unwrap().vi, "Sai tuổi");
    assert_eq!(form.sections[0].lead.as_ref().unwrap().en, "Short");
    assert_eq!(form.scales.keys().collect::<Vec<_>>(), ["satisfied"], "the other list is one question's own");
    assert_eq!((form.status.as_str(), question("age").status.as_str()), ("chưa kiểm chứng", ""));
    assert_eq!(read(&write(&form), &origin(), Taking::Everything).form, Some(form));
}

#[test]
fn what_cannot_be_taken_is_told_by_cell_and_left_out_where_that_is_asked_for() {
    let survey = "type | name | label | relevant | default | calculation
geopoint | place | Ở đâu | | |
start | start | | | |
select_one why or_other | why | Vì sao | | |
text | more | Thêm | ${place} = 'x' | |
text | again | Nữa | ${nobody} = 'x' | abc |
text | some | Chào ${why} | | |
begin repeat | kids | Con | | |
text | kid | Tên | | |
end repeat | | | | |
begin group | late | Sau | count-selected(${why}) > 1 | |
text | inside | Trong | | |
end group | | | | |
text | kept | Còn lại | | | 1 + 1
range | r | Bao nhiêu | | |";
    let sheets = [("survey", survey), ("choices", CHOICES), ("settings", SETTINGS), ("notes", "a"), ("osm", "a")];
    let (none, told) = taken(&sheets, Taking::Everything);
    assert_eq!(none, None);
    let weighty: Vec<&String> = told
        .iter()
        .filter(|t| !["one-language", "renamed", "assumed"].contains(&t.split(' ').next_back().unwrap()))
        .collect();
    assert_eq!(
        weighty,
        [
            "notes unknown-sheet",
            "osm foreign-sheet",
            "choices!A2 idle-list",
            "survey!A2 type",
            "survey!A3 type",
            "survey!A4 or-other",
            "survey!D5 relevant-unknown",
            "survey!D6 relevant-unknown",
            "survey!E6 column",
            "survey!C7 reference",
            "survey!A8 type",
            "survey!A9 within",
            "survey!D11 relevant",
            "survey!A12 within",
            "survey!F14 column",
            "survey!A15 type",
        ]
    );
    let (form, _) = taken(&sheets, Taking::WhatFits);
    let codes: Vec<String> = form.unwrap().questions().map(|q| q.code.clone()).collect();
    assert_eq!(codes, ["why", "kept"]);
}

#[test]
fn what_makes_no_form_is_told_even_where_the_rest_may_be_left_out() {
    let cases: [(&str, &str); 8] = [
        ("type | name | label | label\ntext | a | A | B", "survey!D1 repeated-column"),
        ("name | label\na | A", "survey!1 missing-column"),
        ("type | name | label\ntext | | A", "survey!B2 missing-name"),
        ("type | name | label\ntext | a b | A\ntext | a-b | B", "survey!B3 clash"),
        ("type | name | label\nbegin group | g | G\ntext | a | A", "survey!B2 open-group"),
        ("type | name | label\ntext | a | A\nend group | | ", "survey!A3 no-group"),
        ("type | name | label\nselect_one nothing | a | A", "survey!A2 unknown-list"),
        ("type | name | label\ngeopoint | a | A", "survey form-empty"),
    ];
    for (survey, expected) in cases {
        let (form, told) = taken(&[("survey", survey)], Taking::WhatFits);
        assert_eq!(form, None, "{survey}");
        assert!(told.iter().any(|t| t == expected), "{survey}: {told:?}");
    }
    assert_eq!(taken(&[("sheet1", "a | b | c")], Taking::WhatFits).1, ["sheet1 unknown-sheet", "survey no-survey"]);
}

#[test]
fn what_others_leave_out_of_their_sheets_is_filled_in_and_told() {
    let survey =
        "type | name | text:English | required_message | noAppErrorString | note\nselect_one l | a | A | x | x |";
    let choices = "list name | name | label\nl | Red | \nl | blue | Xanh\nl | blue | Lam";
    let (form, told) = taken(&[("survey", survey), ("choices", choices)], Taking::WhatFits);
    let form = form.unwrap_or_else(|| panic!("{told:?}"));
    let labels: Vec<&str> = form.sections[0].questions[0].options.iter().map(|o| o.label.vi.as_str()).collect();
    assert_eq!(labels, ["Red", "Xanh"]);
    for expected in ["choices!C2 assumed", "choices!B4 repeated-option", "survey!D2 no-use", "survey!E2 no-use"] {
        assert!(told.iter().any(|t| t == expected), "{expected} in {told:?}");
    }
    let (form, told) = taken(&[("Sheet1", "type | name | label\ntext | a | A")], Taking::Everything);
    assert!(form.is_some() && told.contains(&"sheet1 assumed".to_owned()), "{told:?}");
}

#[test]
fn repeated_lists_become_a_matrix() {
    let matrix = "type | name | label | appearance
begin_group | rate | Đánh giá | table-list
select_one satisfied | a | Một |
select_one satisfied | b | Hai |
end_group | | |";
    let rows = "type | name | label | appearance
begin_group | rate | Đánh giá | field-list
select_one satisfied | head | | label
select_one satisfied | a | Một | list-nolabel
select_one satisfied | b | Hai | list-nolabel
end_group | | |";
    for survey in [matrix, rows] {
        let (form, told) = taken(&[("survey", survey), ("choices", CHOICES)], Taking::Everything);
        let form = form.unwrap_or_else(|| panic!("{told:?}"));
        assert_eq!(form.sections[0].layout, Some(SectionLayout::Matrix));
        assert!(form.questions().all(|q| q.kind == QuestionKind::Level && q.scale.as_deref() == Some("satisfied")));
        assert_eq!(read(&write(&form), &origin(), Taking::Everything).form, Some(form));
    }
    let mixed = matrix.replace("one satisfied | b", "one why | b");
    let (form, told) = taken(&[("survey", &mixed), ("choices", CHOICES)], Taking::Everything);
    assert!(told.contains(&"survey!B2 no-matrix".to_owned()), "{told:?}");
    assert_eq!(form.unwrap().sections[0].layout, None);
}

#[test]
fn groups_in_groups_become_sections_with_all_their_conditions() {
    let survey = "type | name | label | relevant
select_one satisfied | q | Q |
begin group | outer | Ngoài | ${q} = 1
text | a | A |
begin group | inner | | ${q} != 2
text | b | B |
end group | | |
text | c | C |
end group | | |";
    let (form, told) = taken(&[("survey", survey), ("choices", CHOICES)], Taking::Everything);
    let form = form.unwrap_or_else(|| panic!("{told:?}"));
    let shape: Vec<(&str, &str, usize)> =
        form.sections.iter().map(|s| (s.code.as_str(), s.title.vi.as_str(), s.show_when.len())).collect();
    assert_eq!(shape, [("part", "my_form", 0), ("outer", "Ngoài", 1), ("inner", "Ngoài", 2), ("outer_2", "Ngoài", 1)]);
    assert!(told.contains(&"survey!B5 nested".to_owned()));
}

#[test]
fn a_condition_that_a_page_could_not_follow_is_told_where_it_stands() {
    let survey = "type | name | label | relevant
select_one satisfied | q | Q |
select_one satisfied | r | R | ${q} = 1
text | s | S | ${r} != 2
text | t | T | ${q} = 1 and ${q} = 2";
    let (form, told) = taken(&[("survey", survey), ("choices", CHOICES)], Taking::Everything);
    assert_eq!(form, None);
    for expected in ["survey!D4 form-condition-on-asked", "survey!D5 form-never-asked"] {
        let (kept, told) = taken(&[("survey", survey), ("choices", CHOICES)], Taking::WhatFits);
        assert!(told.iter().any(|t| t == expected), "{told:?}");
        assert_eq!(kept.unwrap().questions().map(|q| q.code.as_str()).collect::<Vec<_>>(), ["q", "r"]);
    }
    assert!(!told.is_empty());
}

#[test]
fn conditions_of_a_section_come_back_too() {
    let on = |any_of: &[&str], none_of: &[&str]| {
        let codes = |codes: &[&str]| codes.iter().map(|c| (*c).to_owned()).collect();
        Condition { question: "overall".to_owned(), any_of: codes(any_of), none_of: codes(none_of) }
    };
    let mut form: Form = toml::from_str(crate::domain::form::tests_support::SMALL).unwrap();
    let mut second = form.sections[0].clone();
    second.code = "two".to_owned();
    second.questions = second.questions.split_off(3);
    form.sections[0].questions.truncate(3);
    second.show_when = vec![on(&["1", "2"], &[]), on(&[], &["2", "3"])];
    form.sections.push(second);
    assert_eq!(form.problems(), []);
    assert_eq!(read(&write(&form), &origin(), Taking::Everything).form, Some(form));
}

proptest! {
    #[test]
    fn no_cells_make_it_panic(rows in proptest::collection::vec(proptest::collection::vec(
        prop_oneof![
            Just("select_one a".to_owned()), Just("begin group".to_owned()), Just("end group".to_owned()), Just("text".to_owned()),
            Just("begin repeat".to_owned()), Just("integer".to_owned()), Just("a".to_owned()), Just("b".to_owned()),
            Just("${a} = '1'".to_owned()), Just("likert".to_owned()), Just(". > 1".to_owned()), Just(String::new()), ".{0,6}".prop_map(|s| s),
        ], 0..12), 0..12), choices in proptest::collection::vec("[a1 ]{0,2}", 0..9)) {
        let heading = ["type", "name", "label", "relevant", "constraint", "appearance", "hint", "required", "default", "hailong::kind"];
        let mut survey = vec![heading.map(str::to_owned).to_vec()];
        survey.extend(rows.clone());
        let mut listed = vec![["list_name", "name", "label"].map(str::to_owned).to_vec()];
        listed.extend(choices.chunks(3).map(<[String]>::to_vec));
        for sheets in [vec![super::read::sheet("survey", survey), super::read::sheet("choices", listed)], vec![super::read::sheet("survey", rows)]] {
            for taking in [Taking::Everything, Taking::WhatFits] {
                let outcome = read(&Workbook { sheets: sheets.clone() }, &origin(), taking);
                if let Some(form) = outcome.form {
                    prop_assert_eq!(form.problems(), vec![]);
                    prop_assert_eq!(read(&write(&form), &origin(), Taking::Everything).form, Some(form));
                }
            }
        }
    }
}

//! Tests of breaking figures down by who answered.

use super::*;
use serde_json::json;

fn form(text: &str) -> Form {
    toml::from_str(text).unwrap()
}

fn of(form: &Form) -> Vec<String> {
    breakdowns(form, &[], &Layout::of(form)).into_iter().map(|breakdown| breakdown.question).collect()
}

#[test]
fn the_section_about_the_respondent_tells_and_nothing_else() {
    let full = form(include_str!("../../survey_forms/sipas_full/2022.toml"));
    let section = full.sections.iter().find(|section| section.code == SECTION).unwrap();
    let single = section.questions.iter().filter(|question| question.kind == QuestionKind::Single);
    let expected: Vec<String> = single.map(|question| question.code.clone()).collect();
    assert_eq!(expected.len(), 7);
    assert_eq!(of(&full), expected, "and no question about what somebody went through");
}

#[test]
fn without_that_section_it_is_what_nothing_depends_on() {
    let mut full = form(include_str!("../../survey_forms/sipas_full/2022.toml"));
    full.sections.retain(|section| section.code != SECTION);
    let found = of(&full);
    assert!(found.contains(&"experience_3".to_owned()), "{found:?}");
    assert!(!found.contains(&"experience_4".to_owned()), "whole sections depend on it");
}

#[test]
fn what_an_index_counts_and_what_has_too_many_options_is_left_out() {
    let mut form = form(include_str!("../../survey_forms/sipas_service/2022.toml"));
    let before = of(&form);
    let definition = format!(
        r#"
        index = "i"
        version = "1"
        form = "sipas_service/2022"
        title = {{ vi = "I", en = "I" }}
        formula = {{ vi = "I", en = "I" }}
        source = {{ vi = "I", en = "I" }}
        valid_from = "2026-01-01"
        satisfied_from = 1
        nodes = [
          {{ code = "i", aggregation = "mean_of_criteria" }},
          {{ code = "{}", parent = "i", aggregation = "share" }},
        ]
        "#,
        before[0]
    );
    let definition: Definition = toml::from_str(&definition).unwrap();
    let counted = breakdowns(&form, &[&definition], &Layout::of(&form));
    assert_eq!(counted.into_iter().map(|b| b.question).collect::<Vec<_>>(), before[1..]);
    let question = form.sections.iter_mut().flat_map(|s| &mut s.questions).find(|q| q.code == before[0]).unwrap();
    let option = question.options[0].clone();
    question.options.resize(MOST_OPTIONS, option.clone());
    assert_eq!(of(&form), before);
    let question = form.sections.iter_mut().flat_map(|s| &mut s.questions).find(|q| q.code == before[0]).unwrap();
    question.options.push(option);
    assert_eq!(of(&form), before[1..]);
}

#[test]
fn a_submission_is_in_one_group_of_every_question_and_comes_out_of_it_again() {
    let form = form(include_str!("../../survey_forms/sipas_service/2022.toml"));
    let layout = Layout::of(&form);
    let breakdowns = breakdowns(&form, &[], &layout);
    let question = form.question(&breakdowns[1].question).unwrap();
    let answers = json!({ question.code.clone(): form.options(question)[2 - 1].code });
    let counted = |times| {
        let mut tally = Tally::empty(&layout);
        tally.add(&layout, &answers, times);
        tally
    };
    let mut groups = Cells::new();
    add(&mut groups, &breakdowns, &counted(1));
    for (at, breakdown) in breakdowns.iter().enumerate() {
        let of_any = groups.keys().map(|(group, _)| question_and_option(*group));
        let of_question: Vec<i64> =
            of_any.filter(|(place, _)| *place == breakdown.place).map(|(_, option)| option).collect();
        assert_eq!(of_question, [if at == 1 { 2 } else { NOT_ANSWERED }], "{}", breakdown.question);
    }
    assert!(groups.values().all(|tally| *tally == counted(1)));
    add(&mut groups, &breakdowns, &counted(-1));
    assert!(groups.values().all(Tally::is_zero));
}

//! The shipped forms ask what was agreed, the shipped indices measure what the published figures say.

use super::*;
use crate::domain::form::{Condition, QuestionKind};
use crate::domain::index::{Kind, measure};
use crate::domain::tally::{Layout, Tally};
use crate::domain::xlsform::{self, Origin, Taking};

fn shipped() -> Library {
    load(None).unwrap()
}

fn asked(form: &Form) -> Vec<(String, String)> {
    let codes = |s: &crate::domain::form::Section| s.questions.iter().map(|q| q.code.clone()).collect::<Vec<_>>();
    form.sections.iter().map(|s| (s.code.clone(), codes(s).join(" "))).collect()
}

fn numbered(code: &str, last: usize) -> String {
    (1..=last).map(|n| format!("{code}_{n}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_full_form_asks_both_halves() {
    let library = shipped();
    let form = &library.forms["sipas_full/2022"];
    let views = "channel participation harassment bribery filing_mode information_mode";
    let mut expected: Vec<(String, String)> = vec![("interest".into(), numbered("interest", 8))];
    expected.push(("views".into(), views.into()));
    for (code, last) in [("experience", 7), ("accountability", 2), ("involvement", 2), ("policy", 8), ("outcome", 2)] {
        expected.push((code.into(), numbered(code, last)));
    }
    let service = &library.forms["sipas_service/2022"];
    expected.extend(asked(service));
    assert_eq!(asked(form), expected);
    let items: Vec<&str> = form.questions().filter_map(|q| q.number.as_deref()).collect();
    assert_eq!(items, (1..=33).map(|n| n.to_string()).collect::<Vec<_>>(), "the official numbers, each once");
    for question in service.questions() {
        let same = form.question(&question.code).unwrap();
        assert_eq!((&same.text, form.options(same)), (&question.text, service.options(question)), "{}", same.code);
    }
    let options = |code: &str| {
        let options = form.options(form.question(code).unwrap());
        options.iter().map(|o| o.code.as_str()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(options("harassment"), "none some many");
    assert_eq!(options("experience_7"), "yes no");
    assert_eq!(options("interest_1"), "1 2 3");
    assert_eq!(form.question("channel").unwrap().kind, QuestionKind::Multiple);
    let (_, text) = super::built_in::BUILT_IN.iter().find(|(name, _)| *name == "sipas_full/2022.toml").unwrap();
    let asked = text.lines().filter(|line| !line.starts_with('#')).collect::<String>();
    assert!(!asked.to_lowercase().contains("huyện"), "there are no districts any more");
}

#[test]
fn who_lacks_the_experience_is_not_asked_about_it() {
    let library = shipped();
    let form = &library.forms["sipas_full/2022"];
    let unless = |n: u8| Condition { question: format!("experience_{n}"), any_of: vec![], none_of: vec!["no".into()] };
    for item in form.items() {
        let (section, code) = (item.section.code.as_str(), item.question.code.as_str());
        let expected = match (section, code) {
            ("feedback", _) => vec![unless(4), unless(5)],
            ("access" | "procedure" | "officer" | "result", _) => vec![unless(4)],
            (_, "policy_3") => vec![unless(1)],
            (_, "policy_2") => vec![unless(2)],
            (_, "involvement_1") => vec![unless(6)],
            (_, "involvement_2") => vec![unless(7)],
            _ => vec![],
        };
        assert_eq!(item.conditions().cloned().collect::<Vec<_>>(), expected, "{code}");
    }
}

#[test]
fn the_other_forms_ask_the_agreed_codes() {
    let library = shipped();
    let pairs = |name: &str| asked(&library.forms[name]);
    let pair = |section: &str, codes: &str| (section.to_owned(), codes.to_owned());
    assert_eq!(
        pairs("ward/2026"),
        [
            pair("officer", &numbered("officer", 3)),
            pair("result", &numbered("result", 2)),
            pair("feedback", &numbered("feedback", 4)),
            pair("respondent", "gender age education"),
        ]
    );
    assert_eq!(
        pairs("officials/2023"),
        [pair("topics", "legal_documents organisation personnel public_finance modernisation")]
    );
    let governance = &library.forms["citizen_governance/2023"];
    assert_eq!(governance.questions().count(), 8);
    assert!(governance.questions().all(|q| q.scale.as_deref() == Some("satisfaction5")));
    let papi: Vec<&str> = library.indices["papi/2018"].nodes.iter().skip(1).map(|n| n.code.as_str()).collect();
    assert_eq!(governance.questions().map(|q| q.code.as_str()).collect::<Vec<_>>(), papi);
    let officials = &library.forms["officials/2023"];
    let points: Vec<Option<u8>> = officials.scales["abcd"].options.iter().map(|o| o.points).collect();
    assert_eq!(points, [Some(0), Some(20), Some(60), Some(100)], "D to A, the lowest first");
    assert!(officials.scales["abcd"].options[3].label.vi.starts_with('A'));
    assert!(officials.questions().all(|q| q.status == "chưa kiểm chứng"));
}

/// The national figures of 2024, as published: policies 83.84, services 84.09, together 83.94.
#[test]
fn the_weights_give_the_published_figure() {
    let library = shipped();
    let (form, definition) = (&library.forms["sipas_full/2022"], &library.indices["sipas_full/2022"]);
    let layout = Layout::of(form);
    let mut tally = Tally::empty(&layout);
    for node in definition.nodes.iter().filter(|n| n.aggregation.is_criterion()) {
        let half = definition.nodes.iter().find(|n| Some(&n.code) == node.parent.as_ref()).unwrap();
        let satisfied = if half.parent.as_deref() == Some("policy_half") { 8384 } else { 8409 };
        let code = node.code.as_str();
        tally.add(&layout, &serde_json::json!({ code: 4 }), satisfied);
        tally.add(&layout, &serde_json::json!({ code: 3 }), 10_000 - satisfied);
    }
    let tree = measure(definition, &layout, &tally).unwrap();
    let share = |code: &str| tree.find(code).unwrap().share.as_ref().unwrap().plain();
    assert_eq!([share("policy_half"), share("service_half"), share("sipas_full")], ["83.84", "84.09", "83.94"]);
}

#[test]
fn officials_are_measured_by_points() {
    let library = shipped();
    let (form, definition) = (&library.forms["officials/2023"], &library.indices["officials/2023"]);
    let layout = Layout::of(form);
    let mut tally = Tally::empty(&layout);
    for (level, times) in [(4, 5), (3, 3), (2, 1), (1, 1)] {
        tally.add(&layout, &serde_json::json!({ "organisation": level }), times);
    }
    tally.add(&layout, &serde_json::json!({ "personnel": 3 }), 4);
    let tree = measure(definition, &layout, &tally).unwrap();
    let topic = tree.find("organisation").unwrap();
    // (5 x 100 + 3 x 60 + 1 x 20 + 1 x 0) / 10 = 70
    assert_eq!((topic.n, topic.satisfied, topic.share.as_ref().unwrap().plain()), (10, 8, "70.00".to_owned()));
    assert_eq!(tree.share.as_ref().unwrap().plain(), "65.00", "the mean of 70 and 60; the other topics have no value");
}

#[test]
fn what_others_measure_is_described_and_never_computed() {
    let library = shipped();
    for (name, kind, leaves, most) in [
        ("one_stop/2018", Kind::Record, 9, Some(18)),
        ("portal_766/2022", Kind::Portal, 8, Some(100)),
        ("par_index/2022", Kind::Record, 8, Some(100)),
        ("papi/2018", Kind::Record, 8, Some(80)),
    ] {
        let definition = &library.indices[name];
        assert_eq!((definition.kind, definition.nodes[0].max_points), (kind, most), "{name}");
        assert_eq!(definition.nodes.iter().filter(|n| n.aggregation.is_leaf()).count(), leaves, "{name}");
    }
    let limits = |name: &str| library.indices[name].bands.iter().map(|b| b.from).collect::<Vec<_>>();
    assert_eq!(limits("one_stop/2018"), [15, 12, 9, 6, 0]);
    let sources: Vec<u32> = library.indices["par_index/2022"].point_sources.iter().map(|s| s.points).collect();
    assert_eq!(sources, [68, 32]);
    let par = &library.indices["par_index/2022"];
    assert!(par.nodes.iter().skip(1).all(|n| n.max_points.is_none()), "points per field are not known");
    let satisfaction: Vec<Option<u32>> = library.indices["portal_766/2022"]
        .nodes
        .iter()
        .filter(|n| n.parent.as_deref() == Some("satisfaction"))
        .map(|n| n.full_from)
        .collect();
    assert_eq!(satisfaction, [Some(90), Some(100), Some(100)]);
    let day = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
    for form in library.forms.keys() {
        let index = library.index_for_form(form, day).unwrap();
        assert!(index.kind.is_survey(), "{form}");
    }
}

#[test]
fn every_form_comes_back_from_a_spreadsheet_as_it_went() {
    let origin = Origin { name: "x".to_owned(), day: "2026-11-24".parse().unwrap() };
    let library = load(None).unwrap();
    assert!(library.forms.len() >= 6);
    for (name, form) in &library.forms {
        let outcome = xlsform::read(&xlsform::write(form), &origin, Taking::Everything);
        assert_eq!(outcome.findings, [], "{name}");
        assert_eq!(outcome.form.as_ref(), Some(form.as_ref()), "{name}");
    }
}

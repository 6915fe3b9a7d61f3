//! The shipped files say what they have to, and a folder that does not is refused with every reason.

use super::built_in::BUILT_IN;
use super::*;
use crate::domain::form::{Question, QuestionKind};
use crate::domain::text::Text;
use std::path::PathBuf;

/// The questions of the service half in their order, with the kind of each and its options.
const SIPAS_SERVICE: &[(&str, &str)] = &[
    ("access", "access_1 access_2 access_3 access_4"),
    ("procedure", "procedure_1 procedure_2 procedure_3 procedure_4"),
    ("officer", "officer_1 officer_2 officer_3 officer_4 officer_5"),
    ("result", "result_1 result_2 result_3"),
    ("feedback", "feedback_1 feedback_2 feedback_3"),
    (
        "priority",
        "priority_1 priority_2 priority_3 priority_4 priority_5 priority_6 priority_7 priority_9 priority_10 comment",
    ),
    ("respondent", "respondent_kind gender age ethnicity education occupation area"),
];

const OPTIONS: &[(&str, &str)] = &[
    ("access_1", "1 2 3 4 5"),
    ("feedback_3", "1 2 3 4 5"),
    ("priority_10", "1 2 3"),
    ("respondent_kind", "individual organisation"),
    ("gender", "male female"),
    ("age", "18-24 25-34 35-49 50-60 over_60"),
    ("ethnicity", "kinh other"),
    ("education", "primary lower_secondary upper_secondary vocational university other"),
    ("occupation", "retired not_working freelance student private_sector public_sector other"),
    ("area", "urban rural"),
];

const REASONS: &str =
    "time offices visits information attitude lawfulness_and_cost complaint_handling online_service other";

fn shipped() -> Library {
    load(None).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("survey_forms")
}

fn codes<'a>(items: impl IntoIterator<Item = &'a String>) -> String {
    items.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// A copy of the shipped folder with one file changed (made empty if it was not there).
fn changed(file: &str, change: impl Fn(&str) -> String) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for (name, text) in BUILT_IN {
        let path = copy.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let path = copy.path().join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let after = change(&before);
    assert!(before.is_empty() || before != after, "the change must change something");
    std::fs::write(path, after).unwrap();
    copy
}

fn problems(file: &str, from: &str, to: &str) -> Vec<String> {
    let copy = changed(file, |text| text.replacen(from, to, 1));
    match check(Some(copy.path())) {
        Err(CatalogError::Problems(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("a fault was planted, and yet {other:?}"),
    }
}

#[test]
fn the_built_in_copy_is_the_folder() {
    let on_disk = Files::in_folder(&folder()).unwrap();
    assert_eq!(on_disk.0, Files::built_in().0);
    assert_eq!(load(Some(&folder())).unwrap().forms, shipped().forms);
}

#[test]
fn the_service_half_asks_the_agreed_codes_in_order() {
    let library = shipped();
    let form = &library.forms["sipas_service/2022"];
    let asked: Vec<(String, String)> =
        form.sections.iter().map(|s| (s.code.clone(), codes(s.questions.iter().map(|q| &q.code)))).collect();
    let expected: Vec<(String, String)> =
        SIPAS_SERVICE.iter().map(|(s, q)| ((*s).to_owned(), (*q).to_owned())).collect();
    assert_eq!(asked, expected);
    for (question, options) in OPTIONS {
        let question = form.question(question).unwrap();
        assert_eq!(codes(form.options(question).iter().map(|o| &o.code)), *options, "{}", question.code);
        assert!(form.none_label(question).is_some(), "{} can be left open", question.code);
    }
    let items: Vec<&Question> = form.questions().filter(|q| q.scale.as_deref() == Some("satisfaction5")).collect();
    let numbers: Vec<&str> = items.iter().filter_map(|q| q.number.as_deref()).collect();
    let official: Vec<String> = (15..=33).map(|n| n.to_string()).collect();
    assert_eq!(numbers, official);
    let kind = |code| form.question(code).unwrap().kind;
    assert_eq!((kind("access_1"), kind("priority_9")), (QuestionKind::Level, QuestionKind::Level));
    assert_eq!((kind("comment"), kind("age")), (QuestionKind::Text, QuestionKind::Single));
    assert_eq!(form.question("comment").unwrap().max_length, Some(2000));
    let sensitive: Vec<&str> = form.questions().filter(|q| q.sensitive).map(|q| q.code.as_str()).collect();
    assert_eq!(sensitive, ["ethnicity"]);
    let result = form.sections.iter().find(|s| s.code == "result").unwrap();
    assert!(result.lead.as_ref().unwrap().vi.contains("được cấp giấy tờ hoặc bị từ chối cấp giấy tờ"));
}

#[test]
fn the_counter_asks_why_only_after_one_to_three() {
    let library = shipped();
    let form = &library.forms["counter/2026"];
    assert_eq!(codes(form.questions().map(|q| &q.code)), "overall reason comment");
    let reason = form.question("reason").unwrap();
    assert_eq!(reason.kind, QuestionKind::Multiple);
    assert_eq!(codes(form.options(reason).iter().map(|o| &o.code)), REASONS);
    let [condition] = &reason.show_when[..] else { panic!("{:?}", reason.show_when) };
    assert_eq!((condition.question.as_str(), codes(&condition.any_of)), ("overall", "1 2 3".to_owned()));
    assert_eq!(form.question("comment").unwrap().show_when, []);
}

#[test]
fn what_was_completed_here_is_marked_and_what_was_found_is_not() {
    let library = shipped();
    let form = &library.forms["sipas_service/2022"];
    let unmarked = codes(form.questions().filter(|q| q.status.is_empty()).map(|q| &q.code));
    assert_eq!(
        unmarked,
        "access_1 access_4 procedure_1 procedure_2 procedure_3 procedure_4 officer_1 officer_2 officer_3 officer_4 \
         officer_5 result_1 feedback_1 feedback_2 feedback_3 comment gender"
    );
    let of_questions = library.forms.values().flat_map(|f| f.questions()).map(|q| &q.status);
    let marks = of_questions.chain(library.forms.values().map(|f| &f.status));
    let marks = marks.chain(library.indices.values().map(|d| &d.status));
    let known = ["", "chưa kiểm chứng", "ước lượng"];
    assert!(marks.into_iter().all(|mark| known.contains(&mark.as_str())));
    let mut computed = library.indices.values().filter(|d| d.kind.is_survey());
    assert!(computed.all(|d| !d.status.is_empty()), "no formula here is the official one");
    assert_eq!(library.indices["sipas_full/2022"].status, "ước lượng");
}

#[test]
fn english_is_english_and_never_the_vietnamese_again() {
    let library = shipped();
    let mut texts: Vec<&Text> = Vec::new();
    for form in library.forms.values() {
        texts.push(&form.title);
        texts.extend(form.scales.values().flat_map(|s| s.options.iter().map(|o| &o.label).chain(&s.none)));
        texts.extend(form.sections.iter().flat_map(|s| [Some(&s.title), s.lead.as_ref()]).flatten());
        for question in form.questions() {
            texts.extend([Some(&question.text), question.note.as_ref(), question.none.as_ref()].into_iter().flatten());
            texts.extend(question.options.iter().map(|o| &o.label));
        }
    }
    for index in library.indices.values() {
        texts.extend([&index.title, &index.formula]);
        texts.extend(index.nodes.iter().flat_map(|n| [n.title.as_ref(), n.note.as_ref()]).flatten());
        texts.extend(index.bands.iter().map(|b| &b.title).chain(index.point_sources.iter().map(|s| &s.title)));
    }
    texts.extend(library.surveys.iter().flat_map(|s| [&s.title, &s.note]));
    assert!(texts.len() > 100);
    for text in texts {
        assert!(!text.is_incomplete());
        assert!(text.en.chars().all(|c| !c.is_alphabetic() || c.is_ascii()), "{}", text.en);
        let is_word = text.vi.chars().any(char::is_alphabetic) && text.vi != "Kinh";
        assert!(!is_word || text.vi != text.en, "{}", text.en);
    }
}

#[test]
fn the_index_of_a_form_is_the_one_in_force() {
    let mut library = shipped();
    let day = |y| NaiveDate::from_ymd_opt(y, 6, 30).unwrap();
    let name = |l: &Library, form, day| l.index_for_form(form, day).map(|d| d.name());
    assert_eq!(name(&library, "sipas_service/2022", day(2026)).as_deref(), Some("sipas_service/2022"));
    assert_eq!(name(&library, "counter/2026", day(2026)).as_deref(), Some("counter/2026"));
    assert_eq!(name(&library, "sipas_service/2022", day(2021)), None);
    let mut newer = Definition::clone(&library.indices["sipas_service/2022"]);
    newer.version = "2026".into();
    newer.valid_from = day(2026);
    library.indices.insert(newer.name(), Arc::new(newer));
    assert_eq!(name(&library, "sipas_service/2022", day(2026)).as_deref(), Some("sipas_service/2026"));
    assert_eq!(name(&library, "sipas_service/2022", day(2025)).as_deref(), Some("sipas_service/2022"));
}

#[test]
fn each_index_counts_every_level_item_of_five() {
    for definition in shipped().indices.values() {
        let Some(name) = &definition.form else { continue };
        let form = &shipped().forms[name];
        let items = form.questions().filter(|q| q.scale.as_deref() == Some("satisfaction5"));
        for item in items {
            assert!(definition.nodes.iter().any(|n| n.code == item.code), "{} in {}", item.code, definition.name());
        }
        assert_eq!(definition.nodes[0].code, definition.index);
        let weights: Vec<u32> = definition.nodes.iter().map(|n| n.weight).filter(|weight| *weight != 1).collect();
        let (satisfied_from, expected): (u8, &[u32]) = match definition.index.as_str() {
            "officials" => (3, &[]),
            "sipas_full" => (4, &[6, 4]),
            _ => (4, &[]),
        };
        assert_eq!((definition.satisfied_from, weights.as_slice()), (satisfied_from, expected));
    }
}

#[test]
fn the_catalogue_holds_the_office_and_two_surveys() {
    let library = shipped();
    let surveys: Vec<(&str, &str)> = library.surveys.iter().map(|s| (s.code.as_str(), s.form.as_str())).collect();
    assert_eq!(surveys, [("sipas", "sipas_service/2022"), ("counter", "counter/2026")]);
    for survey in &library.surveys {
        assert!(survey.units.is_empty() && survey.closes_at.is_none());
        let channels: Vec<&str> = survey.channels.iter().map(|c| c.code()).collect();
        assert_eq!(channels, ["web", "qr", "kiosk", "paper", "import"]);
        assert!(survey.note.vi.contains("trả lời thay") || survey.note.vi.contains("đánh giá thay"));
        let opens = survey.opens_at.date_naive();
        assert!(library.index_for_form(&survey.form, opens).is_some(), "a survey opens when its index is in force");
    }
    assert!(library.units_csv.contains("H19.26,H19,"));
    assert!(library.procedures_csv.contains("2.002314,"));
}

#[test]
fn every_shipped_version_is_frozen() {
    let summary = check(None).unwrap();
    let open: Vec<String> =
        summary.versions.iter().filter(|v| !v.frozen).map(|v| format!("{} {}", v.name, v.hash)).collect();
    assert!(open.is_empty(), "not in published.toml: {open:?}");
    assert_eq!(summary.versions.len(), 6 + 10 + 1);
    assert!(summary.units >= 6 && summary.procedures >= 6 && summary.surveys == 2);
    assert!(summary.to_string().contains("forms counter/2026 "));
}

#[test]
fn a_published_version_does_not_change() {
    let form = "sipas_service/2022.toml";
    let found = problems(form, "lịch sự, tôn trọng", "lịch sự");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("published.toml: forms/sipas_service/2022: this version is published"), "{found:?}");
    assert!(problems(form, r#"code = "over_60""#, r#"code = "61_up""#)[0].contains("must not change"));
    assert!(
        problems("indices/counter/2026.toml", r#""mean_of_criteria""#, r#""pooled""#)[0]
            .contains("indices/counter/2026")
    );
    for (file, from, to) in [
        ("sipas_full/2022.toml", r#"none_of = ["no"]"#, r#"any_of = ["yes"]"#),
        ("officials/2023.toml", "points = 60", "points = 50"),
        ("indices/sipas_full/2022.toml", "weight = 6", "weight = 5"),
        ("indices/one_stop/2018.toml", "from = 15", "from = 16"),
        ("indices/portal_766/2022.toml", "full_from = 90", "full_from = 95"),
        ("rules/2026.toml", "least_items = 5", "least_items = 4"),
    ] {
        let found = problems(file, from, to);
        assert!(found.iter().any(|p| p.contains("must not change")), "{file}: {found:?}");
    }
    let note = changed(form, |text| text.replacen("\nstatus = \"chưa kiểm chứng\"", "\nvalid_to = \"2026-12-31\"", 1));
    assert!(check(Some(note.path())).is_ok(), "what is known about a version may be completed");
    let gone = changed("published.toml", |text| format!("{text}\n[forms.x]\n").replace("[forms.x]", "\"x/1\" = \"0\""));
    let told = check(Some(gone.path())).unwrap_err().to_string();
    assert!(told.contains("indices/x/1: this version is published and must stay"), "{told}");
}

#[test]
fn a_version_that_is_not_published_yet_may_change() {
    let draft = changed("counter/2027.toml", |_| {
        BUILT_IN.iter().find(|(name, _)| *name == "counter/2026.toml").unwrap().1.replace("\"2026\"", "\"2027\"")
    });
    let summary = check(Some(draft.path())).unwrap();
    let version = summary.versions.iter().find(|v| v.name == "counter/2027").unwrap();
    assert!(!version.frozen);
}

#[test]
fn rules_for_returned_sheets_are_checked_as_a_whole() {
    let found = problems("rules/2026.toml", "effect = \"flagged\"", "effect = \"invalid\"");
    assert!(found.iter().any(|p| p.contains("uniform_and_fast can only make a sheet flagged")), "{found:?}");
    let found = problems("rules/2026.toml", "code = \"empty\"", "code = \"duplicate\"");
    let told = found.join("\n");
    assert!(told.contains("the rule empty is missing") && told.contains("the rule duplicate is there twice"), "{told}");
    let found = problems("rules/2026.toml", "version = \"2026\"", "version = \"2027\"");
    assert!(found.iter().any(|p| p.contains("calls itself 2027")), "{found:?}");
}

#[test]
fn all_problems_are_told_with_file_and_place() {
    let copy = changed("counter/2026.toml", |t| t.replace("form = \"counter\"", "form = \"other\""));
    std::fs::write(copy.path().join("indices/counter/2026.toml"), "index = \"counter\"\nweight = [").unwrap();
    std::fs::write(copy.path().join("catalogue/units.csv"), "code,parent\n").unwrap();
    std::fs::write(copy.path().join("stray.toml"), "a = 1\n").unwrap();
    std::fs::write(copy.path().join("sipas_service/2022.toml"), "title = \"Ngoa\u{323}i\"\n".as_bytes()).unwrap();
    let told = load(Some(copy.path())).unwrap_err().to_string();
    for expected in [
        "counter/2026.toml: calls itself other/2026",
        "indices/counter/2026.toml: line 2: ",
        "catalogue/units.csv: line 1, column kind: this column is missing in the header",
        "stray.toml: no such file belongs here",
        "sipas_service/2022.toml: line 1: is not in composed Unicode",
        "sipas_service/2022.toml: line 1: ",
    ] {
        assert!(told.contains(expected), "{expected} in {told}");
    }
}

#[test]
fn faults_of_forms_indices_and_surveys_are_told_by_code() {
    let one = |file: &str, from: &str, to: &str, expected: &str| {
        let found = problems(file, from, to);
        assert!(found.iter().any(|p| p.contains(expected)), "{expected} in {found:?}");
    };
    one("counter/2026.toml", "en = \"This visit\"", "en = \" \"", "visit: a text is missing");
    one("counter/2026.toml", "any_of = [\"1\"", "any_of = [\"9\"", "reason: show_when names the option 9");
    one("indices/counter/2026.toml", "code = \"overall\"", "code = \"comment\"", "comment: a criterion is a level");
    one("indices/counter/2026.toml", "form = \"counter/2026\"", "form = \"x/1\"", "there is no form x/1");
    one("indices/counter/2026.toml", "form = \"counter/2026\"", "", "names the form it counts");
    one("indices/papi/2018.toml", "max_points = 10", "max_points = 9", "papi: the points do not agree");
    one("indices/one_stop/2018.toml", "from = 12", "from = 16", "bands go from the highest limit");
    one("indices/officials/2023.toml", "\"points\"", "\"recorded\"", "are for portal and record indices");
    one(
        "sipas_full/2022.toml",
        "\"experience_4\", none_of",
        "\"experience_9\", none_of",
        "access: show_when names experience_9",
    );
    one("catalogue/surveys.toml", "counter/2026", "counter/1999", "counter: there is no form counter/1999");
    one("catalogue/surveys.toml", "code = \"counter\"", "code = \"sipas\"", "sipas: this survey is there twice");
    one("catalogue/surveys.toml", "units = []", "units = [\"H99\"]", "sipas: there is no unit H99");
    one("catalogue/surveys.toml", "[\"web\", \"qr\", \"kiosk\", \"paper\", \"import\"]", "[]", "sipas: no channel");
    one("catalogue/surveys.toml", "units = []", "closes_at = \"2025-06-30T00:00:00+07:00\"", "sipas: the end does not");
    one(
        "catalogue/units.csv",
        "H19.26.01,H19.26",
        "H19.26.01,H19.27",
        "line 7, column parent: there is no unit H19.27",
    );
    one("catalogue/procedures.csv", "H10.17;H19.26", "H10.18", "line 2, column units: there is no unit H10.18");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let told = load(Some(Path::new("no/such/folder"))).unwrap_err().to_string();
    assert!(told.starts_with("the folder of forms no/such/folder cannot be read: "), "{told}");
}

#[test]
fn a_hash_is_of_the_meaning_not_of_the_writing() {
    let library = shipped();
    let form = &library.forms["counter/2026"];
    let mut other = Form::clone(form);
    other.status.clear();
    other.source.vi.push('.');
    assert_eq!(form_hash(&other), form_hash(form));
    other.sections[0].questions[0].text.en.push('.');
    assert_ne!(form_hash(&other), form_hash(form));
    let mut hidden = Form::clone(form);
    hidden.sections[0].questions[1].show_when.clear();
    assert_ne!(form_hash(&hidden), form_hash(form));
}

//! Questionnaires in spreadsheets: what the commands take, refuse, write and leave alone; then a form with every kind of question
//! on its whole way.

mod kinds;

use crate::support::service::program;
use hailong::domain::form::Form;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A form with every kind of question, as an official writes it.
pub const EVERY_KIND: &str = "survey
,type,name,label::Vietnamese (vi),label::English (en),hint::vi,hint::en,required,relevant,constraint,constraint_message::vi,constraint_message::en,appearance
,note,hello,Xin Ông/Bà trả lời theo thực tế.,Please answer as it was.,,,,,,,,
,begin_group,visit,Lần giải quyết công việc,The visit,,,,,,,,table-list
,select_one satisfaction,officer,Thái độ của công chức,How you were treated,,,yes,,,,,likert
,select_one satisfaction,result,Kết quả nhận được,What you received,,,,,,,,likert
,end_group,,,,,,,,,,,
,begin_group,details,Chi tiết,Details,,,,,,,,
,select_one who,who,Ông/Bà đi làm việc cho ai?,For whom did you come?,,,yes,,,,,
,integer,people,Cơ quan Ông/Bà có bao nhiêu người?,How many people work there?,,,yes,${who} = 'organisation',. >= 1 and . <= 5000,,,
,decimal,hours,Ông/Bà phải chờ bao nhiêu giờ?,How many hours did you wait?,,,,,. >= 0 and . < 100,Số giờ phải từ 0 đến dưới 100.,Hours are from 0 to less than 100.,
,date,handed_in,Ngày nộp hồ sơ,When did you hand it in?,,,,,. >= date('2026-01-01') and . <= date('2026-12-31'),,,
,select_multiple reasons,reasons,Điều gì cần làm tốt hơn?,What should be better?,,,,${officer} <= 3,,,,
,text,comment,Ý kiến khác,Anything else?,,,,,string-length(.) <= 200,,,
,end_group,,,,,,,,,,,
choices
,list_name,name,label::vi,label::en
,satisfaction,1,Rất không hài lòng,Very dissatisfied
,satisfaction,2,Không hài lòng,Dissatisfied
,satisfaction,3,Bình thường,Neutral
,satisfaction,4,Hài lòng,Satisfied
,satisfaction,5,Rất hài lòng,Very satisfied
,who,person,Cho bản thân,For myself
,who,organisation,Cho tổ chức,For an organisation
,reasons,time,Thời gian,Time
,reasons,attitude,Thái độ,Attitude
settings
,form_title::vi,form_title::en,form_id,version
,Phiếu đủ loại câu hỏi,A form of every kind,every_kind,2026
";

/// Runs `forms` with a folder of forms: exit code, stdout, stderr.
pub fn forms(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = program("").env("HAILONG_FORMS", folder).arg("forms").args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// A file in a folder, as an argument.
pub fn put(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    argument(&path)
}

pub fn argument(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn form(path: &Path) -> Form {
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("survey_forms")
}

#[test]
fn every_shipped_form_goes_out_and_comes_back_the_same_from_both_kinds_of_file() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "sipas_service/2022",
        "sipas_full/2022",
        "counter/2026",
        "ward/2026",
        "officials/2023",
        "citizen_governance/2023",
    ] {
        for ending in ["xlsx", "csv"] {
            let sheet = argument(&folder.path().join(format!("form.{ending}")));
            let (code, out, err) = forms(&shipped(), &["export", name, "-o", &sheet]);
            assert_eq!((code, err.as_str()), (0, ""), "{name}");
            assert!(out.starts_with(&format!("{sheet}: form {name}, ")), "{out}");
            let back = folder.path().join(format!("back-{ending}"));
            let (code, out, err) = forms(&shipped(), &["import", &sheet, "-o", &argument(&back)]);
            assert_eq!((code, err.as_str()), (0, ""), "{name}: {out}");
            let path = format!("{name}.toml");
            assert_eq!(form(&back.join(&path)), form(&shipped().join(&path)), "{name} as {ending}");
        }
    }
}

#[test]
fn what_cannot_be_taken_is_told_by_cell_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let odd = EVERY_KIND
        .replace(",text,comment,Ý kiến khác", ",geopoint,place,Ở đâu?,Where?,,,,,,,,\n,text,comment,Ý kiến khác")
        .replace("${officer} <= 3", "count-selected(${officer}) > 1");
    let file = put(folder.path(), "odd.csv", &odd);
    let to = argument(&folder.path().join("forms"));
    let (code, out, err) = forms(&shipped(), &["import", &file, "-o", &to]);
    assert_eq!((code, out.as_str()), (1, ""));
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), 4, "{err}");
    assert!(lines[0].starts_with(&format!("{file}: survey!C3: Note: “label” is not given")), "{err}");
    assert!(
        lines[1].starts_with(&format!("{file}: survey!I13: Problem: The condition “count-selected(${{officer}}) > 1”")),
        "{err}"
    );
    assert!(lines[2].starts_with(&format!("{file}: survey!B14: Problem: Forms have no type “geopoint” here")), "{err}");
    assert!(
        lines[3].starts_with("hailong: nothing was written, 2 problems in ") && lines[3].ends_with("with --lenient"),
        "{err}"
    );
    assert!(!folder.path().join("forms").exists());
    let (code, out, err) = forms(&shipped(), &["import", &file, "-o", &to, "--lenient", "--lang", "vi"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("survey!B14: Đã bỏ: Mẫu phiếu ở đây không có loại “geopoint”"), "{err}");
    assert!(
        out.contains("form every_kind/2026, 7 questions in 3 sections, written\nnext: hailong check-forms;"),
        "{out}"
    );
    let codes: Vec<String> =
        form(&folder.path().join("forms/every_kind/2026.toml")).questions().map(|q| q.code.clone()).collect();
    assert!(!codes.contains(&"reasons".to_owned()) && codes.contains(&"comment".to_owned()), "{codes:?}");
}

#[test]
fn a_version_that_is_there_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let to = argument(folder.path());
    let file = put(folder.path(), "form.csv", EVERY_KIND);
    let import = |file: &str| forms(folder.path(), &["import", file, "-o", &to, "--json"]);
    let state = |(code, out, err): (i32, String, String)| {
        assert_eq!(code, 0, "{err}");
        serde_json::from_str::<Value>(&out).unwrap()
    };
    let first = state(import(&file));
    assert_eq!((&first["state"], &first["questions"], &first["sections"]), (&"written".into(), &8.into(), &3.into()));
    let told = &first["findings"][0];
    assert_eq!(
        (&told["sheet"], &told["cell"], &told["code"], &told["weight"]),
        (&"survey".into(), &"C3".into(), &"assumed".into(), &"told".into())
    );
    assert!(told["vi"].as_str().unwrap().starts_with("Không ghi “label”"), "{told}");
    let before = std::fs::read_to_string(folder.path().join("every_kind/2026.toml")).unwrap();
    assert_eq!(state(import(&file))["state"], "there already, unchanged");
    let changed = put(folder.path(), "changed.csv", &EVERY_KIND.replace("Ý kiến khác", "Góp ý"));
    let (code, out, err) = import(&changed);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("stays as it is: a change is a new version"), "{err}");
    assert_eq!(std::fs::read_to_string(folder.path().join("every_kind/2026.toml")).unwrap(), before);
    let check = program("").env("HAILONG_FORMS", folder.path()).arg("check-forms").output().unwrap();
    assert!(
        !check.status.success(),
        "the spreadsheets lie in the folder too: {}",
        String::from_utf8_lossy(&check.stderr)
    );
    for name in ["form.csv", "changed.csv"] {
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    let check = program("").env("HAILONG_FORMS", folder.path()).arg("check-forms").output().unwrap();
    assert!(String::from_utf8_lossy(&check.stdout).contains("forms every_kind/2026"));
}

#[test]
fn what_is_no_workbook_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, content: &str, why: &str| {
        let file = put(folder.path(), name, content);
        let (code, out, err) = forms(&shipped(), &["import", &file, "-o", &argument(folder.path())]);
        assert_eq!((code, out.as_str(), err.lines().count()), (1, "", 1), "{err}");
        assert!(err.contains(why), "{err}");
    };
    refused("a.xlsx", "type,name", "this is no spreadsheet that can be read");
    refused("a.csv", "", "the first column of a CSV has to name the sheets");
    let (code, _, err) = forms(&shipped(), &["import", "no-such.xlsx"]);
    assert!(code == 1 && err.contains("cannot read no-such.xlsx"), "{err}");
    let (code, _, err) = forms(&shipped(), &["export", "sipas_service/2022", "-o", "x.pdf"]);
    assert!(code == 2 && err.contains(".xlsx or .csv"), "{err}");
    let (code, _, err) = forms(&shipped(), &["export", "sipas_servic/2022", "-o", "x.csv"]);
    assert!(code == 1 && err.contains("did you mean sipas_service/2022"), "{err}");
}

#[test]
fn whatever_is_found_has_words() {
    let finding = include_str!("../../../src/domain/xlsform/finding.rs");
    let quoted = finding.split('"').skip(1).step_by(2).filter(|word| word.len() > 3 && !word.contains([' ', '`']));
    let words = include_str!("../../../src/i18n/vi/xlsform.ftl");
    let codes: Vec<&str> = quoted.filter(|word| *word != "given" && *word != "other").collect();
    assert!(codes.len() > 50, "{codes:?}");
    for code in codes {
        assert!(words.contains(&format!("\nxlsform-{code} = ")), "{code}");
    }
}

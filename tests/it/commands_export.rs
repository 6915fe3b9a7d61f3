//! `export` from the command line: whole files that agree with the database, or no file at all.

use crate::support::Database;
use crate::support::service::run;
use serde_json::Value;
use std::io::Read;
use std::path::Path;

fn export(database: &Database, what: &str, more: &[&str], file: &Path) -> (i32, String, String) {
    let args = [["export", what, "--survey", "sipas", "-o", file.to_str().unwrap()].as_slice(), more].concat();
    run(database.url(), &args, "")
}

fn content(file: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn names_in(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn what_is_exported_is_what_is_stored() {
    let database = Database::new();
    assert_eq!(run(database.url(), &["demo", "600"], "").0, 0);
    let stored =
        database.number("select count(*) from submissions s join surveys v on v.id = survey_id where code = 'sipas'");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.zip");
    let (code, out, err) = export(&database, "submissions", &[], &file);
    assert_eq!((code, out), (0, format!("{}: {stored} submissions\n", file.display())), "{err}");
    let manifest: Value = serde_json::from_str(&content(&file, "datapackage.json")).unwrap();
    let table = content(&file, manifest["resources"][0]["path"].as_str().unwrap());
    assert!(
        table.starts_with("id,survey,form,unit,procedure,channel,language,submitted_on,excluded,access_1"),
        "{table:.200}"
    );
    assert!(
        !table.contains("ethnicity") && !table.lines().next().unwrap().contains("comment"),
        "they stay in the house"
    );
    assert_eq!(csv::Reader::from_reader(table.as_bytes()).records().count() as i64, stored);

    let file = folder.path().join("i.zip");
    assert_eq!(export(&database, "index", &["--excel", "--unit", "H19.26"], &file).0, 0);
    assert!(content(&file, "index.csv").starts_with('\u{feff}'), "Excel needs the mark to see UTF-8");
    assert_eq!(names_in(folder.path()), ["i.zip", "p.zip"], "nothing half made is left");
    assert_eq!(database.number("select count(*) from audit_log where action like 'export%'"), 2);
}

#[test]
fn a_failure_leaves_no_file_and_the_old_one_as_it_was() {
    let database = Database::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.zip");
    std::fs::write(&file, "old").unwrap();
    for (more, why) in [
        (["--unit", "H19.27"], "there is no unit H19.27; did you mean"),
        (["--database-url", "postgres://u@127.0.0.1:9/x"], "start PostgreSQL there"),
    ] {
        let (code, out, err) = export(&database, "submissions", &more, &file);
        assert_eq!((code, out.as_str()), (1, ""), "{more:?}");
        assert!(err.contains(why), "{more:?}: {err}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");
    assert_eq!(names_in(folder.path()), ["p.zip"]);
    let (code, _, err) = export(&database, "index", &[], &folder.path().join("no/such/p.zip"));
    assert!(code == 1 && err.contains("cannot write") && err.contains("with -o"), "{err}");
    let (code, _, err) = export(&database, "index", &[], folder.path());
    assert!(code == 1 && err.contains("is a folder"), "{err}");
}

//! Units and procedures come from CSV files, whole or not at all, and what has passed keeps the names of its time.

use crate::support::Database;
use crate::support::service::run;
use chrono::NaiveDate;
use hailong::domain::catalogue::Catalogue;
use hailong::storage::catalogue;

const SHIPPED_UNITS: &str = include_str!("../../survey_forms/catalogue/units.csv");
const SHIPPED_PROCEDURES: &str = include_str!("../../survey_forms/catalogue/procedures.csv");
const UNITS: &str = "code,parent,name_vi,name_en,kind,valid_from,valid_to,successor\n";
const PROCEDURES: &str = "code,name_vi,name_en,field_vi,field_en,units,valid_from,valid_to\n";

fn import(database: &Database, what: &str, header: &str, rows: &[&str]) -> (i32, String, String) {
    run(database.url(), &[what, "import", "-"], &format!("{header}{}\n", rows.join("\n")))
}

fn imported(database: &Database, what: &str, header: &str, rows: &[&str]) -> String {
    let (code, out, err) = import(database, what, header, rows);
    assert_eq!((code, err.as_str()), (0, ""));
    out.trim_end().to_owned()
}

fn load(database: &Database) -> Catalogue {
    catalogue::load(&mut database.conn()).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn revision(database: &Database) -> i64 {
    database.number("select revision from catalogue_revision")
}

#[test]
fn importing_again_changes_nothing() {
    let database = Database::new();
    let before = (revision(&database), database.number("select count(*) from audit_log"));
    let folder = tempfile::tempdir().unwrap();
    for (what, text, told) in [
        ("units", SHIPPED_UNITS, "units: 0 added, 0 changed, 8 unchanged\n"),
        ("procedures", SHIPPED_PROCEDURES, "procedures: 0 added, 0 changed, 7 unchanged\n"),
    ] {
        let file = folder.path().join(format!("{what}.csv"));
        std::fs::write(&file, text).unwrap();
        assert_eq!(run(database.url(), &[what, "import", file.to_str().unwrap()], "").1, told);
    }
    assert_eq!(before, (revision(&database), database.number("select count(*) from audit_log")));
}

#[test]
fn a_change_is_counted_told_and_written_down() {
    let database = Database::new();
    let before = revision(&database);
    let rows = [
        "H19.26.01,H19.26,Văn phòng Sở,Office of the Department,office,2025-07-01,,",
        "H19.26.04,H19.26,Phòng Kế hoạch,Planning Division,division,2026-01-01,,",
    ];
    let (code, out, _) =
        run(database.url(), &["units", "import", "-", "--json"], &format!("{UNITS}{}\n", rows.join("\n")));
    assert_eq!(code, 0);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told, serde_json::json!({ "added": 1, "changed": 1, "unchanged": 0 }));
    assert_eq!(revision(&database), before + 1);
    let noted =
        "select count(*) from audit_log where action = 'import units' and detail @> '{\"added\": 1, \"changed\": 1}'";
    assert_eq!(database.number(noted), 1);
    let known = load(&database);
    let unit = known.unit_by_code("H19.26.04", day("2026-02-01")).unwrap();
    assert_eq!(known.unit(unit.parent.unwrap()).unwrap().code.key(), "H19.26");
    assert_eq!(known.unit_by_code("01.26.H19", day("2026-02-01")).unwrap().name.en, "Office of the Department");
    assert_eq!(imported(&database, "units", UNITS, &rows), "units: 0 added, 0 changed, 2 unchanged");
}

#[test]
fn one_bad_line_keeps_all_out_and_every_bad_line_is_told() {
    let database = Database::new();
    let before = revision(&database);
    let rows = [
        "H20,,Tỉnh tốt,Good Province,province,2026-01-01,,",
        "H20.1,H99,Không cha,No parent,department,2026-01-01,,",
        "H20.2,H20,,No Vietnamese name,department,2026-01-01,,",
        "H20.3,H20,Ngày sai,Bad day,department,2026-02-30,,",
        "H20.4,H20,Ngược,Backwards,department,2026-02-02,2026-02-01,",
        "H20.5,H20,Hai,Two",
        "H20,,Lặp,Repeated,province,2026-01-01,,",
    ];
    let (code, out, err) = import(&database, "units", UNITS, &rows);
    assert_eq!((code, out.as_str()), (1, ""));
    for line in [3, 4, 5, 6, 7, 8] {
        assert!(err.contains(&format!("-: line {line}")), "line {line}: {err}");
    }
    assert!(!err.contains("line 2,"), "the good line is not blamed: {err}");
    assert!(err.trim_end().ends_with("correct the file and import it again"), "{err}");
    assert_eq!(database.number("select count(*) from units where code_key like 'H20%'"), 0);
    let rows = [
        "1.1,Tên,Name,Lĩnh vực,Field,H19.26,2026-01-01,",
        "1.2,Tên,Name,Lĩnh vực,Field,H19.26;H77,2026-01-01,",
        "bad code,Tên,Name,Lĩnh vực,Field,,2026-01-01,",
    ];
    let (code, _, err) = import(&database, "procedures", PROCEDURES, &rows);
    assert!(code == 1 && err.contains("line 3, column units: there is no unit H77"), "{err}");
    assert!(err.contains("line 4, column code") && err.contains("line 4, column units"), "{err}");
    assert_eq!(database.number("select count(*) from procedures where code like '1.%'"), 0);
    assert_eq!(revision(&database), before);
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let database = Database::new();
    let (code, _, err) = run(database.url(), &["units", "import", "/no/such.csv"], "");
    assert!(code == 1 && err.contains("cannot read /no/such.csv"), "{err}");
    let (code, _, err) = run(database.url(), &["procedures", "import", "-"], "");
    assert!(code == 1 && err.contains("the file is empty"), "{err}");
    let (code, _, err) = run(database.url(), &["units", "import", "-"], "name,code\nA,B\n");
    assert!(code == 1 && err.contains("column name"), "{err}");
}

#[test]
fn results_of_a_year_keep_the_names_of_that_year() {
    let database = Database::new();
    let known = load(&database);
    let name = |catalogue: &Catalogue, code: &str, on: &str| {
        catalogue.unit_by_code(code, day(on)).map(|unit| unit.name.vi.clone())
    };
    assert_eq!(name(&known, "H10.17", "2025-06-30").as_deref(), Some("Sở Ngoại vụ tỉnh Bình Phước"));
    assert_eq!(name(&known, "H10.17", "2025-07-01"), None, "merged away");
    let merged = known.unit_by_code("H10.17", day("2023-05-01")).unwrap();
    assert_eq!(merged.successor.as_deref(), Some("H19.26"));
    assert_eq!(name(&known, "H19", "2026-04-23").as_deref(), Some("Ủy ban nhân dân tỉnh Đồng Nai"));
    assert_eq!(name(&known, "H19", "2026-04-24").as_deref(), Some("Ủy ban nhân dân thành phố Đồng Nai"));

    // A division is renamed: the old row ends, a new one begins under the same code.
    let old = known.unit_by_code("H19.26.03", day("2026-01-01")).unwrap().id;
    let told = imported(
        &database,
        "units",
        UNITS,
        &[
            "H19.26.03,H19.26,Phòng Lãnh sự và Người Việt Nam ở nước ngoài,Division for Consular Affairs and Vietnamese Abroad,division,2025-07-01,2026-12-31,",
            "H19.26.03,H19.26,Phòng Lãnh sự,Consular Division,division,2027-01-01,,",
        ],
    );
    assert_eq!(told, "units: 1 added, 1 changed, 0 unchanged");
    let known = load(&database);
    assert_eq!(known.unit_by_code("H19.26.03", day("2026-12-31")).unwrap().id, old, "the old row is the same row");
    assert_eq!(name(&known, "H19.26.03", "2027-01-01").as_deref(), Some("Phòng Lãnh sự"));
    assert_eq!(known.units_of_code("H19.26.03").len(), 2);
}

#[test]
fn what_hangs_on_a_unit_follows_it_into_its_new_period() {
    let database = Database::new();
    assert_eq!(run(database.url(), &["survey", "open", "so", "--form", "counter/2026", "--unit", "H19.26"], "").0, 0);
    let told = imported(
        &database,
        "units",
        UNITS,
        &[
            "H19.26,H19,Sở Ngoại vụ Đồng Nai,Department of Foreign Affairs of Đồng Nai,department,2025-07-01,2026-12-31,",
            "H19.26,H19,Sở Đối ngoại Đồng Nai,Department of External Relations of Đồng Nai,department,2027-01-01,,",
        ],
    );
    assert_eq!(told, "units: 1 added, 1 changed, 0 unchanged");
    let known = load(&database);
    let now = known.unit_by_code("H19.26", day("2027-02-01")).unwrap();
    for below in ["H19.26.01", "H19.26.02", "H19.26.03"] {
        assert_eq!(known.unit_by_code(below, day("2027-02-01")).unwrap().parent, Some(now.id), "{below}");
    }
    let division = known.unit_by_code("H19.26.02", day("2027-02-01")).unwrap();
    assert_eq!(known.procedures_of(division.id, day("2027-02-01")).len(), 7, "procedures are received there as before");
    assert!(known.survey_covers(known.survey("so").unwrap(), division.id), "and the survey still asks about it");
}

#[test]
fn procedures_move_between_units() {
    let database = Database::new();
    let row =
        |units: &str| format!("SNGV-X,Thủ tục thử,A procedure to try,Lãnh sự,Consular affairs,{units},2026-01-01,");
    let units_of = |database: &Database| {
        let known = load(database);
        let procedure = known.procedure_by_code("sngv-x", day("2026-05-01")).unwrap().clone();
        procedure.units.iter().map(|id| known.unit(*id).unwrap().code.key().to_owned()).collect::<Vec<_>>()
    };
    let told = imported(&database, "procedures", PROCEDURES, &[&row("H19.26.02;000.00.26.H19")]);
    assert_eq!(told, "procedures: 1 added, 0 changed, 0 unchanged");
    assert_eq!(units_of(&database), ["H19.26", "H19.26.02"]);
    let told = imported(&database, "procedures", PROCEDURES, &[&row("H19.26.03")]);
    assert_eq!(told, "procedures: 0 added, 1 changed, 0 unchanged");
    assert_eq!(units_of(&database), ["H19.26.03"]);
    assert_eq!(
        imported(&database, "procedures", PROCEDURES, &[&row("H19.26.03")]),
        "procedures: 0 added, 0 changed, 1 unchanged"
    );
}

#[test]
fn two_imports_at_once_wait_for_each_other() {
    let database = Database::new();
    let rows = "H30,,Một,One,province,2026-01-01,,";
    let outcomes: Vec<String> = std::thread::scope(|threads| {
        let both: Vec<_> = (0..2).map(|_| threads.spawn(|| imported(&database, "units", UNITS, &[rows]))).collect();
        both.into_iter().map(|import| import.join().unwrap()).collect()
    });
    assert!(outcomes.contains(&"units: 1 added, 0 changed, 0 unchanged".to_owned()), "{outcomes:?}");
    assert!(outcomes.contains(&"units: 0 added, 0 changed, 1 unchanged".to_owned()), "{outcomes:?}");
}

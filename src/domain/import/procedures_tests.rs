//! What a file of procedures must and must not say.

use super::*;

const HEADER: &str = "code,name_vi,name_en,field_vi,field_en,units,valid_from,valid_to\n";

fn day(text: &str) -> NaiveDate {
    cells::day(text).unwrap()
}

fn units() -> Vec<UnitPeriod> {
    let unit = |code, from, to: Option<&str>| UnitPeriod {
        code: UnitCode::parse(code).unwrap(),
        parent: None,
        valid_from: day(from),
        valid_to: to.map(day),
    };
    vec![unit("H10.17", "0001-01-01", Some("2025-06-30")), unit("H19.26", "2025-07-01", None)]
}

fn parse(rows: &str, stored: &[ProcedurePeriod]) -> Result<Vec<ProcedureRow>, Vec<ImportProblem>> {
    parse_procedures(format!("{HEADER}{rows}").as_bytes(), &units(), stored)
}

fn problems(rows: &str, stored: &[ProcedurePeriod]) -> Vec<(u64, String, ImportFault)> {
    let problems = parse(rows, stored).expect_err("a fault was planted");
    problems.into_iter().map(|p| (p.line, p.column.unwrap_or_default(), p.fault)).collect()
}

fn at(line: u64, column: &str, fault: ImportFault) -> (u64, String, ImportFault) {
    (line, column.to_owned(), fault)
}

#[test]
fn rows_come_out_ready_to_be_stored() {
    let rows = parse(
        "2.002311,\"Hội nghị, hội thảo\",Conferences,Đối ngoại,Foreign affairs,000.00.17.H10 ; H19.26;h19.26;,15/04/2020,\n",
        &[],
    )
    .unwrap();
    assert_eq!(rows.len(), 1);
    let keys: Vec<&str> = rows[0].units.iter().map(UnitCode::key).collect();
    assert_eq!(keys, ["H10.17", "H19.26"], "each unit once, in either order of its code");
    assert_eq!(rows[0].name.vi, "Hội nghị, hội thảo");
    assert_eq!((rows[0].valid_from, rows[0].valid_to), (day("2020-04-15"), None));
}

#[test]
fn every_bad_line_is_told_at_once() {
    let found = problems(
        ",Tên,Name,L,F,H19.26,,\n\
         a b,Tên,Name,L,F,H19.26,,\n\
         X1,Tên,,L,F,H77;H 1,,\n\
         X2,Tên,Name,L,F,,,mai\n\
         X3,Tên,Name,L,F,H10.17;H19.26,2025-07-01,\n\
         X4,Tên,Name,L,F,H19.26,,\n\
         x4,Tên,Name,L,F,H19.26,2026-01-01,\n",
        &[],
    );
    use crate::domain::unit::BadUnitCode::BadCharacter;
    let expected = [
        at(2, "code", ImportFault::Missing),
        at(3, "code", ImportFault::BadProcedureCode),
        at(4, "name_en", ImportFault::Missing),
        at(4, "units", ImportFault::UnknownUnit("H77".into())),
        at(4, "units", ImportFault::BadUnitCode(BadCharacter)),
        at(5, "units", ImportFault::Missing),
        at(5, "valid_to", ImportFault::BadDate("mai".into())),
        at(6, "units", ImportFault::UnitAtOtherTimes("H10.17".into())),
        at(8, "valid_from", ImportFault::Overlaps { line: Some(7) }),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_file_replaces_stored_periods_of_the_same_start_and_fits_the_others() {
    let there = [ProcedurePeriod { code: "X1".into(), valid_from: day("2020-01-01"), valid_to: None }];
    assert!(parse("X1,Tên,Name,L,F,H19.26,2020-01-01,\n", &there).is_ok());
    for other in ["X1,Tên,Name,L,F,H19.26,2021-01-01,\n", "x1,Tên,Name,L,F,H19.26,2020-01-01,\n"] {
        let found = problems(other, &there);
        assert_eq!(found, [at(2, "valid_from", ImportFault::Overlaps { line: None })]);
    }
}

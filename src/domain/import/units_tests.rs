//! What a file of units must and must not say.

use super::*;
use crate::domain::unit::BadUnitCode;

const HEADER: &str = "code,parent,name_vi,name_en,kind,valid_from,valid_to,successor\n";

fn parse(rows: &str, stored: &[UnitPeriod]) -> Result<Vec<UnitRow>, Vec<ImportProblem>> {
    parse_units(format!("{HEADER}{rows}").as_bytes(), stored)
}

fn problems(rows: &str, stored: &[UnitPeriod]) -> Vec<(u64, String, ImportFault)> {
    let problems = parse(rows, stored).expect_err("a fault was planted");
    problems.into_iter().map(|p| (p.line, p.column.unwrap_or_default(), p.fault)).collect()
}

fn stored(code: &str, parent: Option<&str>, from: &str, to: Option<&str>) -> UnitPeriod {
    let code_of = |c| UnitCode::parse(c).unwrap();
    let day = |d: &str| cells::day(d).unwrap();
    UnitPeriod { code: code_of(code), parent: parent.map(code_of), valid_from: day(from), valid_to: to.map(day) }
}

fn at(line: u64, column: &str, fault: ImportFault) -> (u64, String, ImportFault) {
    (line, column.to_owned(), fault)
}

#[test]
fn rows_come_out_ready_to_be_stored() {
    let rows = parse(
        "H10,,UBND tỉnh Bình Phước,People's Committee,province,,30/06/2025,H19\n\
         000.00.17.H10,H10,\"Sở Ngoại vụ,\n tỉnh\",Department,department,2020-01-01,2025-06-30,H19.26\n\
         H19,,UBND tỉnh Đồng Nai,\"=\"\"x\"\"\",province,,,\n\
         H19.26,H19,Sở Ngoại vụ,Department,department,2025-07-01,,\n",
        &[],
    )
    .unwrap();
    let lines: Vec<u64> = rows.iter().map(|r| r.line).collect();
    assert_eq!(lines, [2, 3, 5, 6]);
    assert_eq!(rows[0].valid_from, cells::BEGINNING);
    assert_eq!(rows[0].valid_to.unwrap().to_string(), "2025-06-30");
    assert_eq!((rows[1].code.as_typed(), rows[1].code.key()), ("000.00.17.H10", "H10.17"));
    assert_eq!(rows[1].name.vi, "Sở Ngoại vụ, tỉnh");
    assert_eq!(rows[1].successor.as_ref().unwrap().key(), "H19.26");
    assert_eq!(rows[2].name.en, "=\"x\"", "a cell that looks like a formula is a text like any other");
    assert_eq!(rows[3].parent.as_ref().unwrap().key(), "H19");
}

#[test]
fn every_bad_line_is_told_at_once() {
    let found = problems(
        "H1,,,Name,k,2025-13-01,,\n\
         =cmd(),H99,Tên,Name,,,,\n\
         H2,H1,Tên,Name,k,2025-01-01,2024-12-31,H77\n\
         H3,H3,Tên,Name,k,,,H3\n\
         H4,H99,Tên,Name,k,,,H98\n",
        &[],
    );
    let expected = vec![
        at(2, "name_vi", ImportFault::Missing),
        at(2, "valid_from", ImportFault::BadDate("2025-13-01".into())),
        at(3, "code", ImportFault::BadUnitCode(BadUnitCode::BadCharacter)),
        at(3, "parent", ImportFault::UnknownUnit("H99".into())),
        at(3, "kind", ImportFault::Missing),
        at(4, "valid_to", ImportFault::EndsBeforeStart),
        at(4, "successor", ImportFault::UnknownUnit("H77".into())),
        at(5, "parent", ImportFault::OwnRelative),
        at(5, "successor", ImportFault::OwnRelative),
        at(6, "parent", ImportFault::UnknownUnit("H99".into())),
        at(6, "successor", ImportFault::UnknownUnit("H98".into())),
    ];
    assert_eq!(found, expected, "by line, then by column");
}

#[test]
fn a_faulty_row_still_counts_as_a_parent() {
    let found = problems("H1,,,Name,k,,,\nH1.01,H1,Tên,Name,k,,,\n", &[]);
    assert_eq!(found, [at(2, "name_vi", ImportFault::Missing)]);
}

#[test]
fn validities_of_one_code_do_not_overlap() {
    let found = problems(
        "H1,,Tên,Name,k,,2025-06-30,\n000.00.00.H1,,Tên,Name,k,2025-06-30,,\nH19,,Tên,Name,k,,,\n000.00.00.H19,,Tên,Name,k,,,\n",
        &[],
    );
    assert_eq!(found, [at(5, "valid_from", ImportFault::Repeated { line: 4 })]);
    let found = problems("H1,,Tên,Name,k,,2025-06-30,\nh1,,Tên,Name,k,2025-06-30,,\n", &[]);
    assert_eq!(found, [at(3, "valid_from", ImportFault::Overlaps { line: Some(2) })]);
    assert!(parse("H1,,Tên,Name,k,,2025-06-30,\nH1,,Tên,Name,k,2025-07-01,,\n", &[]).is_ok());
}

#[test]
fn the_file_replaces_stored_periods_of_the_same_start_and_fits_the_others() {
    let there = [stored("H19", None, "0001-01-01", None)];
    let renamed = "H19,,Thành phố,City,k,2026-04-24,,\n";
    assert_eq!(problems(renamed, &there), [at(2, "valid_from", ImportFault::Overlaps { line: None })]);
    let with_end = format!("H19,,Tỉnh,Province,k,,2026-04-23,\n{renamed}");
    assert!(parse(&with_end, &there).is_ok(), "the stored period gets its last day in the same file");
    assert!(parse("H19.1,H19,Tên,Name,k,,,H19\n", &there).is_ok(), "stored units are parents and successors");
}

#[test]
fn a_parent_exists_while_the_unit_does() {
    let found = problems("H1,,Tên,Name,k,,2020-12-31,\nH1.1,H1,Tên,Name,k,2021-01-01,,H1\n", &[]);
    assert_eq!(found, [at(3, "parent", ImportFault::UnitAtOtherTimes("H1".into()))]);
}

#[test]
fn a_tree_has_no_circles() {
    let cycle = |codes: &[&str]| ImportFault::Cycle(codes.iter().map(|c| (*c).to_owned()).collect());
    let found = problems("A,C,Tên,Name,k,,,\nB,A,Tên,Name,k,,,\nC,B,Tên,Name,k,,,\nD,A,Tên,Name,k,,,\n", &[]);
    let expected = [
        at(2, "parent", cycle(&["A", "C", "B", "A"])),
        at(3, "parent", cycle(&["B", "A", "C", "B"])),
        at(4, "parent", cycle(&["C", "B", "A", "C"])),
    ];
    assert_eq!(found, expected);
    let there = [stored("A", Some("B"), "0001-01-01", None)];
    assert_eq!(problems("B,A,Tên,Name,k,,,\n", &there), [at(2, "parent", cycle(&["B", "A", "B"]))]);
    let turned = "A,,Tên,Name,k,,2020-12-31,\nB,A,Tên,Name,k,,2020-12-31,\nB,,Tên,Name,k,2021-01-01,,\nA,B,Tên,Name,k,2021-01-01,,\n";
    assert!(parse(turned, &[]).is_ok(), "who stands above whom may turn from one period to the next");
}

#[test]
fn a_parent_links_to_its_latest_period_beside_the_unit() {
    let day = |d: &str| cells::day(d).unwrap();
    let period = |from, to: Option<&str>| Period { from: Some(day(from)), to: to.map(day) };
    let parents = [(1, period("0001-01-01", Some("2026-04-23"))), (2, period("2026-04-24", None))];
    assert_eq!(latest_beside(period("2025-07-01", None), parents), Some(2));
    assert_eq!(latest_beside(period("2025-07-01", Some("2025-12-31")), parents), Some(1));
    assert_eq!(latest_beside(period("0001-01-01", None), [(1, parents[1].1)]), Some(1));
    assert_eq!(latest_beside::<i32>(period("2025-07-01", None), []), None);
}

#[test]
fn problems_are_sentences_with_a_place() {
    let problem = ImportProblem {
        line: 7,
        column: Some("parent".into()),
        fault: ImportFault::Cycle(vec!["A".into(), "B".into(), "A".into()]),
    };
    assert_eq!(problem.to_string(), "line 7, column parent: this unit stands above itself: A under B under A");
}

proptest::proptest! {
    #[test]
    fn a_file_that_passes_is_a_tree_without_overlaps(
        drawn in proptest::collection::vec((0usize..6, 0usize..7, 2020i32..2026, 0i32..3), 0..12)
    ) {
        let name = |i: usize| format!("U{i}");
        let line = |(code, parent, from, years): &(usize, usize, i32, i32)| {
            let parent = if *parent == 6 { String::new() } else { name(*parent) };
            format!("{},{parent},Tên,Name,k,{from}-01-01,{}-12-31,\n", name(*code), from + years)
        };
        let Ok(rows) = parse(&drawn.iter().map(line).collect::<String>(), &[]) else { return Ok(()) };
        proptest::prop_assert_eq!(rows.len(), drawn.len());
        for (i, row) in rows.iter().enumerate() {
            for other in &rows[i + 1..] {
                proptest::prop_assert!(row.code != other.code || !row.days().overlaps(&other.days()));
            }
            let (mut at, mut steps) = (row, 0);
            while let Some(parent) = &at.parent {
                let of_parent = rows.iter().filter(|r| r.code == *parent).map(|r| (r, r.days()));
                at = latest_beside(at.days(), of_parent).expect("a parent of its time");
                steps += 1;
                proptest::prop_assert!(steps <= rows.len(), "no circle");
            }
        }
    }
}

//! Tables as spreadsheets and people really write them.

use super::*;

fn cells(file: &str) -> Vec<(u64, [String; 3])> {
    let (rows, problems) = read(file.as_bytes(), ["a", "b", "c"], 1);
    assert_eq!(problems, []);
    rows.into_iter().map(|r| (r.line, r.cells)).collect()
}

fn faults(file: &[u8]) -> Vec<(u64, Option<String>, ImportFault)> {
    let (_, problems) = read(file, ["a", "b", "c"], 1);
    problems.into_iter().map(|p| (p.line, p.column, p.fault)).collect()
}

fn row(line: u64, cells: [&str; 3]) -> (u64, [String; 3]) {
    (line, cells.map(str::to_owned))
}

#[test]
fn columns_are_found_by_name() {
    assert_eq!(cells("a,b,c\n1,2,3\n"), [row(2, ["1", "2", "3"])]);
    assert_eq!(cells("\u{feff} C , B , A \r\n3,2,1\r\n"), [row(2, ["1", "2", "3"])]);
    assert_eq!(cells("b;a\n2,5;1\n"), [row(2, ["1", "2,5", ""])], "semicolons, and the optional column left out");
}

#[test]
fn lines_are_those_of_the_file() {
    let file = "a,b,c\r\n\r\n\"one\r\ntwo\",2,3\r\n,,\r\n\r\n4,\"5\n\n6\",7\r\n8,9\r\n";
    let expected = [row(3, ["one\r\ntwo", "2", "3"]), row(7, ["4", "5\n\n6", "7"]), row(10, ["8", "9", ""])];
    assert_eq!(cells(file), expected);
    assert_eq!(cells("a,b\r1,2\r\r3,4"), [row(2, ["1", "2", ""]), row(4, ["3", "4", ""])]);
}

#[test]
fn a_header_that_does_not_fit_is_told_column_by_column() {
    assert_eq!(faults(b""), [(1, None, ImportFault::NoHeader)]);
    assert_eq!(faults(b"\n\n"), [(1, None, ImportFault::NoHeader)]);
    let expected = [
        (1, Some("x".into()), ImportFault::UnknownColumn { known: vec!["a", "b", "c"] }),
        (1, Some("a".into()), ImportFault::RepeatedColumn),
        (1, Some("b".into()), ImportFault::MissingColumn),
    ];
    assert_eq!(faults(b"a,x,a,,\n1,2,3\n"), expected);
}

#[test]
fn a_comma_too_many_is_no_shift_of_the_cells() {
    let expected = [(2, None, ImportFault::CellCount { expected: 3, given: 4 })];
    assert_eq!(faults(b"a,b,c\n1,Hoi nghi, hoi thao,\n4,5,6\n"), expected);
}

#[test]
fn a_quotation_mark_left_open_is_told_where_it_opens() {
    assert_eq!(faults(b"a,b,c\n1,2,3\n4,\"5,6\n7,8,9\n"), [(3, None, ImportFault::UnclosedQuote)]);
    assert_eq!(cells("a,b,c\n1,5\" x,\"say \"\"no\"\"\"\n"), [row(2, ["1", "5\" x", "say \"no\""])]);
}

#[test]
fn another_encoding_is_told_with_its_line() {
    assert_eq!(faults(b"a,b,c\n1,2,3\nS\xf4,2,3\n"), [(3, None, ImportFault::NotUtf8)]);
    assert_eq!(faults(b"\xff\xfea\0,\0"), [(1, None, ImportFault::NotUtf8)]);
}

proptest::proptest! {
    #[test]
    fn whatever_is_written_by_the_rules_is_read_back_on_its_line(
        rows in proptest::collection::vec(["[ -~ế\n\r]{0,8}", "[ -~ế\n\r]{0,8}", "[ -~ế\n\r]{0,8}"], 0..20)
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        let mut expected = Vec::new();
        for cells in &rows {
            writer.flush().unwrap();
            let line = Lines::new(std::str::from_utf8(writer.get_ref()).unwrap()).at(usize::MAX);
            writer.write_record(cells).unwrap();
            let cells = [0, 1, 2].map(|i| cells[i].trim().to_owned());
            if cells.iter().any(|c| !c.is_empty()) {
                expected.push((line, cells));
            }
        }
        let file = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        proptest::prop_assert_eq!(cells(&file), expected);
    }

    #[test]
    fn no_file_brings_it_down(file in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let mut with_header = b"a,b,c\n".to_vec();
        with_header.extend(&file);
        read::<3>(&file, ["a", "b", "c"], 1);
        read::<3>(&with_header, ["a", "b", "c"], 1);
    }
}

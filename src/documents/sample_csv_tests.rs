//! Which files of answers are read, and how those that are not are told.

use super::*;

fn columns<'a>(questions: &'a [String], groups: &'a [String]) -> SampleColumns<'a> {
    SampleColumns { questions, weight: Some("w"), stratum: Some("s"), groups, ..SampleColumns::default() }
}

fn read_text(text: &str) -> Result<SampleFile, Vec<String>> {
    let (questions, groups) = (["a".to_owned(), "b".to_owned()], ["s".to_owned(), "g".to_owned()]);
    read(text.as_bytes(), &columns(&questions, &groups)).map_err(|error| match error {
        SampleError::Io(error) => vec![error.to_string()],
        SampleError::Problems(problems) => problems.iter().map(ToString::to_string).collect(),
    })
}

#[test]
fn columns_are_found_by_name_and_others_passed_over() {
    let file =
        read_text("\u{feff}b,note,w,s,a,g\n5,\"x, \"\"y\"\"\nz\",1.5,H19, 4 ,\n,,2,H20,,nữ\n,,,,,\n\n3,,2,H19,1,nam\n")
            .unwrap();
    assert_eq!(file.answers.rows(), 3);
    assert_eq!([file.answers.row(0), file.answers.row(1), file.answers.row(2)], [[4, 5], [0, 0], [1, 3]]);
    assert_eq!(file.design.weight.as_deref(), Some([1.5, 2.0, 2.0].as_slice()));
    let stratum = file.design.stratum.as_ref().unwrap();
    assert!(Arc::ptr_eq(stratum, &file.groups[0].1), "one column is read once");
    assert_eq!(stratum.names(), ["H19".into(), "H20".into()]);
    assert_eq!(file.groups[1].0, "g");
    assert_eq!((0..3).map(|row| file.groups[1].1.at(row)).collect::<Vec<_>>(), [None, Some(0), Some(1)]);
    assert_eq!([1, 2, 3].map(|row| file.lines.of(row)), [2, 4, 7]);
}

#[test]
fn spreadsheets_write_semicolons_and_leave_cells_out_at_the_end() {
    let file = read_text("w;s;a;g;b\r\n1;x;5\r\n2;y;4;g;3\r\n").unwrap();
    assert_eq!([file.answers.row(0), file.answers.row(1)], [[5, 0], [4, 3]]);
}

#[test]
fn every_bad_cell_is_told_with_row_line_and_column() {
    let found = read_text("a,b,w,s,g\n6,4.0,1,x,\n\"5\",0,\"1,5\",x,\nhài lòng,5,,x,g,1\n").unwrap_err();
    let expected = [
        "row 1 (line 2), column a: \"6\" is not an answer; write 1, 2, 3, 4 or 5, or leave it empty",
        "row 1 (line 2), column b: \"4.0\" is not an answer; write 1, 2, 3, 4 or 5, or leave it empty",
        "row 2 (line 3), column b: \"0\" is not an answer; write 1, 2, 3, 4 or 5, or leave it empty",
        "row 2 (line 3), column w: \"1,5\" is not a number; write it like 17.89, with a decimal point",
        "row 3 (line 4): 6 cells where the header has 5 columns",
        "row 3 (line 4), column a: \"hài lòng\" is not an answer; write 1, 2, 3, 4 or 5, or leave it empty",
        "row 3 (line 4), column w: this cell must not be empty; write a number",
    ];
    assert_eq!(found, expected);
    assert_eq!(read_text(&format!("a,b,w,s,g\n{}", "7,7,1,x,\n".repeat(500))).unwrap_err().len(), 100);
}

#[test]
fn the_header_must_name_each_column_once() {
    let found = read_text("a,a,w,g\n1,1,1,1\n").unwrap_err();
    let expected = [
        "line 1, column a: this column stands in the header twice",
        "line 1, column b: this column is missing in the header; the columns are a, a, w, g",
        "line 1, column s: this column is missing in the header; the columns are a, a, w, g",
    ];
    assert_eq!(found, expected);
    assert_eq!(read_text("").unwrap_err(), ["line 1: the file is empty; its first line has to name the columns"]);
}

#[test]
fn a_quote_that_is_never_closed_does_not_swallow_the_rest() {
    let found = read_text("a,b,w,s,g,note\n1,2,1,x,,\"fine\"\n1,2,1,x,,\"bad\n1,2,1,x,,\n1,2,1,x,,\n").unwrap_err();
    assert_eq!(found, ["row 2 (line 3): a quotation mark opens here and is never closed"]);
    let found = read_text("a,b,w,s,g,note\n1,2,1,x,,\"bad\n1,2,1,x,,").unwrap_err();
    assert_eq!(found, ["row 1 (line 2): a quotation mark opens here and is never closed"]);
    assert!(read_text("a,b,w,s,g,note\n1,2,1,x,,12\" screen\n1,2,1,x,,\n").is_ok());
}

#[test]
fn words_are_utf8() {
    let (questions, groups) = (["a".to_owned()], ["g".to_owned()]);
    let wanted = SampleColumns { questions: &questions, groups: &groups, ..SampleColumns::default() };
    let Err(SampleError::Problems(found)) = read(b"a,g\n1,n\xf9\n".as_slice(), &wanted) else { panic!("it was read") };
    assert!(found[0].to_string().starts_with("row 1 (line 2), column g: this is not UTF-8"), "{found:?}");
}

#[test]
fn numbers_are_read_as_the_language_reads_them() {
    for text in [
        "0",
        "17.894737",
        "118.098039",
        "5.",
        ".5",
        "007",
        "123456789012345",
        "1234567890123456",
        "0.1",
        "3e2",
        "-1.5",
        "+2",
    ] {
        assert_eq!(number_of(text.as_bytes()), text.parse().ok(), "{text}");
    }
    for text in ["", ".", "1.2.3", "1,5", "1 2", "x", "1234567890.12345678.9"] {
        assert_eq!(number_of(text.as_bytes()), None, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_number_is_read_otherwise(text in "[0-9]{0,9}(\\.[0-9]{0,9})?") {
        proptest::prop_assert_eq!(number_of(text.as_bytes()), text.parse().ok());
    }
}

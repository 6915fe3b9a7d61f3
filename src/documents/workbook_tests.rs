//! Files of sheets, read as they were written and refused where they are none.

use super::*;
use proptest::prelude::*;

fn sample() -> Workbook {
    let rows = |rows: &[&[&str]]| {
        let row =
            |(number, cells): (u32, &&[&str])| Row { number, cells: cells.iter().map(|c| (*c).to_owned()).collect() };
        (1..).zip(rows).map(row).collect()
    };
    Workbook {
        sheets: vec![
            Sheet {
                name: "survey".to_owned(),
                rows: rows(&[&["type", "name", "label"], &["text", "a", "Ông/Bà, \"thế\nnào\"?"]]),
            },
            Sheet { name: "choices".to_owned(), rows: rows(&[&["list_name", "name", "label"], &["l", "1", "=1+1"]]) },
        ],
    }
}

#[test]
fn what_is_written_is_read_again_from_both_kinds() {
    for kind in [FileKind::Spreadsheet, FileKind::Csv] {
        let mut back = read(&write(&sample(), kind).unwrap(), kind).unwrap();
        if kind == FileKind::Csv {
            let lines: Vec<u32> = back.sheets.iter().flat_map(|s| &s.rows).map(|row| row.number).collect();
            assert_eq!(lines, [2, 3, 6, 7], "the line of the file, a cell of two lines before");
            for sheet in &mut back.sheets {
                for (number, row) in (1..).zip(&mut sheet.rows) {
                    assert_eq!(row.cells.remove(0), "", "the column that names the sheet");
                    row.number = number;
                }
            }
        }
        assert_eq!(back, sample(), "{kind:?}");
    }
}

#[test]
fn cells_of_all_sorts_become_text() {
    let mut file = rust_xlsxwriter::Workbook::new();
    let sheet = file.add_worksheet().set_name("survey").unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    sheet.write_number(0, 0, 5).unwrap();
    sheet.write_number(0, 1, 0.25).unwrap();
    sheet.write_boolean(0, 2, true).unwrap();
    let moment = rust_xlsxwriter::ExcelDateTime::parse_from_str("2026-11-24").unwrap();
    sheet.write_datetime_with_format(0, 3, &moment, &day).unwrap();
    sheet.write_string(4, 16_000, "x").unwrap();
    let read = read(&file.save_to_buffer().unwrap(), FileKind::Spreadsheet).unwrap();
    assert_eq!(read.sheets[0].rows[0].cells, ["5", "0.25", "true", "2026-11-24"]);
    assert_eq!((read.sheets[0].rows[1].number, read.sheets[0].rows[1].cells.len()), (5, 16_001));
}

#[test]
fn a_csv_is_read_as_others_write_it() {
    let names = |text: &str| {
        let read = read(text.as_bytes(), FileKind::Csv)?;
        Ok(read.sheets.iter().map(|s| format!("{} {}", s.name, s.rows.len())).collect::<Vec<_>>().join(", "))
    };
    let fine = |text: &str| Ok::<String, WorkbookFault>(text.to_owned());
    assert_eq!(names("survey\n,type,name\n\n,text,a\nchoices,,\n,list_name,name\n"), fine("survey 2, choices 1"));
    assert_eq!(names("\u{feff}survey;type;name\n;text;a\n"), fine("survey 2"));
    assert_eq!(names("type,name,label\ntext,a,A\n"), fine("survey 2"));
    assert_eq!(names(",text,a\n"), Err(WorkbookFault::NoSheet));
    assert_eq!(names(""), Err(WorkbookFault::NoSheet));
    assert_eq!(read(b"survey\n,\xff", FileKind::Csv), Err(WorkbookFault::NotUtf8));
}

#[test]
fn what_is_no_spreadsheet_is_refused() {
    let whole = write(&sample(), FileKind::Spreadsheet).unwrap();
    for bad in [b"".as_slice(), b"not a zip", &whole[..whole.len() / 2]] {
        assert!(matches!(read(bad, FileKind::Spreadsheet), Err(WorkbookFault::NoSpreadsheet(_))));
    }
    let mut file = rust_xlsxwriter::Workbook::new();
    let sheet = file.add_worksheet();
    for row in 0..70 {
        sheet.write_string(row, 16_383, "x").unwrap();
    }
    assert_eq!(read(&file.save_to_buffer().unwrap(), FileKind::Spreadsheet), Err(WorkbookFault::TooLarge));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(at in 0_usize..4000, byte in any::<u8>(), text in "[a-z,;\"\n\r]{0,60}") {
        let mut content = write(&sample(), FileKind::Spreadsheet).unwrap();
        let at = at % content.len();
        content[at] = byte;
        drop(read(&content, FileKind::Spreadsheet));
        drop(read(text.as_bytes(), FileKind::Csv));
    }
}

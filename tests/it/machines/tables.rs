//! Reading a downloaded zip back: its manifest is checked against its files before anybody looks at a row.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// A row: cells by column.
pub type Row = BTreeMap<String, String>;

/// A zip that was read and checked.
pub struct Package {
    /// Its manifest.
    pub manifest: Value,
    /// The rows of each table by path.
    pub tables: BTreeMap<String, Vec<Row>>,
    /// The bytes of each file by path.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Reads a zip and checks what its manifest says: the files, their sizes, hashes, rows, columns and values.
pub fn read(zip: Vec<u8>) -> Package {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = BTreeMap::new();
    let mut last = String::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        last = file.name().unwrap().into_owned();
        files.insert(last.clone(), bytes);
    }
    assert_eq!(last, "datapackage.json", "the manifest comes last");
    let manifest: Value = serde_json::from_slice(&files["datapackage.json"]).unwrap();
    let resources = manifest["resources"].as_array().unwrap();
    assert_eq!(resources.len() + 1, files.len(), "every file is described");
    let mut tables = BTreeMap::new();
    for resource in resources {
        let path = resource["path"].as_str().unwrap();
        let bytes = &files[path];
        assert_eq!(resource["bytes"], bytes.len());
        assert_eq!(resource["hash"], format!("sha256:{}", hex::encode(Sha256::digest(bytes))));
        let rows = rows(resource, bytes);
        assert_eq!(resource["rows"], rows.len());
        tables.insert(path.to_owned(), rows);
    }
    Package { manifest, tables, files }
}

fn rows(resource: &Value, bytes: &[u8]) -> Vec<Row> {
    let has_mark = bytes.starts_with("\u{feff}".as_bytes());
    assert_eq!(resource["dialect"]["byteOrderMark"], has_mark);
    let fields = resource["schema"]["fields"].as_array().unwrap();
    let names: Vec<&str> = fields.iter().map(|f| f["name"].as_str().unwrap()).collect();
    let mut reader = csv::Reader::from_reader(if has_mark { &bytes[3..] } else { bytes });
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), names);
    let read = |record: csv::StringRecord| {
        for (field, cell) in fields.iter().zip(&record) {
            check(field, cell);
        }
        names.iter().map(|n| (*n).to_owned()).zip(record.iter().map(str::to_owned)).collect()
    };
    let records: Vec<Row> = reader.records().map(|record| read(record.unwrap())).collect();
    let lines = bytes.windows(2).filter(|two| *two == b"\r\n").count();
    assert!(lines > records.len(), "every row ends with CR LF");
    records
}

/// Checks a cell against its field, as a Frictionless reader does.
fn check(field: &Value, cell: &str) {
    let rules = &field["constraints"];
    if cell.is_empty() {
        return assert_ne!(rules["required"], true, "{field} is empty");
    }
    match field["type"].as_str().unwrap() {
        "integer" => {
            let number: i64 = cell.parse().unwrap_or_else(|_| panic!("{cell} in {field}"));
            assert!(rules["minimum"].as_i64().is_none_or(|least| number >= least), "{cell} in {field}");
            assert!(rules["maximum"].as_i64().is_none_or(|most| number <= most), "{cell} in {field}");
        }
        "number" => assert!((0.0..=100.0).contains(&cell.parse::<f64>().unwrap()), "{cell} in {field}"),
        "boolean" => assert!(["true", "false"].contains(&cell), "{cell} in {field}"),
        "date" => drop(cell.parse::<chrono::NaiveDate>().unwrap()),
        "yearmonth" => assert!(hailong::domain::period::Calendar::parse(cell).is_some(), "{cell} in {field}"),
        "string" => {}
        other => panic!("{other} is no type of the standard"),
    }
    if let Some(codes) = rules["enum"].as_array() {
        let is_known = codes.iter().any(|code| code == cell || (code.is_i64() && code.as_i64() == cell.parse().ok()));
        assert!(is_known, "{cell} in {field}");
    }
}

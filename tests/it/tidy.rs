//! Rules of the house that are worth a test: who imports whom, who may name what, how long files are, what may not be said.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join(folder), ending, &mut found);
    found.sort();
    let name = |p: &Path| p.strip_prefix(root).unwrap().to_string_lossy().into_owned();
    found.iter().map(|p| (name(p), fs::read_to_string(p).unwrap())).collect()
}

fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(i, l)| (i + 1, l)).filter(|(_, l)| !l.trim_start().starts_with("//"))
}

/// The parts of the house, by level; a part may use what stands on a lower level, and itself.
const LEVELS: [(&str, u8); 15] = [
    ("domain", 0),
    ("i18n", 1),
    ("catalog", 1),
    ("storage", 1),
    ("gateways", 1),
    ("documents", 2),
    ("intake", 2),
    ("actions", 3),
    ("jobs", 4),
    ("web", 4),
    ("config", 4),
    ("telemetry", 4),
    ("local_postgres", 4),
    ("cli", 5),
    ("main", 5),
];

/// The levels as the house lists them put `actions` beside `intake` and let it import it; no other exception stands.
#[test]
fn imports_point_down() {
    let level: BTreeMap<&str, u8> = LEVELS.into();
    let mut wrong = Vec::new();
    for (name, text) in files("src", ".rs") {
        let part = name.trim_start_matches("src/").split(['/', '.']).next().unwrap();
        if part == "lib" {
            continue;
        }
        let own = *level.get(part).unwrap_or_else(|| panic!("{name}: no level for {part}"));
        for (line, code) in code(&text) {
            for used in code
                .split("crate::")
                .skip(1)
                .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
            {
                let Some(other) = level.get(used) else { continue };
                if used != part && *other >= own {
                    wrong.push(format!("{name}:{line}: {part} uses {used}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_some_parts_name_some_things() {
    let rules: [(&str, &[&str]); 6] = [
        ("diesel", &["src/storage", "src/intake"]),
        ("actix", &["src/web", "src/telemetry.rs"]),
        ("actix_http", &["src/web"]),
        ("std::env", &["src/config"]),
        ("Utc::now", &["src/cli", "src/web", "src/jobs"]),
        (".transaction(", &["src/actions", "src/intake", "src/storage/mod.rs"]),
    ];
    let mut wrong = Vec::new();
    for (name, text) in files("src", ".rs") {
        for (line, code) in code(&text) {
            for (thing, places) in rules {
                if code.contains(thing) && !places.iter().any(|p| name.starts_with(p)) {
                    wrong.push(format!("{name}:{line}: {thing}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for (name, text) in files("src", ".rs").into_iter().chain(files("tests", ".rs")) {
        let lines = text.lines().count();
        if lines > 400 {
            wrong.push(format!("{name}: {lines} lines"));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{name}: does not say what it is for"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_half_done() {
    let marks = ["todo!(", "unimplemented!(", concat!("TO", "DO"), concat!("FIX", "ME"), "#[ignore", "dbg!("];
    let mut wrong = Vec::new();
    for (name, text) in
        files("src", ".rs").into_iter().chain(files("tests/it", ".rs")).filter(|(n, _)| !n.ends_with("tidy.rs"))
    {
        for (line, code) in text.lines().enumerate() {
            if marks.iter().any(|m| code.contains(m)) {
                wrong.push(format!("{name}:{}: {}", line + 1, code.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_key_that_code_asks_for_has_a_text() {
    let known: Vec<String> = files("src/i18n/vi", ".ftl")
        .iter()
        .flat_map(|(_, text)| {
            text.lines().filter_map(|l| l.split_once(" =")).map(|(k, _)| k.to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let mut wrong = Vec::new();
    for (name, text) in files("src/web", ".rs").into_iter().chain(files("src/web", ".html")) {
        for start in [".t(\"", ".t1(\"", ".tn(\""] {
            for key in text.split(start).skip(1).filter_map(|rest| rest.split('"').next()) {
                if !known.iter().any(|k| k == key) && key != "no-such-key" {
                    wrong.push(format!("{name}: {key}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pages_hold_no_inline_style_or_script() {
    for (name, text) in files("src/web", ".html") {
        for bad in [" style=", "<style", "<script>", " onclick=", " onchange=", "javascript:"] {
            assert!(!text.contains(bad), "{name}: {bad}");
        }
    }
}

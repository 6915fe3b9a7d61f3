//! `forms import` and `forms export`: questionnaires between spreadsheets (XLSForm) and the folder of forms.
//!
//! Everything found in a spreadsheet is told by its cell. Nothing is written unless all of it could be taken, or what could not was
//! to be left out; a version that is there already is never changed.

use super::exports::{Unfinished, cannot_write};
use super::imports::read;
use super::{Failure, WrongUsage, near, print, print_json};
use crate::catalog;
use crate::config::{ExportFormSettings, GlobalSettings, ImportFormSettings, Output};
use crate::documents::form_file;
use crate::documents::workbook::{self, FileKind};
use crate::domain::form::Form;
use crate::domain::period::day_in_vietnam;
use crate::domain::text::Language;
use crate::domain::xlsform::{self, Finding, Origin, Taking, Weight};
use crate::i18n;
use chrono::Utc;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `forms import`.
pub fn import(global: &GlobalSettings, settings: &ImportFormSettings) -> Result<(), Failure> {
    let content = read(&settings.file)?;
    let file = settings.file.display();
    // A reader that stumbles over a damaged file is told in our words only.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let workbook = workbook::read(&content, kind_of(&settings.file, &content));
    std::panic::set_hook(hook);
    let workbook = workbook.map_err(|fault| format!("nothing was written, {file} cannot be read: {fault}"))?;
    let taking = if settings.lenient { Taking::WhatFits } else { Taking::Everything };
    let stem = settings.file.file_stem().and_then(|stem| stem.to_str()).filter(|stem| *stem != "-");
    let origin = Origin { name: stem.unwrap_or("form").to_owned(), day: day_in_vietnam(Utc::now()) };
    let outcome = xlsform::read(&workbook, &origin, taking);
    for finding in &outcome.findings {
        eprintln!("{file}: {}: {}", finding.place, told(settings.lang, finding, taking));
    }
    let Some(form) = outcome.form else { return Err(refusal(&outcome.findings, taking, &settings.file)) };
    let target = target(global, settings, &form)?;
    let state = save(&target, &form)?;
    if settings.output.json {
        let findings: Vec<_> = outcome.findings.iter().map(finding_json).collect();
        return print_json(&json!({
            "form": form.name(), "file": target.display().to_string(), "sections": form.sections.len(),
            "questions": form.count_questions(), "state": state.word(), "findings": findings,
        }));
    }
    let (questions, sections) = (form.count_questions(), form.sections.len());
    let place = target.display();
    print(&format!(
        "{place}: form {}, {questions} questions in {sections} sections, {}\nnext: hailong check-forms; start the service anew so that it knows the form; \
         hailong survey open CODE --form {}",
        form.name(),
        state.word(),
        form.name(),
    ))
}

/// By the name of the file; without one, by how it begins.
fn kind_of(path: &Path, content: &[u8]) -> FileKind {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    let begins_as_spreadsheet = content.starts_with(b"PK") || content.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]);
    match ending.as_str() {
        "xlsx" | "xls" | "xlsm" | "ods" => FileKind::Spreadsheet,
        _ if begins_as_spreadsheet => FileKind::Spreadsheet,
        _ => FileKind::Csv,
    }
}

/// How much a finding weighs in this import, by the end of the key of its word.
fn weight(finding: &Finding, taking: Taking) -> &'static str {
    match (finding.what.weight(), taking) {
        (Weight::Told, _) => "told",
        (Weight::LeftOut, Taking::WhatFits) => "left-out",
        (Weight::LeftOut, Taking::Everything) | (Weight::Fatal, _) => "problem",
    }
}

fn told(language: Language, finding: &Finding, taking: Taking) -> String {
    let weight = i18n::text(language, &format!("xlsform-weight-{}", weight(finding, taking)));
    format!("{weight}: {}", words(language, finding))
}

fn words(language: Language, finding: &Finding) -> String {
    let values = finding.what.values();
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    i18n::text_with(language, &format!("xlsform-{}", finding.what.code()), &values)
}

fn finding_json(finding: &Finding) -> serde_json::Value {
    json!({
        "sheet": finding.place.sheet, "cell": finding.place.cell(), "code": finding.what.code(),
        "weight": weight(finding, Taking::WhatFits),
        "vi": words(Language::Vi, finding), "en": words(Language::En, finding),
    })
}

fn refusal(findings: &[Finding], taking: Taking, file: &Path) -> Failure {
    let count = |least: Weight| findings.iter().filter(|finding| finding.what.weight() >= least).count();
    let problems = match count(if taking == Taking::Everything { Weight::LeftOut } else { Weight::Fatal }) {
        1 => "one problem".to_owned(),
        count => format!("{count} problems"),
    };
    let or_else = if count(Weight::Fatal) == 0 { ", or leave out what cannot be taken with --lenient" } else { "" };
    format!("nothing was written, {problems} in {}: correct the cells and import it again{or_else}", file.display())
        .into()
}

/// Where the form goes.
fn target(global: &GlobalSettings, settings: &ImportFormSettings, form: &Form) -> Result<PathBuf, Failure> {
    let within = format!("{}.toml", form.name());
    match (settings.to.clone(), global.forms()) {
        (Some(file), _) if file.extension().is_some_and(|ending| ending == "toml") => Ok(file),
        (Some(folder), _) | (None, Some(folder)) => Ok(folder.join(within)),
        (None, None) => Err("there is no folder of forms here, and the copy built in cannot be added to: \
             name the folder with HAILONG_FORMS, or where to write with -o"
            .into()),
    }
}

/// What became of the file.
enum Saved {
    New,
    Same,
}

impl Saved {
    fn word(&self) -> &'static str {
        match self {
            Self::New => "written",
            Self::Same => "there already, unchanged",
        }
    }
}

/// Writes a file that is not there yet; one that is there has to say the same.
fn save(target: &Path, form: &Form) -> Result<Saved, Failure> {
    match std::fs::read_to_string(target) {
        Ok(text) if toml::from_str::<Form>(&text).is_ok_and(|there| there == *form) => return Ok(Saved::Same),
        Ok(_) => {
            return Err(format!(
                "{} says something else and stays as it is: a change is a new version, named in the sheet settings",
                target.display()
            )
            .into());
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(cannot_write(target, &error)),
    }
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| cannot_write(target, &error))?;
    }
    let file = Unfinished::create(target)?;
    let written = file.handle()?.write_all(form_file::write(form).as_bytes());
    written.map_err(|error| cannot_write(target, &error))?;
    file.finish()?;
    Ok(Saved::New)
}

/// `forms export`.
pub fn export(global: &GlobalSettings, settings: &ExportFormSettings) -> Result<(), Failure> {
    let ending = settings.to.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let kind = match ending.to_lowercase().as_str() {
        "xlsx" => FileKind::Spreadsheet,
        "csv" => FileKind::Csv,
        _ => return Err(Box::new(WrongUsage("name a file ending with .xlsx or .csv with -o".to_owned()))),
    };
    let library = catalog::load(global.forms().as_deref())?;
    let form = library.forms.get(&settings.form).ok_or_else(|| {
        let hint = near::hint(&settings.form, library.forms.keys().map(String::as_str));
        format!("there is no form {}{hint}", settings.form)
    })?;
    let file = Unfinished::create(&settings.to)?;
    let content = workbook::write(&xlsform::write(form), kind).map_err(|error| cannot_write(&settings.to, &error))?;
    file.handle()?.write_all(&content).map_err(|error| cannot_write(&settings.to, &error))?;
    file.finish()?;
    let (path, questions) = (settings.to.display().to_string(), form.count_questions());
    match settings.output {
        Output { json: true } => print_json(&json!({ "file": path, "form": form.name(), "questions": questions })),
        Output { json: false } => print(&format!("{path}: form {}, {questions} questions", form.name())),
    }
}

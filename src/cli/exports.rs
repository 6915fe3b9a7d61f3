//! `export`: submissions or the index into a zip. The file appears under its name only when it is whole.

use super::progress::Progress;
use super::selection::{self, Selected};
use super::{Failure, database, print, print_json};
use crate::actions::export_index::export_index;
use crate::actions::export_plan::{Connections, ExportError, plan};
use crate::actions::export_submissions::{Counting, export_submissions};
use crate::actions::fold_tallies::fold_all;
use crate::catalog;
use crate::config::{ExportKind, ExportSettings, GlobalSettings};
use crate::documents::csv::Flavour;
use crate::documents::datapackage::Asked;
use crate::documents::index_table;
use crate::documents::submissions::SubmissionsArchive;
use crate::domain::access::Scope;
use crate::domain::export::{ExportWish, Part};
use crate::domain::period::day_in_vietnam;
use crate::storage::audit_log::Actor;
use crate::storage::catalogue;
use chrono::Utc;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Runs the command.
pub fn run(global: &GlobalSettings, settings: &ExportSettings) -> Result<(), Failure> {
    let period = selection::period(&settings.selection)?;
    let library = catalog::load(global.forms().as_deref())?;
    let file = Unfinished::create(&settings.file)?;
    let opened = database::open(global, 1)?;
    let (now, actor) = (Utc::now(), Actor::command_line());
    let known = opened.db.run_blocking(catalogue::load)?;
    let selected = Selected::find(&known, &settings.selection)?;
    let survey = selected.survey.code.clone();
    let unit = settings.selection.unit.clone();
    let wish = ExportWish { survey: Some(survey), unit, period, ..ExportWish::default() };
    let flavour = if settings.excel { Flavour::Excel } else { Flavour::Plain };
    let asked = Asked { now, flavour, wish: wish.clone() };
    let plan = plan(&known, Scope::All, wish)?;
    let out = BufWriter::new(file.handle()?);
    let (told, rows) = match settings.what {
        ExportKind::Submissions => {
            let mut rows = Rows::default();
            let mut archive = SubmissionsArchive::start(out, asked, plan.definitions(&library, day_in_vietnam(now)));
            let written = opened.db.run_blocking(|conn| {
                Ok(export_submissions(
                    Connections::one(conn),
                    now,
                    &actor,
                    &plan,
                    flavour.code(),
                    Counting::First,
                    |part| {
                        rows.note(&part);
                        archive.take(part)
                    },
                ))
            })?;
            written.map_err(|error| refusal(error, &settings.file))?;
            (format!("{} submissions", rows.done), rows.done)
        }
        ExportKind::Index => {
            let (tables, ending) = opened.db.run_blocking(|conn| {
                fold_all(conn, now, library.counting())?;
                export_index(Connections::one(conn), now, &actor, &plan, &library, flavour.code())
            })?;
            let written = index_table::write(out, &asked, &tables, &ending);
            written.map_err(|error| cannot_write(&settings.file, &error))?;
            let rows = tables.iter().flat_map(|table| &table.cells).map(|cell| cell.tree.walk().len() as u64).sum();
            (format!("the index of {} by unit and period", settings.selection.survey), rows)
        }
    };
    file.finish()?;
    if settings.output.json {
        let what = match settings.what {
            ExportKind::Submissions => "submissions",
            ExportKind::Index => "index",
        };
        let file = settings.file.display().to_string();
        return print_json(&serde_json::json!({ "file": file, "what": what, "rows": rows }));
    }
    print(&format!("{}: {told}", settings.file.display()))
}

fn refusal(error: ExportError, path: &Path) -> Failure {
    match error {
        ExportError::Io(error) => cannot_write(path, &error),
        ExportError::Query(_) => error.into(),
    }
}

/// That a file cannot be written, and what to do about it.
pub(super) fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    format!("cannot write {}: {error}; name a file in a folder that can be written with -o", path.display()).into()
}

/// Rows going by.
#[derive(Default)]
struct Rows {
    done: u64,
    progress: Option<Progress>,
}

impl Rows {
    fn note(&mut self, part: &Part<'_>) {
        match part {
            Part::Table { rows, .. } => {
                let total = self.done + rows.and_then(|rows| u64::try_from(rows).ok()).unwrap_or(0);
                self.progress = Some(Progress::start("writing submissions", total));
            }
            Part::Row(_) => {
                self.done += 1;
                if let Some(progress) = self.progress.as_mut().filter(|_| self.done.is_multiple_of(1000)) {
                    progress.reach(self.done);
                }
            }
            Part::End(_) => self.progress = None,
        }
    }
}

/// A file that bears another name until it is whole, and is removed when it never becomes so.
pub(super) struct Unfinished {
    path: PathBuf,
    part: PathBuf,
    file: File,
}

impl Unfinished {
    /// Begins a file.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let mut name = path.file_name().ok_or_else(|| format!("{} is no name of a file", path.display()))?.to_owned();
        if path.is_dir() {
            return Err(format!("{} is a folder; name a file in it with -o", path.display()).into());
        }
        name.push(".part");
        let part = path.with_file_name(name);
        let file = File::create(&part).map_err(|error| cannot_write(path, &error))?;
        Ok(Self { path: path.to_owned(), part, file })
    }

    /// What to write to.
    pub(super) fn handle(&self) -> Result<File, Failure> {
        self.file.try_clone().map_err(|error| cannot_write(&self.path, &error))
    }

    /// Gives the file its name, now that it is whole.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let saved = self.file.sync_all().and_then(|()| std::fs::rename(&self.part, &self.path));
        saved.map_err(|error| cannot_write(&self.path, &error))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After the renaming there is nothing under this name.
        let _gone = std::fs::remove_file(&self.part);
    }
}

//! Where the files come from: a folder, or the copy built in. Names are paths within the folder, with `/`.
//!
//! Only `.toml` and `.csv` files count; what they say is not looked at here.

use super::built_in::BUILT_IN;
use super::fault::{CatalogError, FileFault, FileProblem};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The contents of the files by their names.
pub(super) struct Files(pub BTreeMap<String, Vec<u8>>);

/// How deep folders are looked into: `indices/<index>/<version>.toml`.
const DEEPEST: usize = 3;

impl Files {
    /// The copy in the program.
    pub fn built_in() -> Self {
        Self(BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect())
    }

    /// The files of a folder.
    pub fn in_folder(folder: &Path) -> Result<Self, CatalogError> {
        let mut found = Walk { files: BTreeMap::new(), problems: Vec::new() };
        let unreadable = |error| CatalogError::Folder { folder: folder.to_owned(), error };
        let entries = fs::read_dir(folder).map_err(unreadable)?;
        found.entries(entries, "", 1);
        if found.problems.is_empty() { Ok(Self(found.files)) } else { Err(CatalogError::Problems(found.problems)) }
    }
}

struct Walk {
    files: BTreeMap<String, Vec<u8>>,
    problems: Vec<FileProblem>,
}

impl Walk {
    fn entries(&mut self, entries: fs::ReadDir, above: &str, depth: usize) {
        for entry in entries {
            let visited = entry.and_then(|entry| self.visit(&entry.path(), above, depth));
            if let Err(error) = visited {
                self.report(above, &error);
            }
        }
    }

    fn visit(&mut self, path: &Path, above: &str, depth: usize) -> std::io::Result<()> {
        let Some(own) = path.file_name().and_then(|n| n.to_str()).filter(|n| !n.starts_with('.')) else {
            return Ok(());
        };
        let name = format!("{above}{own}");
        if fs::metadata(path)?.is_dir() {
            if depth < DEEPEST {
                self.entries(fs::read_dir(path)?, &format!("{name}/"), depth + 1);
            }
        } else if own.ends_with(".toml") || own.ends_with(".csv") {
            match fs::read(path) {
                Ok(content) => drop(self.files.insert(name, content)),
                Err(error) => self.report(&name, &error),
            }
        }
        Ok(())
    }

    fn report(&mut self, file: &str, error: &std::io::Error) {
        let fault = FileFault::Unreadable(error.to_string());
        self.problems.push(FileProblem { file: file.to_owned(), place: String::new(), fault });
    }
}

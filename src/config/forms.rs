//! Options of the commands that turn spreadsheets into forms and forms into spreadsheets.
//!
//! What they do is with `cli`.

use super::{Output, values};
use crate::domain::text::Language;
use clap::Args;
use std::path::PathBuf;

/// A spreadsheet to import.
#[derive(Debug, Clone, Args)]
pub struct ImportFormSettings {
    /// Spreadsheet (.xlsx, .xls) or CSV in the XLSForm standard; `-` reads standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Folder to write FORM/VERSION.toml into, or a .toml file [default: the folder of forms].
    #[arg(short = 'o', long = "output", env = "HAILONG_FORMS_IMPORT_OUTPUT", value_name = "DIR|FILE")]
    pub to: Option<PathBuf>,
    /// Leave out what cannot be taken, and tell each cell of it, instead of writing nothing.
    #[arg(long, env = "HAILONG_FORMS_IMPORT_LENIENT", value_parser = clap::builder::BoolishValueParser::new(), default_value_t = false)]
    pub lenient: bool,
    /// Language in which cells are told: vi or en.
    #[arg(long, env = "HAILONG_FORMS_IMPORT_LANG", value_name = "LANG", value_parser = values::language(), default_value = "en")]
    pub lang: Language,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

/// A form to export.
#[derive(Debug, Clone, Args)]
pub struct ExportFormSettings {
    /// The form version, such as sipas_service/2022.
    #[arg(value_name = "FORM/VERSION")]
    pub form: String,
    /// File to write, ending with .xlsx or .csv; it is made anew and appears only when it is whole.
    #[arg(short = 'o', long = "output", env = "HAILONG_FORMS_EXPORT_OUTPUT", value_name = "F.xlsx|F.csv")]
    pub to: PathBuf,
    #[command(flatten)]
    /// How to print.
    pub output: Output,
}

//! What can be wrong with the folder of forms, told in English to whoever operates the service.

use crate::domain::form::FormFault;
use crate::domain::import::ImportProblem;
use crate::domain::index::DefinitionFault;
use crate::domain::non_response::RuleFault;
use std::fmt;
use std::path::PathBuf;

/// Why there is no library.
#[derive(Debug)]
pub enum CatalogError {
    /// The folder cannot be read.
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Everything that is wrong with the files.
    Problems(Vec<FileProblem>),
}

/// A problem with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// The file, within the folder.
    pub file: String,
    /// The code, or the line, at which it is wrong; empty for the whole file.
    pub place: String,
    /// What is wrong.
    pub fault: FileFault,
}

/// What can be wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFault {
    /// It cannot be read.
    Unreadable(String),
    /// It is not UTF-8.
    NotUtf8,
    /// It is not in composed Unicode (NFC).
    NotComposed,
    /// It does not say what such a file has to say.
    Syntax(String),
    /// It stands where no such file belongs.
    Misplaced,
    /// It names itself otherwise than its path does.
    OtherName(String),
    /// The form is no good.
    Form(FormFault),
    /// The index definition is no good.
    Definition(DefinitionFault),
    /// The rules for returned sheets are no good.
    Rules(RuleFault),
    /// A form that is not there.
    UnknownForm(String),
    /// A unit that is not there.
    UnknownUnit(String),
    /// A row of units or procedures is no good.
    Row(ImportProblem),
    /// Not a survey's code.
    BadSurveyCode,
    /// A survey that is there twice.
    RepeatedSurvey,
    /// An end that does not come after the beginning.
    EndsBeforeStart,
    /// A survey that takes answers from nowhere.
    NoChannel,
    /// A text that is missing in one of the languages.
    IncompleteText,
    /// A published version that says something else than when it was published.
    Changed {
        /// The hash it had.
        published: String,
        /// The hash it has.
        now: String,
    },
    /// A published version that is no longer there.
    Gone,
}

impl std::error::Error for CatalogError {}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { folder, error } => {
                write!(f, "the folder of forms {} cannot be read: {error}", folder.display())
            }
            Self::Problems(problems) => {
                write!(f, "the folder of forms has {} problem(s):", problems.len())?;
                problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, place, fault } = self;
        if place.is_empty() { write!(f, "{file}: {fault}") } else { write!(f, "{file}: {place}: {fault}") }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "cannot be read: {why}"),
            Self::NotUtf8 => f.write_str("is not UTF-8 text"),
            Self::NotComposed => f.write_str("is not in composed Unicode (NFC)"),
            Self::Syntax(what) => f.write_str(what),
            Self::Misplaced => f.write_str(
                "no such file belongs here; forms are <form>/<version>.toml, indices indices/<index>/<version>.toml, rules rules/<version>.toml, the rest catalogue/{units,procedures}.csv, catalogue/surveys.toml and published.toml",
            ),
            Self::OtherName(name) => write!(f, "calls itself {name}; path and name have to agree"),
            Self::Form(fault) => f.write_str(&form_fault(fault)),
            Self::Definition(fault) => f.write_str(definition_fault(*fault)),
            Self::Rules(fault) => fault.fmt(f),
            Self::UnknownForm(name) => write!(f, "there is no form {name}"),
            Self::UnknownUnit(code) => write!(f, "there is no unit {code}"),
            Self::Row(problem) => problem.fmt(f),
            Self::BadSurveyCode => f.write_str("a survey's code is 1 to 60 letters a-z, digits, dashes and underscores"),
            Self::RepeatedSurvey => f.write_str("this survey is there twice"),
            Self::EndsBeforeStart => f.write_str("the end does not come after the beginning"),
            Self::NoChannel => f.write_str("no channel is named"),
            Self::IncompleteText => f.write_str("a text is missing in Vietnamese or in English"),
            Self::Changed { published, now } => write!(
                f,
                "this version is published and must not change; make a new version instead (published as {published}, now {now})"
            ),
            Self::Gone => f.write_str("this version is published and must stay, but it is not there"),
        }
    }
}

fn form_fault(fault: &FormFault) -> String {
    match fault {
        FormFault::BadCode => {
            "a code is made of a-z, 0-9 and _ (in options and versions also -), at most 60 characters".into()
        }
        FormFault::DuplicateCode => "this code is there twice".into(),
        FormFault::IncompleteText => "a text is missing in Vietnamese or in English".into(),
        FormFault::UnknownScale(scale) => format!("there is no scale {scale}"),
        FormFault::NoOptions => "there are no options to choose from".into(),
        FormFault::OptionsOnText => "this kind of question has no options".into(),
        FormFault::RequiredNote => "a note is not answered, so it cannot be required".into(),
        FormFault::RequiredWithNone => "a required question has no word for \"no answer\"; leave out `none` or `required`".into(),
        FormFault::LimitsMisplaced => {
            "limits are whole numbers for an integer, numbers for a decimal, days in quotes for a date; of a text only the message"
                .into()
        }
        FormFault::LimitsUnclear => "no answer can lie within these limits, or one end is given twice".into(),
        FormFault::MatrixMixed => "the questions of a matrix choose one option of the same scale".into(),
        FormFault::LevelsNotNumbered => "the options of a level question have the codes 1, 2, 3, ...".into(),
        FormFault::BadPoints => "points are 0 to 100, for each option of a list or for none".into(),
        FormFault::ConditionOnUnknown(on) => format!("show_when names {on}, which is no question of the form"),
        FormFault::ConditionOnItself => {
            "show_when names what it belongs to; only earlier questions can open or close".into()
        }
        FormFault::ConditionNotEarlier(on) => {
            format!("show_when names {on}, which comes later; only earlier questions can open or close")
        }
        FormFault::ConditionOnText(on) => format!("show_when names {on}, which has no options"),
        FormFault::ConditionUnclear(on) => format!("show_when on {on} says any_of or none_of, one of the two"),
        FormFault::ConditionOnAsked(on) => {
            format!("show_when says none_of on {on}, which not everybody is asked; say any_of instead")
        }
        FormFault::NeverAsked => "no answers can open this question: its conditions never hold together".into(),
        FormFault::UnknownOption(option) => format!("show_when names the option {option}, which is not there"),
        FormFault::Empty => "the form asks nothing".into(),
        FormFault::EndsBeforeStart => "the last day of validity comes before the first".into(),
    }
}

fn definition_fault(fault: DefinitionFault) -> &'static str {
    match fault {
        DefinitionFault::NotOneRoot => "the first node is the root and has no parent, all others have one",
        DefinitionFault::UnknownParent => "the parent is not defined before this node",
        DefinitionFault::DuplicateCode => "this code is there twice",
        DefinitionFault::NotALevelQuestion => "a criterion is a level question of the form, and this is none",
        DefinitionFault::WrongShape => {
            "a criterion (share, points) or a recorded node has nothing below it, every other node something"
        }
        DefinitionFault::WrongForm => {
            "an index computed here names the form it counts; a portal or record index names none, and no satisfied_from"
        }
        DefinitionFault::WrongKind => {
            "recorded and sum are for portal and record indices, the others for those computed here"
        }
        DefinitionFault::NoPoints => "an option of this question has no points",
        DefinitionFault::PointsDoNotAddUp => "the points do not agree with those below, or with their own limits",
        DefinitionFault::BandsOutOfOrder => "bands go from the highest limit down to 0 and have each a code of its own",
        DefinitionFault::NoWeight => "a weight is at least 1",
        DefinitionFault::IncompleteText => "a text is missing in Vietnamese or in English",
        DefinitionFault::NoSuchLevel => "satisfied_from is not one of the question's levels above the lowest",
        DefinitionFault::EndsBeforeStart => "the last day of validity comes before the first",
    }
}

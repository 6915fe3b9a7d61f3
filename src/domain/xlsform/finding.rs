//! What is found in a workbook that does not go into a form as it stands: where, what, and how much it weighs.
//!
//! The words are `i18n`'s, under `xlsform-` and the code of what was found.

use super::Place;
use crate::domain::form::FormFault;

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What.
    pub what: What,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The form is as it should be all the same; whoever imports it should know.
    Told,
    /// It can only be left out, and is where that was asked for.
    LeftOut,
    /// No form can be made.
    Fatal,
}

/// What was found. Texts are what stands in the cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// There is no sheet `survey`.
    NoSurvey,
    /// A column that has to be there is not.
    MissingColumn(String),
    /// A heading that stands there twice.
    RepeatedColumn(String),
    /// A question or an option without a name.
    MissingName,
    /// A name of which no code can be made.
    BadName(String),
    /// Two names that become the same code, and that code.
    Clash(String, String),
    /// A group that does not end.
    OpenGroup,
    /// An end without a beginning.
    NoGroup,
    /// A list of options that is not there.
    UnknownList(String),
    /// Neither a day nor empty, where a day is asked.
    BadDay(String),
    /// Not points from 0 to 100.
    BadPoints(String),
    /// More words than the column knows: one of these.
    BadWord(String, &'static str),
    /// The form that comes out is no good.
    Form(FormFault),

    /// A type of question that there is not here.
    Type(String),
    /// A row without a type.
    MissingType,
    /// A text in neither language.
    MissingText,
    /// A column that says more than can be taken.
    Column(String, String),
    /// A sheet that says more than can be taken.
    ForeignSheet(String),
    /// An option that is in its list already.
    RepeatedOption(String),
    /// `or_other` after a list.
    OrOther,
    /// A condition that cannot be taken.
    Relevant(String),
    /// A condition on what does not stand before it, or was left out.
    RelevantUnknown(String, String),
    /// A condition on an option that is not in the list.
    RelevantOption(String, String),
    /// A condition on a question that has no options.
    RelevantOpen(String, String),
    /// Limits that cannot be taken.
    Constraint(String),
    /// Something that is required only sometimes.
    Required(String),
    /// A text that shows an answer.
    Reference(String),
    /// A row within something that is left out.
    Within,
    /// A condition that the form cannot have where it stands.
    Misplaced(FormFault),

    /// A text in one language, used for both.
    OneLanguage,
    /// A text in a third language, used for both.
    OtherLanguage(String),
    /// A name and the code that it became.
    Renamed(String, String),
    /// A row that is a remark, or switched off.
    Remark,
    /// A heading that says nothing here, and how many cells stand under it.
    UnknownColumn(String, usize),
    /// Cells under no heading.
    NoHeading(usize),
    /// A sheet that is none of the standard's.
    UnknownSheet(String),
    /// A list that no question uses.
    IdleList(String),
    /// A look that there is not here.
    Appearance(String),
    /// `likert` on options that are not numbered 1, 2, 3, …
    NotNumbered(String),
    /// A matrix that is none.
    NoMatrix,
    /// The heading row of a matrix.
    MatrixHeading,
    /// A group within a group.
    Nested(String),
    /// A setting that has no use here.
    Setting(String, String),
    /// Something that was not said, and what was taken for it.
    Assumed(&'static str, String),
    /// Markup, shown as it is written.
    Markup,
    /// Something that means nothing at this row.
    NoUse(String),
}

impl What {
    /// Its stable name, how much it weighs, and what its words name.
    fn parts(&self) -> (&'static str, Weight, Vec<(&'static str, String)>) {
        use Weight::{Fatal, LeftOut, Told};
        let one = |given: &String| vec![("given", given.clone())];
        let two = |given: &String, other: &str| vec![("given", given.clone()), ("other", other.to_owned())];
        match self {
            Self::NoSurvey => ("no-survey", Fatal, vec![]),
            Self::MissingColumn(given) => ("missing-column", Fatal, one(given)),
            Self::RepeatedColumn(given) => ("repeated-column", Fatal, one(given)),
            Self::MissingName => ("missing-name", Fatal, vec![]),
            Self::BadName(given) => ("bad-name", Fatal, one(given)),
            Self::Clash(given, other) => ("clash", Fatal, two(given, other)),
            Self::MissingText => ("missing-text", LeftOut, vec![]),
            Self::OpenGroup => ("open-group", Fatal, vec![]),
            Self::NoGroup => ("no-group", Fatal, vec![]),
            Self::UnknownList(given) => ("unknown-list", Fatal, one(given)),
            Self::BadDay(given) => ("bad-day", Fatal, one(given)),
            Self::BadPoints(given) => ("bad-points", Fatal, one(given)),
            Self::BadWord(given, known) => ("bad-word", Fatal, two(given, known)),
            Self::Form(fault) => (form_word(fault), Fatal, vec![]),
            Self::Type(given) => ("type", LeftOut, one(given)),
            Self::MissingType => ("missing-type", LeftOut, vec![]),
            Self::Column(heading, given) => ("column", LeftOut, two(given, heading)),
            Self::ForeignSheet(given) => ("foreign-sheet", LeftOut, one(given)),
            Self::RepeatedOption(given) => ("repeated-option", LeftOut, one(given)),
            Self::OrOther => ("or-other", LeftOut, vec![]),
            Self::Relevant(given) => ("relevant", LeftOut, one(given)),
            Self::RelevantUnknown(given, other) => ("relevant-unknown", LeftOut, two(given, other)),
            Self::RelevantOption(given, other) => ("relevant-option", LeftOut, two(given, other)),
            Self::RelevantOpen(given, other) => ("relevant-open", LeftOut, two(given, other)),
            Self::Constraint(given) => ("constraint", LeftOut, one(given)),
            Self::Required(given) => ("required", LeftOut, one(given)),
            Self::Reference(given) => ("reference", LeftOut, one(given)),
            Self::Within => ("within", LeftOut, vec![]),
            Self::Misplaced(fault) => (form_word(fault), LeftOut, vec![]),
            Self::OneLanguage => ("one-language", Told, vec![]),
            Self::OtherLanguage(given) => ("other-language", Told, one(given)),
            Self::Renamed(given, other) => ("renamed", Told, two(given, other)),
            Self::Remark => ("remark", Told, vec![]),
            Self::UnknownColumn(given, cells) => ("unknown-column", Told, two(given, &cells.to_string())),
            Self::NoHeading(cells) => ("no-heading", Told, vec![("other", cells.to_string())]),
            Self::UnknownSheet(given) => ("unknown-sheet", Told, one(given)),
            Self::IdleList(given) => ("idle-list", Told, one(given)),
            Self::Appearance(given) => ("appearance", Told, one(given)),
            Self::NotNumbered(given) => ("not-numbered", Told, one(given)),
            Self::NoMatrix => ("no-matrix", Told, vec![]),
            Self::MatrixHeading => ("matrix-heading", Told, vec![]),
            Self::Nested(given) => ("nested", Told, one(given)),
            Self::Setting(heading, given) => ("setting", Told, two(given, heading)),
            Self::Assumed(what, given) => ("assumed", Told, two(given, what)),
            Self::Markup => ("markup", Told, vec![]),
            Self::NoUse(given) => ("no-use", Told, one(given)),
        }
    }

    /// A stable name for machines, and after `xlsform-` the key of its words.
    pub fn code(&self) -> &'static str {
        self.parts().0
    }

    /// How much it weighs.
    pub fn weight(&self) -> Weight {
        self.parts().1
    }

    /// What its words name: `given` is what stands in the cell, `other` the other thing.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        self.parts().2
    }
}

/// What can still be wrong with a form whose cells could all be read.
fn form_word(fault: &FormFault) -> &'static str {
    match fault {
        FormFault::ConditionOnAsked(_) => "form-condition-on-asked",
        FormFault::NeverAsked => "form-never-asked",
        FormFault::Empty => "form-empty",
        FormFault::EndsBeforeStart => "form-ends-before-start",
        FormFault::LimitsUnclear | FormFault::LimitsMisplaced => "form-limits",
        FormFault::BadPoints => "form-points",
        FormFault::RequiredWithNone => "form-required-with-none",
        FormFault::ConditionOnUnknown(_) => "form-condition-gone",
        FormFault::ConditionOnItself | FormFault::ConditionNotEarlier(_) => "form-condition-not-earlier",
        FormFault::BadCode
        | FormFault::DuplicateCode
        | FormFault::IncompleteText
        | FormFault::UnknownScale(_)
        | FormFault::NoOptions
        | FormFault::OptionsOnText
        | FormFault::LevelsNotNumbered
        | FormFault::ConditionOnText(_)
        | FormFault::ConditionUnclear(_)
        | FormFault::UnknownOption(_)
        | FormFault::RequiredNote
        | FormFault::MatrixMixed => "form-other",
    }
}

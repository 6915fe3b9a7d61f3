//! An index's definition as data (`survey_forms/indices/<index>/<version>.toml`): a tree of codes with, per node, how it is
//! computed and what it weighs, its source, dates and status.
//!
//! Most are computed here from a form's tallies. Others are measured elsewhere: their definitions say what the figures mean that
//! are recorded, and nothing is computed from answers.

use super::definition_check;
use crate::domain::form::Form;
use crate::domain::text::Text;
use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;
use serde::{Deserialize, Serialize};

/// Where an index's figures come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// From the answers to a form, here.
    #[default]
    Survey,
    /// From the counts of dossiers that the national portal publishes, as the portal scores them.
    Portal,
    /// From elsewhere, whole; only recorded.
    Record,
}

impl Kind {
    /// Whether it is computed here from answers.
    pub fn is_survey(&self) -> bool {
        *self == Kind::Survey
    }
}

/// How a node's share is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// A criterion: satisfied answers / answers to one question.
    Share,
    /// A criterion: the mean of the points that the options chosen for one question earn, in per cent.
    Points,
    /// Satisfied answers / answers, over all criteria below.
    Pooled,
    /// Plain mean of the criteria below that have a value.
    MeanOfCriteria,
    /// Mean, by weight, of the nodes directly below that have a value.
    MeanOfFactors,
    /// Measured elsewhere and recorded.
    Recorded,
    /// The sum of the recorded nodes directly below.
    Sum,
}

impl Aggregation {
    /// Whether a node of it is computed from one question.
    pub fn is_criterion(self) -> bool {
        matches!(self, Aggregation::Share | Aggregation::Points)
    }

    /// Whether a node of it has nothing below.
    pub fn is_leaf(self) -> bool {
        self.is_criterion() || self == Aggregation::Recorded
    }
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeDefinition {
    /// Its code; a criterion's is its question's.
    pub code: String,
    /// The node above; none for the root.
    #[serde(default)]
    pub parent: Option<String>,
    /// Its name; a criterion without one bears its question's text.
    #[serde(default)]
    pub title: Option<Text>,
    /// How it is computed.
    pub aggregation: Aggregation,
    /// What it weighs among its siblings, as a whole number.
    #[serde(default = "one")]
    pub weight: u32,
    /// What is looked at, where the title does not say it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    /// The fewest points that it can get, where that is not 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_points: Option<u32>,
    /// The most points that it can get, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_points: Option<u32>,
    /// The ratio, in per cent, from which it gets them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_from: Option<u32>,
}

fn one() -> u32 {
    1
}

fn is_zero(level: &u8) -> bool {
    *level == 0
}

/// A name for values of an index from some limit on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: Text,
    /// The lowest value that bears it.
    pub from: u32,
}

/// A part of an index's points by where they come from, across the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointSource {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: Text,
    /// Its points.
    pub points: u32,
}

/// An index's definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The index's code.
    pub index: String,
    /// The definition's version.
    pub version: String,
    /// Where its figures come from.
    #[serde(default, skip_serializing_if = "Kind::is_survey")]
    pub kind: Kind,
    /// The form version it counts, as `form/version`; none where no form is counted.
    #[serde(default)]
    pub form: Option<String>,
    /// Its title.
    pub title: Text,
    /// The formula, in words.
    pub formula: Text,
    /// Where structure and formula come from.
    pub source: Text,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// `chưa kiểm chứng` or `ước lượng` where it is not the official formula; empty otherwise.
    #[serde(default)]
    pub status: String,
    /// The lowest level that counts as satisfied; 0 where no form is counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub satisfied_from: u8,
    /// The question for overall satisfaction, where the form asks for it: what the parts of the index are held against to see what
    /// goes with it; no criterion of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overall: Option<String>,
    /// Names for its values, the best first; empty where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<Band>,
    /// Its points by where they come from, across the tree; empty where that does not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub point_sources: Vec<PointSource>,
    /// The nodes, parents before children; the first is the root.
    pub nodes: Vec<NodeDefinition>,
}

/// What is wrong with a definition, and at which node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionProblem {
    /// The node's code, or the index's name.
    pub place: String,
    /// What is wrong.
    pub fault: DefinitionFault,
}

/// What can be wrong with a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionFault {
    /// No node, or the first has a parent, or another has none.
    NotOneRoot,
    /// A parent that is not defined before the node.
    UnknownParent,
    /// Two nodes with one code.
    DuplicateCode,
    /// A criterion, or the question for overall satisfaction, that the form does not have, or that is no level question.
    NotALevelQuestion,
    /// A criterion with children, or another node without.
    WrongShape,
    /// A weight of zero.
    NoWeight,
    /// An index computed here that names no form, or another that names one, or levels.
    WrongForm,
    /// A node that is not computed as the index's kind is.
    WrongKind,
    /// A criterion by points whose question gives none for some option.
    NoPoints,
    /// Points that are not the sum of those below, or of their sources, or fewest that are not below the most.
    PointsDoNotAddUp,
    /// Bands that are not ordered from the highest limit down to 0, or share a code.
    BandsOutOfOrder,
    /// A text missing in one of the languages.
    IncompleteText,
    /// A satisfied level that the question does not have, or one that every answer reaches.
    NoSuchLevel,
    /// A last day before the first.
    EndsBeforeStart,
}

impl Definition {
    /// `index/version`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.index, self.version)
    }

    /// The children of a node, in order.
    pub fn children<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a NodeDefinition> {
        self.nodes.iter().filter(move |n| n.parent.as_deref() == Some(code))
    }

    /// The exact weight of a node.
    pub fn weight(node: &NodeDefinition) -> BigRational {
        BigRational::from_integer(BigInt::from(node.weight))
    }

    /// The name of a node: its own, else its question's wording.
    pub fn title_of<'a>(&'a self, node: &'a NodeDefinition, form: &'a Form) -> Option<&'a Text> {
        node.title.as_ref().or_else(|| form.question(&node.code).map(|q| &q.text))
    }

    /// Everything that is wrong with the definition against its form; empty when it is good.
    pub fn problems(&self, form: Option<&Form>) -> Vec<DefinitionProblem> {
        definition_check::problems(self, form)
    }
}

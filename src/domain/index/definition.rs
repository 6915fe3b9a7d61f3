//! An index's definition as data (`survey_forms/indices/<index>/<version>.toml`): a tree of codes with, per node, how it is
//! computed and what it weighs, its source, dates and status.

use crate::domain::form::{Form, QuestionKind};
use crate::domain::text::Text;
use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How a node's share is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// A criterion: satisfied answers / answers to one question.
    Share,
    /// Satisfied answers / answers, over all criteria below.
    Pooled,
    /// Plain mean of the criteria below that have a value.
    MeanOfCriteria,
    /// Mean, by weight, of the nodes directly below that have a value.
    MeanOfFactors,
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
}

fn one() -> u32 {
    1
}

/// An index's definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The index's code.
    pub index: String,
    /// The definition's version.
    pub version: String,
    /// The form version it counts, as `form/version`.
    pub form: String,
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
    /// The lowest level that counts as satisfied.
    pub satisfied_from: u8,
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
    /// A criterion whose question the form does not have, or that is no level question.
    NotALevelQuestion,
    /// A criterion with children, or another node without.
    WrongShape,
    /// A weight of zero.
    NoWeight,
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
    pub fn problems(&self, form: &Form) -> Vec<DefinitionProblem> {
        let mut problems = Vec::new();
        let mut report = |place: &str, fault| problems.push(DefinitionProblem { place: place.to_owned(), fault });
        let name = self.name();
        if self.title.is_incomplete() || self.formula.is_incomplete() || self.source.is_incomplete() {
            report(&name, DefinitionFault::IncompleteText);
        }
        if self.valid_to.is_some_and(|end| end < self.valid_from) {
            report(&name, DefinitionFault::EndsBeforeStart);
        }
        if self.nodes.is_empty() {
            report(&name, DefinitionFault::NotOneRoot);
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (place, node) in self.nodes.iter().enumerate() {
            match &node.parent {
                None if place > 0 => report(&node.code, DefinitionFault::NotOneRoot),
                Some(_) if place == 0 => report(&node.code, DefinitionFault::NotOneRoot),
                Some(parent) if !seen.contains(parent.as_str()) => report(&node.code, DefinitionFault::UnknownParent),
                _ => {}
            }
            if !seen.insert(&node.code) {
                report(&node.code, DefinitionFault::DuplicateCode);
            }
            if node.weight == 0 {
                report(&node.code, DefinitionFault::NoWeight);
            }
            if node.title.as_ref().is_some_and(Text::is_incomplete) {
                report(&node.code, DefinitionFault::IncompleteText);
            }
            let is_criterion = node.aggregation == Aggregation::Share;
            if is_criterion == self.children(&node.code).next().is_some() {
                report(&node.code, DefinitionFault::WrongShape);
            }
            let asked = form.question(&node.code).filter(|q| q.kind == QuestionKind::Level);
            match asked.map(|q| form.options(q).len()) {
                _ if !is_criterion => {}
                None => report(&node.code, DefinitionFault::NotALevelQuestion),
                Some(levels) if !(2..=levels).contains(&usize::from(self.satisfied_from)) => {
                    report(&node.code, DefinitionFault::NoSuchLevel);
                }
                Some(_) => {}
            }
        }
        problems
    }
}

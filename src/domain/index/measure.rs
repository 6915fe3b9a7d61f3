//! Measuring: a definition and a tally give a tree of figures.
//!
//! Missing-value rule: a criterion that nobody answered has no value; it is left out of the mean above it (the weights of the
//! others count alone); a node with no valued child has none. `n` and `satisfied` of a composite are the sums of its criteria:
//! the base of the figure, whatever its formula; where a criterion is measured by points, `satisfied` still counts levels.

use super::definition::{Aggregation, Definition, NodeDefinition};
use super::precision::{self, Precision};
use super::share::Share;
use crate::domain::tally::{Layout, Tally};
use num_bigint::BigInt;
use num_rational::BigRational;

/// A node's figures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measured {
    /// The node's code.
    pub code: String,
    /// How many answers it rests on.
    pub n: i64,
    /// How many of them are at a satisfied level.
    pub satisfied: i64,
    /// The share in per cent; none where n is 0.
    pub share: Option<Share>,
    /// How precisely the share is known; none where there is no share.
    pub precision: Option<Precision>,
    /// How often each level was chosen, from 1; empty for a composite.
    pub levels: Vec<i64>,
    /// The nodes below.
    pub children: Vec<Measured>,
}

impl Measured {
    /// The node of a code, here or below.
    pub fn find(&self, code: &str) -> Option<&Measured> {
        if self.code == code { Some(self) } else { self.children.iter().find_map(|c| c.find(code)) }
    }

    /// This node and all below, parents first.
    pub fn walk(&self) -> Vec<&Measured> {
        let mut all = vec![self];
        for child in &self.children {
            all.extend(child.walk());
        }
        all
    }

    /// How many people stand behind it at the least: those who answered the criterion that most of them answered. `n` counts
    /// answers, of which one person gives several.
    pub fn people(&self) -> i64 {
        if self.children.is_empty() { self.n } else { self.children.iter().map(Measured::people).max().unwrap_or(0) }
    }

    fn criteria(&self) -> Vec<&Measured> {
        self.walk().into_iter().filter(|m| m.children.is_empty()).collect()
    }
}

/// Measures a tally by a definition. The definition must have passed its check; one without nodes measures nothing.
pub fn measure(definition: &Definition, layout: &Layout, tally: &Tally) -> Option<Measured> {
    definition.nodes.first().map(|root| node(definition, root, layout, tally))
}

/// How many people stand behind each node at the least (see [`Measured::people`]), in the order of the definition's nodes, without
/// measuring anything. The definition must have passed its check.
pub fn people(definition: &Definition, layout: &Layout, tally: &Tally) -> Vec<i64> {
    let of_node = |node: &NodeDefinition| people_of(definition, node, layout, tally);
    definition.nodes.iter().map(of_node).collect()
}

fn people_of(definition: &Definition, at: &NodeDefinition, layout: &Layout, tally: &Tally) -> i64 {
    if at.aggregation.is_criterion() {
        return tally.answered(layout, &at.code);
    }
    let below = definition.children(&at.code).map(|child| people_of(definition, child, layout, tally));
    below.max().unwrap_or(0)
}

fn node(definition: &Definition, at: &NodeDefinition, layout: &Layout, tally: &Tally) -> Measured {
    if at.aggregation.is_criterion() {
        return criterion(definition, at, layout, tally);
    }
    let below: Vec<&NodeDefinition> = definition.children(&at.code).collect();
    let children: Vec<Measured> = below.iter().map(|child| node(definition, child, layout, tally)).collect();
    let n = children.iter().map(|c| c.n).sum();
    let satisfied = children.iter().map(|c| c.satisfied).sum();
    let mut measured = Measured { code: at.code.clone(), n, satisfied, children, ..Measured::default() };
    measured.share = match at.aggregation {
        Aggregation::Share | Aggregation::Points | Aggregation::Pooled => Share::of(satisfied, n),
        // Measured elsewhere: there is nothing to count.
        Aggregation::Recorded | Aggregation::Sum => None,
        Aggregation::MeanOfCriteria => {
            let one = BigRational::from_integer(BigInt::from(1));
            let shares: Vec<&Share> = measured.criteria().into_iter().filter_map(|c| c.share.as_ref()).collect();
            Share::mean(shares.into_iter().map(|s| (&one, s)))
        }
        Aggregation::MeanOfFactors => {
            let weights: Vec<BigRational> = below.iter().map(|n| Definition::weight(n)).collect();
            let valued = measured.children.iter().zip(&weights).filter_map(|(c, w)| c.share.as_ref().map(|s| (w, s)));
            Share::mean(valued)
        }
    };
    let moments = tally.moments(layout, &definition.name(), &at.code);
    measured.precision = precision::of_composite(&measured, moments.as_ref());
    measured
}

fn criterion(definition: &Definition, at: &NodeDefinition, layout: &Layout, tally: &Tally) -> Measured {
    let (n, levels) = tally.levels(layout, &at.code).unwrap_or_default();
    let first = usize::from(definition.satisfied_from).saturating_sub(1);
    let satisfied = levels.iter().skip(first).sum();
    let share = match at.aggregation {
        Aggregation::Points => Share::of_points(levels.iter().copied().zip(layout.points(&at.code).iter().copied())),
        _ => Share::of(satisfied, n),
    };
    let precision = match at.aggregation {
        Aggregation::Points => precision::of_points(share.as_ref(), &levels, layout.points(&at.code)),
        _ => precision::of_criterion(satisfied, n),
    };
    Measured { code: at.code.clone(), n, satisfied, share, precision, levels, children: Vec::new() }
}

#[cfg(test)]
#[path = "measure_tests.rs"]
mod tests;

//! An index definition as a tree of places, and its composites as linear functions of the criteria's weighted totals.
//!
//! With `A_i` the weighted answers to criterion i and `S_i` the satisfied ones: `share_i = S_i/A_i`; `pooled = ΣS/ΣA`; a mean is
//! the weighted mean of the parts that have a value, the missing-value rule of [`crate::domain::index`]. Taylor linearisation
//! (Särndal, Swensson, Wretman 1992, 5.5) of each is `z = Σ (s_i S_i - a_i A_i)` over the totals of one cluster, with
//! coefficients that are linear in those of the parts: nothing is kept by row.

use crate::domain::index::{Aggregation, Definition};

/// A criterion's part in a linearised figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Term {
    /// The criterion.
    pub item: usize,
    /// What its weighted answers, satisfied answers and sums of levels are multiplied with.
    pub by: [f64; 3],
}

/// A figure and its linearisation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    pub value: f64,
    pub terms: Vec<Term>,
}

impl Figure {
    /// The share of one criterion or of several pooled; nothing where nobody answered. Totals are answers, then satisfied.
    pub fn pooled(items: &[usize], totals: &[[f64; 4]]) -> Option<Self> {
        let sum = |of: usize| items.iter().map(|item| totals[*item][of]).sum::<f64>();
        let (answered, satisfied) = (sum(0), sum(1));
        (answered > 0.0).then(|| {
            let value = satisfied / answered;
            let by = [-value / answered, 1.0 / answered, 0.0];
            Self { value, terms: items.iter().map(|item| Term { item: *item, by }).collect() }
        })
    }

    /// The mean level of one criterion; nothing where nobody answered.
    pub fn mean_level(item: usize, totals: &[[f64; 4]]) -> Option<Self> {
        let [answered, _, levels, _] = totals[item];
        (answered > 0.0).then(|| {
            let value = levels / answered;
            Self { value, terms: vec![Term { item, by: [-value / answered, 0.0, 1.0 / answered] }] }
        })
    }

    /// The weighted mean of figures; nothing where there is none.
    fn mean(parts: &[(f64, Self)]) -> Option<Self> {
        let weights: f64 = parts.iter().map(|(weight, _)| weight).sum();
        (weights > 0.0).then(|| {
            let value = parts.iter().map(|(weight, part)| weight * part.value).sum::<f64>() / weights;
            let scaled = |weight: f64, term: &Term| Term { by: term.by.map(|by| by * weight / weights), ..*term };
            let terms = parts.iter().flat_map(|(weight, part)| part.terms.iter().map(|t| scaled(*weight, t)));
            Self { value, terms: merged(terms.collect()) }
        })
    }
}

/// One term for each criterion.
fn merged(mut terms: Vec<Term>) -> Vec<Term> {
    terms.sort_by_key(|term| term.item);
    let mut out: Vec<Term> = Vec::with_capacity(terms.len());
    for term in terms {
        match out.last_mut() {
            Some(last) if last.item == term.item => {
                for (sum, by) in last.by.iter_mut().zip(term.by) {
                    *sum += by;
                }
            }
            _ => out.push(term),
        }
    }
    out
}

/// A node of the tree.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub code: String,
    aggregation: Aggregation,
    weight: f64,
    /// The nodes directly below.
    children: Vec<usize>,
    /// The criteria below, or the criterion it is.
    items: Vec<usize>,
    /// The factors below, or itself: nodes directly above criteria.
    factors: Vec<usize>,
}

impl Node {
    /// Whether it has factors below.
    pub fn is_above_factors(&self, own: usize) -> bool {
        self.factors != [own]
    }
}

/// The tree of a definition.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The codes of the criteria.
    pub items: Vec<String>,
}

impl Tree {
    /// The tree of a definition that has passed its check.
    pub fn of(definition: &Definition) -> Self {
        let mut tree = Self { nodes: Vec::new(), items: Vec::new() };
        for node in &definition.nodes {
            let is_criterion = node.aggregation == Aggregation::Share;
            let items = if is_criterion { vec![tree.items.len()] } else { Vec::new() };
            if is_criterion {
                tree.items.push(node.code.clone());
            }
            let (code, weight) = (node.code.clone(), f64::from(node.weight));
            let (children, factors) = (Vec::new(), Vec::new());
            tree.nodes.push(Node { code, aggregation: node.aggregation, weight, children, items, factors });
        }
        let parent = |code: &Option<String>| definition.nodes.iter().position(|n| Some(&n.code) == code.as_ref());
        // Parents stand before children: from the end, each node is whole before it is added to the one above.
        for (own, node) in definition.nodes.iter().enumerate().rev() {
            let Some(above) = parent(&node.parent).filter(|above| *above < own) else { continue };
            let (items, factors) = (tree.nodes[own].items.clone(), tree.nodes[own].factors.clone());
            let node = &mut tree.nodes[above];
            node.children.insert(0, own);
            node.items.splice(0..0, items);
            let factors = if definition.nodes[own].aggregation == Aggregation::Share { vec![above] } else { factors };
            node.factors.retain(|factor| !factors.contains(factor));
            node.factors.splice(0..0, factors);
        }
        tree
    }

    /// The nodes that are no criteria, with their places, the root first.
    pub fn composites(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes.iter().enumerate().filter(|(_, node)| node.aggregation != Aggregation::Share)
    }

    /// The factors below the root with their criteria; where criteria stand directly below it, each of all criteria by itself.
    pub fn groups(&self) -> Vec<(String, Vec<usize>)> {
        let Some(root) = self.nodes.first() else { return Vec::new() };
        if root.factors.contains(&0) {
            return self.items.iter().cloned().enumerate().map(|(item, code)| (code, vec![item])).collect();
        }
        root.factors
            .iter()
            .map(|factor| (self.nodes[*factor].code.clone(), self.nodes[*factor].items.clone()))
            .collect()
    }

    /// A node as the definition has it.
    pub fn defined(&self, node: usize, totals: &[[f64; 4]]) -> Option<Figure> {
        let node = &self.nodes[node];
        match node.aggregation {
            Aggregation::Share | Aggregation::Pooled => Figure::pooled(&node.items, totals),
            Aggregation::MeanOfCriteria => mean_of_items(&node.items, totals),
            Aggregation::MeanOfFactors => {
                let valued = |child: &usize| Some((self.nodes[*child].weight, self.defined(*child, totals)?));
                Figure::mean(&node.children.iter().filter_map(valued).collect::<Vec<_>>())
            }
            // Points are not estimated, and what others measure has no sample here.
            Aggregation::Points | Aggregation::Recorded | Aggregation::Sum => None,
        }
    }

    /// The plain mean of the criteria below a node.
    pub fn mean_of_criteria(&self, node: usize, totals: &[[f64; 4]]) -> Option<Figure> {
        mean_of_items(&self.nodes[node].items, totals)
    }

    /// The plain mean of the factors below a node, each the plain mean of its criteria.
    pub fn mean_of_factors(&self, node: usize, totals: &[[f64; 4]]) -> Option<Figure> {
        let factors = self.nodes[node].factors.iter();
        let valued = factors.filter_map(|factor| Some((1.0, self.mean_of_criteria(*factor, totals)?)));
        Figure::mean(&valued.collect::<Vec<_>>())
    }

    /// All answers below a node in one.
    pub fn pooled(&self, node: usize, totals: &[[f64; 4]]) -> Option<Figure> {
        Figure::pooled(&self.nodes[node].items, totals)
    }
}

fn mean_of_items(items: &[usize], totals: &[[f64; 4]]) -> Option<Figure> {
    let valued = items.iter().filter_map(|item| Some((1.0, Figure::pooled(&[*item], totals)?)));
    Figure::mean(&valued.collect::<Vec<_>>())
}

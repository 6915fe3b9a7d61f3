//! The tree of an index in words: for each node its name, how it is made, what it weighs or how many points it gets.

use crate::domain::form::Form;
use crate::domain::index::{Aggregation, Definition, NodeDefinition};
use crate::web::error::WebError;
use crate::web::view::View;
use askama::Template;

/// Nodes side by side, each with the ones below it.
#[derive(Template)]
#[template(path = "public/method/tree.html")]
pub(super) struct Tree {
    branches: Vec<Branch>,
}

struct Branch {
    title: String,
    note: String,
    how: String,
    /// The nodes below as a page part; empty where there are none.
    below: String,
}

impl Tree {
    /// The whole tree of a definition.
    pub fn of(view: &View, definition: &Definition, form: Option<&Form>) -> Result<Self, WebError> {
        let teller = Teller { view, definition, form };
        let roots = definition.nodes.first().into_iter().collect::<Vec<_>>();
        teller.tree(&roots)
    }
}

/// The name of a node: its own, else its question's wording.
pub(super) fn title(view: &View, definition: &Definition, form: Option<&Form>, node: &NodeDefinition) -> String {
    let own = node.title.as_ref();
    let title = own.or_else(|| form.and_then(|form| definition.title_of(node, form)));
    title.map_or_else(|| node.code.clone(), |title| view.pick(title).to_owned())
}

struct Teller<'a> {
    view: &'a View,
    definition: &'a Definition,
    form: Option<&'a Form>,
}

impl Teller<'_> {
    fn tree(&self, nodes: &[&NodeDefinition]) -> Result<Tree, WebError> {
        let weights: u32 = nodes.iter().map(|node| node.weight).sum();
        let are_weighed = nodes.iter().any(|node| node.weight != 1);
        let branch = |node: &&NodeDefinition| {
            let below: Vec<&NodeDefinition> = self.definition.children(&node.code).collect();
            let mut how = vec![self.how(node, &below)];
            if are_weighed {
                let (weight, of) = (node.weight.to_string(), weights.to_string());
                how.push(self.view.tn("method-weight", &[("weight", &weight), ("of", &of)]));
            }
            how.extend(self.limits(node));
            how.retain(|words| !words.is_empty());
            Ok(Branch {
                title: title(self.view, self.definition, self.form, node),
                note: node.note.as_ref().map_or_else(String::new, |note| self.view.pick(note).to_owned()),
                how: how.join(" · "),
                below: if below.is_empty() { String::new() } else { self.tree(&below)?.render()? },
            })
        };
        Ok(Tree { branches: nodes.iter().map(branch).collect::<Result<_, WebError>>()? })
    }

    fn how(&self, node: &NodeDefinition, below: &[&NodeDefinition]) -> String {
        let is_plain = below.iter().all(|child| child.weight == 1);
        let key = match node.aggregation {
            // A criterion is what the whole page explains; said beside every one it would only tire.
            Aggregation::Share | Aggregation::Recorded => return String::new(),
            Aggregation::Points => "method-how-points",
            Aggregation::Pooled => "method-how-pooled",
            Aggregation::MeanOfCriteria if below.len() == 1 => "method-how-same",
            Aggregation::MeanOfCriteria => "method-how-criteria",
            Aggregation::MeanOfFactors if is_plain => "method-how-factors",
            Aggregation::MeanOfFactors => "method-how-weighed",
            Aggregation::Sum => "method-how-sum",
        };
        self.view.t(key)
    }

    fn limits(&self, node: &NodeDefinition) -> Vec<String> {
        let points = match (node.min_points, node.max_points) {
            (_, None) => None,
            (None, Some(most)) => Some(self.view.t1("method-most-points", "points", &most.to_string())),
            (Some(least), Some(most)) => {
                let values = [("least", least.to_string()), ("most", most.to_string())];
                let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
                Some(self.view.tn("method-range-points", &values))
            }
        };
        let full = node.full_from.map(|ratio| self.view.t1("method-full-from", "ratio", &ratio.to_string()));
        points.into_iter().chain(full).collect()
    }
}

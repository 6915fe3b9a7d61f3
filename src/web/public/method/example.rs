//! The worked example of an index: ten made-up forms, the same for everybody, measured by the code that measures the figures, with
//! the arithmetic of every step.

use super::tree::title;
use crate::domain::answers::{Answer, Answers};
use crate::domain::form::Form;
use crate::domain::index::{Aggregation, Definition, Measured, NodeDefinition, Share, measure};
use crate::domain::tally::{Layout, Tally};
use crate::i18n;
use crate::web::view::View;
use std::cmp::Reverse;

/// What ten people say on a scale of five, to start from; each criterion begins at another place.
const SAID: [u8; 10] = [5, 4, 4, 3, 5, 4, 2, 5, 4, 1];

/// Every so many-th answer is left open.
const LEFT_OPEN: usize = 7;

/// The example.
pub(super) struct Example {
    /// How many forms there are in it.
    pub forms: String,
    /// The criteria.
    pub rows: Vec<Row>,
    /// The composites, the lowest first: name, arithmetic.
    pub steps: Vec<(String, String)>,
    /// Whether there is a criterion that nobody answered.
    pub has_unanswered: bool,
}

/// A criterion.
pub(super) struct Row {
    pub title: String,
    pub sum: String,
    pub share: String,
    pub interval: String,
}

impl Example {
    /// The example of a definition.
    pub fn of(view: &View, definition: &Definition, form: &Form) -> Option<Self> {
        let layout = Layout::with(form, std::iter::once(definition));
        let tally = made_up(definition, form, &layout);
        let tree = measure(definition, &layout, &tally)?;
        let teller = Teller { view, definition, form, layout, tree: &tree };
        let criteria = definition.nodes.iter().filter(|node| node.aggregation.is_criterion());
        let rows = criteria.filter_map(|node| teller.row(node)).collect();
        let mut composites: Vec<&NodeDefinition> =
            definition.nodes.iter().filter(|node| !node.aggregation.is_leaf()).collect();
        composites.sort_by_key(|node| Reverse(depth(definition, node)));
        let steps = composites.into_iter().filter_map(|node| teller.step(node)).collect();
        let has_unanswered = tree.walk().iter().any(|node| node.n == 0);
        Some(Self { forms: i18n::count(view.language, tally.submissions), rows, steps, has_unanswered })
    }
}

/// How many nodes stand above a node.
fn depth(definition: &Definition, node: &NodeDefinition) -> usize {
    let above = |code: &String| definition.nodes.iter().find(|other| other.code == *code);
    std::iter::successors(Some(node), |node| node.parent.as_ref().and_then(above)).count()
}

/// Ten forms: levels as in [`SAID`], some answers left open, and the second criterion, where there are several, by everybody.
fn made_up(definition: &Definition, form: &Form, layout: &Layout) -> Tally {
    let criteria: Vec<&NodeDefinition> = definition.nodes.iter().filter(|n| n.aggregation.is_criterion()).collect();
    let mut tally = Tally::empty(layout);
    for person in 0..SAID.len() {
        let answered = criteria.iter().enumerate().filter_map(|(place, node)| {
            let levels = form.question(&node.code).map_or(0, |question| form.options(question).len());
            let is_open = (person + place) % LEFT_OPEN == LEFT_OPEN - 1 || (place == 1 && criteria.len() > 2);
            let said = usize::from(SAID[(person + 3 * place) % SAID.len()]);
            // The same feeling on a scale of another length.
            let level = (said - 1) * levels.saturating_sub(1) / 4 + 1;
            let answer = Answer::Level(u8::try_from(level).ok()?);
            (!is_open && levels > 0).then(|| (node.code.clone(), answer))
        });
        let answers: Answers = answered.collect();
        tally.add(layout, &serde_json::to_value(&answers).unwrap_or_default(), 1);
    }
    tally
}

struct Teller<'a> {
    view: &'a View,
    definition: &'a Definition,
    form: &'a Form,
    layout: Layout,
    tree: &'a Measured,
}

impl Teller<'_> {
    fn title(&self, node: &NodeDefinition) -> String {
        title(self.view, self.definition, Some(self.form), node)
    }

    fn share(&self, share: Option<&Share>) -> String {
        share.map_or_else(|| "–".to_owned(), |share| i18n::share(self.view.language, share))
    }

    fn row(&self, node: &NodeDefinition) -> Option<Row> {
        let measured = self.tree.find(&node.code)?;
        let count = |n: i64| i18n::count(self.view.language, n);
        let sum = match node.aggregation {
            _ if measured.n == 0 => self.view.t("method-nobody"),
            Aggregation::Points => {
                let earned = measured.levels.iter().zip(self.layout.points(&node.code)).rev();
                let earned: Vec<String> =
                    earned.filter(|(n, _)| **n > 0).map(|(n, points)| format!("{} × {points}", count(*n))).collect();
                format!("({}) ÷ {}", earned.join(" + "), count(measured.n))
            }
            _ => format!("{} ÷ {}", count(measured.satisfied), count(measured.n)),
        };
        let interval = self.view.interval("interval-range", measured.precision);
        Some(Row { title: self.title(node), sum, share: self.share(measured.share.as_ref()), interval })
    }

    /// "(80,00 % + 66,67 %) ÷ 2 = 73,33 %".
    fn step(&self, node: &NodeDefinition) -> Option<(String, String)> {
        let measured = self.tree.find(&node.code)?;
        let valued: Vec<(u32, &Measured)> = match node.aggregation {
            Aggregation::MeanOfFactors => {
                let below = self.definition.children(&node.code);
                below.filter_map(|child| Some((child.weight, self.tree.find(&child.code)?))).collect()
            }
            _ => measured.walk().into_iter().filter(|m| m.children.is_empty()).map(|m| (1, m)).collect(),
        };
        let valued: Vec<(u32, &Measured)> = valued.into_iter().filter(|(_, m)| m.share.is_some()).collect();
        let (is_plain, weights) = (valued.iter().all(|(w, _)| *w == 1), valued.iter().map(|(w, _)| w).sum::<u32>());
        let terms: Vec<String> = valued
            .iter()
            .map(|(weight, m)| match is_plain {
                true => self.share(m.share.as_ref()),
                false => format!("{weight} × {}", self.share(m.share.as_ref())),
            })
            .collect();
        let result = self.share(measured.share.as_ref());
        let sum = match (node.aggregation, terms.as_slice()) {
            (Aggregation::Pooled, _) => format!("{} ÷ {} = {result}", measured.satisfied, measured.n),
            (_, [_]) if is_plain => result,
            (_, terms) => format!("({}) ÷ {weights} = {result}", terms.join(" + ")),
        };
        let interval = self.view.interval("interval-of-share", measured.precision);
        let sum = if interval.is_empty() { sum } else { format!("{sum} ({interval})") };
        Some((self.title(node), sum))
    }
}

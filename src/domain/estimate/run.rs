//! The estimation as a whole: counts, totals, linearised figures, variances, and these put together.

use super::answer_table::AnswerTable;
use super::counts::{LevelCounts, all_satisfied_share, answered_and_satisfied, cronbach_alpha, level_counts};
use super::design::Design;
use super::figures::{
    CompositeEstimate, CriterionEstimate, CriterionFigures, Estimate, Estimates, GroupCriterion, GroupEstimates,
};
use super::halves::Halves;
use super::interval::{around, logit, normal, student_t, wilson};
use super::labels::Labels;
use super::spread::{Groups, Spread, Totals, counted, spread, totals, weighted};
use super::tree::{Figure, Tree};
use crate::domain::index::Definition;
use std::sync::Arc;

/// A column with more different words than this is none to group by.
pub const MOST_GROUPS: usize = 1000;

/// What to estimate.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Level of confidence of the intervals, between 0 and 1.
    pub confidence: f64,
    /// Columns to group by, with their names.
    pub groups: Vec<(String, Arc<Labels>)>,
    /// Whether to test the first half of the rows against the second.
    pub halves: bool,
}

/// Why nothing can be estimated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EstimateFault {
    /// The answers are not those to the definition's criteria, in its order.
    OtherQuestions,
    /// Answers, design and columns to group by do not have the same number of rows.
    Length,
    /// A column with more than [`MOST_GROUPS`] different words: its name, and how many.
    TooManyGroups(String, usize),
}

/// The codes of a definition's criteria, in its order: the questions to read answers for.
pub fn criteria_of(definition: &Definition) -> Vec<String> {
    Tree::of(definition).items
}

/// Estimates everything wished for.
pub fn estimate(
    definition: &Definition,
    answers: &AnswerTable,
    design: &Design,
    wish: &Wish,
) -> Result<Estimates, EstimateFault> {
    let tree = Tree::of(definition);
    let rows = answers.rows();
    if answers.codes() != tree.items {
        return Err(EstimateFault::OtherQuestions);
    }
    if design.rows() != rows || wish.groups.iter().any(|(_, labels)| labels.rows() != rows) {
        return Err(EstimateFault::Length);
    }
    let counts = |(name, labels): &(String, Arc<Labels>)| (name.clone(), labels.names().len());
    if let Some((name, count)) = wish.groups.iter().map(counts).find(|(_, count)| *count > MOST_GROUPS) {
        return Err(EstimateFault::TooManyGroups(name, count));
    }
    let task = Task { tree: &tree, answers, design, satisfied_from: definition.satisfied_from, wish };
    let first_rows = rows / 2;
    let (first, second) = (level_counts(answers, 0..first_rows), level_counts(answers, first_rows..rows));
    let halves = wish.halves.then(|| Halves::of(first_rows, &first, &second, definition.satisfied_from));
    let mut levels = first;
    for (level, more) in levels.iter_mut().flatten().zip(second.iter().flatten()) {
        *level += more;
    }
    let (criteria, composites) = task.whole(&levels);
    let groups = wish.groups.iter().map(|(name, labels)| (name.clone(), task.groups(labels))).collect();
    Ok(Estimates {
        rows,
        degrees_of_freedom: design.degrees_of_freedom(),
        confidence: wish.confidence,
        criteria,
        composites,
        groups,
        alpha: cronbach_alpha(answers),
        all_satisfied_share: all_satisfied_share(answers, definition.satisfied_from),
        halves,
    })
}

struct Task<'a> {
    tree: &'a Tree,
    answers: &'a AnswerTable,
    design: &'a Design,
    satisfied_from: u8,
    wish: &'a Wish,
}

impl Task<'_> {
    /// The whole sample.
    fn whole(&self, levels: &LevelCounts) -> (Vec<CriterionEstimate>, Vec<CompositeEstimate>) {
        let lanes = |weight| weighted(weight, self.satisfied_from);
        let all = Groups(None);
        let totals: Totals = totals(self.answers, self.design.weights(), all, lanes)
            .into_iter()
            .flat_map(|(totals, _)| totals)
            .collect();
        let mut planned = Planned::default();
        let criteria: Vec<Option<(usize, usize)>> = (0..totals.len())
            .map(|item| {
                let (share, mean) = (Figure::pooled(&[item], &totals), Figure::mean_level(item, &totals));
                planned.add(share).zip(planned.add(mean))
            })
            .collect();
        let composites = self.plan(&totals, &mut planned);
        let spreads = spread(self.answers, self.design, all, lanes, std::slice::from_ref(&planned.0));
        let t = student_t(self.wish.confidence, self.design.degrees_of_freedom());
        let done = planned.with(spreads.into_iter().next().unwrap_or_default(), t);
        let criterion = |item: usize| {
            let [_, counts @ ..] = levels[item];
            let (n, satisfied) = answered_and_satisfied(&levels[item], self.satisfied_from);
            let slots = criteria[item];
            let figures = slots.map(|slots| self.criterion(&done, slots, (n, satisfied), totals[item][0], t));
            CriterionEstimate { code: self.tree.items[item].clone(), n, satisfied, counts, figures }
        };
        ((0..totals.len()).map(criterion).collect(), self.composites(&composites, &done))
    }

    fn criterion(
        &self,
        done: &[Estimate],
        (share, mean): (usize, usize),
        (n, satisfied): (u64, u64),
        people: f64,
        t: Option<f64>,
    ) -> CriterionFigures {
        let (share, mean) = (done[share], done[mean]);
        let answers = n as f64;
        let simple = share.value * (1.0 - share.value) / (answers - 1.0) * (1.0 - answers / people);
        CriterionFigures {
            share,
            deff: (n > 1 && simple > 0.0).then(|| share.se * share.se / simple),
            logit: t.and_then(|t| logit(share.value, share.se, t)),
            mean,
            unweighted_share: satisfied as f64 / answers,
            wilson: wilson(satisfied, n, normal(self.wish.confidence)),
        }
    }

    /// The groups of a column, by name.
    fn groups(&self, labels: &Labels) -> Vec<GroupEstimates> {
        let lanes = |weight| counted(weight, self.satisfied_from);
        let groups = Groups(Some(labels));
        let totals = totals(self.answers, self.design.weights(), groups, lanes);
        let (mut figures, mut plans) = (Vec::new(), Vec::new());
        for (totals, _) in &totals {
            let mut planned = Planned::default();
            let shares: Vec<_> = (0..totals.len()).map(|i| planned.add(Figure::pooled(&[i], totals))).collect();
            let composites = self.plan(totals, &mut planned);
            figures.push(planned.0);
            plans.push((shares, composites));
        }
        let spreads = spread(self.answers, self.design, groups, lanes, &figures);
        let parts = labels.names().iter().zip(totals).zip(figures.into_iter().zip(plans)).zip(spreads);
        let mut found: Vec<GroupEstimates> = parts
            .map(|(((name, (totals, n)), (figures, (shares, composites))), spread)| {
                let degrees_of_freedom = spread.clusters - spread.strata;
                let done = Planned(figures).with(spread, student_t(self.wish.confidence, degrees_of_freedom));
                let criterion = |(item, slot): (usize, &Option<usize>)| GroupCriterion {
                    code: self.tree.items[item].clone(),
                    n: totals[item][2] as u64,
                    satisfied: totals[item][3] as u64,
                    share: slot.map(|slot| done[slot]),
                };
                let criteria = shares.iter().enumerate().map(criterion).collect();
                let composites = self.composites(&composites, &done);
                GroupEstimates { name: name.to_string(), n, degrees_of_freedom, criteria, composites }
            })
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// The figures of all composites: for each as defined, mean of criteria, mean of factors, pooled.
    fn plan(&self, totals: &[[f64; 4]], planned: &mut Planned) -> Vec<[Option<usize>; 4]> {
        let composites = self.tree.composites();
        let figures = composites.map(|(at, node)| {
            let factors = if node.is_above_factors(at) { self.tree.mean_of_factors(at, totals) } else { None };
            let figures = [
                self.tree.defined(at, totals),
                self.tree.mean_of_criteria(at, totals),
                factors,
                self.tree.pooled(at, totals),
            ];
            figures.map(|figure| planned.add(figure))
        });
        figures.collect()
    }

    fn composites(&self, slots: &[[Option<usize>; 4]], done: &[Estimate]) -> Vec<CompositeEstimate> {
        let estimate = |((at, node), slots): ((usize, &super::tree::Node), &[Option<usize>; 4])| {
            let [defined, mean_of_criteria, mean_of_factors, pooled] = slots.map(|slot| slot.map(|slot| done[slot]));
            let is_above_factors = node.is_above_factors(at);
            let code = node.code.clone();
            CompositeEstimate { code, defined, mean_of_criteria, mean_of_factors, pooled, is_above_factors }
        };
        self.tree.composites().zip(slots).map(estimate).collect()
    }
}

/// Figures whose variance is to be found, each once.
#[derive(Default)]
struct Planned(Vec<Figure>);

impl Planned {
    /// Where the figure will be found.
    fn add(&mut self, figure: Option<Figure>) -> Option<usize> {
        let figure = figure?;
        let known = self.0.iter().position(|known| *known == figure);
        Some(known.unwrap_or_else(|| {
            self.0.push(figure);
            self.0.len() - 1
        }))
    }

    fn with(&self, spread: Spread, t: Option<f64>) -> Vec<Estimate> {
        let estimate = |(figure, variance): (&Figure, f64)| {
            let (value, se) = (figure.value, variance.sqrt());
            Estimate { value, se, interval: t.map(|t| around(value, se, t)) }
        };
        self.0.iter().zip(spread.variances).map(estimate).collect()
    }
}

//! The two passes over the data: weighted totals, then the variance of linearised figures.
//!
//! A figure's linearisation is linear in the totals of a cluster, so a cluster needs only its totals, and a stratum only a
//! running mean and sum of squares (Welford 1962) for each figure. Clusters without a row of the group are noughts and are
//! added at the end of the stratum (Chan, Golub, LeVeque 1983). Nothing is kept by row or by cluster.

use super::answer_table::{AnswerTable, LEVELS};
use super::design::{Design, Stratum};
use super::labels::Labels;
use super::tree::Figure;

/// What one answer adds to a question's totals, by its level.
type Lanes = [[f64; 4]; LEVELS + 1];

/// Totals of one group: weighted answers, weighted satisfied answers, then what the caller asked for.
pub(super) type Totals = Vec<[f64; 4]>;

/// Which rows belong to which group; without labels all belong to one.
#[derive(Clone, Copy)]
pub(super) struct Groups<'a>(pub Option<&'a Labels>);

impl Groups<'_> {
    pub fn count(self) -> usize {
        self.0.map_or(1, |labels| labels.names().len())
    }

    fn of(self, row: usize) -> Option<usize> {
        self.0.map_or(Some(0), |labels| labels.at(row))
    }
}

/// Answers, satisfied answers and sums of levels, all weighted.
pub(super) fn weighted(weight: f64, satisfied_from: u8) -> Lanes {
    let mut lanes = [[0.0; 4]; LEVELS + 1];
    for (level, lane) in lanes.iter_mut().enumerate().skip(1) {
        let satisfied = if level >= usize::from(satisfied_from) { weight } else { 0.0 };
        *lane = [weight, satisfied, weight * level as f64, 0.0];
    }
    lanes
}

/// Answers and satisfied answers weighted, and the same as plain counts.
pub(super) fn counted(weight: f64, satisfied_from: u8) -> Lanes {
    let (weighted, plain) = (weighted(weight, satisfied_from), weighted(1.0, satisfied_from));
    std::array::from_fn(|level| [weighted[level][0], weighted[level][1], plain[level][0], plain[level][1]])
}

fn add(totals: &mut [[f64; 4]], row: &[u8], lanes: &Lanes) {
    for (total, level) in totals.iter_mut().zip(row) {
        let lane = lanes[usize::from(*level)];
        for (sum, part) in total.iter_mut().zip(lane) {
            *sum += part;
        }
    }
}

/// The totals of each group, and how many rows it has.
pub(super) fn totals(
    answers: &AnswerTable,
    weights: &[f64],
    groups: Groups<'_>,
    lanes: impl Fn(f64) -> Lanes,
) -> Vec<(Totals, u64)> {
    let mut all = vec![(vec![[0.0; 4]; answers.codes().len()], 0u64); groups.count()];
    for (row, (levels, weight)) in answers.each().zip(weights).enumerate() {
        if let Some(group) = groups.of(row) {
            let (totals, rows) = &mut all[group];
            add(totals, levels, &lanes(*weight));
            *rows += 1;
        }
    }
    all
}

/// What the second pass finds for a group.
#[derive(Debug, Clone, Default)]
pub(super) struct Spread {
    /// The variance of each figure.
    pub variances: Vec<f64>,
    /// Clusters with a row of the group.
    pub clusters: usize,
    /// Strata with a row of the group.
    pub strata: usize,
}

/// A group's figures and what is known of them within the stratum at hand.
struct Running<'a> {
    figures: &'a [Figure],
    totals: Totals,
    seen: usize,
    mean: Vec<f64>,
    squares: Vec<f64>,
    spread: Spread,
}

impl<'a> Running<'a> {
    fn new(figures: &'a [Figure], items: usize) -> Self {
        let noughts = || vec![0.0; figures.len()];
        let spread = Spread { variances: noughts(), ..Spread::default() };
        Self { figures, totals: vec![[0.0; 4]; items], seen: 0, mean: noughts(), squares: noughts(), spread }
    }

    /// Takes in the cluster whose totals are whole, and makes room for the next.
    fn end_cluster(&mut self) {
        self.seen += 1;
        let share = 1.0 / self.seen as f64;
        let running = self.mean.iter_mut().zip(&mut self.squares);
        for (figure, (mean, squares)) in self.figures.iter().zip(running) {
            let mut score = 0.0;
            for term in &figure.terms {
                let total = &self.totals[term.item];
                score += term.by[0] * total[0] + term.by[1] * total[1] + term.by[2] * total[2];
            }
            let off = score - *mean;
            *mean += off * share;
            *squares += off * (score - *mean);
        }
        self.totals.fill([0.0; 4]);
    }

    /// Adds the stratum's part to the variances.
    fn end_stratum(&mut self, stratum: &Stratum) {
        let (seen, all) = (self.seen as f64, stratum.clusters.len() as f64);
        let noughts = seen * (all - seen) / all;
        let running = self.mean.iter_mut().zip(&mut self.squares);
        for (variance, (mean, squares)) in self.spread.variances.iter_mut().zip(running) {
            *variance += stratum.factor * (*squares + *mean * *mean * noughts);
            (*mean, *squares) = (0.0, 0.0);
        }
        self.spread.clusters += self.seen;
        self.spread.strata += 1;
        self.seen = 0;
    }
}

/// The variance of each group's figures in the whole design: clusters without a row of the group count as noughts.
pub(super) fn spread(
    answers: &AnswerTable,
    design: &Design,
    groups: Groups<'_>,
    lanes: impl Fn(f64) -> Lanes,
    figures: &[Vec<Figure>],
) -> Vec<Spread> {
    let items = answers.codes().len();
    let mut all: Vec<Running<'_>> = figures.iter().map(|figures| Running::new(figures, items)).collect();
    let (mut is_in_cluster, mut is_in_stratum) = (vec![false; all.len()], vec![false; all.len()]);
    let (mut in_cluster, mut in_stratum): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let weights = design.weights();
    for stratum in design.strata() {
        for cluster in stratum.clusters.clone() {
            design.each_row(cluster, |row| {
                if let Some(group) = groups.of(row) {
                    if !is_in_cluster[group] {
                        is_in_cluster[group] = true;
                        in_cluster.push(group);
                    }
                    add(&mut all[group].totals, answers.row(row), &lanes(weights[row]));
                }
            });
            for group in in_cluster.drain(..) {
                is_in_cluster[group] = false;
                all[group].end_cluster();
                if !is_in_stratum[group] {
                    is_in_stratum[group] = true;
                    in_stratum.push(group);
                }
            }
        }
        for group in in_stratum.drain(..) {
            is_in_stratum[group] = false;
            all[group].end_stratum(stratum);
        }
    }
    all.into_iter().map(|running| running.spread).collect()
}

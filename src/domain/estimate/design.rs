//! The sampling design: strata, clusters within them, weights, and how many clusters the population has.
//!
//! Checked once as a whole; past that point nothing can fail. As in R's `svydesign(ids, strata, weights, fpc)`: without a
//! cluster column every row is a cluster of its own; without strata there is one; without weights a row counts `fpc / clusters`
//! of its stratum, or 1 where the population is not given either. A cluster's name counts within its stratum only.

use super::labels::Labels;
use std::ops::Range;
use std::sync::Arc;

/// At most so many faults are told at once.
const MOST_FAULTS: usize = 100;

/// The design's columns as they stand in the data, one cell a row.
#[derive(Debug, Clone, Default)]
pub struct DesignColumns {
    /// How many rows there are.
    pub rows: usize,
    /// The stratum.
    pub stratum: Option<Arc<Labels>>,
    /// The cluster.
    pub cluster: Option<Arc<Labels>>,
    /// How many people a row stands for.
    pub weight: Option<Vec<f64>>,
    /// How many clusters the row's stratum has in the population.
    pub fpc: Option<Vec<f64>>,
}

/// What can be wrong with a design. Rows count from 1; a stratum without a name is the only one there is.
#[derive(Debug, Clone, PartialEq)]
pub enum DesignFault {
    /// There is no row.
    NoRows,
    /// There are more rows than can be numbered in four bytes.
    TooManyRows,
    /// A column with another number of rows than there are.
    Length(DesignColumn),
    /// A row without a stratum or cluster.
    Blank(DesignColumn, usize),
    /// A row whose weight is not a positive number.
    Weight(usize, f64),
    /// A row whose population is not a positive number.
    Population(usize, f64),
    /// A row whose stratum had another population on an earlier row.
    PopulationVaries {
        /// The row.
        row: usize,
        /// The stratum.
        stratum: String,
        /// The population there.
        given: f64,
        /// The population before.
        before: f64,
    },
    /// A stratum of which there is no row.
    EmptyStratum(String),
    /// A stratum with one cluster, of which no variance can be seen; one that is the whole population has none.
    OneCluster(String),
    /// A stratum with more clusters than its population.
    TooManyClusters {
        /// The stratum.
        stratum: String,
        /// Its clusters.
        clusters: usize,
        /// The clusters of its population.
        population: f64,
    },
}

/// A column of the design.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DesignColumn {
    /// Strata.
    Stratum,
    /// Clusters.
    Cluster,
    /// Weights.
    Weight,
    /// Clusters in the population.
    Fpc,
}

/// A checked design.
#[derive(Debug, Clone)]
pub struct Design {
    weights: Vec<f64>,
    /// The rows by stratum and cluster; none where they stand so already, each a cluster.
    order: Option<Vec<u32>>,
    /// Where each cluster begins in that order, and where the last ends; none where each row is a cluster.
    starts: Option<Vec<u32>>,
    strata: Vec<Stratum>,
}

/// A stratum: its clusters, and what the spread of their totals is multiplied with.
#[derive(Debug, Clone)]
pub(super) struct Stratum {
    pub clusters: Range<usize>,
    /// `(1 - n/N) n / (n - 1)` for n clusters of N.
    pub factor: f64,
}

impl Design {
    /// Checks the columns; every fault at once, up to a hundred.
    pub fn new(columns: DesignColumns) -> Result<Self, Vec<DesignFault>> {
        let DesignColumns { rows, stratum, cluster, weight, fpc } = columns;
        if rows == 0 {
            return Err(vec![DesignFault::NoRows]);
        }
        if u32::try_from(rows).is_err() {
            return Err(vec![DesignFault::TooManyRows]);
        }
        let (stratum, cluster) = (stratum.as_deref(), cluster.as_deref());
        let mut faults = faults_of_rows(rows, stratum, cluster, weight.as_deref(), fpc.as_deref());
        if !faults.is_empty() {
            return Err(faults);
        }
        let (order, starts, bounds) = arrange(rows, stratum, cluster);
        let row_of = |place: usize| order.as_ref().map_or(place, |order| order[place] as usize);
        let first_row = |cluster: usize| row_of(starts.as_ref().map_or(cluster, |starts| starts[cluster] as usize));
        let mut strata = Vec::with_capacity(bounds.len());
        for (name, clusters) in bounds {
            let population = fpc.as_ref().filter(|_| !clusters.is_empty()).map(|fpc| fpc[first_row(clusters.start)]);
            let n = clusters.len();
            match population {
                _ if n == 0 => faults.push(DesignFault::EmptyStratum(name.to_owned())),
                Some(population) if population < n as f64 => {
                    faults.push(DesignFault::TooManyClusters { stratum: name.to_owned(), clusters: n, population });
                }
                Some(population) if n == 1 && population == 1.0 => strata.push(Stratum { clusters, factor: 0.0 }),
                _ if n == 1 => faults.push(DesignFault::OneCluster(name.to_owned())),
                _ => {
                    let unseen = population.map_or(1.0, |population| 1.0 - n as f64 / population);
                    strata.push(Stratum { clusters, factor: unseen * n as f64 / (n as f64 - 1.0) });
                }
            }
        }
        faults.truncate(MOST_FAULTS);
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut design = Self { weights: Vec::new(), order, starts, strata };
        design.weights = weight.unwrap_or_else(|| match &fpc {
            None => vec![1.0; rows],
            Some(fpc) => design.weights_of(fpc),
        });
        Ok(design)
    }

    /// Each row's weight where only the population is known: clusters there for each cluster here.
    fn weights_of(&self, fpc: &[f64]) -> Vec<f64> {
        let mut weights = vec![1.0; fpc.len()];
        for stratum in &self.strata {
            for cluster in stratum.clusters.clone() {
                self.each_row(cluster, |row| weights[row] = fpc[row] / stratum.clusters.len() as f64);
            }
        }
        weights
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.weights.len()
    }

    /// How many clusters it has.
    pub fn clusters(&self) -> usize {
        self.strata.iter().map(|stratum| stratum.clusters.len()).sum()
    }

    /// Degrees of freedom: clusters less strata.
    pub fn degrees_of_freedom(&self) -> usize {
        self.clusters() - self.strata.len()
    }

    /// The rows' weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    pub(super) fn strata(&self) -> &[Stratum] {
        &self.strata
    }

    /// Hands over the rows of a cluster.
    pub(super) fn each_row(&self, cluster: usize, mut take: impl FnMut(usize)) {
        let places = match &self.starts {
            Some(starts) => starts[cluster] as usize..starts[cluster + 1] as usize,
            None => cluster..cluster + 1,
        };
        match &self.order {
            Some(order) => order[places].iter().for_each(|row| take(*row as usize)),
            None => places.for_each(take),
        }
    }
}

/// The faults of single rows.
fn faults_of_rows(
    rows: usize,
    stratum: Option<&Labels>,
    cluster: Option<&Labels>,
    weight: Option<&[f64]>,
    fpc: Option<&[f64]>,
) -> Vec<DesignFault> {
    let lengths = [
        (DesignColumn::Stratum, stratum.map(Labels::rows)),
        (DesignColumn::Cluster, cluster.map(Labels::rows)),
        (DesignColumn::Weight, weight.map(<[f64]>::len)),
        (DesignColumn::Fpc, fpc.map(<[f64]>::len)),
    ];
    let wrong = lengths.into_iter().filter(|(_, length)| length.is_some_and(|length| length != rows));
    let wrong: Vec<DesignFault> = wrong.map(|(column, _)| DesignFault::Length(column)).collect();
    if !wrong.is_empty() {
        return wrong;
    }
    let mut before: Vec<Option<f64>> = vec![None; stratum.map_or(1, |s| s.names().len())];
    let mut faults = Vec::new();
    for row in 0..rows {
        if faults.len() >= MOST_FAULTS {
            break;
        }
        let own = stratum.map_or(Some(0), |s| s.at(row));
        if own.is_none() {
            faults.push(DesignFault::Blank(DesignColumn::Stratum, row + 1));
        }
        if cluster.is_some_and(|c| c.at(row).is_none()) {
            faults.push(DesignFault::Blank(DesignColumn::Cluster, row + 1));
        }
        let good = |number: f64| number.is_finite() && number > 0.0;
        if let Some(weight) = weight.map(|weight| weight[row]).filter(|weight| !good(*weight)) {
            faults.push(DesignFault::Weight(row + 1, weight));
        }
        match (fpc.map(|fpc| fpc[row]), own) {
            (Some(given), _) if !good(given) => faults.push(DesignFault::Population(row + 1, given)),
            (Some(given), Some(own)) => match before[own] {
                Some(before) if before != given => {
                    let stratum = name_of(stratum, own).to_owned();
                    faults.push(DesignFault::PopulationVaries { row: row + 1, stratum, given, before });
                }
                _ => before[own] = Some(given),
            },
            _ => {}
        }
    }
    faults
}

fn name_of(stratum: Option<&Labels>, id: usize) -> &str {
    stratum.and_then(|s| s.names().get(id)).map_or("", |name| name)
}

/// Rows sorted by stratum and cluster, where the clusters begin, and each stratum's clusters.
type Arranged<'a> = (Option<Vec<u32>>, Option<Vec<u32>>, Vec<(&'a str, Range<usize>)>);

fn arrange<'a>(rows: usize, stratum: Option<&'a Labels>, cluster: Option<&Labels>) -> Arranged<'a> {
    let mut order: Option<Vec<u32>> = None;
    // Least significant first: the second sort keeps the order of the first.
    for labels in [cluster, stratum].into_iter().flatten() {
        order = Some(sorted(order, labels));
    }
    let row_of = |place: usize| order.as_ref().map_or(place, |order| order[place] as usize);
    let stratum_of = |place: usize| stratum.map_or(0, |s| s.ids()[row_of(place)] as usize);
    let starts = cluster.map(|cluster| {
        let mut starts: Vec<u32> = Vec::new();
        let mut last = None;
        for place in 0..rows {
            let this = (stratum_of(place), cluster.ids()[row_of(place)]);
            if last != Some(this) {
                starts.push(place as u32);
                last = Some(this);
            }
        }
        starts.push(rows as u32);
        starts
    });
    let clusters = starts.as_ref().map_or(rows, |starts| starts.len() - 1);
    let place_of = |cluster: usize| starts.as_ref().map_or(cluster, |starts| starts[cluster] as usize);
    let mut bounds = Vec::new();
    let mut begin = 0;
    for id in 0..stratum.map_or(1, |s| s.names().len()) {
        let end = (begin..clusters).find(|c| stratum_of(place_of(*c)) != id).unwrap_or(clusters);
        bounds.push((name_of(stratum, id), begin..end));
        begin = end;
    }
    (order, starts, bounds)
}

/// Sorts rows by a column, keeping the order they have among equals.
fn sorted(order: Option<Vec<u32>>, labels: &Labels) -> Vec<u32> {
    let ids = labels.ids();
    let mut next = vec![0u32; labels.names().len() + 1];
    for id in ids {
        next[*id as usize + 1] += 1;
    }
    for id in 1..next.len() {
        next[id] += next[id - 1];
    }
    let mut out = vec![0u32; ids.len()];
    let mut put = |row: u32| {
        let place = &mut next[ids[row as usize] as usize];
        out[*place as usize] = row;
        *place += 1;
    };
    match order {
        Some(order) => order.into_iter().for_each(&mut put),
        None => (0..ids.len() as u32).for_each(&mut put),
    }
    out
}

#[cfg(test)]
#[path = "design_tests.rs"]
mod tests;

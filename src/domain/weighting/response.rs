//! From those who were drawn to those who answered: weights for non-response, and a design of which a variance can be seen.
//!
//! Rules, each reported: a class (stratum and cluster) speaks for all who were drawn in it; clusters from which nothing came are
//! spoken for by the others of their stratum; strata from which nothing came are not represented; a stratum with one cluster of
//! answers is joined with the one beside it, in the order of their names.

use crate::domain::estimate::{Design, DesignColumns, DesignFault, Labels};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Those drawn together: how much weight was issued in a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// The stratum.
    pub stratum: String,
    /// The cluster; none where everybody was drawn alone.
    pub cluster: Option<String>,
    /// The sum of the weights of those who were drawn.
    pub weight: f64,
}

/// A valid answer of somebody who was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Returned {
    /// The stratum.
    pub stratum: String,
    /// The cluster.
    pub cluster: Option<String>,
    /// The weight at the draw.
    pub weight: f64,
    /// How many clusters the stratum has in the population.
    pub fpc: Option<f64>,
}

/// The answers with their weights, one a row, in the order given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Responses {
    /// The weights, non-response made up for.
    pub weights: Vec<f64>,
    /// The strata, joined where they had to be.
    pub strata: Vec<String>,
    /// The clusters; an empty one stands alone.
    pub clusters: Vec<String>,
    /// Clusters in the population of each row's stratum; none where units were drawn first.
    pub fpc: Option<Vec<f64>>,
    /// Strata of which nobody answered.
    pub unrepresented: Vec<String>,
    /// How many people these have.
    pub unrepresented_people: f64,
    /// Strata that were joined, by the name they have together.
    pub joined: Vec<String>,
}

/// Weights as they are described to a reader.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighed {
    /// How many answers.
    pub n: usize,
    /// The people they stand for.
    pub people: f64,
    /// The smallest weight.
    pub smallest: f64,
    /// The largest.
    pub largest: f64,
    /// Kish's effective sample size.
    pub effective: f64,
}

impl Weighed {
    /// Describes weights; nothing where there are none.
    pub fn of(weights: &[f64]) -> Option<Self> {
        let first = *weights.first()?;
        let within = |(low, high): (f64, f64), weight: &f64| (low.min(*weight), high.max(*weight));
        let (smallest, largest) = weights.iter().fold((first, first), within);
        let (n, people) = (weights.len(), weights.iter().sum());
        Some(Self { n, people, smallest, largest, effective: super::effective_size(weights) })
    }

    /// How many times the variance grows through unequal weights: n over the effective size.
    pub fn design_effect(&self) -> f64 {
        self.n as f64 / self.effective
    }
}

/// Makes up for those who did not answer.
pub fn for_non_response(issued: &[Class], returned: &[Returned]) -> Responses {
    let mut weights: Vec<f64> = returned.iter().map(|row| row.weight).collect();
    let class = |row: &Returned| (row.stratum.clone(), row.cluster.clone());
    let issued_of = issued.iter().map(|class| ((class.stratum.clone(), class.cluster.clone()), class.weight)).collect();
    scale(&mut weights, returned, class, issued_of);
    let mut by_stratum: BTreeMap<String, f64> = BTreeMap::new();
    for class in issued {
        *by_stratum.entry(class.stratum.clone()).or_insert(0.0) += class.weight;
    }
    scale(&mut weights, returned, |row| row.stratum.clone(), by_stratum.clone());
    let answered: BTreeSet<&str> = returned.iter().map(|row| row.stratum.as_str()).collect();
    let silent: Vec<(&String, &f64)> =
        by_stratum.iter().filter(|(name, _)| !answered.contains(name.as_str())).collect();
    let joined = joined(returned);
    let stratum =
        |row: &Returned| joined.get(row.stratum.as_str()).map_or(row.stratum.clone(), |(name, _)| name.clone());
    let fpc = |row: &Returned| joined.get(row.stratum.as_str()).map_or(row.fpc, |(_, fpc)| *fpc);
    let names: BTreeSet<&String> = joined.values().map(|(name, _)| name).collect();
    Responses {
        weights,
        strata: returned.iter().map(stratum).collect(),
        clusters: returned.iter().map(|row| row.cluster.clone().unwrap_or_default()).collect(),
        fpc: returned.iter().map(fpc).collect(),
        unrepresented: silent.iter().map(|(name, _)| (*name).clone()).collect(),
        unrepresented_people: silent.iter().fold(0.0, |people, (_, weight)| people + **weight),
        joined: names.into_iter().cloned().collect(),
    }
}

/// Scales the weights so that those of each group add up to its total.
fn scale<K: Ord>(weights: &mut [f64], rows: &[Returned], key: impl Fn(&Returned) -> K, totals: BTreeMap<K, f64>) {
    let mut sums: BTreeMap<K, f64> = BTreeMap::new();
    for (row, weight) in rows.iter().zip(weights.iter()) {
        *sums.entry(key(row)).or_insert(0.0) += weight;
    }
    for (row, weight) in rows.iter().zip(weights.iter_mut()) {
        let key = key(row);
        if let (Some(total), Some(sum)) = (totals.get(&key), sums.get(&key)) {
            *weight *= total / sum;
        }
    }
}

/// For each stratum that cannot stand alone, and those it is joined with: their name and population together.
fn joined(rows: &[Returned]) -> BTreeMap<&str, (String, Option<f64>)> {
    struct Part<'a> {
        clusters: BTreeSet<&'a str>,
        alone: usize,
        fpc: Option<f64>,
    }
    let mut parts: BTreeMap<&str, Part<'_>> = BTreeMap::new();
    for row in rows {
        let part = parts.entry(&row.stratum).or_insert(Part { clusters: BTreeSet::new(), alone: 0, fpc: row.fpc });
        match &row.cluster {
            Some(cluster) => drop(part.clusters.insert(cluster)),
            None => part.alone += 1,
        }
    }
    let mut groups: Vec<(Vec<&str>, usize, Option<f64>)> = Vec::new();
    for (name, part) in parts {
        let clusters = part.clusters.len() + part.alone;
        let stands = clusters > 1 || part.fpc == Some(1.0);
        match groups.last_mut() {
            // One before it waits for company, or it needs some itself.
            Some(last) if last.1 == 1 && last.2 != Some(1.0) || !stands && last.2 != Some(1.0) => {
                last.0.push(name);
                last.1 += clusters;
                last.2 = last.2.zip(part.fpc).map(|(one, other)| one + other);
            }
            _ => groups.push((vec![name], clusters, part.fpc)),
        }
    }
    if groups.last().is_some_and(|last| last.1 == 1 && last.2 != Some(1.0)) && groups.len() > 1 {
        let Some((names, clusters, fpc)) = groups.pop() else { return BTreeMap::new() };
        if let Some(last) = groups.last_mut() {
            last.0.extend(names);
            last.1 += clusters;
            last.2 = last.2.zip(fpc).map(|(one, other)| one + other);
        }
    }
    let together = groups.into_iter().filter(|(names, _, _)| names.len() > 1);
    together
        .flat_map(|(names, _, fpc)| {
            let name = names.join("+");
            names.into_iter().map(move |stratum| (stratum, (name.clone(), fpc)))
        })
        .collect()
}

impl Responses {
    /// The design of these answers with some weights.
    pub fn design(&self, weights: Vec<f64>) -> Result<Design, Vec<DesignFault>> {
        let alone = |(row, cluster): (usize, &String)| match cluster.is_empty() {
            // No code of a unit has a space.
            true => format!("row {row}"),
            false => cluster.clone(),
        };
        let has_clusters = self.clusters.iter().any(|cluster| !cluster.is_empty());
        let clusters: Vec<String> = self.clusters.iter().enumerate().map(alone).collect();
        let labels = |names: &[String]| Arc::new(Labels::of(names.iter().map(String::as_str)));
        Design::new(DesignColumns {
            rows: weights.len(),
            stratum: Some(labels(&self.strata)),
            cluster: has_clusters.then(|| labels(&clusters)),
            weight: Some(weights),
            fpc: self.fpc.clone(),
        })
    }
}

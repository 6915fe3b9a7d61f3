//! Whether intervals hold the truth as often as they say: many samples drawn from one population whose figures are known.
//!
//! Drawn from a seed, so that the outcome never changes; 2000 samples tell 95 % from 93 %.

use super::*;
use crate::domain::index::Definition;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;

const STRATA: usize = 5;
const CLUSTERS: usize = 40;
const PEOPLE: usize = 30;
const DRAWN_CLUSTERS: usize = 8;
const DRAWN_PEOPLE: usize = 10;
const SAMPLES: usize = 2000;

const INDEX: &str = r#"
index = "i"
version = "1"
form = "f/1"
title = { vi = "I", en = "I" }
formula = { vi = "I", en = "I" }
source = { vi = "I", en = "I" }
valid_from = "2026-01-01"
satisfied_from = 4
nodes = [
  { code = "i", aggregation = "mean_of_criteria" },
  { code = "a", parent = "i", aggregation = "share" },
  { code = "b", parent = "i", aggregation = "share" },
]
"#;

/// Answers of everybody, by stratum and cluster: strata differ, clusters differ within them, and some do not answer.
fn population(random: &mut SmallRng) -> Vec<Vec<Vec<[u8; 2]>>> {
    let answer = |random: &mut SmallRng, chance: f64| match random.random::<f64>() {
        x if x < 0.05 => 0,
        _ if random.random::<f64>() < chance => 4 + u8::from(random.random::<bool>()),
        _ => random.random_range(1..4),
    };
    let cluster = |random: &mut SmallRng, stratum: usize| {
        let content = 0.6 + 0.06 * stratum as f64 + random.random_range(-0.1..0.1);
        (0..PEOPLE).map(|_| [answer(random, content), answer(random, content - 0.1)]).collect()
    };
    (0..STRATA).map(|stratum| (0..CLUSTERS).map(|_| cluster(random, stratum)).collect()).collect()
}

fn truth(population: &[Vec<Vec<[u8; 2]>>], item: usize) -> f64 {
    let answers: Vec<u8> =
        population.iter().flatten().flatten().map(|person| person[item]).filter(|l| *l > 0).collect();
    answers.iter().filter(|level| **level >= 4).count() as f64 / answers.len() as f64
}

/// The first so many of a row of things in an order of chance.
fn draw<'a, T>(random: &mut SmallRng, from: &'a [T], many: usize) -> Vec<(usize, &'a T)> {
    let mut all: Vec<(usize, &T)> = from.iter().enumerate().collect();
    for at in 0..many {
        let other = random.random_range(at..all.len());
        all.swap(at, other);
    }
    all.truncate(many);
    all
}

fn sampled(random: &mut SmallRng, population: &[Vec<Vec<[u8; 2]>>], definition: &Definition) -> Estimates {
    let (mut strata, mut clusters, mut levels) = (Vec::new(), Vec::new(), Vec::new());
    for (stratum, of_stratum) in population.iter().enumerate() {
        for (cluster, people) in draw(random, of_stratum, DRAWN_CLUSTERS) {
            for (_, person) in draw(random, people, DRAWN_PEOPLE) {
                strata.push(stratum.to_string());
                clusters.push(cluster.to_string());
                levels.extend(person);
            }
        }
    }
    let words = |cells: &[String]| Some(Arc::new(Labels::of(cells.iter().map(String::as_str))));
    let rows = strata.len();
    let weight = (CLUSTERS * PEOPLE) as f64 / (DRAWN_CLUSTERS * DRAWN_PEOPLE) as f64;
    let design = Design::new(DesignColumns {
        rows,
        stratum: words(&strata),
        cluster: words(&clusters),
        weight: Some(vec![weight; rows]),
        fpc: Some(vec![CLUSTERS as f64; rows]),
    });
    let answers = AnswerTable::new(criteria_of(definition), levels).unwrap();
    estimate(definition, &answers, &design.unwrap(), &Wish { confidence: 0.95, groups: Vec::new(), halves: false })
        .unwrap()
}

#[test]
fn intervals_hold_the_truth_in_95_of_100_samples() {
    let random = &mut SmallRng::seed_from_u64(2026);
    let definition: Definition = toml::from_str(INDEX).unwrap();
    let population = population(random);
    let (a, b) = (truth(&population, 0), truth(&population, 1));
    let mut held = [0u32; 4];
    for _ in 0..SAMPLES {
        let found = sampled(random, &population, &definition);
        let criterion = |at: usize| found.criteria[at].figures.unwrap();
        let index = found.composites[0].defined.unwrap();
        let intervals = [
            (criterion(0).share.interval, a),
            (criterion(0).logit, a),
            (criterion(1).share.interval, b),
            (index.interval, f64::midpoint(a, b)),
        ];
        for (held, (interval, truth)) in held.iter_mut().zip(intervals) {
            *held += u32::from(interval.is_some_and(|(low, high)| low <= truth && truth <= high));
        }
    }
    let shares = held.map(|held| f64::from(held) / SAMPLES as f64);
    assert!(shares.iter().all(|share| (0.93..=0.97).contains(share)), "{shares:?}");
}

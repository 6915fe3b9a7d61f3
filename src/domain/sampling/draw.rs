//! Drawing people from a list: at random or at even steps within each unit, or units first and then people.
//!
//! A unit is a stratum in the first two ways, a cluster in the third. At even steps within a unit the list stands by procedure,
//! kind and dossier, so that they are represented in proportion.

use super::allocation::allocate;
use super::chance::Chance;
use super::two_stage;
use std::collections::BTreeMap;

/// Somebody on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The code of the unit that served.
    pub unit: String,
    /// What the list is put in order by within a unit: procedure, kind, dossier.
    pub order: [String; 3],
}

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// At random within each unit.
    Stratified,
    /// At even steps from a start by chance within each unit; not for a list with a rhythm of its own.
    Systematic,
    /// Units first, then people at random within them.
    TwoStage {
        /// How many units.
        units: usize,
        /// How they are drawn.
        first: FirstStage,
    },
}

/// How units are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstStage {
    /// Each as likely as the others.
    Simple,
    /// As likely as they have people; the largest may be sure.
    BySize,
}

impl Method {
    /// Its name in commands, files and the database.
    pub fn code(self) -> &'static str {
        match self {
            Method::Stratified => "stratified",
            Method::Systematic => "systematic",
            Method::TwoStage { .. } => "two-stage",
        }
    }
}

/// A plan of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawPlan {
    /// How.
    pub method: Method,
    /// How many people in all; more where the least of each unit need more.
    pub size: u64,
    /// As many of each unit at least, where there are as many.
    pub least: u64,
    /// What chance begins with.
    pub seed: u64,
}

/// Somebody who was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The place on the list, from 0.
    pub place: usize,
    /// The stratum.
    pub stratum: String,
    /// The cluster; none where everybody was drawn alone.
    pub cluster: Option<String>,
    /// The probability of being drawn.
    pub probability: f64,
    /// How many people of the list the person stands for: one over the probability.
    pub weight: f64,
    /// How many clusters the stratum has on the list, for estimating from a sample without replacement; none where units were
    /// drawn first, of which the variance is estimated as if with replacement, which is on the safe side.
    pub fpc: Option<f64>,
}

/// Why nothing was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrawFault {
    /// There is nobody on the list.
    EmptyList,
    /// Nobody is wished for.
    NoSize,
    /// Fewer than two units, or more than there are: how many there are.
    Units(usize),
}

impl std::fmt::Display for DrawFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EmptyList => f.write_str("there is nobody on the list"),
            Self::NoSize => f.write_str("at least one person has to be drawn"),
            Self::Units(there) => {
                write!(f, "draw at least 2 units and at most the {there} on the list; of one no variance can be seen")
            }
        }
    }
}
impl std::error::Error for DrawFault {}

/// Draws; in the order of the list.
pub fn draw(list: &[Listed], plan: &DrawPlan) -> Result<Vec<Drawn>, DrawFault> {
    if list.is_empty() {
        return Err(DrawFault::EmptyList);
    }
    if plan.size == 0 {
        return Err(DrawFault::NoSize);
    }
    let mut units: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, person) in list.iter().enumerate() {
        units.entry(&person.unit).or_default().push(place);
    }
    for places in units.values_mut() {
        places.sort_by_key(|place| (&list[*place].order, *place));
    }
    let units: Vec<(&str, Vec<usize>)> = units.into_iter().collect();
    let mut drawn = match plan.method {
        Method::Stratified | Method::Systematic => within_units(&units, plan),
        Method::TwoStage { units: wanted, first } => two_stage::draw(&units, plan, wanted, first)?,
    };
    drawn.sort_by_key(|drawn| drawn.place);
    Ok(drawn)
}

fn within_units(units: &[(&str, Vec<usize>)], plan: &DrawPlan) -> Vec<Drawn> {
    let people: Vec<u64> = units.iter().map(|(_, places)| places.len() as u64).collect();
    let mut drawn = Vec::new();
    for ((unit, places), wanted) in units.iter().zip(allocate(&people, plan.size, plan.least)) {
        let mut chance = Chance::of(plan.seed, unit);
        let wanted = usize::try_from(wanted).unwrap_or(places.len());
        let chosen = match plan.method {
            Method::Systematic => at_even_steps(&mut chance, places.len(), wanted),
            Method::Stratified | Method::TwoStage { .. } => chance.without_repetition(places.len(), wanted),
        };
        let (all, of_them) = (places.len() as f64, wanted as f64);
        drawn.extend(chosen.into_iter().map(|place| Drawn {
            place: places[place],
            stratum: (*unit).to_owned(),
            cluster: None,
            probability: of_them / all,
            weight: all / of_them,
            fpc: Some(all),
        }));
    }
    drawn
}

/// So many of the numbers below n at even steps: with a start r below n by chance those are `⌊(r + j n)/wanted⌋`, so that each
/// number is chosen by exactly `wanted` of the n starts.
fn at_even_steps(chance: &mut Chance, n: usize, wanted: usize) -> Vec<usize> {
    if wanted == 0 {
        return Vec::new();
    }
    let start = u128::from(chance.below(n as u64));
    let step = |j: usize| (start + j as u128 * n as u128) / wanted as u128;
    (0..wanted).filter_map(|j| usize::try_from(step(j)).ok()).collect()
}

//! Two stages: units by chance, then people at random within each. A unit so large that it is sure to be drawn is a stratum of its
//! own, in which people are drawn alone.

use super::chance::Chance;
use super::draw::{DrawFault, DrawPlan, Drawn, FirstStage};

/// The stratum of the units that were drawn by chance.
const BY_CHANCE: &str = "*";

/// A unit that was drawn: its place among the units, and its probability; exactly 1 where it was sure.
struct Chosen {
    unit: usize,
    probability: f64,
}

/// Draws from units, each with the places of its people.
pub(super) fn draw(
    units: &[(&str, Vec<usize>)],
    plan: &DrawPlan,
    wanted: usize,
    first: FirstStage,
) -> Result<Vec<Drawn>, DrawFault> {
    if wanted < 2 || wanted > units.len() {
        return Err(DrawFault::Units(units.len()));
    }
    let people: Vec<u64> = units.iter().map(|(_, places)| places.len() as u64).collect();
    let chosen = match first {
        _ if wanted == units.len() => (0..wanted).map(|unit| Chosen { unit, probability: 1.0 }).collect(),
        FirstStage::Simple => simple(plan.seed, units.len(), wanted),
        FirstStage::BySize => by_size(plan.seed, &people, wanted),
    };
    let all_sure = chosen.iter().all(|chosen| chosen.probability == 1.0);
    let each = plan.least.max(plan.size.div_ceil(wanted as u64));
    let mut drawn = Vec::new();
    for Chosen { unit, probability } in chosen {
        let (code, places) = &units[unit];
        let taken = each.min(people[unit]);
        let within = taken as f64 / people[unit] as f64;
        let is_sure = probability == 1.0;
        let taken = usize::try_from(taken).unwrap_or(places.len());
        let here = Chance::of(plan.seed, code).without_repetition(places.len(), taken);
        drawn.extend(here.into_iter().map(|place| Drawn {
            place: places[place],
            stratum: if is_sure { (*code).to_owned() } else { BY_CHANCE.to_owned() },
            cluster: (!is_sure).then(|| (*code).to_owned()),
            probability: probability * within,
            weight: 1.0 / (probability * within),
            fpc: all_sure.then_some(places.len() as f64),
        }));
    }
    Ok(drawn)
}

fn simple(seed: u64, units: usize, wanted: usize) -> Vec<Chosen> {
    let probability = wanted as f64 / units as f64;
    let chosen = Chance::of(seed, BY_CHANCE).without_repetition(units, wanted);
    chosen.into_iter().map(|unit| Chosen { unit, probability }).collect()
}

/// By size at even steps, the units in an order by chance. With m units wanted of T people the unit whose people end at C, of
/// N, is drawn by the starts for which some `r + j T` lies in `[m (C - N), m C)`: `m N` of T, once at most.
fn by_size(seed: u64, people: &[u64], wanted: usize) -> Vec<Chosen> {
    let mut chance = Chance::of(seed, BY_CHANCE);
    let mut open = chance.shuffled(people.len());
    let mut left = wanted as u64;
    let mut chosen = Vec::new();
    loop {
        let total: u64 = open.iter().map(|unit| people[*unit]).sum();
        let is_sure = |unit: &usize| u128::from(left) * u128::from(people[*unit]) >= u128::from(total);
        let (sure, rest): (Vec<usize>, Vec<usize>) = open.iter().copied().partition(is_sure);
        if left == 0 || sure.is_empty() {
            break;
        }
        left = left.saturating_sub(sure.len() as u64);
        chosen.extend(sure.into_iter().map(|unit| Chosen { unit, probability: 1.0 }));
        open = rest;
    }
    let total: u64 = open.iter().map(|unit| people[*unit]).sum();
    let mut next = u128::from(chance.below(total));
    let mut end = 0u128;
    for unit in open {
        end += u128::from(left) * u128::from(people[unit]);
        if next < end {
            next += u128::from(total);
            let probability = left as f64 * people[unit] as f64 / total as f64;
            chosen.push(Chosen { unit, probability });
        }
    }
    chosen
}

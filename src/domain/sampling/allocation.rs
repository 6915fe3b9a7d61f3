//! How many people of each stratum: proportional to their numbers, with a least number where there are as many.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A stratum that waits for one more: its people over twice its place and one (Sainte-Laguë), then the earlier one.
#[derive(PartialEq, Eq)]
struct Claim {
    people: u64,
    given: u64,
    stratum: usize,
}

impl Ord for Claim {
    fn cmp(&self, other: &Self) -> Ordering {
        let cross = |a: &Self, b: &Self| u128::from(a.people) * u128::from(2 * b.given + 1);
        cross(self, other).cmp(&cross(other, self)).then(other.stratum.cmp(&self.stratum))
    }
}

impl PartialOrd for Claim {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Shares `size` out among strata of so many people: each gets `least`, or all it has; the rest goes one by one where the
/// proportion asks most for it (Sainte-Laguë). More than `size` where the least numbers alone need more.
pub fn allocate(people: &[u64], size: u64, least: u64) -> Vec<u64> {
    let mut given: Vec<u64> = people.iter().map(|people| least.min(*people)).collect();
    let mut left = size.saturating_sub(given.iter().sum());
    let claim = |stratum: usize, given: u64| {
        let people = people[stratum];
        (given < people).then_some(Claim { people, given, stratum })
    };
    let mut claims: BinaryHeap<Claim> = given.iter().enumerate().filter_map(|(at, given)| claim(at, *given)).collect();
    while left > 0 {
        let Some(Claim { stratum, .. }) = claims.pop() else { break };
        given[stratum] += 1;
        left -= 1;
        claims.extend(claim(stratum, given[stratum]));
    }
    given
}

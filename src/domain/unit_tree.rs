//! The tree of units by number alone: who stands above whom, what a set of units is as few subtrees, and a name for the tree.
//!
//! Sums of subtrees were made by some tree; whoever reads them compares the names.

use super::ids::UnitId;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};

/// The tree of units.
#[derive(Debug, Clone, Default)]
pub struct UnitTree {
    parents: BTreeMap<UnitId, Option<UnitId>>,
    children: BTreeMap<Option<UnitId>, Vec<UnitId>>,
    name: String,
}

/// A unit alone, or with all below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// The unit.
    pub unit: UnitId,
    /// Whether all below it is meant too; only of units that have some below them.
    pub is_subtree: bool,
}

impl UnitTree {
    /// The tree of units with what stands above them.
    pub fn new(units: impl Iterator<Item = (UnitId, Option<UnitId>)>) -> Self {
        let parents: BTreeMap<UnitId, Option<UnitId>> = units.collect();
        let mut children: BTreeMap<Option<UnitId>, Vec<UnitId>> = BTreeMap::new();
        let mut hash = Sha256::new();
        for (unit, parent) in &parents {
            // What stands above and is not known is nothing.
            let parent = parent.filter(|parent| parents.contains_key(parent));
            children.entry(parent).or_default().push(*unit);
            hash.update(unit.0.to_le_bytes());
            hash.update(parent.map_or(0, |parent| parent.0).to_le_bytes());
        }
        Self { parents, children, name: hex::encode(&hash.finalize()[..16]) }
    }

    /// The same for the same units under the same ones, another for any other tree.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a unit has some below it.
    pub fn is_inner(&self, unit: UnitId) -> bool {
        self.children.contains_key(&Some(unit))
    }

    /// Itself and those above it that have some below them. Ends even if the tree were not one.
    pub fn inner_line(&self, unit: UnitId) -> Vec<UnitId> {
        let mut line = Vec::new();
        let mut next = Some(unit);
        while let Some(id) = next.filter(|id| !line.contains(id)) {
            line.push(id);
            next = self.parents.get(&id).copied().flatten();
        }
        line.retain(|id| self.is_inner(*id));
        line
    }

    /// A set of units as few parts.
    pub fn parts(&self, wanted: &HashSet<UnitId>) -> Vec<Part> {
        let (mut parts, mut seen) = (Vec::new(), HashSet::new());
        for root in self.children.get(&None).into_iter().flatten() {
            self.add_parts(*root, wanted, &mut seen, &mut parts);
        }
        // Those in no tree, if two should stand above each other.
        let mut rest: Vec<UnitId> = wanted.iter().copied().filter(|unit| !seen.contains(unit)).collect();
        rest.sort_unstable();
        parts.extend(rest.into_iter().map(|unit| Part { unit, is_subtree: false }));
        parts
    }

    /// Adds the parts of a unit and all below it; whether all of it is wanted.
    fn add_parts(
        &self,
        unit: UnitId,
        wanted: &HashSet<UnitId>,
        seen: &mut HashSet<UnitId>,
        parts: &mut Vec<Part>,
    ) -> bool {
        seen.insert(unit);
        let before = parts.len();
        let mut is_whole = wanted.contains(&unit);
        if is_whole {
            parts.push(Part { unit, is_subtree: false });
        }
        let below = self.children.get(&Some(unit)).map_or(&[][..], Vec::as_slice);
        for child in below {
            is_whole &= self.add_parts(*child, wanted, seen, parts);
        }
        if is_whole && !below.is_empty() {
            parts.truncate(before);
            parts.push(Part { unit, is_subtree: true });
        }
        is_whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> UnitTree {
        let parents = [(1, None), (2, Some(1)), (3, Some(2)), (4, Some(2)), (5, Some(1)), (6, None)];
        UnitTree::new(parents.into_iter().map(|(unit, above)| (UnitId(unit), above.map(UnitId))))
    }

    fn parts(units: &[i64]) -> Vec<(i64, bool)> {
        let wanted = units.iter().copied().map(UnitId).collect();
        tree().parts(&wanted).into_iter().map(|part| (part.unit.0, part.is_subtree)).collect()
    }

    #[test]
    fn a_set_is_as_few_parts_as_it_can_be() {
        assert_eq!(parts(&[1, 2, 3, 4, 5, 6]), [(1, true), (6, false)]);
        assert_eq!(parts(&[1, 2, 3, 4]), [(1, false), (2, true)]);
        assert_eq!(parts(&[3, 4]), [(3, false), (4, false)], "not what was sent to the unit above them");
        assert_eq!(parts(&[2, 9]), [(2, false), (9, false)]);
    }

    #[test]
    fn the_name_is_that_of_the_tree() {
        let other = UnitTree::new([(UnitId(1), None), (UnitId(2), None)].into_iter());
        assert_ne!(tree().name(), other.name());
        assert_eq!(tree().name(), tree().name());
        let ids = |line: Vec<UnitId>| line.into_iter().map(|unit| unit.0).collect::<Vec<_>>();
        assert_eq!(ids(tree().inner_line(UnitId(3))), [2, 1]);
        assert_eq!(ids(tree().inner_line(UnitId(2))), [2, 1]);
    }
}

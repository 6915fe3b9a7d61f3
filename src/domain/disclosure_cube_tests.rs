//! Nothing small can be worked out, and what is open is what a plain way of working it out finds.

use super::super::disclosure::is_small;
use super::*;
use crate::domain::disclosure_groups::Leaf;
use plain::PlainCube;
use proptest::prelude::*;

impl Cube {
    /// A cube of trees (as parents by node) and cells at their leaves.
    fn new(parents: [Vec<usize>; DIMENSIONS], cells: Vec<(Slice, i64)>) -> Self {
        let size = |size: i64| u32::try_from(size.max(0)).unwrap_or(u32::MAX);
        let leaf = |([_, p, c, t], n): &(Slice, i64)| Leaf::new([*p as u32, *c as u32, *t as u32], size(*n));
        let there = || cells.iter().filter(|(_, size)| *size > 0);
        let runs: Vec<Run> = there().filter_map(|cell| Some((cell.0[UNIT] as u32, vec![leaf(cell)?]))).collect();
        let is_whole = runs.len() == there().count();
        let dimensions = parents.map(|parents| Dimension::new(parents, None).into());
        Self::of(dimensions.clone(), vec![Groups::new(dimensions, runs).into()], is_whole)
    }

    /// How many submissions a slice has.
    fn size(&self, slice: Slice) -> i64 {
        let mut all = 0;
        self.parts.iter().for_each(|part| part.groups.each_within(slice, &mut |_, size| all += i64::from(size)));
        all
    }
}

/// Two flat dimensions of some nodes each.
fn flat(sizes: &[Vec<i64>]) -> Cube {
    let width = sizes[0].len();
    let cells = sizes
        .iter()
        .enumerate()
        .flat_map(|(u, row)| row.iter().enumerate().map(move |(c, size)| ([u + 1, 0, c + 1, 0], *size)));
    Cube::new([vec![0; sizes.len() + 1], vec![0], vec![0; width + 1], vec![0]], cells.collect())
}

#[test]
fn a_small_channel_of_one_unit_cannot_be_worked_out_by_another_way() {
    let mut cube = flat(&[vec![40, 6], vec![30, 2], vec![20, 20]]);
    assert!(cube.is_open([0, 0, 2, 0]), "the channel as a whole");
    assert!(!cube.is_open([2, 0, 2, 0]), "two submissions");
    assert!(!cube.is_open([2, 0, 1, 0]), "they would be the unit without this");
    assert!(!cube.is_open([1, 0, 2, 0]), "or the channel without the others");
    assert!(!cube.is_open([1, 0, 1, 0]), "and this gives that away");
    assert!(cube.is_open([3, 0, 2, 0]));
}

#[test]
fn below_what_is_hidden_nothing_is_shown() {
    // Unit 1 has two below it (3 and 4); unit 2 is small.
    let cells = vec![([3, 0, 0, 0], 6), ([4, 0, 0, 0], 9), ([2, 0, 0, 0], 3)];
    let mut cube = Cube::new([vec![0, 0, 0, 1, 1], vec![0], vec![0], vec![0]], cells);
    assert_eq!(cube.size([1, 0, 0, 0]), 15);
    assert!(!cube.is_open([2, 0, 0, 0]) && !cube.is_open([1, 0, 0, 0]));
    assert!(!cube.is_open([3, 0, 0, 0]) && !cube.is_open([4, 0, 0, 0]), "their sum would be unit 1");
    assert!(cube.is_open([0, 0, 0, 0]));
}

/// What somebody can work out who sees every open slice: any line with one unknown, again and again.
fn attack(cube: &mut Cube, rows: usize, columns: usize) -> HashMap<(usize, usize), i64> {
    let mut known = HashMap::new();
    for r in 0..=rows {
        for c in 0..=columns {
            if cube.is_open([r, 0, c, 0]) {
                known.insert((r, c), cube.size([r, 0, c, 0]));
            }
        }
    }
    loop {
        let before = known.len();
        let by_row = (0..=rows).map(|r| (0..=columns).map(|c| (r, c)).collect::<Vec<_>>());
        let by_column = (0..=columns).map(|c| (0..=rows).map(|r| (r, c)).collect::<Vec<_>>());
        for line in by_row.chain(by_column) {
            let unknown: Vec<_> = line.iter().filter(|at| !known.contains_key(*at)).collect();
            if let [at] = unknown[..] {
                let parts: i64 = line[1..].iter().filter(|p| *p != at).map(|p| known[p]).sum();
                let value = if *at == line[0] { parts } else { known[&line[0]] - parts };
                known.insert(*at, value);
            }
        }
        if known.len() == before {
            return known;
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_small_group_can_be_worked_out(sizes in proptest::collection::vec(proptest::collection::vec(0i64..14, 4), 3)) {
        let mut cube = flat(&sizes);
        let known = attack(&mut cube, 3, 4);
        for ((r, c), size) in known {
            proptest::prop_assert!(!is_small(size), "{size} at {r}, {c} of {sizes:?}");
            proptest::prop_assert_eq!(size, cube.size([r, 0, c, 0]));
        }
    }

    #[test]
    fn what_is_open_is_what_working_it_out_plainly_finds(
        cells in prop::collection::vec((0usize..6, 0usize..4, 0usize..3, 0usize..6, 1i64..9), 0..60),
    ) {
        // Units 3 to 5 below 1, 6 and 7 below 2; times 3 to 5 below 1, 6 below 2; procedures and channels flat.
        let parents = [vec![0, 0, 0, 1, 1, 1, 2, 2], vec![0; 5], vec![0; 4], vec![0, 0, 0, 1, 1, 1, 2]];
        let leaf = |(u, p, c, t, size): &(usize, usize, usize, usize, i64)| {
            ([[2, 3, 4, 5, 6, 7][*u], p + 1, c + 1, [1, 2, 3, 4, 5, 6][*t]], *size)
        };
        let cells: Vec<(Slice, i64)> = cells.iter().map(leaf).collect();
        let mut cube = Cube::new(parents.clone(), cells.clone());
        let mut plain = PlainCube::new(parents.clone(), cells);
        let all = |d: usize| 0..parents[d].len();
        for u in all(0).rev() {
            for (p, c) in all(1).flat_map(|p| all(2).map(move |c| (p, c))) {
                for slice in all(3).map(|t| [u, p, c, t]) {
                    prop_assert_eq!(cube.size(slice), plain.size(slice));
                    prop_assert_eq!(cube.is_open(slice), plain.is_open(slice), "{:?}", slice);
                }
            }
        }
    }
}

#[test]
fn a_group_is_what_it_was_made_of_and_one_that_cannot_be_taken_closes_everything() {
    let highest = [(1 << 20) - 1, 15, (1 << 12) - 1];
    for (nodes, size) in [([0, 0, 0], 1), (highest, 0), (highest, (1 << 28) - 1), ([5, 6, 7], 8)] {
        let leaf = Leaf::new(nodes, size).unwrap();
        assert_eq!((leaf.others(), leaf.size()), (nodes, size));
    }
    assert_eq!(Leaf::new([1, 2, 3], u32::MAX).map(Leaf::size), Some((1 << 28) - 1));
    assert_eq!(Leaf::new([1 << 20, 0, 0], 1).or(Leaf::new([0, 16, 0], 1)).or(Leaf::new([0, 0, 1 << 12], 1)), None);
    let cube = |node| Cube::new([vec![0], vec![0], vec![0; 20], vec![0]], vec![([0, 0, node, 0], 9)]);
    assert!(cube(15).is_open([0; 4]) && !cube(16).is_open([0; 4]));
}

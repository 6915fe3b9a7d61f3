//! What may be shown of many trees that stand in rows and columns, as units and months do, when the totals of rows and of
//! columns may be known from elsewhere.
//!
//! Rules, repeated until nothing changes (each only ever hides more): a node behind which fewer than five people stand is
//! hidden, and every node of a tree that must be hidden as a whole; below a hidden node everything is hidden; what is hidden below one node, in
//! one row or in one column at one node is at least two figures and five answers (see [`crate::domain::disclosure`]).

use super::measure::Measured;
use super::publish::{Figures, Published};
use crate::domain::disclosure;
use std::collections::BTreeMap;

/// A tree and where it stands.
#[derive(Debug, Clone)]
pub struct TableCell {
    /// Its row.
    pub row: usize,
    /// Its column.
    pub column: usize,
    /// Whether it must be hidden as a whole.
    pub is_closed: bool,
    /// The tree; all of a table have the same nodes.
    pub tree: Measured,
}

/// What may be shown, in the order of the cells.
pub fn publish_table(cells: &[TableCell]) -> Vec<Published> {
    let sizes: Vec<Vec<i64>> = cells.iter().map(|c| c.tree.walk().iter().map(|m| m.n).collect()).collect();
    let shape = cells.first().map(|c| Shape::of(&c.tree)).unwrap_or_default();
    let lines = lines(cells);
    let mut hidden: Vec<Vec<bool>> = cells
        .iter()
        .map(|cell| cell.tree.walk().iter().map(|m| cell.is_closed || disclosure::is_small(m.people())).collect())
        .collect();
    loop {
        let before = hidden.clone();
        for (sizes, hidden) in sizes.iter().zip(&mut hidden) {
            shape.close(sizes, hidden);
        }
        for line in &lines {
            close_line(line, &sizes, &mut hidden);
        }
        if hidden == before {
            break;
        }
    }
    cells.iter().zip(&hidden).map(|(cell, hidden)| published(&cell.tree, &mut hidden.iter().copied())).collect()
}

/// The cells of each row and of each column.
fn lines(cells: &[TableCell]) -> Vec<Vec<usize>> {
    let mut lines: BTreeMap<(bool, usize), Vec<usize>> = BTreeMap::new();
    for (place, cell) in cells.iter().enumerate() {
        lines.entry((false, cell.row)).or_default().push(place);
        lines.entry((true, cell.column)).or_default().push(place);
    }
    lines.into_values().collect()
}

fn close_line(line: &[usize], sizes: &[Vec<i64>], hidden: &mut [Vec<bool>]) {
    let nodes = line.first().map_or(0, |cell| sizes[*cell].len());
    for node in 0..nodes {
        let of_node: Vec<i64> = line.iter().map(|cell| sizes[*cell][node]).collect();
        let closed: Vec<bool> = line.iter().map(|cell| hidden[*cell][node]).collect();
        for (cell, shown) in line.iter().zip(disclosure::shown_beside(&of_node, &closed)) {
            hidden[*cell][node] = !shown;
        }
    }
}

/// The nodes of a tree in the order of walking it: for each, the nodes directly below.
#[derive(Debug, Default)]
struct Shape(Vec<Vec<usize>>);

impl Shape {
    fn of(tree: &Measured) -> Self {
        let mut shape = Self::default();
        shape.add(tree);
        shape
    }

    fn add(&mut self, node: &Measured) -> usize {
        let place = self.0.len();
        self.0.push(Vec::new());
        self.0[place] = node.children.iter().map(|child| self.add(child)).collect();
        place
    }

    /// Hides what a hidden or a shown node demands of those below it, parents first, then what those demand of it.
    fn close(&self, sizes: &[i64], hidden: &mut [bool]) {
        for node in 0..self.0.len() {
            self.close_node(node, sizes, hidden);
        }
        for node in (0..self.0.len()).rev() {
            self.close_node(node, sizes, hidden);
        }
    }

    fn close_node(&self, node: usize, sizes: &[i64], hidden: &mut [bool]) {
        let below = &self.0[node];
        if below.is_empty() {
            return;
        }
        let of_below: Vec<i64> = below.iter().map(|child| sizes[*child]).collect();
        let closed: Vec<bool> = below.iter().map(|child| hidden[*child]).collect();
        hidden[node] |= !disclosure::total_shown_beside(&of_below, &closed);
        let shown = disclosure::shown_beside(&of_below, &closed);
        for (child, shown) in below.iter().zip(shown) {
            hidden[*child] = hidden[node] || !shown;
        }
    }
}

fn published(tree: &Measured, hidden: &mut impl Iterator<Item = bool>) -> Published {
    let is_hidden = hidden.next().unwrap_or(true);
    let figures = (!is_hidden).then(|| Figures::of(tree));
    let children = tree.children.iter().map(|child| published(child, hidden)).collect();
    Published { code: tree.code.clone(), figures, children }
}

#[cfg(test)]
mod tests {
    use super::super::share::Share;
    use super::*;

    fn leaf(code: &str, n: i64) -> Measured {
        Measured { code: code.into(), n, share: Share::of(0, n), ..Measured::default() }
    }

    fn tree(sizes: &[i64]) -> Measured {
        let children = sizes.iter().enumerate().map(|(i, n)| leaf(&format!("c{i}"), *n)).collect();
        Measured { children, ..leaf("root", sizes.iter().sum()) }
    }

    fn cell(row: usize, column: usize, sizes: &[i64]) -> TableCell {
        TableCell { row, column, is_closed: false, tree: tree(sizes) }
    }

    fn open(tree: &Published) -> Vec<Option<i64>> {
        tree.walk().into_iter().map(|p| p.figures.as_ref().map(|f| f.n)).collect()
    }

    #[test]
    fn a_small_month_takes_another_month_and_another_unit_with_it() {
        let cells = [
            cell(0, 0, &[3, 3]),
            cell(0, 1, &[20, 20]),
            cell(0, 2, &[30, 30]),
            cell(1, 0, &[40, 40]),
            cell(1, 1, &[50, 50]),
            cell(1, 2, &[60, 60]),
        ];
        let shown: Vec<Vec<Option<i64>>> = publish_table(&cells).iter().map(open).collect();
        for hidden in [0, 1, 3, 4] {
            assert_eq!(shown[hidden], [None, None, None], "{hidden}");
        }
        assert_eq!(shown[2], [Some(60), Some(30), Some(30)]);
        assert_eq!(shown[5], [Some(120), Some(60), Some(60)]);
    }

    #[test]
    fn what_is_large_is_shown() {
        let cells = [cell(0, 0, &[5, 8]), cell(0, 1, &[9, 0])];
        let shown: Vec<Vec<Option<i64>>> = publish_table(&cells).iter().map(open).collect();
        assert_eq!(shown, [vec![Some(13), Some(5), Some(8)], vec![Some(9), Some(9), Some(0)]]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_small_is_shown_or_left_alone(sizes in proptest::collection::vec(proptest::collection::vec(0i64..15, 3), 1..16), width in 1usize..5) {
            let cells: Vec<TableCell> = sizes.iter().enumerate().map(|(i, s)| cell(i / width, i % width, s)).collect();
            let shown = publish_table(&cells);
            for (cell, tree) in cells.iter().zip(&shown) {
                for node in tree.walk() {
                    proptest::prop_assert!(node.figures.as_ref().is_none_or(|f| !disclosure::is_small(f.n)));
                }
                if let Some(root) = &tree.figures {
                    let rest: Vec<&Published> = tree.children.iter().filter(|c| c.is_hidden()).collect();
                    let seen: i64 = tree.children.iter().filter_map(|c| c.figures.as_ref()).map(|f| f.n).sum();
                    proptest::prop_assert!(rest.len() != 1 && (rest.is_empty() || root.n - seen >= 5));
                } else {
                    proptest::prop_assert!(tree.children.iter().all(Published::is_hidden));
                }
                proptest::prop_assert!(!disclosure::is_small(cell.tree.people()) || tree.is_hidden());
            }
            for line in lines(&cells) {
                for node in 0..4 {
                    let here: Vec<(i64, bool)> = line.iter().map(|i| (cells[*i].tree.walk()[node].n, shown[*i].walk()[node].is_hidden())).collect();
                    let hidden: Vec<i64> = here.iter().filter(|(_, h)| *h).map(|(n, _)| *n).collect();
                    let is_any_left = here.iter().any(|(n, h)| !h && *n > 0);
                    let is_safe = hidden.is_empty() || (hidden.len() >= 2 && hidden.iter().sum::<i64>() >= 5);
                    proptest::prop_assert!(is_safe || !is_any_left);
                }
            }
        }
    }
}

//! From figures to what may be shown: nodes resting on fewer than five answers are hidden, and so is what would let them be
//! worked out from the nodes beside and above them (see [`crate::domain::disclosure`]).

use super::measure::Measured;
use super::share::Share;
use crate::domain::disclosure;

/// A node as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The node's code.
    pub code: String,
    /// Its figures; nothing where they are hidden.
    pub figures: Option<Figures>,
    /// The nodes below; their codes are always there.
    pub children: Vec<Published>,
}

/// The figures of a node that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// How many answers it rests on.
    pub n: i64,
    /// How many of them are at a satisfied level.
    pub satisfied: i64,
    /// The share in per cent; none where n is 0.
    pub share: Option<Share>,
    /// How often each level was chosen, from 1; empty for a composite.
    pub levels: Vec<i64>,
}

impl Published {
    /// Whether its figures are hidden.
    pub fn is_hidden(&self) -> bool {
        self.figures.is_none()
    }

    /// The node of a code, here or below.
    pub fn find(&self, code: &str) -> Option<&Published> {
        if self.code == code { Some(self) } else { self.children.iter().find_map(|c| c.find(code)) }
    }

    /// This node and all below, parents first.
    pub fn walk(&self) -> Vec<&Published> {
        let mut all = vec![self];
        for child in &self.children {
            all.extend(child.walk());
        }
        all
    }

    /// A node of which nothing is shown, nor of those below.
    pub fn hidden(measured: &Measured) -> Self {
        let children = measured.children.iter().map(Self::hidden).collect();
        Self { code: measured.code.clone(), figures: None, children }
    }

    fn open(measured: &Measured, children: Vec<Published>) -> Self {
        let figures = Figures {
            n: measured.n,
            satisfied: measured.satisfied,
            share: measured.share.clone(),
            levels: measured.levels.clone(),
        };
        Self { code: measured.code.clone(), figures: Some(figures), children }
    }
}

/// What may be shown of a measured tree.
pub fn publish(measured: &Measured) -> Published {
    if must_hide(measured) {
        return Published::hidden(measured);
    }
    let sizes: Vec<i64> = measured.children.iter().map(|c| c.n).collect();
    let closed: Vec<bool> = measured.children.iter().map(must_hide).collect();
    let shown = disclosure::shown_beside(&sizes, &closed);
    let children = measured
        .children
        .iter()
        .zip(shown)
        .map(|(child, shown)| if shown { publish(child) } else { Published::hidden(child) })
        .collect();
    Published::open(measured, children)
}

/// Whether a node must be hidden for its own size, or because showing it would give away a node below.
fn must_hide(measured: &Measured) -> bool {
    if disclosure::is_small(measured.n) {
        return true;
    }
    let sizes: Vec<i64> = measured.children.iter().map(|c| c.n).collect();
    let closed: Vec<bool> = measured.children.iter().map(must_hide).collect();
    !disclosure::total_shown_beside(&sizes, &closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(code: &str, n: i64) -> Measured {
        let share = Share::of(n / 2, n);
        Measured { code: code.into(), n, satisfied: n / 2, share, levels: vec![n, 0, 0, 0, 0], children: vec![] }
    }

    fn node(code: &str, children: Vec<Measured>) -> Measured {
        let n = children.iter().map(|c| c.n).sum();
        Measured { code: code.into(), n, satisfied: 0, share: Share::of(0, n), levels: vec![], children }
    }

    fn hidden(tree: &Published) -> Vec<&str> {
        tree.walk().into_iter().filter(|p| p.is_hidden()).map(|p| p.code.as_str()).collect()
    }

    #[test]
    fn a_small_criterion_takes_a_sibling_with_it() {
        let tree = node(
            "i",
            vec![node("a", vec![leaf("a1", 3), leaf("a2", 40), leaf("a3", 9)]), node("b", vec![leaf("b1", 20)])],
        );
        assert_eq!(hidden(&publish(&tree)), ["a1", "a3"]);
    }

    #[test]
    fn where_the_only_answered_criterion_is_small_the_factor_goes_too() {
        let tree = node(
            "i",
            vec![
                node("a", vec![leaf("a1", 3), leaf("a2", 0)]),
                node("b", vec![leaf("b1", 20)]),
                node("c", vec![leaf("c1", 30)]),
            ],
        );
        assert_eq!(hidden(&publish(&tree)), ["a", "a1", "a2", "b", "b1"]);
    }

    #[test]
    fn large_groups_and_empty_ones_are_shown() {
        let tree = node("i", vec![leaf("a", 5), leaf("b", 0)]);
        assert_eq!(hidden(&publish(&tree)), Vec::<&str>::new());
    }

    proptest::proptest! {
        #[test]
        fn no_small_figure_is_shown_and_none_is_left_alone(sizes in proptest::collection::vec(proptest::collection::vec(0i64..9, 1..5), 1..5)) {
            let factors = sizes.iter().enumerate().map(|(f, criteria)| {
                node(&format!("f{f}"), criteria.iter().enumerate().map(|(c, n)| leaf(&format!("f{f}c{c}"), *n)).collect())
            }).collect();
            let tree = publish(&node("i", factors));
            for p in tree.walk() {
                if let Some(figures) = &p.figures {
                    proptest::prop_assert!(!disclosure::is_small(figures.n));
                    let unseen: Vec<_> = p.children.iter().filter(|c| c.is_hidden()).collect();
                    proptest::prop_assert!(unseen.len() != 1, "one hidden child beside a shown total");
                    let seen: i64 = p.children.iter().filter_map(|c| c.figures.as_ref()).map(|f| f.n).sum();
                    let rest = figures.n - seen;
                    proptest::prop_assert!(unseen.is_empty() || rest >= 5);
                }
            }
        }
    }
}

//! From figures to what may be shown: nodes resting on fewer than five answers are hidden, and so is what would let them be
//! worked out from the nodes beside and above them (see [`crate::domain::disclosure`]).

use super::measure::Measured;
use super::precision::Precision;
use super::share::Share;
use crate::domain::disclosure;
use std::collections::BTreeSet;

/// A node as it may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The node's code.
    pub code: String,
    /// Its figures; nothing where they are hidden.
    pub figures: Option<Figures>,
    /// The nodes below; their codes are always there.
    pub children: Vec<Published>,
}

/// The figures of a node that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// How many answers it rests on.
    pub n: i64,
    /// How many of them are at a satisfied level.
    pub satisfied: i64,
    /// The share in per cent; none where n is 0.
    pub share: Option<Share>,
    /// How precisely the share is known; none where there is no share.
    pub precision: Option<Precision>,
    /// How often each level was chosen, from 1; empty for a composite.
    pub levels: Vec<i64>,
}

impl Figures {
    pub(super) fn of(measured: &Measured) -> Self {
        Self {
            n: measured.n,
            satisfied: measured.satisfied,
            share: measured.share.clone(),
            precision: measured.precision,
            levels: measured.levels.clone(),
        }
    }
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

    /// How precisely its share is known; nothing where that is hidden or there is none.
    pub fn precision(&self) -> Option<Precision> {
        self.figures.as_ref().and_then(|figures| figures.precision)
    }

    /// A node of which nothing is shown, nor of those below.
    pub fn hidden(measured: &Measured) -> Self {
        let children = measured.children.iter().map(Self::hidden).collect();
        Self { code: measured.code.clone(), figures: None, children }
    }

    fn open(measured: &Measured, children: Vec<Published>) -> Self {
        Self { code: measured.code.clone(), figures: Some(Figures::of(measured)), children }
    }
}

/// What may be shown of a measured tree.
pub fn publish(measured: &Measured) -> Published {
    publish_beside(measured, &BTreeSet::new())
}

/// The same where some nodes are hidden already, so that they do not give away those of a group beside this one.
pub fn publish_beside(measured: &Measured, closed: &BTreeSet<String>) -> Published {
    if must_hide(measured, closed) {
        return Published::hidden(measured);
    }
    let sizes: Vec<i64> = measured.children.iter().map(|c| c.n).collect();
    let hidden: Vec<bool> = measured.children.iter().map(|c| must_hide(c, closed)).collect();
    let shown = disclosure::shown_beside(&sizes, &hidden);
    let children = measured
        .children
        .iter()
        .zip(shown)
        .map(|(child, shown)| if shown { publish_beside(child, closed) } else { Published::hidden(child) })
        .collect();
    Published::open(measured, children)
}

/// Whether a node must be hidden for its own size, or because showing it would give away a node below.
fn must_hide(measured: &Measured, closed: &BTreeSet<String>) -> bool {
    if disclosure::is_small(measured.people()) || closed.contains(&measured.code) {
        return true;
    }
    let sizes: Vec<i64> = measured.children.iter().map(|c| c.n).collect();
    let hidden: Vec<bool> = measured.children.iter().map(|c| must_hide(c, closed)).collect();
    !disclosure::total_shown_beside(&sizes, &hidden)
}

/// The nodes of one of some groups that must be hidden, because the other groups and a total of all that is shown elsewhere
/// would give away what is hidden in another. Given are the codes of the nodes, and by group how many people stand behind each, in
/// the same order.
pub fn closed_among<'a>(codes: impl Iterator<Item = &'a str>, own: usize, groups: &[Vec<i64>]) -> BTreeSet<String> {
    let is_closed = |node: usize| {
        let sizes: Vec<i64> = groups.iter().map(|people| people.get(node).copied().unwrap_or(0)).collect();
        disclosure::shown(&sizes).get(own) == Some(&false)
    };
    codes.enumerate().filter(|(node, _)| is_closed(*node)).map(|(_, code)| code.to_owned()).collect()
}

/// Whether [`closed_among`] says the same of a group beside these few others as beside all others: given is by node how many people
/// stand behind it, in the same order.
///
/// A group that is not small itself is closed only where it is the smallest of those that are large enough, since only that one has
/// to go along with small ones. So one other group that is large enough and smaller settles it.
pub fn is_settled_beside(own: &[i64], few: &[Vec<i64>]) -> bool {
    own.iter().enumerate().all(|(node, own)| {
        let is_between = |other: &Vec<i64>| {
            other.get(node).is_some_and(|people| (disclosure::SMALLEST_SHOWN..*own).contains(people))
        };
        *own < disclosure::SMALLEST_SHOWN || few.iter().any(is_between)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(code: &str, n: i64) -> Measured {
        let share = Share::of(n / 2, n);
        Measured { code: code.into(), n, satisfied: n / 2, share, levels: vec![n, 0, 0, 0, 0], ..Measured::default() }
    }

    fn node(code: &str, children: Vec<Measured>) -> Measured {
        let n = children.iter().map(|c| c.n).sum();
        Measured { code: code.into(), n, share: Share::of(0, n), children, ..Measured::default() }
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

    #[test]
    fn many_answers_of_few_people_are_few() {
        let tree = node("i", vec![node("a", (0..5).map(|i| leaf(&format!("a{i}"), 1)).collect()), leaf("b", 20)]);
        assert_eq!(publish(&tree).walk().iter().filter(|p| p.is_hidden()).count(), 7, "one person gave five answers");
    }

    #[test]
    fn a_criterion_is_hidden_where_it_would_give_away_the_group_beside() {
        let group = |a, b| node("i", vec![leaf("a", a), leaf("b", b), leaf("c", 30)]);
        let groups = [group(20, 20), group(3, 20), group(0, 20)];
        let people: Vec<Vec<i64>> =
            groups.iter().map(|group| group.walk().iter().map(|node| node.people()).collect()).collect();
        let closed = |own| closed_among(["i", "a", "b", "c"].into_iter(), own, &people);
        assert_eq!(closed(0), ["a".to_owned()].into());
        assert_eq!(hidden(&publish_beside(&groups[0], &closed(0))), ["a", "b"]);
        assert!(closed(2).is_empty() && closed(3).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn beside_few_that_settle_it_the_same_is_closed_as_beside_all(
            groups in proptest::collection::vec(proptest::collection::vec(0i64..14, 3), 1..9),
            own in 0usize..9,
            few in proptest::collection::vec(proptest::bool::ANY, 9),
        ) {
            let own = own % groups.len();
            let people = &groups[own];
            let all: Vec<Vec<i64>> = groups.iter().enumerate().filter(|(at, _)| *at != own).map(|(_, p)| p.clone()).collect();
            let few: Vec<Vec<i64>> = all.iter().zip(few).filter(|(_, is_among)| *is_among).map(|(p, _)| p.clone()).collect();
            let closed = |others: &[Vec<i64>]| {
                let groups: Vec<Vec<i64>> = others.iter().chain([people]).cloned().collect();
                closed_among(["a", "b", "c"].into_iter(), groups.len() - 1, &groups)
            };
            if is_settled_beside(people, &few) {
                proptest::prop_assert_eq!(closed(&few), closed(&all));
            }
        }

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

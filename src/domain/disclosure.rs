//! Statistical disclosure control: small groups are hidden, and so is what would let them be worked out.
//!
//! Rule 1 (threshold): a group of 1 to 4 answers is hidden; a group of none says nothing about anybody and is shown.
//! Rule 2 (complement): where groups add up to a total that is shown, the hidden ones together must be at least two and hold
//! at least five answers, else the smallest shown groups are hidden too until they do. Known limit: figures for overlapping
//! periods that the reader chooses day by day are not compared with each other.

/// The fewest answers a group must have to be shown.
pub const SMALLEST_SHOWN: i64 = 5;

/// Whether a group of this size is hidden by itself.
pub fn is_small(n: i64) -> bool {
    (1..SMALLEST_SHOWN).contains(&n)
}

/// Which of some groups are shown, when their total is shown beside them. The answer has the order of the groups.
pub fn shown(sizes: &[i64]) -> Vec<bool> {
    shown_beside(sizes, &vec![false; sizes.len()])
}

/// The same where some groups are hidden already for another reason.
pub fn shown_beside(sizes: &[i64], hidden: &[bool]) -> Vec<bool> {
    let mut shown: Vec<bool> = sizes.iter().zip(hidden).map(|(n, hidden)| !is_small(*n) && !hidden).collect();
    while must_hide_more(sizes, &shown) {
        let next = (0..sizes.len()).filter(|i| shown[*i] && sizes[*i] > 0).min_by_key(|i| sizes[*i]);
        match next {
            Some(i) => shown[i] = false,
            None => break,
        }
    }
    shown
}

/// Whether the total of groups may be shown beside the shown ones: it may not where all that is hidden could still be worked
/// out from it (a single group, or fewer than five answers in all that is hidden).
pub fn total_shown(sizes: &[i64]) -> bool {
    total_shown_beside(sizes, &vec![false; sizes.len()])
}

/// The same where some groups are hidden already for another reason.
pub fn total_shown_beside(sizes: &[i64], hidden: &[bool]) -> bool {
    let total: i64 = sizes.iter().sum();
    !is_small(total) && !must_hide_more(sizes, &shown_beside(sizes, hidden))
}

fn must_hide_more(sizes: &[i64], shown: &[bool]) -> bool {
    let hidden: Vec<i64> = sizes.iter().zip(shown).filter(|(_, s)| !**s).map(|(n, _)| *n).collect();
    !hidden.is_empty() && (hidden.len() < 2 || hidden.iter().sum::<i64>() < SMALLEST_SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_small_group_takes_the_smallest_other_with_it() {
        assert_eq!(shown(&[3, 50, 8, 0]), [false, true, false, true]);
        assert_eq!(shown(&[5, 50, 8]), [true, true, true]);
        assert_eq!(shown(&[1, 1, 50, 9]), [false, false, true, false], "two small ones of two answers are not enough");
        assert_eq!(shown(&[3, 4, 50]), [false, false, true]);
    }

    #[test]
    fn a_lone_small_group_hides_the_total() {
        assert!(!total_shown(&[3]));
        assert!(!total_shown(&[3, 0]));
        assert!(total_shown(&[3, 9]));
        assert!(total_shown(&[0, 0]));
        assert!(total_shown(&[7]));
    }

    proptest::proptest! {
        #[test]
        fn nothing_small_can_be_worked_out(sizes in proptest::collection::vec(0i64..12, 1..8)) {
            let shown = shown(&sizes);
            for (n, s) in sizes.iter().zip(&shown) {
                proptest::prop_assert!(!(*s && is_small(*n)));
            }
            if total_shown(&sizes) {
                let hidden: Vec<i64> = sizes.iter().zip(&shown).filter(|(_, s)| !**s).map(|(n, _)| *n).collect();
                proptest::prop_assert!(hidden.is_empty() || (hidden.len() >= 2 && hidden.iter().sum::<i64>() >= 5));
            }
        }
    }
}

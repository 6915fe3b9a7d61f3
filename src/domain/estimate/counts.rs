//! What is counted without weights: answers by level, people who are satisfied with everything, and Cronbach's alpha.

use super::answer_table::{AnswerTable, LEVELS};
use std::ops::Range;

/// How often each level of each question was chosen; place 0 counts missing answers.
pub type LevelCounts = Vec<[u64; LEVELS + 1]>;

/// Counts the levels of some rows.
pub fn level_counts(answers: &AnswerTable, rows: Range<usize>) -> LevelCounts {
    let mut counts = vec![[0u64; LEVELS + 1]; answers.codes().len()];
    for row in answers.each().skip(rows.start).take(rows.len()) {
        for (count, level) in counts.iter_mut().zip(row) {
            count[usize::from(*level)] += 1;
        }
    }
    counts
}

/// How many of a question's answers there are, and how many of them are at or above a level.
pub fn answered_and_satisfied(counts: &[u64; LEVELS + 1], satisfied_from: u8) -> (u64, u64) {
    (counts[1..].iter().sum(), counts.iter().skip(usize::from(satisfied_from).max(1)).sum())
}

/// The share of people whose every given answer is satisfied: of those who answered anything. Unweighted.
pub fn all_satisfied_share(answers: &AnswerTable, satisfied_from: u8) -> Option<f64> {
    let (mut people, mut content) = (0u64, 0u64);
    for row in answers.each() {
        // A missing answer, 0, becomes 255 and so never is the lowest.
        let lowest = row.iter().map(|level| level.wrapping_sub(1)).min().unwrap_or(u8::MAX);
        people += u64::from(lowest != u8::MAX);
        content += u64::from(lowest != u8::MAX && lowest + 1 >= satisfied_from);
    }
    (people > 0).then(|| content as f64 / people as f64)
}

/// Cronbach's alpha over the rows that answer every question it is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alpha {
    /// How many rows answer every question.
    pub complete_cases: u64,
    /// `k/(k-1) (1 - sum of the questions' variances / variance of the rows' sums)`; none for fewer than two questions or
    /// complete rows, or where all sums are equal.
    pub alpha: Option<f64>,
}

/// Cronbach's alpha (Cronbach 1951) of all questions, unweighted.
pub fn cronbach_alpha(answers: &AnswerTable) -> Alpha {
    cronbach_alpha_of(answers, &(0..answers.codes().len()).collect::<Vec<_>>())
}

/// Cronbach's alpha of some questions, named by their places: over the rows that answer all of these. All sums are whole numbers,
/// so nothing is lost before the last division.
pub fn cronbach_alpha_of(answers: &AnswerTable, items: &[usize]) -> Alpha {
    let k = items.len();
    let mut sums = vec![[0u64; 2]; k];
    let (mut n, mut total, mut total_squares) = (0u64, 0u64, 0u64);
    for row in answers.each().filter(|row| items.iter().all(|item| row[*item] > 0)) {
        n += 1;
        let mut sum = 0u64;
        for (of_item, item) in sums.iter_mut().zip(items) {
            let level = u64::from(row[*item]);
            sum += level;
            of_item[0] += level;
            of_item[1] += level * level;
        }
        total += sum;
        total_squares += sum * sum;
    }
    // n squared times the variance.
    let spread = |sum: u64, squares: u64| i128::from(n) * i128::from(squares) - i128::from(sum) * i128::from(sum);
    let of_items: i128 = sums.iter().map(|[sum, squares]| spread(*sum, *squares)).sum();
    let of_sums = spread(total, total_squares);
    let defined = k > 1 && n > 1 && of_sums > 0;
    let alpha = defined.then(|| k as f64 / (k as f64 - 1.0) * ((of_sums - of_items) as f64 / of_sums as f64));
    Alpha { complete_cases: n, alpha }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[u8]]) -> AnswerTable {
        let codes = (0..rows[0].len()).map(|i| format!("q{i}")).collect();
        AnswerTable::new(codes, rows.concat()).unwrap()
    }

    #[test]
    fn levels_are_counted_and_missing_answers_apart() {
        let counts = level_counts(&table(&[&[4, 0], &[5, 1], &[4, 2]]), 0..2);
        assert_eq!(counts, [[0, 0, 0, 0, 1, 1], [1, 1, 0, 0, 0, 0]]);
        assert_eq!(answered_and_satisfied(&[7, 1, 2, 3, 4, 5], 4), (15, 9));
        assert_eq!(answered_and_satisfied(&[7, 1, 2, 3, 4, 5], 0), (15, 15));
    }

    #[test]
    fn satisfied_with_everything_means_every_given_answer() {
        let rows: [&[u8]; 4] = [&[4, 0, 5], &[0, 0, 0], &[4, 3, 5], &[5, 5, 5]];
        assert_eq!(all_satisfied_share(&table(&rows), 4), Some(2.0 / 3.0));
        assert_eq!(all_satisfied_share(&table(&[&[0, 0]]), 4), None);
    }

    #[test]
    fn alpha_is_one_for_equal_items_and_nought_for_unrelated_ones() {
        assert_eq!(cronbach_alpha(&table(&[&[1, 1], &[3, 3], &[0, 5]])), Alpha { complete_cases: 2, alpha: Some(1.0) });
        let unrelated = cronbach_alpha(&table(&[&[1, 1], &[1, 5], &[5, 1], &[5, 5]]));
        assert_eq!(unrelated, Alpha { complete_cases: 4, alpha: Some(0.0) });
        assert_eq!(cronbach_alpha(&table(&[&[1, 3], &[2, 2]])).alpha, None, "all sums are equal");
        assert_eq!(cronbach_alpha(&table(&[&[1], &[2]])).alpha, None);
    }

    #[test]
    fn a_level_beyond_the_scale_is_named() {
        let codes = || vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(AnswerTable::new(codes(), vec![1, 2, 6, 0]), Err(super::super::AnswerFault::NoSuchLevel(2, 1)));
        assert_eq!(AnswerTable::new(codes(), vec![1]), Err(super::super::AnswerFault::Ragged));
    }
}

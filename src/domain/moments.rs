//! Second moments of a composite index, kept with the counts so that its standard error can be worked out without the submissions.
//!
//! For each submission and composite: `m = Σ c_j r_j` and `y = Σ c_j r_j x_j` over the criteria j below, with r = 1 where the
//! criterion is answered, x = 1 where the answer is satisfied (for criteria by points what the option earns, in hundredths), and
//! c_j the criterion's part in the composite when every criterion has a value, as a whole number. Kept are the number of
//! submissions with m > 0 and Σy, Σm, Σy², Σym, Σm²: sums, which add up and can be taken back like every other count.
//! Example: five equal factors of 4, 4, 5, 3 and 3 criteria weigh their criteria 15, 15, 12, 20 and 20, in all 300.

use super::form::Form;
use super::index::{Aggregation, Definition, NodeDefinition};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

/// How many numbers the moments of one composite take.
pub const WIDTH: usize = 6;

/// The most that `Σ c_j`, times the unit of x, may be. Weights that need more are rounded to it, so that the sums of squares of
/// a hundred million submissions stay within 64 bits.
const MOST: u32 = 100_000;

/// A composite as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composite {
    /// The index definition, `index/version`.
    pub index: String,
    /// The node's code.
    pub code: String,
    /// What a full x is: 1, or 100 where a criterion below is measured by points.
    pub unit: i64,
    /// The criteria below.
    pub terms: Vec<Term>,
}

/// A criterion's part in a composite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The question.
    pub question: String,
    /// c, at least 1.
    pub weight: i64,
    /// x of each option, in the form's order, from 0 to the composite's unit.
    pub values: Vec<i64>,
}

/// The composites of a definition, parents first; none where nothing is computed from answers.
pub fn composites(definition: &Definition, form: &Form) -> Vec<Composite> {
    let composed = definition.nodes.iter().filter(|node| definition.kind.is_survey() && !node.aggregation.is_leaf());
    composed.map(|node| composite(definition, node, form)).collect()
}

fn composite(definition: &Definition, node: &NodeDefinition, form: &Form) -> Composite {
    let parts = parts(definition, node);
    let unit: u8 = if parts.iter().any(|part| part.is_by_points) { 100 } else { 1 };
    let weights = whole_numbers(&parts.iter().map(|part| &part.part).collect::<Vec<_>>(), MOST / u32::from(unit));
    let term = |(part, weight): (&Part<'_>, i64)| {
        let question = &part.criterion.code;
        let options = form.question(question).map(|question| form.options(question)).unwrap_or_default();
        let value = |(level, points): (u8, Option<u8>)| match part.is_by_points {
            true => points.unwrap_or(0),
            false if level >= definition.satisfied_from => unit,
            false => 0,
        };
        let values = (1..).zip(options.iter().map(|option| option.points)).map(|option| i64::from(value(option)));
        Term { question: question.clone(), weight, values: values.collect() }
    };
    Composite {
        index: definition.name(),
        code: node.code.clone(),
        unit: i64::from(unit),
        terms: parts.iter().zip(weights).map(term).collect(),
    }
}

/// A criterion below a node.
struct Part<'a> {
    criterion: &'a NodeDefinition,
    /// Its part in the node; the parts of all add up to 1 when every criterion has a value.
    part: BigRational,
    /// Whether it goes in by points. Pooled answers always count by whether they are satisfied.
    is_by_points: bool,
}

fn parts<'a>(definition: &'a Definition, node: &'a NodeDefinition) -> Vec<Part<'a>> {
    let is_by_points = |criterion: &NodeDefinition| {
        node.aggregation != Aggregation::Pooled && criterion.aggregation == Aggregation::Points
    };
    let part = |criterion, part| Part { criterion, part, is_by_points: is_by_points(criterion) };
    match node.aggregation {
        Aggregation::Share | Aggregation::Points => vec![part(node, BigRational::one())],
        Aggregation::Pooled | Aggregation::MeanOfCriteria => {
            let criteria = criteria(definition, node);
            let equal = BigRational::new(BigInt::one(), BigInt::from(criteria.len().max(1)));
            criteria.into_iter().map(|criterion| part(criterion, equal.clone())).collect()
        }
        Aggregation::MeanOfFactors => {
            let below: Vec<&NodeDefinition> = definition.children(&node.code).collect();
            let all = below.iter().fold(BigRational::zero(), |sum, child| sum + Definition::weight(child));
            let of = |child: &'a NodeDefinition| {
                let share = Definition::weight(child) / &all;
                parts(definition, child).into_iter().map(move |below| Part { part: below.part * &share, ..below })
            };
            below.into_iter().flat_map(of).collect()
        }
        Aggregation::Recorded | Aggregation::Sum => Vec::new(),
    }
}

fn criteria<'a>(definition: &'a Definition, node: &'a NodeDefinition) -> Vec<&'a NodeDefinition> {
    if node.aggregation.is_criterion() {
        return vec![node];
    }
    definition.children(&node.code).flat_map(|child| criteria(definition, child)).collect()
}

/// Fractions as whole numbers in the same proportion, the smallest that there are; rounded where these would be too large.
fn whole_numbers(parts: &[&BigRational], most: u32) -> Vec<i64> {
    let common = parts.iter().fold(BigInt::one(), |common, part| common.lcm(part.denom()));
    let scaled: Vec<BigInt> = parts.iter().map(|part| part.numer() * (&common / part.denom())).collect();
    let divisor = scaled.iter().fold(BigInt::zero(), |divisor, part| divisor.gcd(part)).max(BigInt::one());
    let sum: BigInt = scaled.iter().sum();
    let whole = |part: &BigInt| match &sum / &divisor > BigInt::from(most) {
        false => part / &divisor,
        true => (part * most / &sum).max(BigInt::one()),
    };
    scaled.iter().map(|part| whole(part).to_i64().unwrap_or(1)).collect()
}

/// The moments of a composite over some submissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moments {
    /// What a full x is.
    pub unit: i64,
    /// How many submissions answered at least one criterion below.
    pub people: i64,
    /// Σy.
    pub y: i64,
    /// Σm.
    pub m: i64,
    /// Σy².
    pub yy: i64,
    /// Σym.
    pub ym: i64,
    /// Σm².
    pub mm: i64,
}

impl Moments {
    /// From the numbers as they are kept; nothing where some are missing.
    pub(super) fn read(unit: i64, kept: &[i64]) -> Option<Self> {
        let [people, y, m, yy, ym, mm] = *kept else { return None };
        Some(Self { unit, people, y, m, yy, ym, mm })
    }

    /// Counts one submission `times` times into the numbers as they are kept; one with m = 0 is in none of them.
    pub(super) fn count(kept: &mut [i64], (y, m): (i64, i64), times: i64) {
        if m > 0 {
            for (sum, part) in kept.iter_mut().zip([1, y, m, y * y, y * m, m * m]) {
                *sum += times * part;
            }
        }
    }

    /// The standard error of the ratio R = Σy/Σm, as a fraction of 1: `√( n/(n-1) Σ(y - R m)² / (Σm)² )`, n = people. It is that of
    /// the composite exactly where everybody answered every criterion; where answers are missing it treats them as a ratio.
    /// Nothing below two people.
    ///
    /// The sum of squares is worked out in whole numbers, so that it is 0 only where it is.
    pub fn standard_error(&self) -> Option<f64> {
        if self.people < 2 || self.m <= 0 {
            return None;
        }
        let [y, m, yy, ym, mm] = [self.y, self.m, self.yy, self.ym, self.mm].map(BigInt::from);
        let squares = &m * &m * yy - BigInt::from(2) * &y * &m * ym + &y * &y * mm;
        let whole = BigRational::new_raw(squares, m.pow(4) * BigInt::from(self.unit) * BigInt::from(self.unit));
        let n = self.people as f64;
        whole.to_f64().map(|spread| (n / (n - 1.0) * spread.max(0.0)).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fractions(parts: &[(i64, i64)]) -> Vec<BigRational> {
        parts.iter().map(|(n, d)| BigRational::new(BigInt::from(*n), BigInt::from(*d))).collect()
    }

    fn whole(parts: &[(i64, i64)], most: u32) -> Vec<i64> {
        whole_numbers(&fractions(parts).iter().collect::<Vec<_>>(), most)
    }

    #[test]
    fn weights_become_the_smallest_whole_numbers() {
        assert_eq!(whole(&[(1, 20), (1, 20), (1, 25), (1, 15), (1, 15)], MOST), [15, 15, 12, 20, 20]);
        assert_eq!(whole(&[(1, 3), (1, 3), (1, 3)], MOST), [1, 1, 1]);
        let rounded = whole(&[(1_000_003, 2_000_005), (1_000_002, 2_000_005)], 1000);
        assert!(rounded.iter().sum::<i64>() <= 1000 && rounded.iter().all(|w| (499..=500).contains(w)), "{rounded:?}");
        assert_eq!(whole(&[(1, 1_000_000_007), (1_000_000_006, 1_000_000_007)], 1000)[0], 1, "nothing weighs nothing");
    }

    #[test]
    fn the_error_is_that_of_a_mean_where_everybody_answered_everything() {
        let mut kept = [0; WIDTH];
        let said = [4, 0, 2, 3, 4];
        said.iter().for_each(|y| Moments::count(&mut kept, (*y, 4), 1));
        let moments = Moments::read(1, &kept).unwrap();
        let mean = 13.0 / 20.0;
        let variance = said.iter().map(|y| (f64::from(*y as i32) / 4.0 - mean).powi(2)).sum::<f64>() / 4.0;
        assert!((moments.standard_error().unwrap() - (variance / 5.0).sqrt()).abs() < 1e-15);
        said.iter().skip(1).for_each(|y| Moments::count(&mut kept, (*y, 4), -1));
        assert_eq!(Moments::read(1, &kept).unwrap().standard_error(), None, "one person has no spread");
    }

    #[test]
    fn people_who_all_say_the_same_have_an_error_of_exactly_nothing() {
        let mut kept = [0; WIDTH];
        (1..=7).for_each(|m| Moments::count(&mut kept, (3 * m, 7 * m), 1));
        Moments::count(&mut kept, (0, 0), 1);
        let moments = Moments::read(1, &kept).unwrap();
        assert_eq!((moments.people, moments.standard_error()), (7, Some(0.0)));
    }
}

//! Scoring one-stop counters under Circular 01/2018/TT-VPCP (articles 12 to 15): nine indices of 0, 1 or 2 points. Legacy:
//! replaced since 2025, kept for the figures of its time.
//!
//! Index: points of all dossiers / dossiers, one decimal, half up, exact. An index without data is left out of the sum (article
//! 15.4b), which is not scaled up for it. Unit: the sum of all nine, at most 18, in bands from 15, 12, 9 and 6. Official: the sum
//! of indices 1, 2, 3, 4 and 7, at most 10, in bands from 5 and 3.5.
//! Example: 10 dossiers with 13 points give 1.3.

use std::cmp::Ordering;

/// One of the nine indices, by its number in the circular.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// 1: the whole time of handling against the time allowed.
    WholeTime,
    /// 2: the time of each office against the time allowed.
    OfficeTime,
    /// 3: how often a person had to come back to complete the dossier.
    Contacts,
    /// 4: how many offices a person had to contact.
    Offices,
    /// 5: handling at the counter itself.
    AtTheCounter,
    /// 6: publication of procedures.
    Publication,
    /// 7: conduct of officials.
    Conduct,
    /// 8: answers to complaints and suggestions.
    Feedback,
    /// 9: online services.
    Online,
}

impl Index {
    /// All nine, in order.
    pub const ALL: [Self; 9] = [
        Self::WholeTime,
        Self::OfficeTime,
        Self::Contacts,
        Self::Offices,
        Self::AtTheCounter,
        Self::Publication,
        Self::Conduct,
        Self::Feedback,
        Self::Online,
    ];

    /// The five by which an official is scored.
    pub const OF_OFFICIALS: [Self; 5] =
        [Self::WholeTime, Self::OfficeTime, Self::Contacts, Self::Offices, Self::Conduct];

    /// Its number, 1 to 9.
    pub fn number(self) -> usize {
        self as usize + 1
    }
}

/// The points of one dossier, or of a unit, for one index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Points {
    /// 0.
    Nought,
    /// 1.
    One,
    /// 2.
    Two,
}

impl Points {
    /// Indices 1 and 2: shorter than allowed 2, as allowed 1, longer 0.
    pub fn for_time(taken_against_allowed: Ordering) -> Self {
        match taken_against_allowed {
            Ordering::Less => Self::Two,
            Ordering::Equal => Self::One,
            Ordering::Greater => Self::Nought,
        }
    }

    /// Indices 3 and 4: none 2, one 1, more 0. Returns that are the applicant's own fault are not counted.
    pub fn for_number(of_contacts_or_offices: u64) -> Self {
        match of_contacts_or_offices {
            0 => Self::Two,
            1 => Self::One,
            _ => Self::Nought,
        }
    }

    /// Index 8: no complaint, or all answered in time, 2; at least 90 % in time 1; fewer 0.
    pub fn for_feedback(in_time: u64, all: u64) -> Self {
        let (in_time, all) = (u128::from(in_time), u128::from(all));
        match (in_time >= all, 10 * in_time >= 9 * all) {
            (true, _) => Self::Two,
            (false, true) => Self::One,
            (false, false) => Self::Nought,
        }
    }
}

/// A score with one decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Tenths(pub u64);

impl Tenths {
    /// With its decimal: `1.3`.
    pub fn plain(self) -> String {
        format!("{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// The score of an index over dossiers: their points over their number; none without a dossier.
pub fn index_score(dossiers: impl IntoIterator<Item = Points>) -> Option<Tenths> {
    let (mut points, mut count) = (0u128, 0u128);
    for dossier in dossiers {
        points += dossier as u128;
        count += 1;
    }
    rounded(points, count)
}

/// The same from how many dossiers have 0, 1 and 2 points.
pub fn index_score_of_counts([noughts, ones, twos]: [u64; 3]) -> Option<Tenths> {
    let [noughts, ones, twos] = [noughts, ones, twos].map(u128::from);
    rounded(ones + 2 * twos, noughts + ones + twos)
}

fn rounded(points: u128, count: u128) -> Option<Tenths> {
    (count > 0).then(|| Tenths(u64::try_from((20 * points + count) / (2 * count)).unwrap_or(u64::MAX)))
}

/// The scores of the nine indices, in order; none where there is no data.
pub type Scores = [Option<Tenths>; 9];

/// How a unit is classed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitBand {
    /// Yếu: below 6.
    Weak,
    /// Trung bình: from 6.
    Average,
    /// Khá: from 9.
    Fair,
    /// Tốt: from 12.
    Good,
    /// Xuất sắc: from 15.
    Excellent,
}

/// How far an official has done the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfficialBand {
    /// Less than 70 %: below 3.5.
    Below70,
    /// From 70 % to less than 100 %: from 3.5.
    From70,
    /// 100 %: from 5.
    Full,
}

/// A sum, how many indices it rests on, and its band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating<B> {
    /// The sum of the scores there are.
    pub sum: Tenths,
    /// How many indices had data.
    pub counted: usize,
    /// The band.
    pub band: B,
}

/// Rates a unit by all nine indices; none where no index has data.
pub fn rate_unit(scores: &Scores) -> Option<Rating<UnitBand>> {
    rate(scores, &Index::ALL, |sum| match sum.0 {
        150.. => UnitBand::Excellent,
        120.. => UnitBand::Good,
        90.. => UnitBand::Fair,
        60.. => UnitBand::Average,
        _ => UnitBand::Weak,
    })
}

/// Rates an official by indices 1, 2, 3, 4 and 7; none where none of them has data.
pub fn rate_official(scores: &Scores) -> Option<Rating<OfficialBand>> {
    rate(scores, &Index::OF_OFFICIALS, |sum| match sum.0 {
        50.. => OfficialBand::Full,
        35.. => OfficialBand::From70,
        _ => OfficialBand::Below70,
    })
}

fn rate<B>(scores: &Scores, indices: &[Index], band: impl Fn(Tenths) -> B) -> Option<Rating<B>> {
    let there: Vec<Tenths> = indices.iter().filter_map(|index| scores[*index as usize]).collect();
    let sum = Tenths(there.iter().map(|score| score.0).sum());
    (!there.is_empty()).then(|| Rating { sum, counted: there.len(), band: band(sum) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores of nine indices with this sum, as even as can be.
    fn of_sum(tenths: u64) -> Scores {
        std::array::from_fn(|at| Some(Tenths(tenths / 9 + u64::from((at as u64) < tenths % 9))))
    }

    fn of_official(tenths: u64) -> Scores {
        let mut scores: Scores = [Some(Tenths(20)); 9];
        for (at, index) in Index::OF_OFFICIALS.into_iter().enumerate() {
            scores[index.number() - 1] = Some(Tenths(tenths / 5 + u64::from((at as u64) < tenths % 5)));
        }
        scores
    }

    #[test]
    fn a_score_is_points_over_dossiers_rounded_half_up() {
        assert_eq!(index_score_of_counts([3, 1, 6]), Some(Tenths(13)));
        assert_eq!(index_score_of_counts([19, 1, 0]), Some(Tenths(1)), "0.05 is rounded up");
        assert_eq!(index_score_of_counts([20, 1, 0]), Some(Tenths(0)), "0.0476");
        assert_eq!(index_score_of_counts([0, 1, 19]), Some(Tenths(20)), "1.95 is rounded up");
        assert_eq!(index_score_of_counts([0, 0, 0]), None);
        assert_eq!(index_score([Points::Two, Points::One, Points::Nought, Points::Two]), Some(Tenths(13)), "1.25");
        assert_eq!(index_score([]), None);
        assert_eq!(index_score_of_counts([0, 0, u64::MAX]), Some(Tenths(20)));
        assert_eq!(Tenths(13).plain(), "1.3");
    }

    #[test]
    fn units_are_banded_at_15_12_9_and_6() {
        use UnitBand::*;
        for (tenths, band) in [
            (180, Excellent),
            (150, Excellent),
            (149, Good),
            (120, Good),
            (119, Fair),
            (90, Fair),
            (89, Average),
            (60, Average),
            (59, Weak),
            (0, Weak),
        ] {
            assert_eq!(rate_unit(&of_sum(tenths)), Some(Rating { sum: Tenths(tenths), counted: 9, band }), "{tenths}");
        }
    }

    #[test]
    fn officials_are_banded_at_5_and_3_5_over_their_five_indices() {
        use OfficialBand::*;
        for (tenths, band) in [(100, Full), (50, Full), (49, From70), (35, From70), (34, Below70), (0, Below70)] {
            let expected = Some(Rating { sum: Tenths(tenths), counted: 5, band });
            assert_eq!(rate_official(&of_official(tenths)), expected, "{tenths}");
        }
    }

    #[test]
    fn an_index_without_data_is_left_out_and_nothing_is_scaled_up() {
        let mut scores = [Some(Tenths(20)); 9];
        scores[8] = None;
        scores[0] = None;
        assert_eq!(rate_unit(&scores), Some(Rating { sum: Tenths(140), counted: 7, band: UnitBand::Good }));
        assert_eq!(rate_official(&scores).map(|r| (r.sum, r.counted)), Some((Tenths(80), 4)));
        assert_eq!(rate_unit(&[None; 9]), None);
        assert_eq!(rate_official(&[None, None, None, None, Some(Tenths(20)), None, None, None, None]), None);
    }

    #[test]
    fn points_follow_the_circular() {
        use Points::*;
        assert_eq!([3, 5, 7].map(|days: u32| Points::for_time(days.cmp(&5))), [Two, One, Nought]);
        assert_eq!([0, 1, 2].map(Points::for_number), [Two, One, Nought]);
        assert_eq!(
            [(0, 0), (10, 10), (9, 10), (89, 100)].map(|(t, n)| Points::for_feedback(t, n)),
            [Two, Two, One, Nought]
        );
        assert_eq!(Index::OF_OFFICIALS.map(Index::number), [1, 2, 3, 4, 7]);
    }
}

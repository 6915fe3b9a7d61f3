//! The satisfaction measures of the national portal's evaluation under Decision 766/QĐ-TTg (23 June 2022): ratio and score.
//!
//! Units: ratio in per cent, score in points of at most 6, both with two decimals, half up, from exact whole numbers. Dossiers:
//! `min(6, R/90 x 6)`; petitions: `R/100 x 6`; classifying petitions has a ratio and no score. Where there was nothing to
//! handle (denominator 0) the portal shows ratio 0 and the full score. The score is made from the exact ratio, not from the
//! rounded one; in the portal's published table (UBND tỉnh Phú Thọ, 2026) both ways give every score there is, so that table does
//! not tell them apart. Dossiers that nobody rated count as satisfied there: never compare this with a survey's share.
//! Example: 528464 of 597918 dossiers is 88.38 %, score 5.89.

/// A measure of the group "Mức độ hài lòng".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Dossiers neither rated unsatisfied, nor complained about, nor late, over all dossiers.
    DossierReceivingSatisfaction,
    /// Petitions answered in time over all petitions.
    PetitionProcessingOnTime,
    /// Petitions whose answer was rated satisfied over all petitions.
    PetitionHandlingSatisfaction,
    /// Petitions about procedures over all petitions; not scored.
    PetitionClassificationTthc,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::DossierReceivingSatisfaction,
        Self::PetitionProcessingOnTime,
        Self::PetitionHandlingSatisfaction,
        Self::PetitionClassificationTthc,
    ];

    /// The portal's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::DossierReceivingSatisfaction => "DOSSIER_RECEIVING_SATISFACTION",
            Self::PetitionProcessingOnTime => "PETITION_PROCESSING_ON_TIME",
            Self::PetitionHandlingSatisfaction => "PETITION_HANDLING_SATISFACTION",
            Self::PetitionClassificationTthc => "PETITION_CLASSIFICATION_TTHC",
        }
    }

    /// The measure with a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.code() == code)
    }

    /// The ratio in per cent at which the score is full; none where there is no score.
    fn target(self) -> Option<u128> {
        match self {
            Self::DossierReceivingSatisfaction => Some(90),
            Self::PetitionProcessingOnTime | Self::PetitionHandlingSatisfaction => Some(100),
            Self::PetitionClassificationTthc => None,
        }
    }

    /// The highest score; none where there is no score.
    pub fn max_score(self) -> Option<Hundredths> {
        self.target().map(|_| FULL)
    }
}

/// The highest score of a measure: 6 points.
const FULL: Hundredths = Hundredths(600);

/// A number with two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub u64);

impl Hundredths {
    /// `numerator x times / denominator` in hundredths, half up.
    fn of(numerator: u64, times: u128, denominator: u128) -> Self {
        let rounded = (u128::from(numerator) * times * 2 + denominator) / (2 * denominator);
        Self(u64::try_from(rounded).unwrap_or(u64::MAX))
    }

    /// The number for JSON.
    pub fn number(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// With both decimals: `89.20`.
    pub fn plain(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }

    /// With the decimals that it needs: `6`, `5.9`, `5.89`.
    pub fn short(self) -> String {
        self.plain().trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// What the portal shows for a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scored {
    /// The ratio in per cent.
    pub ratio: Hundredths,
    /// The points; none where the measure is not scored.
    pub score: Option<Hundredths>,
}

/// More was counted than there was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoreThanAll;

/// The ratio and the score of a measure.
pub fn score(metric: Metric, numerator: u64, denominator: u64) -> Result<Scored, MoreThanAll> {
    if numerator > denominator {
        return Err(MoreThanAll);
    }
    if denominator == 0 {
        return Ok(Scored { ratio: Hundredths(0), score: metric.max_score() });
    }
    let whole = u128::from(denominator);
    let points = |target| Hundredths::of(numerator, 100 * u128::from(FULL.0), whole * target).min(FULL);
    Ok(Scored { ratio: Hundredths::of(numerator, 10_000, whole), score: metric.target().map(points) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Metric::*;

    fn scored(metric: Metric, numerator: u64, denominator: u64) -> (String, Option<String>) {
        let Scored { ratio, score } = score(metric, numerator, denominator).unwrap();
        (ratio.plain(), score.map(Hundredths::short))
    }

    fn pair(ratio: &str, score: Option<&str>) -> (String, Option<String>) {
        (ratio.to_owned(), score.map(str::to_owned))
    }

    #[test]
    fn dossiers_are_full_at_ninety_per_cent_and_petitions_at_a_hundred() {
        assert_eq!(scored(DossierReceivingSatisfaction, 528464, 597918), pair("88.38", Some("5.89")));
        assert_eq!(scored(DossierReceivingSatisfaction, 9, 10), pair("90.00", Some("6")));
        assert_eq!(scored(DossierReceivingSatisfaction, 10, 10), pair("100.00", Some("6")));
        assert_eq!(scored(PetitionProcessingOnTime, 9, 10), pair("90.00", Some("5.4")));
        assert_eq!(scored(PetitionHandlingSatisfaction, 10, 10), pair("100.00", Some("6")));
        assert_eq!(scored(PetitionClassificationTthc, 413, 570), pair("72.46", None));
    }

    #[test]
    fn where_there_was_nothing_to_handle_the_score_is_full() {
        assert_eq!(scored(DossierReceivingSatisfaction, 0, 0), pair("0.00", Some("6")));
        assert_eq!(scored(PetitionClassificationTthc, 0, 0), pair("0.00", None));
        assert_eq!(scored(PetitionProcessingOnTime, 0, 5), pair("0.00", Some("0")));
    }

    #[test]
    fn halves_are_rounded_up_from_exact_numbers() {
        assert_eq!(scored(PetitionProcessingOnTime, 1, 20_000).0, "0.01", "0.005 %");
        assert_eq!(scored(PetitionProcessingOnTime, 1, 1200).1.as_deref(), Some("0.01"), "0.005 points");
        // 13/96 is 13.541666 %: 0.90277 points from it; the rounded 13.54 % gives 0.90266.
        assert_eq!(scored(DossierReceivingSatisfaction, 13, 96), pair("13.54", Some("0.9")));
        assert_eq!(scored(DossierReceivingSatisfaction, u64::MAX, u64::MAX), pair("100.00", Some("6")));
    }

    #[test]
    fn more_than_all_is_refused_and_codes_lead_back() {
        assert_eq!(score(PetitionProcessingOnTime, 2, 1), Err(MoreThanAll));
        assert!(Metric::ALL.iter().all(|m| Metric::from_code(m.code()) == Some(*m)));
        assert_eq!(Metric::from_code("X"), None);
    }

    proptest::proptest! {
        #[test]
        fn scores_stay_within_nought_and_six_and_rise_with_the_ratio(n in 0u64..10_000, more in 0u64..100, d in 0u64..10_000) {
            let d = d + n + more;
            for metric in Metric::ALL {
                let (low, high) = (score(metric, n, d).unwrap(), score(metric, n + more, d).unwrap());
                proptest::prop_assert!(low.ratio <= high.ratio && high.ratio <= Hundredths(10_000));
                proptest::prop_assert!(low.score <= high.score && high.score <= Some(FULL));
            }
        }
    }
}

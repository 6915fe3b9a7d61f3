//! Sizes of closed days, kept in memory while they are what the database holds: pages that ask about the same survey judge by them.

use crate::domain::access::Scope;
use crate::domain::ids::SurveyId;
use crate::domain::narrowing::Gathered;
use chrono::NaiveDate;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// How many groups are kept at most, of eight bytes each.
const MOST: usize = 3_000_000;
/// How many readers' sizes are kept at most.
const FEW: usize = 12;

/// Whose sizes, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    /// The survey.
    pub survey: SurveyId,
    /// What the reader may see.
    pub scope: Scope,
    /// By what.
    pub of: Of,
}

/// By what sizes are gathered beside unit, month and channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Procedures are added up.
    Procedures,
    /// Each procedure by itself.
    EachProcedure,
    /// The options of a question about the respondent, by its place in the form; channels are added up.
    Options(i16),
}

/// What sizes were gathered from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Basis {
    /// What marks the sums.
    pub mark: Uuid,
    /// Before which day all are in them.
    pub before: NaiveDate,
    /// The revision of the catalogue.
    pub catalogue: i64,
}

#[derive(Debug)]
struct Kept {
    kind: Kind,
    basis: Basis,
    gathered: Arc<Gathered>,
}

/// Sizes that were gathered, those asked about last first.
#[derive(Debug, Default)]
pub struct KeptSizes(Mutex<Vec<Kept>>);

impl KeptSizes {
    /// The sizes of a kind, where they were gathered from the same.
    pub(super) fn find(&self, kind: &Kind, basis: Basis) -> Option<Arc<Gathered>> {
        let mut kept = self.held();
        let place = kept.iter().position(|kept| kept.kind == *kind && kept.basis == basis)?;
        kept[..=place].rotate_right(1);
        Some(kept[0].gathered.clone())
    }

    /// Keeps sizes in place of what was gathered of their kind before, and of what was asked about longest ago.
    pub(super) fn keep(&self, kind: Kind, basis: Basis, gathered: Gathered) -> Arc<Gathered> {
        let gathered = Arc::new(gathered);
        let mut kept = self.held();
        kept.retain(|kept| kept.kind != kind);
        kept.insert(0, Kept { kind, basis, gathered: gathered.clone() });
        let mut groups = 0;
        let mut count = 0;
        kept.retain(|kept| {
            groups += kept.gathered.groups();
            count += 1;
            groups <= MOST && count <= FEW
        });
        gathered
    }

    /// Nothing is lost but time where somebody else failed.
    fn held(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue::Catalogue;
    use crate::domain::narrowing::{OfProcedures, Sizing};
    use crate::domain::period::Period;

    fn gathered() -> Gathered {
        let catalogue = Catalogue::default();
        Sizing::new(&catalogue, &Scope::All, Period::default(), OfProcedures::Together).gathered()
    }

    #[test]
    fn only_what_was_gathered_from_the_same_for_the_same_reader_is_found() {
        let kept = KeptSizes::default();
        let kind = |survey, scope, of| Kind { survey: SurveyId(survey), scope, of };
        let each = Of::EachProcedure;
        let own = Scope::Units(vec![crate::domain::ids::UnitId(1)]);
        let basis = Basis { mark: Uuid::from_u128(1), before: NaiveDate::MIN, catalogue: 1 };
        let first = kept.keep(kind(1, Scope::All, each), basis, gathered());
        let found = kept.find(&kind(1, Scope::All, each), basis).unwrap();
        assert!(Arc::ptr_eq(&found, &first));
        for other in [
            kind(2, Scope::All, each),
            kind(1, own, each),
            kind(1, Scope::All, Of::Procedures),
            kind(1, Scope::All, Of::Options(1)),
        ] {
            assert!(kept.find(&other, basis).is_none(), "{other:?}");
        }
        let others = [
            Basis { mark: Uuid::from_u128(2), ..basis },
            Basis { before: NaiveDate::MAX, ..basis },
            Basis { catalogue: 2, ..basis },
        ];
        for other in others {
            assert!(kept.find(&kind(1, Scope::All, each), other).is_none(), "{other:?}");
        }
        kept.keep(kind(1, Scope::All, each), others[0], gathered());
        assert!(kept.find(&kind(1, Scope::All, each), basis).is_none(), "what is no longer so is not kept");
    }

    #[test]
    fn what_was_asked_about_longest_ago_goes() {
        let kept = KeptSizes::default();
        let basis = Basis { mark: Uuid::nil(), before: NaiveDate::MIN, catalogue: 1 };
        let kind = |survey: usize| Kind { survey: SurveyId(survey as i64), scope: Scope::All, of: Of::Procedures };
        for survey in 0..FEW {
            kept.keep(kind(survey), basis, gathered());
        }
        assert!(kept.find(&kind(0), basis).is_some());
        kept.keep(kind(FEW), basis, gathered());
        let there: Vec<usize> = (0..=FEW).filter(|survey| kept.find(&kind(*survey), basis).is_some()).collect();
        assert_eq!(there, (0..=FEW).filter(|survey| *survey != 1).collect::<Vec<_>>());
    }
}

//! Typed identifiers, so that a unit's number is never taken for a survey's.
//!
//! The numbers are made by the database and never leave the house; outside, codes and random tokens stand for them.

use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use uuid::{Uuid, Variant};

macro_rules! numbered {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);
    )+};
}

numbered! {
    /// One period of validity of a unit.
    UnitId,
    /// One period of validity of a procedure.
    ProcedureId,
    /// A survey.
    SurveyId,
    /// A frozen version of a form, as the database numbers it.
    FormVersionId,
    /// A member of staff.
    StaffId,
    /// A list of people served.
    FrameId,
    /// A sample drawn from one.
    DrawId,
    /// An exclusion or its lifting.
    ExclusionId,
}

/// A submission's id: made by the sender before sending, so that a retry is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubmissionId(pub Uuid);

/// What ids that are made here end in.
const OURS: u16 = u16::from_be_bytes(*b"HL");

impl SubmissionId {
    /// An id in the UUID layout (version 8) whose first 16 bits count days since 1970, whose last 16 say that it was made here, and
    /// whose rest is `random`: kind to a b-tree, silent about the moment within the day.
    pub fn for_day(day: chrono::NaiveDate, random: [u8; 16]) -> Self {
        let days = day.signed_duration_since(chrono::NaiveDate::default()).num_days();
        let mut bytes = random;
        bytes[..2].copy_from_slice(&u16::try_from(days).unwrap_or(0).to_be_bytes());
        bytes[14..].copy_from_slice(&OURS.to_be_bytes());
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The first sixty bits but for the four that name the version, of an id in which they are as good as its own: it was drawn at
    /// random (version 4) or made here, with 44 random ones for a day. Nothing of others, which may begin alike: with the moment, say.
    pub fn own_beginning(self) -> Option<u64> {
        let is_random = self.0.get_version_num() == 4;
        let is_ours = self.0.get_version_num() == 8 && self.0.as_u128() & u128::from(u16::MAX) == u128::from(OURS);
        let (first, _) = self.0.as_u64_pair();
        let is_known = self.0.get_variant() == Variant::RFC4122 && (is_random || is_ours);
        is_known.then_some((first >> 16 << 12) | (first & 0xfff))
    }

    /// Between which ids those lie that have such a beginning of their own.
    pub fn with_own_beginning(beginning: u64) -> [RangeInclusive<Self>; 2] {
        [4, 8].map(|version| {
            let first = (beginning >> 12 << 16) | (version << 12) | (beginning & 0xfff);
            Self(Uuid::from_u64_pair(first, 0))..=Self(Uuid::from_u64_pair(first, u64::MAX))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_orders_by_day_and_tells_no_time() {
        let day = |d| chrono::NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        let early = SubmissionId::for_day(day(22), [0xff; 16]);
        let late = SubmissionId::for_day(day(23), [0; 16]);
        assert!(early < late);
        assert_eq!(early.0.get_version_num(), 8);
    }

    #[test]
    fn a_beginning_leads_back_to_its_id_and_is_only_of_ids_that_have_one_of_their_own() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let random = Uuid::parse_str("6f1e2b0c-5d3a-4c8e-9f27-0b1c2d3e4f50").unwrap();
        for id in [SubmissionId(random), SubmissionId::for_day(day, *random.as_bytes())] {
            let beginning = id.own_beginning().unwrap();
            assert!(beginning < 1 << 60);
            let found = SubmissionId::with_own_beginning(beginning).into_iter().filter(|ids| ids.contains(&id)).count();
            assert_eq!(found, 1, "{}", id.0);
        }
        assert_eq!(SubmissionId(random).own_beginning(), Some(0x06f1_e2b0_c5d3_ac8e));
        for other in [
            "00000000-0000-0000-0000-000000000007",
            "01890a5d-ac96-774b-bcce-b302099a8057",
            "00005105-5d3a-8c8e-9f27-0b1c2d3e4f50",
            "6f1e2b0c-5d3a-4c8e-df27-0b1c2d3e4f50",
        ] {
            assert_eq!(SubmissionId(Uuid::parse_str(other).unwrap()).own_beginning(), None, "{other}");
        }
    }
}

//! Typed identifiers, so that a unit's number is never taken for a survey's.
//!
//! The numbers are made by the database and never leave the house; outside, codes and random tokens stand for them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

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

impl SubmissionId {
    /// An id in the UUID layout (version 8) whose first 32 bits count days since 1970 and whose rest is `random`: kind to a
    /// b-tree, silent about the moment within the day.
    pub fn for_day(day: chrono::NaiveDate, random: [u8; 16]) -> Self {
        let days = day.signed_duration_since(chrono::NaiveDate::default()).num_days();
        let mut bytes = random;
        bytes[..4].copy_from_slice(&u32::try_from(days).unwrap_or(0).to_be_bytes());
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
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
}

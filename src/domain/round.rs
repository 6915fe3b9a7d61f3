//! A round: the answers of people who were drawn, weighed for those who did not answer, and estimated in the design of the draw.
//!
//! Formulas stand with [`crate::domain::estimate`] and [`crate::domain::weighting`]. A missing answer is counted nowhere. What may
//! be shown to whom is not decided here.

use super::catalogue::Catalogue;
use super::estimate::{
    AnswerTable, DesignFault, EstimateFault, Estimates, LEVELS, Labels, Wish, criteria_of, estimate,
};
use super::ids::{ProcedureId, UnitId};
use super::index::{Aggregation, Definition};
use super::survey::Channel;
use super::weighting::{Class, Responses, Returned, for_non_response};
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// An answer of somebody who was drawn, as far as figures are made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SampledAnswer {
    /// The submission.
    pub id: Uuid,
    /// The unit that served.
    pub unit: UnitId,
    /// The procedure.
    pub procedure: Option<ProcedureId>,
    /// How it came.
    pub channel: Option<Channel>,
    /// Its place in the draw.
    pub design: Returned,
    /// The answers by question code.
    pub answers: Map<String, Value>,
}

/// The answers of a round.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// Them.
    pub answers: Vec<SampledAnswer>,
    /// Their weights and design.
    pub responses: Responses,
}

/// Why nothing can be estimated.
#[derive(Debug, Clone, PartialEq)]
pub enum RoundFault {
    /// Fewer than two answers, or all of one cluster.
    TooFew,
    /// The index is not made of shares of satisfied answers.
    NotShares,
    /// The design is wrong all the same.
    Design(Vec<DesignFault>),
    /// The estimation refuses.
    Estimate(EstimateFault),
}

impl fmt::Display for RoundFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew => f.write_str("too few valid answers came back to estimate anything"),
            Self::NotShares => {
                f.write_str("the index is none of shares of satisfied answers; only such can be estimated")
            }
            Self::Design(faults) => write!(f, "the design gives no variance: {faults:?}"),
            Self::Estimate(EstimateFault::TooManyGroups(column, found)) => {
                write!(f, "{column} has {found} different values; group by something else")
            }
            Self::Estimate(_) => f.write_str("the answers do not fit the index"),
        }
    }
}
impl std::error::Error for RoundFault {}

impl Round {
    /// The round of these answers to what was issued.
    pub fn of(answers: Vec<SampledAnswer>, issued: &[Class]) -> Self {
        let returned: Vec<Returned> = answers.iter().map(|answer| answer.design.clone()).collect();
        Self { responses: for_non_response(issued, &returned), answers }
    }

    /// Estimates an index with some weights, one an answer, by groups with their names.
    pub fn estimate(
        &self,
        definition: &Definition,
        weights: Vec<f64>,
        groups: Vec<(String, Arc<Labels>)>,
        confidence: f64,
    ) -> Result<Estimates, RoundFault> {
        let is_share =
            |aggregation| !matches!(aggregation, Aggregation::Points | Aggregation::Recorded | Aggregation::Sum);
        if !definition.nodes.iter().all(|node| is_share(node.aggregation)) {
            return Err(RoundFault::NotShares);
        }
        if self.answers.len() < 2 {
            return Err(RoundFault::TooFew);
        }
        let design = self.responses.design(weights).map_err(|faults| {
            let alone = |fault: &DesignFault| matches!(fault, DesignFault::OneCluster(_));
            if faults.iter().all(alone) { RoundFault::TooFew } else { RoundFault::Design(faults) }
        })?;
        let codes = criteria_of(definition);
        let levels = self.answers.iter().flat_map(|row| codes.iter().map(|code| level(&row.answers, code))).collect();
        let table = AnswerTable::new(codes, levels).map_err(|_| RoundFault::Estimate(EstimateFault::OtherQuestions))?;
        let wish = Wish { confidence, groups, halves: false };
        estimate(definition, &table, &design, &wish).map_err(RoundFault::Estimate)
    }

    /// What each answer says to a variable: `unit`, `procedure`, `channel`, or the code of a question that takes one answer; empty
    /// where it says nothing.
    pub fn category(&self, known: &Catalogue, variable: &str) -> Vec<String> {
        let of = |answer: &SampledAnswer| match variable {
            "unit" => known.unit(answer.unit).map(|unit| unit.code.key().to_owned()),
            "procedure" => answer.procedure.and_then(|id| known.procedure(id)).map(|p| p.code.clone()),
            "channel" => answer.channel.map(|channel| channel.code().to_owned()),
            question => match answer.answers.get(question) {
                Some(Value::String(code)) => Some(code.clone()),
                Some(Value::Number(level)) => Some(level.to_string()),
                _ => None,
            },
        };
        self.answers.iter().map(|answer| of(answer).unwrap_or_default()).collect()
    }
}

/// The level of an answer; 0 where there is none.
fn level(answers: &Map<String, Value>, code: &str) -> u8 {
    let level = answers.get(code).and_then(Value::as_u64).and_then(|level| u8::try_from(level).ok());
    level.filter(|level| (1..=LEVELS).contains(&usize::from(*level))).unwrap_or(0)
}

#[cfg(test)]
#[path = "round_tests.rs"]
mod tests;

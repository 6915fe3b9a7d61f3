//! Indices: from a definition and a tally to shares.
//!
//! Criterion: share = answers at the satisfied levels / answers given x 100. A missing answer is in neither number; where
//! nobody answered there is no value. Factors and indices combine their children as the definition says. Everything is an
//! exact fraction until the last rounding (two decimals, half up). Source and status stand in each definition.

mod comparison;
mod definition;
mod definition_check;
mod measure;
mod precision;
mod publish;
mod publish_table;
mod ranking;
mod share;

pub use comparison::{CLEAR, Comparison, Difference, Verdict, compare};
pub use definition::{
    Aggregation, Band, Definition, DefinitionFault, DefinitionProblem, Kind, NodeDefinition, PointSource,
};
pub use measure::{Measured, measure, people};
pub use precision::{LEVEL, Precision};
pub use publish::{Figures, Published, closed_among, is_settled_beside, publish, publish_beside};
pub use publish_table::{TableCell, publish_table};
pub use ranking::{Ranks, ranks};
pub use share::Share;

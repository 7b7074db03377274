//! What can be said of a table without looking at rows: its constraints and interactions, their degrees,
//! which columns are used, and what a row costs.

mod encode;
mod error;
mod recorder;
mod shape;
mod zeros;

pub use error::AnalysisError;
pub use recorder::{Constraint, Interaction, Recorder};
pub use shape::{ColumnUse, MAX_DEGREE, RunningSum, Scope, TableShape, analyze};

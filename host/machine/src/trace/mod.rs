//! From what happened to the rows of all tables.
//!
//! Before a segment of a run is proven, it is known what it takes over and leaves behind: [`Early`]. Whoever executes it
//! records [`Step`]s: which instruction, what it found in its registers, what it loaded. From these and the [`Guest`],
//! [`generate`] fills every table. It goes over the steps once, in order, to find out when each register and word was
//! looked at before ([`replay`]); rows are then filled in parallel, and the fixed tables' multiplicities counted from
//! what the rows say.

mod counts;
#[cfg(any(test, feature = "faults"))]
mod discover;
mod early;
mod faults;
mod generate;
mod guest;
mod replay;
mod rows;
mod tables_of;
#[cfg(test)]
mod tests;
mod words;

pub use crate::initial::InitialWord;
pub use crate::messages::NUM_MASKS;
pub use counts::{Class, Counts, REST};
#[cfg(test)]
pub(crate) use discover::discover;
#[cfg(feature = "faults")]
pub use discover::discover_with;
pub use early::{Carried, CarriedWord, Early, Passage};
#[cfg(feature = "faults")]
pub use faults::Fault;
pub use generate::{GenerateError, count_lookups, fixed_columns, generate};
pub use guest::{Guest, ImageWord};
pub use replay::{Replay, ReplayError, Step};
#[cfg(test)]
pub(crate) use rows::may_be_absent;
pub use rows::{Heights, Size, cells_per_row, log_heights, rows_of_calls, size, size_of};
pub use tables_of::tables_of;

//! What a table is written against.

use p3_air::{Air, BaseAir, NamedAirBuilder};
use p3_lookup::InteractionBuilder;

use crate::analysis::Recorder;
use crate::field::Val;

/// The builder that tables are written for: Plonky3's, with labels for constraints and with messages.
///
/// A table implements `Air<B>` for every `B: TableBuilder`. Its constraints are asserted with a label
/// (`assert_zero_named` and the like); labels are what analyses, failed checks and reviews speak of.
pub trait TableBuilder: NamedAirBuilder<F = Val> + InteractionBuilder {}

impl<B: NamedAirBuilder<F = Val> + InteractionBuilder> TableBuilder for B {}

/// A table: its columns, and an `eval` that any of our builders can run.
pub trait Table: BaseAir<Val> + Air<Recorder> {}

impl<T: BaseAir<Val> + Air<Recorder>> Table for T {}

/// Tables say everything on named buses, where the analysis sees it.
///
/// # Panics
/// Always: tables are part of the program, and this one is written wrongly.
pub(crate) fn refuse_local_interaction() -> ! {
    panic!("a table used push_local_interaction; send and provide a message on a bus instead")
}

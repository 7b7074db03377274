//! The fields, named once.

use p3_field::extension::QuinticTrinomialExtensionField;
use p3_field::{ExtensionField, Field};
use p3_koala_bear::KoalaBear;

/// What cells hold: integers modulo 2^31 - 2^24 + 1.
pub type Val = KoalaBear;

/// What challenges are drawn from: degree 5 over [`Val`], 155 bits.
pub type Challenge = QuinticTrinomialExtensionField<Val>;

/// Elements of [`Val`] side by side, as many as the processor computes with at once.
pub type PackedVal = <Val as Field>::Packing;

/// Elements of [`Challenge`] side by side.
pub type PackedChallenge = <Challenge as ExtensionField<Val>>::ExtensionPacking;

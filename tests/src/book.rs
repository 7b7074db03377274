//! The code on the pages of `docs`, compiled and run as documentation tests.

#[doc = include_str!("../../docs/costs.md")]
pub mod costs {}

#[doc = include_str!("../../docs/first-steps.md")]
pub mod first_steps {}

#[doc = include_str!("../../docs/from-risc-zero.md")]
pub mod from_risc_zero {}

#[doc = include_str!("../../docs/hosts.md")]
pub mod hosts {}

#[doc = include_str!("../../docs/input-and-output.md")]
pub mod input_and_output {}

#[doc = include_str!("../../docs/journal.md")]
pub mod journal {}

#[doc = include_str!("../../docs/privacy.md")]
pub mod privacy {}

#[doc = include_str!("../../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../../docs/from-sp1.md")]
pub mod from_sp1 {}

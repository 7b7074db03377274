//! The commands, one file each: their options and what they do.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod c_library;
pub(crate) mod completions;
pub(crate) mod debug;
pub(crate) mod disasm;
pub(crate) mod doctor;
pub(crate) mod estimate;
pub(crate) mod id;
pub(crate) mod inspect;
pub(crate) mod man;
pub(crate) mod new;
pub(crate) mod patch;
pub(crate) mod profile;
pub(crate) mod prove;
pub(crate) mod prove_segment;
pub(crate) mod run;
pub(crate) mod stats;
pub(crate) mod test;
pub(crate) mod toolchain;
pub(crate) mod verify;
pub(crate) mod verify_constraints;

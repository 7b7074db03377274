//! The program: what every instruction of it does, as fixed columns.
//!
//! *Proves* that an instruction is the program's. *A row* is an instruction at an address: one for every even address of
//! executable memory at which one begins, since a jump may go to any of these. *Columns:* the fields of [`Fetch`],
//! fixed; how often it is executed, unchecked. *Buses:* provides [`Fetch`]. Rows behind the last instruction hold
//! address 0, where no run goes: the first page is unmapped, and the entry is the program's. *Max degree* 2.
//!
//! What the main table does is said by [`Flags`]; `encode.rs` is the one place where an instruction becomes flags.

#[cfg(feature = "trace")]
mod encode;
mod flags;

use p3_air::WindowAccess;
use zisk_stark::{Interactions, TableBuilder};

use crate::cells::columns;
use crate::messages::Fetch;

#[cfg(feature = "trace")]
pub(crate) use encode::encode;
#[cfg(feature = "trace")]
pub use encode::{Encoded, Immediate};
pub use flags::Flags;
pub(crate) use flags::{FLAG_LABELS, NUM_FLAGS};

columns! {
    /// An instruction.
    pub(crate) struct RomFixed {
        pc: T,
        flags: T,
        code: T,
        rd: T,
        rs1: T,
        rs2: T,
        imm: [T; 3],
        jump: T,
    }
}

columns! {
    /// How often it is executed.
    pub(crate) struct RomColumns {
        multiplicity: T,
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let RomFixed {
        pc,
        flags,
        code,
        rd,
        rs1,
        rs2,
        imm,
        jump,
    } = RomFixed::<B::Expr>::of_variables(builder.preprocessed().current_slice());
    let multiplicity = builder.main().current_slice()[0];
    builder.provide(
        Fetch {
            pc,
            flags,
            code,
            rd,
            rs1,
            rs2,
            imm,
            jump,
        },
        multiplicity,
    );
}

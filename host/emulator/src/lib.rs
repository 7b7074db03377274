//! Executes guest programs.
//!
//! A [`Machine`] holds the whole state of a run: registers, pc, memory, how many instructions were retired.
//! [`Machine::run`] executes up to a given number of instructions and can be called again, so a run can be
//! cut anywhere, checkpointed and replayed in pieces. What a guest says goes to a [`Host`]; what it does can
//! be watched by an [`Observer`], which costs nothing when there is none.
//!
//! A long run is looked at in pieces. [`Machine::count`] runs at full speed and counts what each stretch
//! consists of, so that one can say where to cut. A [`Walker`] goes through the run again, cut by cut, and
//! finds which words of memory each [`Segment`] touches. [`Machine::resume`] repeats one segment with no more
//! than that. [`profile`] tells where a run spends its instructions.
//!
//! A run can also be taken back: a [`History`] keeps checkpoints of it in bounded memory, and what lies between is executed
//! again. An [`Observer`] may stop a run before any instruction.
//!
//! The interpreter exists once, in `interpreter.rs`, and takes the meaning of every instruction from
//! [`zisk_isa`]. A recompiler can replace that one function: it needs the registers, the pre-decoded
//! [code](code::Code) and the memory, and returns one of its exits.

#![deny(
    clippy::wildcard_enum_match_arm,
    reason = "a new instruction must break every match"
)]
#![allow(
    clippy::inline_always,
    reason = "the interpreter is one function on purpose; its speed is measured with these inlined"
)]

pub mod code;
mod coprocessors;
mod counting;
mod history;
mod host;
mod interpreter;
mod machine;
mod memory;
mod observer;
pub mod profile;
mod registers;
mod segment_map;
mod syscalls;
mod trap;
mod walk;

pub use counting::{Counter, Stretch};
pub use history::History;
pub use host::{Host, OutputChannel, OutputLimitReached, RandomnessUnavailable, Recorded, Replayed};
pub use machine::{InputTooLong, Machine, Stop};
pub use memory::{Memory, MemoryFault, MemoryFaultKind};
pub use observer::Observer;
pub use registers::Registers;
pub use segment_map::SegmentMap;
pub use syscalls::{Operand, operands};
pub use trap::{Trap, TrapCause};
pub use walk::{Checkpoint, Segment, TouchedWord, WalkError, Walker};

//! From the bytes of a guest's ELF file to something that can be executed.
//!
//! [`Program`] is what is executed and proven: the entry point and the loadable segments, checked against
//! the memory map. It depends on nothing else in the file, so stripping a guest of its debug information
//! does not make another program of it, unless the linker put the file header, which says where the sections
//! are, into a segment. [`Symbols`] is what people read: function names and source lines
//! for addresses, as far as the file has them.
//!
//! The bytes may come from anybody. Loading ends in a [`Program`] or an [`ElfError`]; looking up symbols
//! ends in an answer that may be empty. Neither panics, and neither allocates more than a fixed multiple of
//! the file's length.

mod elf;
mod program;
mod symbols;

pub use elf::ElfError;
pub use program::{Permissions, Program, Segment};
pub use symbols::{Frame, FunctionSymbol, Location, Symbols};

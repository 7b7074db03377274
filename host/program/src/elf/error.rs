//! Why a file is not a program.

use thiserror::Error;
use zisk_abi::memory::{IMAGE, PAGE_SIZE};

use crate::program::Permissions;

/// The rule that an ELF file breaks.
///
/// Segments are named by their index in the table of program headers, which is the order in which
/// `readelf -lW` lists them, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ElfError {
    /// The file does not begin like an ELF file.
    #[error(
        "not an ELF file: it begins with {found:02x?} where 7f 45 4c 46 is expected; give the executable that `cargo zisk build` makes"
    )]
    NotElf {
        /// The first bytes, at most 4.
        found: Vec<u8>,
    },
    /// The file ends within its header.
    #[error(
        "the ELF header is cut off: the file has {found} bytes and the header alone takes {expected}; build or copy it again"
    )]
    HeaderTruncated {
        /// Length of the file in bytes.
        found: usize,
        /// Length of the header in bytes.
        expected: usize,
    },
    /// Not a file for a 64-bit machine.
    #[error("the ELF class is {found} where 2 (64-bit) is expected; build for riscv64imac-unknown-none-elf")]
    Class {
        /// The class byte.
        found: u8,
    },
    /// Not a little-endian file.
    #[error(
        "the ELF byte order is {found} where 1 (little endian) is expected; build for riscv64imac-unknown-none-elf"
    )]
    ByteOrder {
        /// The data encoding byte.
        found: u8,
    },
    /// An unknown version of the format.
    #[error("the ELF version is {found} where 1 is expected; the file is damaged")]
    Version {
        /// The version.
        found: u32,
    },
    /// A file for another processor.
    #[error(
        "the ELF file is for machine {found} where 243 (RISC-V) is expected; build for riscv64imac-unknown-none-elf"
    )]
    Machine {
        /// The machine number.
        found: u16,
    },
    /// A position independent executable or a shared library.
    #[error(
        "the ELF file is position independent (type 3) where an executable with fixed addresses (type 2) is \
         expected; link statically: `-C relocation-model=static` with rustc, `-static -no-pie` with a C compiler"
    )]
    PositionIndependent,
    /// An object file, a core dump or an unknown type.
    #[error("the ELF type is {found} where 2 (executable) is expected; an object file must be linked first")]
    FileType {
        /// The type.
        found: u16,
    },
    /// Compiled for an ABI that passes floating-point values in registers.
    #[error(
        "the ELF flags {flags:#x} say that a hardware floating-point ABI is used, which the machine (RV64IMAC) does \
         not have; compile with `-march=rv64imac -mabi=lp64`"
    )]
    FloatAbi {
        /// The header's flags.
        flags: u32,
    },
    /// Compiled for the base ISA with 16 registers.
    #[error(
        "the ELF flags {flags:#x} say that the RVE ABI is used where lp64 is expected; compile with `-mabi=lp64`"
    )]
    ReducedRegisters {
        /// The header's flags.
        flags: u32,
    },
    /// Flags whose meaning is not known.
    #[error(
        "the ELF flags {flags:#x} have unknown bits {unknown:#x}; compile with `-march=rv64imac -mabi=lp64`"
    )]
    UnknownFlags {
        /// The header's flags.
        flags: u32,
        /// Those that are not known.
        unknown: u32,
    },
    /// The table of program headers has entries of the wrong size.
    #[error("a program header has {found} bytes where {expected} are expected; the file is damaged")]
    ProgramHeaderSize {
        /// The size in the header.
        found: u16,
        /// The size of a 64-bit program header.
        expected: usize,
    },
    /// More program headers than any linker makes.
    #[error(
        "the file has {found} program headers where at most {max} are allowed; merge segments in the linker script"
    )]
    TooManyProgramHeaders {
        /// The number in the header.
        found: u16,
        /// The limit.
        max: u16,
    },
    /// The table of program headers reaches behind the end of the file.
    #[error(
        "the program headers take {size:#x} bytes from offset {offset:#x} on, but the file has {len:#x} bytes; \
         it was cut off or damaged, so build or copy it again"
    )]
    ProgramHeadersOutsideFile {
        /// File offset of the table.
        offset: u64,
        /// Its size in bytes.
        size: u64,
        /// Length of the file in bytes.
        len: u64,
    },
    /// The program wants an interpreter.
    #[error("segment {segment} names a dynamic loader, and there is none; link statically (`-static`)")]
    Interpreter {
        /// Which program header.
        segment: usize,
    },
    /// The program is dynamically linked.
    #[error(
        "segment {segment} at {start:#x} holds dynamic linking information, and nothing is linked at run time; \
         link statically (`-static -no-pie`)"
    )]
    Dynamic {
        /// Which program header.
        segment: usize,
        /// Its address.
        start: u64,
    },
    /// The program has thread-local variables.
    #[error(
        "segment {segment} at {start:#x} holds {size:#x} bytes of thread-local variables, which nobody would set up: \
         there is one thread and no operating system; use ordinary statics"
    )]
    ThreadLocal {
        /// Which program header.
        segment: usize,
        /// Its address.
        start: u64,
        /// Its size in bytes.
        size: u64,
    },
    /// A segment has more bytes in the file than in memory.
    #[error(
        "segment {segment} at {start:#x} has {file_size:#x} bytes in the file where its {memory_size:#x} bytes of \
         memory are the most; the file is damaged"
    )]
    FileSizeExceedsMemory {
        /// Which program header.
        segment: usize,
        /// Its address.
        start: u64,
        /// Its bytes in the file.
        file_size: u64,
        /// Its bytes in memory.
        memory_size: u64,
    },
    /// A segment's bytes reach behind the end of the file.
    #[error(
        "segment {segment} at {start:#x} takes {size:#x} bytes from file offset {offset:#x} on, but the file has {len:#x} \
         bytes; it was cut off or damaged, so build or copy it again"
    )]
    SegmentOutsideFile {
        /// Which program header.
        segment: usize,
        /// Its address.
        start: u64,
        /// File offset of its bytes.
        offset: u64,
        /// How many there are.
        size: u64,
        /// Length of the file in bytes.
        len: u64,
    },
    /// A segment lies where programs may not.
    #[error(
        "segment {segment} takes {size:#x} bytes from {start:#x} on, which is not inside the image region \
         {image_start:#x}..{image_end:#x}; change the base address in the linker script, or make static data smaller \
         and take large buffers from the heap",
        image_start = IMAGE.start, image_end = IMAGE.end
    )]
    OutsideImage {
        /// Which program header.
        segment: usize,
        /// Its address.
        start: u64,
        /// Its size in memory, in bytes.
        size: u64,
    },
    /// A segment could be changed and executed.
    #[error(
        "segment {segment} at {start:#x}..{end:#x} is both writable and executable; put code and writable data into \
         segments of their own (link without `-N`, `--omagic` and `-z execstack`)"
    )]
    WritableAndExecutable {
        /// Which program header.
        segment: usize,
        /// Its first address.
        start: u64,
        /// First address behind it.
        end: u64,
    },
    /// Code starts at an odd address.
    #[error(
        "executable segment {segment} starts at {start:#x} where an even address is expected; align it in the linker script"
    )]
    ExecutableMisaligned {
        /// Which program header.
        segment: usize,
        /// Its address.
        start: u64,
    },
    /// Two segments share a page.
    #[error(
        "segments {first} ({first_start:#x}..{first_end:#x}) and {second} ({second_start:#x}..{second_end:#x}) share a \
         page of {PAGE_SIZE:#x} bytes, for which only one of them can give the permissions; start each segment on a page \
         of its own (`. = ALIGN({PAGE_SIZE:#x})` in the linker script, or `-z separate-code`)"
    )]
    Overlap {
        /// Which program header has the lower address.
        first: usize,
        /// Its first address.
        first_start: u64,
        /// First address behind it.
        first_end: u64,
        /// Which program header has the higher address.
        second: usize,
        /// Its first address.
        second_start: u64,
        /// First address behind it.
        second_end: u64,
    },
    /// The segments together have more bytes than the file.
    #[error(
        "the segments take {total:#x} bytes from a file of {len:#x} bytes, so some share bytes; the file is damaged"
    )]
    SharedFileBytes {
        /// Sum of the segments' bytes in the file.
        total: u64,
        /// Length of the file in bytes.
        len: u64,
    },
    /// Nothing is to be loaded.
    #[error("the file has no segment to load; link it as an executable")]
    NoSegments,
    /// The entry point is at an odd address.
    #[error(
        "the entry point {entry:#x} is odd, but instructions lie on even addresses; check the linker's `--entry`"
    )]
    EntryMisaligned {
        /// The entry point.
        entry: u64,
    },
    /// The entry point is in no segment.
    #[error(
        "the entry point {entry:#x} is in no segment; name an existing symbol with `ENTRY` or `--entry` (usually `_start`)"
    )]
    EntryOutsideSegments {
        /// The entry point.
        entry: u64,
    },
    /// The entry point is among data.
    #[error(
        "the entry point {entry:#x} is in segment {segment} with permissions {permissions} where an executable one is \
         expected; name a function with `ENTRY` or `--entry` (usually `_start`)"
    )]
    EntryNotExecutable {
        /// The entry point.
        entry: u64,
        /// The program header of the segment that it lies in.
        segment: usize,
        /// Permissions of that segment.
        permissions: Permissions,
    },
    /// The entry point is in the zero-filled part of a segment.
    #[error(
        "the entry point {entry:#x} is in segment {segment}, but behind its code, which ends at {data_end:#x}; name a \
         function with `ENTRY` or `--entry` (usually `_start`)"
    )]
    EntryZeroFilled {
        /// The entry point.
        entry: u64,
        /// The program header of the segment that it lies in.
        segment: usize,
        /// First address behind the segment's bytes in the file.
        data_end: u64,
    },
}

//! The loaded form of a guest.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use zisk_abi::memory::PAGE_SIZE;
use zisk_isa::Decoded;

use crate::elf::{self, ElfError};

/// A guest program: where it starts, and what its memory holds at the start.
///
/// Two files with equal loadable content give equal programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    entry: u64,
    segments: Vec<Segment>,
}

impl Program {
    /// `segments` are ordered by address and share no page; `entry` lies in an executable one.
    pub(crate) fn new(entry: u64, segments: Vec<Segment>) -> Self {
        Self { entry, segments }
    }

    /// Loads an ELF file: a statically linked RV64IMAC executable whose segments lie in
    /// [`IMAGE`](zisk_abi::memory::IMAGE), share no page, and are never both writable and executable.
    ///
    /// Only the file header and the program headers are read, so damaged sections or debug information do
    /// no harm. The bytes of the segments are copied once; zero-filled memory is not allocated.
    ///
    /// # Errors
    /// For the first rule that the file breaks; [`ElfError`] lists them.
    pub fn from_elf(bytes: &[u8]) -> Result<Self, ElfError> {
        elf::load(bytes)
    }

    /// Address of the first instruction: even, and within the data of an executable segment.
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// The segments in the order of their addresses. There is at least one.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segments that instructions may be fetched from, in the order of their addresses.
    pub fn executable_segments(&self) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(|segment| segment.permissions.execute)
    }
}

/// A range of memory with one set of permissions.
///
/// Its [`data`](Self::data) lies at its start. Everything else in the pages that it touches is zero.
#[derive(Clone, PartialEq, Eq)]
pub struct Segment {
    start: u64,
    size: u64,
    data: Arc<[u8]>,
    permissions: Permissions,
}

impl Segment {
    /// `data` is no longer than `size`, and the range ends within the address space.
    pub(crate) fn new(start: u64, size: u64, data: Arc<[u8]>, permissions: Permissions) -> Self {
        Self {
            start,
            size,
            data,
            permissions,
        }
    }

    /// First address. Not necessarily on a page boundary, but even if the segment is executable.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Size in memory, in bytes: at least 1, and at least the length of [`data`](Self::data).
    pub fn size(&self) -> u64 {
        self.size
    }

    /// First address behind the segment.
    pub fn end(&self) -> u64 {
        self.start + self.size
    }

    /// The bytes at the segment's start; the rest of it is zero.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The instruction at every even offset of the data, in order: a jump may go to any of them. `None`
    /// where there is none, also where one would reach beyond the data. This is the segment's code as it is
    /// executed and proven.
    pub fn instructions(&self) -> impl ExactSizeIterator<Item = Option<Decoded>> + '_ {
        (0..self.data.len() / 2).map(|index| {
            let bytes = &self.data[2 * index..];
            let mut bits = [0; 4];
            let available = bytes.len().min(bits.len());
            bits[..available].copy_from_slice(&bytes[..available]);
            zisk_isa::decode(u32::from_le_bytes(bits)).filter(|decoded| usize::from(decoded.len) <= available)
        })
    }

    /// What a guest may do with the segment's pages.
    pub fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// The whole pages that the segment touches; no other segment touches any of them.
    pub fn mapped_range(&self) -> Range<u64> {
        let start = self.start - self.start % PAGE_SIZE;
        start..self.end().next_multiple_of(PAGE_SIZE)
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            start,
            size: _,
            data,
            permissions,
        } = self;
        write!(
            f,
            "Segment({start:#x}..{:#x} {permissions}, {} bytes of data)",
            self.end(),
            data.len()
        )
    }
}

/// What a guest may do with a page. Displayed like `r-x`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Permissions {
    /// Loads.
    pub read: bool,
    /// Stores. Never together with `execute`.
    pub write: bool,
    /// Instruction fetches.
    pub execute: bool,
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |is_allowed, letter| if is_allowed { letter } else { '-' };
        write!(
            f,
            "{}{}{}",
            letter(self.read, 'r'),
            letter(self.write, 'w'),
            letter(self.execute, 'x')
        )
    }
}

//! Guest memory.
//!
//! One flat mapping covers the address space up to the end of the input region. The operating system backs it
//! with zero pages on first touch, so it costs what the guest uses; an allocator might clear all of it. A byte per page says whether
//! reads or writes may take the fast path; all are clear at the start. The first access to a page finds it
//! clear, asks the memory map, and sets it. That gives permissions, guard pages and the count of touched
//! pages for one table look-up. Whoever wants to see first accesses again clears entries, as
//! [`Memory::take_touched_pages`] does.

use std::alloc::{Layout, handle_alloc_error};

use memmap2::MmapMut;
use thiserror::Error;
use zisk_abi::memory::{ADDRESS_SPACE_END, HEAP, IMAGE, INPUT, LOG_PAGE_SIZE, PAGE_SIZE, STACK};
use zisk_program::{Permissions, Program};

/// May be read on the fast path.
const READ: u8 = 1;
/// May be written on the fast path.
const WRITE: u8 = 2;
/// Was accessed before. Stays when the other two are cleared.
const SEEN: u8 = 4;

const NUM_PAGES: usize = (ADDRESS_SPACE_END >> LOG_PAGE_SIZE) as usize;

/// How many 64-bit words the guest's memory has.
pub(crate) const NUM_WORDS: usize = INPUT.end as usize / 8;

/// What a page holds.
pub(crate) type Page = [u8; PAGE_SIZE as usize];

/// A range of whole pages and what the guest may do there.
#[derive(Clone, Debug)]
struct Mapping {
    start: u64,
    end: u64,
    permissions: Permissions,
}

/// An access that the memory map does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{kind} of {len} bytes at {address:#x}")]
pub struct MemoryFault {
    /// First address of the access.
    pub address: u64,
    /// Its length in bytes.
    pub len: u64,
    /// What was wrong.
    pub kind: MemoryFaultKind,
}

/// Why an access is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MemoryFaultKind {
    /// Nothing is mapped there.
    #[error("read from unmapped memory")]
    ReadUnmapped,
    /// Nothing is mapped there.
    #[error("write to unmapped memory")]
    WriteUnmapped,
    /// The page may not be read.
    #[error("read from memory without read permission")]
    ReadForbidden,
    /// The page is read-only: program code, constants or the input.
    #[error("write to read-only memory")]
    WriteForbidden,
    /// The access is in the guard beneath the stack.
    #[error("stack overflow: access to the guard beneath the stack")]
    StackOverflow,
    /// The access is in the first page, where nothing ever is.
    #[error("null pointer: access to the first page")]
    NullPointer,
    /// An atomic access whose address is not a multiple of its width.
    #[error("misaligned atomic access")]
    MisalignedAtomic,
    /// A coprocessor's operand whose address is not a multiple of 8.
    #[error("misaligned coprocessor operand")]
    MisalignedOperand,
}

/// As many zeros, which cost nothing until they are looked at.
pub(crate) fn zeros(len: usize) -> MmapMut {
    let layout = || Layout::from_size_align(len, PAGE_SIZE as usize).unwrap_or(Layout::new::<MmapMut>());
    MmapMut::map_anon(len).unwrap_or_else(|_| handle_alloc_error(layout()))
}

/// The guest's memory.
pub struct Memory {
    bytes: MmapMut,
    ready: Box<[u8]>,
    mappings: Vec<Mapping>,
    misaligned: u64,
    /// Pages that were accessed since they were last asked for.
    touched: Vec<u32>,
    /// How many pages were ever accessed.
    num_seen: u64,
}

impl Memory {
    /// The memory that `program` starts with, and `input` (already encoded) at the input region. The caller
    /// has checked that it fits.
    pub(crate) fn new(program: &Program, input: &[u8]) -> Self {
        let mut memory = Self::empty(program);
        let contents = program
            .segments()
            .iter()
            .map(|segment| (segment.start(), segment.data()));
        for (start, data) in contents.chain([(INPUT.start, input)]) {
            let start = start as usize;
            memory.bytes[start..start + data.len()].copy_from_slice(data);
        }
        memory
    }

    /// Memory that may be accessed as that of `program`, but is all zero.
    pub(crate) fn empty(program: &Program) -> Self {
        let data = Permissions {
            read: true,
            write: true,
            execute: false,
        };
        let input = Permissions {
            read: true,
            write: false,
            execute: false,
        };
        let segments = program.segments().iter().map(|segment| Mapping {
            start: segment.mapped_range().start,
            end: segment.mapped_range().end,
            permissions: segment.permissions(),
        });
        let regions = [(STACK, data), (HEAP, data), (INPUT, input)].map(|(region, permissions)| Mapping {
            start: region.start,
            end: region.end,
            permissions,
        });
        Self {
            bytes: zeros(INPUT.end as usize),
            ready: vec![0; NUM_PAGES].into_boxed_slice(),
            mappings: segments.chain(regions).collect(),
            misaligned: 0,
            touched: Vec::new(),
            num_seen: 0,
        }
    }

    /// How many loads and stores had an address that is not a multiple of their width.
    pub fn misaligned_accesses(&self) -> u64 {
        self.misaligned
    }

    /// How many bytes the pages have that the guest read or wrote, instruction fetches apart.
    pub fn touched_bytes(&self) -> u64 {
        self.num_seen * PAGE_SIZE
    }

    /// The pages, by their number, that the guest accessed since this was last asked, loads, stores and what system calls
    /// read alike, ascending.
    pub(crate) fn take_touched_pages(&mut self) -> Vec<u32> {
        let mut pages = std::mem::take(&mut self.touched);
        pages.sort_unstable();
        for page in &pages {
            self.ready[*page as usize] = SEEN;
        }
        pages
    }

    /// The pages, by their number, that the guest wrote since this or the above was last asked, ascending.
    pub(crate) fn take_written_pages(&mut self) -> Vec<u32> {
        let mut pages = std::mem::take(&mut self.touched);
        pages.retain(|page| {
            let ready = &mut self.ready[*page as usize];
            let is_written = *ready & WRITE != 0;
            *ready = SEEN;
            is_written
        });
        pages.sort_unstable();
        pages
    }

    /// What a page holds, whoever may read it; nothing if there is no such page. Nothing is counted.
    pub(crate) fn page(&self, page: u32) -> Option<&Page> {
        self.bytes.as_chunks().0.get(page as usize)
    }

    /// Puts other content in a page, whoever may write it. Nothing is counted.
    pub(crate) fn set_page(&mut self, page: u32, content: &Page) {
        if let Some(bytes) = self.bytes.as_chunks_mut().0.get_mut(page as usize) {
            *bytes = *content;
        }
    }

    /// The word at eight times `index`, whoever may read it; 0 if there is none. Nothing is counted.
    #[inline]
    pub fn word(&self, index: u32) -> u64 {
        let words = self.bytes.as_chunks().0;
        words
            .get(index as usize)
            .map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// Puts a value in the word at eight times `index`, whoever may write it. Nothing is counted.
    pub(crate) fn set_word(&mut self, index: u32, value: u64) {
        if let Some(bytes) = self.bytes.as_chunks_mut().0.get_mut(index as usize) {
            *bytes = value.to_le_bytes();
        }
    }

    /// The bytes of a range, as a debugger or a test would look at them: nothing is counted.
    ///
    /// # Errors
    /// When the guest could not read all of the range itself.
    pub fn peek(&self, address: u64, len: u64) -> Result<&[u8], MemoryFault> {
        self.check(address, len, READ)?;
        Ok(&self.bytes[address as usize..(address + len) as usize])
    }

    /// Reads `width` bytes as a little-endian, zero-extended value.
    #[inline(always)]
    pub(crate) fn load<const BYTES: usize>(&mut self, address: u64) -> Result<u64, MemoryFault> {
        if self.is_fast::<BYTES>(address, READ)
            && let Some(bytes) = self
                .bytes
                .get(address as usize..)
                .and_then(<[u8]>::first_chunk::<BYTES>)
        {
            return Ok(widen(*bytes));
        }
        self.load_slow::<BYTES>(address)
    }

    /// Writes the low bytes of `value`.
    #[inline(always)]
    pub(crate) fn store<const BYTES: usize>(&mut self, address: u64, value: u64) -> Result<(), MemoryFault> {
        if self.is_fast::<BYTES>(address, WRITE)
            && let Some(bytes) = self
                .bytes
                .get_mut(address as usize..)
                .and_then(<[u8]>::first_chunk_mut::<BYTES>)
        {
            bytes.copy_from_slice(&value.to_le_bytes()[..BYTES]);
            return Ok(());
        }
        self.store_slow::<BYTES>(address, value)
    }

    /// Checks that an atomic access is aligned.
    #[inline(always)]
    pub(crate) fn check_atomic<const BYTES: usize>(address: u64) -> Result<(), MemoryFault> {
        if address & (BYTES as u64 - 1) == 0 {
            return Ok(());
        }
        Err(MemoryFault {
            address,
            len: BYTES as u64,
            kind: MemoryFaultKind::MisalignedAtomic,
        })
    }

    /// The bytes of a range that the guest named in a system call.
    pub(crate) fn read(&mut self, address: u64, len: u64) -> Result<&[u8], MemoryFault> {
        self.touch(address, len, READ)?;
        Ok(&self.bytes[address as usize..(address + len) as usize])
    }

    /// The bytes of 64-bit words that the guest named in a system call.
    pub(crate) fn read_words(&mut self, address: u64, len: u64) -> Result<&[u8], MemoryFault> {
        check_aligned(address, len)?;
        self.read(address, len)
    }

    /// The bytes of 64-bit words that a coprocessor reads and writes.
    pub(crate) fn modify_words(&mut self, address: u64, len: u64) -> Result<&mut [u8], MemoryFault> {
        check_aligned(address, len)?;
        self.touch(address, len, READ)?;
        self.touch(address, len, WRITE)?;
        Ok(&mut self.bytes[address as usize..(address + len) as usize])
    }

    #[inline(always)]
    fn is_fast<const BYTES: usize>(&self, address: u64, access: u8) -> bool {
        address & (BYTES as u64 - 1) == 0
            && self
                .ready
                .get((address >> LOG_PAGE_SIZE) as usize)
                .is_some_and(|ready| ready & access != 0)
    }

    #[cold]
    #[inline(never)]
    fn load_slow<const BYTES: usize>(&mut self, address: u64) -> Result<u64, MemoryFault> {
        self.touch(address, BYTES as u64, READ)?;
        self.misaligned += u64::from(address & (BYTES as u64 - 1) != 0);
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(&self.bytes[address as usize..address as usize + BYTES]);
        Ok(widen(bytes))
    }

    #[cold]
    #[inline(never)]
    fn store_slow<const BYTES: usize>(&mut self, address: u64, value: u64) -> Result<(), MemoryFault> {
        self.touch(address, BYTES as u64, WRITE)?;
        self.misaligned += u64::from(address & (BYTES as u64 - 1) != 0);
        self.bytes[address as usize..address as usize + BYTES].copy_from_slice(&value.to_le_bytes()[..BYTES]);
        Ok(())
    }

    /// Checks a range and opens the fast path for its pages.
    fn touch(&mut self, address: u64, len: u64, access: u8) -> Result<(), MemoryFault> {
        self.check(address, len, access)?;
        if len > 0 {
            let last = address + len - 1;
            for page in address >> LOG_PAGE_SIZE..=last >> LOG_PAGE_SIZE {
                let ready = &mut self.ready[page as usize];
                if *ready & (READ | WRITE) == 0 {
                    self.touched.push(page as u32);
                    self.num_seen += u64::from(*ready & SEEN == 0);
                }
                *ready |= SEEN | access;
            }
        }
        Ok(())
    }

    /// Whether the guest may access every byte of a range.
    fn check(&self, address: u64, len: u64, access: u8) -> Result<(), MemoryFault> {
        let fault = |at, kind| MemoryFault {
            address: at,
            len,
            kind,
        };
        let end = address.checked_add(len).filter(|&end| end <= ADDRESS_SPACE_END);
        let end = end.ok_or(fault(address, unmapped(address, access)))?;
        let mut at = address;
        while at < end {
            let mapping = self
                .mappings
                .iter()
                .find(|mapping| mapping.start <= at && at < mapping.end);
            let mapping = mapping.ok_or(fault(address, unmapped(at, access)))?;
            match access {
                WRITE if !mapping.permissions.write => {
                    return Err(fault(address, MemoryFaultKind::WriteForbidden));
                }
                READ if !mapping.permissions.read => {
                    return Err(fault(address, MemoryFaultKind::ReadForbidden));
                }
                _ => at = mapping.end,
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory")
            .field("touched_bytes", &self.touched_bytes())
            .finish_non_exhaustive()
    }
}

fn unmapped(address: u64, access: u8) -> MemoryFaultKind {
    if address < PAGE_SIZE {
        MemoryFaultKind::NullPointer
    } else if (IMAGE.end..STACK.start).contains(&address) {
        MemoryFaultKind::StackOverflow
    } else if access == WRITE {
        MemoryFaultKind::WriteUnmapped
    } else {
        MemoryFaultKind::ReadUnmapped
    }
}

fn check_aligned(address: u64, len: u64) -> Result<(), MemoryFault> {
    if address.is_multiple_of(8) {
        return Ok(());
    }
    Err(MemoryFault {
        address,
        len,
        kind: MemoryFaultKind::MisalignedOperand,
    })
}

#[inline(always)]
fn widen<const BYTES: usize>(bytes: [u8; BYTES]) -> u64 {
    let mut wide = [0; 8];
    wide[..BYTES].copy_from_slice(&bytes);
    u64::from_le_bytes(wide)
}

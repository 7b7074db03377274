//! Which program headers become segments, and the rules that they obey.

use std::sync::Arc;

use goblin::elf::program_header::{PT_DYNAMIC, PT_INTERP, PT_LOAD, PT_TLS, ProgramHeader};
use zisk_abi::memory::{IMAGE, PAGE_SIZE};

use super::ElfError;
use crate::program::{Permissions, Segment};

/// A segment to be loaded, all of whose own numbers were checked.
pub(super) struct Load {
    /// Index in the table of program headers.
    number: usize,
    start: u64,
    size: u64,
    file_offset: u64,
    file_size: u64,
    permissions: Permissions,
}

impl Load {
    fn end(&self) -> u64 {
        self.start + self.size
    }

    pub(super) fn to_segment(&self, bytes: &[u8]) -> Segment {
        let data = file_range(bytes, self.file_offset, self.file_size).unwrap_or_default();
        Segment::new(self.start, self.size, Arc::from(data), self.permissions)
    }
}

/// The `size` bytes of the file from `offset` on, if it has them.
pub(super) fn file_range(bytes: &[u8], offset: u64, size: u64) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    bytes.get(start..)?.get(..usize::try_from(size).ok()?)
}

/// Picks what is to be loaded, ordered by address, and checks it: each segment alone, then all together.
pub(super) fn select(bytes: &[u8], program_headers: &[ProgramHeader]) -> Result<Vec<Load>, ElfError> {
    let mut loads = Vec::with_capacity(program_headers.len());
    for (number, header) in program_headers.iter().enumerate() {
        loads.extend(check(bytes, number, header)?);
    }
    if loads.is_empty() {
        return Err(ElfError::NoSegments);
    }
    // Each size is at most the file's length and there are at most 64, so the sum does not overflow.
    let total = loads.iter().map(|load| load.file_size).sum();
    if total > bytes.len() as u64 {
        return Err(ElfError::SharedFileBytes {
            total,
            len: bytes.len() as u64,
        });
    }
    loads.sort_by_key(|load| load.start);
    for pair in loads.windows(2) {
        check_apart(&pair[0], &pair[1])?;
    }
    Ok(loads)
}

/// What does not concern a guest (notes, stack flags, ELF attributes, unknown types) is passed over.
fn check(bytes: &[u8], segment: usize, header: &ProgramHeader) -> Result<Option<Load>, ElfError> {
    match header.p_type {
        PT_LOAD => check_load(bytes, segment, header),
        PT_INTERP => Err(ElfError::Interpreter { segment }),
        PT_DYNAMIC => Err(ElfError::Dynamic {
            segment,
            start: header.p_vaddr,
        }),
        PT_TLS if header.p_memsz > 0 => Err(ElfError::ThreadLocal {
            segment,
            start: header.p_vaddr,
            size: header.p_memsz,
        }),
        _ => Ok(None),
    }
}

fn check_load(bytes: &[u8], segment: usize, header: &ProgramHeader) -> Result<Option<Load>, ElfError> {
    let &ProgramHeader {
        p_vaddr: start,
        p_memsz: size,
        p_offset: file_offset,
        p_filesz: file_size,
        ..
    } = header;
    if file_size > size {
        return Err(ElfError::FileSizeExceedsMemory {
            segment,
            start,
            file_size,
            memory_size: size,
        });
    }
    if size == 0 {
        return Ok(None);
    }
    if file_range(bytes, file_offset, file_size).is_none() {
        let len = bytes.len() as u64;
        return Err(ElfError::SegmentOutsideFile {
            segment,
            start,
            offset: file_offset,
            size: file_size,
            len,
        });
    }
    if !IMAGE.contains_range(start, size) {
        return Err(ElfError::OutsideImage { segment, start, size });
    }
    let permissions = Permissions {
        read: header.is_read(),
        write: header.is_write(),
        execute: header.is_executable(),
    };
    if permissions.write && permissions.execute {
        return Err(ElfError::WritableAndExecutable {
            segment,
            start,
            end: start + size,
        });
    }
    if permissions.execute && !start.is_multiple_of(2) {
        return Err(ElfError::ExecutableMisaligned { segment, start });
    }
    Ok(Some(Load {
        number: segment,
        start,
        size,
        file_offset,
        file_size,
        permissions,
    }))
}

/// Permissions are given by page, so segments that share one overlap even if no byte is in both.
fn check_apart(first: &Load, second: &Load) -> Result<(), ElfError> {
    if (first.end() - 1) / PAGE_SIZE < second.start / PAGE_SIZE {
        return Ok(());
    }
    Err(ElfError::Overlap {
        first: first.number,
        first_start: first.start,
        first_end: first.end(),
        second: second.number,
        second_start: second.start,
        second_end: second.end(),
    })
}

/// The first instruction must be one that the file brings.
pub(super) fn check_entry(entry: u64, loads: &[Load]) -> Result<(), ElfError> {
    let Some(load) = loads
        .iter()
        .find(|load| load.start <= entry && entry < load.end())
    else {
        return Err(ElfError::EntryOutsideSegments { entry });
    };
    if !load.permissions.execute {
        let &Load {
            number: segment,
            permissions,
            ..
        } = load;
        return Err(ElfError::EntryNotExecutable {
            entry,
            segment,
            permissions,
        });
    }
    let data_end = load.start + load.file_size;
    if entry >= data_end {
        return Err(ElfError::EntryZeroFilled {
            entry,
            segment: load.number,
            data_end,
        });
    }
    if !entry.is_multiple_of(2) {
        return Err(ElfError::EntryMisaligned { entry });
    }
    Ok(())
}

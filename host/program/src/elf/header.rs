//! The file header and the table of program headers.

use goblin::container::{Container, Ctx, Endian};
use goblin::elf::header::header64::{Header, SIZEOF_EHDR};
use goblin::elf::header::{
    EI_CLASS, EI_DATA, EI_VERSION, ELFCLASS64, ELFDATA2LSB, ELFMAG, EM_RISCV, ET_DYN, ET_EXEC, EV_CURRENT,
};
use goblin::elf::program_header::ProgramHeader;
use goblin::elf::program_header::program_header64::SIZEOF_PHDR;

use super::ElfError;

/// Linkers make about ten at most.
const MAX_PROGRAM_HEADERS: u16 = 64;

/// Flags of RISC-V files, from the RISC-V ELF psABI, "File Header".
mod flags {
    /// Compressed instructions may be used.
    pub(super) const RVC: u32 = 0x1;
    /// The field of the floating-point ABI; 0 is the soft-float one.
    pub(super) const FLOAT_ABI: u32 = 0x6;
    /// The ABI for 16 registers.
    pub(super) const RVE: u32 = 0x8;
    /// Total store ordering is needed; with one hart every order is total.
    pub(super) const TSO: u32 = 0x10;
}

/// Parses the file header and checks that it is one of a RV64IMAC executable.
pub(super) fn parse(bytes: &[u8]) -> Result<Header, ElfError> {
    if !bytes.starts_with(ELFMAG) {
        return Err(ElfError::NotElf {
            found: bytes.iter().copied().take(ELFMAG.len()).collect(),
        });
    }
    let truncated = ElfError::HeaderTruncated {
        found: bytes.len(),
        expected: SIZEOF_EHDR,
    };
    let Some(bytes) = bytes.first_chunk::<SIZEOF_EHDR>() else {
        return Err(truncated);
    };
    // These two decide how the rest is laid out.
    if bytes[EI_CLASS] != ELFCLASS64 {
        return Err(ElfError::Class {
            found: bytes[EI_CLASS],
        });
    }
    if bytes[EI_DATA] != ELFDATA2LSB {
        return Err(ElfError::ByteOrder {
            found: bytes[EI_DATA],
        });
    }
    let header = Header::parse(bytes).map_err(|_| truncated)?;
    check_kind(&header)?;
    check_flags(header.e_flags)?;
    Ok(header)
}

fn check_kind(header: &Header) -> Result<(), ElfError> {
    for version in [u32::from(header.e_ident[EI_VERSION]), header.e_version] {
        if version != u32::from(EV_CURRENT) {
            return Err(ElfError::Version { found: version });
        }
    }
    if header.e_machine != EM_RISCV {
        return Err(ElfError::Machine {
            found: header.e_machine,
        });
    }
    match header.e_type {
        ET_EXEC => Ok(()),
        ET_DYN => Err(ElfError::PositionIndependent),
        found => Err(ElfError::FileType { found }),
    }
}

fn check_flags(flags: u32) -> Result<(), ElfError> {
    if flags & flags::FLOAT_ABI != 0 {
        return Err(ElfError::FloatAbi { flags });
    }
    if flags & flags::RVE != 0 {
        return Err(ElfError::ReducedRegisters { flags });
    }
    match flags & !(flags::RVC | flags::TSO) {
        0 => Ok(()),
        unknown => Err(ElfError::UnknownFlags { flags, unknown }),
    }
}

/// Parses the table of program headers, checking that it lies in the file.
pub(super) fn program_headers(bytes: &[u8], header: &Header) -> Result<Vec<ProgramHeader>, ElfError> {
    if header.e_phnum == 0 {
        return Err(ElfError::NoSegments);
    }
    if usize::from(header.e_phentsize) != SIZEOF_PHDR {
        return Err(ElfError::ProgramHeaderSize {
            found: header.e_phentsize,
            expected: SIZEOF_PHDR,
        });
    }
    if header.e_phnum > MAX_PROGRAM_HEADERS {
        return Err(ElfError::TooManyProgramHeaders {
            found: header.e_phnum,
            max: MAX_PROGRAM_HEADERS,
        });
    }
    let size = SIZEOF_PHDR * usize::from(header.e_phnum);
    let outside = ElfError::ProgramHeadersOutsideFile {
        offset: header.e_phoff,
        size: size as u64,
        len: bytes.len() as u64,
    };
    let Some(table) = super::segments::file_range(bytes, header.e_phoff, size as u64) else {
        return Err(outside);
    };
    let layout = Ctx::new(Container::Big, Endian::Little);
    ProgramHeader::parse(table, 0, header.e_phnum.into(), layout).map_err(|_| outside)
}

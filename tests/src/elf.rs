//! Writes minimal ELF executables.

use goblin::elf::header::header64::{Header, SIZEOF_EHDR};
use goblin::elf::header::{
    EI_CLASS, EI_DATA, EI_VERSION, ELFCLASS64, ELFDATA2LSB, ELFMAG, EM_RISCV, ET_EXEC,
};
use goblin::elf::program_header::PT_LOAD;
use goblin::elf::program_header::program_header64::{ProgramHeader, SIZEOF_PHDR};
use scroll::Pwrite;

pub use goblin::elf::program_header::{PF_R, PF_W, PF_X};

/// One loadable segment.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Address of the first byte; a multiple of the page size.
    pub start: u64,
    /// The bytes.
    pub data: Vec<u8>,
    /// Size in memory in bytes, at least as long as the data.
    pub size: u64,
    /// [`PF_R`], [`PF_W`] and [`PF_X`].
    pub flags: u32,
}

impl Segment {
    /// Code: readable and executable.
    pub fn code(start: u64, data: Vec<u8>) -> Self {
        Self {
            start,
            size: data.len() as u64,
            data,
            flags: PF_R | PF_X,
        }
    }

    /// Variables: readable and writable.
    pub fn data(start: u64, data: Vec<u8>) -> Self {
        Self {
            start,
            size: data.len() as u64,
            data,
            flags: PF_R | PF_W,
        }
    }
}

/// `e_flags`: the code has compressed instructions (RISC-V ELF psABI, section "File Header").
const EF_RISCV_RVC: u32 = 1;

/// File offsets of segments are multiples of this, as their addresses are.
const ALIGN: usize = 0x1000;

/// A statically linked RISC-V executable with these segments.
///
/// # Panics
/// Never for buffers that fit memory: every header is written inside the space made for it.
pub fn executable(entry: u64, segments: &[Segment]) -> Vec<u8> {
    let mut file = vec![0; SIZEOF_EHDR + segments.len() * SIZEOF_PHDR];
    for (index, segment) in segments.iter().enumerate() {
        file.resize(file.len().next_multiple_of(ALIGN), 0);
        let header = ProgramHeader {
            p_type: PT_LOAD,
            p_flags: segment.flags,
            p_offset: file.len() as u64,
            p_vaddr: segment.start,
            p_paddr: segment.start,
            p_filesz: segment.data.len() as u64,
            p_memsz: segment.size,
            p_align: ALIGN as u64,
        };
        file.pwrite_with(header, SIZEOF_EHDR + index * SIZEOF_PHDR, scroll::LE)
            .expect("space was made");
        file.extend_from_slice(&segment.data);
    }
    let mut e_ident = [0; 16];
    e_ident[..ELFMAG.len()].copy_from_slice(ELFMAG);
    e_ident[EI_CLASS] = ELFCLASS64;
    e_ident[EI_DATA] = ELFDATA2LSB;
    e_ident[EI_VERSION] = 1;
    let header = Header {
        e_ident,
        e_type: ET_EXEC,
        e_machine: EM_RISCV,
        e_version: 1,
        e_entry: entry,
        e_phoff: SIZEOF_EHDR as u64,
        e_ehsize: SIZEOF_EHDR as u16,
        e_phentsize: SIZEOF_PHDR as u16,
        e_phnum: segments.len() as u16,
        e_flags: EF_RISCV_RVC,
        ..Header::default()
    };
    file.pwrite_with(header, 0, scroll::LE).expect("space was made");
    file
}

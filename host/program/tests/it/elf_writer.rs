//! Assembles ELF files from a description, and overwrites single header fields by name.

use goblin::elf::header::{EM_RISCV, ET_EXEC};
use goblin::elf::program_header::{PF_R, PF_W, PF_X, PT_LOAD};
use goblin::elf::section_header::{SHF_EXECINSTR, SHT_PROGBITS, SHT_STRTAB, SHT_SYMTAB};

pub(crate) const FILE_HEADER_SIZE: usize = 64;
pub(crate) const PROGRAM_HEADER_SIZE: usize = 56;
pub(crate) const SECTION_HEADER_SIZE: usize = 64;

/// Name, offset and size of a header's fields.
type Fields = &'static [(&'static str, usize, usize)];

pub(crate) const FILE_HEADER: Fields = &[
    ("magic", 0, 4),
    ("class", 4, 1),
    ("data", 5, 1),
    ("ident_version", 6, 1),
    ("os_abi", 7, 1),
    ("abi_version", 8, 1),
    ("padding", 9, 7),
    ("type", 16, 2),
    ("machine", 18, 2),
    ("version", 20, 4),
    ("entry", 24, 8),
    ("phoff", 32, 8),
    ("shoff", 40, 8),
    ("flags", 48, 4),
    ("ehsize", 52, 2),
    ("phentsize", 54, 2),
    ("phnum", 56, 2),
    ("shentsize", 58, 2),
    ("shnum", 60, 2),
    ("shstrndx", 62, 2),
];

pub(crate) const PROGRAM_HEADER: Fields = &[
    ("type", 0, 4),
    ("flags", 4, 4),
    ("offset", 8, 8),
    ("vaddr", 16, 8),
    ("paddr", 24, 8),
    ("filesz", 32, 8),
    ("memsz", 40, 8),
    ("align", 48, 8),
];

/// A program header and the bytes that it refers to.
#[derive(Clone)]
pub(crate) struct SegmentSpec {
    pub(crate) kind: u32,
    pub(crate) flags: u32,
    pub(crate) start: u64,
    pub(crate) size: u64,
    pub(crate) data: Vec<u8>,
}

/// Whose name is empty is a section without use.
#[derive(Clone)]
pub(crate) struct SectionSpec {
    pub(crate) name: String,
    pub(crate) kind: u32,
    pub(crate) flags: u64,
    pub(crate) address: u64,
    pub(crate) size: Option<u64>,
    pub(crate) link: u32,
    pub(crate) data: Vec<u8>,
}

impl SectionSpec {
    pub(crate) fn new(name: &str, data: Vec<u8>) -> Self {
        let name = name.to_owned();
        Self {
            name,
            kind: SHT_PROGBITS,
            flags: 0,
            address: 0,
            size: None,
            link: 0,
            data,
        }
    }

    /// Code whose bytes do not matter.
    pub(crate) fn code(address: u64, size: u64) -> Self {
        let flags = u64::from(SHF_EXECINSTR);
        Self {
            flags,
            address,
            size: Some(size),
            ..Self::new(".text", Vec::new())
        }
    }
}

/// An entry of the symbol table. `section` counts from 1 in the order of [`ElfSpec::sections`].
pub(crate) struct SymbolSpec {
    pub(crate) name: &'static str,
    pub(crate) bind: u8,
    pub(crate) kind: u8,
    pub(crate) section: u16,
    pub(crate) value: u64,
    pub(crate) size: u64,
}

/// What an ELF file is made of.
#[derive(Clone, Default)]
pub(crate) struct ElfSpec {
    pub(crate) entry: u64,
    pub(crate) segments: Vec<SegmentSpec>,
    pub(crate) sections: Vec<SectionSpec>,
}

impl ElfSpec {
    /// Code at 0x11000, constants at 0x10000 and variables at 0x12000, given in another order.
    pub(crate) fn small() -> Self {
        let segment = |flags, start, size, data: &[u8]| SegmentSpec {
            kind: PT_LOAD,
            flags,
            start,
            size,
            data: data.to_vec(),
        };
        Self {
            entry: 0x11004,
            segments: vec![
                segment(PF_R | PF_X, 0x11000, 16, &[0x13; 16]),
                segment(PF_R, 0x10100, 8, b"constant"),
                segment(PF_R | PF_W, 0x12000, 0x1800, &[7; 4]),
            ],
            sections: Vec::new(),
        }
    }

    /// Adds the sections of a symbol table.
    pub(crate) fn add_symbols(&mut self, symbols: &[SymbolSpec]) {
        let mut names = vec![0];
        let mut table = vec![0; 24];
        for symbol in symbols {
            table.extend((names.len() as u32).to_le_bytes());
            table.extend([symbol.bind << 4 | symbol.kind, 0]);
            table.extend(symbol.section.to_le_bytes());
            table.extend(symbol.value.to_le_bytes());
            table.extend(symbol.size.to_le_bytes());
            names.extend(symbol.name.bytes().chain([0]));
        }
        let link = self.sections.len() as u32 + 2;
        self.sections.push(SectionSpec {
            kind: SHT_SYMTAB,
            link,
            ..SectionSpec::new(".symtab", table)
        });
        self.sections.push(SectionSpec {
            kind: SHT_STRTAB,
            ..SectionSpec::new(".strtab", names)
        });
    }

    /// File header, program headers, data of the segments, data of the sections, section headers.
    pub(crate) fn build(&self) -> Vec<u8> {
        let mut elf = vec![0; FILE_HEADER_SIZE + PROGRAM_HEADER_SIZE * self.segments.len()];
        elf[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        set(&mut elf, "type", ET_EXEC.into());
        set(&mut elf, "machine", EM_RISCV.into());
        set(&mut elf, "version", 1);
        set(&mut elf, "entry", self.entry);
        set(&mut elf, "flags", 1);
        set(&mut elf, "ehsize", FILE_HEADER_SIZE as u64);
        set(&mut elf, "phoff", FILE_HEADER_SIZE as u64);
        set(&mut elf, "phentsize", PROGRAM_HEADER_SIZE as u64);
        set(&mut elf, "phnum", self.segments.len() as u64);
        set(&mut elf, "shentsize", SECTION_HEADER_SIZE as u64);
        for (i, segment) in self.segments.iter().enumerate() {
            let offset = elf.len() as u64;
            elf.extend(&segment.data);
            set_segment(&mut elf, i, "type", segment.kind.into());
            set_segment(&mut elf, i, "flags", segment.flags.into());
            set_segment(&mut elf, i, "offset", offset);
            set_segment(&mut elf, i, "vaddr", segment.start);
            set_segment(&mut elf, i, "filesz", segment.data.len() as u64);
            set_segment(&mut elf, i, "memsz", segment.size);
        }
        if !self.sections.is_empty() {
            self.append_sections(&mut elf);
        }
        elf
    }

    fn append_sections(&self, elf: &mut Vec<u8>) {
        let mut sections = vec![SectionSpec {
            kind: 0,
            ..SectionSpec::new("", Vec::new())
        }];
        sections.extend(self.sections.iter().cloned());
        let mut names = Vec::new();
        let name_offsets: Vec<usize> = (sections.iter().map(|section| section.name.as_str()))
            .chain([".shstrtab"])
            .map(|name| {
                let offset = names.len();
                names.extend(name.bytes().chain([0]));
                offset
            })
            .collect();
        sections.push(SectionSpec {
            kind: SHT_STRTAB,
            ..SectionSpec::new(".shstrtab", names)
        });

        let mut table = Vec::new();
        for (section, name) in sections.iter().zip(name_offsets) {
            table.extend((name as u32).to_le_bytes());
            table.extend(section.kind.to_le_bytes());
            table.extend(section.flags.to_le_bytes());
            table.extend(section.address.to_le_bytes());
            table.extend((elf.len() as u64).to_le_bytes());
            table.extend(section.size.unwrap_or(section.data.len() as u64).to_le_bytes());
            table.extend(section.link.to_le_bytes());
            table.extend([0; 20]);
            elf.extend(&section.data);
        }
        let offset = elf.len() as u64;
        set(elf, "shoff", offset);
        set(elf, "shnum", sections.len() as u64);
        set(elf, "shstrndx", sections.len() as u64 - 1);
        elf.extend(table);
    }
}

/// Overwrites a field of the file header.
pub(crate) fn set(elf: &mut [u8], field: &str, value: u64) {
    set_field(elf, FILE_HEADER, field, value);
}

/// Overwrites a field of a program header.
pub(crate) fn set_segment(elf: &mut [u8], segment: usize, field: &str, value: u64) {
    let offset = FILE_HEADER_SIZE + PROGRAM_HEADER_SIZE * segment;
    set_field(&mut elf[offset..], PROGRAM_HEADER, field, value);
}

fn set_field(header: &mut [u8], fields: Fields, field: &str, value: u64) {
    let &(_, offset, size) = fields
        .iter()
        .find(|(name, ..)| *name == field)
        .expect("the field exists");
    header[offset..offset + size].copy_from_slice(&value.to_le_bytes()[..size]);
}

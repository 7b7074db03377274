//! The sections of an ELF file, read with tolerance.

use goblin::container::{Container, Ctx, Endian};
use goblin::elf::header::header64::Header;
use goblin::elf::header::{EI_CLASS, EI_DATA, ELFCLASS64, ELFDATA2LSB, ELFMAG};
use goblin::elf::section_header::section_header64::SIZEOF_SHDR;
use goblin::elf::section_header::{SHF_COMPRESSED, SHN_XINDEX, SHT_NOBITS, SectionHeader};

/// How 64-bit little-endian files are laid out.
pub(super) const LAYOUT: Ctx = Ctx {
    container: Container::Big,
    le: Endian::Little,
};

pub(super) struct Sections<'elf> {
    elf: &'elf [u8],
    headers: Vec<SectionHeader>,
    /// The section that holds the names of sections.
    names: &'elf [u8],
}

impl<'elf> Sections<'elf> {
    pub(super) fn parse(elf: &'elf [u8]) -> Option<Self> {
        let is_supported = elf.starts_with(ELFMAG)
            && elf.get(EI_CLASS) == Some(&ELFCLASS64)
            && elf.get(EI_DATA) == Some(&ELFDATA2LSB);
        if !is_supported {
            return None;
        }
        let header = Header::parse(elf).ok()?;
        if usize::from(header.e_shentsize) != SIZEOF_SHDR {
            return None;
        }
        let offset = usize::try_from(header.e_shoff).ok()?;
        let headers = SectionHeader::parse(elf, offset, header.e_shnum.into(), LAYOUT).ok()?;
        let mut sections = Self {
            elf,
            headers,
            names: &[],
        };
        // An index that does not fit the field is in the first section header.
        let names = match u32::from(header.e_shstrndx) {
            SHN_XINDEX => sections.headers.first()?.sh_link,
            index => index,
        };
        sections.names = sections
            .get(names)
            .and_then(|header| sections.data(header))
            .unwrap_or_default();
        Some(sections)
    }

    pub(super) fn headers(&self) -> &[SectionHeader] {
        &self.headers
    }

    pub(super) fn get(&self, index: u32) -> Option<&SectionHeader> {
        self.headers.get(usize::try_from(index).ok()?)
    }

    /// The section's bytes, if they are in the file as they are.
    pub(super) fn data(&self, header: &SectionHeader) -> Option<&'elf [u8]> {
        if header.sh_type == SHT_NOBITS || header.sh_flags & u64::from(SHF_COMPRESSED) != 0 {
            return None;
        }
        let start = usize::try_from(header.sh_offset).ok()?;
        self.elf
            .get(start..)?
            .get(..usize::try_from(header.sh_size).ok()?)
    }

    /// The bytes of the first section of that name.
    pub(super) fn data_of(&self, name: &str) -> Option<&'elf [u8]> {
        let header = self.headers.iter().find(|header| self.has_name(header, name))?;
        self.data(header)
    }

    fn has_name(&self, header: &SectionHeader, name: &str) -> bool {
        let found = self.names.get(header.sh_name..).unwrap_or_default();
        found
            .strip_prefix(name.as_bytes())
            .is_some_and(|rest| rest.first() == Some(&0))
    }
}

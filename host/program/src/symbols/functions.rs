//! Functions of the symbol table.

use goblin::elf::section_header::{SHF_EXECINSTR, SHT_SYMTAB};
use goblin::elf::sym::{STB_LOCAL, STT_FUNC, STT_NOTYPE, Sym, Symtab};

use super::name::demangle;
use super::sections::{LAYOUT, Sections};

/// A function symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionSymbol<'elf> {
    address: u64,
    size: u64,
    /// The string table from the name on.
    name: &'elf [u8],
}

impl<'elf> FunctionSymbol<'elf> {
    /// Where the function starts.
    pub fn address(&self) -> u64 {
        self.address
    }

    /// Size in bytes. Where the symbol has none, as labels in assembly have not, it reaches to the next
    /// function or to the end of the section.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The name, demangled. Names of more than 4096 bytes are cut.
    pub fn name(&self) -> String {
        demangle(self.mangled_name())
    }

    /// The name as the linker knows it.
    pub fn mangled_name(&self) -> &'elf [u8] {
        self.name.split(|&byte| byte == 0).next().unwrap_or_default()
    }

    fn contains(&self, address: u64) -> bool {
        address
            .checked_sub(self.address)
            .is_some_and(|offset| offset < self.size)
    }
}

/// Function symbols, ordered by address, one for each address.
#[derive(Default)]
pub(super) struct FunctionTable<'elf> {
    symbols: Vec<FunctionSymbol<'elf>>,
}

/// What may become a function symbol.
struct Candidate<'elf> {
    symbol: FunctionSymbol<'elf>,
    section_end: u64,
    is_unsized: bool,
    is_local: bool,
}

impl<'elf> FunctionTable<'elf> {
    pub(super) fn parse(sections: &Sections<'elf>) -> Self {
        let mut candidates = candidates(sections).unwrap_or_default();
        // Of several names for an address, the one with most to say comes first and stays.
        candidates
            .sort_by_key(|candidate| (candidate.symbol.address, candidate.is_unsized, candidate.is_local));
        candidates.dedup_by_key(|candidate| candidate.symbol.address);
        let next_addresses: Vec<u64> = candidates
            .iter()
            .skip(1)
            .map(|next| next.symbol.address)
            .chain([u64::MAX])
            .collect();
        let symbols = candidates
            .iter()
            .zip(next_addresses)
            .map(|(candidate, next_address)| {
                let mut symbol = candidate.symbol;
                if candidate.is_unsized {
                    symbol.size = next_address.min(candidate.section_end) - symbol.address;
                }
                symbol
            });
        Self {
            symbols: symbols.collect(),
        }
    }

    pub(super) fn symbols(&self) -> &[FunctionSymbol<'elf>] {
        &self.symbols
    }

    /// The function that contains `address`. If it is in several, the one that starts last.
    pub(super) fn find(&self, address: u64) -> Option<FunctionSymbol<'elf>> {
        /// Labels inside a function hide it from a look at the last symbol alone.
        const MAX_LABELS: usize = 16;
        let num_before = self.symbols.partition_point(|symbol| symbol.address <= address);
        let nearest = self.symbols[..num_before].iter().rev().take(MAX_LABELS);
        nearest.copied().find(|symbol| symbol.contains(address))
    }
}

fn candidates<'elf>(sections: &Sections<'elf>) -> Option<Vec<Candidate<'elf>>> {
    let header = sections
        .headers()
        .iter()
        .find(|header| header.sh_type == SHT_SYMTAB)?;
    let table = sections.data(header)?;
    let names = sections.data(sections.get(header.sh_link)?)?;
    let symbols = Symtab::parse(table, 0, table.len() / Sym::size(LAYOUT.container), LAYOUT).ok()?;
    Some(
        symbols
            .iter()
            .filter_map(|symbol| candidate(sections, names, &symbol))
            .collect(),
    )
}

/// Functions, and global labels without a type, which is what assembly makes of functions by default.
fn candidate<'elf>(sections: &Sections<'elf>, names: &'elf [u8], symbol: &Sym) -> Option<Candidate<'elf>> {
    let is_local = symbol.st_bind() == STB_LOCAL;
    let is_function = match symbol.st_type() {
        STT_FUNC => true,
        STT_NOTYPE => !is_local,
        _ => false,
    };
    let section = sections.get(u32::try_from(symbol.st_shndx).ok()?)?;
    let section_end = section.sh_addr.checked_add(section.sh_size)?;
    let is_in_code = section.sh_flags & u64::from(SHF_EXECINSTR) != 0
        && section.sh_addr <= symbol.st_value
        && symbol.st_value < section_end;
    let name = names
        .get(symbol.st_name..)
        .filter(|name| !matches!(name.first(), None | Some(0)))?;
    let function = FunctionSymbol {
        address: symbol.st_value,
        size: symbol.st_size,
        name,
    };
    let is_unsized = symbol.st_size == 0;
    (is_function && is_in_code).then_some(Candidate {
        symbol: function,
        section_end,
        is_unsized,
        is_local,
    })
}

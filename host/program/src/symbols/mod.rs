//! Names and source lines for addresses: the symbol table and DWARF, as far as a file has them.

mod debug_info;
mod functions;
mod limits;
mod name;
mod sections;

use std::cell::OnceCell;
use std::fmt;
use std::ops::Range;

use debug_info::DebugInfo;
pub use functions::FunctionSymbol;
use functions::FunctionTable;
use sections::Sections;

/// Answers which function and source line an address belongs to.
///
/// Nothing is read before the first question, and the symbol table and the debug information are each read
/// once. Whatever is missing, compressed or damaged is treated as absent. It works on little-endian 64-bit
/// ELF files for any machine.
pub struct Symbols<'elf> {
    elf: &'elf [u8],
    sections: OnceCell<Option<Sections<'elf>>>,
    functions: OnceCell<FunctionTable<'elf>>,
    debug_info: OnceCell<Option<DebugInfo<'elf>>>,
}

impl<'elf> Symbols<'elf> {
    /// Symbols of an ELF file. The bytes may be anything; nothing is read yet.
    pub fn new(elf: &'elf [u8]) -> Self {
        Self {
            elf,
            sections: OnceCell::new(),
            functions: OnceCell::new(),
            debug_info: OnceCell::new(),
        }
    }

    /// Where the instruction at `pc` is. Of inlined functions, the file and line are the innermost one's.
    pub fn locate(&self, pc: u64) -> Location {
        let function = self.functions().find(pc);
        let (file, line) = self
            .debug_info()
            .map_or((None, None), |debug_info| debug_info.line(pc));
        Location {
            address: pc,
            symbol: function.map(|function| function.name()),
            offset: function.map_or(0, |function| pc - function.address()),
            file,
            line,
        }
    }

    /// The functions that the instruction at `pc` is part of: the innermost inlined one first, the one that
    /// was really called last. Empty if nothing is known.
    pub fn frames(&self, pc: u64) -> Vec<Frame> {
        let mut frames = self
            .debug_info()
            .map(|debug_info| debug_info.frames(pc))
            .unwrap_or_default();
        let Some(function) = self.functions().find(pc) else {
            return frames;
        };
        // The symbol table has the full path of a function where debug information may be reduced to its
        // last part.
        match frames.last_mut() {
            Some(outermost) => outermost.function = Some(function.name()),
            None => frames.push(Frame {
                function: Some(function.name()),
                file: None,
                line: None,
            }),
        }
        frames
    }

    /// The function of the symbol table that the instruction at `pc` is part of.
    pub fn function_at(&self, pc: u64) -> Option<FunctionSymbol<'elf>> {
        self.functions().find(pc)
    }

    /// Tells `each` of the stretches of code within `addresses` that come from a line of a file, as far as the line tables say. Of
    /// inlined functions, file and line are the innermost one's.
    pub fn for_each_line(&self, addresses: Range<u64>, each: impl FnMut(Range<u64>, &str, u32)) {
        if let Some(debug_info) = self.debug_info() {
            debug_info.for_each_line(addresses, each);
        }
    }

    /// The functions of the symbol table in the order of their addresses, one for each address.
    pub fn function_symbols(&self) -> &[FunctionSymbol<'elf>] {
        self.functions().symbols()
    }

    fn sections(&self) -> Option<&Sections<'elf>> {
        self.sections.get_or_init(|| Sections::parse(self.elf)).as_ref()
    }

    fn functions(&self) -> &FunctionTable<'elf> {
        self.functions
            .get_or_init(|| self.sections().map(FunctionTable::parse).unwrap_or_default())
    }

    fn debug_info(&self) -> Option<&DebugInfo<'elf>> {
        self.debug_info
            .get_or_init(|| self.sections().and_then(DebugInfo::parse))
            .as_ref()
    }
}

impl fmt::Debug for Symbols<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Symbols")
            .field("elf", &format_args!("{} bytes", self.elf.len()))
            .finish()
    }
}

/// Where an address is. Displayed like `fibonacci::main+0x1c (src/main.rs:12)`, or by the address alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Location {
    /// The address itself.
    pub address: u64,
    /// Name of the function, demangled.
    pub symbol: Option<String>,
    /// How many bytes behind the function's start; 0 if the function is not known.
    pub offset: u64,
    /// Path of the source file, as the compiler recorded it.
    pub file: Option<String>,
    /// Line in the source file, counted from 1.
    pub line: Option<u32>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.symbol {
            Some(symbol) => write!(f, "{symbol}+{:#x}", self.offset)?,
            None => write!(f, "{:#x}", self.address)?,
        }
        write_source(f, self.file.as_deref(), self.line)
    }
}

/// One function that an address is part of. Displayed like `fibonacci::step (src/main.rs:12)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Frame {
    /// Name of the function, demangled.
    pub function: Option<String>,
    /// Path of the source file, as the compiler recorded it.
    pub file: Option<String>,
    /// The line executed: in the innermost frame the instruction's, in the others the inlined call's.
    pub line: Option<u32>,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function.as_deref().unwrap_or("unknown function"))?;
        write_source(f, self.file.as_deref(), self.line)
    }
}

fn write_source(f: &mut fmt::Formatter<'_>, file: Option<&str>, line: Option<u32>) -> fmt::Result {
    match (file, line) {
        (Some(file), Some(line)) => write!(f, " ({file}:{line})"),
        (Some(file), None) => write!(f, " ({file})"),
        (None, _) => Ok(()),
    }
}

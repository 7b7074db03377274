//! A guest's code as text: what a disassembler shows.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use zisk_isa::instruction_len;
use zisk_program::{FunctionSymbol, Program, Symbols};

use crate::error::ExecuteError;

/// The code of a guest, function by function in the order of their addresses.
///
/// # Errors
/// [`ExecuteError::Elf`] when the ELF file is not a guest.
pub fn disassemble(elf: &[u8]) -> Result<Vec<ListedFunction<'_>>, ExecuteError> {
    let program = Program::from_elf(elf)?;
    let symbols = Symbols::new(elf);
    let functions = program.executable_segments().flat_map(|segment| {
        let code: Arc<[u8]> = segment.data().into();
        let end = segment.start() + code.len() as u64;
        list(symbols.function_symbols(), segment.start()..end, &code)
    });
    Ok(functions.collect())
}

/// Splits `addresses`, where `code` lies, at the functions that begin there.
fn list<'elf>(
    symbols: &[FunctionSymbol<'elf>],
    addresses: Range<u64>,
    code: &Arc<[u8]>,
) -> Vec<ListedFunction<'elf>> {
    // Instructions lie on even addresses, so what is said to begin on an odd one is no function.
    let begins_here = |symbol: &&FunctionSymbol<'elf>| {
        addresses.contains(&symbol.address()) && symbol.address().is_multiple_of(2)
    };
    let mut starts: Vec<(u64, Option<FunctionSymbol<'elf>>)> = symbols
        .iter()
        .filter(begins_here)
        .map(|symbol| (symbol.address(), Some(*symbol)))
        .collect();
    if starts
        .first()
        .is_none_or(|(address, _)| *address > addresses.start)
    {
        starts.insert(0, (addresses.start, None));
    }
    let ends: Vec<u64> = starts
        .iter()
        .skip(1)
        .map(|(address, _)| *address)
        .chain([addresses.end])
        .collect();
    let offset = |address: u64| (address - addresses.start) as usize;
    let functions = starts
        .into_iter()
        .zip(ends)
        .map(|((address, symbol), end)| ListedFunction {
            address,
            symbol,
            code: code.clone(),
            range: offset(address)..offset(end),
        });
    functions.filter(|function| !function.range.is_empty()).collect()
}

/// A function's code, up to where the next one begins.
#[derive(Clone)]
pub struct ListedFunction<'elf> {
    address: u64,
    symbol: Option<FunctionSymbol<'elf>>,
    /// The segment's code.
    code: Arc<[u8]>,
    /// This function's part of it.
    range: Range<usize>,
}

impl ListedFunction<'_> {
    /// Where it starts.
    pub fn address(&self) -> u64 {
        self.address
    }

    /// Its name, demangled. `None` for code before the first symbol, which is all code of a stripped file.
    pub fn name(&self) -> Option<String> {
        self.symbol.map(|symbol| symbol.name())
    }

    /// The instructions in order.
    pub fn instructions(&self) -> impl Iterator<Item = ListedInstruction> + '_ {
        let mut address = self.address;
        let mut rest = self.code.get(self.range.clone()).unwrap_or_default();
        std::iter::from_fn(move || {
            let instruction = ListedInstruction::first_of(rest, address)?;
            rest = &rest[instruction.bytes().len()..];
            address += instruction.bytes().len() as u64;
            Some(instruction)
        })
    }
}

impl fmt::Debug for ListedFunction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListedFunction")
            .field("address", &format_args!("{:#x}", self.address))
            .field("name", &self.name())
            .field("code", &format_args!("{} bytes", self.range.len()))
            .finish()
    }
}

/// One instruction. Displayed as assembler text; what is no instruction is displayed as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedInstruction {
    address: u64,
    code: [u8; 4],
    len: u8,
}

impl ListedInstruction {
    fn first_of(code: &[u8], address: u64) -> Option<Self> {
        let len = match code {
            [] => return None,
            [_] => 1,
            // What is cut off behind its first half is shown as that half.
            [low, high, rest @ ..] => match instruction_len(u16::from_le_bytes([*low, *high])) {
                4 if rest.len() >= 2 => 4,
                _ => 2,
            },
        };
        let mut bytes = [0; 4];
        bytes[..len].copy_from_slice(&code[..len]);
        Some(Self {
            address,
            code: bytes,
            len: len as u8,
        })
    }

    /// Where it lies.
    pub fn address(&self) -> u64 {
        self.address
    }

    /// The bytes it takes: 4, or 2 if it is compressed, or 1 at the very end of code of odd length.
    pub fn bytes(&self) -> &[u8] {
        &self.code[..usize::from(self.len)]
    }
}

impl fmt::Display for ListedInstruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = u32::from_le_bytes(self.code);
        match self.len {
            1 => write!(f, ".byte {bits:#04x}"),
            2 if instruction_len(bits as u16) == 4 => write!(f, ".half {bits:#06x}"),
            _ => write!(f, "{}", zisk_isa::disassemble(bits, self.address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(code: &[u8]) -> Vec<String> {
        let code: Arc<[u8]> = code.into();
        let end = 0x1_0000 + code.len() as u64;
        let functions = list(&[], 0x1_0000..end, &code);
        let line =
            |line: ListedInstruction| format!("{:x} {} {line}", line.address(), hex::encode(line.bytes()));
        functions
            .iter()
            .flat_map(ListedFunction::instructions)
            .map(line)
            .collect()
    }

    #[test]
    fn both_lengths_are_listed() {
        // addi a0, a0, 1; c.addi sp, -16
        let code = [0x13, 0x05, 0x15, 0x00, 0x41, 0x11];
        assert_eq!(
            lines(&code),
            ["10000 13051500 addi a0, a0, 1", "10004 4111 c.addi sp, -16"]
        );
    }

    #[test]
    fn code_that_is_cut_off_is_shown_as_data() {
        assert_eq!(lines(&[0x13, 0x05]), ["10000 1305 .half 0x0513"]);
        assert_eq!(
            lines(&[0x13, 0x05, 0x15]),
            ["10000 1305 .half 0x0513", "10002 15 .byte 0x15"]
        );
        assert_eq!(lines(&[]), [""; 0]);
    }

    #[test]
    fn what_is_no_guest_is_an_error() {
        assert!(matches!(disassemble(b"text"), Err(ExecuteError::Elf(_))));
    }
}

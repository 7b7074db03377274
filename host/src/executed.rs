//! How often each instruction of a guest was executed, by function and by source line.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use zisk_emulator::Observer;
use zisk_emulator::code::MicroOp;
use zisk_program::{Program, Symbols};

use crate::env::ExecutorEnv;
use crate::error::ExecuteError;
use crate::execution::Execution;
use crate::input::Input;

/// How often each instruction was executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    segments: Vec<Counted>,
}

/// The same of an executable segment: a count for each even offset.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Counted {
    start: u64,
    counts: Vec<u64>,
}

impl Observer for Executed {
    #[inline]
    fn instruction(&mut self, pc: u64, _instruction: &MicroOp, _registers: &[u64; 256]) {
        for segment in &mut self.segments {
            let slot = (pc.wrapping_sub(segment.start) / 2) as usize;
            if let Some(count) = segment.counts.get_mut(slot) {
                *count += 1;
                return;
            }
        }
    }
}

impl Executed {
    /// No instruction of a program, which takes memory of four times its code.
    fn none(program: &Program) -> Self {
        let segments = program.executable_segments().map(|segment| Counted {
            start: segment.start(),
            counts: vec![0; segment.data().len() / 2],
        });
        Self {
            segments: segments.collect(),
        }
    }

    /// Adds another run of the same program.
    pub fn add(&mut self, other: &Self) {
        for (segment, other) in self.segments.iter_mut().zip(&other.segments) {
            for (count, other) in segment.counts.iter_mut().zip(&other.counts) {
                *count += other;
            }
        }
    }

    /// How often the instruction at an address was executed.
    fn at(&self, address: u64) -> u64 {
        let of_segment = |segment: &Counted| {
            let slot = address.checked_sub(segment.start)? / 2;
            segment.counts.get(slot as usize).copied()
        };
        self.segments.iter().find_map(of_segment).unwrap_or(0)
    }

    /// How many instructions were executed of each function, by its name in the symbol table of the program's file. Code that
    /// is no function's has no name.
    pub fn by_function(&self, elf: &[u8]) -> BTreeMap<String, u64> {
        let symbols = Symbols::new(elf);
        let mut functions = BTreeMap::new();
        for segment in &self.segments {
            let mut known: Option<(u64, u64, String)> = None;
            for (slot, count) in segment.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                let address = segment.start + 2 * slot as u64;
                let name = match known {
                    Some((start, end, name)) if (start..end).contains(&address) => (start, end, name),
                    _ => {
                        let function = symbols.function_at(address);
                        function.map_or((address, address + 1, String::new()), |function| {
                            let start = function.address();
                            (start, start.saturating_add(function.size()), function.name())
                        })
                    }
                };
                *functions.entry(name.2.clone()).or_default() += count;
                known = Some(name);
            }
        }
        functions
    }

    /// How often each source line was executed, by file: as often as the instruction of the line that was executed most often. Lines
    /// without code are not there. Files have the names that the compiler gave them.
    pub fn by_line(&self, elf: &[u8]) -> BTreeMap<String, BTreeMap<u32, u64>> {
        let symbols = Symbols::new(elf);
        let mut files: BTreeMap<String, BTreeMap<u32, u64>> = BTreeMap::new();
        for segment in &self.segments {
            let end = segment.start + 2 * segment.counts.len() as u64;
            // Every address belongs to one line, but whoever made the file may say that it belongs to thousands.
            let mut addresses_left = 8 * segment.counts.len();
            symbols.for_each_line(segment.start..end, |addresses, file, line| {
                let range = addresses.start.max(segment.start)..addresses.end.min(end);
                let counts: Vec<u64> = range
                    .step_by(2)
                    .take(addresses_left)
                    .map(|address| self.at(address))
                    .collect();
                addresses_left -= counts.len();
                let Some(most) = counts.into_iter().max() else {
                    return;
                };
                let lines = match files.get_mut(file) {
                    Some(lines) => lines,
                    None => files.entry(file.to_owned()).or_default(),
                };
                let count = lines.entry(line).or_default();
                *count = most.max(*count);
            });
        }
        files
    }
}

/// Runs a guest in an environment and counts how often each of its instructions is executed.
///
/// # Errors
/// As [`ExecutorEnv::execute`].
pub fn execute_counting(
    elf: &[u8],
    input: impl Borrow<Input>,
    env: ExecutorEnv<'_>,
) -> Result<(Execution, Executed), ExecuteError> {
    let program = Program::from_elf(elf)?;
    let mut executed = Executed::none(&program);
    let execution = env.execute_program(elf, &program, input.borrow(), &mut executed)?;
    Ok((execution, executed))
}

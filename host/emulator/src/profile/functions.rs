//! Where functions begin and end.

use std::ops::Range;

use zisk_isa::{Decoded, Instruction, Op};
use zisk_program::Program;

/// The code of a program, cut at the functions that begin in it.
#[derive(Debug)]
pub struct Functions {
    /// The addresses of each function, ascending.
    ranges: Vec<Range<u64>>,
    segments: Vec<Segment>,
}

#[derive(Debug)]
struct Segment {
    start: u64,
    /// For every 2 bytes of code the function that they are part of.
    functions: Vec<u32>,
}

impl Functions {
    /// Cuts the code at these addresses, of which those that are not of instructions do not count. Code before the first
    /// one of its segment is a function, too.
    pub fn new(program: &Program, starts: impl IntoIterator<Item = u64>) -> Self {
        let mut starts: Vec<u64> = starts
            .into_iter()
            .filter(|start| start.is_multiple_of(2))
            .collect();
        starts.sort_unstable();
        starts.dedup();
        let (mut ranges, mut segments) = (Vec::new(), Vec::new());
        for segment in program.executable_segments() {
            let slots = segment.data().len() / 2;
            let end = segment.start() + 2 * slots as u64;
            let inner = starts.iter().copied();
            let inner = inner.filter(|start| segment.start() < *start && *start < end);
            let mut functions = Vec::with_capacity(slots);
            let mut begin = segment.start();
            for next in inner.chain([end]) {
                functions.resize(((next - segment.start()) / 2) as usize, ranges.len() as u32);
                ranges.push(begin..next);
                begin = next;
            }
            segments.push(Segment {
                start: segment.start(),
                functions,
            });
        }
        Self { ranges, segments }
    }

    /// The addresses of a function.
    pub(super) fn range(&self, function: u32) -> Range<u64> {
        self.ranges.get(function as usize).cloned().unwrap_or_default()
    }

    /// The function of an instruction.
    pub(super) fn at(&self, pc: u64) -> Option<u32> {
        self.segments.iter().find_map(|segment| {
            let slot = pc.checked_sub(segment.start)? / 2;
            segment.functions.get(slot as usize).copied()
        })
    }
}

/// Where calls go that say so themselves, of all code, and the entry: where functions begin of which nobody knows more.
pub fn call_targets(program: &Program) -> Vec<u64> {
    let calls = program.executable_segments().flat_map(|segment| {
        let at = move |(slot, decoded): (usize, Option<Decoded>)| {
            let Instruction { op, rd, imm, .. } = decoded?.instruction;
            let pc = segment.start() + 2 * slot as u64;
            (op == Op::Jal && is_link(rd)).then(|| pc.wrapping_add(i64::from(imm) as u64))
        };
        segment.instructions().enumerate().filter_map(at)
    });
    calls.chain([program.entry()]).collect()
}

/// Whether a register is one that the manual calls a link register (volume I, section 2.5.1).
pub(super) fn is_link(register: u8) -> bool {
    register == 1 || register == 5
}

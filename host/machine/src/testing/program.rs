//! Small programs, and what whoever runs them says that they did.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use zisk_abi::memory::{HEAP, INPUT};
use zisk_abi::syscall::{HALT, HOST_RANDOM};
use zisk_isa::{Format, Instruction, Kind, Op, Width};

use super::Run;
use super::run::TestHeights;
use crate::trace::{Guest, ImageWord, Step};

/// Where programs begin.
pub(crate) const ENTRY: u64 = 0x1000;

/// A program, with what it is given. It ends with exit code 0, and with the digest in the heap's first words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) body: Vec<Instruction>,
    pub(crate) image: Vec<ImageWord>,
    pub(crate) input: Vec<u8>,
    /// What the host answers that is asked for randomness.
    pub(crate) random: u64,
}

impl Program {
    /// An instruction.
    pub(crate) fn push(&mut self, op: Op, rd: u8, rs1: u8, rs2: u8, imm: i32) -> &mut Self {
        self.body.push(Instruction {
            op,
            rd,
            rs1,
            rs2,
            imm,
        });
        self
    }

    /// Puts a value of 32 bits, extended by its sign, into a register: two instructions.
    pub(crate) fn set(&mut self, register: u8, value: i32) -> &mut Self {
        let low = (value << 20) >> 20;
        self.push(Op::Lui, register, 0, 0, value.wrapping_sub(low)).push(
            Op::Addiw,
            register,
            register,
            0,
            low,
        )
    }

    fn guest(&self) -> Guest {
        let placed = (ENTRY..).step_by(4).zip(&self.body);
        let placed: Vec<_> = placed.map(|(pc, instruction)| (pc, *instruction, 4)).collect();
        Guest::new(ENTRY, placed, self.image.clone())
    }

    /// Runs it, from what instructions mean, but for a lie at one of the steps, after which it goes on from there.
    /// `None` if it does not end soon, or ends up outside.
    fn steps(&self, lie: Option<(usize, Lie)>, limit: usize) -> Option<Vec<Step>> {
        let mut registers = [0_u64; 32];
        let mut memory = TestBytes::new(self);
        let mut steps = Vec::new();
        let mut pc = ENTRY;
        while steps.len() < limit {
            let current = *self.body.get((pc.checked_sub(ENTRY)? / 4) as usize)?;
            let [mut a, b] = [current.rs1, current.rs2].map(|register| registers[usize::from(register)]);
            let lie = lie.filter(|(step, _)| *step == steps.len()).map(|(_, lie)| lie);
            if lie == Some(Lie::Operand) && current.rs1 != 0 {
                a ^= 8;
            }
            let imm = i64::from(current.imm) as u64;
            let (mut next, address) = (pc + 4, a.wrapping_add(imm));
            let mut loaded = 0;
            let result = match current.op.spec().kind {
                Kind::Alu(function) if current.op.spec().format == Format::R => Some(function(a, b)),
                Kind::Alu(function) => Some(function(a, imm)),
                Kind::Upper(function) => Some(function(pc, imm)),
                Kind::Branch(function) => {
                    if function(a, b) != 0 {
                        next = pc.wrapping_add(imm);
                    }
                    None
                }
                Kind::Jal => {
                    next = pc.wrapping_add(imm);
                    Some(pc + 4)
                }
                Kind::Jalr => {
                    next = address & !1;
                    Some(pc + 4)
                }
                Kind::Load(width, extend) => {
                    loaded = extend(memory.load(address, width));
                    Some(loaded)
                }
                Kind::LoadReserved(width, extend) => {
                    loaded = extend(memory.load(a, width));
                    Some(loaded)
                }
                Kind::Store(width) => {
                    memory.store(address, width, b);
                    None
                }
                Kind::StoreConditional(width) => {
                    memory.store(a, width, b);
                    Some(0)
                }
                Kind::Amo(width, extend, function) => {
                    loaded = extend(memory.load(a, width));
                    memory.store(a, width, function(loaded, extend(b)));
                    Some(loaded)
                }
                Kind::Fence => None,
                Kind::Ecall => {
                    if registers[17] == HOST_RANDOM {
                        registers[10] = self.random;
                    }
                    loaded = registers[10];
                    None
                }
                Kind::Ebreak => panic!("no run goes on behind a breakpoint"),
            };
            let mut result = result;
            if lie == Some(Lie::Result) {
                (loaded, result) = (loaded ^ 1, result.map(|result| result ^ 1));
            }
            next = match lie {
                Some(Lie::Skip) => next + 4,
                Some(Lie::Repeat) => pc,
                Some(Lie::Operand | Lie::Result) | None => next,
            };
            steps.push(Step {
                pc,
                operands: [a, b],
                result: loaded,
            });
            if matches!(current.op, Op::Ecall) && registers[17] == HALT {
                return Some(steps);
            }
            if let Some(result) = result.filter(|_| current.rd != 0) {
                registers[usize::from(current.rd)] = result;
            }
            pc = next;
        }
        None
    }

    /// The program, with what ends it.
    fn whole(&self) -> Self {
        let mut whole = self.clone();
        whole
            .push(Op::Addi, 17, 0, 0, HALT as i32)
            .push(Op::Addi, 10, 0, 0, 0)
            .push(Op::Lui, 11, 0, 0, HEAP.start as i32)
            .push(Op::Ecall, 0, 0, 0, 0);
        whole
    }

    /// The rows of an honest run.
    pub(crate) fn run(&self) -> Run {
        self.run_in(TestHeights::Padded)
    }

    /// The same, cut in two where that takes fewer rows.
    pub(crate) fn run_in_two(&self) -> Run {
        self.run_in(TestHeights::Full)
    }

    /// The rows of a run in segments, each but the first from one of these steps on.
    pub(crate) fn run_in_segments(&self, cuts: &[usize]) -> Run {
        self.run_cut(cuts, TestHeights::Padded)
    }

    /// The same, each of them cut in two where that takes fewer rows.
    pub(crate) fn run_in_segments_in_two(&self, cuts: &[usize]) -> Run {
        self.run_cut(cuts, TestHeights::Full)
    }

    fn run_in(&self, heights: TestHeights) -> Run {
        self.run_cut(&[], heights)
    }

    fn run_cut(&self, cuts: &[usize], heights: TestHeights) -> Run {
        let whole = self.whole();
        let steps = whole.steps(None, 1 << 17).expect("the program ends");
        let ends = cuts.iter().copied().chain([steps.len()]);
        let starts = [0].into_iter().chain(cuts.iter().copied());
        let segments: Vec<_> = starts.zip(ends).map(|(start, end)| &steps[start..end]).collect();
        let run = Run::of(&whole.guest(), &whole.input, &segments, heights);
        run.expect("the program is one of this machine")
    }

    /// The rows of a run with a lie, filled as if nothing had happened; `None` if they cannot be filled.
    pub(crate) fn run_with(&self, step: usize, lie: Lie) -> Option<Run> {
        let whole = self.whole();
        let steps = whole.steps(Some((step, lie)), 1 << 8)?;
        Run::of(&whole.guest(), &whole.input, &[&steps], TestHeights::Padded)
    }
}

/// What whoever runs a program may say wrongly of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// That the first source register holds something else, unless it is x0.
    Operand,
    /// That something else was loaded or computed.
    Result,
    /// That the next instruction was not executed.
    Skip,
    /// That it was executed twice.
    Repeat,
}

/// The memory of a program, byte by byte.
struct TestBytes {
    bytes: BTreeMap<u64, u8>,
}

impl TestBytes {
    fn new(program: &Program) -> Self {
        let of_word = |word: &ImageWord| (8 * word.address..).zip(word.value.to_le_bytes());
        let mut bytes: BTreeMap<u64, u8> = program.image.iter().flat_map(of_word).collect();
        bytes.extend((INPUT.start..).zip(program.input.iter().copied()));
        Self { bytes }
    }

    fn load(&self, address: u64, width: Width) -> u64 {
        let bytes = (address..address + width.bytes()).rev();
        bytes.fold(0, |value, place| {
            value << 8 | u64::from(self.bytes.get(&place).copied().unwrap_or(0))
        })
    }

    fn store(&mut self, address: u64, width: Width, value: u64) {
        let places = address..address + width.bytes();
        self.bytes.extend(places.zip(value.to_le_bytes()));
    }
}

//! Code, decoded once before it runs.

use zisk_isa::{Format, Instruction, Op};
use zisk_program::Program;

use crate::registers::SINK;

/// How many classes there are to tell instructions apart by.
pub const NUM_CLASSES: usize = 16;

/// An instruction as the interpreter wants it: 16 bytes, everything that does not depend on the run done.
#[derive(Clone, Copy, Debug)]
pub struct MicroOp {
    /// The operation.
    pub op: Op,
    /// Destination register; a write to x0 goes to an entry of the register array that nobody reads.
    pub rd: u8,
    /// First source register.
    pub rs1: u8,
    /// Second source register.
    pub rs2: u8,
    /// Length in slots of 2 bytes: 1 or 2.
    pub slots: u8,
    /// What [`Code::with_classes`] was told of the instruction, below [`NUM_CLASSES`].
    pub class: u8,
    /// Which of the class's partial sums counts the instruction: see [`Counter`](crate::Counter).
    pub(crate) sum: u8,
    /// The immediate, sign-extended. For `jal` and branches the distance in slots.
    pub imm: u64,
}

// What is decoded of a program is eight times as long as its code; more would be slower too.
const _: () = assert!(size_of::<Option<MicroOp>>() == 16);

impl MicroOp {
    fn new(slot: usize, instruction: Instruction, len: u8, class: u8) -> Self {
        assert!(usize::from(class) < NUM_CLASSES, "there is no class {class}");
        let Instruction {
            op,
            rd,
            rs1,
            rs2,
            imm,
        } = instruction;
        let imm = match op.spec().format {
            Format::B | Format::J => imm >> 1,
            Format::R
            | Format::I
            | Format::Load
            | Format::Jalr
            | Format::Shift64
            | Format::Shift32
            | Format::S
            | Format::U
            | Format::Atomic
            | Format::LoadReserved
            | Format::Fence
            | Format::System => imm,
        };
        let rd = if rd == 0 { SINK } else { rd };
        Self {
            op,
            rd,
            rs1,
            rs2,
            slots: len / 2,
            class,
            sum: sum(slot, class),
            imm: i64::from(imm) as u64,
        }
    }
}

/// Instructions of one class that follow each other are counted in different sums. With one sum, each would
/// wait for the one before to be in memory.
fn sum(slot: usize, class: u8) -> u8 {
    (slot % (256 / NUM_CLASSES) * NUM_CLASSES) as u8 + class
}

/// One executable segment: a slot for every even offset, because that is where a jump may go. `None` where
/// the bytes are no instruction.
#[derive(Debug)]
pub struct CodeSegment {
    /// Address of the first slot.
    pub start: u64,
    /// The slots.
    pub slots: Vec<Option<MicroOp>>,
}

/// All code of a program.
#[derive(Debug)]
pub struct Code {
    segments: Vec<CodeSegment>,
}

impl Code {
    /// Decodes every executable segment of `program`, with all instructions in class 0. Takes 16 bytes for every 2
    /// bytes of code.
    pub fn new(program: &Program) -> Self {
        Self::with_classes(program, |_| 0)
    }

    /// As [`new`](Self::new), with every instruction in the class that `class` gives it.
    ///
    /// # Panics
    /// When there is no such class: see [`NUM_CLASSES`].
    pub fn with_classes(program: &Program, class: impl Fn(&Instruction) -> u8) -> Self {
        let segments = program
            .executable_segments()
            .map(|segment| CodeSegment {
                start: segment.start(),
                slots: segment
                    .instructions()
                    .enumerate()
                    .map(|(slot, decoded)| {
                        decoded.map(|d| MicroOp::new(slot, d.instruction, d.len, class(&d.instruction)))
                    })
                    .collect(),
            })
            .collect();
        Self { segments }
    }

    /// The segment that has a slot for `pc`.
    pub fn segment_at(&self, pc: u64) -> Option<&CodeSegment> {
        self.segments
            .iter()
            .find(|segment| pc >= segment.start && (pc - segment.start) / 2 < segment.slots.len() as u64)
    }
}

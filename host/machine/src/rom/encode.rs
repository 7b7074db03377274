use zisk_isa::{Format, Instruction, Op};

use super::Flags;
use crate::OperationCode;
use crate::word::limbs;

/// An instruction as the main table executes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// What it does.
    pub flags: Flags<bool>,
    /// What is asked for, if anything is.
    pub code: Option<OperationCode>,
    /// Destination register; 0 if none is written. Of a store, the register of what is stored.
    pub rd: u8,
    /// First source register; 0 if none is read.
    pub rs1: u8,
    /// Second source register; 0 if none is read.
    pub rs2: u8,
    /// The immediate.
    pub immediate: Immediate,
    /// What a jump adds, in bytes.
    pub jump: i32,
}

/// An immediate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Immediate {
    /// A 64-bit value whose upper limbs are equal.
    Value(u64),
    /// What is added to the address of a load or store: a signed element.
    Offset(i32),
}

/// Shapes that instructions come in, by what the main table does.
enum Shape {
    /// Nothing but going on.
    Nothing,
    Adds {
        word: bool,
    },
    Subtracts {
        word: bool,
    },
    /// An operation on `rs1` and `rs2` or the immediate.
    Asks(OperationCode),
    Load(OperationCode),
    Store(OperationCode),
    /// `lr`: a load without an offset.
    LoadReserved(OperationCode),
    /// `sc` and `amo`: they read a register and write one, and there is no offset.
    Atomic(OperationCode),
    /// The result is known: `lui`, `auipc`.
    Constant(u64),
    Jump,
    JumpToRegister,
    BranchOnZero {
        negates: bool,
    },
    BranchOnLess {
        negates: bool,
    },
    BranchOnResult {
        negates: bool,
    },
    Ecall,
}

/// What an instruction of `len` bytes at `pc` does; `None` for `ebreak`, which no run executes.
pub(crate) fn encode(instruction: Instruction, pc: u64, len: u8) -> Option<Encoded> {
    let shape = shape(instruction, pc)?;
    let Instruction {
        rd, rs1, rs2, imm, ..
    } = instruction;
    let has_rs2 = matches!(instruction.op.spec().format, Format::R);
    let signed = i64::from(imm) as u64;
    let behind = pc.wrapping_add(u64::from(len));
    let mut encoded = Encoded {
        flags: Flags {
            is_short: len == 2,
            ..Flags::default()
        },
        code: None,
        rd: 0,
        rs1: 0,
        rs2: 0,
        immediate: Immediate::Value(0),
        jump: 0,
    };
    // A result that nobody sees need not be computed, unless something else comes of it.
    let is_seen = rd != 0;
    let flags = &mut encoded.flags;
    match shape {
        Shape::Nothing => {
            flags.copies = true;
            return Some(encoded);
        }
        Shape::Adds { .. } | Shape::Subtracts { .. } | Shape::Asks(_) | Shape::Constant(_) if !is_seen => {
            flags.copies = true;
            return Some(encoded);
        }
        Shape::Adds { word } => {
            (flags.adds, flags.adds_all) = (true, !word);
            (encoded.rs1, flags.reads_rs2) = (rs1, has_rs2);
        }
        Shape::Subtracts { word } => {
            (flags.subtracts, flags.subtracts_all) = (true, !word);
            (encoded.rs1, flags.reads_rs2) = (rs1, has_rs2);
        }
        Shape::Asks(code) => {
            (flags.asks, encoded.code) = (true, Some(code));
            (encoded.rs1, flags.reads_rs2) = (rs1, has_rs2);
        }
        Shape::Load(code) => {
            (flags.asks, flags.has_time, encoded.code) = (true, true, Some(code));
            (encoded.rs1, encoded.immediate) = (rs1, Immediate::Offset(imm));
        }
        Shape::Store(code) => {
            (flags.asks, flags.has_time, flags.is_store) = (true, true, true);
            (encoded.code, encoded.immediate) = (Some(code), Immediate::Offset(imm));
            (encoded.rs1, encoded.rd) = (rs1, rs2);
            return Some(encoded);
        }
        Shape::LoadReserved(code) => {
            (flags.asks, flags.has_time, encoded.code) = (true, true, Some(code));
            (encoded.rs1, encoded.immediate) = (rs1, Immediate::Offset(0));
        }
        Shape::Atomic(code) => {
            (flags.asks, flags.has_time, encoded.code) = (true, true, Some(code));
            (encoded.rs1, encoded.immediate) = (rs1, Immediate::Offset(0));
            flags.reads_rs2 = true;
        }
        Shape::Constant(value) => (flags.copies, encoded.immediate) = (true, Immediate::Value(value)),
        Shape::Jump => {
            (flags.jumps, encoded.jump) = (true, imm - i32::from(len));
            (flags.copies, encoded.immediate) = (true, Immediate::Value(behind));
        }
        Shape::JumpToRegister => {
            (flags.jumps_to_register, encoded.rs1, encoded.jump) = (true, rs1, imm);
            // The link is the result, and small enough for the checks that a jump comes with.
            (flags.copies, encoded.immediate) = (true, Immediate::Value(behind));
        }
        Shape::BranchOnZero { negates } => {
            (flags.branches_on_zero, flags.subtracts, flags.subtracts_all) = (true, true, true);
            (encoded.rs1, flags.reads_rs2, flags.negates) = (rs1, true, negates);
            encoded.jump = imm - i32::from(len);
        }
        Shape::BranchOnLess { negates } => {
            (flags.branches_on_less, flags.subtracts, flags.subtracts_all) = (true, true, true);
            (encoded.rs1, flags.reads_rs2, flags.negates) = (rs1, true, negates);
            encoded.jump = imm - i32::from(len);
        }
        Shape::BranchOnResult { negates } => {
            (flags.branches_on_result, flags.asks, encoded.code) = (true, true, Some(OperationCode::Slt));
            (encoded.rs1, flags.reads_rs2, flags.negates) = (rs1, true, negates);
            encoded.jump = imm - i32::from(len);
        }
        Shape::Ecall => {
            (flags.asks, flags.has_time, flags.is_ecall) = (true, true, true);
            encoded.code = Some(OperationCode::Ecall);
            return Some(encoded);
        }
    }
    if encoded.flags.reads_rs2 {
        encoded.rs2 = rs2;
    } else if encoded.immediate == Immediate::Value(0) {
        encoded.immediate = Immediate::Value(signed);
    }
    let writes = is_seen && has_result(instruction.op);
    encoded.flags.writes_rd = writes;
    encoded.rd = if writes { rd } else { 0 };
    Some(encoded)
}

/// Whether an operation has a result for `rd`.
fn has_result(op: Op) -> bool {
    match op.spec().format {
        Format::S | Format::B | Format::Fence | Format::System => false,
        Format::R
        | Format::I
        | Format::Load
        | Format::Jalr
        | Format::Shift64
        | Format::Shift32
        | Format::U
        | Format::J
        | Format::Atomic
        | Format::LoadReserved => true,
    }
}

#[allow(clippy::too_many_lines, reason = "one arm for every operation")]
fn shape(instruction: Instruction, pc: u64) -> Option<Shape> {
    use OperationCode as Code;
    let signed = i64::from(instruction.imm) as u64;
    Some(match instruction.op {
        Op::Lui => Shape::Constant(signed),
        Op::Auipc => Shape::Constant(pc.wrapping_add(signed)),
        Op::Jal => Shape::Jump,
        Op::Jalr => Shape::JumpToRegister,
        Op::Beq => Shape::BranchOnZero { negates: false },
        Op::Bne => Shape::BranchOnZero { negates: true },
        Op::Blt => Shape::BranchOnResult { negates: false },
        Op::Bge => Shape::BranchOnResult { negates: true },
        Op::Bltu => Shape::BranchOnLess { negates: false },
        Op::Bgeu => Shape::BranchOnLess { negates: true },
        Op::Lb => Shape::Load(Code::LoadByte),
        Op::Lh => Shape::Load(Code::LoadHalf),
        Op::Lw => Shape::Load(Code::LoadWord),
        Op::Ld => Shape::Load(Code::LoadDouble),
        Op::Lbu => Shape::Load(Code::LoadByteUnsigned),
        Op::Lhu => Shape::Load(Code::LoadHalfUnsigned),
        Op::Lwu => Shape::Load(Code::LoadWordUnsigned),
        Op::Sb => Shape::Store(Code::StoreByte),
        Op::Sh => Shape::Store(Code::StoreHalf),
        Op::Sw => Shape::Store(Code::StoreWord),
        Op::Sd => Shape::Store(Code::StoreDouble),
        Op::Addi | Op::Add => Shape::Adds { word: false },
        Op::Addiw | Op::Addw => Shape::Adds { word: true },
        Op::Sub => Shape::Subtracts { word: false },
        Op::Subw => Shape::Subtracts { word: true },
        Op::Slti | Op::Slt => Shape::Asks(Code::Slt),
        Op::Sltiu | Op::Sltu => Shape::Asks(Code::Sltu),
        Op::Xori | Op::Xor => Shape::Asks(Code::Xor),
        Op::Ori | Op::Or => Shape::Asks(Code::Or),
        Op::Andi | Op::And => Shape::Asks(Code::And),
        Op::Slli | Op::Sll => Shape::Asks(Code::Sll),
        Op::Srli | Op::Srl => Shape::Asks(Code::Srl),
        Op::Srai | Op::Sra => Shape::Asks(Code::Sra),
        Op::Slliw | Op::Sllw => Shape::Asks(Code::Sllw),
        Op::Srliw | Op::Srlw => Shape::Asks(Code::Srlw),
        Op::Sraiw | Op::Sraw => Shape::Asks(Code::Sraw),
        Op::Mul => Shape::Asks(Code::Mul),
        Op::Mulh => Shape::Asks(Code::Mulh),
        Op::Mulhsu => Shape::Asks(Code::Mulhsu),
        Op::Mulhu => Shape::Asks(Code::Mulhu),
        Op::Mulw => Shape::Asks(Code::Mulw),
        Op::Div => Shape::Asks(Code::Div),
        Op::Divu => Shape::Asks(Code::Divu),
        Op::Rem => Shape::Asks(Code::Rem),
        Op::Remu => Shape::Asks(Code::Remu),
        Op::Divw => Shape::Asks(Code::Divw),
        Op::Divuw => Shape::Asks(Code::Divuw),
        Op::Remw => Shape::Asks(Code::Remw),
        Op::Remuw => Shape::Asks(Code::Remuw),
        Op::LrW => Shape::LoadReserved(Code::LoadReservedWord),
        Op::LrD => Shape::LoadReserved(Code::LoadReservedDouble),
        Op::ScW => Shape::Atomic(Code::StoreConditionalWord),
        Op::ScD => Shape::Atomic(Code::StoreConditionalDouble),
        Op::AmoswapW => Shape::Atomic(Code::AmoSwapWord),
        Op::AmoaddW => Shape::Atomic(Code::AmoAddWord),
        Op::AmoxorW => Shape::Atomic(Code::AmoXorWord),
        Op::AmoandW => Shape::Atomic(Code::AmoAndWord),
        Op::AmoorW => Shape::Atomic(Code::AmoOrWord),
        Op::AmominW => Shape::Atomic(Code::AmoMinWord),
        Op::AmomaxW => Shape::Atomic(Code::AmoMaxWord),
        Op::AmominuW => Shape::Atomic(Code::AmoMinuWord),
        Op::AmomaxuW => Shape::Atomic(Code::AmoMaxuWord),
        Op::AmoswapD => Shape::Atomic(Code::AmoSwapDouble),
        Op::AmoaddD => Shape::Atomic(Code::AmoAddDouble),
        Op::AmoxorD => Shape::Atomic(Code::AmoXorDouble),
        Op::AmoandD => Shape::Atomic(Code::AmoAndDouble),
        Op::AmoorD => Shape::Atomic(Code::AmoOrDouble),
        Op::AmominD => Shape::Atomic(Code::AmoMinDouble),
        Op::AmomaxD => Shape::Atomic(Code::AmoMaxDouble),
        Op::AmominuD => Shape::Atomic(Code::AmoMinuDouble),
        Op::AmomaxuD => Shape::Atomic(Code::AmoMaxuDouble),
        Op::Fence => Shape::Nothing,
        Op::Ecall => Shape::Ecall,
        Op::Ebreak => return None,
    })
}

impl Immediate {
    /// The three elements that the program says of it: the lower two limbs and the upper one; or the offset.
    pub(crate) fn elements(self) -> [i64; 3] {
        match self {
            Self::Value(value) => {
                let [low, middle, high, _] = limbs(value).map(i64::from);
                [low, middle, high]
            }
            Self::Offset(offset) => [i64::from(offset), 0, 0],
        }
    }
}

//! Every instruction: name, encoding, meaning.

use crate::operations;

/// Which fields an encoding has, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `rd, rs1, rs2`.
    R,
    /// `rd, rs1, imm`: 12 bits, sign-extended.
    I,
    /// `rd, imm(rs1)`: 12 bits, sign-extended.
    Load,
    /// `rd, imm(rs1)`: 12 bits, sign-extended.
    Jalr,
    /// `rd, rs1, shamt`: 6 bits.
    Shift64,
    /// `rd, rs1, shamt`: 5 bits.
    Shift32,
    /// `rs2, imm(rs1)`: 12 bits, sign-extended.
    S,
    /// `rs1, rs2, offset`: 13 bits, sign-extended, even.
    B,
    /// `rd, imm`: the upper 20 of 32 bits, sign-extended.
    U,
    /// `rd, offset`: 21 bits, sign-extended, even.
    J,
    /// `rd, rs2, (rs1)` with `aq` and `rl`.
    Atomic,
    /// `rd, (rs1)` with `aq` and `rl`.
    LoadReserved,
    /// `pred, succ`; `rd` and `rs1` are reserved and ignored.
    Fence,
    /// No fields.
    System,
}

/// Size of a memory access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// 1 byte.
    Byte,
    /// 2 bytes.
    Half,
    /// 4 bytes.
    Word,
    /// 8 bytes.
    Double,
}

impl Width {
    /// Size in bytes.
    pub const fn bytes(self) -> u64 {
        match self {
            Self::Byte => 1,
            Self::Half => 2,
            Self::Word => 4,
            Self::Double => 8,
        }
    }
}

/// An operation of [`operations`] on two values.
pub type Binary = fn(u64, u64) -> u64;
/// An extension of [`operations`] of what was loaded.
pub type Extension = fn(u64) -> u64;

/// What an instruction does with its fields. `b` is `rs2` where the format has it, else the immediate.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// `rd = f(rs1, b)`.
    Alu(Binary),
    /// `rd = f(pc, imm)`.
    Upper(Binary),
    /// `if f(rs1, rs2) != 0 { pc += imm }`.
    Branch(Binary),
    /// `rd = address of the next instruction; pc += imm`.
    Jal,
    /// `rd = address of the next instruction; pc = (rs1 + imm) & !1`.
    Jalr,
    /// `rd = f(memory[rs1 + imm])`.
    Load(Width, Extension),
    /// `memory[rs1 + imm] = rs2`.
    Store(Width),
    /// `rd = f(memory[rs1])`; the address must be aligned.
    LoadReserved(Width, Extension),
    /// `memory[rs1] = rs2; rd = 0`: with one hart and no interrupts it always succeeds.
    StoreConditional(Width),
    /// `old = e(memory[rs1]); memory[rs1] = f(old, e(rs2)); rd = old`; the address must be aligned.
    Amo(Width, Extension, Binary),
    /// Nothing: one hart sees its own accesses in order.
    Fence,
    /// A system call.
    Ecall,
    /// A trap.
    Ebreak,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The operation.
    pub op: Op,
    /// Assembler mnemonic.
    pub mnemonic: &'static str,
    /// Fields of the encoding.
    pub format: Format,
    /// Bits that tell this instruction from others.
    pub mask: u32,
    /// What those bits are.
    pub value: u32,
    /// What it does.
    pub kind: Kind,
}

/// Calls the macro `$callback` with one row per instruction:
/// `Name "mnemonic" Format mask value Kind(operations...)`, the rows of a major opcode together.
///
/// This is the one list of instructions. Whoever needs code per instruction, such as an interpreter that
/// wants each operation inlined in an arm of its own, expands it with a macro of their own.
#[macro_export]
macro_rules! for_each_instruction {
    ($callback:ident) => {
        $callback! {
            Lui       "lui"       U            0x0000007f 0x00000037 Upper(second);
            Auipc     "auipc"     U            0x0000007f 0x00000017 Upper(add);
            Jal       "jal"       J            0x0000007f 0x0000006f Jal();
            Jalr      "jalr"      Jalr         0x0000707f 0x00000067 Jalr();

            Beq       "beq"       B            0x0000707f 0x00000063 Branch(eq);
            Bne       "bne"       B            0x0000707f 0x00001063 Branch(ne);
            Blt       "blt"       B            0x0000707f 0x00004063 Branch(slt);
            Bge       "bge"       B            0x0000707f 0x00005063 Branch(sge);
            Bltu      "bltu"      B            0x0000707f 0x00006063 Branch(sltu);
            Bgeu      "bgeu"      B            0x0000707f 0x00007063 Branch(sgeu);

            Lb        "lb"        Load         0x0000707f 0x00000003 Load(Byte, sext8);
            Lh        "lh"        Load         0x0000707f 0x00001003 Load(Half, sext16);
            Lw        "lw"        Load         0x0000707f 0x00002003 Load(Word, sext32);
            Ld        "ld"        Load         0x0000707f 0x00003003 Load(Double, full);
            Lbu       "lbu"       Load         0x0000707f 0x00004003 Load(Byte, zext8);
            Lhu       "lhu"       Load         0x0000707f 0x00005003 Load(Half, zext16);
            Lwu       "lwu"       Load         0x0000707f 0x00006003 Load(Word, zext32);

            Sb        "sb"        S            0x0000707f 0x00000023 Store(Byte);
            Sh        "sh"        S            0x0000707f 0x00001023 Store(Half);
            Sw        "sw"        S            0x0000707f 0x00002023 Store(Word);
            Sd        "sd"        S            0x0000707f 0x00003023 Store(Double);

            Addi      "addi"      I            0x0000707f 0x00000013 Alu(add);
            Slti      "slti"      I            0x0000707f 0x00002013 Alu(slt);
            Sltiu     "sltiu"     I            0x0000707f 0x00003013 Alu(sltu);
            Xori      "xori"      I            0x0000707f 0x00004013 Alu(xor);
            Ori       "ori"       I            0x0000707f 0x00006013 Alu(or);
            Andi      "andi"      I            0x0000707f 0x00007013 Alu(and);
            Slli      "slli"      Shift64      0xfc00707f 0x00001013 Alu(sll);
            Srli      "srli"      Shift64      0xfc00707f 0x00005013 Alu(srl);
            Srai      "srai"      Shift64      0xfc00707f 0x40005013 Alu(sra);

            Addiw     "addiw"     I            0x0000707f 0x0000001b Alu(addw);
            Slliw     "slliw"     Shift32      0xfe00707f 0x0000101b Alu(sllw);
            Srliw     "srliw"     Shift32      0xfe00707f 0x0000501b Alu(srlw);
            Sraiw     "sraiw"     Shift32      0xfe00707f 0x4000501b Alu(sraw);

            Add       "add"       R            0xfe00707f 0x00000033 Alu(add);
            Sub       "sub"       R            0xfe00707f 0x40000033 Alu(sub);
            Sll       "sll"       R            0xfe00707f 0x00001033 Alu(sll);
            Slt       "slt"       R            0xfe00707f 0x00002033 Alu(slt);
            Sltu      "sltu"      R            0xfe00707f 0x00003033 Alu(sltu);
            Xor       "xor"       R            0xfe00707f 0x00004033 Alu(xor);
            Srl       "srl"       R            0xfe00707f 0x00005033 Alu(srl);
            Sra       "sra"       R            0xfe00707f 0x40005033 Alu(sra);
            Or        "or"        R            0xfe00707f 0x00006033 Alu(or);
            And       "and"       R            0xfe00707f 0x00007033 Alu(and);
            Mul       "mul"       R            0xfe00707f 0x02000033 Alu(mul);
            Mulh      "mulh"      R            0xfe00707f 0x02001033 Alu(mulh);
            Mulhsu    "mulhsu"    R            0xfe00707f 0x02002033 Alu(mulhsu);
            Mulhu     "mulhu"     R            0xfe00707f 0x02003033 Alu(mulhu);
            Div       "div"       R            0xfe00707f 0x02004033 Alu(div);
            Divu      "divu"      R            0xfe00707f 0x02005033 Alu(divu);
            Rem       "rem"       R            0xfe00707f 0x02006033 Alu(rem);
            Remu      "remu"      R            0xfe00707f 0x02007033 Alu(remu);

            Addw      "addw"      R            0xfe00707f 0x0000003b Alu(addw);
            Subw      "subw"      R            0xfe00707f 0x4000003b Alu(subw);
            Sllw      "sllw"      R            0xfe00707f 0x0000103b Alu(sllw);
            Srlw      "srlw"      R            0xfe00707f 0x0000503b Alu(srlw);
            Sraw      "sraw"      R            0xfe00707f 0x4000503b Alu(sraw);
            Mulw      "mulw"      R            0xfe00707f 0x0200003b Alu(mulw);
            Divw      "divw"      R            0xfe00707f 0x0200403b Alu(divw);
            Divuw     "divuw"     R            0xfe00707f 0x0200503b Alu(divuw);
            Remw      "remw"      R            0xfe00707f 0x0200603b Alu(remw);
            Remuw     "remuw"     R            0xfe00707f 0x0200703b Alu(remuw);

            LrW       "lr.w"      LoadReserved 0xf9f0707f 0x1000202f LoadReserved(Word, sext32);
            LrD       "lr.d"      LoadReserved 0xf9f0707f 0x1000302f LoadReserved(Double, full);
            ScW       "sc.w"      Atomic       0xf800707f 0x1800202f StoreConditional(Word);
            ScD       "sc.d"      Atomic       0xf800707f 0x1800302f StoreConditional(Double);
            AmoswapW  "amoswap.w" Atomic       0xf800707f 0x0800202f Amo(Word, sext32, second);
            AmoaddW   "amoadd.w"  Atomic       0xf800707f 0x0000202f Amo(Word, sext32, add);
            AmoxorW   "amoxor.w"  Atomic       0xf800707f 0x2000202f Amo(Word, sext32, xor);
            AmoandW   "amoand.w"  Atomic       0xf800707f 0x6000202f Amo(Word, sext32, and);
            AmoorW    "amoor.w"   Atomic       0xf800707f 0x4000202f Amo(Word, sext32, or);
            AmominW   "amomin.w"  Atomic       0xf800707f 0x8000202f Amo(Word, sext32, min);
            AmomaxW   "amomax.w"  Atomic       0xf800707f 0xa000202f Amo(Word, sext32, max);
            AmominuW  "amominu.w" Atomic       0xf800707f 0xc000202f Amo(Word, sext32, minu);
            AmomaxuW  "amomaxu.w" Atomic       0xf800707f 0xe000202f Amo(Word, sext32, maxu);
            AmoswapD  "amoswap.d" Atomic       0xf800707f 0x0800302f Amo(Double, full, second);
            AmoaddD   "amoadd.d"  Atomic       0xf800707f 0x0000302f Amo(Double, full, add);
            AmoxorD   "amoxor.d"  Atomic       0xf800707f 0x2000302f Amo(Double, full, xor);
            AmoandD   "amoand.d"  Atomic       0xf800707f 0x6000302f Amo(Double, full, and);
            AmoorD    "amoor.d"   Atomic       0xf800707f 0x4000302f Amo(Double, full, or);
            AmominD   "amomin.d"  Atomic       0xf800707f 0x8000302f Amo(Double, full, min);
            AmomaxD   "amomax.d"  Atomic       0xf800707f 0xa000302f Amo(Double, full, max);
            AmominuD  "amominu.d" Atomic       0xf800707f 0xc000302f Amo(Double, full, minu);
            AmomaxuD  "amomaxu.d" Atomic       0xf800707f 0xe000302f Amo(Double, full, maxu);

            Fence     "fence"     Fence        0x0000707f 0x0000000f Fence();

            Ecall     "ecall"     System       0xffffffff 0x00000073 Ecall();
            Ebreak    "ebreak"    System       0xffffffff 0x00100073 Ebreak();
        }
    };
}

macro_rules! define {
    (@kind Alu $f:ident) => { Kind::Alu(operations::$f) };
    (@kind Upper $f:ident) => { Kind::Upper(operations::$f) };
    (@kind Branch $f:ident) => { Kind::Branch(operations::$f) };
    (@kind Load $w:ident $f:ident) => { Kind::Load(Width::$w, operations::$f) };
    (@kind Store $w:ident) => { Kind::Store(Width::$w) };
    (@kind LoadReserved $w:ident $f:ident) => { Kind::LoadReserved(Width::$w, operations::$f) };
    (@kind StoreConditional $w:ident) => { Kind::StoreConditional(Width::$w) };
    (@kind Amo $w:ident $e:ident $f:ident) => { Kind::Amo(Width::$w, operations::$e, operations::$f) };
    (@kind $kind:ident) => { Kind::$kind };
    ($($op:ident $mnemonic:literal $format:ident $mask:literal $value:literal
       $kind:ident($($operation:ident),*);)*) => {
        /// An operation of RV64IMAC.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the manual's names")]
        pub enum Op { $($op,)* }

        /// The table, in the order of [`Op`].
        pub const SPECS: &[Spec] = &[$(Spec {
            op: Op::$op,
            mnemonic: $mnemonic,
            format: Format::$format,
            mask: $mask,
            value: $value,
            kind: define!(@kind $kind $($operation)*),
        },)*];

        impl Op {
            /// All operations.
            pub const ALL: &[Self] = &[$(Self::$op,)*];
        }
    };
}

for_each_instruction!(define);

impl Op {
    /// The operation's line in the table.
    pub const fn spec(self) -> &'static Spec {
        &SPECS[self as usize]
    }
}

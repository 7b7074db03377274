use p3_field::PrimeCharacteristicRing;
use zisk_isa::{Kind, Width, operations};
use zisk_stark::Val;

use super::{AtomicColumns, KindColumns};
use crate::OperationCode;
use crate::memory::access::AccessColumns;
use crate::memory::request::mask;
use crate::memory::{Request, WordState};
use crate::word::{limbs, word};

/// What an operation computes from what.
struct Computed {
    width: Width,
    /// What stood there and the operand, both extended.
    x: u64,
    y: u64,
    result: u64,
}

impl Computed {
    fn new(request: &Request, old: &WordState) -> Option<Self> {
        let width = request.code.width()?;
        let extend = if width == Width::Double {
            operations::full
        } else {
            operations::sext32
        };
        let (x, y) = (
            extend(old.value >> (8 * request.position())),
            extend(request.value),
        );
        let result = match request.code.access()? {
            Kind::Amo(_, _, function) => function(x, y),
            Kind::StoreConditional(_) => y,
            Kind::LoadReserved(..) => x,
            Kind::Load(..)
            | Kind::Store(_)
            | Kind::Alu(_)
            | Kind::Upper(_)
            | Kind::Branch(_)
            | Kind::Jal
            | Kind::Jalr
            | Kind::Fence
            | Kind::Ecall
            | Kind::Ebreak => return None,
        };
        Some(Self { width, x, y, result })
    }
}

/// The kind of a code, and what it asks other tables for.
fn kind(code: OperationCode) -> (KindColumns<Val>, Option<OperationCode>) {
    use OperationCode as Code;
    let mut kind = KindColumns::of_row(&[Val::ZERO; KindColumns::<Val>::WIDTH]);
    let (flag, asks) = match code {
        Code::LoadReservedWord | Code::LoadReservedDouble => (&mut kind.load_reserved, None),
        Code::StoreConditionalWord | Code::StoreConditionalDouble => (&mut kind.store_conditional, None),
        Code::AmoSwapWord | Code::AmoSwapDouble => (&mut kind.swap, None),
        Code::AmoAddWord | Code::AmoAddDouble => (&mut kind.add, None),
        Code::AmoXorWord | Code::AmoXorDouble => (&mut kind.xor, Some(Code::Xor)),
        Code::AmoAndWord | Code::AmoAndDouble => (&mut kind.and, Some(Code::And)),
        Code::AmoOrWord | Code::AmoOrDouble => (&mut kind.or, Some(Code::Or)),
        Code::AmoMinWord | Code::AmoMinDouble => (&mut kind.min, Some(Code::Slt)),
        Code::AmoMaxWord | Code::AmoMaxDouble => (&mut kind.max, Some(Code::Slt)),
        Code::AmoMinuWord | Code::AmoMinuDouble => (&mut kind.minu, Some(Code::Sltu)),
        Code::AmoMaxuWord | Code::AmoMaxuDouble => (&mut kind.maxu, Some(Code::Sltu)),
        Code::And
        | Code::Or
        | Code::Xor
        | Code::Sll
        | Code::Srl
        | Code::Sra
        | Code::Sllw
        | Code::Srlw
        | Code::Sraw
        | Code::Slt
        | Code::Sltu
        | Code::Mul
        | Code::Mulh
        | Code::Mulhsu
        | Code::Mulhu
        | Code::Mulw
        | Code::Div
        | Code::Divu
        | Code::Rem
        | Code::Remu
        | Code::Divw
        | Code::Divuw
        | Code::Remw
        | Code::Remuw
        | Code::LoadByte
        | Code::LoadHalf
        | Code::LoadWord
        | Code::LoadDouble
        | Code::LoadByteUnsigned
        | Code::LoadHalfUnsigned
        | Code::LoadWordUnsigned
        | Code::StoreByte
        | Code::StoreHalf
        | Code::StoreWord
        | Code::StoreDouble
        | Code::Ecall => return (kind, None),
    };
    *flag = Val::ONE;
    (kind, asks)
}

/// What another table is asked for by the row of an operation on a word in this state: a row of its own, with these
/// operands.
pub fn asks(request: &Request, old: &WordState) -> Option<(OperationCode, u64, u64)> {
    let Computed { x, y, .. } = Computed::new(request, old)?;
    kind(request.code).1.map(|code| (code, x, y))
}

/// Fills a row with an atomic operation on a word, which is in read-only memory or not, and was in this state.
pub fn fill(request: &Request, is_read_only: bool, old: &WordState, row: &mut [Val]) {
    let Some(Computed { width, x, y, result }) = Computed::new(request, old) else {
        return;
    };
    let shift = 8 * request.position();
    let mask = mask(width);
    let new = old.value & !(mask << shift) | (result & mask) << shift;
    let is_double = width == Width::Double;
    let sign = |value: u64| Val::from_bool(!is_double && value >> 63 == 1);
    let (kind, asks) = kind(request.code);
    let is_less = match asks {
        Some(OperationCode::Slt) => operations::slt(x, y),
        Some(OperationCode::Sltu) => operations::sltu(x, y),
        _ => 0,
    };
    let [low, upper, ..] = word(request.base);
    let [_, _, y2, y3] = limbs(y);
    AtomicColumns {
        time: Val::from_u32(request.time),
        access: AccessColumns::new(old.time, request.time),
        base: [low, upper],
        is_read_only: Val::from_bool(is_read_only),
        kind,
        is_double: Val::from_bool(is_double),
        is_upper: Val::from_bool(shift > 0),
        code: Val::from_u32(request.code as u32),
        old: word(old.value),
        new: word(new),
        b: word(request.value),
        old_sign: sign(x),
        b_sign: sign(y),
        x: word(x),
        y_upper: [y2, y3].map(Val::from_u32),
        result: word(result),
        is_less: Val::from_u64(is_less),
    }
    .store(row);
}

//! What the operations compute, as pure functions of two 64-bit values.
//!
//! The second value is `rs2` or the immediate. Results of comparisons are 0 or 1. The `w` forms compute on
//! the low 32 bits and sign-extend the result. Shift amounts are taken modulo the width. Division by zero
//! gives all ones and the dividend as remainder; the overflowing division gives the dividend and 0 (manual,
//! section 13.2).

/// Sign-extends the low 8 bits.
pub const fn sext8(a: u64) -> u64 {
    a as i8 as u64
}

/// Sign-extends the low 16 bits.
pub const fn sext16(a: u64) -> u64 {
    a as i16 as u64
}

/// Sign-extends the low 32 bits.
pub const fn sext32(a: u64) -> u64 {
    a as i32 as u64
}

/// Zero-extends the low 8 bits.
pub const fn zext8(a: u64) -> u64 {
    a as u8 as u64
}

/// Zero-extends the low 16 bits.
pub const fn zext16(a: u64) -> u64 {
    a as u16 as u64
}

/// Zero-extends the low 32 bits.
pub const fn zext32(a: u64) -> u64 {
    a as u32 as u64
}

/// The value as it is.
pub const fn full(a: u64) -> u64 {
    a
}

/// The second value: `lui` (of its immediate) and `amoswap`.
pub const fn second(_: u64, b: u64) -> u64 {
    b
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident = |$a:ident, $b:ident| $result:expr;)*) => {
        $($(#[$doc])* pub const fn $name($a: u64, $b: u64) -> u64 { $result })*
    };
}

operations! {
    /// Sum modulo 2^64.
    add = |a, b| a.wrapping_add(b);
    /// Difference modulo 2^64.
    sub = |a, b| a.wrapping_sub(b);
    /// Bitwise and.
    and = |a, b| a & b;
    /// Bitwise or.
    or = |a, b| a | b;
    /// Bitwise exclusive or.
    xor = |a, b| a ^ b;
    /// Shift left.
    sll = |a, b| a << (b & 63);
    /// Logical shift right.
    srl = |a, b| a >> (b & 63);
    /// Arithmetic shift right.
    sra = |a, b| ((a as i64) >> (b & 63)) as u64;
    /// Whether the values are equal.
    eq = |a, b| (a == b) as u64;
    /// Whether the values differ.
    ne = |a, b| (a != b) as u64;
    /// Signed less than.
    slt = |a, b| ((a as i64) < b as i64) as u64;
    /// Signed greater than or equal.
    sge = |a, b| (a as i64 >= b as i64) as u64;
    /// Unsigned less than.
    sltu = |a, b| (a < b) as u64;
    /// Unsigned greater than or equal.
    sgeu = |a, b| (a >= b) as u64;
    /// 32-bit sum.
    addw = |a, b| sext32(a.wrapping_add(b));
    /// 32-bit difference.
    subw = |a, b| sext32(a.wrapping_sub(b));
    /// 32-bit shift left.
    sllw = |a, b| sext32(a << (b & 31));
    /// 32-bit logical shift right.
    srlw = |a, b| sext32(((a as u32) >> (b & 31)) as u64);
    /// 32-bit arithmetic shift right.
    sraw = |a, b| ((a as i32) >> (b & 31)) as u64;
    /// Low half of the product.
    mul = |a, b| a.wrapping_mul(b);
    /// High half of the signed product.
    mulh = |a, b| ((a as i64 as i128 * b as i64 as i128) >> 64) as u64;
    /// High half of the product of a signed and an unsigned value.
    mulhsu = |a, b| ((a as i64 as i128 * b as i128) >> 64) as u64;
    /// High half of the unsigned product.
    mulhu = |a, b| ((a as u128 * b as u128) >> 64) as u64;
    /// 32-bit product.
    mulw = |a, b| sext32(a.wrapping_mul(b));
    /// Signed quotient, rounded towards zero.
    div = |a, b| if b == 0 { u64::MAX } else { (a as i64).wrapping_div(b as i64) as u64 };
    /// Unsigned quotient.
    divu = |a, b| if b == 0 { u64::MAX } else { a / b };
    /// Signed remainder, with the sign of the dividend.
    rem = |a, b| if b == 0 { a } else { (a as i64).wrapping_rem(b as i64) as u64 };
    /// Unsigned remainder.
    remu = |a, b| if b == 0 { a } else { a % b };
    /// 32-bit signed quotient.
    divw = |a, b| if b as u32 == 0 { u64::MAX } else { (a as i32).wrapping_div(b as i32) as u64 };
    /// 32-bit unsigned quotient.
    divuw = |a, b| if b as u32 == 0 { u64::MAX } else { sext32((a as u32 / b as u32) as u64) };
    /// 32-bit signed remainder.
    remw = |a, b| if b as u32 == 0 { sext32(a) } else { (a as i32).wrapping_rem(b as i32) as u64 };
    /// 32-bit unsigned remainder.
    remuw = |a, b| if b as u32 == 0 { sext32(a) } else { sext32((a as u32 % b as u32) as u64) };
    /// The smaller value, signed.
    min = |a, b| if (a as i64) < b as i64 { a } else { b };
    /// The larger value, signed.
    max = |a, b| if (a as i64) < b as i64 { b } else { a };
    /// The smaller value, unsigned.
    minu = |a, b| if a < b { a } else { b };
    /// The larger value, unsigned.
    maxu = |a, b| if a < b { b } else { a };
}

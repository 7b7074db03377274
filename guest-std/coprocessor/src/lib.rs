//! The coprocessors of the zisk VM, as functions.
//!
//! This is what libraries call whose work a coprocessor does: `zisk-guest`, and crates that take the place of others in a
//! guest. It depends on nothing that these might replace. Elsewhere than in the VM there are no coprocessors and nothing in
//! this crate, so whoever uses it does without there:
//!
//! ```
//! fn keccak_f(state: &mut [u64; 25]) {
//!     #[cfg(all(target_arch = "riscv64", target_os = "none"))]
//!     zisk_coprocessor::keccak_f(state);
//!     #[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
//!     in_software(state);
//! }
//! # fn in_software(_: &mut [u64; 25]) {}
//! ```

#![no_std]
#![cfg(all(target_arch = "riscv64", target_os = "none"))]

use core::arch::asm;

use zisk_abi::coprocessor::{
    KECCAK_F, POSEIDON2, QUINTIC_MUL_ADD, SECP256K1_ADD, SECP256K1_DOUBLE, SHA256_COMPRESS, U256_MUL_ADD,
    U256_MUL_ADD_MOD,
};

/// A value on a multiple of 8, as coprocessors want their operands.
#[repr(C, align(8))]
struct Aligned<T>(T);

fn is_aligned<T>(value: &T) -> bool {
    (&raw const *value).addr().is_multiple_of(align_of::<u64>())
}

/// Makes a call: the operand that is written, then those that are only read, each with its register. No register is set that is not
/// read, which would take an instruction.
///
/// # Safety
/// The coprocessor must take pointers to these, and write no other operand than the first.
macro_rules! call {
    ($coprocessor:ident, $written:expr $(, $register:tt: $read:expr)*) => {
        asm!(
            "ecall",
            in("a7") $coprocessor.number,
            in("a0") &raw mut *$written,
            $(in($register) &raw const *$read,)*
            options(nostack, preserves_flags),
        )
    };
}

/// The word that begins at any address, in the machine's byte order (little endian). The machine loads it as it is; a compiler
/// that does not know of that takes eight loads.
pub fn load_word(bytes: &[u8; 8]) -> u64 {
    let word;
    // SAFETY: these are eight readable bytes.
    unsafe {
        asm!(
            "ld {word}, ({bytes})",
            word = lateout(reg) word,
            bytes = in(reg) bytes.as_ptr(),
            options(nostack, readonly, pure, preserves_flags),
        );
    }
    word
}

/// One compression of SHA-256 (FIPS 180-4, section 6.2.2). It is cheapest where state and block lie on multiples of 8.
pub fn sha256_compress(state: &mut [u32; 8], block: &[u8; 64]) {
    if !is_aligned(state) {
        let mut aligned = Aligned(*state);
        sha256_compress(&mut aligned.0, block);
        *state = aligned.0;
    } else if is_aligned(block) {
        // SAFETY: these are a state and a block, on multiples of 8.
        unsafe { call!(SHA256_COMPRESS, state, "a1": block) };
    } else {
        let mut aligned = [0; 8];
        for (word, bytes) in aligned.iter_mut().zip(block.as_chunks().0) {
            *word = load_word(bytes);
        }
        // SAFETY: as above.
        unsafe { call!(SHA256_COMPRESS, state, "a1": &aligned) };
    }
}

/// The permutation Keccak-f[1600] (FIPS 202, section 3.3): the lane at `x`, `y` is in place `x + 5 * y`.
pub fn keccak_f(state: &mut [u64; 25]) {
    // SAFETY: this is a state; there is no second operand.
    unsafe { call!(KECCAK_F, state) };
}

/// `x <- (x * y + z) mod m`, of numbers of 256 bits, the lowest word first; a modulus of 0 stands for 2^256.
///
/// The run ends with a trap if the quotient has more than 256 bits; it has not if `x` or `y` is below the modulus.
pub fn u256_mul_add_mod(x: &mut [u64; 4], y: &[u64; 4], z: &[u64; 4], m: &[u64; 4]) {
    // SAFETY: these are numbers, on multiples of 8.
    unsafe { call!(U256_MUL_ADD_MOD, x, "a1": y, "a2": z, "a3": m) };
}

/// `x <- (x * x) mod m`: one number is both factors, which takes no copy of it. `x` must be below the modulus.
pub fn u256_square_mod(x: &mut [u64; 4], m: &[u64; 4]) {
    static ZERO: [u64; 4] = [0; 4];
    // SAFETY: these are numbers, on multiples of 8; all operands are read before the first one is written.
    unsafe { call!(U256_MUL_ADD_MOD, x, "a1": x, "a2": &ZERO, "a3": m) };
}

/// `sum <- x * y + low + high`, where `sum` is the number `low` and behind it the number `high`, the lowest word first.
pub fn u256_mul_add(sum: &mut [u64; 8], x: &[u64; 4], y: &[u64; 4]) {
    // SAFETY: these are numbers, on multiples of 8.
    unsafe { call!(U256_MUL_ADD, sum, "a1": x, "a2": y) };
}

/// A row of a long product: with each digit, and the number that begins one place higher, `sum <- x * digit + low + high` as
/// [`u256_mul_add`] has it. So the digits of `sum` from the second on, times 2^256, are added to the product, a carry goes in at the
/// first, and all digits move down by one place.
///
/// # Panics
/// If there are no more digits of `sum` than others.
pub fn u256_mul_add_row(sum: &mut [[u64; 4]], x: &[u64; 4], digits: &[[u64; 4]]) {
    assert!(sum.len() > digits.len(), "a row has a digit more than its factor");
    let digits = digits.as_ptr_range();
    if digits.is_empty() {
        return;
    }
    // SAFETY: these are numbers, on multiples of 8; each call is of two digits of the sum that are there. In the end the pointers are
    // behind the last ones.
    unsafe {
        asm!(
            "2:",
            "ecall",
            "addi a2, a2, {step}",
            "addi a0, a0, {step}",
            "bne a2, {end}, 2b",
            step = const size_of::<[u64; 4]>(),
            end = in(reg) digits.end,
            in("a7") U256_MUL_ADD.number,
            inout("a0") sum.as_mut_ptr() => _,
            in("a1") &raw const *x,
            inout("a2") digits.start => _,
            options(nostack, preserves_flags),
        );
    }
}

/// `p <- p + q`, of points of secp256k1: `x`, then `y`, the lowest word first.
///
/// The run ends with a trap if both `x` are the same, or one is not below the order of the field.
pub fn secp256k1_add(p: &mut [u64; 8], q: &[u64; 8]) {
    // SAFETY: these are points, on multiples of 8.
    unsafe { call!(SECP256K1_ADD, p, "a1": q) };
}

/// `p <- 2 * p`, of a point of secp256k1.
///
/// The run ends with a trap if `y` is 0 modulo the order of the field.
pub fn secp256k1_double(p: &mut [u64; 8]) {
    // SAFETY: this is a point, on a multiple of 8.
    unsafe { call!(SECP256K1_DOUBLE, p) };
}

/// The permutation Poseidon2 of 24 elements of KoalaBear: two in a word, the first in its lower half, each `x` as `x * 2^32`.
pub fn poseidon2(state: &mut [u64; 12]) {
    // SAFETY: this is a state, on a multiple of 8.
    unsafe { call!(POSEIDON2, state) };
}

/// `sum <- sum + x * y`, of elements of KoalaBear's extension by a root of `X^5 + X^2 - 1`: five coefficients, the lowest first, each in
/// half a word as [`poseidon2`] has it, and another half that is 0 in the sum.
pub fn quintic_mul_add(sum: &mut [u64; 3], x: &[u64; 3], y: &[u64; 3]) {
    // SAFETY: these are elements, on multiples of 8.
    unsafe { call!(QUINTIC_MUL_ADD, sum, "a1": x, "a2": y) };
}

//! Products and sums of points: coprocessors in the VM, the same functions in software elsewhere.

#[cfg(all(target_arch = "riscv64", target_os = "none"))]
pub(crate) use zisk_coprocessor::{
    load_word, secp256k1_add, secp256k1_double, u256_mul_add, u256_mul_add_mod, u256_square_mod,
};

#[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
pub(crate) use software::{
    load_word, secp256k1_add, secp256k1_double, u256_mul_add, u256_mul_add_mod, u256_square_mod,
};

#[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
mod software {
    use zisk_software::secp256k1;

    /// In the VM, a call without a result is a trap.
    const NO_RESULT: &str = "callers give operands that have a result";

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the VM loads from an address")]
    pub(crate) fn load_word(bytes: &[u8; 8]) -> u64 {
        u64::from_le_bytes(*bytes)
    }

    pub(crate) fn u256_mul_add_mod(x: &mut [u64; 4], y: &[u64; 4], z: &[u64; 4], m: &[u64; 4]) {
        *x = zisk_software::mul_add_mod(x, y, z, m).expect(NO_RESULT).1;
    }

    pub(crate) fn u256_square_mod(x: &mut [u64; 4], m: &[u64; 4]) {
        let factor = *x;
        u256_mul_add_mod(x, &factor, &[0; 4], m);
    }

    pub(crate) fn u256_mul_add(sum: &mut [u64; 8], x: &[u64; 4], y: &[u64; 4]) {
        let (low, high) = sum.split_at_mut(4);
        let (low, high) = (
            low.first_chunk_mut().expect("four words"),
            high.first_chunk_mut().expect("four words"),
        );
        [*low, *high] = zisk_software::mul_add(x, y, low, high);
    }

    pub(crate) fn secp256k1_add(p: &mut [u64; 8], q: &[u64; 8]) {
        *p = secp256k1::add(p, q).expect(NO_RESULT);
    }

    pub(crate) fn secp256k1_double(p: &mut [u64; 8]) {
        *p = secp256k1::double(p).expect(NO_RESULT);
    }
}

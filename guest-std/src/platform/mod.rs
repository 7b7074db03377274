//! What the VM and the native world do differently, behind the same functions:
//!
//! - `with_guest`: the one [`Guest`] state, for a closure that runs no code of the guest
//! - `halt`, `write`, `input`, `cycles_begin`, `cycles_end`, `host_random`: the system calls of [`zisk_abi`]
//! - `sha256_compress`, `keccak_f`, `u256_*`, `poseidon2`, `quintic_mul_add`: coprocessors
//! - `load_word`: a word that begins at any address
//!
//! Everything else in this crate is written once, on top of these.

#[cfg(all(target_arch = "riscv64", target_os = "none"))]
mod memory;
#[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
mod native;
#[cfg(all(zisk_test, target_arch = "riscv64", target_os = "none"))]
mod recorded;
#[cfg(all(target_arch = "riscv64", target_os = "none"))]
mod vm;

#[cfg(test)]
pub(crate) use native::host_random;
#[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
pub use native::native_main;
#[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
pub(crate) use native::{
    cycles_begin, cycles_end, halt, input, keccak_f, load_word, poseidon2, quintic_mul_add, record,
    sha256_compress, u256_mul_add_mod, u256_mul_add_row, u256_square_mod, with_guest, write,
};
#[cfg(all(target_arch = "riscv64", target_os = "none"))]
pub(crate) use vm::{
    SingleHart, cycles_begin, cycles_end, halt, host_random, input, sha256_compress, with_guest, write,
};
#[cfg(all(target_arch = "riscv64", target_os = "none"))]
pub(crate) use zisk_coprocessor::{
    keccak_f, load_word, poseidon2, quintic_mul_add, u256_mul_add_mod, u256_mul_add_row, u256_square_mod,
};

#[cfg(any(zisk_test, not(all(target_arch = "riscv64", target_os = "none"))))]
use alloc::{string::String, vec::Vec};

#[cfg(all(zisk_test, target_arch = "riscv64", target_os = "none"))]
pub(crate) use recorded::record;
#[cfg(all(zisk_test, target_arch = "riscv64", target_os = "none"))]
pub(crate) use vm::end;

use crate::io::Cursor;
use crate::sha256::Sha256;

/// What the library remembers while a guest runs.
pub(crate) struct Guest {
    /// Where reading goes on; `None` before the first read.
    pub(crate) cursor: Option<Cursor>,
    /// The hash of the journal so far.
    pub(crate) journal: Sha256,
}

impl Guest {
    const fn new() -> Self {
        Self {
            cursor: None,
            journal: Sha256::new(),
        }
    }
}

/// An encoded input, on a multiple of 8 as in the VM. It lives for ever, as `read_slice` promises.
#[cfg(any(zisk_test, not(all(target_arch = "riscv64", target_os = "none"))))]
fn place_input(encoded: &[u8]) -> &'static [u8] {
    let words: Vec<u64> = encoded
        .chunks(size_of::<u64>())
        .map(|chunk| {
            let mut word = [0; size_of::<u64>()];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_ne_bytes(word)
        })
        .collect();
    let words: &'static [u64] = words.leak();
    // SAFETY: these are the words' own bytes, and any byte is a `u8`.
    unsafe { core::slice::from_raw_parts(words.as_ptr().cast(), size_of_val(words)) }
}

/// What a guest left behind that a test ran.
#[cfg(any(zisk_test, not(all(target_arch = "riscv64", target_os = "none"))))]
#[derive(Default)]
pub(crate) struct Recording {
    pub(crate) journal: Vec<u8>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// The message of the panic that ended the guest.
    pub(crate) panic: Option<String>,
    /// Exit code and digest of the journal, once the guest has ended.
    pub(crate) end: Option<(u32, crate::sha256::Digest)>,
}

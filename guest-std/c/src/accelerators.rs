//! The functions of `zkvm_accelerators.h`.
//!
//! All numbers are bytes, the highest first. Results are written only where a function succeeds.

use zisk_guest::secp256k1;

use crate::pointers::{bytes, read, write, write_bytes};

/// How a function ended: `zkvm_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
#[must_use]
pub enum Status {
    /// There is a result.
    Ok = 0,
    /// There is none for these operands.
    Failed = -1,
}

/// `N` bytes on a multiple of 8: `zkvm_bytes_32` and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Bytes<const N: usize> {
    /// The bytes.
    pub data: [u8; N],
}

/// A digest: `zkvm_keccak256_hash`, `zkvm_sha256_hash`, `zkvm_secp256k1_hash`.
pub type Hash = Bytes<32>;
/// A signature, `r` and `s`: `zkvm_secp256k1_signature`.
pub type Signature = Bytes<64>;
/// A public key, `x` and `y`: `zkvm_secp256k1_pubkey`.
pub type PublicKey = Bytes<64>;

/// The Keccak-256 digest of `len` bytes, as Ethereum uses it. Always [`Status::Ok`].
///
/// # Safety
/// `data` points to `len` bytes, `output` to a place for a digest.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn zkvm_keccak256(data: *const u8, len: usize, output: *mut Hash) -> Status {
    // SAFETY: the caller's promises are the same.
    let data = unsafe { bytes(data, len, "zkvm_keccak256: data") };
    let data = zisk_guest::keccak256(data);
    // SAFETY: as above.
    unsafe { write(output, Bytes { data }, "zkvm_keccak256: output") };
    Status::Ok
}

/// The SHA-256 digest of `len` bytes. Always [`Status::Ok`].
///
/// # Safety
/// `data` points to `len` bytes, `output` to a place for a digest.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn zkvm_sha256(data: *const u8, len: usize, output: *mut Hash) -> Status {
    // SAFETY: the caller's promises are the same.
    let data = unsafe { bytes(data, len, "zkvm_sha256: data") };
    let data = zisk_guest::sha256(data);
    // SAFETY: as above.
    unsafe { write(output, Bytes { data }, "zkvm_sha256: output") };
    Status::Ok
}

/// Whether a signature of ECDSA over secp256k1 is one of this key. Always [`Status::Ok`]: a key that is no point of the curve
/// and a signature out of range have verified nothing.
///
/// # Safety
/// `msg`, `sig` and `pubkey` point to values of their types, `verified` to a place for a `bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn zkvm_secp256k1_verify(
    msg: *const Hash,
    sig: *const Signature,
    pubkey: *const PublicKey,
    verified: *mut bool,
) -> Status {
    // SAFETY: the caller's promises are the same.
    let (msg, sig, pubkey) = unsafe {
        (
            read(msg, "zkvm_secp256k1_verify: msg"),
            read(sig, "zkvm_secp256k1_verify: sig"),
            read(pubkey, "zkvm_secp256k1_verify: pubkey"),
        )
    };
    let is_valid = secp256k1::verify(&msg.data, &sig.data, &pubkey.data);
    // SAFETY: as above.
    unsafe { write(verified, is_valid, "zkvm_secp256k1_verify: verified") };
    Status::Ok
}

/// The key whose signature this is. [`Status::Failed`] if there is none: where `r` or `s` is out of range, no point has such
/// an `x`, or `recid` is more than 3.
///
/// # Safety
/// `msg` and `sig` point to values of their types, `output` to a place for a key.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn zkvm_secp256k1_ecrecover(
    msg: *const Hash,
    sig: *const Signature,
    recid: u8,
    output: *mut PublicKey,
) -> Status {
    // SAFETY: the caller's promises are the same.
    let (msg, sig) = unsafe {
        (
            read(msg, "zkvm_secp256k1_ecrecover: msg"),
            read(sig, "zkvm_secp256k1_ecrecover: sig"),
        )
    };
    let Some(data) = secp256k1::ecrecover(&msg.data, &sig.data, recid) else {
        return Status::Failed;
    };
    // SAFETY: as above.
    unsafe { write(output, Bytes { data }, "zkvm_secp256k1_ecrecover: output") };
    Status::Ok
}

/// `base` to the power of `exp`, modulo `modulus`, in `mod_len` bytes. Always [`Status::Ok`]: modulo 0 it is 0, as Ethereum has
/// it.
///
/// # Safety
/// `base`, `exp` and `modulus` point to as many bytes as the length behind each says, `output` to a place for `mod_len`
/// bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn zkvm_modexp(
    base: *const u8,
    base_len: usize,
    exp: *const u8,
    exp_len: usize,
    modulus: *const u8,
    mod_len: usize,
    output: *mut u8,
) -> Status {
    // SAFETY: the caller's promises are the same.
    let (base, exp, modulus) = unsafe {
        (
            bytes(base, base_len, "zkvm_modexp: base"),
            bytes(exp, exp_len, "zkvm_modexp: exp"),
            bytes(modulus, mod_len, "zkvm_modexp: modulus"),
        )
    };
    let power = zisk_guest::modexp(base, exp, modulus);
    // SAFETY: as above. The power is as long as the modulus, and lies in memory of its own.
    unsafe { write_bytes(output, &power, "zkvm_modexp: output") };
    Status::Ok
}

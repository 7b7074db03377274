//! Signatures of ECDSA over secp256k1, with the arithmetic of `zisk-secp256k1`: on coprocessors in the VM.
//!
//! Keys, signatures and hashes are bytes as Ethereum has them: numbers of 32 bytes, the highest first. Nothing here is secret, so
//! nothing takes care not to leak: these functions are for checking signatures, not for making them.

use zisk_secp256k1::ecdsa;
use zisk_secp256k1::modulus::ORDER;
use zisk_secp256k1::point::Point;
use zisk_secp256k1::words::{self, Words, from_be_bytes, is_below, is_zero, to_be_bytes};

use crate::keccak256;

/// Whether a signature, `r` and `s`, of a hash is one of this key, `x` and `y`.
///
/// Not if the key is no point of the curve, or `r` or `s` is 0 or not below the order of the curve. `s` may be in the upper half
/// of what there is.
///
/// ```
/// assert!(!zisk_guest::secp256k1::verify(&[1; 32], &[2; 64], &[3; 64]));
/// ```
pub fn verify(hash: &[u8; 32], signature: &[u8; 64], key: &[u8; 64]) -> bool {
    let (Some([r, s]), [x, y]) = (scalars(signature), halves(key)) else {
        return false;
    };
    Point::from_coordinates(&x, &y).is_some_and(|key| ecdsa::verify(&from_be_bytes(hash), &r, &s, &key))
}

/// The key, `x` and `y`, whose signature of a hash this is; `recovery_id`, 0 to 3, says which of those that there may be.
///
/// `None` if there is none: where `r` or `s` is 0 or not below the order of the curve, or no point has such an `x`. Ethereum's
/// `v` is `recovery_id + 27`, its address of a key is in [`address`].
pub fn ecrecover(hash: &[u8; 32], signature: &[u8; 64], recovery_id: u8) -> Option<[u8; 64]> {
    let [r, s] = scalars(signature)?;
    if recovery_id > 3 {
        return None;
    }
    let mut x = r;
    if recovery_id & 2 != 0 {
        // What the order took away from `x`.
        let (sum, is_long) = words::sum(&r, ORDER.value());
        if is_long {
            return None;
        }
        x = sum;
    }
    let point = Point::from_x(&x, recovery_id & 1 == 1)?;
    let key = ecdsa::recover(&from_be_bytes(hash), &r, &s, &point);
    (!key.is_infinity()).then(|| bytes_of(&key))
}

/// The Ethereum address of a key: the last 20 bytes of its Keccak-256 digest.
pub fn address(key: &[u8; 64]) -> [u8; 20] {
    let digest = keccak256(key);
    core::array::from_fn(|index| digest[12 + index])
}

/// `r` and `s`, unless they are 0 or not below the order.
fn scalars(signature: &[u8; 64]) -> Option<[Words; 2]> {
    let [r, s] = halves(signature);
    let is_scalar = |scalar: &Words| !is_zero(scalar) && is_below(scalar, ORDER.value());
    (is_scalar(&r) && is_scalar(&s)).then_some([r, s])
}

/// Two numbers, the highest byte first.
fn halves(bytes: &[u8; 64]) -> [Words; 2] {
    let halves = bytes.as_chunks().0;
    [0, 1].map(|index| from_be_bytes(&halves[index]))
}

/// The coordinates of a point, the highest byte first.
fn bytes_of(point: &Point) -> [u8; 64] {
    let mut bytes = [0; 64];
    let (x, y) = bytes.split_at_mut(32);
    x.copy_from_slice(&to_be_bytes(point.x()));
    y.copy_from_slice(&to_be_bytes(point.y()));
    bytes
}

#[cfg(test)]
mod tests;

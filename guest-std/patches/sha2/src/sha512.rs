//! The compressions of SHA-512.

use digest::consts::U128;
use digest::generic_array::GenericArray;

use crate::software;

/// Compresses blocks, one after the other, into the state of SHA-512 (FIPS 180-4, section 6.4.2).
#[cfg_attr(
    not(feature = "compress"),
    allow(unreachable_pub, reason = "the feature makes it reachable")
)]
pub fn compress512(state: &mut [u64; 8], blocks: &[GenericArray<u8, U128>]) {
    // Each of these blocks is one array.
    for block in blocks.iter().flat_map(|block| block.as_chunks().0) {
        software::sha512(state, block);
    }
}

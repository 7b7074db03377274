//! The compressions of SHA-256.

use digest::consts::U64;
use digest::generic_array::GenericArray;

/// Compresses blocks, one after the other, into the state of SHA-256 (FIPS 180-4, section 6.2.2). In the VM each is a call of the
/// coprocessor.
#[cfg_attr(
    not(feature = "compress"),
    allow(unreachable_pub, reason = "the feature makes it reachable")
)]
pub fn compress256(state: &mut [u32; 8], blocks: &[GenericArray<u8, U64>]) {
    // Each of these blocks is one array.
    for block in blocks.iter().flat_map(|block| block.as_chunks().0) {
        #[cfg(all(target_arch = "riscv64", target_os = "none"))]
        zisk_coprocessor::sha256_compress(state, block);
        #[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
        crate::software::sha256(state, block);
    }
}

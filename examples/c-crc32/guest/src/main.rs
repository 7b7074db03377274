//! The CRC-32 of a private input, computed in C.
//!
//! The journal is a tuple: the input's length in bytes and its checksum.

#![no_std]
#![cfg_attr(not(test), no_main)]

use zisk_guest::{io, journal};

zisk_guest::entry!(main);

/// The C part, see `c/crc32.h`.
mod ffi {
    unsafe extern "C" {
        pub(super) fn crc32(data: *const u8, len: usize) -> u32;
    }
}

fn crc32(data: &[u8]) -> u32 {
    // SAFETY: `crc32` reads `len` bytes from `data` on, and nothing else.
    unsafe { ffi::crc32(data.as_ptr(), data.len()) }
}

fn main() {
    let data = io::read_slice();
    journal::commit(&(data.len() as u64, crc32(data)));
}

#[cfg(test)]
mod tests {
    use zisk_guest::testing::run;

    #[test]
    fn check_value() {
        let outcome = run(super::main, |input| {
            input.write_slice(b"123456789");
        });
        assert_eq!(outcome.decode_journal::<(u64, u32)>(), Ok((9, 0xcbf4_3926)));
    }

    #[test]
    fn no_bytes() {
        assert_eq!(super::crc32(b""), 0);
    }
}

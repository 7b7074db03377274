//! The SHA-256 digest of a private input, with the `sha2` crate as it is everywhere.

#![no_std]
#![cfg_attr(not(test), no_main)]

use sha2::{Digest, Sha256};
use zisk_guest::{io, journal};

zisk_guest::entry!(main);

fn main() {
    let digest = Sha256::digest(io::read_slice());
    journal::commit_slice(&digest);
}

#[cfg(test)]
mod tests {
    use zisk_guest::testing::run;

    #[test]
    fn journal_is_the_digest() {
        for message in [&b""[..], b"abc", &[0x61; 1000]] {
            let outcome = run(super::main, |input| {
                input.write_slice(message);
            });
            assert_eq!(outcome.journal, zisk_guest::sha256(message));
        }
    }

    #[test]
    fn missing_input_is_an_error() {
        assert_eq!(run(super::main, |_| ()).exit_code, 103);
    }
}

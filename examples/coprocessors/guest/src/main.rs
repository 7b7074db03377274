//! The same work with coprocessors and without, to see what they save.

#![no_std]
#![cfg_attr(not(test), no_main)]

#[cfg(test)]
extern crate std;

use sha2::{Digest, Sha256};
use tiny_keccak::{Hasher, Keccak};
use zisk_guest::{io, journal};

zisk_guest::entry!(main);

/// What is asked for that there is not.
#[derive(Debug)]
#[allow(dead_code, reason = "read by Debug alone")]
struct UnknownTask(u8);

fn main() -> Result<(), UnknownTask> {
    let (task, data): (u8, &[u8]) = (io::read(), io::read_slice());
    let digest = match task {
        0 => zisk_guest::sha256(data),
        1 => Sha256::digest(data).into(),
        2 => zisk_guest::keccak256(data),
        3 => {
            let mut digest = [0; 32];
            let mut hasher = Keccak::v256();
            hasher.update(data);
            hasher.finalize(&mut digest);
            digest
        }
        other => return Err(UnknownTask(other)),
    };
    journal::commit_slice(&digest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use zisk_guest::testing::run;

    fn digest(task: u8) -> Vec<u8> {
        let outcome = run(super::main, |input| {
            input.write(&task);
            input.write_slice(b"a message");
        });
        assert_eq!(outcome.exit_code, 0);
        outcome.journal
    }

    #[test]
    fn with_and_without_is_the_same() {
        assert_eq!(digest(0), digest(1));
        assert_eq!(digest(2), digest(3));
        assert_ne!(digest(0), digest(2));
    }

    #[test]
    fn another_task_is_an_error() {
        let outcome = run(super::main, |input| {
            input.write(&9_u8);
            input.write_slice(b"");
        });
        assert_eq!(outcome.exit_code, 1);
    }
}

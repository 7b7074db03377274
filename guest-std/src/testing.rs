//! Running a guest's `main` natively inside a test.
//!
//! ```
//! use zisk_guest::{io, journal, testing};
//!
//! fn guest_main() {
//!     let numbers: [u32; 2] = io::read();
//!     assert!(numbers[1] != 0, "the divisor is zero");
//!     journal::commit(&(numbers[0] / numbers[1]));
//! }
//!
//! let outcome = testing::run(guest_main, |input| input.write(&[8, 2]));
//! assert_eq!(outcome.decode_journal::<u32>(), Ok(4));
//!
//! let outcome = testing::run(guest_main, |input| input.write(&[8, 0]));
//! assert_eq!(outcome.exit_code, 101);
//! assert_eq!(outcome.panic.as_deref(), Some("the divisor is zero"));
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use core::any::type_name;

use serde::{Deserialize, Serialize};
use zisk_abi::input::FrameWriter;

use crate::{Termination, platform};

/// Runs `main` on the input that `input` writes, and returns how it ended.
///
/// The guest gets a thread of its own, with the VM's stack size, so runs may be nested and may go on in
/// parallel. A panic of the guest ends the run, not the test. What it prints is returned, and printed for the
/// test harness to show if the test fails.
///
/// # Panics
/// When `input` panics.
pub fn run<R: Termination>(main: impl FnOnce() -> R + Send, input: impl FnOnce(&mut Input)) -> Outcome {
    let mut frames = Input::default();
    input(&mut frames);
    let recording = platform::record(main, frames.writer.as_bytes().to_vec());
    let (exit_code, digest) = recording.end.expect("a run ends with an exit code");
    Outcome {
        exit_code,
        journal: recording.journal,
        stdout: String::from_utf8_lossy(&recording.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&recording.stderr).into_owned(),
        panic: recording.panic,
        journal_digest: digest.0,
    }
}

/// The input of a run, as a host writes it.
#[derive(Clone, Debug, Default)]
pub struct Input {
    writer: FrameWriter,
}

impl Input {
    /// Appends a frame with a value, for [`io::read`](crate::io::read).
    ///
    /// # Panics
    /// When the value cannot be serialized.
    #[track_caller]
    pub fn write<T: Serialize + ?Sized>(&mut self, value: &T) {
        match postcard::to_allocvec(value) {
            Ok(bytes) => self.write_slice(&bytes),
            Err(error) => panic!("cannot serialize a `{}` for the input: {error}", type_name::<T>()),
        }
    }

    /// Appends a frame with these bytes, for [`io::read_slice`](crate::io::read_slice).
    pub fn write_slice(&mut self, bytes: &[u8]) {
        self.writer.push(bytes);
    }
}

/// How a run ended, and what it left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a run says whether it succeeded by its outcome only"]
pub struct Outcome {
    /// 0 for success; the crate's documentation lists the others.
    pub exit_code: u32,
    /// Everything that was committed.
    pub journal: Vec<u8>,
    /// What was printed to standard output.
    pub stdout: String,
    /// What was printed to standard error, with the reports of panics and of bad input.
    pub stderr: String,
    /// The panic's message, if the guest ended with one. [`stderr`](Self::stderr) has its place, too.
    pub panic: Option<String>,
    pub(crate) journal_digest: [u8; 32],
}

impl Outcome {
    /// Decodes what was committed. Several values are one tuple.
    ///
    /// # Errors
    /// When the journal does not begin with a `T`, or goes on behind it
    /// ([`postcard::Error::DeserializeBadEncoding`]).
    pub fn decode_journal<'de, T: Deserialize<'de>>(&'de self) -> postcard::Result<T> {
        match postcard::take_from_bytes(&self.journal)? {
            (value, []) => Ok(value),
            _ => Err(postcard::Error::DeserializeBadEncoding),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::{io, journal};

    #[test]
    fn a_panic_is_reported_with_message_and_place() {
        let outcome = run(
            || {
                journal::commit_slice(b"before");
                assert!(journal::digest().0 == [0; 32], "{} boxes", 3);
            },
            |_| (),
        );
        assert_eq!(
            (outcome.exit_code, outcome.panic.as_deref()),
            (101, Some("3 boxes"))
        );
        assert_eq!(outcome.journal, b"before");
        assert_eq!(outcome.journal_digest, crate::sha256(b"before"));
        assert!(outcome.stderr.starts_with("panicked at "), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("testing.rs:"), "{}", outcome.stderr);
        assert!(outcome.stderr.ends_with(":\n3 boxes\n"), "{}", outcome.stderr);
    }

    #[test]
    fn what_destructors_do_after_the_end_does_not_count() {
        struct Late;
        impl Drop for Late {
            fn drop(&mut self) {
                journal::commit_slice(b"late");
                crate::println!("late");
            }
        }
        for end in [|| crate::exit(5), || panic!("end")] {
            let outcome = run(
                move || {
                    let _late = Late;
                    if true {
                        end();
                    }
                },
                |_| (),
            );
            assert_eq!(
                (outcome.journal.as_slice(), outcome.stdout.as_str()),
                (&b""[..], "")
            );
        }
    }

    #[test]
    fn parallel_and_nested_runs_are_independent() {
        fn double() {
            journal::commit(&(2 * io::read::<u64>()));
        }
        thread::scope(|scope| {
            for n in 0..8u64 {
                scope.spawn(move || {
                    for n in n * 100..n * 100 + 20 {
                        let outcome = run(double, |input| input.write(&n));
                        assert_eq!(outcome.decode_journal::<u64>(), Ok(2 * n));
                    }
                });
            }
        });
        let outer = run(
            || {
                journal::commit(&1u8);
                let inner = run(double, |input| input.write(&4u64));
                journal::commit(&inner.decode_journal::<u64>().unwrap());
            },
            |_| (),
        );
        assert_eq!(outer.journal, [1, 8]);
    }

    #[test]
    fn decoding_wants_all_of_the_journal() {
        let outcome = run(|| journal::commit_slice(&[1, 2]), |_| ());
        assert_eq!(outcome.decode_journal(), Ok((1u8, 2u8)));
        assert_eq!(
            outcome.decode_journal::<u8>(),
            Err(postcard::Error::DeserializeBadEncoding)
        );
        assert!(outcome.decode_journal::<[u8; 3]>().is_err());
    }

    #[test]
    fn guest_functions_can_be_called_without_a_run() {
        crate::println!("printed");
        journal::commit(&1u8);
        assert!(io::try_read::<u8>().is_err());
    }
}

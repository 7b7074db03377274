//! The private input.
//!
//! It is a sequence of frames: a host makes one with each `write` of a value or of bytes; natively every file
//! on the command line is one. Whoever reads takes from the current frame; when nothing is left of it, the
//! next one becomes current. So a guest reads in the order in which its host wrote:
//!
//! ```
//! use zisk_guest::io;
//!
//! fn guest_main() {
//!     let n: u32 = io::read();
//!     let (name, age): (&str, u8) = io::read();
//!     let image: &'static [u8] = io::read_slice();
//!     assert_eq!((n, name, age, image), (7, "Ada", 36, &b"\x89PNG"[..]));
//! }
//!
//! let outcome = zisk_guest::testing::run(guest_main, |input| {
//!     input.write(&7u32);
//!     input.write(&("Ada", 36u8));
//!     input.write_slice(b"\x89PNG");
//! });
//! assert_eq!(outcome.exit_code, 0);
//! ```
//!
//! Input that is not what the guest asked for ends it with exit code 103 and a message that says where.
//!
//! The input is the prover's free choice. What matters to those who verify must be checked, or committed.

mod cursor;
mod error;
mod stdin;

use alloc::vec::Vec;
use core::any::type_name;

use serde::Deserialize;
use zisk_abi::exit::BAD_INPUT;
use zisk_abi::input::{FrameError, FrameReader};

use crate::platform;

pub(crate) use cursor::Cursor;
pub use error::ReadError;
pub use stdin::{Lines, Stdin, stdin};

/// Reads a value that the host wrote with `write`. Text and bytes can be borrowed: `let s: &str = read();`
/// copies nothing.
///
/// The guest ends with exit code 103 and a message if there is no such value. [`try_read`] returns the error.
pub fn read<T: Deserialize<'static>>() -> T {
    try_read().unwrap_or_else(|error| bad_input(&error))
}

/// As [`read`], for guests that can go on without the value. After an error nothing has been consumed.
///
/// # Errors
/// When the input has ended, or what is next in it is no `T`.
pub fn try_read<T: Deserialize<'static>>() -> Result<T, ReadError> {
    let wanted = type_name::<T>();
    let chunk = cursor::peek().map_err(|error| ReadError::from_frame(wanted, error))?;
    let (value, rest) = postcard::take_from_bytes(chunk.bytes)
        .map_err(|reason| ReadError::from_postcard(wanted, &chunk, reason))?;
    cursor::consume(chunk.bytes.len() - rest.len());
    Ok(value)
}

/// What is left of the current frame, or else the next frame: what a host wrote with `write_slice`. It is
/// the input itself and no copy, so it costs nothing until it is looked at. A frame begins on a multiple of 8.
///
/// The guest ends with exit code 103 and a message if the input has ended.
pub fn read_slice() -> &'static [u8] {
    let chunk =
        cursor::peek().unwrap_or_else(|error| bad_input(&ReadError::from_frame("a slice of bytes", error)));
    cursor::consume(chunk.bytes.len());
    chunk.bytes
}

/// A copy of what [`read_slice`] returns, for guests that change it.
pub fn read_vec() -> Vec<u8> {
    read_slice().to_vec()
}

/// All of the input's first frame, whatever was read of it; nothing is consumed, so the answer is always the same. `None`
/// if the input has no frame. It is the input itself and no copy.
///
/// This is for programs that take their input as one piece, such as those in C. The guest ends with exit code 103 and a
/// message if the frame is said to be longer than the input.
pub fn first_frame() -> Option<&'static [u8]> {
    match FrameReader::new(platform::input()).peek() {
        Ok(frame) => Some(frame),
        Err(FrameError::EndOfInput { .. }) => None,
        Err(error) => bad_input(&ReadError::from_frame("the first frame", error)),
    }
}

#[cold]
fn bad_input(error: &ReadError) -> ! {
    crate::eprintln!(
        "{error}\n\
         the input must hold what the guest reads, in the same order and of the same types: on the host\n\
         `write(&value)` is for `io::read` and `write_slice(bytes)` for `io::read_slice`; a file on the\n\
         command line is one frame"
    );
    crate::exit(BAD_INPUT)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;
    use crate::testing::{Input, Outcome, run};

    fn run_ok(main: impl FnOnce() + Send, input: impl FnOnce(&mut Input)) {
        let outcome = run(main, input);
        assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    }

    #[test]
    fn values_and_bytes_come_in_the_order_of_writing() {
        run_ok(
            || {
                assert_eq!(read::<u64>(), u64::MAX);
                assert_eq!(read::<(String, Option<i32>)>(), (String::from("x"), Some(-5)));
                assert_eq!(read_slice(), b"bytes");
                assert_eq!(read_slice(), b"");
                assert_eq!(read_vec(), [1, 2]);
                assert_eq!(read::<&str>(), "borrowed");
            },
            |input| {
                input.write(&u64::MAX);
                input.write(&("x", Some(-5)));
                input.write_slice(b"bytes");
                input.write_slice(b"");
                input.write_slice(&[1, 2]);
                input.write("borrowed");
            },
        );
    }

    #[test]
    fn the_first_frame_is_always_whole() {
        run_ok(
            || {
                assert_eq!(first_frame(), Some(&b"\x07first"[..]));
                assert_eq!(read::<u8>(), 7);
                let frame = first_frame().unwrap();
                assert_eq!(frame, b"\x07first");
                assert_eq!(read_slice(), b"first");
                assert_eq!(read_slice(), b"second");
                assert_eq!(first_frame().map(<[u8]>::as_ptr), Some(frame.as_ptr()));
            },
            |input| {
                input.write_slice(b"\x07first");
                input.write_slice(b"second");
            },
        );
        run_ok(
            || assert_eq!(first_frame(), Some(&b""[..])),
            |input| input.write_slice(b""),
        );
        run_ok(|| assert_eq!(first_frame(), None), |_| ());
    }

    #[test]
    fn a_first_frame_that_is_cut_off_is_bad_input() {
        // One frame of nine bytes, of which eight are there.
        for encoded in [&[1_u64, 9, 0][..], &[1], &[u64::MAX, u64::MAX]] {
            let encoded = encoded.iter().flat_map(|word| word.to_le_bytes()).collect();
            let recording = platform::record(|| assert_eq!(first_frame(), None), encoded);
            assert_eq!(recording.end.map(|(exit_code, _)| exit_code), Some(103));
            let text = String::from_utf8(recording.stderr).unwrap();
            assert!(text.contains("the input is damaged"), "{text}");
        }
    }

    #[test]
    fn one_frame_may_hold_many_values_and_bytes_behind_them() {
        run_ok(
            || {
                assert_eq!((read::<u8>(), read::<u16>()), (1, 300));
                assert_eq!(read_slice(), b"rest");
                assert_eq!(read_slice(), b"next");
            },
            |input| {
                input.write_slice(&[1, 0xac, 0x02, b'r', b'e', b's', b't']);
                input.write_slice(b"next");
            },
        );
    }

    #[test]
    fn values_without_bytes_take_their_own_frame() {
        run_ok(
            || {
                read::<()>();
                assert_eq!(read::<u8>(), 4);
            },
            |input| {
                input.write(&());
                input.write(&4u8);
            },
        );
    }

    #[test]
    fn frames_begin_on_words() {
        run_ok(
            || {
                for len in [1, 2, 3] {
                    let slice = read_slice();
                    assert_eq!((slice.len(), slice.as_ptr().addr() % 8), (len, 0));
                }
            },
            |input| {
                input.write_slice(b"1");
                input.write_slice(b"22");
                input.write_slice(b"333");
            },
        );
    }

    fn assert_bad_input(outcome: &Outcome, parts: &[&str]) {
        assert_eq!(outcome.exit_code, BAD_INPUT);
        assert_eq!(outcome.panic, None);
        for part in parts.iter().chain(&["in the same order and of the same types"]) {
            assert!(outcome.stderr.contains(part), "no {part:?} in {}", outcome.stderr);
        }
    }

    #[test]
    fn reading_past_the_end_says_so() {
        let outcome = run(
            || {
                read::<u8>();
                read::<u64>();
            },
            |input| {
                input.write(&1u8);
            },
        );
        assert_bad_input(
            &outcome,
            &["cannot read u64", "the input has ended after 1 frame"],
        );
        let outcome = run(|| drop(read_vec()), |_| ());
        assert_bad_input(
            &outcome,
            &["cannot read a slice of bytes", "the input has no frames"],
        );
    }

    #[test]
    fn a_truncated_value_names_type_frame_and_byte() {
        let outcome = run(
            || {
                read::<u8>();
                read::<u16>();
                read::<[u32; 4]>();
            },
            |input| {
                input.write(&1u8);
                input.write_slice(&[5, 6, 7, 8]);
            },
        );
        let parts = [
            "cannot read [u32; 4]",
            "input frame 1",
            "byte 1",
            "3 bytes are left",
        ];
        assert_bad_input(&outcome, &parts);
    }

    #[test]
    fn a_value_of_another_type_names_type_frame_and_byte() {
        let outcome = run(|| assert!(read::<bool>()), |input| input.write(&77u8));
        assert_bad_input(&outcome, &["cannot read bool", "input frame 0", "byte 0"]);
    }

    #[test]
    fn a_hostile_length_is_an_error_and_no_allocation() {
        let outcome = run(
            || drop(read::<alloc::vec::Vec<u64>>()),
            |input| {
                input.write_slice(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
            },
        );
        assert_bad_input(&outcome, &["cannot read alloc::vec::Vec<u64>"]);
    }

    #[test]
    fn a_failed_try_read_consumes_nothing() {
        run_ok(
            || {
                assert!(matches!(
                    try_read::<bool>(),
                    Err(ReadError::Invalid { frame: 0, .. })
                ));
                assert!(matches!(
                    try_read::<[u8; 3]>(),
                    Err(ReadError::Truncated { available: 2, .. })
                ));
                assert_eq!(read_slice(), [9, 9]);
                assert!(matches!(
                    try_read::<u8>(),
                    Err(ReadError::EndOfInput { num_frames: 1, .. })
                ));
            },
            |input| {
                input.write_slice(&[9, 9]);
            },
        );
        // Nor a frame without bytes.
        run_ok(
            || {
                assert!(matches!(
                    try_read::<u8>(),
                    Err(ReadError::Truncated { frame: 0, .. })
                ));
                assert_eq!((read_slice(), read::<u8>()), (&b""[..], 7));
            },
            |input| {
                input.write_slice(b"");
                input.write(&7u8);
            },
        );
    }
}

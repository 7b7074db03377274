//! The public journal: what a proof says the guest has found out.
//!
//! It may be of any length. Its SHA-256 digest is part of what is proven; the bytes themselves travel beside
//! the proof. Values are encoded with postcard and stand one behind the other, so a host reads several of
//! them as a tuple.

use core::any::type_name;

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use zisk_abi::syscall::fd;

use crate::platform;
use crate::sha256::Digest;

/// Bytes of one value that are gathered before they are hashed. On the stack, for the time of a call.
const BUFFER_LEN: usize = 128;

/// Appends a value, encoded with postcard. For bytes [`commit_slice`] is much faster: serde takes a `Vec<u8>`
/// one byte at a time.
///
/// # Panics
/// When the value cannot be serialized: its `Serialize` returns an error, or does not say how long a sequence
/// or map is.
#[track_caller]
pub fn commit<T: Serialize + ?Sized>(value: &T) {
    let writer = Writer {
        bytes: [0; BUFFER_LEN],
        len: 0,
    };
    if let Err(error) = postcard::serialize_with_flavor(value, writer) {
        panic!("cannot commit a `{}` to the journal: {error}", type_name::<T>());
    }
}

/// Appends bytes as they are, without a length.
pub fn commit_slice(bytes: &[u8]) {
    platform::with_guest(|guest| guest.journal.update(bytes));
    platform::write(fd::JOURNAL, bytes);
}

/// The digest of what was committed so far.
pub(crate) fn digest() -> Digest {
    platform::with_guest(|guest| guest.journal.digest())
}

/// Where postcard puts an encoded value. It holds no borrow of the journal while a `Serialize` of the guest
/// runs, which might itself commit.
struct Writer {
    bytes: [u8; BUFFER_LEN],
    len: usize,
}

impl Writer {
    fn flush(&mut self) {
        commit_slice(&self.bytes[..self.len]);
        self.len = 0;
    }
}

impl Flavor for Writer {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        if self.len == BUFFER_LEN {
            self.flush();
        }
        self.bytes[self.len] = byte;
        self.len += 1;
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        if bytes.len() > BUFFER_LEN - self.len {
            self.flush();
        }
        if bytes.len() > BUFFER_LEN {
            commit_slice(bytes);
        } else {
            self.bytes[self.len..self.len + bytes.len()].copy_from_slice(bytes);
            self.len += bytes.len();
        }
        Ok(())
    }

    fn finalize(mut self) -> postcard::Result<()> {
        if self.len > 0 {
            self.flush();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use serde::ser::{Error, Serializer};

    use super::*;
    use crate::testing::run;

    #[test]
    fn values_and_bytes_stand_one_behind_the_other() {
        let outcome = run(
            || {
                commit(&300u32);
                commit_slice(b"raw");
                commit(&("text", Some(-1i8)));
            },
            |_| (),
        );
        let mut expected = postcard::to_allocvec(&300u32).unwrap();
        expected.extend(b"raw");
        expected.extend(postcard::to_allocvec(&("text", Some(-1i8))).unwrap());
        assert_eq!(outcome.journal, expected);
    }

    #[test]
    fn lengths_around_the_buffer_are_complete_and_hashed() {
        for len in [0, 1, 63, 64, 65, 126, 127, 128, 129, 255, 256, 257, 1000] {
            let numbers: Vec<u8> = (0..len).map(|i| i as u8).collect();
            let text: String = "x".chars().cycle().take(len).collect();
            let outcome = run(|| commit(&(&numbers, &text, 5u8)), |_| ());
            assert_eq!(
                outcome.journal,
                postcard::to_allocvec(&(&numbers, &text, 5u8)).unwrap()
            );
            assert_eq!(
                outcome.journal_digest,
                crate::sha256(&outcome.journal),
                "{len} bytes"
            );
        }
    }

    #[test]
    fn an_empty_journal_has_the_digest_of_nothing() {
        assert_eq!(run(|| (), |_| ()).journal_digest, crate::sha256(b""));
    }

    #[test]
    fn a_value_that_cannot_be_serialized_panics() {
        struct Broken;
        impl Serialize for Broken {
            fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(S::Error::custom("no"))
            }
        }
        let outcome = run(|| commit(&Broken), |_| ());
        assert_eq!(outcome.exit_code, 101);
        assert!(outcome.panic.unwrap().contains("cannot commit a `"));
        assert!(outcome.stderr.contains("journal.rs"), "{}", outcome.stderr);
    }

    #[test]
    fn a_serialize_that_commits_is_no_trouble() {
        struct Nested;
        impl Serialize for Nested {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                commit_slice(b"in");
                serializer.serialize_u8(9)
            }
        }
        assert_eq!(run(|| commit(&Nested), |_| ()).journal, b"in\x09");
    }
}

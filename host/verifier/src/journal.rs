//! What a guest made public.

use alloc::vec::Vec;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The public output of a run: everything that the guest committed, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    bytes: Vec<u8>,
}

/// A journal is not what it was read as.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The bytes do not encode the type.
    #[error(
        "the journal's {len} bytes do not hold a `{type_name}`: {source}; decode the type that the guest commits"
    )]
    Decode {
        /// The type asked for.
        type_name: &'static str,
        /// Length of the journal in bytes.
        len: usize,
        /// What postcard says.
        source: postcard::Error,
    },
    /// The bytes begin with a value of the type, but there are more.
    #[error(
        "{unread} of the journal's {len} bytes are left behind a `{type_name}`; if the guest commits several \
         values, decode a tuple of their types"
    )]
    TrailingBytes {
        /// The type asked for.
        type_name: &'static str,
        /// Length of the journal in bytes.
        len: usize,
        /// How many bytes are left.
        unread: usize,
    },
}

impl From<Vec<u8>> for Journal {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }
}

impl Journal {
    /// The bytes as the guest committed them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The whole journal as one value. If the guest committed several, `T` is a tuple of their types.
    ///
    /// # Errors
    /// When the bytes do not encode a `T`, or more than that.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, JournalError> {
        let (type_name, len) = (core::any::type_name::<T>(), self.bytes.len());
        let (value, rest) =
            postcard::take_from_bytes(&self.bytes).map_err(|source| JournalError::Decode {
                type_name,
                len,
                source,
            })?;
        if rest.is_empty() {
            Ok(value)
        } else {
            Err(JournalError::TrailingBytes {
                type_name,
                len,
                unread: rest.len(),
            })
        }
    }
}

impl AsRef<[u8]> for Journal {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

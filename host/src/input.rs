//! What a guest reads.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;
use thiserror::Error;
use zisk_abi::input::FrameWriter;

/// While this variable names a file, every run writes its input there, as [`Input::save`] does: for looking at the runs of
/// a program without changing it. Inputs are private; so is the file.
pub const SAVE_INPUT: &str = "ZISK_SAVE_INPUT";

/// The private input of a run: a sequence of frames.
///
/// A guest reads them in order with `io::read`, `io::read_slice` or as one stream. Several values may stand
/// in one frame, so a file with the encodings of several values serves as well as one frame for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Input {
    frames: FrameWriter,
}

/// An input could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InputError {
    /// A value's `Serialize` failed, or uses what postcard cannot encode.
    #[error("cannot encode a `{type_name}` for the guest: {source}")]
    Encode {
        /// The value's type.
        type_name: &'static str,
        /// What postcard says.
        source: postcard::Error,
    },
    /// A file could not be read.
    #[error("cannot read the input file {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Input {
    /// An input without frames.
    pub fn new() -> Self {
        Self::default()
    }

    /// One frame of raw bytes: `Input::new().write_slice(bytes)`.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::new().write_slice(bytes)
    }

    /// One frame with the content of a file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, InputError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|source| InputError::File {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self::from_bytes(&bytes))
    }

    /// An input that [`save`](Self::save) or the variable [`SAVE_INPUT`] wrote to a file.
    ///
    /// # Errors
    /// When the file cannot be read, or is no input.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, InputError> {
        let path = path.as_ref();
        let file_error = |source| InputError::File {
            path: path.to_owned(),
            source,
        };
        let encoded = std::fs::read(path).map_err(file_error)?;
        let frames = FrameWriter::from_encoded(&encoded)
            .ok_or_else(|| file_error(io::Error::new(io::ErrorKind::InvalidData, "it is no saved input")))?;
        Ok(Self { frames })
    }

    /// Writes the whole input to a file, which `cargo zisk` takes with `--saved-input`: so that a run with an input that
    /// a program makes can be proven, measured and examined on the command line. Nobody but the user may read the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        // Beside the place and then into it, so that nothing half written ever stands there.
        let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(self.encoded())?;
        file.persist(path)?;
        Ok(())
    }

    /// Appends a value, which the guest takes with `io::read` of the same type. An array is not a slice
    /// here: `&[a, b]` is encoded without a length, so a guest that reads a `Vec` needs `&[a, b][..]`.
    ///
    /// # Errors
    /// When the value cannot be encoded with postcard.
    pub fn write<T: Serialize + ?Sized>(self, value: &T) -> Result<Self, InputError> {
        let bytes = postcard::to_allocvec(value).map_err(|source| InputError::Encode {
            type_name: std::any::type_name::<T>(),
            source,
        })?;
        Ok(self.write_slice(&bytes))
    }

    /// Appends raw bytes, which the guest takes with `io::read_slice` or `io::read_vec`.
    pub fn write_slice(mut self, bytes: &[u8]) -> Self {
        self.frames.push(bytes);
        self
    }

    /// The encoded input, as it lies in the guest's memory.
    pub fn encoded(&self) -> &[u8] {
        self.frames.as_bytes()
    }
}

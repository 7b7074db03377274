//! What can be wrong with an input.

use zisk_abi::input::FrameError;

use super::cursor::Chunk;

/// Why the input could not be read. Frames and bytes are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Everything was read already.
    #[error("cannot read {wanted}: {}", EndOfInput(*.num_frames))]
    EndOfInput {
        /// The type that was asked for.
        wanted: &'static str,
        /// How many frames the input has.
        num_frames: u64,
    },
    /// The frame ends before the value does.
    #[error(
        "cannot read {wanted} at byte {position} of input frame {frame}: {available} bytes are left there, and \
         that is too few"
    )]
    Truncated {
        /// The type that was asked for.
        wanted: &'static str,
        /// The frame in which the value begins.
        frame: u64,
        /// The byte of the frame at which the value begins.
        position: u64,
        /// Bytes from there to the end of the frame.
        available: u64,
    },
    /// The bytes are no value of the type.
    #[error(
        "cannot read {wanted} at byte {position} of input frame {frame}: what stands there is something else ({reason})"
    )]
    Invalid {
        /// The type that was asked for.
        wanted: &'static str,
        /// The frame in which the value should begin.
        frame: u64,
        /// The byte of the frame at which the value should begin.
        position: u64,
        /// What the decoder stumbled over.
        reason: postcard::Error,
    },
    /// A text is not UTF-8.
    #[error("the text that begins at byte {position} of input frame {frame} is not UTF-8")]
    NotUtf8 {
        /// The frame in which the text begins.
        frame: u64,
        /// The byte of the frame at which the text begins.
        position: u64,
    },
    /// The input ends before as many bytes as were asked for.
    #[error("cannot read {wanted} bytes: the input ends {available} bytes further on")]
    TooFewBytes {
        /// How many bytes were asked for.
        wanted: usize,
        /// How many there were.
        available: usize,
    },
    /// The input is not laid out as an input is.
    #[error("the input is damaged: {reason}")]
    Damaged {
        /// What is wrong with it.
        reason: FrameError,
    },
}

impl ReadError {
    pub(super) fn from_frame(wanted: &'static str, error: FrameError) -> Self {
        if let FrameError::EndOfInput { num_frames } = error {
            Self::EndOfInput { wanted, num_frames }
        } else {
            Self::Damaged { reason: error }
        }
    }

    pub(super) fn from_postcard(wanted: &'static str, chunk: &Chunk, reason: postcard::Error) -> Self {
        let Chunk { frame, position, .. } = *chunk;
        if reason == postcard::Error::DeserializeUnexpectedEnd {
            Self::Truncated {
                wanted,
                frame,
                position,
                available: chunk.bytes.len() as u64,
            }
        } else {
            Self::Invalid {
                wanted,
                frame,
                position,
                reason,
            }
        }
    }
}

struct EndOfInput(u64);

impl core::fmt::Display for EndOfInput {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            0 => f.write_str("the input has no frames"),
            1 => f.write_str("the input has ended after 1 frame"),
            num_frames => write!(f, "the input has ended after {num_frames} frames"),
        }
    }
}

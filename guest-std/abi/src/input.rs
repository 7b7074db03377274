//! The input's layout: a sequence of frames.
//!
//! ```text
//! u64  number of frames          little endian, as everything here
//! per frame:
//!   u64  length in bytes
//!   the bytes, then zeros up to a multiple of 8
//! ```
//!
//! A frame's bytes begin on a multiple of 8, so a guest may look at them as words without copying.
//!
//! Reading works on a cursor. Whoever reads takes from the current frame; when nothing is left of it, the
//! next frame becomes the current one. So a value and the bytes behind it read the same whether a host
//! wrote them as two frames or they came as one file.

use alloc::vec::Vec;
use core::fmt;

const WORD: usize = 8;

/// Collects frames into the layout above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameWriter {
    encoded: Vec<u8>,
    num_frames: u64,
}

impl Default for FrameWriter {
    fn default() -> Self {
        Self {
            encoded: alloc::vec![0; WORD],
            num_frames: 0,
        }
    }
}

impl FrameWriter {
    /// Appends a frame.
    pub fn push(&mut self, bytes: &[u8]) {
        self.encoded.reserve(WORD + bytes.len().next_multiple_of(WORD));
        self.encoded
            .extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.encoded.extend_from_slice(bytes);
        self.encoded.resize(self.encoded.len().next_multiple_of(WORD), 0);
        self.num_frames += 1;
        self.encoded[..WORD].copy_from_slice(&self.num_frames.to_le_bytes());
    }

    /// What was encoded before, as [`as_bytes`](Self::as_bytes) gave it; `None` if it is anything else.
    pub fn from_encoded(encoded: &[u8]) -> Option<Self> {
        let mut reader = FrameReader::new(encoded);
        let mut again = Self::default();
        // Each frame takes bytes of its own, so their number is bounded by the length.
        while let Ok(frame) = reader.peek() {
            again.push(frame);
            reader.consume(frame.len());
        }
        // Bytes behind the last frame, and padding that is not zero, are not what a writer leaves.
        (again.encoded == encoded).then_some(again)
    }

    /// The encoded input: what lies at the start of the input region.
    pub fn as_bytes(&self) -> &[u8] {
        &self.encoded
    }
}

/// What can be wrong with an encoded input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// All frames were read.
    EndOfInput {
        /// How many frames there are.
        num_frames: u64,
    },
    /// A frame is said to be longer than what is left of the region.
    FrameTooLong {
        /// Which frame, counted from 0.
        frame: u64,
        /// Its length in bytes, as encoded.
        len: u64,
        /// How many bytes are left for it.
        available: u64,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOfInput { num_frames } => {
                write!(f, "the input has ended: all of its {num_frames} frames were read")
            }
            Self::FrameTooLong {
                frame,
                len,
                available,
            } => {
                write!(
                    f,
                    "input frame {frame} claims {len} bytes where {available} are left"
                )
            }
        }
    }
}

impl core::error::Error for FrameError {}

/// A position in an encoded input. Never panics, whatever the bytes are.
#[derive(Clone, Debug)]
pub struct FrameReader<'a> {
    /// What has not been entered yet, from the next frame's length word on.
    behind: &'a [u8],
    /// What is left of the current frame.
    current: &'a [u8],
    /// Whether nothing was taken yet of the current frame, not even that it is empty.
    is_untouched: bool,
    num_frames: u64,
    num_entered: u64,
}

impl<'a> FrameReader<'a> {
    /// Starts before the first frame of `encoded`. Fewer than 8 bytes are an input without frames.
    pub fn new(encoded: &'a [u8]) -> Self {
        match encoded.split_first_chunk::<WORD>() {
            Some((count, behind)) => Self {
                behind,
                current: &[],
                is_untouched: false,
                num_frames: u64::from_le_bytes(*count),
                num_entered: 0,
            },
            None => Self {
                behind: &[],
                current: &[],
                is_untouched: false,
                num_frames: 0,
                num_entered: 0,
            },
        }
    }

    /// The current frame's number, counted from 0.
    pub fn frame(&self) -> u64 {
        self.num_entered.saturating_sub(1)
    }

    /// How many frames the input says it has.
    pub fn num_frames(&self) -> u64 {
        self.num_frames
    }

    /// What is left of the current frame, or the whole next frame if nothing is. Nothing is consumed.
    ///
    /// # Errors
    /// When there is no next frame, or its length does not fit what is there.
    pub fn peek(&mut self) -> Result<&'a [u8], FrameError> {
        if self.current.is_empty() && !self.is_untouched {
            self.enter_next()?;
        }
        Ok(self.current)
    }

    /// Consumes `len` bytes of what [`peek`](Self::peek) returned, or all of it if it is shorter. A frame without bytes is
    /// current until 0 of them are consumed.
    pub fn consume(&mut self, len: usize) {
        self.is_untouched = false;
        self.current = self.current.get(len..).unwrap_or_default();
    }

    fn enter_next(&mut self) -> Result<(), FrameError> {
        if self.num_entered >= self.num_frames {
            return Err(FrameError::EndOfInput {
                num_frames: self.num_frames,
            });
        }
        let too_long = |len, available: usize| FrameError::FrameTooLong {
            frame: self.num_entered,
            len,
            available: available as u64,
        };
        let (len, rest) = self
            .behind
            .split_first_chunk::<WORD>()
            .ok_or(too_long(0, self.behind.len()))?;
        let len = u64::from_le_bytes(*len);
        let error = too_long(len, rest.len());
        let len = usize::try_from(len).map_err(|_| error)?;
        let (frame, behind) = rest.split_at_checked(len).ok_or(error)?;
        let padding = len.next_multiple_of(WORD) - len;
        self.behind = behind.get(padding..).unwrap_or_default();
        self.current = frame;
        self.is_untouched = true;
        self.num_entered += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(frames: &[&[u8]]) -> Vec<u8> {
        let mut writer = FrameWriter::default();
        for frame in frames {
            writer.push(frame);
        }
        writer.as_bytes().to_vec()
    }

    #[test]
    fn frames_come_back_in_order_and_aligned() {
        let encoded = encode(&[b"abc", b"", b"12345678", b"x"]);
        assert_eq!(encoded.len() % WORD, 0);
        let mut reader = FrameReader::new(&encoded);
        for expected in [&b"abc"[..], b"", b"12345678", b"x"] {
            let frame = reader.peek().unwrap();
            assert_eq!(frame, expected);
            assert_eq!((frame.as_ptr() as usize - encoded.as_ptr() as usize) % WORD, 0);
            reader.consume(frame.len());
        }
        assert_eq!(reader.peek(), Err(FrameError::EndOfInput { num_frames: 4 }));
    }

    #[test]
    fn a_frame_can_be_read_in_parts() {
        let encoded = encode(&[b"abcdef", b"gh"]);
        let mut reader = FrameReader::new(&encoded);
        assert_eq!(reader.peek().unwrap(), b"abcdef");
        reader.consume(4);
        assert_eq!(reader.peek().unwrap(), b"ef");
        reader.consume(2);
        assert_eq!(reader.peek().unwrap(), b"gh");
        assert_eq!(reader.frame(), 1);
    }

    #[test]
    fn lengths_that_do_not_fit_are_errors() {
        for len in [9u64, 1 << 32, u64::MAX, u64::MAX - 6] {
            let mut encoded = encode(&[b"12345678"]);
            encoded[WORD..2 * WORD].copy_from_slice(&len.to_le_bytes());
            let expected = FrameError::FrameTooLong {
                frame: 0,
                len,
                available: 8,
            };
            assert_eq!(FrameReader::new(&encoded).peek(), Err(expected));
        }
    }

    #[test]
    fn a_frame_without_bytes_stays_until_it_is_taken() {
        let encoded = encode(&[b"", b"x"]);
        let mut reader = FrameReader::new(&encoded);
        for _ in 0..2 {
            assert_eq!((reader.peek(), reader.frame()), (Ok(&b""[..]), 0));
        }
        reader.consume(0);
        assert_eq!(reader.peek(), Ok(&b"x"[..]));
    }

    #[test]
    fn only_what_a_writer_leaves_is_taken_as_encoded() {
        let encoded = encode(&[b"abc", b"", b"12345678"]);
        let writer = FrameWriter::from_encoded(&encoded).unwrap();
        assert_eq!(writer.as_bytes(), encoded);
        for len in 0..encoded.len() {
            assert_eq!(FrameWriter::from_encoded(&encoded[..len]), None, "{len} bytes");
        }
        let mut longer = encoded.clone();
        longer.push(0);
        assert_eq!(FrameWriter::from_encoded(&longer), None);
        // The number of frames, and the padding of the first.
        for place in [0, 7, 2 * WORD + 3] {
            let mut changed = encoded.clone();
            changed[place] ^= 0xff;
            assert_eq!(FrameWriter::from_encoded(&changed), None, "byte {place}");
        }
    }

    #[test]
    fn truncated_and_missing_headers_are_errors() {
        let encoded = encode(&[b"12345678"]);
        for len in 0..encoded.len() {
            assert!(
                FrameReader::new(&encoded[..len]).peek().is_err(),
                "accepted {len} bytes"
            );
        }
        let mut many = encoded;
        many[..WORD].copy_from_slice(&u64::MAX.to_le_bytes());
        let mut reader = FrameReader::new(&many);
        reader.peek().unwrap();
        reader.consume(8);
        assert!(reader.peek().is_err());
    }
}

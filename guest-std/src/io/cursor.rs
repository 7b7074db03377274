//! The place in the input up to which it was read. One for the whole guest.

use zisk_abi::input::{FrameError, FrameReader};

use crate::platform;

/// What is next in the input, and where it stands.
pub(super) struct Chunk {
    /// What is left of the frame.
    pub(super) bytes: &'static [u8],
    /// The frame's number, counted from 0.
    pub(super) frame: u64,
    /// Where in the frame the bytes begin.
    pub(super) position: u64,
}

/// A [`FrameReader`] that knows how far into a frame it is.
pub(crate) struct Cursor {
    reader: FrameReader<'static>,
    position: u64,
}

impl Cursor {
    fn new(encoded: &'static [u8]) -> Self {
        Self {
            reader: FrameReader::new(encoded),
            position: 0,
        }
    }

    fn peek(&mut self) -> Result<Chunk, FrameError> {
        let previous = self.reader.frame();
        let bytes = self.reader.peek()?;
        let frame = self.reader.frame();
        if frame != previous {
            self.position = 0;
        }
        Ok(Chunk {
            bytes,
            frame,
            position: self.position,
        })
    }

    fn consume(&mut self, len: usize) {
        self.reader.consume(len);
        self.position += len as u64;
    }
}

/// What is left of the current frame, or the whole next frame if nothing is. Nothing is consumed.
pub(super) fn peek() -> Result<Chunk, FrameError> {
    with_cursor(Cursor::peek)
}

/// Consumes `len` bytes of what [`peek`] returned.
pub(super) fn consume(len: usize) {
    with_cursor(|cursor| cursor.consume(len));
}

/// `action` must run no code of the guest: that could read, too.
fn with_cursor<R>(action: impl FnOnce(&mut Cursor) -> R) -> R {
    platform::with_guest(|guest| action(guest.cursor.get_or_insert_with(|| Cursor::new(platform::input()))))
}

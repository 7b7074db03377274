//! The input as a stream of bytes.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::str;

use zisk_abi::input::FrameError;

use super::cursor::{self, Chunk};
use super::error::ReadError;

/// Everything that is left of the input, as one stream that runs on across frames.
///
/// Its methods are those of `std::io::Read` and `BufRead`, for guests that read text or a format of their own:
///
/// ```
/// use zisk_guest::io::{self, ReadError};
///
/// fn guest_main() -> Result<(), ReadError> {
///     for line in io::stdin().lines() {
///         let words = line?.split_whitespace().count();
///         zisk_guest::println!("{words} words");
///     }
///     Ok(())
/// }
///
/// let outcome = zisk_guest::testing::run(guest_main, |input| {
///     input.write_slice(b"one line\nand another one");
/// });
/// assert_eq!(outcome.stdout, "2 words\n3 words\n");
/// ```
pub fn stdin() -> Stdin {
    Stdin { _private: () }
}

/// What [`stdin`] returns. The place up to which the input was read is the guest's, not the handle's: typed
/// reads and all handles go on where the last one stopped.
#[derive(Debug)]
pub struct Stdin {
    _private: (),
}

impl Stdin {
    /// Reads up to `buffer.len()` bytes and returns how many; 0 means that the input has ended.
    ///
    /// # Errors
    /// When the input is damaged.
    pub fn read(&self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let Some(chunk) = next_chunk()? else { return Ok(0) };
        let len = chunk.bytes.len().min(buffer.len());
        buffer[..len].copy_from_slice(&chunk.bytes[..len]);
        cursor::consume(len);
        Ok(len)
    }

    /// Fills `buffer`.
    ///
    /// # Errors
    /// When the input ends before that; what there was has been consumed. When the input is damaged.
    pub fn read_exact(&self, buffer: &mut [u8]) -> Result<(), ReadError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read(&mut buffer[filled..])? {
                0 => {
                    return Err(ReadError::TooFewBytes {
                        wanted: buffer.len(),
                        available: filled,
                    });
                }
                len => filled += len,
            }
        }
        Ok(())
    }

    /// Appends everything that is left to `buffer` and returns how many bytes that were.
    ///
    /// # Errors
    /// When the input is damaged.
    pub fn read_to_end(&self, buffer: &mut Vec<u8>) -> Result<usize, ReadError> {
        let len_before = buffer.len();
        while let Some(chunk) = next_chunk()? {
            buffer.extend_from_slice(chunk.bytes);
            cursor::consume(chunk.bytes.len());
        }
        Ok(buffer.len() - len_before)
    }

    /// Appends everything that is left to `text` and returns how many bytes that were.
    ///
    /// # Errors
    /// When it is not UTF-8; `text` stays as it was, and the input has been consumed. When the input is
    /// damaged.
    pub fn read_to_string(&self, text: &mut String) -> Result<usize, ReadError> {
        let Some(Chunk { frame, position, .. }) = next_chunk()? else {
            return Ok(0);
        };
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        let read = str::from_utf8(&bytes).map_err(|_| ReadError::NotUtf8 { frame, position })?;
        text.push_str(read);
        Ok(read.len())
    }

    /// Appends a line with its `\n` to `text` and returns its length in bytes; 0 means that the input has
    /// ended. The last line may lack the `\n`.
    ///
    /// # Errors
    /// When the line is not UTF-8; `text` stays as it was, and the line has been consumed. When the input is
    /// damaged.
    pub fn read_line(&self, text: &mut String) -> Result<usize, ReadError> {
        let line = next_line()?.unwrap_or_default();
        text.push_str(&line);
        Ok(line.len())
    }

    /// The remaining lines, without `\n` or `\r\n`. A line within one frame is not copied.
    pub fn lines(&self) -> Lines {
        Lines { _private: () }
    }
}

/// Iterator over the lines of the input: see [`Stdin::lines`].
#[derive(Debug)]
pub struct Lines {
    _private: (),
}

impl Iterator for Lines {
    type Item = Result<Cow<'static, str>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        next_line().map(|line| line.map(without_line_end)).transpose()
    }
}

fn without_line_end(line: Cow<'static, str>) -> Cow<'static, str> {
    let text = line
        .strip_suffix('\n')
        .map_or(&*line, |text| text.strip_suffix('\r').unwrap_or(text));
    let len = text.len();
    match line {
        Cow::Borrowed(line) => Cow::Borrowed(&line[..len]),
        Cow::Owned(mut line) => {
            line.truncate(len);
            Cow::Owned(line)
        }
    }
}

/// What is next, unless the input has ended. Never empty.
fn next_chunk() -> Result<Option<Chunk>, ReadError> {
    loop {
        match cursor::peek() {
            Ok(chunk) if chunk.bytes.is_empty() => cursor::consume(0),
            Ok(chunk) => return Ok(Some(chunk)),
            Err(FrameError::EndOfInput { .. }) => return Ok(None),
            Err(reason) => return Err(ReadError::Damaged { reason }),
        }
    }
}

/// The next line with its end, unless the input has ended.
fn next_line() -> Result<Option<Cow<'static, str>>, ReadError> {
    let Some(Chunk { frame, position, .. }) = next_chunk()? else {
        return Ok(None);
    };
    let not_utf8 = ReadError::NotUtf8 { frame, position };
    let mut line: Cow<'static, [u8]> = Cow::Borrowed(&[]);
    while let Some(chunk) = next_chunk()? {
        let newline = chunk.bytes.iter().position(|&byte| byte == b'\n');
        let part = &chunk.bytes[..newline.map_or(chunk.bytes.len(), |at| at + 1)];
        cursor::consume(part.len());
        if line.is_empty() {
            line = Cow::Borrowed(part);
        } else {
            line.to_mut().extend_from_slice(part);
        }
        if newline.is_some() {
            break;
        }
    }
    let line = match line {
        Cow::Borrowed(bytes) => str::from_utf8(bytes).map(Cow::Borrowed).ok(),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).ok(),
    };
    line.map(Some).ok_or(not_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io;
    use crate::testing::run;

    fn with_frames(frames: &[&[u8]], main: impl FnOnce() + Send) {
        let outcome = run(main, |input| {
            for frame in frames {
                input.write_slice(frame);
            }
        });
        assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    }

    #[test]
    fn bytes_run_on_across_frames() {
        with_frames(&[b"abc", b"", b"de", b"fgh", b""], || {
            let mut four = [0; 4];
            stdin().read_exact(&mut four).unwrap();
            assert_eq!(&four, b"abcd");
            assert_eq!(stdin().read(&mut four), Ok(1));
            assert_eq!(four[0], b'e');
            let mut rest = Vec::from(*b"+");
            assert_eq!(stdin().read_to_end(&mut rest), Ok(3));
            assert_eq!(rest, b"+fgh");
            assert_eq!(stdin().read(&mut four), Ok(0));
            assert_eq!(stdin().read_to_end(&mut rest), Ok(0));
        });
    }

    #[test]
    fn typed_reads_and_the_stream_go_on_where_the_other_stopped() {
        with_frames(&[&[1, b'x', b'y'], &[2], b"z"], || {
            assert_eq!(io::read::<u8>(), 1);
            assert_eq!(stdin().read(&mut [0]), Ok(1));
            assert_eq!(io::read_slice(), b"y");
            assert_eq!(io::read::<u8>(), 2);
            let mut text = String::new();
            assert_eq!(stdin().read_to_string(&mut text), Ok(1));
            assert_eq!(text, "z");
        });
    }

    #[test]
    fn lines_come_without_their_ends_and_may_span_frames() {
        with_frames(&[b"one\r\n\ntw", b"o\xc3", b"\xa9\nlast"], || {
            let lines: Result<Vec<_>, _> = stdin().lines().collect();
            assert_eq!(lines.unwrap(), ["one", "", "two\u{e9}", "last"]);
        });
    }

    #[test]
    fn lines_within_a_frame_are_borrowed() {
        with_frames(&[b"a\nb\n"], || {
            assert!(stdin().lines().all(|line| matches!(line, Ok(Cow::Borrowed(_)))));
        });
    }

    #[test]
    fn read_line_keeps_the_end_and_appends() {
        with_frames(&[b"one\ntwo"], || {
            let mut text = String::new();
            assert_eq!(stdin().read_line(&mut text), Ok(4));
            assert_eq!(stdin().read_line(&mut text), Ok(3));
            assert_eq!(stdin().read_line(&mut text), Ok(0));
            assert_eq!(text, "one\ntwo");
        });
    }

    #[test]
    fn too_few_bytes_and_wrong_text_are_errors() {
        with_frames(&[b"ok\n\xff\nok\nab"], || {
            let mut text = String::new();
            stdin().read_line(&mut text).unwrap();
            let error = ReadError::NotUtf8 {
                frame: 0,
                position: 3,
            };
            assert_eq!(stdin().read_line(&mut text), Err(error));
            assert_eq!(text, "ok\n");
            assert_eq!(stdin().read_line(&mut text), Ok(3));
            let error = ReadError::TooFewBytes {
                wanted: 3,
                available: 2,
            };
            assert_eq!(stdin().read_exact(&mut [0; 3]), Err(error));
        });
        with_frames(&[b"\x80"], || {
            let error = ReadError::NotUtf8 {
                frame: 0,
                position: 0,
            };
            assert_eq!(stdin().read_to_string(&mut String::new()), Err(error));
        });
    }
}

//! Text for the person who runs the guest. It is private: no proof says anything about it.

use core::fmt::{self, Write};

use crate::platform;

/// Bytes of one call that are gathered before they go to the host. On the stack, for the time of a call.
const BUFFER_LEN: usize = 256;

/// Prints to the host's standard output. Not part of what is proven.
#[macro_export]
macro_rules! print {
    ($($arg:tt)*) => {
        $crate::__private::print($crate::__private::STDOUT, ::core::format_args!($($arg)*))
    };
}

/// Prints a line to the host's standard output. Not part of what is proven.
#[macro_export]
macro_rules! println {
    () => { $crate::print!("\n") };
    ($($arg:tt)*) => {
        $crate::__private::print_line($crate::__private::STDOUT, ::core::format_args!($($arg)*))
    };
}

/// Prints to the host's standard error. Not part of what is proven.
#[macro_export]
macro_rules! eprint {
    ($($arg:tt)*) => {
        $crate::__private::print($crate::__private::STDERR, ::core::format_args!($($arg)*))
    };
}

/// Prints a line to the host's standard error. Not part of what is proven.
#[macro_export]
macro_rules! eprintln {
    () => { $crate::eprint!("\n") };
    ($($arg:tt)*) => {
        $crate::__private::print_line($crate::__private::STDERR, ::core::format_args!($($arg)*))
    };
}

/// Formats to a stream.
pub fn print(fd: u64, args: fmt::Arguments<'_>) {
    match args.as_str() {
        Some(text) => platform::write(fd, text.as_bytes()),
        None => format_to(|text| platform::write(fd, text), args, ""),
    }
}

/// Formats to a stream and ends the line.
pub fn print_line(fd: u64, args: fmt::Arguments<'_>) {
    format_to(|text| platform::write(fd, text), args, "\n");
}

/// Hands `args` and then `end` to `sink`, in one piece if they fit the buffer. A piece never ends inside a
/// character.
fn format_to(sink: impl FnMut(&[u8]), args: fmt::Arguments<'_>, end: &str) {
    let mut buffer = Buffer {
        sink,
        bytes: [0; BUFFER_LEN],
        len: 0,
    };
    let result = buffer.write_fmt(args).and_then(|()| buffer.write_str(end));
    buffer.flush();
    result.expect("a Display or Debug implementation returned an error of its own");
}

struct Buffer<S> {
    sink: S,
    bytes: [u8; BUFFER_LEN],
    len: usize,
}

impl<S: FnMut(&[u8])> Buffer<S> {
    fn flush(&mut self) {
        if self.len > 0 {
            (self.sink)(&self.bytes[..self.len]);
            self.len = 0;
        }
    }
}

impl<S: FnMut(&[u8])> Write for Buffer<S> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() > BUFFER_LEN - self.len {
            self.flush();
        }
        if text.len() > BUFFER_LEN {
            (self.sink)(text.as_bytes());
        } else {
            self.bytes[self.len..self.len + text.len()].copy_from_slice(text.as_bytes());
            self.len += text.len();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;
    use core::str;

    use super::*;
    use crate::testing::run;

    fn pieces(args: fmt::Arguments<'_>, end: &str) -> Vec<String> {
        let mut pieces = Vec::new();
        format_to(
            |piece| pieces.push(String::from(str::from_utf8(piece).unwrap())),
            args,
            end,
        );
        pieces
    }

    #[test]
    fn a_line_is_one_write() {
        assert_eq!(
            pieces(format_args!("{} + {} = {:>4}", 1, 2, 3), "\n"),
            ["1 + 2 =    3\n"]
        );
    }

    #[test]
    fn long_text_is_cut_between_characters_and_complete() {
        for len in [255, 256, 257, 600] {
            let text: String = "é".chars().cycle().take(len).collect();
            let written = pieces(format_args!("{}{text}{:?}", 1, text), "\n");
            assert_eq!(written.concat(), alloc::format!("1{text}{text:?}\n"));
        }
    }

    #[test]
    fn streams_are_kept_apart() {
        let outcome = run(
            || {
                crate::print!("a{}", 1);
                crate::println!();
                crate::println!("b {x}", x = 2);
                crate::eprint!("c");
                crate::eprintln!(" {:?}", "d");
            },
            |_| (),
        );
        assert_eq!(outcome.stdout, "a1\nb 2\n");
        assert_eq!(outcome.stderr, "c \"d\"\n");
    }
}

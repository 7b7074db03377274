//! Writing for people.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use zisk_host::ExecutorEnv;

pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const HEADING: Style = AnsiColor::Cyan.on_default().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Styles of the help text: cargo's own.
pub(crate) const HELP: clap::builder::Styles = clap::builder::Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .error(ERROR)
    .valid(AnsiColor::Cyan.on_default().bold())
    .invalid(WARNING);

/// One line about what is being done, on standard error. Nobody may be listening, which is no error.
pub(crate) fn progress(verb: &str, message: &str) {
    let _ = writeln!(anstream::stderr(), "{GOOD}{verb:>12}{GOOD:#} {message}");
}

/// What a command is there to say, on standard output: one JSON object on a line, or text for people.
pub(crate) fn result(as_json: bool, json: &impl Serialize, text: &impl Display) -> io::Result<()> {
    let mut stdout = Relay::new(anstream::stdout());
    if as_json {
        serde_json::to_writer(&mut stdout, json)?;
        writeln!(stdout)?;
    } else {
        write!(stdout, "{text}")?;
    }
    stdout.flush()
}

/// Runs a guest whose text goes to standard error, since standard output is for a [`result`].
pub(crate) fn run_beside_result<T>(run: impl FnOnce(ExecutorEnv<'_>) -> T) -> T {
    let [mut text, mut messages] = [(); 2].map(|()| Relay::new(io::stderr()));
    let ran = run(ExecutorEnv::new().stdout(&mut text).stderr(&mut messages));
    // Nothing depends on whether standard error is read.
    let _ = text.end_line();
    let _ = messages.end_line();
    ran
}

/// A warning, on standard error.
pub(crate) fn warning(message: &str) {
    let _ = writeln!(anstream::stderr(), "{WARNING}warning:{WARNING:#} {message}");
}

/// An error, on standard error.
pub(crate) fn error(message: &str) {
    let _ = writeln!(anstream::stderr(), "{ERROR}error:{ERROR:#} {message}");
}

/// A number with commas between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Text that a guest or its file chose, with what a terminal would obey escaped.
pub(crate) fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            visible.extend(character.escape_default());
        } else {
            visible.push(character);
        }
    }
    visible
}

/// Passes bytes on unchanged until their reader has gone away, and drops them from then on. So `| head` does
/// not change how a guest ends.
#[derive(Debug)]
pub(crate) struct Relay<W> {
    to: W,
    is_closed: bool,
    last_byte: u8,
}

impl<W: Write> Relay<W> {
    pub(crate) fn new(to: W) -> Self {
        Self {
            to,
            is_closed: false,
            last_byte: b'\n',
        }
    }

    /// Ends a line that was left without its end.
    pub(crate) fn end_line(&mut self) -> io::Result<()> {
        if self.last_byte == b'\n' {
            Ok(())
        } else {
            self.write_all(b"\n")
        }
    }

    fn unless_closed(&mut self, result: io::Result<()>) -> io::Result<()> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Relay<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_closed {
            let written = self.to.write_all(bytes);
            self.unless_closed(written)?;
        }
        self.last_byte = bytes.last().copied().unwrap_or(self.last_byte);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let flushed = self.to.flush();
        self.unless_closed(flushed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn reader_that_went_away_is_no_error() {
        let mut relay = Relay::new(Closed);
        relay.write_all(b"one").unwrap();
        relay.write_all(b"two").unwrap();
        relay.end_line().unwrap();
        relay.flush().unwrap();
    }

    #[test]
    fn full_disk_is_an_error() {
        assert_eq!(
            Relay::new(Full).write_all(b"one").unwrap_err().kind(),
            io::ErrorKind::StorageFull
        );
    }

    #[test]
    fn only_an_unfinished_line_is_ended() {
        let mut bytes = Vec::new();
        let mut relay = Relay::new(&mut bytes);
        relay.end_line().unwrap();
        relay.write_all(b"text").unwrap();
        relay.end_line().unwrap();
        relay.end_line().unwrap();
        assert_eq!(bytes, b"text\n");
    }

    #[test]
    fn only_control_characters_are_escaped() {
        assert_eq!(
            visible("<a::B<'c> as \u{3b1}>::f\u{1b}[2J\n"),
            "<a::B<'c> as \u{3b1}>::f\\u{1b}[2J\\n"
        );
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}

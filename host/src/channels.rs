//! Where a guest's output goes.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Write};

use zisk_emulator::{Host, OutputChannel, OutputLimitReached, RandomnessUnavailable};

use crate::scopes::ScopeCounter;

/// How much of a guest's last output an error shows, in bytes.
const TAIL_LEN: usize = 2048;

/// What is done with text that a guest prints.
pub(crate) enum Sink<'a> {
    /// It goes to this process's standard output or standard error.
    Inherit,
    /// It goes there.
    Writer(Box<dyn Write + 'a>),
}

impl fmt::Debug for Sink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inherit => "Inherit",
            Self::Writer(_) => "Writer",
        })
    }
}

/// The host side of a run.
pub(crate) struct Channels<'s, 'a> {
    stdout: &'s mut Sink<'a>,
    stderr: &'s mut Sink<'a>,
    limit: u64,
    written: u64,
    pub(crate) journal: Vec<u8>,
    pub(crate) scopes: ScopeCounter,
    tail: VecDeque<u8>,
    /// The first error that a sink gave. Output behind it is dropped: the run itself is not at fault.
    pub(crate) sink_error: Option<io::Error>,
}

impl<'s, 'a> Channels<'s, 'a> {
    pub(crate) fn new(stdout: &'s mut Sink<'a>, stderr: &'s mut Sink<'a>, limit: u64) -> Self {
        Self {
            stdout,
            stderr,
            limit,
            written: 0,
            journal: Vec::new(),
            scopes: ScopeCounter::default(),
            tail: VecDeque::new(),
            sink_error: None,
        }
    }

    /// The last of what the guest printed on either channel.
    pub(crate) fn last_output(&self) -> String {
        let bytes: Vec<u8> = self.tail.iter().copied().collect();
        String::from_utf8_lossy(&bytes).trim_end().to_owned()
    }

    fn print(&mut self, channel: OutputChannel, bytes: &[u8]) -> io::Result<()> {
        let sink = if channel == OutputChannel::Stdout {
            &mut *self.stdout
        } else {
            &mut *self.stderr
        };
        match sink {
            Sink::Writer(writer) => writer.write_all(bytes),
            Sink::Inherit if channel == OutputChannel::Stdout => io::stdout().write_all(bytes),
            Sink::Inherit => io::stderr().write_all(bytes),
        }
    }
}

impl Host for Channels<'_, '_> {
    fn write(&mut self, channel: OutputChannel, bytes: &[u8]) -> Result<(), OutputLimitReached> {
        self.written = self.written.saturating_add(bytes.len() as u64);
        if self.written > self.limit {
            return Err(OutputLimitReached { limit: self.limit });
        }
        if channel == OutputChannel::Journal {
            self.journal.extend_from_slice(bytes);
            return Ok(());
        }
        self.tail.extend(&bytes[bytes.len().saturating_sub(TAIL_LEN)..]);
        self.tail.drain(..self.tail.len().saturating_sub(TAIL_LEN));
        if self.sink_error.is_none() {
            self.sink_error = self.print(channel, bytes).err();
        }
        Ok(())
    }

    fn random(&mut self) -> Result<u64, RandomnessUnavailable> {
        getrandom::u64().map_err(|_| RandomnessUnavailable)
    }

    fn scope_begin(&mut self, name: &[u8], instructions: u64) {
        self.scopes.begin(name, instructions);
    }

    fn scope_end(&mut self, name: &[u8], instructions: u64) {
        self.scopes.end(name, instructions);
    }
}

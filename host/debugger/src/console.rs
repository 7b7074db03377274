//! Who the guest talks to while it is debugged.
//!
//! A part of the run may be executed many times; what the guest says goes out the first time only, and what it was answered is
//! answered again.

use std::fmt;
use std::io::{self, Write};

use zisk_emulator::{Host, OutputChannel, OutputLimitReached, RandomnessUnavailable};

/// How much a guest may write, as when it is not debugged: 1 GiB.
const MAX_OUTPUT: u64 = 1 << 30;

/// Where text goes that the guest prints.
pub struct Output<'a> {
    /// What it prints.
    pub stdout: Box<dyn Write + 'a>,
    /// What it prints as messages, and what is said about its end.
    pub stderr: Box<dyn Write + 'a>,
}

impl fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").finish_non_exhaustive()
    }
}

/// How far the conversation has come at a place of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    stdout: u64,
    stderr: u64,
    journal: u64,
    answers: usize,
}

/// The conversation.
#[derive(Debug)]
pub(crate) struct Console<'a> {
    output: Output<'a>,
    /// Where the run is.
    pub(crate) marks: Marks,
    /// Where it was when it was farthest.
    farthest: Marks,
    /// All that was answered.
    answers: Vec<u64>,
    /// All that was written to the journal.
    journal: Vec<u8>,
    error: Option<io::Error>,
}

impl<'a> Console<'a> {
    pub(crate) fn new(output: Output<'a>) -> Self {
        Self {
            output,
            marks: Marks::default(),
            farthest: Marks::default(),
            answers: Vec::new(),
            journal: Vec::new(),
            error: None,
        }
    }

    /// What the guest has written to the journal where the run is.
    pub(crate) fn journal(&self) -> &[u8] {
        &self.journal[..self.marks.journal as usize]
    }

    /// What the guest was answered so far.
    #[cfg(test)]
    pub(crate) fn answers(&self) -> &[u64] {
        &self.answers
    }

    /// Says something about the run, on a line of its own.
    pub(crate) fn tell(&mut self, message: &str) {
        // Nothing depends on whether messages are read.
        let _ = writeln!(self.output.stderr, "{message}").and_then(|()| self.output.stderr.flush());
    }

    /// The first error that there was in handing the guest's text on.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    fn hand_on(&mut self, channel: OutputChannel, bytes: &[u8]) {
        let writer = match channel {
            OutputChannel::Stdout => &mut self.output.stdout,
            OutputChannel::Stderr => &mut self.output.stderr,
            OutputChannel::Journal => {
                self.journal.extend_from_slice(bytes);
                return;
            }
        };
        if self.error.is_none() {
            self.error = writer.write_all(bytes).and_then(|()| writer.flush()).err();
        }
    }
}

impl Host for Console<'_> {
    fn write(&mut self, channel: OutputChannel, bytes: &[u8]) -> Result<(), OutputLimitReached> {
        let len = bytes.len() as u64;
        let Marks {
            stdout,
            stderr,
            journal,
            answers: _,
        } = self.marks;
        if (stdout + stderr + journal).saturating_add(len) > MAX_OUTPUT {
            return Err(OutputLimitReached { limit: MAX_OUTPUT });
        }
        let (mark, farthest) = match channel {
            OutputChannel::Stdout => (&mut self.marks.stdout, &mut self.farthest.stdout),
            OutputChannel::Stderr => (&mut self.marks.stderr, &mut self.farthest.stderr),
            OutputChannel::Journal => (&mut self.marks.journal, &mut self.farthest.journal),
        };
        let known = (*farthest - *mark).min(len);
        *mark += len;
        *farthest = (*farthest).max(*mark);
        if known < len {
            self.hand_on(channel, &bytes[known as usize..]);
        }
        Ok(())
    }

    fn random(&mut self) -> Result<u64, RandomnessUnavailable> {
        let answer = if let Some(answer) = self.answers.get(self.marks.answers) {
            *answer
        } else {
            let answer = getrandom::u64().map_err(|_| RandomnessUnavailable)?;
            self.answers.push(answer);
            answer
        };
        self.marks.answers += 1;
        Ok(answer)
    }

    fn scope_begin(&mut self, _name: &[u8], _instructions: u64) {}

    fn scope_end(&mut self, _name: &[u8], _instructions: u64) {}
}

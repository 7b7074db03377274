//! Who a guest talks to.

use thiserror::Error;

/// Where bytes go that a guest writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputChannel {
    /// Text for the person who runs the guest.
    Stdout,
    /// Messages for the person who runs the guest.
    Stderr,
    /// The public journal.
    Journal,
}

/// The host wants no more output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the guest wrote more than the {limit} bytes of output that it is allowed")]
pub struct OutputLimitReached {
    /// The limit in bytes.
    pub limit: u64,
}

/// The host has no source of randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the host's operating system gives no random bytes")]
pub struct RandomnessUnavailable;

/// Answers what a guest asks for.
pub trait Host {
    /// The guest wrote bytes.
    ///
    /// # Errors
    /// When the host wants no more; the run ends with a trap.
    fn write(&mut self, channel: OutputChannel, bytes: &[u8]) -> Result<(), OutputLimitReached>;

    /// 64 bits for a guest that asks for host randomness.
    ///
    /// # Errors
    /// When there are none; the run ends with a trap.
    fn random(&mut self) -> Result<u64, RandomnessUnavailable>;

    /// The guest opened a scope, after `instructions` instructions. The name is at most
    /// [`zisk_abi::syscall::MAX_SCOPE_NAME`] bytes, of any content.
    fn scope_begin(&mut self, name: &[u8], instructions: u64);

    /// The guest closed the scope of that name.
    fn scope_end(&mut self, name: &[u8], instructions: u64);
}

impl<H: Host> Host for &mut H {
    fn write(&mut self, channel: OutputChannel, bytes: &[u8]) -> Result<(), OutputLimitReached> {
        (**self).write(channel, bytes)
    }

    fn random(&mut self) -> Result<u64, RandomnessUnavailable> {
        (**self).random()
    }

    fn scope_begin(&mut self, name: &[u8], instructions: u64) {
        (**self).scope_begin(name, instructions);
    }

    fn scope_end(&mut self, name: &[u8], instructions: u64) {
        (**self).scope_end(name, instructions);
    }
}

/// A host whose random answers are kept, so that the run can be repeated with [`Replayed`].
#[derive(Clone, Debug, Default)]
pub struct Recorded<H> {
    /// Who answers.
    pub host: H,
    /// What it answered so far.
    pub answers: Vec<u64>,
}

impl<H> Recorded<H> {
    /// Keeps what `host` will answer.
    pub fn new(host: H) -> Self {
        Self {
            host,
            answers: Vec::new(),
        }
    }
}

impl<H: Host> Host for Recorded<H> {
    fn write(&mut self, channel: OutputChannel, bytes: &[u8]) -> Result<(), OutputLimitReached> {
        self.host.write(channel, bytes)
    }

    fn random(&mut self) -> Result<u64, RandomnessUnavailable> {
        let answer = self.host.random()?;
        self.answers.push(answer);
        Ok(answer)
    }

    fn scope_begin(&mut self, name: &[u8], instructions: u64) {
        self.host.scope_begin(name, instructions);
    }

    fn scope_end(&mut self, name: &[u8], instructions: u64) {
        self.host.scope_end(name, instructions);
    }
}

/// The host of a run that is repeated: answers as before, and drops what the guest says. Behind the last
/// answer there is no randomness.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// The answers of the first time.
    pub answers: Vec<u64>,
    /// How many of them were given again.
    pub at: usize,
}

impl Replayed {
    /// Gives these answers.
    pub fn new(answers: Vec<u64>) -> Self {
        Self { answers, at: 0 }
    }
}

impl Host for Replayed {
    fn write(&mut self, _channel: OutputChannel, _bytes: &[u8]) -> Result<(), OutputLimitReached> {
        Ok(())
    }

    fn random(&mut self) -> Result<u64, RandomnessUnavailable> {
        let answer = *self.answers.get(self.at).ok_or(RandomnessUnavailable)?;
        self.at += 1;
        Ok(answer)
    }

    fn scope_begin(&mut self, _name: &[u8], _instructions: u64) {}

    fn scope_end(&mut self, _name: &[u8], _instructions: u64) {}
}

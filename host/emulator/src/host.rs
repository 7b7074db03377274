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

//! Running a guest.

use std::borrow::Borrow;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use zisk_emulator::{Machine, Observer, Stop, Trap};
use zisk_program::{Program, Symbols};
use zisk_verifier::Journal;

use crate::channels::{Channels, Sink};
use crate::error::{ExecuteError, GuestTrap};
use crate::execution::{Execution, Stats};
use crate::input::{Input, SAVE_INPUT};

/// How much a guest may write unless [`ExecutorEnv::max_output_bytes`] says otherwise: 1 GiB.
const DEFAULT_MAX_OUTPUT: u64 = 1 << 30;

/// Runs a guest with its text on standard output and standard error and without a limit on instructions.
///
/// # Errors
/// When the ELF file is not a guest, the input does not fit, or the guest does what it must not do.
pub fn execute(elf: &[u8], input: impl Borrow<Input>) -> Result<Execution, ExecuteError> {
    ExecutorEnv::new().execute(elf, input)
}

/// What a guest runs in: where its text goes, and how much it may do.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (elf, input) = (&[], zisk_host::Input::new());
/// let mut text = Vec::new();
/// let execution =
///     zisk_host::ExecutorEnv::new().stdout(&mut text).max_cycles(1_000_000).execute(elf, input)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct ExecutorEnv<'a> {
    stdout: Sink<'a>,
    stderr: Sink<'a>,
    max_cycles: u64,
    max_output_bytes: u64,
}

impl Default for ExecutorEnv<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> ExecutorEnv<'a> {
    /// Text goes to this process's standard output and standard error; no limit on instructions; 1 GiB of
    /// output.
    pub fn new() -> Self {
        Self {
            stdout: Sink::Inherit,
            stderr: Sink::Inherit,
            max_cycles: u64::MAX,
            max_output_bytes: DEFAULT_MAX_OUTPUT,
        }
    }

    /// Sends what the guest prints to `writer`: a `&mut Vec<u8>` to keep it, `std::io::sink()` to drop it.
    pub fn stdout(mut self, writer: impl Write + 'a) -> Self {
        self.stdout = Sink::Writer(Box::new(writer));
        self
    }

    /// Sends what the guest prints as messages, a panic's among them, to `writer`.
    pub fn stderr(mut self, writer: impl Write + 'a) -> Self {
        self.stderr = Sink::Writer(Box::new(writer));
        self
    }

    /// Stops the guest with [`ExecuteError::CycleLimit`] if it has not ended after this many instructions.
    pub fn max_cycles(mut self, instructions: u64) -> Self {
        self.max_cycles = instructions;
        self
    }

    /// Stops the guest with a trap when it has written more than this, journal and text together.
    pub fn max_output_bytes(mut self, bytes: u64) -> Self {
        self.max_output_bytes = bytes;
        self
    }

    /// Runs a guest to its end.
    ///
    /// # Errors
    /// When the ELF file is not a guest, the input does not fit, the guest does what it must not do, or a
    /// limit is reached.
    pub fn execute(self, elf: &[u8], input: impl Borrow<Input>) -> Result<Execution, ExecuteError> {
        let program = Program::from_elf(elf)?;
        self.execute_program(elf, &program, input.borrow(), &mut ())
    }

    /// Runs a program that was loaded from an ELF file, watched by an observer.
    pub(crate) fn execute_program(
        self,
        elf: &[u8],
        program: &Program,
        input: &Input,
        observer: &mut impl Observer,
    ) -> Result<Execution, ExecuteError> {
        let machine = Machine::new(program, input.encoded())?;
        self.execute_machine(elf, machine, input, |machine, channels, limit| {
            machine.run(limit, channels, observer)
        })
    }

    /// Runs a machine that has not begun; `run` executes up to so many instructions of it.
    pub(crate) fn execute_machine(
        mut self,
        elf: &[u8],
        mut machine: Machine,
        input: &Input,
        run: impl FnOnce(&mut Machine, &mut Channels<'_, 'a>, u64) -> Result<Stop, Trap>,
    ) -> Result<Execution, ExecuteError> {
        if let Some(path) = std::env::var_os(SAVE_INPUT).filter(|path| !path.is_empty()) {
            let path = PathBuf::from(path);
            input
                .save(&path)
                .map_err(|source| ExecuteError::SaveInput { path, source })?;
        }
        let mut channels = Channels::new(&mut self.stdout, &mut self.stderr, self.max_output_bytes);
        let start = Instant::now();
        let stop = run(&mut machine, &mut channels, self.max_cycles);
        let elapsed = start.elapsed();
        match stop {
            Err(trap) => Err(trapped(elf, trap, &channels)),
            Ok(Stop::Budget | Stop::Paused) => Err(ExecuteError::CycleLimit {
                limit: self.max_cycles,
                location: Box::new(Symbols::new(elf).locate(machine.pc())),
            }),
            Ok(Stop::Halted {
                exit_code,
                journal_digest,
            }) => finish(exit_code, journal_digest, &machine, channels, elapsed),
        }
    }
}

fn trapped(elf: &[u8], trap: Trap, channels: &Channels<'_, '_>) -> ExecuteError {
    let symbols = Symbols::new(elf);
    ExecuteError::Trap(Box::new(GuestTrap {
        trap,
        location: symbols.locate(trap.pc),
        frames: symbols.frames(trap.pc),
        last_output: channels.last_output(),
    }))
}

fn finish(
    exit_code: u32,
    journal_digest: [u8; 32],
    machine: &Machine,
    channels: Channels<'_, '_>,
    elapsed: Duration,
) -> Result<Execution, ExecuteError> {
    let computed: [u8; 32] = Sha256::digest(&channels.journal).into();
    if computed != journal_digest {
        return Err(ExecuteError::JournalDigest {
            said: hex::encode(journal_digest),
            computed: hex::encode(computed),
        });
    }
    if let Some(error) = channels.sink_error {
        return Err(ExecuteError::Output(error));
    }
    let stats = Stats {
        instructions: machine.instructions(),
        elapsed,
        misaligned_accesses: machine.memory().misaligned_accesses(),
        memory_bytes: machine.memory().touched_bytes(),
        scopes: channels.scopes.finish(),
    };
    Ok(Execution {
        journal: Journal::from(channels.journal),
        exit_code,
        stats,
    })
}

//! The first pass over a run: at full speed, counting what it consists of.

use std::sync::Arc;

use zisk_abi::coprocessor::{NUM_COPROCESSORS, find};
use zisk_abi::memory::PAGE_SIZE;
use zisk_emulator::code::Code;
use zisk_emulator::{
    Host, Machine, OutputChannel, OutputLimitReached, RandomnessUnavailable, Recorded, Stretch,
};
use zisk_machine::trace::{Class, Counts};
use zisk_program::Program;

use super::estimate::COST_SEGMENT;
use crate::env::ExecutorEnv;
use crate::error::ExecuteError;
use crate::execution::Execution;
use crate::input::Input;

/// Words of a page.
pub(super) const PAGE_WORDS: u64 = PAGE_SIZE / 8;

/// What a stretch of a run consists of.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Of words, none yet: how many there are depends on what else is in the same segment.
    pub(super) counts: Counts,
    /// The pages that it touches.
    pub(super) pages: Vec<u32>,
}

/// A run that was executed and counted.
pub(super) struct FirstPass {
    pub(super) code: Arc<Code>,
    pub(super) execution: Execution,
    /// What the host answered when it was asked for randomness.
    pub(super) answers: Vec<u64>,
    /// What it consists of, in order.
    pub(super) pieces: Vec<Piece>,
}

impl FirstPass {
    /// Runs a guest to its end, in stretches of `quantum` instructions, or less where a multiple of [`COST_SEGMENT`] is reached.
    /// Where it asks for randomness, it gets `before`, and
    /// then whatever the host answers.
    pub(super) fn run(
        env: ExecutorEnv<'_>,
        elf: &[u8],
        program: &Program,
        input: &Input,
        quantum: u64,
        before: &[u64],
    ) -> Result<Self, ExecuteError> {
        let code = Arc::new(Code::with_classes(program, |instruction| {
            Class::of(instruction) as u8
        }));
        let machine = Machine::with_code(Arc::clone(&code), program, input.encoded())?;
        let (mut pieces, mut answers) = (Vec::new(), Vec::new());
        let mut executed = 0;
        let execution = env.execute_machine(elf, machine, input, |machine, channels, limit| {
            let mut host = Recorded::new(AsBefore {
                before: before.iter(),
                host: channels,
            });
            let stop = machine.count(limit, quantum, &mut host, |stretch| {
                executed += stretch.instructions;
                pieces.push(Piece::of(stretch));
                quantum.min(COST_SEGMENT - executed % COST_SEGMENT)
            });
            answers = host.answers;
            stop
        })?;
        Ok(Self {
            code,
            execution,
            answers,
            pieces,
        })
    }

    /// The run again, from its beginning.
    pub(super) fn machine(&self, program: &Program, input: &Input) -> Result<Machine, ExecuteError> {
        Ok(Machine::with_code(
            Arc::clone(&self.code),
            program,
            input.encoded(),
        )?)
    }
}

/// A host that answers as before, as long as there are answers.
struct AsBefore<'a, H> {
    before: std::slice::Iter<'a, u64>,
    host: H,
}

impl<H: Host> Host for AsBefore<'_, H> {
    fn write(&mut self, channel: OutputChannel, bytes: &[u8]) -> Result<(), OutputLimitReached> {
        self.host.write(channel, bytes)
    }

    fn random(&mut self) -> Result<u64, RandomnessUnavailable> {
        match self.before.next() {
            Some(answer) => Ok(*answer),
            None => self.host.random(),
        }
    }

    fn scope_begin(&mut self, name: &[u8], instructions: u64) {
        self.host.scope_begin(name, instructions);
    }

    fn scope_end(&mut self, name: &[u8], instructions: u64) {
        self.host.scope_end(name, instructions);
    }
}

impl Piece {
    fn of(stretch: Stretch) -> Self {
        let mut by_class = [0; Class::NUM];
        for (count, found) in by_class.iter_mut().zip(stretch.by_class) {
            *count = u64::from(found);
        }
        let mut calls = [0; NUM_COPROCESSORS];
        for (number, count) in &stretch.calls {
            if let Some((index, _)) = find(*number) {
                calls[index] += u64::from(*count);
            }
        }
        Self {
            counts: Counts {
                by_class,
                misaligned: stretch.misaligned.into(),
                calls,
                words: 0,
            },
            pages: stretch.pages,
        }
    }
}

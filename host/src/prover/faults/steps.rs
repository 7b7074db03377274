use std::collections::BTreeSet;
use std::sync::Arc;

use zisk_abi::coprocessor::find;
use zisk_abi::memory::{INPUT, LOG_PAGE_SIZE};
use zisk_emulator::{Checkpoint, Machine, Replayed, Stop, TouchedWord};
use zisk_isa::{Decoded, Kind};
use zisk_machine::trace::{Fault, Step};

use super::{Liar, Lie, MAX_STEPS};
use crate::prover::first_pass::PAGE_WORDS;
use crate::prover::recorder::Recorder;

/// What a host answers who is asked more often than in the honest run.
const ANSWER: u64 = 0x0123_4567_89ab_cdef;
/// Where a coprocessor is told of its first operand.
const FIRST_ARGUMENT: usize = 10;
const NUMBER: usize = 17;

/// Runs a guest, and tells a lie at a step.
pub(super) struct Runner<'a> {
    liar: &'a Liar,
    lie: Option<(usize, &'a Lie)>,
    machine: Machine,
    host: Replayed,
    recorder: Recorder,
    pages: BTreeSet<u32>,
}

/// A machine's state.
struct State {
    start: Checkpoint,
    /// By ascending address.
    words: Vec<TouchedWord>,
}

impl<'a> Runner<'a> {
    pub(super) fn new(liar: &'a Liar, lie: Option<(usize, &'a Lie)>) -> Option<Self> {
        let mut answers = liar.answers.clone();
        answers.extend([ANSWER; 16]);
        Some(Self {
            machine: Machine::with_code(Arc::clone(&liar.code), &liar.program, &liar.input).ok()?,
            liar,
            lie,
            host: Replayed::new(answers),
            recorder: Recorder::default(),
            pages: BTreeSet::new(),
        })
    }

    /// The steps of the run; `None` if it traps, or does not end.
    pub(super) fn run(mut self) -> Option<Vec<Step>> {
        if let Some((step, lie)) = self.lie {
            if step > 0 && self.go(step as u64)? != Stop::Budget {
                return None;
            }
            self.tell(lie)?;
        }
        let left = MAX_STEPS.checked_sub(self.recorder.steps().len() as u64)?;
        match self.go(left)? {
            Stop::Budget | Stop::Paused => None,
            Stop::Halted { .. } => Some(self.recorder.steps().to_vec()),
        }
    }

    fn go(&mut self, budget: u64) -> Option<Stop> {
        let stop = self.machine.run(budget, &mut self.host, &mut self.recorder);
        self.pages.extend(self.machine.take_touched_pages());
        stop.ok()
    }

    /// Runs the step at which the lie is told, or what is said in its place.
    fn tell(&mut self, lie: &Lie) -> Option<()> {
        let pc = self.machine.pc();
        match *lie {
            Lie::Pc { pc } => self.change(|state| state.start.pc = pc),
            Lie::Skip => {
                let len = self.liar.instruction(pc)?.len;
                self.change(|state| state.start.pc += u64::from(len));
            }
            Lie::Repeat => {
                let before = self.recorder.steps().last()?.pc;
                self.change(|state| state.start.pc = before);
            }
            Lie::Register { register, mask, once } => {
                let register = usize::from(register);
                self.with(mask, once, |state| state.start.registers.get_mut(register))?;
            }
            Lie::Word { address, mask, once } => self.with_word(address, mask, once)?,
            Lie::Fault(Fault::Operand { word, mask }) => {
                let registers = self.machine.registers().to_array();
                let (_, coprocessor) = find(registers[NUMBER])?;
                let begins_before = |operand: &usize| coprocessor.first_word(*operand) <= word;
                let operand = (0..coprocessor.operands.len()).rev().find(begins_before)?;
                let address = u32::try_from(registers[FIRST_ARGUMENT + operand] / 8).ok()?;
                let place = (word - coprocessor.first_word(operand)) as u32;
                self.with_word(address.checked_add(place)?, mask, true)?;
            }
            Lie::Fault(Fault::Result { mask }) => {
                let written = self.liar.instruction(pc).and_then(written)?;
                if self.go(1)? == Stop::Budget {
                    self.change(|state| state.start.registers[written] ^= mask);
                }
            }
            Lie::Fault(_)
            | Lie::Handed { .. }
            | Lie::Initial { .. }
            | Lie::ExitCode { .. }
            | Lie::Journal { .. } => {}
        }
        Some(())
    }

    fn with_word(&mut self, address: u32, mask: u64, once: bool) -> Option<()> {
        self.with(mask, once, |state| {
            let words = &mut state.words;
            let place = words.binary_search_by_key(&address, |word| word.index).ok()?;
            Some(&mut words[place].first)
        })
    }

    /// Runs a step before which something holds something else.
    fn with(&mut self, mask: u64, once: bool, cell: impl Fn(&mut State) -> Option<&mut u64>) -> Option<()> {
        let mut lied = None;
        self.change(|state| {
            lied = cell(state).map(|cell| {
                *cell ^= mask;
                *cell
            });
        });
        let lied = lied?;
        if once && self.go(1)? == Stop::Budget {
            self.change(|state| {
                // Unless the step itself gave it something else.
                if let Some(cell) = cell(state).filter(|cell| **cell == lied) {
                    *cell ^= mask;
                }
            });
        }
        Some(())
    }

    /// Goes on from another state.
    fn change(&mut self, change: impl FnOnce(&mut State)) {
        let mut state = State {
            start: Checkpoint {
                pc: self.machine.pc(),
                registers: self.machine.registers().to_array(),
                instructions: self.machine.instructions(),
                answers: Vec::new(),
            },
            words: self.words(),
        };
        change(&mut state);
        let Liar { code, program, .. } = self.liar;
        self.machine = Machine::resume(Arc::clone(code), program, &state.start, &state.words);
    }

    /// All words that hold something: those of the image, of the input, and of pages that were touched.
    fn words(&self) -> Vec<TouchedWord> {
        let mut pages = self.pages.clone();
        let mapped = self
            .liar
            .program
            .segments()
            .iter()
            .map(zisk_program::Segment::mapped_range);
        let input = INPUT.start..INPUT.start + self.liar.input.len() as u64;
        for bytes in mapped.chain([input]) {
            let all = bytes.start >> LOG_PAGE_SIZE..bytes.end.div_ceil(1 << LOG_PAGE_SIZE);
            pages.extend(all.map(|page| page as u32));
        }
        let words = pages.into_iter().flat_map(|page| {
            let first = page * PAGE_WORDS as u32;
            first..first + PAGE_WORDS as u32
        });
        let touched = |index: u32| TouchedWord {
            index,
            previous: 0,
            first: self.machine.memory().word(index),
            last: 0,
        };
        words.map(touched).collect()
    }
}

/// The register that an instruction writes.
fn written(decoded: &Decoded) -> Option<usize> {
    let instruction = &decoded.instruction;
    match instruction.op.spec().kind {
        Kind::Branch(_) | Kind::Store(_) | Kind::Fence | Kind::Ecall | Kind::Ebreak => None,
        Kind::Alu(_)
        | Kind::Upper(_)
        | Kind::Jal
        | Kind::Jalr
        | Kind::Load(..)
        | Kind::LoadReserved(..)
        | Kind::StoreConditional(_)
        | Kind::Amo(..) => (instruction.rd != 0).then_some(instruction.rd.into()),
    }
}

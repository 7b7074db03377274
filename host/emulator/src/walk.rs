//! Going through a run segment by segment, to find what each needs of the others.

use thiserror::Error;
use zisk_isa::Width;

use crate::host::Replayed;
use crate::machine::{Machine, Stop};
use crate::memory::Memory;
use crate::observer::Observer;
use crate::registers::Registers;
use crate::segment_map::SegmentMap;
use crate::syscalls;
use crate::trap::Trap;

/// Where a segment of a run starts; with the words that it touches, all that it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Address of its first instruction.
    pub pc: u64,
    /// The registers.
    pub registers: [u64; 32],
    /// How many instructions were retired before.
    pub instructions: u64,
    /// What the host answers to the segment's `HOST_RANDOM` calls.
    pub answers: Vec<u64>,
}

/// A 64-bit word of memory that a segment touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TouchedWord {
    /// Its address / 8.
    pub index: u32,
    /// The number of the segment that touched it last, counted from 1; 0 if there is none.
    pub previous: u32,
    /// What it holds before the segment.
    pub first: u64,
    /// What it holds behind the segment.
    pub last: u64,
}

/// A segment of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its number, counted from 1.
    pub number: u32,
    /// Where it starts.
    pub start: Checkpoint,
    /// The words that its loads, stores, atomics, coprocessor operands and the halting call's digest touch,
    /// by ascending address. What the host is handed and where instructions come from is not among them.
    pub words: Vec<TouchedWord>,
    /// How many instructions were retired in it.
    pub instructions: u64,
    /// Address of the next instruction behind it.
    pub end_pc: u64,
    /// The registers behind it.
    pub end_registers: [u64; 32],
    /// How it ended.
    pub stop: Stop,
}

/// Why there is no next segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WalkError {
    /// The guest did what it must not do.
    #[error(transparent)]
    Trap(#[from] Trap),
    /// The run has more segments than can be told apart.
    #[error("the run is cut into more than {max} segments; longer segments make fewer")]
    TooManySegments {
        /// The most that there may be.
        max: u32,
    },
}

/// Goes through a run segment by segment. To pass over a segment, drop what [`next`](Self::next) says of it.
#[derive(Debug)]
pub struct Walker {
    machine: Machine,
    host: Replayed,
    map: SegmentMap,
    num_segments: u16,
    has_halted: bool,
}

impl Walker {
    /// Walks the run that `machine` is about to begin, with what the host answered to it before
    /// ([`Recorded`](crate::Recorded)). What the guest says is dropped.
    pub fn new(machine: Machine, answers: Vec<u64>) -> Self {
        Self {
            machine,
            host: Replayed::new(answers),
            map: SegmentMap::new(),
            num_segments: 0,
            has_halted: false,
        }
    }

    /// Runs on for up to `budget` instructions, and says what they depend on. `None` once the guest has
    /// halted.
    ///
    /// # Errors
    /// When the guest does what it must not do, or when there are too many segments. Walking on repeats the
    /// trap; the map tells of the segment that trapped as of others.
    #[allow(
        clippy::should_implement_trait,
        reason = "an iterator could not be told how long the next segment is"
    )]
    pub fn next(&mut self, budget: u64) -> Result<Option<Segment>, WalkError> {
        if self.has_halted {
            return Ok(None);
        }
        let segment = self.num_segments.checked_add(1);
        let segment = segment.ok_or(WalkError::TooManySegments {
            max: SegmentMap::MAX_SEGMENT.into(),
        })?;
        self.num_segments = segment;
        let (machine, answered) = (&mut self.machine, self.host.at);
        let mut start = Checkpoint {
            pc: machine.pc(),
            registers: machine.registers().to_array(),
            instructions: machine.instructions(),
            answers: Vec::new(),
        };
        let mut finder = WordFinder {
            map: &mut self.map,
            segment,
            words: Vec::new(),
        };
        let stop = machine.run(budget, &mut self.host, &mut finder)?;
        self.has_halted = stop != Stop::Budget;
        let mut words = finder.words;
        words.sort_unstable_by_key(|word| word.index);
        for word in &mut words {
            word.last = machine.memory().word(word.index);
        }
        start.answers = self.host.answers[answered..self.host.at].to_vec();
        Ok(Some(Segment {
            number: segment.into(),
            words,
            instructions: machine.instructions() - start.instructions,
            end_pc: machine.pc(),
            end_registers: machine.registers().to_array(),
            stop,
            start,
        }))
    }

    /// Which segment touched a word last, of the whole walk; the machine is given back.
    pub fn into_last_segments(self) -> SegmentMap {
        self.map
    }

    /// The machine that runs, as it is behind the last segment.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// Which segment touched a word last, so far.
    pub fn last_segments(&self) -> &SegmentMap {
        &self.map
    }
}

/// Finds the words that a segment touches.
struct WordFinder<'a> {
    map: &'a mut SegmentMap,
    segment: u16,
    /// In the order in which they are first touched; their last values are not known yet.
    words: Vec<TouchedWord>,
}

impl WordFinder<'_> {
    #[inline(always)]
    fn touch(&mut self, index: u64, memory: &Memory) {
        let current = self.segment.to_le_bytes();
        if self.map.entry(index).is_some_and(|entry| *entry != current) {
            self.first_touch(index as u32, memory);
        }
    }

    #[cold]
    #[inline(never)]
    fn first_touch(&mut self, index: u32, memory: &Memory) {
        let previous = self.map.replace(index, self.segment).into();
        self.words.push(TouchedWord {
            index,
            previous,
            first: memory.word(index),
            last: 0,
        });
    }
}

impl Observer for WordFinder<'_> {
    #[inline(always)]
    fn before_access(&mut self, address: u64, width: Width, memory: &Memory) {
        self.touch(address / 8, memory);
        if address % 8 + width.bytes() > 8 {
            self.touch(address / 8 + 1, memory);
        }
    }

    fn before_syscall(&mut self, registers: &Registers, memory: &Memory) {
        for index in syscalls::words(registers) {
            self.touch(index, memory);
        }
    }
}

//! Where a run spends its instructions, at little less than full speed.

mod calls;
mod functions;

use std::collections::BTreeMap;
use std::ops::Range;

use zisk_abi::coprocessor::{self, NUM_COPROCESSORS};
use zisk_abi::syscall::HALT;
use zisk_isa::{Instruction, Op, Width};

use crate::code::{MicroOp, NUM_CLASSES};
use crate::counting::Counter;
use crate::memory::Memory;
use crate::observer::Observer;
use crate::registers::Registers;
use crate::segment_map::SegmentMap;
use crate::syscalls;
pub use calls::CallNode;
use calls::Calls;
use functions::is_link;
pub use functions::{Functions, call_targets};

/// The class of calls: instructions that jump and leave in `ra` or `t0` where to return to.
pub const CALL_CLASS: u8 = NUM_CLASSES as u8 - 2;
/// The class of returns: jumps to what `ra` or `t0` holds.
pub const RETURN_CLASS: u8 = NUM_CLASSES as u8 - 1;

/// `sp`.
const STACK_POINTER: usize = 2;

/// The class of an instruction that calls or returns; others may be in any other class.
pub fn transfer_class(instruction: &Instruction) -> Option<u8> {
    let is_call = matches!(instruction.op, Op::Jal | Op::Jalr) && is_link(instruction.rd);
    let is_return = instruction.op == Op::Jalr && instruction.rd == 0 && is_link(instruction.rs1);
    match (is_call, is_return) {
        (true, _) => Some(CALL_CLASS),
        (_, true) => Some(RETURN_CLASS),
        _ => None,
    }
}

/// What an instruction does that not every one of its kind does, or that does not show in its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// Its address is no multiple of its width.
    Misaligned {
        /// Whether it is an access to 8 bytes.
        is_double: bool,
    },
    /// It calls the coprocessor of this index.
    Coprocessor(usize),
    /// It ends the run.
    Halt,
    /// It is another system call.
    System,
}

/// What a run consists of, from its beginning on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Instructions by class.
    pub by_class: [u64; NUM_CLASSES],
    /// Accesses to 8 bytes at an address that is no multiple of 8.
    pub misaligned_doubles: u64,
    /// Other accesses at an address that is no multiple of their width.
    pub misaligned_others: u64,
    /// Calls of each coprocessor.
    pub calls: [u64; NUM_COPROCESSORS],
    /// Other system calls, but for that which ends the run.
    pub system_calls: u64,
    /// Whether the run has ended.
    pub halts: u64,
}

impl Tally {
    fn add(&mut self, event: Event) {
        match event {
            Event::Misaligned { is_double: true } => self.misaligned_doubles += 1,
            Event::Misaligned { is_double: false } => self.misaligned_others += 1,
            Event::Coprocessor(index) => self.calls[index] += 1,
            Event::Halt => self.halts += 1,
            Event::System => self.system_calls += 1,
        }
    }

    /// This and another part.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.with(other, |one, other| one + other)
    }

    /// What came behind an earlier one.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        self.with(earlier, |now, earlier| now - earlier)
    }

    fn with(&self, other: &Self, of: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            by_class: std::array::from_fn(|class| of(self.by_class[class], other.by_class[class])),
            misaligned_doubles: of(self.misaligned_doubles, other.misaligned_doubles),
            misaligned_others: of(self.misaligned_others, other.misaligned_others),
            calls: std::array::from_fn(|index| of(self.calls[index], other.calls[index])),
            system_calls: of(self.system_calls, other.system_calls),
            halts: of(self.halts, other.halts),
        }
    }
}

/// An instruction of a node, and what it did how often beside running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedEvent {
    /// The node's number.
    pub node: usize,
    /// The instruction's counter in the node.
    pub counter: usize,
    /// What it did.
    pub event: Event,
    /// How often.
    pub count: u64,
}

/// What was counted of a run.
#[derive(Debug)]
pub struct Profiled {
    /// Functions by their callers. Parents come before their children; the first two are no functions.
    pub nodes: Vec<CallNode>,
    /// What instructions did, by node, counter and event.
    pub events: Vec<CountedEvent>,
}

/// Counts each instruction in the function that it is part of, by whom that was called; what the run consists of; and the
/// words that it touches. Instructions have to be in classes of which calls and returns have [theirs](transfer_class).
#[derive(Debug)]
pub struct Profiler {
    calls: Calls,
    counter: Counter,
    /// But for what is counted by class.
    tally: Tally,
    events: BTreeMap<(u32, u32, Event), u64>,
    touched: SegmentMap,
    segment: u16,
    words: u64,
    regions: Vec<Range<u64>>,
    new_words: Vec<u64>,
}

impl Profiler {
    /// Of a run that has not begun. Touched words are counted in each of these ranges of addresses.
    pub fn new(functions: Functions, regions: Vec<Range<u64>>) -> Self {
        Self {
            calls: Calls::new(functions),
            counter: Counter::default(),
            tally: Tally::default(),
            events: BTreeMap::new(),
            touched: SegmentMap::new(),
            segment: 1,
            words: 0,
            new_words: vec![0; regions.len()],
            regions,
        }
    }

    /// What the run consists of so far.
    pub fn tally(&self) -> Tally {
        Tally {
            by_class: self.counter.by_class(),
            ..self.tally
        }
    }

    /// How many words of each range were touched so far.
    pub fn touched_words(&self) -> &[u64] {
        &self.new_words
    }

    /// Ends a segment of the run: how many words were touched in it. Behind the last segment that can be told from others,
    /// words count to where they were touched first.
    pub fn end_segment(&mut self) -> u64 {
        self.segment = self.segment.saturating_add(1);
        std::mem::take(&mut self.words)
    }

    /// Which words were touched, by address over 8.
    pub fn words(&self) -> impl Iterator<Item = u32> + '_ {
        self.touched.iter().map(|(index, _)| index)
    }

    /// What was counted.
    pub fn finish(self) -> Profiled {
        let events = self.events.into_iter();
        let events = events.map(|((node, counter, event), count)| CountedEvent {
            node: node as usize,
            counter: counter as usize,
            event,
            count,
        });
        Profiled {
            events: events.collect(),
            nodes: self.calls.finish(),
        }
    }

    #[inline(always)]
    fn touch(&mut self, index: u64) {
        let current = self.segment.to_le_bytes();
        if self.touched.entry(index).is_some_and(|entry| *entry != current) {
            self.first_touch(index as u32);
        }
    }

    #[cold]
    #[inline(never)]
    fn first_touch(&mut self, index: u32) {
        self.words += 1;
        if self.touched.replace(index, self.segment) == 0 {
            let address = u64::from(index) * 8;
            let region = self.regions.iter().position(|region| region.contains(&address));
            if let Some(words) = region.and_then(|region| self.new_words.get_mut(region)) {
                *words += 1;
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn happened(&mut self, event: Event) {
        let (node, counter) = self.calls.place();
        *self.events.entry((node, counter, event)).or_default() += 1;
        self.tally.add(event);
    }
}

impl Observer for Profiler {
    #[inline(always)]
    fn instruction(&mut self, pc: u64, instruction: &MicroOp, registers: &[u64; 256]) {
        self.counter.instruction(pc, instruction, registers);
        self.calls.count(pc, registers[STACK_POINTER]);
        if instruction.class >= CALL_CLASS {
            if instruction.class == CALL_CLASS {
                self.calls.call(pc.wrapping_add(2 * u64::from(instruction.slots)));
            } else {
                self.calls.leave_function();
            }
        }
    }

    #[inline(always)]
    fn before_access(&mut self, address: u64, width: Width, _memory: &Memory) {
        self.touch(address / 8);
        if !address.is_multiple_of(width.bytes()) {
            self.happened(Event::Misaligned {
                is_double: width == Width::Double,
            });
            if address % 8 + width.bytes() > 8 {
                self.touch(address / 8 + 1);
            }
        }
    }

    fn before_syscall(&mut self, registers: &Registers, _memory: &Memory) {
        for index in syscalls::words(registers) {
            self.touch(index);
        }
    }

    fn syscall(&mut self, number: u64, _registers: &Registers) {
        let event = match coprocessor::find(number) {
            Some((index, _)) => Event::Coprocessor(index),
            None if number == HALT => Event::Halt,
            None => Event::System,
        };
        self.happened(event);
    }
}

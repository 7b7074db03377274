//! Watching a run that is profiled: what it consists of, moment by moment and segment by segment.

use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, MAX_SCOPE_NAME};
use zisk_emulator::code::MicroOp;
use zisk_emulator::profile::{Profiler, Tally};
use zisk_emulator::{Host, Machine, Memory, Observer, Registers, Stop, Trap};
use zisk_isa::Width;

use super::costs::Costs;
use crate::prover::SEGMENT;
use crate::scopes::ScopeCounter;

/// Instructions of the first moments; of later ones there are twice as many whenever there are too many moments.
const FIRST_QUANTUM: u64 = 1 << 6;
/// The most moments: an even number.
const MAX_MOMENTS: usize = 512;

/// A part of a run.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) tally: Tally,
    /// Words of each region that were never touched before.
    pub(super) new_words: Vec<u64>,
    /// Words that were touched; of segments only.
    pub(super) words: u64,
}

impl Part {
    pub(super) fn instructions(&self) -> u64 {
        self.tally.by_class.iter().sum()
    }
}

/// What was seen of a run.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) moments: Vec<Part>,
    pub(super) segments: Vec<Part>,
}

/// Counts a run, and the cells of its scopes.
pub(super) struct Watcher<'a> {
    pub(super) profiler: Profiler,
    /// Cells, where other counters have instructions.
    pub(super) scopes: ScopeCounter,
    costs: &'a Costs,
}

impl<'a> Watcher<'a> {
    pub(super) fn new(profiler: Profiler, costs: &'a Costs) -> Self {
        Self {
            profiler,
            scopes: ScopeCounter::default(),
            costs,
        }
    }

    /// Runs a machine for up to so many instructions.
    pub(super) fn run<H: Host>(
        &mut self,
        machine: &mut Machine,
        limit: u64,
        host: &mut H,
    ) -> Result<(Stop, Seen), Trap> {
        let mut quantum = FIRST_QUANTUM;
        let (mut moments, mut segments): (Vec<Part>, Vec<Part>) = (Vec::new(), Vec::new());
        let mut starts = [self.now(), self.now()];
        let mut left = limit;
        loop {
            let done = limit - left;
            let until = |every: u64| every - done % every;
            let budget = until(quantum).min(until(SEGMENT)).min(left);
            let stop = machine.run(budget, host, self)?;
            left -= budget;
            let done = limit - left;
            let is_over = stop != Stop::Budget || left == 0;
            let [moment, segment] = &mut starts;
            if is_over || done.is_multiple_of(quantum) {
                moments.push(self.since(moment));
            }
            if is_over || done.is_multiple_of(SEGMENT) {
                let mut part = self.since(segment);
                part.words = self.profiler.end_segment();
                segments.push(part);
            }
            if is_over {
                return Ok((stop, Seen { moments, segments }));
            }
            if moments.len() == MAX_MOMENTS {
                moments = halved(&moments);
                quantum *= 2;
            }
        }
    }

    fn now(&self) -> Part {
        Part {
            tally: self.profiler.tally(),
            new_words: self.profiler.touched_words().to_vec(),
            words: 0,
        }
    }

    /// What came since then, from where the next part goes on.
    fn since(&self, start: &mut Part) -> Part {
        let now = self.now();
        let earlier = std::mem::replace(start, now.clone());
        let new_words = now.new_words.iter().zip(&earlier.new_words);
        Part {
            tally: now.tally.since(&earlier.tally),
            new_words: new_words.map(|(now, earlier)| now - earlier).collect(),
            words: 0,
        }
    }

    fn scope(&mut self, registers: &Registers, memory: &Memory) {
        let [address, len, number] = [10, 11, 17].map(|register| registers.get(register));
        if !matches!(number, CYCLES_BEGIN | CYCLES_END) || len > MAX_SCOPE_NAME {
            return;
        }
        // A name that cannot be read ends the run.
        let Ok(name) = memory.peek(address, len) else {
            return;
        };
        let cells = self.costs.of_tally(&self.profiler.tally());
        if number == CYCLES_BEGIN {
            self.scopes.begin(name, cells);
        } else {
            self.scopes.end(name, cells);
        }
    }
}

/// Two moments in one.
fn halved(moments: &[Part]) -> Vec<Part> {
    let both = |pair: &[Part]| {
        let [first, second] = pair else {
            return pair[0].clone();
        };
        let new_words = first.new_words.iter().zip(&second.new_words);
        Part {
            tally: first.tally.plus(&second.tally),
            new_words: new_words.map(|(first, second)| first + second).collect(),
            words: 0,
        }
    };
    moments.chunks(2).map(both).collect()
}

#[allow(
    clippy::inline_always,
    reason = "parts of the interpreter's loop; its speed is measured with these inlined"
)]
impl Observer for Watcher<'_> {
    #[inline(always)]
    fn instruction(&mut self, pc: u64, instruction: &MicroOp, registers: &[u64; 256]) {
        self.profiler.instruction(pc, instruction, registers);
    }

    #[inline(always)]
    fn before_access(&mut self, address: u64, width: Width, memory: &Memory) {
        self.profiler.before_access(address, width, memory);
    }

    fn before_syscall(&mut self, registers: &Registers, memory: &Memory) {
        self.profiler.before_syscall(registers, memory);
        self.scope(registers, memory);
    }

    fn syscall(&mut self, number: u64, registers: &Registers) {
        self.profiler.syscall(number, registers);
    }
}

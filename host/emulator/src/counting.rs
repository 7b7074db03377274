//! Counting what a run consists of, at full speed.

use crate::code::{MicroOp, NUM_CLASSES};
use crate::host::Host;
use crate::machine::{Machine, Stop};
use crate::observer::Observer;
use crate::registers::Registers;
use crate::trap::Trap;

/// What a stretch of a run consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// How many instructions were retired.
    pub instructions: u64,
    /// How many of them are of each class.
    pub by_class: [u32; NUM_CLASSES],
    /// The pages that were accessed, as [`Machine::take_touched_pages`] gives them.
    pub pages: Vec<u32>,
    /// How many loads and stores had an address that is not a multiple of their width.
    pub misaligned: u32,
    /// The numbers of the system calls that were answered, ascending, and how often each was.
    pub calls: Vec<(u64, u32)>,
}

/// Counts instructions by class and system calls by number. An instruction that traps is counted too.
#[derive(Clone, Debug)]
pub struct Counter {
    /// By the byte that a decoded instruction carries: a class has a sixteenth of these sums, and every
    /// sixteenth slot of the code has the same. Consecutive instructions are counted in different sums, so none
    /// waits for another.
    sums: [u64; 256],
    calls: Vec<(u64, u32)>,
}

impl Default for Counter {
    fn default() -> Self {
        Self {
            sums: [0; 256],
            calls: Vec::new(),
        }
    }
}

impl Counter {
    /// How many instructions of each class began.
    pub fn by_class(&self) -> [u64; NUM_CLASSES] {
        let mut by_class = [0; NUM_CLASSES];
        for sums in self.sums.as_chunks::<NUM_CLASSES>().0 {
            for (total, sum) in by_class.iter_mut().zip(sums) {
                *total += sum;
            }
        }
        by_class
    }

    /// The numbers of the system calls that were answered, ascending, and how often each was.
    pub fn calls(&self) -> &[(u64, u32)] {
        &self.calls
    }
}

impl Observer for Counter {
    #[inline(always)]
    fn instruction(&mut self, _pc: u64, instruction: &MicroOp, _registers: &[u64; 256]) {
        self.sums[usize::from(instruction.sum)] += 1;
    }

    fn syscall(&mut self, number: u64, _registers: &Registers) {
        match self.calls.binary_search_by_key(&number, |call| call.0) {
            Ok(at) => self.calls[at].1 += 1,
            Err(at) => self.calls.insert(at, (number, 1)),
        }
    }
}

impl Machine {
    /// Retires up to `limit` instructions in stretches of `quantum`, and tells `each` of every stretch, the
    /// last one too, which may be shorter. What `each` returns is the quantum from then on. A quantum is at
    /// least 1, and at most `u32::MAX`.
    ///
    /// # Errors
    /// When the guest does what it must not do; nothing is told of the stretch in which that is.
    pub fn count<H: Host>(
        &mut self,
        limit: u64,
        mut quantum: u64,
        host: &mut H,
        mut each: impl FnMut(Stretch) -> u64,
    ) -> Result<Stop, Trap> {
        let mut remaining = limit;
        self.take_touched_pages();
        while remaining > 0 {
            let budget = quantum.clamp(1, u64::from(u32::MAX)).min(remaining);
            let (stretch, stop) = self.count_stretch(budget, host)?;
            remaining -= stretch.instructions;
            quantum = each(stretch);
            if stop != Stop::Budget {
                return Ok(stop);
            }
        }
        Ok(Stop::Budget)
    }

    fn count_stretch<H: Host>(&mut self, budget: u64, host: &mut H) -> Result<(Stretch, Stop), Trap> {
        let before = (self.instructions(), self.memory().misaligned_accesses());
        let mut counter = Counter::default();
        let stop = self.run(budget, host, &mut counter)?;
        let stretch = Stretch {
            instructions: self.instructions() - before.0,
            by_class: counter.by_class().map(|count| count as u32),
            pages: self.take_touched_pages(),
            misaligned: (self.memory().misaligned_accesses() - before.1) as u32,
            calls: counter.calls,
        };
        Ok((stretch, stop))
    }
}

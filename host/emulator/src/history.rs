//! Going back in a run.
//!
//! Execution is deterministic, so an earlier state is a checkpoint before it and the instructions in between, executed again.
//! A checkpoint holds registers and the pages that were written since the checkpoint before; what it says of other pages
//! is said by an earlier one, or by the program. Whenever checkpoints take more memory than they may, one is left out:
//! the one whose absence costs least, compared with how far away it is. So they lie close to each other around
//! the place that is looked at, and ever farther apart away from it.

use std::collections::{BTreeMap, BTreeSet};

use zisk_abi::memory::PAGE_SIZE;
use zisk_program::Program;

use crate::machine::Machine;
use crate::memory::Page;

/// More checkpoints than that would make it slow to find out what a page holds.
const MAX_CHECKPOINTS: usize = 128;

/// A state of the run.
#[derive(Debug)]
struct Checkpoint<T> {
    instructions: u64,
    pc: u64,
    registers: [u64; 32],
    /// At least the pages that changed since the checkpoint before, as they are here.
    pages: BTreeMap<u32, Box<Page>>,
    /// What else there is to know of this state.
    note: T,
}

/// Checkpoints of a run, each with a note of whoever keeps them.
///
/// It belongs to one [`Machine`], whose written pages nobody else may ask for.
#[derive(Debug)]
pub struct History<T> {
    /// Whose run it is.
    program: Program,
    /// By ascending number of instructions; the first is the start of the run, where nothing has changed.
    checkpoints: Vec<Checkpoint<T>>,
    /// The checkpoint from which the machine came to where it is.
    base: usize,
    /// The pages that changed since, and of which the machine no longer tells.
    changed: BTreeSet<u32>,
    num_pages: usize,
    max_pages: usize,
}

impl<T> History<T> {
    /// Of the run of `program` that `machine` is about to begin. Checkpoints take about `max_bytes`.
    pub fn new(program: Program, machine: &mut Machine, note: T, max_bytes: u64) -> Self {
        machine.take_written_pages();
        Self {
            program,
            checkpoints: vec![Checkpoint {
                instructions: machine.instructions(),
                pc: machine.pc(),
                registers: machine.registers().to_array(),
                pages: BTreeMap::new(),
                note,
            }],
            base: 0,
            changed: BTreeSet::new(),
            num_pages: 0,
            max_pages: usize::try_from(max_bytes / PAGE_SIZE).unwrap_or(usize::MAX),
        }
    }

    /// How many instructions were retired at each checkpoint, ascending. The first is the start of the run, and stays.
    pub fn numbers(&self) -> impl DoubleEndedIterator<Item = u64> + '_ {
        self.checkpoints.iter().map(|checkpoint| checkpoint.instructions)
    }

    /// How many bytes the kept pages have.
    pub fn page_bytes(&self) -> u64 {
        self.num_pages as u64 * PAGE_SIZE
    }

    /// Makes a checkpoint of the state that the machine is in, if there is none of it.
    pub fn record(&mut self, machine: &mut Machine, note: T) {
        self.changed.extend(machine.take_written_pages());
        let instructions = machine.instructions();
        let at = self.first_from(instructions);
        if self
            .checkpoints
            .get(at)
            .is_none_or(|next| next.instructions != instructions)
        {
            let content = |page: &u32| Some((*page, Box::new(*machine.memory().page(*page)?)));
            let pages: BTreeMap<_, _> = self.changed.iter().filter_map(content).collect();
            self.num_pages += pages.len();
            self.checkpoints.insert(
                at,
                Checkpoint {
                    instructions,
                    pc: machine.pc(),
                    registers: machine.registers().to_array(),
                    pages,
                    note,
                },
            );
        }
        self.base = at;
        self.changed.clear();
        while self.num_pages > self.max_pages || self.checkpoints.len() > MAX_CHECKPOINTS {
            let Some(least) = self.least_useful(instructions) else {
                return;
            };
            self.remove(least);
        }
    }

    /// Takes the machine to the last checkpoint with at most so many instructions, and gives its note.
    pub fn restore(&mut self, machine: &mut Machine, instructions: u64) -> &T {
        self.changed.extend(machine.take_written_pages());
        let to = self.first_from(instructions.saturating_add(1)).saturating_sub(1);
        let between = self.base.min(to) + 1..=self.base.max(to);
        for checkpoint in &self.checkpoints[between] {
            self.changed.extend(checkpoint.pages.keys());
        }
        for page in std::mem::take(&mut self.changed) {
            match self.kept_page(page, to) {
                Some(content) => machine.set_page(page, content),
                None => machine.set_page(page, &initial_page(&self.program, page)),
            }
        }
        self.base = to;
        let checkpoint = &self.checkpoints[to];
        machine.set_state(checkpoint.pc, &checkpoint.registers, checkpoint.instructions);
        &checkpoint.note
    }

    /// The first checkpoint with at least so many instructions.
    fn first_from(&self, instructions: u64) -> usize {
        self.checkpoints
            .partition_point(|checkpoint| checkpoint.instructions < instructions)
    }

    /// What a page holds at a checkpoint, if it changed before.
    fn kept_page(&self, page: u32, at: usize) -> Option<&Page> {
        let mut earlier = self.checkpoints[..=at].iter().rev();
        earlier.find_map(|checkpoint| checkpoint.pages.get(&page).map(|content| &**content))
    }

    /// The checkpoint whose absence costs least for somebody who is at `now`: how much more there would be to execute, compared with
    /// how far away it is.
    fn least_useful(&self, now: u64) -> Option<usize> {
        let cost = |at: usize| {
            let before = self.checkpoints[at - 1].instructions;
            let this = self.checkpoints[at].instructions;
            let behind = self
                .checkpoints
                .get(at + 1)
                .map_or(this, |next| next.instructions);
            (behind - before) as f64 / (now.abs_diff(this) + 1) as f64
        };
        (1..self.checkpoints.len()).min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
    }

    /// Leaves a checkpoint out, but not the first.
    fn remove(&mut self, at: usize) {
        let removed = self.checkpoints.remove(at);
        self.num_pages -= removed.pages.len();
        if self.base == at {
            self.changed.extend(removed.pages.keys());
        }
        if self.base >= at {
            self.base -= 1;
        }
        if let Some(next) = self.checkpoints.get_mut(at) {
            for (page, content) in removed.pages {
                if let std::collections::btree_map::Entry::Vacant(entry) = next.pages.entry(page) {
                    entry.insert(content);
                    self.num_pages += 1;
                }
            }
        }
    }
}

/// What a page that the guest may write holds at the start of a run.
fn initial_page(program: &Program, page: u32) -> Page {
    let mut content = [0; PAGE_SIZE as usize];
    let start = u64::from(page) * PAGE_SIZE;
    for segment in program.segments() {
        let data = segment.data();
        let (from, to) = (
            segment.start().max(start),
            (segment.start() + data.len() as u64).min(start + PAGE_SIZE),
        );
        if from < to {
            let source = &data[(from - segment.start()) as usize..(to - segment.start()) as usize];
            content[(from - start) as usize..(to - start) as usize].copy_from_slice(source);
        }
    }
    content
}

//! Where a run spends its instructions, and the cells that a proof of it commits to.
//!
//! A run is executed once, at little less than full speed. Of each instruction it is counted how often it ran, by who called
//! the function that it is part of; what an instruction costs is known from its bits, but for addresses that are not aligned
//! and for calls of the system, which are counted where they happen. So the cells of all functions together are those of the
//! run, to the last one, but for what no instruction has a part in: [`Overhead`].

mod costs;
mod overhead;
mod stacks;
mod watch;

use std::borrow::Borrow;
use std::sync::Arc;

use serde::Serialize;
use zisk_abi::memory::{HEAP, INPUT, STACK};
use zisk_emulator::Machine;
use zisk_emulator::code::Code;
use zisk_emulator::profile::{Functions, Profiler, call_targets};
use zisk_machine::Table;
use zisk_machine::trace::rows_of_calls;
use zisk_program::{Program, Symbols};

use crate::env::ExecutorEnv;
use crate::error::ExecuteError;
use crate::execution::Execution;
use crate::input::Input;
use crate::prover::{ProveError, guest};
use costs::{Costs, class_of, rows_of};
use overhead::OfSegments;
pub use overhead::Overhead;
use stacks::Stacks;
use watch::{Part, Seen, Watcher};

/// What something took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spent {
    /// Instructions.
    pub instructions: u64,
    /// Committed base-field cells of their rows, in all tables.
    pub cells: u64,
}

impl Spent {
    fn add(&mut self, other: Self) {
        self.instructions += other.instructions;
        self.cells += other.cells;
    }
}

/// A function, inlined or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Function {
    /// Its name, demangled.
    pub name: String,
    /// The source file of one of its instructions, as the compiler recorded it.
    pub file: Option<String>,
    /// What it spent itself.
    pub own: Spent,
    /// What it spent together with all that it called.
    pub total: Spent,
}

/// A function, as it was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stack {
    /// Who called it, or what it was inlined into: its place among [`Profile::stacks`].
    pub parent: Option<usize>,
    /// Its place among [`Profile::functions`].
    pub function: usize,
    /// What it spent itself when it was called so.
    pub own: Spent,
}

/// A state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StateMachine {
    /// Its name.
    pub name: &'static str,
    /// The coprocessor whose calls it proves, or a part of them.
    pub coprocessor: Option<&'static str>,
    /// Rows that instructions and calls need.
    pub rows: u64,
    /// Their cells.
    pub cells: u64,
    /// Cells of all its rows, in all segments: beside those, of what is not of instructions, and of rows that fill it up.
    pub committed_cells: u64,
}

/// A scope that the guest marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ScopeSpent {
    /// The name that the guest gave.
    pub name: String,
    /// How often it was closed.
    pub calls: u64,
    /// What was spent between opening and closing, inner scopes included.
    pub total: Spent,
}

/// A part of a run, between two moments of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Interval {
    /// Instructions before it.
    pub start: u64,
    /// Its instructions.
    pub instructions: u64,
    /// Cells of each state machine.
    pub cells: Vec<u64>,
    /// Bytes of each region that were not touched before.
    pub new_bytes: Vec<u64>,
}

/// A segment of a run, as long as it may be where there is memory enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SegmentSpent {
    /// What its instructions and calls take.
    pub own: Spent,
    /// Bytes of memory that it touches.
    pub touched_bytes: u64,
    /// Cells of all its tables, those that fill them up included.
    pub committed_cells: u64,
}

/// A region of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RegionTouched {
    /// Its name.
    pub name: &'static str,
    /// Bytes of its words that were read or written. Instructions are not read from memory.
    pub bytes: u64,
}

/// Where a run spent what it took.
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub struct Profile {
    /// What all instructions and calls took.
    pub total: Spent,
    /// What no instruction has a part in.
    pub overhead: Overhead,
    /// The functions that ran.
    pub functions: Vec<Function>,
    /// How they called each other. Parents come before their children.
    pub stacks: Vec<Stack>,
    /// The state machines, in the order in which they are proven. `main` has what is of `main_rest`, too.
    pub machines: Vec<StateMachine>,
    /// Scopes, in the order in which each was first closed.
    pub scopes: Vec<ScopeSpent>,
    /// The run from beginning to end; all but the last have the same number of instructions.
    pub intervals: Vec<Interval>,
    /// The segments of its proof.
    pub segments: Vec<SegmentSpent>,
    /// Regions of memory.
    pub regions: Vec<RegionTouched>,
}

/// Runs a guest to its end and tells where it spends instructions and cells. Function names and inlined functions are known
/// as far as the ELF file tells; line tables are enough.
///
/// # Errors
/// When the guest cannot be run to its end, or a segment of the run does not fit the tables.
pub fn profile(
    elf: &[u8],
    input: impl Borrow<Input>,
    env: ExecutorEnv<'_>,
) -> Result<(Execution, Profile), ProveError> {
    profile_run(elf, input.borrow(), env)
}

fn profile_run(elf: &[u8], input: &Input, env: ExecutorEnv<'_>) -> Result<(Execution, Profile), ProveError> {
    let program = Program::from_elf(elf).map_err(ExecuteError::Elf)?;
    let guest = guest(&program)?;
    let costs = Costs::new();
    let code = Arc::new(Code::with_classes(&program, |instruction| class_of(*instruction)));
    let machine = Machine::with_code(code, &program, input.encoded()).map_err(ExecuteError::from)?;
    let regions = regions(&program);
    let ranges = regions.iter().map(|(_, range)| range.clone()).collect();
    let mut watcher = Watcher::new(Profiler::new(functions(elf, &program), ranges), &costs);
    let mut seen = Seen::default();
    let execution = env.execute_machine(elf, machine, input, |machine, channels, limit| {
        let (stop, parts) = watcher.run(machine, limit, channels)?;
        seen = parts;
        Ok(stop)
    })?;
    let Watcher { profiler, scopes, .. } = watcher;
    let touched = profiler.touched_words().to_vec();
    let rows = rows_of(&profiler.tally());
    let total = Spent {
        instructions: execution.stats.instructions,
        cells: costs.of_tally(&profiler.tally()),
    };
    let Stacks { functions, stacks } = Stacks::new(elf, &program, &profiler.finish(), &costs);
    let OfSegments {
        overhead,
        segments,
        committed,
    } = OfSegments::new(&seen.segments, program.segments().len(), &guest, &costs)?;
    let machines = Table::ALL
        .into_iter()
        .enumerate()
        .map(|(index, table)| StateMachine {
            name: table.name(),
            coprocessor: rows_of_calls(table).map(|(coprocessor, _)| coprocessor.name),
            rows: rows[index],
            cells: rows[index] * costs.of_row(table),
            committed_cells: committed[index],
        });
    // Both counted the same calls.
    let scopes = execution.stats.scopes.iter().zip(scopes.finish());
    let scopes = scopes.map(|(scope, cells)| ScopeSpent {
        name: scope.name.clone(),
        calls: scope.calls,
        total: Spent {
            instructions: scope.instructions,
            cells: cells.instructions,
        },
    });
    let regions = regions.iter().zip(touched);
    let profile = Profile {
        total,
        overhead,
        functions,
        stacks,
        machines: machines.collect(),
        scopes: scopes.collect(),
        intervals: intervals(&seen.moments, &costs),
        segments,
        regions: regions
            .map(|((name, _), words)| RegionTouched {
                name,
                bytes: 8 * words,
            })
            .collect(),
    };
    Ok((execution, profile))
}

/// Where functions begin: what the symbols say, or else what is called.
fn functions(elf: &[u8], program: &Program) -> Functions {
    let symbols = Symbols::new(elf);
    let symbols = symbols.function_symbols();
    if symbols.is_empty() {
        return Functions::new(program, call_targets(program));
    }
    Functions::new(program, symbols.iter().map(zisk_program::FunctionSymbol::address))
}

/// The regions of memory by name. The image is whole pages, of which each has one of the permissions.
fn regions(program: &Program) -> Vec<(&'static str, std::ops::Range<u64>)> {
    let image = program.segments().iter().map(|segment| {
        let permissions = segment.permissions();
        let name = if permissions.execute {
            "code"
        } else if permissions.write {
            "data"
        } else {
            "constants"
        };
        (name, segment.mapped_range())
    });
    let others = [STACK, HEAP, INPUT].map(|region| (region.name, region.start..region.end));
    image.chain(others).collect()
}

fn intervals(moments: &[Part], costs: &Costs) -> Vec<Interval> {
    let mut start = 0;
    let interval = |part: &Part| {
        let instructions = part.instructions();
        start += instructions;
        let rows = rows_of(&part.tally).into_iter().zip(Table::ALL);
        Interval {
            start: start - instructions,
            instructions,
            cells: rows.map(|(rows, table)| rows * costs.of_row(table)).collect(),
            new_bytes: part.new_words.iter().map(|words| 8 * words).collect(),
        }
    };
    moments.iter().map(interval).collect()
}

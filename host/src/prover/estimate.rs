//! What a proof of a run would take, without proving it.

use std::borrow::Borrow;

use p3_field::PrimeCharacteristicRing;
use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_machine::trace::{Counts, Guest};
use zisk_program::Program;
use zisk_stark::analysis::analyze;
use zisk_stark::{SetupError, Val};
use zisk_verifier::{Receipt, Seal};

use super::first_pass::{FirstPass, Piece};
use super::guest::{Allowed, Provable, guest};
use super::plan::counts_of_segments;
use super::progress::ProofPlan;
use super::{ProveError, Prover, QUANTUM, memory, prepare, run};
use crate::env::ExecutorEnv;
use crate::execution::Execution;
use crate::input::Input;

/// The version of [`run_cost`]'s figure. It is raised whenever the figure of a run that stays the same changes.
pub const COST_VERSION: u32 = 1;

/// The instructions of a segment, for the figure of what a run costs: it must not depend on how much memory there is.
pub(super) const COST_SEGMENT: u64 = 1 << 21;

/// What a proof of a run would take.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[must_use]
pub struct Estimate {
    /// The run.
    pub execution: Execution,
    /// Segments, cells and memory, as the prover that was asked would cut the run.
    pub plan: ProofPlan,
    /// About how many bytes the receipt would have.
    pub receipt_bytes: u64,
    /// What [`run_cost`] says of the run.
    pub cost: u64,
}

impl Prover<'_> {
    /// Runs a guest in an environment and says what a proof of the run would take, with this prover's options and on this machine.
    /// Nothing is proven. How the guest ended does not matter.
    ///
    /// # Errors
    /// When the guest cannot be run to its end, or a proof would take more memory than there is.
    pub fn estimate(
        &mut self,
        env: ExecutorEnv<'_>,
        elf: &[u8],
        input: impl Borrow<Input>,
    ) -> Result<Estimate, ProveError> {
        self.estimate_run(env, elf, input.borrow())
    }

    fn estimate_run(
        &mut self,
        env: ExecutorEnv<'_>,
        elf: &[u8],
        input: &Input,
    ) -> Result<Estimate, ProveError> {
        let options = self.options;
        let program = Program::from_elf(elf)?;
        let quantum = QUANTUM.min(options.max_segment);
        let first = FirstPass::run(env, elf, &program, input, quantum, &[])?;
        let Self {
            threads, provable, ..
        } = self;
        let mut work = || {
            let provable = prepare(provable, elf, &program, options)?;
            let limit = options.max_memory.unwrap_or_else(memory::available);
            let (plan, memory) = run::plan(provable, &first, limit, options.max_segment)?;
            let receipt_bytes = receipt_size(provable, &first, &plan.instructions, options.hiding)?;
            let cost = cost(&provable.guest, &first.pieces)?;
            let plan = ProofPlan {
                instructions: first.execution.stats.instructions,
                segments: plan.instructions.len() as u64,
                cells: plan.cells(),
                memory,
            };
            Ok::<_, ProveError>((plan, receipt_bytes, cost))
        };
        let (plan, receipt_bytes, cost) = match threads {
            Some(threads) => threads.install(work),
            None => work(),
        }?;
        Ok(Estimate {
            execution: first.execution,
            plan,
            receipt_bytes,
            cost,
        })
    }
}

/// Runs a guest and says what the run costs, in base-field cells, by this [version](COST_VERSION) of the machine: what the rows
/// come to that the run needs at most in segments of 2^21 instructions, before tables are filled up to powers of two. It depends on
/// nothing but the program and the input: not on the machine, its memory, or options.
///
/// # Errors
/// When the guest cannot be run to its end.
pub fn run_cost(
    elf: &[u8],
    input: impl Borrow<Input>,
    env: ExecutorEnv<'_>,
) -> Result<(Execution, u64), ProveError> {
    cost_of_run(elf, input.borrow(), env)
}

fn cost_of_run(elf: &[u8], input: &Input, env: ExecutorEnv<'_>) -> Result<(Execution, u64), ProveError> {
    let program = Program::from_elf(elf)?;
    let guest = guest(&program)?;
    let first = FirstPass::run(env, elf, &program, input, QUANTUM, &[])?;
    let cost = cost(&guest, &first.pieces)?;
    Ok((first.execution, cost))
}

/// The cells of all rows that are needed.
fn cost(guest: &Guest, pieces: &[Piece]) -> Result<u64, ProveError> {
    let instructions = pieces
        .iter()
        .map(|piece| piece.counts.instructions())
        .sum::<u64>();
    let cuts: Vec<u64> = (0..instructions)
        .step_by(COST_SEGMENT as usize)
        .map(|start| COST_SEGMENT.min(instructions - start))
        .collect();
    let segments = counts_of_segments(pieces, &cuts);
    let mut cost = 0;
    for (index, table) in Table::ALL.into_iter().enumerate() {
        let shape =
            analyze(&table, &SHARED_BUSES).map_err(|source| SetupError::Table { table: index, source })?;
        let rows = |counts: &Counts| counts.needed_rows(table, guest);
        cost += segments.iter().map(rows).sum::<u64>() * shape.cells_per_row() as u64;
    }
    Ok(cost)
}

/// About how long the receipt of a run is that is cut so.
fn receipt_size(
    provable: &Provable,
    first: &FirstPass,
    cuts: &[u64],
    hiding: bool,
) -> Result<u64, ProveError> {
    let without_proofs = Receipt {
        journal: first.execution.journal.clone(),
        seal: Seal::new(provable.commitment.clone(), Vec::new(), Val::ZERO, hiding),
    };
    let mut size = without_proofs.to_bytes().len() as u64;
    for counts in counts_of_segments(&first.pieces, cuts) {
        let log_heights = counts.log_heights(&provable.guest, &Allowed::standard())?;
        size += provable.key.proof_size(&log_heights);
    }
    Ok(size)
}

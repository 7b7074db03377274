//! A run that was executed, on its way to a proof.

use zisk_machine::Segment;
use zisk_machine::trace::Counts;
use zisk_program::Program;
use zisk_stark::{
    BlindingSeed, BusChallenges, Phase as StarkPhase, Proof, SharedStatement, Val, shared_challenges,
};
use zisk_verifier::{CONTEXT, Claim, Hash, Journal, Seal};

use super::ProveError;
use super::builder::Options;
use super::first_pass::FirstPass;
use super::guest::{Allowed, Provable};
use super::job::Job;
use super::memory;
use super::plan::{Cost, Plan};
use super::progress::{Part, Phase, ProofPlan, ProverObserver};
use super::segments::{Overview, Segments};
use crate::execution::Execution;
use crate::input::Input;

/// Memory that a process takes in any case, in bytes: its code, its threads, small things.
const PROCESS: u64 = 80 << 20;
/// What a proof of a segment takes while it is kept, in bytes.
const KEPT_PROOF: u64 = 4 << 20;

/// A run that was executed, and how it is proven.
pub(super) struct Run<'a> {
    provable: &'a Provable,
    program: &'a Program,
    input: &'a Input,
    first: FirstPass,
    plan: Plan,
    memory: u64,
    seed: BlindingSeed,
    hiding: bool,
    /// The public values of the run's end.
    end: Vec<Val>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        provable: &'a Provable,
        program: &'a Program,
        input: &'a Input,
        first: FirstPass,
        options: Options,
    ) -> Result<Self, ProveError> {
        let limit = options.max_memory.unwrap_or_else(memory::available);
        let (plan, memory) = plan(provable, &first, limit, options.max_segment)?;
        let Execution {
            exit_code, journal, ..
        } = &first.execution;
        let claim = Claim::new(provable.commitment.image_id(), *exit_code, journal.as_bytes());
        Ok(Self {
            end: claim.public_values(),
            seed: BlindingSeed::from_system().map_err(zisk_stark::ProveError::from)?,
            hiding: options.hiding,
            provable,
            program,
            input,
            first,
            plan,
            memory,
        })
    }

    /// Proves it: gives the seal, the journal, how many cells were committed to, and the number of segments.
    pub(super) fn prove(
        self,
        observer: &mut dyn ProverObserver,
    ) -> Result<(Seal, Journal, u64, u64), ProveError> {
        observer.planned(&ProofPlan {
            instructions: self.first.execution.stats.instructions,
            segments: self.plan.instructions.len() as u64,
            cells: self.plan.cells(),
            memory: self.memory,
        });
        observer.progress(Phase::Prepare, 0.0);
        let cuts = &self.plan.instructions;
        let overview = Overview::new(
            self.first.machine(self.program, self.input)?,
            &self.first.answers,
            cuts,
            &self.provable.guest,
        )?;
        let statements = self.statements(&overview, observer)?;
        let key = self.provable.key.verifying_key();
        let (challenges, work) = shared_challenges(key, CONTEXT, &statements);
        let (proofs, cells) = self.proofs(&overview, &challenges, observer)?;
        let num_segments = proofs.len() as u64;
        let seal = Seal::new(self.provable.commitment.clone(), proofs, work, self.hiding);
        Ok((seal, self.first.execution.journal, cells, num_segments))
    }

    /// What each segment states before the challenges.
    fn statements(
        &self,
        overview: &Overview,
        observer: &mut dyn ProverObserver,
    ) -> Result<Vec<SharedStatement<Hash>>, ProveError> {
        let mut statements = Vec::new();
        let mut segments = self.segments(overview)?;
        while let Some((walked, early)) = segments.next()? {
            let job = Job::new(walked, early, &self.end, &self.seed);
            statements.push(job.statement(self.provable, &mut ())?);
            if observer.is_cancelled() {
                return Err(ProveError::Cancelled);
            }
        }
        Ok(statements)
    }

    /// The proof of each segment, and how many cells all of them committed to.
    fn proofs(
        &self,
        overview: &Overview,
        challenges: &BusChallenges,
        observer: &mut dyn ProverObserver,
    ) -> Result<(Vec<Proof<Hash>>, u64), ProveError> {
        let all_cells = self.plan.cells() as f64;
        let (mut cells, mut planned) = (0, 0);
        let mut proofs = Vec::new();
        let mut segments = self.segments(overview)?;
        while let Some((walked, early)) = segments.next()? {
            let job = Job::new(walked, early, &self.end, &self.seed);
            let cost = self.plan.costs.get(proofs.len()).map_or(0, |cost| cost.cells);
            let part = Part {
                before: planned as f64 / all_cells,
                share: cost as f64 / all_cells,
            };
            let code = &self.first.code;
            let (proof, committed) =
                job.prove(self.provable, self.program, code, challenges, observer, part)?;
            proofs.push(proof);
            cells += committed;
            planned += cost;
        }
        Ok((proofs, cells))
    }

    /// The run's segments, from the first on.
    fn segments<'s>(&'s self, overview: &'s Overview) -> Result<Segments<'s>, ProveError> {
        Ok(Segments::new(
            self.first.machine(self.program, self.input)?,
            &self.first.answers,
            &self.plan.instructions,
            overview,
            &self.provable.guest,
            self.input.encoded(),
            self.hiding.then_some(&self.seed),
        ))
    }
}

/// Cuts a run so that its proof takes no more memory than it may; gives what it takes, too.
fn plan(
    provable: &Provable,
    first: &FirstPass,
    limit: u64,
    max_segment: u64,
) -> Result<(Plan, u64), ProveError> {
    let heights = Allowed::standard();
    let key = &provable.key;
    let cost = |counts: &Counts| {
        if counts.instructions() > max_segment {
            return None;
        }
        let log_heights = counts.log_heights(&provable.guest, &heights).ok()?;
        Some(Cost {
            cells: key.cells(StarkPhase::Quotient, &log_heights),
            // Measured peaks are up to 7 % above the estimate.
            memory: key.peak_memory(&log_heights) / 10 * 11,
        })
    };
    // The guest's memory, and which segment touched what last, twice: a quarter of it each.
    let guest = first.execution.stats.memory_bytes;
    let always = PROCESS + key.memory() + guest + guest / 2;
    let instructions = first.execution.stats.instructions;
    let mut kept = KEPT_PROOF;
    loop {
        let others = always + kept;
        let plan = Plan::of(&first.pieces, cost, limit.saturating_sub(others)).map_err(|error| {
            ProveError::Memory {
                instructions,
                needed: others.saturating_add(error.needed),
                limit,
            }
        })?;
        let segments = plan.instructions.len() as u64;
        if segments > u64::from(Segment::MAX) {
            return Err(ProveError::TooLong {
                instructions,
                segments,
                limit: Segment::MAX.into(),
            });
        }
        // Fewer segments would need less, but that there are as many as were planned for is what is kept.
        if segments * KEPT_PROOF <= kept {
            let memory = others + plan.memory();
            return Ok((plan, memory));
        }
        kept = segments * KEPT_PROOF;
    }
}

#[cfg(test)]
mod tests;

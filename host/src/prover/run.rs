//! A run that was executed, on its way to a proof.

use zisk_machine::Segment;
use zisk_machine::trace::Counts;
use zisk_program::Program;
use zisk_stark::{
    BlindingSeed, BusChallenges, Phase as StarkPhase, Proof, SharedStatement, Val, challenges_of_work,
    return_freed_memory, shared_challenges,
};
use zisk_verifier::{CONTEXT, Claim, Hash, Receipt, Seal};

use super::ProveError;
use super::builder::Options;
use super::first_pass::FirstPass;
use super::guest::{Allowed, Provable};
use super::job::{Job, Order};
use super::memory;
use super::plan::{Cost, NoPlan, Plan};
use super::progress::{Part, Phase, ProofPlan, ProverObserver};
use super::segments::{Overview, Segments};
use super::work_folder::{Kept, RunId, WorkFolder};
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
    /// Bytes that may be taken.
    limit: u64,
    seed: BlindingSeed,
    hiding: bool,
    /// The public values of the run's end.
    end: Vec<Val>,
    folder: Option<(WorkFolder, RunId)>,
    /// The work that was done before, for the challenges.
    work: Option<Val>,
}

/// What came of a run.
pub(super) struct Sealed {
    /// The seal, unless the run was prepared only.
    pub(super) seal: Option<Seal>,
    /// How many cells were committed to.
    pub(super) cells: u64,
    /// How many segments there are.
    pub(super) segments: u64,
}

impl<'a> Run<'a> {
    /// With a folder, it goes on there with what is kept of it.
    pub(super) fn new(
        provable: &'a Provable,
        program: &'a Program,
        input: &'a Input,
        first: FirstPass,
        options: Options,
        folder: Option<(WorkFolder, RunId, Option<Kept>)>,
    ) -> Result<Self, ProveError> {
        let limit = options.max_memory.unwrap_or_else(memory::available);
        let (folder, kept) = match folder {
            Some((folder, id, kept)) => (Some((folder, id)), kept),
            None => (None, None),
        };
        let (plan, memory) = match &kept {
            Some(kept) => again(provable, &first, limit, &kept.cuts)?,
            None => plan(provable, &first, limit, options.max_segment)?,
        };
        let Execution {
            exit_code, journal, ..
        } = &first.execution;
        let claim = Claim::new(provable.commitment.image_id(), *exit_code, journal.as_bytes());
        let seed = match &kept {
            Some(kept) => BlindingSeed::from_bytes(kept.seed),
            None => BlindingSeed::from_system().map_err(zisk_stark::ProveError::from)?,
        };
        Ok(Self {
            end: claim.public_values(),
            seed,
            hiding: options.hiding,
            provable,
            program,
            input,
            first,
            plan,
            memory,
            limit,
            folder,
            work: kept.and_then(|kept| kept.work),
        })
    }

    /// Proves it.
    pub(super) fn prove(self, observer: &mut dyn ProverObserver) -> Result<Sealed, ProveError> {
        let segments = self.plan.instructions.len() as u64;
        if let Some(seal) = self.finished()? {
            return Ok(Sealed {
                seal: Some(seal),
                cells: self.plan.cells(),
                segments,
            });
        }
        let overview = self.begin(observer)?;
        let statements = self.statements(&overview, observer)?;
        let (challenges, work) = self.challenges(&statements)?;
        let (proofs, cells) = self.proofs(&overview, &statements, &challenges, observer)?;
        let num_segments = proofs.len();
        let seal = Seal::new(self.provable.commitment.clone(), proofs, work, self.hiding);
        if let Some((folder, id)) = &self.folder {
            folder.finish(*id, &seal, num_segments)?;
        }
        Ok(Sealed {
            seal: Some(seal),
            cells,
            segments,
        })
    }

    /// Leaves a file for each segment, for others to prove them.
    pub(super) fn prepare(self, observer: &mut dyn ProverObserver) -> Result<Sealed, ProveError> {
        let (folder, _) = self.folder.as_ref().ok_or(ProveError::NoWorkFolder)?;
        let overview = self.begin(observer)?;
        let statements = self.statements(&overview, observer)?;
        let (challenges, _) = self.challenges(&statements)?;
        let image_id = self.provable.commitment.image_id();
        let mut segments = self.segments(&overview)?;
        while let Some((walked, early)) = segments.next()? {
            let number = walked.number as usize;
            let job = Job::new(walked, early, &self.end, &self.seed);
            let order = Order::new(image_id, self.hiding, job, challenges);
            folder.keep_job(number, &order.to_bytes())?;
        }
        Ok(Sealed {
            seal: None,
            cells: 0,
            segments: statements.len() as u64,
        })
    }

    /// The seal, if the folder has it: one that verifies.
    fn finished(&self) -> Result<Option<Seal>, ProveError> {
        let Some((folder, id)) = &self.folder else {
            return Ok(None);
        };
        let receipt = folder.finished(*id)?.map(|seal| Receipt {
            journal: self.first.execution.journal.clone(),
            seal,
        });
        let image_id = self.provable.commitment.image_id();
        let exit_code = self.first.execution.exit_code;
        let good = receipt.filter(|receipt| receipt.verify_exit(image_id, exit_code).is_ok());
        Ok(good.map(|receipt| receipt.seal))
    }

    /// Says what is going to be done, keeps what it depends on, and walks through the run once.
    fn begin(&self, observer: &mut dyn ProverObserver) -> Result<Overview, ProveError> {
        observer.planned(&ProofPlan {
            instructions: self.first.execution.stats.instructions,
            segments: self.plan.instructions.len() as u64,
            cells: self.plan.cells(),
            memory: self.memory,
        });
        observer.progress(Phase::Prepare, 0.0);
        self.keep(self.work)?;
        Ok(Overview::new(
            self.first.machine(self.program, self.input)?,
            &self.first.answers,
            &self.plan.instructions,
            &self.provable.guest,
        )?)
    }

    /// Keeps in the folder what must be the same again.
    fn keep(&self, work: Option<Val>) -> Result<(), ProveError> {
        if let Some((folder, id)) = &self.folder {
            folder.keep(&Kept {
                id: *id,
                seed: *self.seed.as_bytes(),
                cuts: self.plan.instructions.clone(),
                answers: self.first.answers.clone(),
                work,
            })?;
        }
        Ok(())
    }

    /// The challenges that all segments share, with the work for them: that which was done before, if there is some, because
    /// other work gives other challenges.
    fn challenges(&self, statements: &[SharedStatement<Hash>]) -> Result<(BusChallenges, Val), ProveError> {
        let key = self.provable.key.verifying_key();
        let before = self.work.and_then(|work| {
            let challenges = challenges_of_work(key, CONTEXT, statements, work)?;
            Some((challenges, work))
        });
        if let Some(before) = before {
            return Ok(before);
        }
        let (challenges, work) = shared_challenges(key, CONTEXT, statements);
        self.keep(Some(work))?;
        Ok((challenges, work))
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

    /// The proof of each segment, and how many cells all of them committed to. Those that are in the folder are not made again.
    fn proofs(
        &self,
        overview: &Overview,
        statements: &[SharedStatement<Hash>],
        challenges: &BusChallenges,
        observer: &mut dyn ProverObserver,
    ) -> Result<(Vec<Proof<Hash>>, u64), ProveError> {
        let all_cells = self.plan.cells() as f64;
        let (mut cells, mut planned) = (0, 0);
        let mut proofs = Vec::new();
        let mut segments = self.segments(overview)?;
        while let Some((walked, early)) = segments.next()? {
            let number = walked.number as usize;
            let job = Job::new(walked, early, &self.end, &self.seed);
            let cost = self.plan.costs.get(proofs.len()).map_or(0, |cost| cost.cells);
            let part = Part {
                before: planned as f64 / all_cells,
                behind: (planned + cost) as f64 / all_cells,
            };
            planned += cost;
            if let Some(proof) = self.found(&job, number, statements, challenges)? {
                proofs.push(proof);
                cells += cost;
                continue;
            }
            // What is free lies in pieces, of which the next proof may not find a use for all.
            if memory::resident() + self.plan.memory() / 3 > self.limit {
                return_freed_memory();
            }
            let code = &self.first.code;
            let (proof, committed) =
                job.prove(self.provable, self.program, code, challenges, observer, part)?;
            if let Some((folder, _)) = &self.folder {
                folder.keep_proof(number, &proof)?;
            }
            proofs.push(proof);
            cells += committed;
        }
        Ok((proofs, cells))
    }

    /// The proof of a segment, if the folder has one that is as good as one made here.
    fn found(
        &self,
        job: &Job,
        number: usize,
        statements: &[SharedStatement<Hash>],
        challenges: &BusChallenges,
    ) -> Result<Option<Proof<Hash>>, ProveError> {
        let (Some((folder, _)), Some(statement)) = (&self.folder, statements.get(number - 1)) else {
            return Ok(None);
        };
        let proof = folder.proof(number)?;
        Ok(proof.filter(|proof| job.accepts(self.provable, proof, statement, challenges)))
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

/// What a segment takes; none if no verifier would take it.
fn cost(provable: &Provable, counts: &Counts) -> Option<Cost> {
    let log_heights = counts.log_heights(&provable.guest, &Allowed::standard()).ok()?;
    provable.key.can_count_messages(&log_heights).then(|| Cost {
        cells: provable.key.cells(StarkPhase::Quotient, &log_heights),
        // Measured peaks are up to 7 % above the estimate, and what lies free between buffers comes on top.
        memory: provable.key.peak_memory(&log_heights) / 5 * 6,
    })
}

/// What is taken whatever a run is cut in: the process itself, the key, the guest's memory, and which segment touched what
/// last, twice: a quarter of it each.
fn always(provable: &Provable, first: &FirstPass) -> u64 {
    let guest = first.execution.stats.memory_bytes;
    PROCESS + provable.key.memory() + guest + guest / 2
}

/// A run that was cut before.
fn again(
    provable: &Provable,
    first: &FirstPass,
    limit: u64,
    cuts: &[u64],
) -> Result<(Plan, u64), ProveError> {
    let plan = Plan::again(&first.pieces, |counts| cost(provable, counts), cuts);
    let memory = always(provable, first) + KEPT_PROOF * cuts.len() as u64 + plan.memory();
    if memory > limit {
        return Err(ProveError::Memory {
            instructions: first.execution.stats.instructions,
            needed: memory,
            limit,
        });
    }
    Ok((plan, memory))
}

/// Cuts a run so that its proof takes no more memory than it may; gives what it takes, too.
pub(super) fn plan(
    provable: &Provable,
    first: &FirstPass,
    limit: u64,
    max_segment: u64,
) -> Result<(Plan, u64), ProveError> {
    let cost = |counts: &Counts| {
        let fits = counts.instructions() <= max_segment;
        fits.then(|| cost(provable, counts)).flatten()
    };
    let always = always(provable, first);
    let instructions = first.execution.stats.instructions;
    let mut kept = KEPT_PROOF;
    loop {
        let others = always + kept;
        let plan = match Plan::of(&first.pieces, cost, limit.saturating_sub(others)) {
            Ok(plan) => plan,
            Err(NoPlan { needed }) => {
                // With so much for a segment there is a plan, and that is what more memory has to be enough for.
                let least = Plan::of(&first.pieces, cost, needed);
                let segments = least.map_or(1, |plan| plan.instructions.len() as u64);
                return Err(ProveError::Memory {
                    instructions,
                    needed: (always + segments * KEPT_PROOF).saturating_add(needed),
                    limit,
                });
            }
        };
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

//! One segment, proven by itself: here, in another process, or on another machine.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zisk_emulator::code::Code;
use zisk_emulator::{Checkpoint, Machine, Replayed, Segment as Walked, TouchedWord};
use zisk_machine::trace::{Early, Replay, generate, log_heights};
use zisk_machine::{MAX_INSTRUCTIONS, Table};
use zisk_program::Program;
use zisk_stark::{
    BlindingSeed, BusChallenges, Observer as StarkObserver, Phase as StarkPhase, Proof, SharedProof,
    SharedStatement, Trace, Val, check_shared, commit_early, prove_sharing,
};
use zisk_verifier::{Hash, ImageId, MIN_SECURITY_BITS, VERSION};

use super::ProveError;
use super::guest::{Allowed, Provable};
use super::progress::{Part, ProverObserver, Watch};
use super::recorder::Recorder;

/// A segment that can be proven, with all that this takes but the program. It holds parts of the input and what hides them:
/// it is as private as the input.
#[derive(Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) early: Early,
    /// Instructions before it.
    before: u64,
    /// Its instructions.
    pub(super) instructions: u64,
    /// What the host answers in it.
    answers: Vec<u64>,
    /// The public values of the run's end.
    end: Vec<Val>,
    /// What its early columns are hidden with.
    seed: [u8; 32],
}

/// A job with everything else that proving it takes but the program.
#[derive(Serialize, Deserialize)]
pub(super) struct Order {
    /// The version of proofs, first: of another, nothing else can be read.
    version: u16,
    pub(super) image_id: ImageId,
    hiding: bool,
    job: Job,
    challenges: BusChallenges,
}

impl Order {
    pub(super) fn new(image_id: ImageId, hiding: bool, job: Job, challenges: BusChallenges) -> Self {
        Self {
            version: VERSION,
            image_id,
            hiding,
            job,
            challenges,
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        // Writing to memory does not fail.
        [ORDER, &postcard::to_allocvec(self).unwrap_or_default()].concat()
    }

    /// An order from a file.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, ProveError> {
        let rest = bytes.strip_prefix(ORDER).ok_or(ProveError::Job)?;
        let order: Self = postcard::from_bytes(rest).map_err(|_| ProveError::Job)?;
        if order.version == VERSION {
            Ok(order)
        } else {
            Err(ProveError::Job)
        }
    }

    /// Whether its proof is to hide the run.
    pub(super) fn hides(&self) -> bool {
        self.hiding
    }

    /// Proves the segment; gives the bytes of the file with the proof.
    pub(super) fn prove(
        &self,
        provable: &Provable,
        program: &Program,
        observer: &mut dyn ProverObserver,
    ) -> Result<Vec<u8>, ProveError> {
        let found = provable.commitment.image_id();
        if found != self.image_id {
            return Err(ProveError::JobProgram {
                expected: self.image_id,
                found,
            });
        }
        if !self.job.is_well_formed(provable) {
            return Err(ProveError::Job);
        }
        let code = Arc::new(Code::new(program));
        let all = Part {
            before: 0.0,
            behind: 1.0,
        };
        let challenges = &self.challenges;
        let (proof, _) = self
            .job
            .prove(provable, program, &code, challenges, observer, all)?;
        Ok(postcard::to_allocvec(&proof).unwrap_or_default())
    }
}

/// What files with orders begin with.
const ORDER: &[u8] = b"zisk segment";

impl Job {
    pub(super) fn new(walked: Walked, early: Early, end: &[Val], run_seed: &BlindingSeed) -> Self {
        let seed = run_seed.derive(b"segment", walked.number.into());
        Self {
            early,
            before: walked.start.instructions,
            instructions: walked.instructions,
            answers: walked.start.answers,
            end: end.to_vec(),
            seed: *seed.as_bytes(),
        }
    }

    /// Whether it can be proven at all, as far as that shows before it is executed: it may come from a file.
    fn is_well_formed(&self, provable: &Provable) -> bool {
        self.instructions <= MAX_INSTRUCTIONS
            && self.before.checked_add(self.instructions).is_some()
            && self.answers.len() as u64 <= self.instructions
            && self.end.len() == zisk_machine::public_values(0, [0; 4]).len()
            && self.early.is_well_formed(&provable.guest)
    }

    fn seed(&self) -> BlindingSeed {
        BlindingSeed::from_bytes(self.seed)
    }

    /// What it states before the challenges that all segments share.
    pub(super) fn statement(
        &self,
        provable: &Provable,
        observer: &mut dyn StarkObserver,
    ) -> Result<SharedStatement<Hash>, ProveError> {
        let traces = self
            .early
            .traces(&provable.guest, &self.end, &Allowed::standard())?;
        let early = commit_early(&provable.key, &traces, Some(&self.seed()), observer)?;
        Ok(early.statement())
    }

    /// Whether a proof is one of this segment, which states this.
    pub(super) fn accepts(
        &self,
        provable: &Provable,
        proof: &Proof<Hash>,
        statement: &SharedStatement<Hash>,
        challenges: &BusChallenges,
    ) -> bool {
        let values: Vec<Vec<Val>> = Table::ALL
            .iter()
            .map(|table| self.early.segment.public_values(*table, &self.end))
            .collect();
        let values: Vec<&[Val]> = values.iter().map(Vec::as_slice).collect();
        let shared = SharedProof {
            proof,
            public_values: &values,
        };
        let key = provable.key.verifying_key();
        check_shared(key, &shared, statement, challenges, MIN_SECURITY_BITS).is_ok()
    }

    /// Executes the segment again and fills all tables.
    fn traces(
        &self,
        provable: &Provable,
        program: &Program,
        code: &Arc<Code>,
    ) -> Result<(Vec<Trace>, Vec<u8>), ProveError> {
        let replay = self.replay(provable, program, code)?;
        let log_heights = log_heights(&replay, &Allowed::standard())?;
        let traces = generate(&replay, &self.end, &Allowed::standard())?;
        Ok((traces, log_heights))
    }

    /// Executes the segment again.
    pub(super) fn replay<'a>(
        &'a self,
        provable: &'a Provable,
        program: &Program,
        code: &Arc<Code>,
    ) -> Result<Replay<'a>, ProveError> {
        replay(&provable.guest, self, program, code)
    }

    /// Proves the segment; gives how many cells were committed to, too.
    pub(super) fn prove(
        &self,
        provable: &Provable,
        program: &Program,
        code: &Arc<Code>,
        challenges: &BusChallenges,
        observer: &mut dyn ProverObserver,
        part: Part,
    ) -> Result<(Proof<Hash>, u64), ProveError> {
        let key = &provable.key;
        let (traces, log_heights) = self.traces(provable, program, code)?;
        // Quotients are of all columns.
        let cells = key.cells(StarkPhase::Quotient, &log_heights);
        let mut watch = Watch::new(observer, key, &log_heights, part);
        let early = commit_early(key, &traces, Some(&self.seed()), &mut watch)?;
        let proof = prove_sharing(key, traces, early, *challenges, &mut watch)?;
        Ok((proof, cells))
    }
}

/// Executes a segment again, for its tables to be filled.
pub(super) fn replay<'a>(
    guest: &'a zisk_machine::trace::Guest,
    job: &'a Job,
    program: &Program,
    code: &Arc<Code>,
) -> Result<Replay<'a>, ProveError> {
    /// Instructions that are recorded before they are followed.
    const AT_ONCE: u64 = 1 << 16;
    let Early { words, registers, .. } = &job.early;
    let touched: Vec<TouchedWord> = words
        .iter()
        .map(|word| TouchedWord {
            index: word.address,
            previous: word.state.previous.into(),
            first: word.state.first,
            last: word.state.last,
        })
        .collect();
    let start = Checkpoint {
        pc: job.early.start.pc,
        registers: registers.map(|register| register.first),
        instructions: job.before,
        answers: Vec::new(),
    };
    let mut machine = Machine::resume(Arc::clone(code), program, &start, &touched);
    let mut host = Replayed::new(job.answers.clone());
    let mut replay = Replay::new(guest, &job.early);
    replay.reserve(job.instructions as usize);
    let mut left = job.instructions;
    while left > 0 {
        let budget = left.min(AT_ONCE);
        let mut recorder = Recorder::default();
        machine
            .run(budget, &mut host, &mut recorder)
            .map_err(|trap| ProveError::Segment {
                number: job.early.segment.number,
                reason: trap.to_string(),
            })?;
        recorder.follow(&mut replay)?;
        left -= budget;
    }
    replay.check_end()?;
    Ok(replay)
}

#[cfg(test)]
mod tests;

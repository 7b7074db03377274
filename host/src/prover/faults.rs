//! Whoever tries to cheat: runs with a lie in them, filled into tables and proven as if they were honest.
//!
//! For tools and tests behind the feature `faults`; a prover has nothing of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use p3_matrix::dense::RowMajorMatrix;
use zisk_emulator::code::Code;
use zisk_isa::Decoded;
use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_machine::trace::{Heights, Replay, ReplayError, Step, count_lookups, discover_with, generate};
use zisk_program::Program;
use zisk_stark::checker::{Checker, Report, Rows};
use zisk_stark::{BlindingSeed, Trace, Val, commit_early, prove_sharing, shared_challenges};
use zisk_verifier::{CONTEXT, Claim, Hash, ImageId, Journal, Receipt, Seal};

use super::ProveError;
use super::first_pass::FirstPass;
use super::guest::{Allowed, Provable};
use crate::env::ExecutorEnv;
use crate::error::ExecuteError;
use crate::input::Input;

mod lie;
mod steps;

pub use lie::{Handed, Lie};
use steps::Runner;

/// The longest run that lies are told in, in instructions: a lie may well make a loop endless.
const MAX_STEPS: u64 = 1 << 16;

/// A guest with an input, and its honest run.
pub struct Liar {
    program: Program,
    provable: Provable,
    code: Arc<Code>,
    input: Vec<u8>,
    answers: Vec<u64>,
    /// By address.
    instructions: BTreeMap<u64, Decoded>,
    /// The steps of a segment, at most.
    max_segment: usize,
    steps: Vec<Step>,
    exit_code: u32,
    journal: Journal,
    fixed: Vec<RowMajorMatrix<Val>>,
}

/// The tables of a run, as somebody says that it went.
#[derive(Clone, Debug)]
pub struct Said {
    /// Of each segment, all tables, in the order of [`Table::ALL`].
    pub segments: Vec<Vec<Trace>>,
    /// What the run is said to end with.
    pub exit_code: u32,
    /// What the run is said to make public.
    pub journal: Journal,
}

/// What guests get that ask the host for randomness, first: the same each time, so that what is found once is found again.
const ANSWERS: [u64; 4] = [
    0x9e37_79b9_7f4a_7c15,
    0x3c6e_f372_fe94_f82a,
    0xdaa6_6d2c_7ddf_743f,
    0x78dd_e6e5_fd29_f054,
];

/// How many rows tables have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Just so many as there must be: for whoever checks constraints.
    Small,
    /// As they are proven, with random rows.
    Proven,
}

impl Heights for Fill {
    fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        match self {
            Self::Small => (log_height <= 22).then_some(1 << log_height),
            Self::Proven => Allowed::standard().num_active_rows(log_height),
        }
    }

    fn may_leave_out(&self) -> bool {
        *self == Self::Proven
    }
}

impl Liar {
    /// Runs a guest, in segments of so many instructions.
    ///
    /// # Errors
    /// When the ELF file is no guest, or the guest traps.
    pub fn new(elf: &[u8], input: &Input, max_segment: usize) -> Result<Self, ProveError> {
        let program = Program::from_elf(elf).map_err(ExecuteError::Elf)?;
        let env = ExecutorEnv::new().stderr(std::io::sink());
        let first = FirstPass::run(env, elf, &program, input, MAX_STEPS, &ANSWERS)?;
        let decoded = program.executable_segments().flat_map(|segment| {
            let at = (segment.start()..).step_by(2);
            at.zip(segment.instructions())
                .filter_map(|(pc, decoded)| Some((pc, decoded?)))
        });
        let instructions = decoded.collect();
        let provable = Provable::new(&program)?;
        let fixed = |table: &Table| zisk_machine::trace::fixed_columns(*table, &provable.guest, &Fill::Small);
        let fixed = Table::ALL.iter().map(fixed).collect::<Result<_, _>>()?;
        let mut liar = Self {
            program,
            provable,
            code: first.code,
            input: input.encoded().to_vec(),
            answers: first.answers,
            instructions,
            max_segment,
            steps: Vec::new(),
            exit_code: first.execution.exit_code,
            journal: first.execution.journal,
            fixed,
        };
        liar.steps = Runner::new(&liar, None).and_then(Runner::run).unwrap_or_default();
        Ok(liar)
    }

    /// The steps of the honest run.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The instruction at an address.
    pub fn instruction(&self, pc: u64) -> Option<&Decoded> {
        self.instructions.get(&pc)
    }

    /// What receipts of the guest are verified with.
    pub fn image_id(&self) -> ImageId {
        self.provable.commitment.image_id()
    }

    /// The run as somebody says it went who tells a lie at a step, counted from 0, and goes on from there; `None` if it
    /// leads nowhere: to an address without code, a trap, or on forever.
    pub fn say(&self, lie: Option<(usize, &Lie)>, fill: Fill) -> Option<Said> {
        let steps = match lie {
            Some(lie) => Runner::new(self, Some(lie))?.run()?,
            None => self.steps.clone(),
        };
        let segments: Vec<&[Step]> = steps.chunks(self.max_segment).collect();
        let starts: Vec<u64> = segments
            .iter()
            .filter_map(|steps| Some(steps.first()?.pc))
            .collect();
        let guest = &self.provable.guest;
        let follow = |segment: usize, replay: &mut Replay<'_>, handed: bool| {
            let first = segment * self.max_segment;
            (first..).zip(segments[segment]).try_for_each(|(at, step)| {
                match lie.filter(|(place, _)| *place == at) {
                    // Whoever was handed the lie finds it there.
                    Some((_, lie)) if !(handed && at == first) => lie.follow(replay, step),
                    _ => replay.step(step),
                }
            })
        };
        let mut early = discover_with(guest, &self.input, &starts, |segment, replay| {
            follow(segment, replay, false)
        })?;
        let mut handed = false;
        if let Some((step, lie)) = lie {
            handed = step % self.max_segment == 0 && lie.hand_on(early.get_mut(step / self.max_segment)?);
            lie.say(&mut early);
        }
        let replays = early.iter().enumerate().map(|(segment, early)| {
            let mut replay = Replay::new(guest, early);
            follow(segment, &mut replay, handed)?;
            Ok::<_, ReplayError>(replay)
        });
        let replays: Vec<Replay<'_>> = replays.collect::<Result<_, _>>().ok()?;
        let mut claim = Claim::new(self.image_id(), self.exit_code, self.journal.as_bytes());
        if let Some((_, lie)) = lie {
            lie.claim(&mut claim);
        }
        let end = claim.public_values();
        let traces = replays.iter().map(|replay| generate(replay, &end, &fill));
        Some(Said {
            segments: traces.collect::<Result<_, _>>().ok()?,
            exit_code: claim.exit_code,
            journal: match lie {
                Some((_, Lie::Journal { journal })) => journal.clone().into(),
                _ => self.journal.clone(),
            },
        })
    }

    /// The tables of each segment, for whoever looks at rows. They are to be filled as [`Fill::Small`].
    pub fn rows<'a>(&'a self, said: &'a Said) -> Vec<Vec<Rows<'a, Table>>> {
        let of_segment = |traces: &'a Vec<Trace>| {
            let tables = Table::ALL.iter().zip(traces.iter().zip(&self.fixed));
            tables.map(|(table, (trace, fixed))| Rows {
                name: table.name(),
                table,
                main: &trace.main,
                fixed,
                public_values: &trace.public_values,
            })
        };
        let segments = said.segments.iter();
        segments.map(|traces| of_segment(traces).collect()).collect()
    }

    /// Whether all constraints hold and all messages are received. The tables are to be filled as [`Fill::Small`].
    ///
    /// # Errors
    /// With what does not hold.
    pub fn check(&self, said: &Said) -> Result<(), Report> {
        let mut checker = Checker::new(&SHARED_BUSES).as_verifier();
        for rows in self.rows(said) {
            checker.check(&rows);
        }
        checker.finish()
    }

    /// Counts again how often everything is looked up, as whoever changes rows would.
    pub fn count_lookups(&self, said: &mut Said, fill: Fill) {
        for traces in &mut said.segments {
            count_lookups(traces, &fill);
        }
    }

    /// A receipt of what is said, whether or not it is so. The tables are to be filled as [`Fill::Proven`].
    ///
    /// # Errors
    /// When a proof cannot even be made.
    pub fn receipt(&self, said: Said) -> Result<Receipt, ProveError> {
        let key = &self.provable.key;
        let seed = |segment: u64| BlindingSeed::from_bytes([7; 32]).derive(b"segment", segment);
        let mut statements = Vec::new();
        for (segment, traces) in (0..).zip(&said.segments) {
            let early = commit_early::<_, Hash>(key, traces, Some(&seed(segment)), &mut ())?;
            statements.push(early.statement());
        }
        let (challenges, work) = shared_challenges(key.verifying_key(), CONTEXT, &statements);
        let mut proofs = Vec::new();
        for (segment, traces) in (0..).zip(said.segments) {
            let early = commit_early(key, &traces, Some(&seed(segment)), &mut ())?;
            proofs.push(prove_sharing(key, traces, early, challenges, &mut ())?);
        }
        Ok(Receipt {
            journal: said.journal,
            seal: Seal::new(self.provable.commitment.clone(), proofs, work, true),
        })
    }
}

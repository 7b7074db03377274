//! Runs with a lie in them, filled as if it were so, and lies that nobody notices.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, anyhow};
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use rayon::prelude::*;
use zisk_abi::coprocessor::{COPROCESSORS, Coprocessor};
use zisk_abi::memory::{HEAP, INPUT};
use zisk_host::{Fill, Handed, Liar, Lie, Said};
use zisk_isa::Op;
use zisk_machine::trace::{Fault, Step};
use zisk_stark::checker::{Report, Violation};

use crate::corpus::Case;

/// What is lied about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What a register holds, from a step on.
    Register,
    /// What a register holds, for one step.
    Operand,
    /// What a word holds, from a step on: memory, or the input after it was committed to.
    Memory,
    /// What a word holds, for one step.
    Read,
    /// Which instruction comes next.
    Pc,
    /// That an instruction was executed.
    Skip,
    /// How often an instruction was executed.
    Repeat,
    /// An instruction's result.
    Result,
    /// What another table was asked.
    Operation,
    /// When something was looked at before.
    Time,
    /// What a coprocessor found, or left.
    Coprocessor,
    /// What a segment takes over or leaves behind.
    Handover,
    /// What the run began with.
    Initial,
    /// The exit code.
    ExitCode,
    /// The journal.
    Journal,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Register,
        Self::Operand,
        Self::Memory,
        Self::Read,
        Self::Pc,
        Self::Skip,
        Self::Repeat,
        Self::Result,
        Self::Operation,
        Self::Time,
        Self::Coprocessor,
        Self::Handover,
        Self::Initial,
        Self::ExitCode,
        Self::Journal,
    ];
}

/// How many lies are tried for one that says something.
const TRIES: u64 = 16;

/// What came of the lies of a kind.
#[derive(Clone, Debug, Default)]
pub struct LieOutcome {
    /// How many were told that said something else than the honest run.
    pub told: u64,
    /// How many others there were: they lead nowhere, or to the honest rows.
    pub idle: u64,
    /// Constraints and buses that noticed, and how many lies each did.
    pub noticed_by: BTreeMap<String, u64>,
    /// Those that nobody noticed.
    pub unnoticed: Vec<String>,
}

/// Tells so many lies about runs of these cases.
///
/// # Errors
/// When a case cannot be run, or does not satisfy the machine's constraints as it is.
pub fn lies(cases: &[Case], per_case: u64) -> Result<BTreeMap<Kind, LieOutcome>> {
    let mut outcomes: BTreeMap<Kind, LieOutcome> = BTreeMap::new();
    for (number, case) in (0..).zip(cases) {
        let liar = case.liar()?;
        let honest = honest(case, &liar)?;
        let of_lie = |index: u64| {
            let kind = Kind::ALL[index as usize % Kind::ALL.len()];
            let mut outcome = LieOutcome::default();
            if let Some((step, lie, said)) = tell(
                kind,
                number << 32 | index,
                &liar,
                &honest,
                Fill::Small,
                &mut outcome.idle,
            ) {
                outcome.told += 1;
                match liar.check(&said) {
                    Ok(()) => outcome
                        .unnoticed
                        .push(format!("{}, step {step}: {lie:?}", case.name)),
                    Err(report) => {
                        let names = noticing(&report).into_iter();
                        outcome.noticed_by.extend(names.map(|name| (name, 1)));
                    }
                }
            }
            (kind, outcome)
        };
        let found: Vec<(Kind, LieOutcome)> = (0..per_case).into_par_iter().map(of_lie).collect();
        for (kind, outcome) in found {
            outcomes.entry(kind).or_default().add(outcome);
        }
    }
    Ok(outcomes)
}

impl LieOutcome {
    fn add(&mut self, other: Self) {
        self.told += other.told;
        self.idle += other.idle;
        self.unnoticed.extend(other.unnoticed);
        for (name, count) in other.noticed_by {
            *self.noticed_by.entry(name).or_default() += count;
        }
    }
}

/// Tells a lie of a kind that says something else than the honest run: the step, the lie, and all tables. Counts those that
/// do not; after some of them there is none.
pub fn tell(
    kind: Kind,
    seed: u64,
    liar: &Liar,
    honest: &Said,
    fill: Fill,
    idle: &mut u64,
) -> Option<(usize, Lie, Said)> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    for _ in 0..TRIES {
        let (step, lie) = choose(&mut rng, kind, liar, honest);
        let said = liar.say(Some((step, &lie)), fill);
        if let Some(said) = said.filter(|said| !is_same(said, honest)) {
            return Some((step, lie, said));
        }
        *idle += 1;
    }
    None
}

/// The tables of a case's honest run, which are to satisfy everything.
fn honest(case: &Case, liar: &Liar) -> Result<Said> {
    let honest = liar.say(None, Fill::Small);
    let honest = honest.with_context(|| format!("{}: an honest run has tables", case.name))?;
    liar.check(&honest)
        .map_err(|report| anyhow!("{}: {report}", case.name))?;
    Ok(honest)
}

/// Whether the same is said in rows and public values.
fn is_same(one: &Said, other: &Said) -> bool {
    let all = |said: &Said| {
        let traces = said.segments.iter().flatten();
        traces
            .map(|trace| (trace.main.values.len(), trace.public_values.clone()))
            .collect::<Vec<_>>()
    };
    all(one) == all(other) && {
        let (one, other) = (one.segments.iter().flatten(), other.segments.iter().flatten());
        one.zip(other).all(|(one, other)| one.main == other.main)
    }
}

/// The constraints and buses that something is wrong with.
fn noticing(report: &Report) -> BTreeSet<String> {
    let name = |violation: &Violation| match violation {
        Violation::Constraint { table, label, .. } => format!("{table}: {label}"),
        Violation::Bus { bus, .. } => format!("bus {bus}"),
        other => other.to_string(),
    };
    report.violations.iter().map(name).collect()
}

/// A lie about a run: the step that it is told at, and what it says.
fn choose(rng: &mut ChaCha12Rng, kind: Kind, liar: &Liar, honest: &Said) -> (usize, Lie) {
    let steps = liar.steps();
    let step = rng.random_range(0..steps.len());
    let lie = match kind {
        Kind::Register | Kind::Operand => Lie::Register {
            register: register(rng, liar, &steps[step]),
            mask: mask(rng),
            once: kind == Kind::Operand,
        },
        Kind::Memory | Kind::Read => Lie::Word {
            address: word(rng, liar, &steps[step]),
            mask: mask(rng),
            once: kind == Kind::Read,
        },
        Kind::Pc => {
            let near = steps[step].pc.wrapping_add_signed(2 * rng.random_range(-8..8));
            let any = steps.choose(rng).map_or(near, |step| step.pc);
            let pc = if rng.random() { near } else { any };
            Lie::Pc { pc }
        }
        Kind::Skip => Lie::Skip,
        Kind::Repeat => Lie::Repeat,
        Kind::Result => Lie::Fault(Fault::Result { mask: mask(rng) }),
        Kind::Operation => Lie::Fault(Fault::Operation { mask: mask(rng) }),
        Kind::Time => Lie::Fault(Fault::Time {
            look: rng.random_range(0..5),
            by: *[-1, 1, -4, 4, 1 << 16, -(1 << 16)].choose(rng).unwrap_or(&1),
        }),
        Kind::Coprocessor => return coprocessor(rng, liar),
        Kind::Handover => handover(rng, honest),
        Kind::Initial => Lie::Initial {
            segment: rng.random_range(0..honest.segments.len()),
            place: rng.random_range(0..64),
            mask: mask(rng),
        },
        Kind::ExitCode if rng.random() => {
            let mask = mask(rng);
            return (steps.len() - 1, Lie::Fault(Fault::ExitCode { mask }));
        }
        Kind::ExitCode => Lie::ExitCode {
            exit_code: honest.exit_code ^ mask(rng) as u32,
        },
        Kind::Journal if rng.random() => {
            let fault = Fault::Digest {
                word: rng.random_range(0..4),
                mask: mask(rng),
            };
            return (steps.len() - 1, Lie::Fault(fault));
        }
        Kind::Journal => Lie::Journal {
            journal: vec![rng.random()],
        },
    };
    (step, lie)
}

/// Bits that are flipped: one, a limb of them, or any.
fn mask(rng: &mut impl Rng) -> u64 {
    match rng.random_range(0..4) {
        0 => 0xffff << (16 * rng.random_range(0..4)),
        1 => rng.random::<u64>() | 1,
        _ => 1 << rng.random_range(0..64),
    }
}

/// A register: more often than not one that the step looks at.
fn register(rng: &mut ChaCha12Rng, liar: &Liar, step: &Step) -> u8 {
    let any = rng.random_range(1..32);
    let instruction = liar.instruction(step.pc).map(|decoded| decoded.instruction);
    let looked_at = instruction.map_or([any; 3], |instruction| {
        [instruction.rd, instruction.rs1, instruction.rs2]
    });
    *[any, looked_at[0], looked_at[1], looked_at[2]]
        .choose(rng)
        .unwrap_or(&any)
}

/// A word, by its address over 8: more often than not one that the step may look at.
fn word(rng: &mut ChaCha12Rng, liar: &Liar, step: &Step) -> u32 {
    let imm = liar
        .instruction(step.pc)
        .map_or(0, |decoded| decoded.instruction.imm);
    let near = step.operands[0].wrapping_add_signed(imm.into());
    let any = *[HEAP.start, INPUT.start, near].choose(rng).unwrap_or(&near);
    let address = if rng.random_ratio(3, 4) { near } else { any };
    u32::try_from(address / 8).unwrap_or(0)
}

/// What a coprocessor found, or what is found of it later.
fn coprocessor(rng: &mut ChaCha12Rng, liar: &Liar) -> (usize, Lie) {
    let steps = liar.steps();
    let is_call = |step: &Step| {
        let instruction = liar.instruction(step.pc);
        instruction.is_some_and(|decoded| decoded.instruction.op == Op::Ecall)
    };
    let calls: Vec<usize> = (0..steps.len()).filter(|at| is_call(&steps[*at])).collect();
    let at = calls.choose(rng).copied().unwrap_or(0);
    if rng.random() {
        let words = COPROCESSORS.iter().map(Coprocessor::words).max();
        let fault = Fault::Operand {
            word: rng.random_range(0..words.unwrap_or(1)),
            mask: mask(rng),
        };
        return (at, Lie::Fault(fault));
    }
    let lie = Lie::Word {
        address: (HEAP.start / 8) as u32 + rng.random_range(0..4),
        mask: mask(rng),
        once: false,
    };
    ((at + 1).min(steps.len() - 1), lie)
}

fn handover(rng: &mut ChaCha12Rng, honest: &Said) -> Lie {
    let handed = match rng.random_range(0..4) {
        0 => Handed::First(mask(rng)),
        1 => Handed::Last(mask(rng)),
        2 => Handed::Previous(rng.random_range(0..4)),
        _ => Handed::IsLast,
    };
    Lie::Handed {
        segment: rng.random_range(0..honest.segments.len()),
        place: rng.random_range(0..96),
        handed,
    }
}

//! What is not so.

use zisk_machine::trace::{Carried, Early, Fault, Replay, ReplayError, Step};
use zisk_verifier::Claim;

/// Something that is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lie {
    /// A register holds something else when the step begins.
    Register {
        /// Its number.
        register: u8,
        /// The bits that are flipped.
        mask: u64,
        /// For this step only: later ones find what it held.
        once: bool,
    },
    /// A word holds something else when the step begins.
    Word {
        /// Its address over 8.
        address: u32,
        /// The bits that are flipped.
        mask: u64,
        /// For this step only: later ones find what it held.
        once: bool,
    },
    /// Another instruction comes next.
    Pc {
        /// Its address.
        pc: u64,
    },
    /// The step is left out.
    Skip,
    /// The step before is taken once more.
    Repeat,
    /// The rows of the step say something else.
    Fault(Fault),
    /// A segment takes over or leaves behind something else than it does.
    Handed {
        /// Which segment, counted from 0.
        segment: usize,
        /// Which of what it touches: registers, then words.
        place: usize,
        /// What it says of that.
        handed: Handed,
    },
    /// The run began with something else.
    Initial {
        /// Which segment says so, counted from 0.
        segment: usize,
        /// Which of the words and registers that it lets begin.
        place: usize,
        /// The bits that are flipped.
        mask: u64,
    },
    /// The run ended with another exit code.
    ExitCode {
        /// This one.
        exit_code: u32,
    },
    /// The run made something else public.
    Journal {
        /// This.
        journal: Vec<u8>,
    },
}

/// What is said wrongly of a register or word that goes from segment to segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// What it held before has these bits flipped.
    First(u64),
    /// What it holds behind has these bits flipped.
    Last(u64),
    /// Another segment touched it last before.
    Previous(u16),
    /// That later segments touch it, or that none does, is turned around.
    IsLast,
}

impl Lie {
    /// Follows the step that it is told at.
    pub(super) fn follow(&self, replay: &mut Replay<'_>, step: &Step) -> Result<(), ReplayError> {
        match *self {
            Self::Register { register, mask, once } => {
                flipped(replay, step, mask, once, |replay| replay.register_mut(register))
            }
            Self::Word { address, mask, once } => {
                flipped(replay, step, mask, once, |replay| replay.word_mut(address))
            }
            Self::Fault(fault) => {
                replay.lie(fault);
                replay.step(step)
            }
            Self::Pc { .. }
            | Self::Skip
            | Self::Repeat
            | Self::Handed { .. }
            | Self::Initial { .. }
            | Self::ExitCode { .. }
            | Self::Journal { .. } => replay.step(step),
        }
    }

    /// Hands a lie of what something holds to the segment that it is told at the beginning of; gives whether it is one.
    pub(super) fn hand_on(&self, early: &mut Early) -> bool {
        let held = match *self {
            Self::Register {
                register,
                mask,
                once: false,
            } => early.registers.get_mut(usize::from(register)).zip(Some(mask)),
            Self::Word {
                address,
                mask,
                once: false,
            } => {
                let word = early.words.iter_mut().find(|word| word.address == address);
                word.map(|word| &mut word.state).zip(Some(mask))
            }
            _ => None,
        };
        let Some((state, mask)) = held else {
            return false;
        };
        state.first ^= mask;
        true
    }

    /// Says it of what segments take over and leave behind.
    pub(super) fn say(&self, early: &mut [Early]) {
        match *self {
            Self::Handed {
                segment,
                place,
                handed,
            } => {
                let state = early.get_mut(segment).and_then(|early| {
                    let words = early.words.iter_mut().map(|word| &mut word.state);
                    early.registers.iter_mut().chain(words).nth(place)
                });
                if let Some(state) = state {
                    handed.say(state);
                }
            }
            Self::Initial { segment, place, mask } => {
                let initial = early.get_mut(segment).map(|early| &mut early.initial);
                if let Some(word) = initial.and_then(|initial| initial.get_mut(place)) {
                    word.value ^= mask;
                }
            }
            _ => {}
        }
    }

    /// Says it of what the run ended with.
    pub(super) fn claim(&self, claim: &mut Claim) {
        match self {
            Self::ExitCode { exit_code } => claim.exit_code = *exit_code,
            Self::Journal { journal } => {
                claim.journal_digest = Claim::new(claim.image_id, 0, journal).journal_digest;
            }
            Self::Fault(Fault::ExitCode { mask }) => claim.exit_code ^= *mask as u32,
            Self::Fault(Fault::Digest { word, mask }) => {
                let bytes = claim.journal_digest.iter_mut().skip(8 * word);
                for (byte, flipped) in bytes.zip(mask.to_le_bytes()) {
                    *byte ^= flipped;
                }
            }
            _ => {}
        }
    }
}

/// Follows a step before which something holds something else.
fn flipped<'a>(
    replay: &mut Replay<'a>,
    step: &Step,
    mask: u64,
    once: bool,
    cell: impl for<'r> Fn(&'r mut Replay<'a>) -> Option<&'r mut u64>,
) -> Result<(), ReplayError> {
    let lied = cell(replay).map(|cell| {
        *cell ^= mask;
        *cell
    });
    replay.step(step)?;
    if once && let (Some(lied), Some(cell)) = (lied, cell(replay)) {
        // Unless the step itself gave it something else.
        if *cell == lied {
            *cell ^= mask;
        }
    }
    Ok(())
}

impl Handed {
    fn say(self, state: &mut Carried) {
        match self {
            Self::First(mask) => state.first ^= mask,
            Self::Last(mask) => state.last ^= mask,
            Self::Previous(segment) => state.previous = segment,
            Self::IsLast => state.is_last = !state.is_last,
        }
    }
}

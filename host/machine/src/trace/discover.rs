//! What the segments of a run take over and leave behind, found out by following it.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::memory::{HEAP, INPUT, STACK};
use zisk_stark::Val;

#[cfg(test)]
use super::Step;
use super::{Carried, CarriedWord, Early, Guest, InitialWord, Passage, Replay, ReplayError};
use crate::Segment;

/// What each segment of a run takes over and leaves behind, given where each begins and how the steps of each, counted from
/// 0, are followed; `None` if that is none of the guest's runs. Each segment is followed again for every word that it
/// touches: this is for short ones.
#[cfg_attr(
    not(feature = "faults"),
    allow(unreachable_pub, reason = "only those who lie use it outside of this crate")
)]
pub fn discover_with(
    guest: &Guest,
    input: &[u8],
    starts: &[u64],
    follow: impl Fn(usize, &mut Replay<'_>) -> Result<(), ReplayError>,
) -> Option<Vec<Early>> {
    let mut registers = [Carried::default(); 32];
    let mut words: BTreeMap<u32, Carried> = BTreeMap::new();
    let mut all = Vec::new();
    for (number, pc) in (1..).zip(starts) {
        let is_last = number as usize == starts.len();
        let carried = |state: &Carried| Carried {
            first: state.last,
            ..*state
        };
        let mut early = Early {
            segment: Segment {
                number,
                is_last,
                entry: guest.entry() as u32,
            },
            start: passage(*pc, number),
            end: None,
            registers: registers.map(|state| Carried {
                is_last,
                ..carried(&state)
            }),
            words: Vec::new(),
            initial_start: None,
            initial: Vec::new(),
            image: Vec::new(),
        };
        let (last_registers, last_words) = loop {
            let mut replay = Replay::new(guest, &early);
            match follow(number as usize - 1, &mut replay) {
                Ok(()) => break replay.values(),
                Err(ReplayError::Unknown { address }) => {
                    let address = (address / 8) as u32;
                    let state = match words.get(&address) {
                        Some(state) => carried(state),
                        None => Carried {
                            first: first(guest, input, address)?,
                            ..Carried::default()
                        },
                    };
                    let place = early.words.partition_point(|word| word.address < address);
                    early.words.insert(place, CarriedWord { address, state });
                }
                Err(_) => return None,
            }
        };
        for ((state, in_run), last) in early.registers.iter_mut().zip(&mut registers).zip(last_registers) {
            state.last = last;
            *in_run = next(state, number);
        }
        for (word, last) in early.words.iter_mut().zip(last_words) {
            word.state.last = last;
            words.insert(word.address, next(&word.state, number));
        }
        if let Some(pc) = starts.get(number as usize) {
            early.end = Some(passage(*pc, number + 1));
        }
        all.push(early);
    }
    for early in &mut all {
        for word in &mut early.words {
            word.state.is_last = u32::from(words[&word.address].previous) == early.segment.number;
        }
    }
    begin(guest, input, &words, &mut all)?;
    Some(all)
}

/// The same for a run cut in segments of these steps.
#[cfg(test)]
pub(crate) fn discover(guest: &Guest, input: &[u8], segments: &[&[Step]]) -> Option<Vec<Early>> {
    let starts = segments.iter().map(|steps| Some(steps.first()?.pc));
    discover_with(
        guest,
        input,
        &starts.collect::<Option<Vec<_>>>()?,
        |segment, replay| segments[segment].iter().try_for_each(|step| replay.step(step)),
    )
}

/// How the next segment that touches it finds something.
fn next(state: &Carried, number: u32) -> Carried {
    Carried {
        previous: number as u16,
        ..*state
    }
}

/// To the segment of this number; the elements that are random elsewhere are of no importance here.
fn passage(pc: u64, number: u32) -> Passage {
    Passage {
        pc,
        masks: core::array::from_fn(|index| Val::from_u32(100 * number + index as u32)),
    }
}

/// Shares among the segments what begins with the run.
fn begin(guest: &Guest, input: &[u8], words: &BTreeMap<u32, Carried>, all: &mut [Early]) -> Option<()> {
    let mut initial: Vec<InitialWord> = (0..32).map(|address| InitialWord { address, value: 0 }).collect();
    for address in words.keys() {
        match guest.word(*address) {
            Some(place) => all.first_mut()?.image.push(place as u32),
            None => initial.push(InitialWord {
                address: *address,
                value: first(guest, input, *address)?,
            }),
        }
    }
    let share = initial.len().div_ceil(all.len());
    let mut start = None;
    let mut shares = initial.chunks(share);
    for early in all {
        early.initial_start = start;
        early.initial = shares.next().unwrap_or_default().to_vec();
        start = early.initial.last().map_or(start, |word| Some(word.address));
    }
    Some(())
}

/// What a word holds before anybody looks at it.
fn first(guest: &Guest, input: &[u8], address: u32) -> Option<u64> {
    let bytes = u64::from(address) * 8;
    if let Some(place) = guest.word(address) {
        return Some(guest.words()[place].value);
    }
    if STACK.contains(bytes) || HEAP.contains(bytes) {
        return Some(0);
    }
    INPUT.contains(bytes).then(|| {
        let mut value = [0; 8];
        let start = ((bytes - INPUT.start) as usize).min(input.len());
        let len = (input.len() - start).min(8);
        value[..len].copy_from_slice(&input[start..start + len]);
        u64::from_le_bytes(value)
    })
}

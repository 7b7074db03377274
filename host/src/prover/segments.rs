//! What each segment of a run takes over and leaves behind, segment by segment.

use p3_field::PrimeCharacteristicRing;
use zisk_abi::memory::INPUT;
use zisk_emulator::{Machine, Segment as Walked, SegmentMap, Stop, WalkError, Walker};
use zisk_machine::Segment;
use zisk_machine::trace::{Carried, CarriedWord, Early, Guest, InitialWord, NUM_MASKS, Passage};
use zisk_stark::{BlindingSeed, Val};

/// Numbers of registers, which begin with the run as words do.
const REGISTERS: std::ops::Range<u32> = 0..32;

/// What is known of all segments when the run was walked through once.
pub(super) struct Overview {
    /// Which segment touches each word last.
    last: SegmentMap,
    /// How much of what begins with the run each segment tells of: as much as it is the first to touch.
    shares: Vec<usize>,
    /// The words of the image that the run touches, by their places.
    image: Vec<u32>,
}

impl Overview {
    /// Walks through a run that is cut so.
    pub(super) fn new(
        machine: Machine,
        answers: &[u64],
        cuts: &[u64],
        guest: &Guest,
    ) -> Result<Self, WalkError> {
        let mut walker = Walker::new(machine, answers.to_vec());
        let mut shares = Vec::new();
        for instructions in cuts {
            let Some(walked) = walker.next(*instructions)? else {
                break;
            };
            let words = walked.words.iter();
            let begins = words.filter(|word| word.previous == 0 && guest.word(word.index).is_none());
            shares.push(begins.count());
        }
        if let Some(first) = shares.first_mut() {
            *first += REGISTERS.len();
        }
        let last = walker.into_last_segments();
        let words = last.iter().map(|(index, _)| index);
        let image = words
            .filter_map(|index| guest.word(index))
            .map(|place| place as u32);
        Ok(Self {
            image: image.collect(),
            shares,
            last,
        })
    }
}

/// The segments of a run, one by one.
pub(super) struct Segments<'a> {
    walker: Walker,
    cuts: &'a [u64],
    overview: &'a Overview,
    guest: &'a Guest,
    input: &'a [u8],
    /// What makes what the segments say to each other unpredictable; nothing, if that need not be.
    seed: Option<&'a BlindingSeed>,
    begins: Box<dyn Iterator<Item = u32> + 'a>,
    /// The last address that began.
    cursor: Option<u32>,
    at: usize,
}

impl<'a> Segments<'a> {
    pub(super) fn new(
        machine: Machine,
        answers: &[u64],
        cuts: &'a [u64],
        overview: &'a Overview,
        guest: &'a Guest,
        input: &'a [u8],
        seed: Option<&'a BlindingSeed>,
    ) -> Self {
        let words = overview.last.iter().map(|(index, _)| index);
        let begins = REGISTERS.chain(words.filter(move |index| guest.word(*index).is_none()));
        Self {
            walker: Walker::new(machine, answers.to_vec()),
            cuts,
            overview,
            guest,
            input,
            seed,
            begins: Box::new(begins),
            cursor: None,
            at: 0,
        }
    }

    /// The next segment, as it was walked through, and what is known of it.
    pub(super) fn next(&mut self) -> Result<Option<(Walked, Early)>, WalkError> {
        let Some(instructions) = self.cuts.get(self.at) else {
            return Ok(None);
        };
        let Some(walked) = self.walker.next(*instructions)? else {
            return Ok(None);
        };
        let early = self.early(&walked);
        self.at += 1;
        Ok(Some((walked, early)))
    }

    fn early(&mut self, walked: &Walked) -> Early {
        let number = walked.number;
        let is_last = walked.stop != Stop::Budget;
        let carried = |first: u64, last: u64, previous: u32, is_last: bool| Carried {
            first,
            last,
            // There are no more segments than this counts.
            previous: previous as u16,
            is_last,
        };
        let words = walked.words.iter().map(|word| CarriedWord {
            address: word.index,
            state: carried(
                word.first,
                word.last,
                word.previous,
                self.overview.last.get(word.index) == number,
            ),
        });
        let words = words.collect();
        let registers = std::array::from_fn(|index| {
            let [first, last] = [&walked.start.registers, &walked.end_registers].map(|all| all[index]);
            carried(first, last, number - 1, is_last)
        });
        let initial_start = self.cursor;
        let share = self.overview.shares.get(self.at).copied().unwrap_or(0);
        let initial: Vec<InitialWord> = self
            .begins
            .by_ref()
            .take(share)
            .map(|address| InitialWord {
                address,
                value: first(self.input, address),
            })
            .collect();
        self.cursor = initial.last().map_or(self.cursor, |word| Some(word.address));
        Early {
            segment: Segment {
                number,
                is_last,
                entry: self.guest.entry() as u32,
            },
            start: self.passage(walked.start.pc, number),
            end: (!is_last).then(|| self.passage(walked.end_pc, number + 1)),
            registers,
            words,
            initial_start,
            initial,
            image: if number == 1 {
                self.overview.image.clone()
            } else {
                Vec::new()
            },
        }
    }

    /// What goes on to the segment of this number: nothing that anybody could guess, from the same seed always the same.
    fn passage(&self, pc: u64, number: u32) -> Passage {
        let element = |index: usize| {
            let place = u64::from(number) * NUM_MASKS as u64 + index as u64;
            let bytes = self.seed.map(|seed| *seed.derive(b"passage", place).as_bytes());
            bytes.map_or(Val::ZERO, uniform)
        };
        Passage {
            pc,
            masks: std::array::from_fn(element),
        }
    }
}

/// An element from uniformly random bytes: as good as uniform, since 2^128 is that much larger than the field.
fn uniform(bytes: [u8; 32]) -> Val {
    let (low, _) = bytes.split_first_chunk().unwrap_or((&[0; 16], &[]));
    Val::from_u128(u128::from_le_bytes(*low))
}

/// What a word of stack, heap or input, or a register, holds in the beginning.
fn first(input: &[u8], address: u32) -> u64 {
    let start = (u64::from(address) * 8).checked_sub(INPUT.start);
    let bytes = start
        .and_then(|start| input.get(start as usize..))
        .unwrap_or_default();
    let mut word = [0; 8];
    for (place, byte) in word.iter_mut().zip(bytes) {
        *place = *byte;
    }
    u64::from_le_bytes(word)
}

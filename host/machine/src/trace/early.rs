use alloc::vec::Vec;

use p3_matrix::dense::RowMajorMatrix;
use serde::{Deserialize, Serialize};
use zisk_abi::memory::ADDRESS_SPACE_END;
use zisk_stark::{Trace, Val};

use super::generate::matrix;
use super::{GenerateError, Guest, Heights, Size};
use crate::boundary::{self, NUM_REGISTERS};
use crate::image::ImageColumns;
use crate::initial::{self, InitialWord};
use crate::messages::{NUM_MASKS, Space};
use crate::{Segment, Table, passage};

/// A register or a word, as a segment takes it over and leaves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// What it holds before the segment.
    pub first: u64,
    /// What it holds behind it.
    pub last: u64,
    /// The number of the segment that touched it last before this one; 0 if there is none.
    pub previous: u16,
    /// Whether no later segment touches it.
    pub is_last: bool,
}

/// A word that a segment touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedWord {
    /// Its address over 8.
    pub address: u32,
    /// What becomes of it.
    pub state: Carried,
}

/// Where the run goes on from one segment to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The address of the next instruction.
    pub pc: u64,
    /// Random elements, which both segments are given. Zeros hide nothing.
    pub masks: [Val; NUM_MASKS],
}

/// What is known of a segment before it is proven, and committed to before challenges are drawn that it shares with others.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Early {
    /// Which segment it is.
    pub segment: Segment,
    /// Where it begins; of the first, the masks are not used.
    pub start: Passage,
    /// Where it ends, unless the run ends with it.
    pub end: Option<Passage>,
    /// All registers: each segment takes over and hands on all of them.
    pub registers: [Carried; NUM_REGISTERS],
    /// The words that it touches, by ascending address.
    pub words: Vec<CarriedWord>,
    /// Where the words ended that begin in segments before; nowhere in the first segment.
    pub initial_start: Option<u32>,
    /// Its share of what begins with the run, by ascending address: registers, and words of stack, heap and input. It need
    /// not touch them itself.
    pub initial: Vec<InitialWord>,
    /// Of the first segment, the words of the image that the run touches: their places among all, ascending.
    pub image: Vec<u32>,
}

impl Early {
    /// Whether rows can be made of it: addresses are those of memory, in order, and what is only of the first segment or of
    /// the last is there and nowhere else. Whether anything of it is so only a replay says; what comes from a file is asked
    /// for this before.
    pub fn is_well_formed(&self, guest: &Guest) -> bool {
        let Segment { number, is_last, .. } = self.segment;
        let words = self.words.iter().map(|word| word.address);
        let initial = self.initial.iter().map(|word| word.address);
        let image = self.image.iter().copied();
        (1..=Segment::MAX).contains(&number)
            && is_last == self.end.is_none()
            && [self.registers[0].first, self.registers[0].last] == [0; 2]
            && ascend(words, NUM_WORDS)
            && ascend(self.initial_start.into_iter().chain(initial), NUM_WORDS)
            && ascend(image, guest.words().len() as u32)
    }

    /// How many rows of a table are known early; `None` if the table has no early columns.
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "most tables have nothing to say to other segments"
    )]
    pub(super) fn num_rows(&self, table: Table) -> Option<usize> {
        match table {
            Table::Boundary => Some(NUM_REGISTERS + self.words.len()),
            Table::Initial => Some(1 + self.initial.len()),
            Table::Passage => Some(1 + usize::from(self.end.is_some())),
            _ => None,
        }
    }

    /// The rows of the tables that have early columns, with what is not committed early zero; other tables have no rows yet.
    /// `end` are the public values of the run's end.
    ///
    /// # Errors
    /// When a table would need too many rows.
    pub fn traces(
        &self,
        guest: &Guest,
        end: &[Val],
        heights: &impl Heights,
    ) -> Result<Vec<Trace>, GenerateError> {
        let trace = |table: &Table| {
            let rows = if *table == Table::Image {
                Some(guest.words().len())
            } else {
                self.num_rows(*table)
            };
            let main = match rows {
                Some(rows) => {
                    let height = Size::of(*table, rows, heights)?.height();
                    self.rows(*table, guest, height, None)
                }
                None => RowMajorMatrix::new(Vec::new(), p3_air::BaseAir::<Val>::width(table)),
            };
            Ok(Trace {
                main,
                public_values: self.segment.public_values(*table, end),
            })
        };
        Table::ALL.iter().map(trace).collect()
    }

    /// The rows of a table that has early columns: complete, if it is known how the segment went.
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "most tables have nothing to say to other segments"
    )]
    pub(super) fn rows(
        &self,
        table: Table,
        guest: &Guest,
        height: usize,
        late: Option<&Late>,
    ) -> RowMajorMatrix<Val> {
        match table {
            Table::Boundary => self.boundary_rows(guest, height, late),
            Table::Initial => self.initial_rows(height),
            Table::Passage => self.passage_rows(height, late),
            _ => self.image_rows(height),
        }
    }

    fn boundary_rows(&self, guest: &Guest, height: usize, late: Option<&Late>) -> RowMajorMatrix<Val> {
        matrix(Table::Boundary, height, |index, row| {
            let (space, address, state) = if let Some(state) = self.registers.get(index) {
                (Space::Register, index as u32, state)
            } else if let Some(word) = self.words.get(index - NUM_REGISTERS) {
                (guest.space(word.address), word.address, &word.state)
            } else {
                return;
            };
            let handed = boundary::Row {
                space,
                address,
                first: state.first,
                last: state.last,
                previous: state.previous,
                is_last: state.is_last,
                last_time: late.map_or(0, |late| late.last_times[index]),
            };
            boundary::fill(&handed, row);
        })
    }

    fn initial_rows(&self, height: usize) -> RowMajorMatrix<Val> {
        matrix(Table::Initial, height, |index, row| {
            let next = self.initial.get(index).map(|word| word.address);
            match index.checked_sub(1) {
                None => initial::fill_start(self.initial_start, next, row),
                Some(place) => {
                    if let Some(word) = self.initial.get(place) {
                        initial::fill(word, next, row);
                    }
                }
            }
        })
    }

    fn passage_rows(&self, height: usize, late: Option<&Late>) -> RowMajorMatrix<Val> {
        let passages = [Some(&self.start), self.end.as_ref()];
        matrix(Table::Passage, height, |index, row| {
            let Some(passage) = passages.get(index).copied().flatten() else {
                return;
            };
            let is_begin = index == 0;
            let passage = passage::Row {
                is_begin,
                pc: passage.pc,
                masks: passage.masks,
                clock: late.filter(|_| !is_begin).map_or(0, |late| late.end_clock),
            };
            passage::fill(&passage, row);
        })
    }

    fn image_rows(&self, height: usize) -> RowMajorMatrix<Val> {
        let is_used = ImageColumns {
            is_used: p3_field::PrimeCharacteristicRing::ONE,
        };
        let mut rows = matrix(Table::Image, height, |_, _| {});
        for place in &self.image {
            let width = rows.width;
            if let Some(row) = rows.values.get_mut(*place as usize * width..) {
                is_used.store(row);
            }
        }
        rows
    }
}

/// How many words there are.
const NUM_WORDS: u32 = (ADDRESS_SPACE_END / 8) as u32;

/// Whether each number is larger than the one before, and all are below `end`.
fn ascend(numbers: impl Iterator<Item = u32>, end: u32) -> bool {
    let mut rest = 0..end;
    for number in numbers {
        if !rest.contains(&number) {
            return false;
        }
        rest.start = number + 1;
    }
    true
}

/// What is known of these tables only when the segment has been replayed.
#[derive(Clone, Debug)]
pub(super) struct Late {
    /// When each register and each word was last looked at, in their order.
    pub(super) last_times: Vec<u32>,
    /// The clock behind the last instruction.
    pub(super) end_clock: u32,
}

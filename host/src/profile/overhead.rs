//! What a proof commits to beside the rows of instructions and of calls.

use serde::Serialize;
use zisk_machine::Table;
use zisk_machine::trace::{Guest, REST, size_of};

use super::costs::{ByTable, Costs, NUM_TABLES, rows_of};
use super::watch::Part;
use super::{SegmentSpent, Spent};
use crate::prover::{Allowed, ProveError};

/// Registers, of which all segments take over and hand on all.
const NUM_REGISTERS: u64 = 32;
/// Cells that no instruction has a part in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Overhead {
    /// What segments take over and hand on: registers, and the words of memory that they touch.
    pub boundary: u64,
    /// What registers, stack, heap and input hold in the beginning, of what is touched.
    pub initial: u64,
    /// Where segments begin and end.
    pub passage: u64,
    /// Registers that rest for long: at most.
    pub refresh: u64,
    /// The program, its memory, and tables of numbers, in every segment.
    pub fixed: u64,
    /// Rows that fill tables up.
    pub padding: u64,
}

impl Overhead {
    /// All of them.
    pub fn cells(&self) -> u64 {
        self.named().iter().map(|(_, cells)| cells).sum()
    }

    /// Each with what to call it.
    pub fn named(&self) -> [(&'static str, u64); 6] {
        [
            ("registers and memory between segments", self.boundary),
            ("what memory begins with", self.initial),
            ("where segments begin and end", self.passage),
            ("registers that rest, at most", self.refresh),
            ("the program, and tables of numbers", self.fixed),
            ("rows that fill tables up", self.padding),
        ]
    }

    /// Where the cells of a table's rows belong that are not of instructions; nowhere if all are.
    fn of(&mut self, table: Table) -> Option<&mut u64> {
        match table {
            Table::Boundary => Some(&mut self.boundary),
            Table::Initial => Some(&mut self.initial),
            Table::Passage => Some(&mut self.passage),
            Table::Refresh => Some(&mut self.refresh),
            Table::Range | Table::Bytes | Table::Rom | Table::Image => Some(&mut self.fixed),
            _ => None,
        }
    }
}

/// What the segments of a run take.
pub(super) struct OfSegments {
    pub(super) overhead: Overhead,
    pub(super) segments: Vec<SegmentSpent>,
    /// Cells of all rows; those of both tables of instructions with the first.
    pub(super) committed: ByTable,
}

impl OfSegments {
    /// Of these segments; `num_image` regions of memory are those of the program.
    pub(super) fn new(
        parts: &[Part],
        num_image: usize,
        guest: &Guest,
        costs: &Costs,
    ) -> Result<Self, ProveError> {
        let mut all = Self {
            overhead: Overhead::default(),
            segments: Vec::with_capacity(parts.len()),
            committed: [0; NUM_TABLES],
        };
        for (number, part) in parts.iter().enumerate() {
            let mut rows = rows_of(&part.tally);
            let new_words: u64 = part.new_words.iter().skip(num_image).sum();
            let begins = if number == 0 { NUM_REGISTERS } else { 0 };
            let is_last = number + 1 == parts.len();
            rows[Table::Boundary as usize] = NUM_REGISTERS + part.words;
            rows[Table::Initial as usize] = 1 + begins + new_words;
            rows[Table::Passage as usize] = 2 - u64::from(is_last);
            rows[Table::Refresh as usize] = NUM_REGISTERS * (part.instructions() / REST);
            rows[Table::Rom as usize] = guest.num_instructions() as u64;
            rows[Table::Image as usize] = guest.words().len() as u64;
            // How many are in which of the two tables of instructions follows from how many there are.
            rows[Table::MainRest as usize] = rows[Table::Main as usize];
            let committed_cells = all.add(&rows, costs)?;
            all.segments.push(SegmentSpent {
                own: Spent {
                    instructions: part.instructions(),
                    cells: costs.of_tally(&part.tally),
                },
                touched_bytes: 8 * part.words,
                committed_cells,
            });
        }
        Ok(all)
    }

    /// Adds a segment with so many rows; gives its cells.
    fn add(&mut self, rows: &ByTable, costs: &Costs) -> Result<u64, ProveError> {
        let mut committed = 0;
        for table in Table::ALL {
            // A profile does not tell the two tables of instructions apart.
            let counts_to = if table == Table::MainRest {
                Table::Main
            } else {
                table
            };
            let num_rows = |table: Table| rows[table as usize] as usize;
            let size = size_of(table, num_rows, &Allowed::standard())?;
            let [rows, height] = [size.rows, size.height()].map(|rows| rows as u64 * costs.of_row(table));
            if let Some(overhead) = self.overhead.of(table) {
                *overhead += rows;
            }
            self.overhead.padding += height - rows;
            self.committed[counts_to as usize] += height;
            committed += height;
        }
        Ok(committed)
    }
}

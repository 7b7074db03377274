//! What instructions cost: the rows that they need of each table, and the cells of those.

use zisk_abi::coprocessor::find;
use zisk_emulator::profile::{CALL_CLASS, Event, Tally, transfer_class};
use zisk_isa::Instruction;
use zisk_machine::Table;
use zisk_machine::trace::{cells_per_row, rows_of_calls, tables_of};

/// How many tables there are.
pub(super) const NUM_TABLES: usize = Table::ALL.len();

/// Rows or cells of each table, in the order of [`Table::ALL`].
pub(super) type ByTable = [u64; NUM_TABLES];

/// The tables that instructions of a class need a row each in, beside that of instructions. Calls and returns need no others,
/// nor do system calls, as far as their instruction shows.
const CLASSES: [&[Table]; 13] = [
    &[],
    &[Table::Compare],
    &[Table::Bitwise],
    &[Table::Shift],
    &[Table::Multiply],
    &[Table::MultiplyHigh],
    &[Table::Divide],
    &[Table::DivideSigned, Table::Divide],
    &[Table::Double],
    &[Table::Aligned],
    &[Table::Atomic],
    &[Table::Atomic, Table::Compare],
    &[Table::Atomic, Table::Bitwise],
];

const _: () = assert!(CLASSES.len() <= CALL_CLASS as usize);

/// The class of an instruction.
pub(super) fn class_of(instruction: Instruction) -> u8 {
    transfer_class(&instruction).unwrap_or_else(|| {
        let tables = tables_of(&instruction, true);
        let class = CLASSES.iter().position(|class| *class == tables);
        class.unwrap_or(0) as u8
    })
}

/// What a row of each table costs.
#[derive(Clone, Debug)]
pub(super) struct Costs {
    cells: ByTable,
    /// Of an instruction of each class, all of its rows.
    by_class: [u64; CLASSES.len()],
}

impl Costs {
    pub(super) fn new() -> Self {
        let cells = Table::ALL.map(cells_per_row);
        let of = |table: &Table| cells[*table as usize];
        Self {
            by_class: CLASSES.map(|tables| of(&Table::Main) + tables.iter().map(of).sum::<u64>()),
            cells,
        }
    }

    /// Cells of a row.
    pub(super) fn of_row(&self, table: Table) -> u64 {
        self.cells[table as usize]
    }

    /// Cells of an instruction, but for what its events cost.
    pub(super) fn of_instruction(&self, instruction: Instruction) -> u64 {
        self.of_class(class_of(instruction))
    }

    fn of_class(&self, class: u8) -> u64 {
        let by_class = self.by_class.get(usize::from(class));
        *by_class.unwrap_or(&self.of_row(Table::Main))
    }

    /// What an event adds to the cells of its instruction: an access that is not aligned goes to another table.
    pub(super) fn of_event(&self, event: Event) -> i64 {
        let cells = |rows: ByTable| {
            rows.iter()
                .zip(self.cells)
                .map(|(rows, cells)| rows * cells)
                .sum::<u64>()
        };
        let before = match event {
            Event::Misaligned { is_double: true } => self.of_row(Table::Double),
            Event::Misaligned { is_double: false } => self.of_row(Table::Aligned),
            Event::Coprocessor(_) | Event::Halt | Event::System => 0,
        };
        let mut rows = [0; NUM_TABLES];
        add_event(&mut rows, event, 1);
        cells(rows) as i64 - before as i64
    }

    /// Cells of all that a tally counts.
    pub(super) fn of_tally(&self, tally: &Tally) -> u64 {
        let rows = rows_of(tally);
        rows.iter()
            .zip(self.cells)
            .map(|(rows, cells)| rows * cells)
            .sum()
    }
}

/// The rows of an event.
fn add_event(rows: &mut ByTable, event: Event, count: u64) {
    match event {
        Event::Misaligned { .. } => rows[Table::Misaligned as usize] += count,
        Event::Halt => rows[Table::Halt as usize] += count,
        Event::System => rows[Table::System as usize] += count,
        Event::Coprocessor(called) => {
            for (table, rows) in Table::ALL.into_iter().zip(rows) {
                let of_call = rows_of_calls(table).and_then(|(coprocessor, of_call)| {
                    let (index, _) = find(coprocessor.number)?;
                    (index == called).then_some(of_call as u64)
                });
                *rows += count * of_call.unwrap_or(0);
            }
        }
    }
}

/// The rows that a part of a run needs of each table for its instructions and calls, all instructions in the first table of
/// them.
pub(super) fn rows_of(tally: &Tally) -> ByTable {
    let mut rows = [0; NUM_TABLES];
    rows[Table::Main as usize] = tally.by_class.iter().sum();
    for (tables, count) in CLASSES.iter().zip(tally.by_class) {
        for table in *tables {
            rows[*table as usize] += count;
        }
    }
    let Tally {
        misaligned_doubles,
        misaligned_others,
        system_calls,
        halts,
        ..
    } = *tally;
    rows[Table::Double as usize] -= misaligned_doubles;
    rows[Table::Aligned as usize] -= misaligned_others;
    rows[Table::Misaligned as usize] += misaligned_doubles + misaligned_others;
    add_event(&mut rows, Event::System, system_calls);
    add_event(&mut rows, Event::Halt, halts);
    for (index, calls) in tally.calls.into_iter().enumerate() {
        add_event(&mut rows, Event::Coprocessor(index), calls);
    }
    rows
}

#[cfg(test)]
mod tests {
    use zisk_isa::Op;

    use super::*;

    #[test]
    fn every_instruction_has_a_class_with_its_tables() {
        for &op in Op::ALL {
            for rd in [0, 7] {
                let instruction = Instruction {
                    op,
                    rd,
                    rs1: 8,
                    rs2: 9,
                    imm: 0,
                };
                let tables = tables_of(&instruction, true);
                let class = CLASSES.get(usize::from(class_of(instruction))).copied();
                assert_eq!(class.unwrap_or_default(), tables, "{op:?}");
            }
        }
    }
}

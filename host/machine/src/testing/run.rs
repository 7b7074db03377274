//! Whole runs of small programs: rows of all tables, which a forgery changes, and the checker.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::checker::{Checker, Report, Rows, Violation};
use zisk_stark::{Bus, Message, Val};

use super::lookups::{looked_up, said};
use crate::Table;
use crate::boundary::BoundaryColumns;
use crate::cells::Cells;
use crate::messages::{
    Cursor, Fetch, Handover, KeccakState, Memory, Operation, Passage, SHARED_BUSES, Sha256Block, Sha256State,
    Space, Word,
};
use crate::rom::{RomColumns, RomFixed};
use crate::trace::{Guest, Heights, Replay, Step, discover, fixed_columns, generate, may_be_absent};

/// How high tables are.
#[derive(Clone, Copy)]
pub(super) enum TestHeights {
    /// Every table has a padding row at least, and all instructions are in the first table.
    Padded,
    /// Every row can be used, and a run is cut in two where that takes fewer rows.
    Full,
}

impl Heights for TestHeights {
    fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        let padding = match self {
            Self::Padded => 1,
            Self::Full => 0,
        };
        (log_height < 20).then_some((1 << log_height) - padding)
    }

    fn may_split(&self) -> bool {
        matches!(self, Self::Full)
    }
}

/// A table with the rows of a run.
#[derive(Clone)]
struct TableOfRun {
    table: Table,
    main: RowMajorMatrix<Val>,
    fixed: RowMajorMatrix<Val>,
    public_values: Vec<Val>,
}

/// The rows of all tables of all segments.
#[derive(Clone)]
pub(crate) struct Run {
    segments: Vec<Vec<TableOfRun>>,
    /// Which segment rows are looked at and changed of, counted from 0.
    pub(crate) at: usize,
    /// The address of each instruction that was executed: unless the run is cut in two, of each row of the main table but
    /// the padding.
    pub(crate) pcs: Vec<u64>,
}

impl Run {
    /// The rows of all tables, filled from recorded steps of each segment; `None` if they are none of the guest's.
    pub(super) fn of(guest: &Guest, input: &[u8], steps: &[&[Step]], heights: TestHeights) -> Option<Self> {
        let early = discover(guest, input, steps)?;
        let mut replays = Vec::new();
        for (early, steps) in early.iter().zip(steps) {
            let mut replay = Replay::new(guest, early);
            steps.iter().try_for_each(|step| replay.step(step)).ok()?;
            replays.push(replay);
        }
        let end = replays.last()?.halt.as_ref()?.public_values();
        let with_fixed = |(table, trace): (Table, zisk_stark::Trace)| TableOfRun {
            table,
            fixed: fixed_columns(table, guest, &heights).expect("the program is small"),
            main: trace.main,
            public_values: trace.public_values,
        };
        let tables = |replay: &Replay<'_>| {
            let traces = generate(replay, &end, &heights).ok()?;
            Some(Table::ALL.into_iter().zip(traces).map(with_fixed).collect())
        };
        Some(Self {
            pcs: steps.concat().iter().map(|step| step.pc).collect(),
            segments: replays.iter().map(tables).collect::<Option<_>>()?,
            at: 0,
        })
    }

    /// The tables of the segment that is looked at.
    fn tables(&self) -> &[TableOfRun] {
        &self.segments[self.at]
    }

    fn table(&mut self, table: Table) -> &mut TableOfRun {
        &mut self.segments[self.at][table as usize]
    }

    /// The same, where another segment is looked at.
    pub(crate) fn at(&self, segment: usize) -> Self {
        Self {
            at: segment,
            ..self.clone()
        }
    }

    /// Whether all rows are the same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let all = |run: &Self| {
            run.segments
                .concat()
                .into_iter()
                .map(|of| of.main)
                .collect::<Vec<_>>()
        };
        all(self) == all(other)
    }

    /// How many rows a table has.
    pub(crate) fn height(&self, table: Table) -> usize {
        self.tables()[table as usize].main.height()
    }

    /// A row of a table.
    pub(crate) fn row<C: Cells<Val>>(&self, table: Table, row: usize) -> C {
        let cells = self.tables()[table as usize].main.row_slice(row);
        C::read(&mut cells.expect("the table has this row").iter().copied())
    }

    /// Changes a row.
    pub(crate) fn change<C: Cells<Val>>(&mut self, table: Table, row: usize, change: impl FnOnce(&mut C)) {
        let mut columns = self.row(table, row);
        change(&mut columns);
        let main = &mut self.table(table).main;
        let mut cells = main.row_mut(row).iter_mut();
        columns.write(&mut |cell| *cells.next().expect("a row has as many cells") = cell);
    }

    /// Changes a row of a copy.
    pub(crate) fn with<C: Cells<Val>>(&self, table: Table, row: usize, change: impl FnOnce(&mut C)) -> Self {
        let mut changed = self.clone();
        changed.change(table, row, change);
        changed
    }

    /// Takes over something that begins so and that no other row takes over, in a row of padding; the segment does not
    /// look at it and hands it on to nobody.
    pub(crate) fn take_over(&mut self, space: Space, address: Val, value: Word<Val>) {
        let is_padding =
            |row: &usize| self.row::<BoundaryColumns<Val>>(Table::Boundary, *row).is_real == Val::ZERO;
        let row = (0..self.height(Table::Boundary)).find(is_padding);
        let row = row.expect("the table is tall enough");
        self.change(Table::Boundary, row, |row: &mut BoundaryColumns<Val>| {
            *row = BoundaryColumns {
                is_real: Val::ONE,
                is_last: Val::ONE,
                space: Val::from_u32(space as u32),
                address,
                first: value,
                last: value,
                previous: Val::ZERO,
                last_time: Val::ZERO,
            };
        });
    }

    /// Leaves out all segments but the first so many.
    pub(crate) fn truncate(&mut self, num_segments: usize) {
        self.segments.truncate(num_segments);
    }

    /// The public values of a table.
    pub(crate) fn public_values(&mut self, table: Table) -> &mut Vec<Val> {
        &mut self.table(table).public_values
    }

    /// Checks all constraints and buses. How often fixed tables and the program are looked up is counted again, as
    /// whoever forges rows would.
    pub(crate) fn check(&self) -> Result<(), Report> {
        let mut checker = Checker::new(&SHARED_BUSES).as_verifier();
        for segment in &self.segments {
            // Runs are checked often, and coprocessors that are not called have many columns.
            let says_something = |of: &&TableOfRun| {
                let is_zero = of.main.values.iter().all(|cell| *cell == Val::ZERO);
                !is_zero || !may_be_absent(of.table)
            };
            let is_counted = |of: &&TableOfRun| !matches!(of.table, Table::Range | Table::Bytes);
            let counted = segment.iter().filter(is_counted).filter(says_something);
            let fixed_tables = looked_up(counted.map(TableOfRun::rows));
            let mut tables = segment.clone();
            for (table, (main, fixed)) in [Table::Range, Table::Bytes].into_iter().zip(fixed_tables) {
                let of = &mut tables[table as usize];
                (of.main, of.fixed) = (main, fixed);
            }
            tables[Table::Rom as usize].main = executed(segment);
            let rows: Vec<_> = tables
                .iter()
                .filter(says_something)
                .map(TableOfRun::rows)
                .collect();
            checker.check(&rows);
        }
        checker.finish()
    }

    /// What a table says to tables that are not fixed, and how often: sorted, and without what cancels out.
    fn messages(&self, table: Table) -> BTreeMap<(&'static str, Vec<u32>), Val> {
        let mut messages = BTreeMap::new();
        for bus in buses() {
            for (fields, count) in said(&self.tables()[table as usize].rows(), bus) {
                *messages.entry((bus.name, fields)).or_insert(Val::ZERO) += count;
            }
        }
        messages.retain(|_, count| *count != Val::ZERO);
        messages
    }

    /// Changes cells of some rows one by one, and gives those where a change is not noticed.
    pub(crate) fn free_cells(&self, table: Table, rows: &[usize]) -> Vec<FreeCell> {
        let honest = self.messages(table);
        let width = self.tables()[table as usize].main.width();
        let mut found = Vec::new();
        for (row, column) in rows
            .iter()
            .flat_map(|row| (0..width).map(move |column| (*row, column)))
        {
            let place = row * width + column;
            let old = self.tables()[table as usize].main.values[place];
            let changes = [
                old + Val::ONE,
                old - Val::ONE,
                Val::ONE - old,
                old + Val::from_u32(1 << 16),
            ];
            for new in changes.into_iter().filter(|new| *new != old) {
                let mut forged = self.clone();
                forged.table(table).main.values[place] = new;
                if forged.check().is_ok() {
                    let speaks = forged.messages(table) != honest;
                    found.push(FreeCell { row, column, speaks });
                }
            }
        }
        found
    }

    /// The names of all that does not hold: labels of constraints, and buses.
    pub(crate) fn broken(&self) -> BTreeSet<String> {
        let name = |violation: &Violation| match violation {
            Violation::Constraint { label, .. } => label.clone(),
            Violation::Bus { bus, .. } => format!("bus {bus}"),
            other => format!("{other}"),
        };
        let found = self.check().err();
        found
            .iter()
            .flat_map(|report| report.violations.iter().map(name))
            .collect()
    }

    /// Exactly what is named does not hold.
    #[track_caller]
    pub(crate) fn assert_broken(&self, what: &str, names: &[&str]) {
        let expected: BTreeSet<String> = names.iter().map(|name| String::from(*name)).collect();
        assert_eq!(self.broken(), expected, "{what}");
    }
}

/// How often each instruction of the program is executed, by what the main tables of a segment say.
fn executed(tables: &[TableOfRun]) -> RowMajorMatrix<Val> {
    let rom = &tables[Table::Rom as usize];
    let mut main = RowMajorMatrix::new(vec![Val::ZERO; rom.main.values.len()], rom.main.width());
    let bus: Bus = <Fetch<Val> as Message<Val>>::BUS;
    let tables = [Table::Main, Table::MainRest].map(|table| tables[table as usize].rows());
    for (fields, count) in tables.iter().flat_map(|table| said(table, bus)) {
        let fields: Vec<Val> = fields.into_iter().map(Val::from_u32).collect();
        let rows = rom.fixed.values.chunks_exact(RomFixed::<Val>::WIDTH);
        if let Some(row) = rows.into_iter().position(|row| row == fields) {
            let RomColumns { multiplicity } = RomColumns::of_row(main.row_mut(row));
            RomColumns {
                multiplicity: multiplicity + count,
            }
            .store(main.row_mut(row));
        }
    }
    main
}

/// A cell that can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FreeCell {
    pub(crate) row: usize,
    pub(crate) column: usize,
    /// Whether anybody is told something else then.
    pub(crate) speaks: bool,
}

/// The buses on which tables that are not fixed are told something.
fn buses() -> [Bus; 9] {
    [
        <Fetch<Val> as Message<Val>>::BUS,
        <Operation<Val> as Message<Val>>::BUS,
        <Memory<Val> as Message<Val>>::BUS,
        <Handover<Val> as Message<Val>>::BUS,
        <Passage<Val> as Message<Val>>::BUS,
        <Cursor<Val> as Message<Val>>::BUS,
        <Sha256State<Val> as Message<Val>>::BUS,
        <Sha256Block<Val> as Message<Val>>::BUS,
        <KeccakState<Val> as Message<Val>>::BUS,
    ]
}

impl TableOfRun {
    fn rows(&self) -> Rows<'_, Table> {
        Rows {
            name: self.table.name(),
            table: &self.table,
            main: &self.main,
            fixed: &self.fixed,
            public_values: &self.public_values,
        }
    }
}

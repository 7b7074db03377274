//! Whole runs of small programs: rows of all tables, which a forgery changes, and the checker.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use zisk_abi::memory::{HEAP, INPUT};
use zisk_abi::syscall::{HALT, HOST_RANDOM};
use zisk_isa::{Format, Instruction, Kind, Op, Width};
use zisk_stark::checker::{Report, Rows, Violation, check};
use zisk_stark::{Bus, Message, Val};

use super::lookups::{looked_up, said};
use crate::Table;
use crate::cells::Cells;
use crate::messages::{Fetch, Memory, Operation, Sha256Block, Sha256State};
use crate::rom::{RomColumns, RomFixed};
use crate::trace::{Guest, Heights, ImageWord, Replay, Step, fixed_columns, generate};

/// Where programs begin.
pub(crate) const ENTRY: u64 = 0x1000;

/// Every table has a padding row at least.
struct AllButOne;

impl Heights for AllButOne {
    fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        (log_height < 20).then_some((1 << log_height) - 1)
    }
}

/// A program, with what it is given. It ends with exit code 0, and with the digest in the heap's first words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) body: Vec<Instruction>,
    pub(crate) image: Vec<ImageWord>,
    pub(crate) input: Vec<u8>,
    /// What the host answers that is asked for randomness.
    pub(crate) random: u64,
}

impl Program {
    /// An instruction.
    pub(crate) fn push(&mut self, op: Op, rd: u8, rs1: u8, rs2: u8, imm: i32) -> &mut Self {
        self.body.push(Instruction {
            op,
            rd,
            rs1,
            rs2,
            imm,
        });
        self
    }

    /// Puts a value of 32 bits, extended by its sign, into a register: two instructions.
    pub(crate) fn set(&mut self, register: u8, value: i32) -> &mut Self {
        let low = (value << 20) >> 20;
        self.push(Op::Lui, register, 0, 0, value.wrapping_sub(low)).push(
            Op::Addiw,
            register,
            register,
            0,
            low,
        )
    }

    fn guest(&self) -> Guest {
        let placed = (ENTRY..).step_by(4).zip(&self.body);
        let placed: Vec<_> = placed.map(|(pc, instruction)| (pc, *instruction, 4)).collect();
        Guest::new(ENTRY, placed, self.image.clone())
    }

    /// Runs it, from what instructions mean.
    fn steps(&self) -> Vec<Step> {
        let mut registers = [0_u64; 32];
        let mut memory = TestBytes::new(self);
        let mut steps = Vec::new();
        let mut pc = ENTRY;
        loop {
            let current = self.body[((pc - ENTRY) / 4) as usize];
            let [a, b] = [current.rs1, current.rs2].map(|register| registers[usize::from(register)]);
            let imm = i64::from(current.imm) as u64;
            let (mut next, address) = (pc + 4, a.wrapping_add(imm));
            let mut loaded = 0;
            let result = match current.op.spec().kind {
                Kind::Alu(function) if current.op.spec().format == Format::R => Some(function(a, b)),
                Kind::Alu(function) => Some(function(a, imm)),
                Kind::Upper(function) => Some(function(pc, imm)),
                Kind::Branch(function) => {
                    if function(a, b) != 0 {
                        next = pc.wrapping_add(imm);
                    }
                    None
                }
                Kind::Jal => {
                    next = pc.wrapping_add(imm);
                    Some(pc + 4)
                }
                Kind::Jalr => {
                    next = address & !1;
                    Some(pc + 4)
                }
                Kind::Load(width, extend) => {
                    loaded = extend(memory.load(address, width));
                    Some(loaded)
                }
                Kind::LoadReserved(width, extend) => {
                    loaded = extend(memory.load(a, width));
                    Some(loaded)
                }
                Kind::Store(width) => {
                    memory.store(address, width, b);
                    None
                }
                Kind::StoreConditional(width) => {
                    memory.store(a, width, b);
                    Some(0)
                }
                Kind::Amo(width, extend, function) => {
                    loaded = extend(memory.load(a, width));
                    memory.store(a, width, function(loaded, extend(b)));
                    Some(loaded)
                }
                Kind::Fence => None,
                Kind::Ecall => {
                    if registers[17] == HOST_RANDOM {
                        registers[10] = self.random;
                    }
                    loaded = registers[10];
                    None
                }
                Kind::Ebreak => panic!("no run goes on behind a breakpoint"),
            };
            steps.push(Step {
                pc,
                operands: [a, b],
                result: loaded,
            });
            if matches!(current.op, Op::Ecall) && registers[17] == HALT {
                return steps;
            }
            if let Some(result) = result.filter(|_| current.rd != 0) {
                registers[usize::from(current.rd)] = result;
            }
            pc = next;
        }
    }

    /// The rows of an honest run.
    pub(crate) fn run(&self) -> Run {
        let mut program = self.clone();
        program
            .push(Op::Addi, 17, 0, 0, HALT as i32)
            .push(Op::Addi, 10, 0, 0, 0)
            .push(Op::Lui, 11, 0, 0, HEAP.start as i32)
            .push(Op::Ecall, 0, 0, 0, 0);
        let guest = program.guest();
        let mut replay = Replay::new(&guest, &program.input);
        let steps = program.steps();
        for step in &steps {
            replay.step(step).expect("the program has this instruction");
        }
        let traces = generate(&replay, &AllButOne).expect("the run is short");
        let with_fixed = |(table, trace): (Table, zisk_stark::Trace)| TableOfRun {
            table,
            fixed: fixed_columns(table, &guest, &AllButOne).expect("the program is small"),
            main: trace.main,
            public_values: trace.public_values,
        };
        Run {
            pcs: steps.iter().map(|step| step.pc).collect(),
            tables: Table::ALL.into_iter().zip(traces).map(with_fixed).collect(),
        }
    }
}

/// The memory of a program, byte by byte.
struct TestBytes {
    bytes: BTreeMap<u64, u8>,
}

impl TestBytes {
    fn new(program: &Program) -> Self {
        let of_word = |word: &ImageWord| (8 * word.address..).zip(word.value.to_le_bytes());
        let mut bytes: BTreeMap<u64, u8> = program.image.iter().flat_map(of_word).collect();
        bytes.extend((INPUT.start..).zip(program.input.iter().copied()));
        Self { bytes }
    }

    fn load(&self, address: u64, width: Width) -> u64 {
        let bytes = (address..address + width.bytes()).rev();
        bytes.fold(0, |value, place| {
            value << 8 | u64::from(self.bytes.get(&place).copied().unwrap_or(0))
        })
    }

    fn store(&mut self, address: u64, width: Width, value: u64) {
        let places = address..address + width.bytes();
        self.bytes.extend(places.zip(value.to_le_bytes()));
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

/// The rows of all tables.
#[derive(Clone)]
pub(crate) struct Run {
    tables: Vec<TableOfRun>,
    /// The address of each instruction that was executed: of each row of the main table but the padding.
    pub(crate) pcs: Vec<u64>,
}

impl Run {
    /// How many rows a table has.
    pub(crate) fn height(&self, table: Table) -> usize {
        self.tables[table as usize].main.height()
    }

    /// A row of a table.
    pub(crate) fn row<C: Cells<Val>>(&self, table: Table, row: usize) -> C {
        let cells = self.tables[table as usize].main.row_slice(row);
        C::read(&mut cells.expect("the table has this row").iter().copied())
    }

    /// Changes a row.
    pub(crate) fn change<C: Cells<Val>>(&mut self, table: Table, row: usize, change: impl FnOnce(&mut C)) {
        let mut columns = self.row(table, row);
        change(&mut columns);
        let main = &mut self.tables[table as usize].main;
        let mut cells = main.row_mut(row).iter_mut();
        columns.write(&mut |cell| *cells.next().expect("a row has as many cells") = cell);
    }

    /// Changes a row of a copy.
    pub(crate) fn with<C: Cells<Val>>(&self, table: Table, row: usize, change: impl FnOnce(&mut C)) -> Self {
        let mut changed = self.clone();
        changed.change(table, row, change);
        changed
    }

    /// The public values of a table.
    pub(crate) fn public_values(&mut self, table: Table) -> &mut Vec<Val> {
        &mut self.tables[table as usize].public_values
    }

    /// Checks all constraints and buses. How often fixed tables and the program are looked up is counted again, as
    /// whoever forges rows would.
    pub(crate) fn check(&self) -> Result<(), Report> {
        let is_counted = |of: &&TableOfRun| !matches!(of.table, Table::Range | Table::Bytes);
        let fixed_tables = looked_up(self.tables.iter().filter(is_counted).map(TableOfRun::rows));
        let mut tables = self.tables.clone();
        for (table, (main, fixed)) in [Table::Range, Table::Bytes].into_iter().zip(fixed_tables) {
            let of = &mut tables[table as usize];
            (of.main, of.fixed) = (main, fixed);
        }
        tables[Table::Rom as usize].main = self.executed();
        let rows: Vec<_> = tables.iter().map(TableOfRun::rows).collect();
        check(&rows)
    }

    /// How often each instruction of the program is executed, by what the main table says.
    fn executed(&self) -> RowMajorMatrix<Val> {
        let rom = &self.tables[Table::Rom as usize];
        let mut main = RowMajorMatrix::new(vec![Val::ZERO; rom.main.values.len()], rom.main.width());
        let bus: Bus = <Fetch<Val> as Message<Val>>::BUS;
        for (fields, count) in said(&self.tables[Table::Main as usize].rows(), bus) {
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

    /// What a table says to tables that are not fixed, and how often: sorted, and without what cancels out.
    fn messages(&self, table: Table) -> BTreeMap<(&'static str, Vec<u32>), Val> {
        let mut messages = BTreeMap::new();
        for bus in buses() {
            for (fields, count) in said(&self.tables[table as usize].rows(), bus) {
                *messages.entry((bus.name, fields)).or_insert(Val::ZERO) += count;
            }
        }
        messages.retain(|_, count| *count != Val::ZERO);
        messages
    }

    /// Changes cells of some rows one by one, and gives those where a change is not noticed.
    pub(crate) fn free_cells(&self, table: Table, rows: &[usize]) -> Vec<FreeCell> {
        let honest = self.messages(table);
        let width = self.tables[table as usize].main.width();
        let mut found = Vec::new();
        for (row, column) in rows
            .iter()
            .flat_map(|row| (0..width).map(move |column| (*row, column)))
        {
            let place = row * width + column;
            let old = self.tables[table as usize].main.values[place];
            let changes = [
                old + Val::ONE,
                old - Val::ONE,
                Val::ONE - old,
                old + Val::from_u32(1 << 16),
            ];
            for new in changes.into_iter().filter(|new| *new != old) {
                let mut forged = self.clone();
                forged.tables[table as usize].main.values[place] = new;
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

/// A cell that can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FreeCell {
    pub(crate) row: usize,
    pub(crate) column: usize,
    /// Whether anybody is told something else then.
    pub(crate) speaks: bool,
}

/// The buses on which tables that are not fixed are told something.
fn buses() -> [Bus; 5] {
    [
        <Fetch<Val> as Message<Val>>::BUS,
        <Operation<Val> as Message<Val>>::BUS,
        <Memory<Val> as Message<Val>>::BUS,
        <Sha256State<Val> as Message<Val>>::BUS,
        <Sha256Block<Val> as Message<Val>>::BUS,
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

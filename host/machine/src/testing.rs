//! What every table is tested with: honest rows of it, somebody who asks for what they compute, the fixed tables, and
//! the checker, which names whatever does not hold.

mod calls;
mod ends;
mod forged;
mod lookups;
mod program;
mod remembered;
mod run;
mod world;

use alloc::vec;
use alloc::vec::Vec;

use p3_air::{Air, BaseAir, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_stark::checker::{Report, Rows, check_as_verifier};
use zisk_stark::{Interactions, TableBuilder, Val};

use crate::cells::columns;
use crate::messages::{Operation, Word};
use crate::word::word;
use crate::{OperationCode, Table};
pub(crate) use calls::{CallPlay, assert_shape};
use ends::EndsColumns;
pub(crate) use ends::TestMemory;
pub(crate) use forged::{Carries, Forger, Identity, cells, gap_in_field};
use lookups::looked_up;
pub(crate) use program::{ENTRY, Lie, Program};
pub(crate) use remembered::Remembered;
use remembered::RememberedColumns;
pub(crate) use run::Run;
pub(crate) use world::World;

/// Operands at which something may go wrong.
pub(crate) const CORNERS: [u64; 22] = [
    0,
    1,
    2,
    3,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x1_0000_0000,
    0xffff_ffff_7fff_ffff,
    0xffff_ffff_8000_0000,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_ffff_fffe,
    0xffff_ffff_ffff_ffff,
];

/// All pairs of corners, and some random ones.
pub(crate) fn operands(num_random: usize) -> Vec<(u64, u64)> {
    let mut rng = ChaCha12Rng::seed_from_u64(num_random as u64);
    let corners = CORNERS.iter().flat_map(|a| CORNERS.iter().map(|b| (*a, *b)));
    let mut all: Vec<_> = corners.collect();
    all.extend((0..num_random).map(|_| (rng.random::<u64>(), rng.random::<u64>())));
    // Operands of one size are rare among random ones, and so are equal ones.
    all.extend((0..num_random).map(|_| {
        let shift = rng.random::<u32>() % 64;
        (rng.random::<u64>() >> shift, rng.random::<u64>() >> shift)
    }));
    all
}

/// Operations on all of these operands.
pub(crate) fn operations(codes: &[OperationCode], num_random: usize) -> Vec<(OperationCode, u64, u64)> {
    let of = |code: &OperationCode| {
        let code = *code;
        operands(num_random).into_iter().map(move |(a, b)| (code, a, b))
    };
    codes.iter().flat_map(of).collect()
}

/// All operations hold, and so do no operations, which are padding alone.
#[track_caller]
pub(crate) fn assert_hold(
    scene: impl Fn(&[(OperationCode, u64, u64)]) -> Scene,
    operations: &[(OperationCode, u64, u64)],
) {
    for operations in [operations, &[]] {
        let result = scene(operations).check();
        assert!(
            result.is_ok(),
            "{} operations: {}",
            operations.len(),
            result.unwrap_err()
        );
    }
}

columns! {
    /// An operation that is asked for.
    struct AskedColumns {
        is_real: T,
        code: T,
        time: T,
        a: Word<T>,
        b: Word<T>,
        c: Word<T>,
    }
}

/// A table, or the one that asks it.
#[derive(Clone, Copy, Debug)]
enum TestTable {
    Machine(Table),
    Asking,
    Ends,
    Remembering,
}

impl BaseAir<Val> for TestTable {
    fn width(&self) -> usize {
        match self {
            Self::Machine(table) => table.width(),
            Self::Asking => AskedColumns::<Val>::WIDTH,
            Self::Ends => EndsColumns::<Val>::WIDTH,
            Self::Remembering => RememberedColumns::<Val>::WIDTH,
        }
    }

    fn preprocessed_width(&self) -> usize {
        match self {
            Self::Machine(table) => table.preprocessed_width(),
            Self::Asking | Self::Ends | Self::Remembering => 0,
        }
    }
}

impl<B: TableBuilder> Air<B> for TestTable {
    fn eval(&self, builder: &mut B) {
        match self {
            Self::Machine(table) => table.eval(builder),
            Self::Ends => ends::eval(builder),
            Self::Remembering => remembered::eval(builder),
            Self::Asking => {
                let columns = AskedColumns::of_row(builder.main().current_slice());
                let word = |word: Word<B::Var>| word.map(Into::into);
                let message = Operation {
                    code: columns.code.into(),
                    time: columns.time.into(),
                    a: word(columns.a),
                    b: word(columns.b),
                    c: word(columns.c),
                };
                builder.send(message, zisk_stark::Count::bounded(columns.is_real.into(), 1));
            }
        }
    }
}

/// An operation with its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) code: OperationCode,
    pub(crate) time: u32,
    pub(crate) a: Word<Val>,
    pub(crate) b: Word<Val>,
    pub(crate) c: Word<Val>,
}

impl Asked {
    /// An operation on two values, with the result that it has.
    pub(crate) fn on(code: OperationCode, a: u64, b: u64) -> Self {
        let function = code.function().expect("an operation on values");
        Self {
            code,
            time: 0,
            a: word(a),
            b: word(b),
            c: word(function(a, b)),
        }
    }
}

fn matrix(width: usize, num_rows: usize, fill: impl Fn(usize, &mut [Val])) -> RowMajorMatrix<Val> {
    let mut values = vec![Val::ZERO; width * num_rows];
    for (index, row) in values.chunks_exact_mut(width).enumerate() {
        fill(index, row);
    }
    RowMajorMatrix::new(values, width)
}

/// Rows of some tables and what is asked of them.
#[derive(Clone, Default)]
pub(crate) struct Scene {
    pub(crate) tables: Vec<(Table, RowMajorMatrix<Val>)>,
    pub(crate) asked: Vec<Asked>,
    /// What is asked by these tables of others that are not here.
    pub(crate) answered: Vec<Asked>,
    /// What memory holds in the beginning and in the end.
    pub(crate) memory: TestMemory,
}

impl Scene {
    /// A table's rows, each filled by a function, and padding rows behind.
    pub(crate) fn rows(
        table: Table,
        num_rows: usize,
        fill: impl Fn(usize, &mut [Val]),
    ) -> (Table, RowMajorMatrix<Val>) {
        let rows = matrix(table.width(), num_rows + 3, |index, row| {
            if index < num_rows {
                fill(index, row);
            }
        });
        (table, rows)
    }

    /// One table that computes operations on values, row by row.
    pub(crate) fn of_operations(
        table: Table,
        operations: &[(OperationCode, u64, u64)],
        fill: impl Fn(OperationCode, u64, u64, &mut [Val]),
    ) -> Self {
        let rows = Self::rows(table, operations.len(), |index, row| {
            let (code, a, b) = operations[index];
            fill(code, a, b, row);
        });
        Self {
            tables: vec![rows],
            asked: operations
                .iter()
                .map(|(code, a, b)| Asked::on(*code, *a, *b))
                .collect(),
            ..Self::default()
        }
    }

    /// Checks all constraints and buses.
    ///
    /// The fixed tables stand here with those of their rows that are looked up, as often as they are: a message that
    /// none of their rows holds finds nobody.
    pub(crate) fn check(&self) -> Result<(), Report> {
        self.check_with_memory(&[])
    }

    /// [`check`](Self::check), with registers and memory that begin and end so.
    pub(crate) fn check_with_memory(&self, memory: &[Remembered]) -> Result<(), Report> {
        let none = RowMajorMatrix::new(Vec::new(), 0);
        let rows = self.tables.iter().map(|(table, main)| Rows {
            name: table.name(),
            table,
            main,
            fixed: &none,
            public_values: &[],
        });
        self.check_with(looked_up(rows), memory)
    }

    fn check_with(
        &self,
        fixed_tables: [(RowMajorMatrix<Val>, RowMajorMatrix<Val>); 2],
        memory: &[Remembered],
    ) -> Result<(), Report> {
        let width = AskedColumns::<Val>::WIDTH;
        let mut asking = vec![Val::ZERO; width * (self.asked.len() + self.answered.len() + 1)];
        // To answer is to receive, which is to send as often as -1.
        let asked = self.asked.iter().map(|asked| (asked, Val::ONE));
        let answered = self.answered.iter().map(|asked| (asked, -Val::ONE));
        for ((asked, is_real), row) in asked.chain(answered).zip(asking.chunks_exact_mut(width)) {
            AskedColumns {
                is_real,
                code: Val::from_u32(asked.code as u32),
                time: Val::from_u32(asked.time),
                a: asked.a,
                b: asked.b,
                c: asked.c,
            }
            .store(row);
        }
        let none = RowMajorMatrix::new(Vec::new(), 0);
        let mut all: Vec<(TestTable, &str, RowMajorMatrix<Val>, RowMajorMatrix<Val>)> = vec![(
            TestTable::Asking,
            "asking",
            RowMajorMatrix::new(asking, width),
            none.clone(),
        )];
        all.push((TestTable::Ends, "ends", self.memory.rows(), none.clone()));
        let remembered = remembered::rows(memory);
        all.push((TestTable::Remembering, "remembered", remembered, none.clone()));
        for ((main, fixed), table) in fixed_tables.into_iter().zip([Table::Range, Table::Bytes]) {
            all.push((TestTable::Machine(table), table.name(), main, fixed));
        }
        for (table, main) in &self.tables {
            all.push((
                TestTable::Machine(*table),
                table.name(),
                main.clone(),
                none.clone(),
            ));
        }
        let rows: Vec<Rows<'_, TestTable>> = all
            .iter()
            .map(|(table, name, main, fixed)| Rows {
                name,
                table,
                main,
                fixed,
                public_values: &[],
            })
            .collect();
        check_as_verifier(&rows)
    }

    /// Changes cells of honest rows one by one, all columns, in the first row, one in the middle, the last and the first
    /// padding row, and gives those in which some change is not noticed: name of the table, row, column.
    ///
    /// What the fixed tables are asked for is counted again after each change, as a cheat would.
    pub(crate) fn survivors(&self) -> Vec<(&'static str, usize, usize)> {
        let mut found = Vec::new();
        for index in 0..self.tables.len() {
            let (table, main) = &self.tables[index];
            let (height, width) = (main.height(), main.width());
            for row in [0, height / 2, height - 4, height - 3] {
                for column in 0..width {
                    let old = main.values[row * width + column];
                    let changes = [
                        old + Val::ONE,
                        old - Val::ONE,
                        Val::ONE - old,
                        old + Val::from_u32(1 << 8),
                        -old - Val::TWO,
                    ];
                    for new in changes.into_iter().filter(|new| *new != old) {
                        let mut changed = self.clone();
                        changed.tables[index].1.values[row * width + column] = new;
                        if changed.check().is_ok() {
                            found.push((table.name(), row, column));
                        }
                    }
                }
            }
        }
        found.dedup();
        found
    }
}

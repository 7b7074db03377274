use alloc::vec;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;
use zisk_abi::coprocessor::{
    COMPARE_BLOCKS, COPY_BLOCK, FILL_BLOCK, KECCAK_F, POSEIDON2, QUINTIC_MUL_ADD, SECP256K1_ADD,
    SECP256K1_DOUBLE, SHA256_COMPRESS, U256_MUL_ADD, U256_MUL_ADD_MOD,
};
use zisk_stark::{TableRows, Trace, Val, count_messages};

use super::early::Late;
use super::replay::MemoryAccess;
use super::rows::shape;
use super::{Guest, Heights, Replay, ReplayError, Size, size};
use crate::arith::{divide, divide_signed, multiply, multiply_high};
use crate::binary::{bitwise, compare, shift};
use crate::blocks::{self, copy};
use crate::coprocessor::Call;
use crate::keccak::{self, call as keccak_call};
use crate::koala_bear::{poseidon2, quintic};
use crate::memory::{self, aligned, atomic, misaligned};
use crate::rom::RomColumns;
use crate::secp256k1::{add, double};
use crate::sha256::{self, Rounds, call as sha256_call};
use crate::uint256::{mul_add, mul_add_mod};
use crate::{Multiplicities, OperationCode, Table, halt, processor, refresh, system};

/// Rows cannot be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GenerateError {
    /// A table would need more rows than any has.
    TooManyRows {
        /// The table.
        table: Table,
        /// How many rows it needs.
        rows: usize,
    },
    /// Something happened that the machine does not know.
    Replay(ReplayError),
}

impl core::fmt::Display for GenerateError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::TooManyRows { table, rows } => {
                write!(
                    f,
                    "the table `{}` needs {rows} rows, more than any has",
                    table.name()
                )
            }
            Self::Replay(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for GenerateError {}

impl From<ReplayError> for GenerateError {
    fn from(error: ReplayError) -> Self {
        Self::Replay(error)
    }
}

/// The fixed columns of a table; of width 0 if it has none.
///
/// # Errors
/// When the program is too large.
pub fn fixed_columns(
    table: Table,
    guest: &Guest,
    heights: &impl Heights,
) -> Result<RowMajorMatrix<Val>, GenerateError> {
    let height = |rows| Ok::<_, GenerateError>(Size::of(table, rows, heights)?.height());
    Ok(match table {
        Table::Range => Multiplicities::range_fixed(),
        Table::Bytes => Multiplicities::bytes_fixed(),
        Table::Rom => guest.rom_columns(height(guest.num_instructions())?),
        Table::Image => guest.image_columns(height(guest.words().len())?),
        Table::Main
        | Table::MainRest
        | Table::Initial
        | Table::Passage
        | Table::Boundary
        | Table::Refresh
        | Table::System
        | Table::Halt
        | Table::Compare
        | Table::Bitwise
        | Table::Shift
        | Table::Multiply
        | Table::MultiplyHigh
        | Table::Divide
        | Table::DivideSigned
        | Table::Double
        | Table::Aligned
        | Table::Misaligned
        | Table::Atomic
        | Table::Sha256Call
        | Table::Sha256
        | Table::KeccakCall
        | Table::Keccak
        | Table::U256MulAddMod
        | Table::U256MulAdd
        | Table::Secp256k1Add
        | Table::Secp256k1Double
        | Table::Poseidon2
        | Table::QuinticMulAdd
        | Table::CopyBlock
        | Table::FillBlock
        | Table::CompareBlocks => RowMajorMatrix::new(Vec::new(), 0),
    })
}

/// The rows of all tables, in the order of [`Table::ALL`], of a segment that was replayed; `end` are the public values of
/// the run's end ([`public_values`](crate::public_values)).
///
/// # Errors
/// When a table would need too many rows.
pub fn generate(
    replay: &Replay<'_>,
    end: &[Val],
    heights: &impl Heights,
) -> Result<Vec<Trace>, GenerateError> {
    let segment = &replay.early().segment;
    let mut traces = Vec::new();
    for table in Table::ALL {
        traces.push(Trace {
            main: main_columns(table, replay, heights)?,
            public_values: segment.public_values(table, end),
        });
    }
    count_lookups(&mut traces, heights);
    Ok(traces)
}

/// Fills in how often everything in the fixed tables is looked up by the others.
pub fn count_lookups(traces: &mut [Trace], heights: &impl Heights) {
    let multiplicities = count(traces, heights);
    for (table, trace) in Table::ALL.into_iter().zip(traces) {
        if table == Table::Range {
            trace.main = multiplicities.range_rows();
        } else if table == Table::Bytes {
            trace.main = multiplicities.bytes_rows();
        }
    }
}

/// The rows of a table; of those that others look up, zeros, until it is known what the others say.
fn main_columns(
    table: Table,
    replay: &Replay<'_>,
    heights: &impl Heights,
) -> Result<RowMajorMatrix<Val>, GenerateError> {
    let size = size(table, replay, heights)?;
    let height = size.height();
    let rows = |fill: &(dyn Fn(usize, &mut [Val]) + Sync)| {
        matrix(table, height, |index, row| {
            if index < size.rows {
                fill(index, row);
            }
        })
    };
    let computed = |fill: fn(OperationCode, u64, u64, &mut [Val])| {
        let operations: Vec<_> = of_table(&replay.operations, |(code, ..)| code.table() == Some(table));
        rows(&|index, row| {
            let (code, a, b) = operations[index];
            fill(code, a, b, row);
        })
    };
    let accessed = |fill: fn(&MemoryAccess, &mut [Val])| {
        let accesses: Vec<_> = of_table(&replay.accesses, |access| access.request.table() == Some(table));
        rows(&|index, row| fill(&accesses[index], row))
    };
    let guest = replay.guest();
    Ok(match table {
        Table::Range | Table::Bytes => matrix(table, height, |_, _| {}),
        Table::Rom => {
            let mut counts = vec![0_u32; guest.num_instructions()];
            for executed in &replay.executed {
                counts[executed.place] += 1;
            }
            rows(&|index, row| {
                let multiplicity = Val::from_u32(counts[index]);
                RomColumns { multiplicity }.store(row);
            })
        }
        Table::Image | Table::Initial | Table::Passage | Table::Boundary => {
            let late = Late {
                last_times: replay.last_times().collect(),
                end_clock: replay.end_clock(),
            };
            replay.early().rows(table, guest, height, Some(&late))
        }
        Table::Main | Table::MainRest => instructions(table, replay, size),
        Table::Refresh => rows(&|index, row| {
            refresh::fill(&replay.looks[index], row);
        }),
        Table::System => rows(&|index, row| {
            system::fill(&replay.calls[index], row);
        }),
        Table::Halt => rows(&|_, row| {
            if let Some(halt) = &replay.halt {
                halt::fill(halt, row);
            }
        }),
        Table::Compare => computed(compare::fill),
        Table::Bitwise => computed(bitwise::fill),
        Table::Shift => computed(shift::fill),
        Table::Multiply => computed(multiply::fill),
        Table::MultiplyHigh => computed(|code, a, b, row| multiply_high::fill(code, a, b, false, row)),
        Table::Divide => computed(divide::fill),
        Table::DivideSigned => computed(divide_signed::fill),
        Table::Double => accessed(|access, row| {
            memory::double::fill(&access.request, access.is_read_only[0], &access.words[0], row);
        }),
        Table::Aligned => accessed(|access, row| {
            aligned::fill(&access.request, access.is_read_only[0], &access.words[0], row);
        }),
        Table::Misaligned => accessed(|access, row| {
            misaligned::fill(&access.request, access.is_read_only, &access.words, row);
        }),
        Table::Atomic => accessed(|access, row| {
            atomic::fill(&access.request, access.is_read_only[0], &access.words[0], row);
        }),
        Table::Sha256Call
        | Table::Sha256
        | Table::KeccakCall
        | Table::Keccak
        | Table::U256MulAddMod
        | Table::U256MulAdd
        | Table::Secp256k1Add
        | Table::Secp256k1Double
        | Table::Poseidon2
        | Table::QuinticMulAdd
        | Table::CopyBlock
        | Table::FillBlock
        | Table::CompareBlocks => call_columns(table, replay, rows),
    })
}

/// The rows of a table of coprocessor calls, or of their parts, given what makes rows of a function that fills each.
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "most tables are not of calls of coprocessors"
)]
fn call_columns<M>(
    table: Table,
    replay: &Replay<'_>,
    rows: impl Fn(&(dyn Fn(usize, &mut [Val]) + Sync)) -> M,
) -> M {
    let of_calls = |coprocessor, fill: fn(&Call, &mut [Val])| {
        let calls = replay.calls_of(coprocessor);
        rows(&|index, row| fill(&calls[index], row))
    };
    match table {
        Table::Sha256Call => rows(&|index, row| {
            let call = &replay.calls_of(&SHA256_COMPRESS)[index];
            sha256_call::fill(call, &sha256_call::rounds(call), row);
        }),
        Table::Sha256 => {
            let calls = replay.calls_of(&SHA256_COMPRESS);
            let compressions: Vec<Rounds> = calls.par_iter().map(sha256_call::rounds).collect();
            rows(&|index, row| {
                let (number, step) = (index / sha256::NUM_STEPS, index % sha256::NUM_STEPS);
                sha256::fill(&compressions[number], calls[number].time, step, row);
            })
        }
        Table::U256MulAddMod => of_calls(&U256_MUL_ADD_MOD, mul_add_mod::fill),
        Table::U256MulAdd => of_calls(&U256_MUL_ADD, mul_add::fill),
        Table::Secp256k1Add => of_calls(&SECP256K1_ADD, add::fill),
        Table::Secp256k1Double => of_calls(&SECP256K1_DOUBLE, double::fill),
        Table::Poseidon2 => of_calls(&POSEIDON2, poseidon2::fill),
        Table::QuinticMulAdd => of_calls(&QUINTIC_MUL_ADD, quintic::fill),
        Table::CopyBlock => of_calls(&COPY_BLOCK, copy::fill),
        Table::FillBlock => of_calls(&FILL_BLOCK, blocks::fill::fill),
        Table::CompareBlocks => of_calls(&COMPARE_BLOCKS, blocks::compare::fill),
        Table::KeccakCall => rows(&|index, row| {
            let call = &replay.calls_of(&KECCAK_F)[index];
            keccak_call::fill(call, &keccak_call::rounds(call), row);
        }),
        Table::Keccak => {
            let calls = replay.calls_of(&KECCAK_F);
            let permutations: Vec<_> = calls.par_iter().map(keccak_call::rounds).collect();
            rows(&|index, row| {
                let (number, step) = (index / keccak::NUM_STEPS, index % keccak::NUM_STEPS);
                keccak::fill(&permutations[number], calls[number].time, step, row);
            })
        }
        _ => rows(&|_, _| {}),
    }
}

/// The rows of a table of instructions.
fn instructions(table: Table, replay: &Replay<'_>, size: Size) -> RowMajorMatrix<Val> {
    let executed = &replay.executed;
    let start = if table == Table::Main {
        0
    } else {
        executed.len() - size.rows
    };
    let behind = start + size.rows;
    // Where the run goes on behind this table: in the other one, or behind the segment.
    let goes_on = match executed.get(behind) {
        Some(next) => Some(next.pc),
        None if size.rows > 0 => replay.goes_on(),
        None => None,
    };
    matrix(table, size.height(), |row_index, row| {
        let index = start + row_index;
        let Some(executed) = executed.get(index).filter(|_| row_index < size.rows) else {
            let goes_on = goes_on.filter(|_| row_index == size.rows);
            return processor::pad(index, goes_on, row);
        };
        let encoded = replay.guest().encoded(executed.place);
        processor::fill(index, executed.pc, encoded, &executed.found, executed.result, row);
        if row_index == 0 {
            processor::take_over(row);
        }
    })
}

fn of_table<T: Copy>(all: &[T], is_of_table: impl Fn(&T) -> bool) -> Vec<T> {
    all.iter().filter(|one| is_of_table(one)).copied().collect()
}

/// How often everything in the fixed tables is looked up by the others.
fn count(traces: &[Trace], heights: &impl Heights) -> Multiplicities {
    let none = RowMajorMatrix::new(Vec::new(), 0);
    let mut all = Multiplicities::default();
    for (table, trace) in Table::ALL.iter().zip(traces) {
        let height = trace.main.height();
        if height == 0 {
            continue;
        }
        let num_active = heights.num_active_rows(height.ilog2() as usize).unwrap_or(height);
        let rows = TableRows {
            table,
            shape: shape(*table),
            main: &trace.main,
            fixed: &none,
            public_values: &trace.public_values,
            num_active,
        };
        // What the fixed tables themselves say are multiplicities that are not yet known.
        if table.fixed_log_height(0, 0).is_some() {
            continue;
        }
        let counted = count_messages(
            &rows,
            &Multiplicities::BUSES,
            Multiplicities::default,
            Multiplicities::count,
            |one, other| one.merge(&other),
        );
        all = all.merge(&counted);
    }
    all
}

pub(super) fn matrix(
    table: Table,
    height: usize,
    fill: impl Fn(usize, &mut [Val]) + Sync,
) -> RowMajorMatrix<Val> {
    let width = p3_air::BaseAir::<Val>::width(&table);
    let mut values = vec![Val::ZERO; width * height];
    values
        .par_chunks_exact_mut(width)
        .enumerate()
        .with_min_len(1 << 8)
        .for_each(|(index, row)| fill(index, row));
    RowMajorMatrix::new(values, width)
}

use alloc::vec;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;
use zisk_stark::analysis::analyze;
use zisk_stark::{TableRows, Trace, Val, count_messages};

use super::replay::MemoryAccess;
use super::{Guest, Replay, ReplayError};
use crate::arith::{divide, high, multiply};
use crate::binary::{bitwise, compare, shift};
use crate::fixed::{bytes, range};
use crate::image::ImageColumns;
use crate::memory::{aligned, atomic, misaligned};
use crate::{Multiplicities, OperationCode, Table, boundary, halt, processor, refresh, system};

/// How many rows of a table of `2^log_height` can be used.
pub trait Heights {
    /// The number of rows, or `None` if no table may have that height.
    fn num_active_rows(&self, log_height: usize) -> Option<usize>;
}

/// Rows cannot be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GenerateError {
    /// The run has not ended.
    NotEnded,
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
            Self::NotEnded => write!(f, "the run has not ended"),
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

/// The smallest height with so many rows, as a base-two logarithm.
///
/// # Errors
/// When there is none.
pub fn log_height(table: Table, rows: usize, heights: &impl Heights) -> Result<usize, GenerateError> {
    let fits = |log_height: &usize| {
        heights
            .num_active_rows(*log_height)
            .is_some_and(|active| active >= rows)
    };
    (0..usize::BITS as usize)
        .find(fits)
        .ok_or(GenerateError::TooManyRows { table, rows })
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
    let height = |rows| Ok::<_, GenerateError>(1 << log_height(table, rows, heights)?);
    Ok(match table {
        Table::Range => Multiplicities::range_fixed(),
        Table::Bytes => Multiplicities::bytes_fixed(),
        Table::Rom => guest.rom_columns(height(guest.num_instructions())?),
        Table::Image => guest.image_columns(height(guest.words().len())?),
        _ => RowMajorMatrix::new(Vec::new(), 0),
    })
}

/// The rows of all tables, in the order of [`Table::ALL`], of a run that has ended.
///
/// # Errors
/// When the run has not ended, or a table would need too many rows.
pub fn generate(replay: &Replay<'_>, heights: &impl Heights) -> Result<Vec<Trace>, GenerateError> {
    let halt = replay.halt.as_ref().ok_or(GenerateError::NotEnded)?;
    let guest = replay.guest();
    let lives = replay.lives();
    let of_codes = |codes: &[OperationCode]| -> Vec<(OperationCode, u64, u64)> {
        replay
            .operations
            .iter()
            .filter(|(code, ..)| codes.contains(code))
            .copied()
            .collect()
    };
    let compared = of_codes(&[OperationCode::Slt, OperationCode::Sltu]);
    let bitwise_ones = of_codes(&[OperationCode::And, OperationCode::Or, OperationCode::Xor]);
    let shifts = of_codes(&[
        OperationCode::Sll,
        OperationCode::Srl,
        OperationCode::Sra,
        OperationCode::Sllw,
        OperationCode::Srlw,
        OperationCode::Sraw,
    ]);
    let products = of_codes(&[OperationCode::Mul, OperationCode::Mulw]);
    let high_products = of_codes(&[OperationCode::Mulh, OperationCode::Mulhsu, OperationCode::Mulhu]);
    let divisions = of_codes(&[
        OperationCode::Div,
        OperationCode::Divu,
        OperationCode::Rem,
        OperationCode::Remu,
        OperationCode::Divw,
        OperationCode::Divuw,
        OperationCode::Remw,
        OperationCode::Remuw,
    ]);
    let of_memory = |table: Table| -> Vec<MemoryAccess> {
        let accesses = replay.accesses.iter();
        accesses
            .filter(|access| access.request.table() == Some(table))
            .copied()
            .collect()
    };
    let rows = |table: Table, num: usize, fill: &(dyn Fn(usize, &mut [Val]) + Sync)| {
        let height = 1 << log_height(table, num, heights)?;
        Ok::<_, GenerateError>(matrix(table, height, |index, row| {
            if index < num {
                fill(index, row);
            }
        }))
    };
    let mut traces = Vec::new();
    for table in Table::ALL {
        let main = match table {
            // Filled below, when it is known what the others say.
            Table::Range => matrix(table, 1 << range::LOG_HEIGHT, |_, _| {}),
            Table::Bytes => matrix(table, 1 << bytes::LOG_HEIGHT, |_, _| {}),
            Table::Rom => {
                let mut counts = vec![0_u32; guest.num_instructions()];
                for executed in &replay.executed {
                    counts[executed.place] += 1;
                }
                rows(table, counts.len(), &|index, row| {
                    row[0] = Val::from_u32(counts[index])
                })?
            }
            Table::Image => rows(table, guest.words().len(), &|index, row| {
                if let Some((last, time)) = replay.image_word(guest.words()[index].address) {
                    let last = crate::word::word(last);
                    ImageColumns {
                        is_used: Val::ONE,
                        last,
                        last_time: Val::from_u32(time),
                    }
                    .store(row);
                }
            })?,
            Table::Main => {
                let num = replay.executed.len();
                let height = 1 << log_height(table, num, heights)?;
                matrix(table, height, |index, row| match replay.executed.get(index) {
                    Some(executed) => {
                        let encoded = guest.encoded(executed.place);
                        processor::fill(index, executed.pc, encoded, &executed.found, executed.result, row);
                    }
                    None => processor::pad(index, row),
                })
            }
            Table::Boundary => rows(table, lives.len(), &|index, row| {
                let next = lives.get(index + 1).map(|life| life.address);
                boundary::fill(&lives[index], next, row);
            })?,
            Table::Refresh => rows(table, replay.looks.len(), &|index, row| {
                refresh::fill(&replay.looks[index], row)
            })?,
            Table::System => rows(table, replay.calls.len(), &|index, row| {
                system::fill(&replay.calls[index], row)
            })?,
            Table::Halt => rows(table, 1, &|_, row| halt::fill(halt, row))?,
            Table::Compare => rows(table, compared.len(), &|index, row| {
                let (code, a, b) = compared[index];
                compare::fill(code, a, b, row);
            })?,
            Table::Bitwise => rows(table, bitwise_ones.len(), &|index, row| {
                let (code, a, b) = bitwise_ones[index];
                bitwise::fill(code, a, b, row);
            })?,
            Table::Shift => rows(table, shifts.len(), &|index, row| {
                let (code, a, b) = shifts[index];
                shift::fill(code, a, b, row);
            })?,
            Table::Multiply => rows(table, products.len(), &|index, row| {
                let (code, a, b) = products[index];
                multiply::fill(code, a, b, row);
            })?,
            Table::High => rows(table, high_products.len(), &|index, row| {
                let (code, a, b) = high_products[index];
                high::fill(code, a, b, row);
            })?,
            Table::Divide => rows(table, divisions.len(), &|index, row| {
                let (code, a, b) = divisions[index];
                divide::fill(code, a, b, row);
            })?,
            Table::Aligned | Table::Misaligned | Table::Atomic => {
                let accesses = of_memory(table);
                rows(table, accesses.len(), &|index, row| {
                    let MemoryAccess {
                        request,
                        words,
                        is_read_only,
                    } = &accesses[index];
                    if table == Table::Aligned {
                        aligned::fill(request, is_read_only[0], &words[0], row);
                    } else if table == Table::Misaligned {
                        misaligned::fill(request, *is_read_only, words, row);
                    } else {
                        atomic::fill(request, is_read_only[0], &words[0], row);
                    }
                })?
            }
        };
        let public_values = match table {
            Table::Main => vec![Val::from_u64(guest.entry())],
            Table::Halt => halt.public_values().to_vec(),
            _ => Vec::new(),
        };
        traces.push(Trace { main, public_values });
    }
    let multiplicities = count(&traces, heights);
    for (table, trace) in Table::ALL.iter().zip(&mut traces) {
        match table {
            Table::Range => trace.main = multiplicities.range_rows(),
            Table::Bytes => trace.main = multiplicities.bytes_rows(),
            _ => {}
        }
    }
    Ok(traces)
}

/// How often everything in the fixed tables is looked up by the others.
fn count(traces: &[Trace], heights: &impl Heights) -> Multiplicities {
    let none = RowMajorMatrix::new(Vec::new(), 0);
    let mut all = Multiplicities::default();
    for (table, trace) in Table::ALL.iter().zip(traces) {
        let shape = analyze(table, &[]).expect("the tables are well formed");
        let height = trace.main.height();
        let num_active = heights.num_active_rows(height.ilog2() as usize).unwrap_or(height);
        let rows = TableRows {
            table,
            shape: &shape,
            main: &trace.main,
            fixed: &none,
            public_values: &trace.public_values,
            num_active,
        };
        for bus in Multiplicities::BUSES {
            // What the fixed tables themselves say are multiplicities that are not yet known.
            if matches!(table, Table::Range | Table::Bytes | Table::Rom | Table::Image) {
                continue;
            }
            let counted = count_messages(
                &rows,
                bus,
                Multiplicities::default,
                |counts, fields, multiplicity| counts.count(bus, fields, multiplicity),
                |one, other| one.add(&other),
            );
            all = all.add(&counted);
        }
    }
    all
}

fn matrix(table: Table, height: usize, fill: impl Fn(usize, &mut [Val]) + Sync) -> RowMajorMatrix<Val> {
    let width = p3_air::BaseAir::<Val>::width(&table);
    let mut values = vec![Val::ZERO; width * height];
    values
        .par_chunks_exact_mut(width)
        .enumerate()
        .with_min_len(1 << 8)
        .for_each(|(index, row)| fill(index, row));
    RowMajorMatrix::new(values, width)
}

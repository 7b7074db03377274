use alloc::vec;
use alloc::vec::Vec;

use p3_air::{Air, RowWindow};
use p3_field::{BasedVectorSpace, PrimeCharacteristicRing};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::{BusChallenges, BusNumbers, Fingerprint, SumCells, TableRows, constraints, generate};
use crate::analysis::{TableShape, analyze};
use crate::evaluator::{Evaluator, Selectors};
use crate::layout::DIMENSION;
use crate::tables::{Honest, Small};
use crate::{Challenge, Val};

/// Rows of the Fibonacci table that count; the matrix has twice as many.
const NUM_ACTIVE: usize = 16;

fn challenge(rng: &mut ChaCha12Rng) -> Challenge {
    Challenge::from_basis_coefficients_fn(|_| Val::from_u32(rng.random::<u32>() >> 2))
}

fn bus_challenges(rng: &mut ChaCha12Rng) -> BusChallenges {
    BusChallenges {
        beta: challenge(rng),
        gamma: challenge(rng),
    }
}

/// A table with its LogUp columns.
struct Filled {
    table: Small,
    shape: TableShape,
    main: RowMajorMatrix<Val>,
    fixed: RowMajorMatrix<Val>,
    num_active: usize,
    fingerprint: Fingerprint,
    logup: RowMajorMatrix<Val>,
    sum: Challenge,
}

impl Filled {
    fn new(
        table: Small,
        main: &RowMajorMatrix<Val>,
        fixed: &RowMajorMatrix<Val>,
        num_active: usize,
        fingerprint: Fingerprint,
    ) -> Self {
        let shape = analyze(&table, &[]).unwrap();
        let rows = TableRows {
            table: &table,
            shape: &shape,
            main,
            fixed,
            public_values: &[Val::ZERO],
            num_active,
        };
        let sums = generate(&rows, &fingerprint, 0);
        let columns = &sums.columns;
        let rows = columns.values.chunks(columns.stride);
        let logup = rows.flat_map(|row| row[..columns.width].to_vec()).collect();
        Self {
            logup: RowMajorMatrix::new(logup, columns.width),
            sum: sums.totals[0],
            main: main.clone(),
            fixed: fixed.clone(),
            table,
            shape,
            num_active,
            fingerprint,
        }
    }

    /// Both tables over these rows; behind the active rows stands noise.
    fn both(rows: &Honest) -> [Self; 2] {
        let mut rng = ChaCha12Rng::seed_from_u64(3);
        let mut noisy = |matrix: &RowMajorMatrix<Val>| {
            let mut matrix = matrix.clone();
            let noise = (0..matrix.values.len()).map(|_| Val::from_u32(rng.random::<u32>() >> 2));
            matrix.values.extend(noise.collect::<Vec<_>>());
            matrix
        };
        let (fibonacci, bytes, fixed) = (noisy(&rows.fibonacci), noisy(&rows.bytes), noisy(&rows.fixed));
        let shapes = [Small::Fibonacci, Small::Bytes].map(|table| analyze(&table, &[]).unwrap());
        let buses = BusNumbers::new(&shapes);
        let own = bus_challenges(&mut rng);
        let fingerprint = |shape: &TableShape| Fingerprint::new(shape, &buses, own, own);
        [
            Self::new(
                Small::Fibonacci,
                &fibonacci,
                &rows.no_fixed,
                NUM_ACTIVE,
                fingerprint(&shapes[0]),
            ),
            Self::new(Small::Bytes, &bytes, &fixed, 256, fingerprint(&shapes[1])),
        ]
    }

    /// The constraints of the LogUp columns that do not hold on active rows: row and which.
    fn failures(&self) -> Vec<(usize, usize)> {
        let mut failures = Vec::new();
        for row in 0..self.num_active {
            let selectors = Selectors {
                is_first_row: Val::from_bool(row == 0),
                is_last_row: Val::from_bool(row + 1 == self.num_active),
                is_transition: Val::from_bool(row + 1 != self.num_active),
            };
            let (main, fixed) = (window(&self.main, row), window(&self.fixed, row));
            let main = RowWindow::from_two_rows(&main.0, &main.1);
            let fixed = RowWindow::from_two_rows(&fixed.0, &fixed.1);
            let public = [Val::ZERO];
            let mut evaluator: Evaluator<'_, Val, Challenge> = Evaluator::new(
                main,
                fixed,
                &public,
                selectors,
                &self.fingerprint,
                Default::default(),
            );
            self.table.eval(&mut evaluator);
            let (current, next) = window(&self.logup, row);
            let mut which = 0;
            let assert_zero = |value: Challenge| {
                if value != Challenge::ZERO {
                    failures.push((row, which));
                }
                which += 1;
            };
            let cells = SumCells {
                current: &extend(&current),
                next: &extend(&next),
                mask_next: Challenge::TWO,
                total: self.sum + Challenge::TWO,
            };
            constraints(
                &self.shape.sums[0],
                &evaluator.fractions,
                &cells,
                selectors,
                assert_zero,
            );
        }
        failures
    }
}

fn window(matrix: &RowMajorMatrix<Val>, row: usize) -> (Vec<Val>, Vec<Val>) {
    if matrix.width() == 0 {
        return Default::default();
    }
    let slice = |row: usize| matrix.row_slice(row % matrix.height()).unwrap().to_vec();
    (slice(row), slice(row + 1))
}

fn extend(cells: &[Val]) -> Vec<Challenge> {
    cells
        .chunks(DIMENSION)
        .map(|cells| Challenge::from_basis_coefficients_fn(|i| cells[i]))
        .collect()
}

#[test]
fn honest_columns_satisfy_their_constraints_and_sums_cancel() {
    let [fibonacci, bytes] = Filled::both(&Honest::new(NUM_ACTIVE));
    assert_eq!(fibonacci.failures(), []);
    assert_ne!(fibonacci.sum, Challenge::ZERO);
    assert_eq!(fibonacci.sum + bytes.sum, Challenge::ZERO);
}

#[test]
fn a_message_that_is_not_received_leaves_a_sum() {
    for forge in [
        |rows: &mut Honest| rows.bytes.values[5] += Val::ONE,
        |rows: &mut Honest| rows.fibonacci.values[5 * 3 + 2] += Val::ONE,
        |rows: &mut Honest| rows.fibonacci.values[5 * 3 + 4] = Val::ZERO,
    ] {
        let mut rows = Honest::new(NUM_ACTIVE);
        forge(&mut rows);
        let [fibonacci, bytes] = Filled::both(&rows);
        assert_ne!(fibonacci.sum + bytes.sum, Challenge::ZERO);
    }
}

#[test]
fn noise_behind_the_active_rows_does_not_count() {
    let [with_noise, _] = Filled::both(&Honest::new(NUM_ACTIVE));
    let mut quiet = with_noise.main.clone();
    quiet.values[NUM_ACTIVE * 5..].fill(Val::ONE);
    let Filled {
        table,
        fixed,
        fingerprint,
        ..
    } = &with_noise;
    let quiet = Filled::new(*table, &quiet, fixed, NUM_ACTIVE, fingerprint.clone());
    assert_eq!(quiet.sum, with_noise.sum);
}

#[test]
fn every_cell_of_the_columns_is_pinned() {
    let [mut fibonacci, _] = Filled::both(&Honest::new(NUM_ACTIVE));
    // The cells of active rows, and the running sum behind them.
    for cell in 0..(NUM_ACTIVE + 1) * DIMENSION {
        fibonacci.logup.values[cell] += Val::ONE;
        assert_ne!(fibonacci.failures(), [], "cell {cell}");
        fibonacci.logup.values[cell] -= Val::ONE;
    }
    fibonacci.sum += Challenge::ONE;
    assert_eq!(fibonacci.failures().len(), 1);
}

#[test]
fn prefixes_and_other_buses_have_other_fingerprints() {
    // [x] on one bus, [0, x] and [x, 0] on another, [x] on a third.
    let [fibonacci, _] = Filled::both(&Honest::new(NUM_ACTIVE));
    let interaction = fibonacci.shape.interactions[0].clone();
    let shape_of = |bus: &str, width: usize| {
        let mut shape = fibonacci.shape.clone();
        shape.interactions = vec![interaction.clone()];
        shape.interactions[0].bus = bus.into();
        shape.interactions[0].fields = vec![interaction.fields[0].clone(); width];
        shape
    };
    let shapes = [shape_of("a", 1), shape_of("b", 2), shape_of("c", 1)];
    let buses = BusNumbers::new(&shapes);
    let mut rng = ChaCha12Rng::seed_from_u64(4);
    let own = bus_challenges(&mut rng);
    let of = |shape: &TableShape, fields: &[u32]| -> Challenge {
        let fields = fields.iter().map(|field| Val::from_u32(*field));
        Fingerprint::new(shape, &buses, own, own).of_fields(0, fields)
    };
    let all = [
        of(&shapes[0], &[7]),
        of(&shapes[1], &[0, 7]),
        of(&shapes[1], &[7, 0]),
        of(&shapes[2], &[7]),
    ];
    for (index, fingerprint) in all.iter().enumerate() {
        assert!(!all[index + 1..].contains(fingerprint), "{index}");
    }
}

use p3_air::{Air, RowWindow};
use p3_field::{BasedVectorSpace, PrimeCharacteristicRing};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_stark::analysis::{TableShape, analyze};
use zisk_stark::evaluator::{Evaluator, Selectors};
use zisk_stark::logup::{BusNumbers, Fingerprint, LogUpColumns, constraints, generate};
use zisk_stark::{Challenge, Val};

use crate::tables::{Honest, Small};

const DIMENSION: usize = <Challenge as BasedVectorSpace<Val>>::DIMENSION;
/// Rows of the Fibonacci table that count; the matrix has twice as many.
const NUM_ACTIVE: usize = 16;

fn challenge(rng: &mut ChaCha12Rng) -> Challenge {
    Challenge::from_basis_coefficients_fn(|_| Val::from_u32(rng.random::<u32>() >> 2))
}

/// A table with its LogUp columns.
struct Filled {
    table: Small,
    shape: TableShape,
    main: RowMajorMatrix<Val>,
    fixed: RowMajorMatrix<Val>,
    num_active: usize,
    fingerprint: Fingerprint,
    logup: LogUpColumns,
}

impl Filled {
    /// Both tables over these rows; behind the active rows of the first stands noise.
    fn both(rows: &Honest) -> [Self; 2] {
        let mut rng = ChaCha12Rng::seed_from_u64(3);
        let mut main = rows.fibonacci.clone();
        main.values
            .extend((0..main.values.len()).map(|_| Val::from_u32(rng.random::<u32>() >> 2)));
        let shapes = [Small::Fibonacci, Small::Bytes].map(|table| analyze(&table).unwrap());
        let buses = BusNumbers::new(&shapes);
        let (beta, gamma) = (challenge(&mut rng), challenge(&mut rng));
        let fill = |table: Small, main: &RowMajorMatrix<Val>, fixed: &RowMajorMatrix<Val>, num_active| {
            let shape = analyze(&table).unwrap();
            let fingerprint = Fingerprint::new(&shape, &buses, beta, gamma);
            let logup = generate(
                &table,
                &shape,
                main,
                fixed,
                &[rows.last],
                num_active,
                &fingerprint,
            );
            let (main, fixed) = (main.clone(), fixed.clone());
            Self {
                table,
                shape,
                main,
                fixed,
                num_active,
                fingerprint,
                logup,
            }
        };
        [
            fill(Small::Fibonacci, &main, &rows.no_fixed, NUM_ACTIVE),
            fill(Small::Bytes, &rows.bytes, &rows.fixed, 256),
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
            let (current, next) = window(&self.logup.values, row);
            let mut which = 0;
            let assert_zero = |value: Challenge| {
                if value != Challenge::ZERO {
                    failures.push((row, which));
                }
                which += 1;
            };
            constraints(
                &self.shape.logup_columns,
                &evaluator.fractions,
                &extend(&current),
                &extend(&next),
                selectors,
                self.logup.sum,
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
    assert_ne!(fibonacci.logup.sum, Challenge::ZERO);
    assert_eq!(fibonacci.logup.sum + bytes.logup.sum, Challenge::ZERO);
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
        assert_ne!(fibonacci.logup.sum + bytes.logup.sum, Challenge::ZERO);
    }
}

#[test]
fn noise_behind_the_active_rows_does_not_count() {
    let [with_noise, _] = Filled::both(&Honest::new(NUM_ACTIVE));
    let mut quiet = Filled::both(&Honest::new(NUM_ACTIVE))[0].main.clone();
    quiet.values[NUM_ACTIVE * 5..].fill(Val::ONE);
    let Filled {
        table,
        shape,
        fixed,
        fingerprint,
        ..
    } = &with_noise;
    let logup = generate(table, shape, &quiet, fixed, &[Val::ZERO], NUM_ACTIVE, fingerprint);
    assert_eq!(logup.sum, with_noise.logup.sum);
}

#[test]
fn every_cell_of_the_columns_is_pinned() {
    let [mut fibonacci, _] = Filled::both(&Honest::new(NUM_ACTIVE));
    // The cells of active rows, and the running sum behind them.
    for cell in 0..(NUM_ACTIVE + 1) * DIMENSION {
        fibonacci.logup.values.values[cell] += Val::ONE;
        assert_ne!(fibonacci.failures(), [], "cell {cell}");
        fibonacci.logup.values.values[cell] -= Val::ONE;
    }
    fibonacci.logup.sum += Challenge::ONE;
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
    let (beta, gamma) = (challenge(&mut rng), challenge(&mut rng));
    let of = |shape: &TableShape, fields: &[u32]| -> Challenge {
        let fields = fields.iter().map(|field| Val::from_u32(*field));
        Fingerprint::new(shape, &buses, beta, gamma).of_fields(0, fields)
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

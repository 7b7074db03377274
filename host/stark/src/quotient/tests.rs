use alloc::vec;
use alloc::vec::Vec;

use p3_dft::TwoAdicSubgroupDft;
use p3_field::{BasedVectorSpace, PrimeCharacteristicRing};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::{Matrices, Quotient, quotient};
use crate::analysis::{TableShape, analyze};
use crate::constraints::{Combination, Statement, join_columns};
use crate::domain::RowDomain;
use crate::lde::Columns;
use crate::logup::{BusChallenges, BusNumbers, Fingerprint, TableRows, generate};
use crate::pcs::Dft;
use crate::rows::{Committed, Pair, RowCells};
use crate::tables::{Honest, Small};
use crate::{Challenge, Val};

fn noise(rng: &mut ChaCha12Rng) -> Val {
    Val::from_u32(rng.random::<u32>() >> 2)
}

fn challenge(rng: &mut ChaCha12Rng) -> Challenge {
    Challenge::from_basis_coefficients_fn(|_| noise(rng))
}

/// The values of polynomials, given by rows over the subgroup, at a point outside of it.
fn open(rows: &RowMajorMatrix<Val>, x: Challenge) -> Vec<Challenge> {
    if rows.width() == 0 {
        return Vec::new();
    }
    let coefficients = Dft::default().idft_batch(rows.clone());
    (0..rows.width())
        .map(|column| {
            (0..rows.height()).rev().fold(Challenge::ZERO, |value, row| {
                value * x + coefficients.get(row, column).unwrap()
            })
        })
        .collect()
}

/// A table's rows, random behind the active ones: fixed, main, LogUp.
struct Setup {
    table: Small,
    shape: TableShape,
    domain: RowDomain,
    rows: [RowMajorMatrix<Val>; 3],
    public_values: Vec<Val>,
    fingerprint: Fingerprint,
    totals: Vec<Challenge>,
    alpha: Challenge,
    /// Where the identity is tried.
    x: Challenge,
}

impl Setup {
    fn fibonacci(log_height: usize, num_active: usize) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(num_active as u64);
        let honest = Honest::new(num_active);
        let mut main = honest.fibonacci.clone();
        while main.values.len() < 5 << log_height {
            main.values.push(noise(&mut rng));
        }
        let no_fixed = honest.no_fixed.clone();
        Self::new(
            Small::Fibonacci,
            log_height,
            num_active,
            &main,
            no_fixed,
            vec![honest.last],
            &mut rng,
        )
    }

    fn new(
        table: Small,
        log_height: usize,
        num_active: usize,
        main: &RowMajorMatrix<Val>,
        fixed: RowMajorMatrix<Val>,
        public_values: Vec<Val>,
        rng: &mut ChaCha12Rng,
    ) -> Self {
        let shape = analyze(&table, &[]).unwrap();
        let buses = BusNumbers::new([&shape]);
        let own = BusChallenges {
            beta: challenge(rng),
            gamma: challenge(rng),
        };
        let fingerprint = Fingerprint::new(&shape, &buses, own, own);
        let rows = TableRows {
            table: &table,
            shape: &shape,
            main,
            fixed: &fixed,
            public_values: &public_values,
            num_active,
        };
        let sums = generate(&rows, &fingerprint, 0);
        let mut columns = sums.columns;
        // The first row that is not active ends the running sum; what is behind it is free.
        for row in num_active + 1..columns.height() {
            columns
                .row_mut(row)
                .iter_mut()
                .for_each(|cell| *cell = noise(rng));
        }
        let width = columns.width;
        let cells = columns
            .values
            .chunks(columns.stride)
            .flat_map(|row| row[..width].to_vec())
            .collect();
        // The table's matrix has at least five columns, of which the first begin with the mask.
        let num_main = main.width();
        let padded: Vec<Val> = main
            .values
            .chunks(num_main)
            .flat_map(|row| {
                (0..shape.main_width())
                    .map(|i| row.get(i).copied().unwrap_or(Val::TWO))
                    .collect::<Vec<_>>()
            })
            .collect();
        let main = RowMajorMatrix::new(padded, shape.main_width());
        let mask = &main.values[num_active * main.width..][..5];
        let total = sums.totals[0] + Challenge::from_basis_coefficients_fn(|i| mask[i]);
        Self {
            table,
            shape,
            domain: RowDomain::new(log_height, num_active).unwrap(),
            rows: [fixed, main, RowMajorMatrix::new(cells, width)],
            public_values,
            fingerprint,
            totals: vec![total],
            alpha: challenge(rng),
            x: challenge(rng),
        }
    }

    fn statement(&self) -> Statement<'_, Small> {
        Statement {
            table: &self.table,
            shape: &self.shape,
            domain: self.domain,
            public_values: &self.public_values,
            fingerprint: &self.fingerprint,
            totals: &self.totals,
            alpha: self.alpha,
        }
    }

    fn quotient(&self) -> Quotient {
        let dft = Dft::default();
        let columns = |rows: &RowMajorMatrix<Val>| {
            let mut columns = Columns::zeros(rows.width(), rows.height(), 1);
            columns.copy_rows(rows, 0, rows.width());
            columns
        };
        let of = |rows: &RowMajorMatrix<Val>| {
            (rows.width() > 0).then(|| {
                let columns = columns(rows);
                (columns.tail(self.domain.num_active()), columns.extend(&dft, 1))
            })
        };
        let [fixed, main, logup] = self.rows.each_ref().map(of);
        let main = main.unwrap();
        let tails = Matrices {
            fixed: fixed.as_ref().map(|(tail, _)| tail),
            early: None,
            main: &main.0,
            logup: logup.as_ref().map(|(tail, _)| tail),
        };
        let extended = Matrices {
            fixed: fixed.as_ref().map(|(_, extended)| extended),
            early: None,
            main: &main.1,
            logup: logup.as_ref().map(|(_, extended)| extended),
        };
        quotient(&self.statement(), &dft, &tails, &extended)
    }

    /// Whether quotient times vanishing polynomial is the constraints, at a random point.
    fn identity_holds(&self, quotient: &Quotient) -> bool {
        let cells = |x: Challenge| {
            let [fixed, main, logup] = self.rows.each_ref().map(|rows| open(rows, x));
            let mut cells = RowCells::default();
            let committed = Committed {
                fixed: &fixed,
                early: &[],
                main: &main,
                logup: &logup,
            };
            cells.set(&self.shape, committed);
            cells
        };
        let pair = Pair {
            current: &cells(self.x),
            next: &cells(self.x * self.domain.generator()),
        };
        let statement = self.statement();
        let selectors = self.domain.selectors_at(self.x);
        let constraints =
            Combination::new(&statement).evaluate(pair, selectors, join_columns, &mut Default::default());
        let value = (0..quotient.len()).rev().fold(Challenge::ZERO, |value, index| {
            let coefficient = quotient.coefficient(index);
            value * self.x + Challenge::from_basis_coefficients_fn(|i| coefficient[i])
        });
        value * self.domain.active_vanishing_at(self.x) == constraints
    }
}

#[test]
fn the_quotient_of_honest_rows_divides_out() {
    for (log_height, num_active) in [(5, 16), (5, 20), (6, 1), (6, 3), (10, 19)] {
        let setup = Setup::fibonacci(log_height, num_active);
        let quotient = setup.quotient();
        let spare = setup.domain.height() - num_active;
        assert_eq!(quotient.len(), 2 * setup.domain.height() + spare);
        assert!(
            setup.identity_holds(&quotient),
            "2^{log_height} rows, {num_active} active"
        );
    }
}

#[test]
fn a_cell_changed_on_an_active_row_leaves_a_remainder() {
    for cell in 0..5 {
        let mut setup = Setup::fibonacci(5, 16);
        setup.rows[1].values[7 * 5 + cell] += Val::ONE;
        let quotient = setup.quotient();
        assert!(!setup.identity_holds(&quotient), "column {cell}");
    }
    let width = Setup::fibonacci(5, 16).rows[2].width();
    for cell in 0..width {
        let mut setup = Setup::fibonacci(5, 16);
        setup.rows[2].values[7 * width + cell] += Val::ONE;
        let quotient = setup.quotient();
        assert!(!setup.identity_holds(&quotient), "LogUp column {cell}");
    }
}

#[test]
fn rows_that_are_not_active_are_free() {
    let mut setup = Setup::fibonacci(5, 16);
    for row in 17..32 {
        setup.rows[1].values[row * 5 + row % 5] += Val::TWO;
    }
    let quotient = setup.quotient();
    assert!(setup.identity_holds(&quotient));
}

#[test]
fn a_wrong_sum_or_public_value_leaves_a_remainder() {
    let mut setup = Setup::fibonacci(5, 16);
    setup.totals[0] += Challenge::ONE;
    assert!(!setup.identity_holds(&setup.quotient()));
    let mut setup = Setup::fibonacci(5, 16);
    setup.public_values[0] += Val::ONE;
    assert!(!setup.identity_holds(&setup.quotient()));
}

#[test]
fn fixed_columns_take_part() {
    let mut rng = ChaCha12Rng::seed_from_u64(9);
    let honest = Honest::new(16);
    let (mut main, mut fixed) = (honest.bytes.clone(), honest.fixed.clone());
    main.values.extend((0..256).map(|_| noise(&mut rng)));
    fixed.values.extend((0..256).map(|_| Val::ZERO));
    let mut setup = Setup::new(Small::Bytes, 9, 256, &main, fixed, Vec::new(), &mut rng);
    assert!(setup.identity_holds(&setup.quotient()));
    // Somebody looks the byte 8 up.
    setup.rows[0].values[8] += Val::ONE;
    assert!(!setup.identity_holds(&setup.quotient()));
}

#[test]
fn domains_that_do_not_exist_are_refused() {
    assert_eq!(RowDomain::new(24, 1), None);
    assert_eq!(RowDomain::new(4, 0), None);
    assert_eq!(RowDomain::new(4, 17), None);
    assert!(RowDomain::new(23, 1 << 23).is_some());
}

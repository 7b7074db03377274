use p3_dft::{Radix2DitParallel, TwoAdicSubgroupDft};
use p3_field::{BasedVectorSpace, Field, PrimeCharacteristicRing};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_stark::analysis::{TableShape, analyze};
use zisk_stark::constraints::{Statement, constraints_at};
use zisk_stark::domain::RowDomain;
use zisk_stark::logup::{BusNumbers, Fingerprint, generate};
use zisk_stark::quotient::{Columns, evaluate, quotient};
use zisk_stark::{Challenge, Val};

use crate::tables::{Honest, Small};

fn noise(rng: &mut ChaCha12Rng) -> Val {
    Val::from_u32(rng.random::<u32>() >> 2)
}

fn challenge(rng: &mut ChaCha12Rng) -> Challenge {
    Challenge::from_basis_coefficients_fn(|_| noise(rng))
}

fn columns(matrices: &[RowMajorMatrix<Val>; 3]) -> Columns<'_, RowMajorMatrix<Val>> {
    let [main, fixed, logup] = matrices;
    let some = |matrix| Some(matrix).filter(|matrix: &&RowMajorMatrix<Val>| matrix.width() > 0);
    Columns {
        main,
        fixed: some(fixed),
        logup: some(logup),
    }
}

/// The values of polynomials, given by rows over the subgroup, at a point outside of it.
fn open(rows: &RowMajorMatrix<Val>, x: Challenge) -> Vec<Challenge> {
    if rows.width() == 0 {
        return Vec::new();
    }
    let coefficients = Radix2DitParallel::default().idft_batch(rows.clone());
    (0..rows.width())
        .map(|column| {
            (0..rows.height()).rev().fold(Challenge::ZERO, |value, row| {
                value * x + coefficients.get(row, column).unwrap()
            })
        })
        .collect()
}

/// A table's rows, random behind the active ones.
struct Setup {
    table: Small,
    shape: TableShape,
    domain: RowDomain,
    rows: [RowMajorMatrix<Val>; 3],
    public_values: Vec<Val>,
    fingerprint: Fingerprint,
    logup_sum: Challenge,
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
        let table = Small::Fibonacci;
        Self::new(
            table,
            log_height,
            num_active,
            main,
            honest.no_fixed.clone(),
            vec![honest.last],
            &mut rng,
        )
    }

    fn new(
        table: Small,
        log_height: usize,
        num_active: usize,
        main: RowMajorMatrix<Val>,
        fixed: RowMajorMatrix<Val>,
        public_values: Vec<Val>,
        rng: &mut ChaCha12Rng,
    ) -> Self {
        let shape = analyze(&table).unwrap();
        let buses = BusNumbers::new([&shape]);
        let fingerprint = Fingerprint::new(&shape, &buses, challenge(rng), challenge(rng));
        let logup = generate(
            &table,
            &shape,
            &main,
            &fixed,
            &public_values,
            num_active,
            &fingerprint,
        );
        let mut columns = logup.values;
        // The first row that is not active ends the running sum; what is behind it is free.
        let free = (num_active + 1) * columns.width();
        columns
            .values
            .iter_mut()
            .skip(free)
            .for_each(|cell| *cell = noise(rng));
        Self {
            table,
            shape,
            domain: RowDomain::new(log_height, num_active).unwrap(),
            rows: [main, fixed, columns],
            public_values,
            fingerprint,
            logup_sum: logup.sum,
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
            logup_sum: self.logup_sum,
            alpha: self.alpha,
        }
    }

    fn quotient(&self) -> Vec<Challenge> {
        let dft = Radix2DitParallel::<Val>::default();
        let extend = |rows: &RowMajorMatrix<Val>| {
            if rows.width() == 0 {
                return rows.clone();
            }
            dft.coset_lde_batch(rows.clone(), 1, Val::GENERATOR)
                .to_row_major_matrix()
        };
        let extended = [0, 1, 2].map(|i| extend(&self.rows[i]));
        quotient(&self.statement(), &dft, &columns(&self.rows), &columns(&extended))
    }

    /// Whether quotient times vanishing polynomial is the constraints, at a random point.
    fn identity_holds(&self, quotient: &[Challenge]) -> bool {
        let next = self.x * self.domain.generator();
        let at = |x: Challenge| [0, 1, 2].map(|i| open(&self.rows[i], x));
        let (values, next) = (at(self.x), at(next));
        let constraints = constraints_at(
            &self.statement(),
            self.x,
            values.each_ref().map(Vec::as_slice),
            next.each_ref().map(Vec::as_slice),
        );
        evaluate(quotient, self.x) * self.domain.active_vanishing_at(self.x) == constraints
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
        setup.rows[0].values[7 * 5 + cell] += Val::ONE;
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
        setup.rows[0].values[row * 5 + row % 5] += Val::TWO;
    }
    let quotient = setup.quotient();
    assert!(setup.identity_holds(&quotient));
}

#[test]
fn a_wrong_sum_or_public_value_leaves_a_remainder() {
    let mut setup = Setup::fibonacci(5, 16);
    setup.logup_sum += Challenge::ONE;
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
    let mut setup = Setup::new(Small::Bytes, 9, 256, main, fixed, Vec::new(), &mut rng);
    assert!(setup.identity_holds(&setup.quotient()));
    // Somebody looks the byte 8 up.
    setup.rows[1].values[8] += Val::ONE;
    assert!(!setup.identity_holds(&setup.quotient()));
}

#[test]
fn domains_that_do_not_exist_are_refused() {
    assert_eq!(RowDomain::new(24, 1), None);
    assert_eq!(RowDomain::new(4, 0), None);
    assert_eq!(RowDomain::new(4, 17), None);
    assert!(RowDomain::new(23, 1 << 23).is_some());
}
